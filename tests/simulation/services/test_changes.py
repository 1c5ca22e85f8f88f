"""A vote on Snapshot edited before it starts, or deleted: once, whatever happens on the way."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.domain.drafting.posted import VoteEdit
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import TallyCard
from bot.domain.offchain.alias import Alias
from bot.domain.offchain.announcement import ChangeRefused, VoteDecided, VoteEdited, VoteGone
from bot.domain.offchain.messages import MessageKind, MessageStatus, SentMessage
from bot.domain.offchain.vote import VoteStatus
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import Address, UnixSeconds, UserId
from bot.gateways.snapshot.wire import SnapshotError
from tests import builders
from tests.builders import AUTHOR, GUILD, MARA, MEMBER, MODERATOR
from tests.town import DAY, Town
from tests.watched import CrashError

COAUTHOR = Actor(user_id=UserId(9), name="lena", is_moderator=False)
REASON = "The numbers in it are wrong."


async def pending(town: Town, **policy: Any) -> Proposal:
    """Bring a proposal to Snapshot, where its vote starts a day later."""
    if policy:
        await town.found(builders.community(policy=builders.policy(**policy)))
    town.space.voting["delay"] = DAY
    return await town.opened()


async def updated(town: Town, idea: Proposal) -> UnixSeconds | None:
    seen = (await town.vote(idea)).observed
    assert seen is not None
    return seen.updated


async def body_of(town: Town, idea: Proposal) -> str:
    return (await town.record(idea)).body


async def edit(town: Town, idea: Proposal, actor: Actor = AUTHOR, **wanted: Any) -> SentMessage:
    """Offer an edit and confirm it."""
    known = wanted.pop("updated", None)
    offered = await town.changes.offer_edit(
        GUILD, idea.reference, actor, VoteEdit(updated=known, **wanted)
    )
    return await town.changes.confirm(GUILD, actor, offered.typed_id)


async def delete(town: Town, idea: Proposal, actor: Actor = AUTHOR) -> SentMessage:
    offered = await town.changes.offer_deletion(GUILD, idea.reference, actor, REASON)
    return await town.changes.confirm(GUILD, actor, offered.typed_id)


async def go_on(town: Town, ticks: int = 5) -> None:
    """Tick as the scheduler does: a failing job ends, and the next tick is the retry."""
    for _ in range(ticks):
        for job in (town.dispatch.tick, town.tallies.tick):
            try:
                await job()
            except (httpx.HTTPError, SnapshotError, CrashError):
                town.restart()


async def status_of(town: Town, sent: SentMessage) -> MessageStatus:
    return (await town.changes.state(sent.envelope.id)).sent.status


def posts(town: Town) -> list[Any]:
    return [each.body for each in town.world.requests if each.service == "sequencer"]


# Edits


@pytest.mark.parametrize("actor", [AUTHOR, MODERATOR, COAUTHOR])
async def test_the_author_a_co_author_and_a_moderator_change_the_text_before_the_start(
    town: Town, actor: Actor
) -> None:
    idea = await town.noticed()
    await town.drafts.coauthor(GUILD, idea.reference, AUTHOR, COAUTHOR.user_id, remove=False)
    town.space.voting["delay"] = DAY
    await town.publish(idea)
    before = await town.record(idea)
    body = before.body.replace("Why.", "Because clients compare us.")
    title = "[Temperature Check] - Lower the fee"
    sent = await edit(town, idea, actor, title=title, body=body)
    await go_on(town)
    record = await town.record(idea)
    assert (record.title, record.body) == (title, body)
    assert (record.start, record.end, record.snapshot) == (
        before.start,
        before.end,
        before.snapshot,
    )
    assert (record.choices, record.discussion) == (before.choices, before.discussion)
    assert await status_of(town, sent) is MessageStatus.DONE
    news = await town.only(VoteEdited)
    assert (news.by, news.change, news.updated) == (
        actor.user_id,
        "Changed: the title and the text.",
        record.updated,
    )
    places = {heard.destination for heard, _ in await town.heard(VoteEdited)}
    assert places == {"channel:902", f"thread:{idea.id}"}
    proposal = await town.proposal(idea)
    assert proposal.title == "Lower the fee"
    draft = (await town.drafts.view(GUILD, idea.reference)).draft
    assert (draft.title, draft.body, draft.edited_by) == (title, body, actor.user_id)
    assert draft.change == "on Snapshot: Motivation, the title"


async def test_an_edit_says_nothing_until_the_hub_shows_it(town: Town) -> None:
    idea = await pending(town)
    town.world.freeze_hub()
    sent = await edit(town, idea, body="Another text.")
    await go_on(town)
    assert await status_of(town, sent) is MessageStatus.ACCEPTED
    assert not await town.heard(VoteEdited)
    town.world.thaw_hub()
    await go_on(town)
    assert await status_of(town, sent) is MessageStatus.DONE
    assert len(await town.heard(VoteEdited)) == 2


async def test_the_result_of_the_vote_is_prepared_from_the_edited_text(town: Town) -> None:
    idea = await pending(town)
    body = (await body_of(town, idea)).replace("Why.", "Because clients compare us.")
    await edit(town, idea, body=body)
    await go_on(town)
    town.clock.wait(DAY + 1)
    await town.decide(idea, 1, 1)
    refined = (await town.drafts.view(GUILD, idea.reference)).draft
    assert "Because clients compare us." in refined.section("Motivation")
    assert "The question" not in refined.body


async def test_what_an_edit_does_not_change_is_signed_as_it_was(town: Town) -> None:
    idea = await pending(town)
    town.space.labels.append({"id": "abc", "name": "x", "description": "", "color": "#000000"})
    (await town.record(idea)).labels.append("abc")
    first = await edit(town, idea, body="First.")
    await go_on(town)
    town.clock.wait(60)
    second = await edit(
        town, idea, title="[Temperature Check] - Second", updated=first.at, actor=MODERATOR
    )
    await go_on(town)
    record = await town.record(idea)
    assert (record.title, record.body) == ("[Temperature Check] - Second", "First.")
    assert await status_of(town, second) is MessageStatus.DONE
    assert len({speech.key for _, speech in await town.heard(VoteEdited)}) == 2


@pytest.mark.parametrize(
    "trouble",
    [
        lambda faults: faults.lose_answer(),
        lambda faults: faults.lose_answer(times=3),
        lambda faults: faults.lose_answer(on="hub"),
        lambda faults: faults.server_error(status=503),
        lambda faults: faults.server_error(on="hub", times=2),
        lambda faults: faults.too_many(retry_after=30),
        lambda faults: faults.html(status=502),
        lambda faults: faults.pinning_failed(),
        lambda faults: faults.graphql_error("PROCESSING"),
        lambda faults: (faults.lose_answer(), faults.graphql_error(times=2)),
    ],
)
@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_trouble_on_the_way_never_does_it_twice_nor_not_at_all(
    town: Town, trouble: Callable[..., object], what: str
) -> None:
    idea = await pending(town)
    if what == "edit":
        sent = await edit(town, idea, body="Another text.")
    else:
        sent = await delete(town, idea)
    before = len(posts(town))
    trouble(town.world.faults)
    await go_on(town, 7)
    assert await status_of(town, sent) is MessageStatus.DONE
    assert len(set(posts(town)[before:])) == 1
    assert not await town.heard(ChangeRefused)
    assert len(await town.heard(VoteEdited if what == "edit" else VoteGone)) == 2


@pytest.mark.parametrize("at_request", range(1, 6))
@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_a_crash_before_any_request_leaves_it_done_and_said_once(
    town: Town, at_request: int, what: str
) -> None:
    idea = await pending(town)
    sent = await (edit(town, idea, body="Another.") if what == "edit" else delete(town, idea))
    town.transport.dies_in = at_request
    await go_on(town, 6)
    assert await status_of(town, sent) is MessageStatus.DONE
    assert len(await town.heard(VoteEdited if what == "edit" else VoteGone)) == 2


@pytest.mark.parametrize("commits_before", range(3))
@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_a_crash_at_any_commit_leaves_it_done_and_said_once(
    town: Town, commits_before: int, what: str
) -> None:
    idea = await pending(town)
    sent = await (edit(town, idea, body="Another.") if what == "edit" else delete(town, idea))
    for _ in range(commits_before):
        await town.dispatch.tick()
    town.database.dies_at_commit = True
    await go_on(town, 6)
    assert await status_of(town, sent) is MessageStatus.DONE
    assert len(await town.heard(VoteEdited if what == "edit" else VoteGone)) == 2


async def test_two_ticks_at_once_do_it_once(town: Town) -> None:
    idea = await pending(town)
    await edit(town, idea, body="Another text.")
    town.world.faults.delay(0.05)
    async with asyncio.TaskGroup() as group:
        group.create_task(town.dispatch.tick())
        group.create_task(town.dispatch.tick())
    await go_on(town)
    assert len(await town.heard(VoteEdited)) == 2


async def test_when_all_is_done_a_tick_changes_and_asks_nothing(town: Town) -> None:
    idea = await pending(town)
    await edit(town, idea, body="Another text.")
    await go_on(town)
    before = town.dump()
    town.world.requests.clear()
    await town.dispatch.tick()
    assert town.dump() == before
    assert not town.world.requests


async def test_an_edit_that_comes_too_late_tells_the_moderators_why(town: Town) -> None:
    idea = await pending(town)
    town.world.faults.server_error(times=100)
    sent = await edit(town, idea, body="Another text.")
    await go_on(town, 1)
    town.clock.wait(2 * DAY)
    await go_on(town, 1)
    town.world.faults.clear()
    await go_on(town, 2)
    refused = await town.only(ChangeRefused)
    assert (refused.text, refused.is_deletion, refused.by) == (
        "proposal already started",
        False,
        MARA,
    )
    assert "can no longer be changed" in refused.meaning
    places = {heard.destination for heard, _ in await town.heard(ChangeRefused)}
    assert places == {"channel:904", f"thread:{idea.id}"}
    assert await status_of(town, sent) is MessageStatus.REFUSED
    assert not await town.heard(VoteEdited)


async def test_a_text_that_nobody_foresaw_is_told_to_the_letter(town: Town) -> None:
    idea = await pending(town)
    await delete(town, idea)
    town.world.faults.refuse("the moon is in the way")
    await go_on(town)
    refused = await town.only(ChangeRefused)
    assert (refused.text, refused.meaning) == ("the moon is in the way", "the moon is in the way")
    assert refused.is_deletion
    assert town.world.proposals


async def test_after_a_refusal_it_can_be_tried_again(town: Town) -> None:
    idea = await pending(town)
    await delete(town, idea)
    town.world.faults.refuse("no")
    await go_on(town)
    town.clock.wait(60)
    await delete(town, idea, MODERATOR)
    await go_on(town)
    assert (await town.only(VoteGone)).by == MODERATOR.user_id


async def test_what_was_accepted_and_is_never_shown_is_not_waited_for_for_ever(
    town: Town,
) -> None:
    idea = await pending(town)
    town.world.freeze_hub()
    await delete(town, idea)
    await go_on(town, 2)
    town.clock.wait(DAY + 1)
    await go_on(town, 1)
    assert "has not shown it within a day" in (await town.only(ChangeRefused)).text


async def test_an_edit_that_somebody_edited_again_elsewhere_is_done(town: Town) -> None:
    idea = await pending(town)
    sent = await edit(town, idea, body="Ours.")
    await go_on(town, 0)
    town.world.freeze_hub()
    await town.dispatch.tick()
    town.clock.wait(30)
    record = await town.record(idea)
    record.body, record.updated = "Theirs.", town.clock()
    town.world.thaw_hub()
    await go_on(town)
    assert await status_of(town, sent) is MessageStatus.DONE


# What keeps an edit from being made


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"title": ""}, "begin with “[Temperature Check] - ”"),
        ({"title": "No prefix"}, "begin with"),
        ({"title": "[Temperature Check] - " + "x" * 300}, "too long"),
        ({"body": ""}, "The text is empty"),
        ({"body": "x" * 10_001}, "1 characters too long"),
        ({"choices": ("Yes",)}, "are Yes, No."),
        ({"choices": ("Same", "Same")}, "read the same"),
        ({"choices": ("x" * 300, "No")}, "longer than 256"),
        ({}, "This is how it reads on Snapshot already"),
    ],
)
async def test_an_edit_keeps_to_what_a_draft_keeps_to(
    town: Town, wanted: dict[str, Any], words: str
) -> None:
    idea = await pending(town)
    with pytest.raises(Refusal, match="nothing was changed") as caught:
        await edit(town, idea, **wanted)
    assert words in str(caught.value)
    assert not posts(town)[1:]


async def test_nobody_else_changes_or_deletes_a_vote(town: Town) -> None:
    idea = await pending(town)
    with pytest.raises(Denial, match="Only the author"):
        await edit(town, idea, MEMBER, body="Mine.")
    with pytest.raises(Denial, match="Only the author"):
        await town.changes.editable(GUILD, idea.reference, MEMBER)
    with pytest.raises(Denial, match="Only the author"):
        await delete(town, idea, MEMBER)


async def test_what_one_person_was_offered_another_cannot_confirm(town: Town) -> None:
    idea = await pending(town)
    offered = await town.changes.offer_deletion(GUILD, idea.reference, AUTHOR, REASON)
    with pytest.raises(Denial, match="not yours"):
        await town.changes.confirm(GUILD, MODERATOR, offered.typed_id)


async def test_a_second_press_does_nothing_more(town: Town) -> None:
    idea = await pending(town)
    offered = await town.changes.offer_deletion(GUILD, idea.reference, AUTHOR, REASON)
    await town.changes.confirm(GUILD, AUTHOR, offered.typed_id)
    with pytest.raises(Refusal, match="dealt with already"):
        await town.changes.confirm(GUILD, AUTHOR, offered.typed_id)


async def test_a_text_that_was_approved_is_a_moderators_to_change(town: Town) -> None:
    idea = await pending(town)
    await town.found(builders.community(policy=builders.policy(approvers=1)))
    with pytest.raises(Refusal, match="approved before it was posted"):
        await edit(town, idea, body="Sneaky.")
    await edit(town, idea, MODERATOR, body="Mended.")


async def test_a_vote_that_has_started_is_not_edited(town: Town) -> None:
    idea = await pending(town)
    offered = await town.changes.offer_edit(
        GUILD, idea.reference, AUTHOR, VoteEdit(updated=None, body="Late.")
    )
    town.clock.wait(DAY)
    with pytest.raises(Refusal, match="has started"):
        await town.changes.editable(GUILD, idea.reference, AUTHOR)
    with pytest.raises(Refusal, match="has started"):
        await edit(town, idea, body="Late.")
    with pytest.raises(Refusal, match="has started"):
        await town.changes.confirm(GUILD, AUTHOR, offered.typed_id)
    assert not posts(town)[1:]


async def test_an_edit_of_what_was_changed_elsewhere_meanwhile_is_not_made(town: Town) -> None:
    idea = await pending(town)
    record = await town.record(idea)
    record.body, record.updated = "Theirs.", town.clock()
    with pytest.raises(Refusal, match="changed on Snapshot since"):
        await edit(town, idea, body="Mine.")


async def test_two_edits_are_not_made_at_once(town: Town) -> None:
    idea = await pending(town)
    await edit(town, idea, body="First.")
    with pytest.raises(Refusal, match=rf"An edit by <@{MARA}> is on its way"):
        await edit(town, idea, MODERATOR, body="Second.")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"type": "weighted"}, "only takes votes of the type “weighted”"),
        ({"privacy": "shutter"}, "shielded votes"),
    ],
)
async def test_a_space_that_has_changed_its_rules_takes_no_edit(
    town: Town, rule: dict[str, str], words: str
) -> None:
    idea = await pending(town)
    town.space.voting.update(rule)
    with pytest.raises(Refusal, match=words):
        await edit(town, idea, body="Another.")


async def test_without_a_vote_on_snapshot_there_is_nothing_to_change(town: Town) -> None:
    idea = await town.promoted()
    for attempt in (edit(town, idea, body="x"), delete(town, idea)):
        with pytest.raises(Refusal, match="has no vote on Snapshot"):
            await attempt


async def test_in_a_dry_run_nothing_is_changed_on_snapshot(town: Town) -> None:
    idea = await pending(town)
    sent = await edit(town, idea, body="Before the dry run.")
    await town.found(builders.community(is_rehearsing=True))
    with pytest.raises(Refusal, match="dry run"):
        await delete(town, idea)
    await town.dispatch.tick()
    assert await status_of(town, sent) is MessageStatus.SIGNED
    assert len(posts(town)) == 1


async def test_a_vote_made_outside_of_assent_is_edited_where_it_was_made(town: Town) -> None:
    idea = await pending(town)
    async with town.database.transaction() as store:
        await store.votes.save(replace(await town.vote(idea), envelope=None))
    with pytest.raises(Refusal, match="made outside of Assent"):
        await edit(town, idea, body="Mine.")


async def test_without_a_key_it_is_said_plainly_that_the_browser_has_it(town: Town) -> None:
    idea = await pending(town)
    town.signer = None
    town.restart()
    with pytest.raises(Refusal, match="signed in the browser"):
        await edit(town, idea, body="Mine.")


async def test_a_vote_that_another_wallet_has_signed_needs_its_alias(town: Town) -> None:
    idea = await pending(town)
    lena = town.world.wallet("lena")
    record = await town.record(idea)
    record.author, record.updated = lena.address, town.clock()
    await town.tallies.tick()
    with pytest.raises(Refusal, match="may not sign for that wallet now"):
        await delete(town, idea)
    assert town.signer is not None
    await lena.post("Alias", {"alias": town.signer.address})
    async with town.database.transaction() as store:
        await store.aliases.save(
            Alias(
                guild_id=GUILD,
                principal=Address(lena.address),
                alias=town.signer.address,
                user_id=COAUTHOR.user_id,
                signed_at=town.clock(),
            )
        )
    await delete(town, idea)
    await go_on(town)
    assert (await town.only(VoteGone)).by == MARA
    assert not town.world.proposals


async def test_a_vote_that_the_hub_does_not_show_now_is_left_alone(town: Town) -> None:
    idea = await pending(town)
    town.world.delete((await town.record(idea)).id)
    with pytest.raises(Refusal, match="does not show the vote"):
        await delete(town, idea)


# Deletions


async def test_a_deleted_vote_is_gone_at_once_with_who_and_why(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    await town.voter(0).vote(record.id, 1)
    offered = await town.changes.offer_deletion(GUILD, idea.reference, AUTHOR, REASON)
    assert offered.posted.seen.votes == 1
    sent = await town.changes.confirm(GUILD, AUTHOR, offered.typed_id)
    await go_on(town, 1)
    assert not town.world.proposals
    gone = await town.only(VoteGone)
    assert (gone.by, gone.reason) == (MARA, REASON)
    assert await status_of(town, sent) is MessageStatus.DONE
    assert (await town.vote(idea)).status is VoteStatus.DELETED
    assert (await town.only(TallyCard)).is_gone
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT


async def test_after_a_deletion_the_vote_is_announced_and_posted_anew(town: Town) -> None:
    idea = await town.opened()
    await delete(town, idea, MODERATOR)
    await go_on(town)
    await town.opened_from(await town.proposal(idea))
    again = await town.vote(idea)
    assert (again.round, again.status) == (2, VoteStatus.POSTED)
    assert len(town.world.proposals) == 1


async def test_a_lagging_hub_delays_the_news_of_a_deletion_and_nothing_else(town: Town) -> None:
    idea = await town.opened()
    town.world.freeze_hub()
    sent = await delete(town, idea)
    await go_on(town)
    assert not town.world.ledger.proposals
    assert await status_of(town, sent) is MessageStatus.ACCEPTED
    assert not await town.heard(VoteGone)
    town.world.thaw_hub()
    await go_on(town)
    assert len(await town.heard(VoteGone)) == 2


async def test_a_vote_whose_deletion_was_refused_is_gone_only_after_a_long_absence(
    town: Town,
) -> None:
    idea = await town.opened()
    sent = await delete(town, idea)
    town.world.delete((await town.record(idea)).id)
    await go_on(town)
    assert await status_of(town, sent) is MessageStatus.REFUSED
    assert not await town.heard(VoteGone)
    town.clock.wait(3_600)
    await go_on(town)
    assert (await town.only(VoteGone)).by is None


async def test_who_deletes_says_why(town: Town) -> None:
    idea = await town.opened()
    with pytest.raises(Refusal, match="give a reason"):
        await town.changes.offer_deletion(GUILD, idea.reference, AUTHOR, " ")


async def test_two_people_do_not_delete_a_vote_twice(town: Town) -> None:
    idea = await town.opened()
    await delete(town, idea)
    with pytest.raises(Refusal, match=rf"deleted already, at the wish of <@{MARA}>"):
        await delete(town, idea, MODERATOR)


async def test_a_vote_that_is_over_is_not_deleted(town: Town) -> None:
    idea = await town.opened()
    town.clock.time = (await town.record(idea)).end
    with pytest.raises(Refusal, match="its result stands"):
        await delete(town, idea)
    town.clock.wait(61)
    await town.tallies.tick()
    assert await town.heard(VoteDecided)


async def test_a_deletion_of_an_earlier_round_does_not_touch_the_next(town: Town) -> None:
    idea = await town.opened()
    first = await town.changes.offer_deletion(GUILD, idea.reference, AUTHOR, REASON)
    await delete(town, idea, MODERATOR)
    await go_on(town)
    await town.opened_from(await town.proposal(idea))
    with pytest.raises(Refusal, match="for an earlier vote"):
        await town.changes.confirm(GUILD, AUTHOR, first.typed_id)


async def test_who_changed_a_vote_can_be_looked_up(town: Town) -> None:
    idea = await pending(town)
    sent = await edit(town, idea, body="Another.")
    async with town.database.reading() as store:
        assert sent.snapshot_id is not None
        found = await store.messages.change_of(sent.snapshot_id, MessageKind.UPDATE)
        assert found == sent
        assert await store.messages.change_of(sent.snapshot_id, MessageKind.CANCEL) is None
