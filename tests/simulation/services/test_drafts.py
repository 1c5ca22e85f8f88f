"""Drafts: who may edit them, what they lack, when their vote opens."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.offchain.announcement import NoticeGiven
from bot.domain.offchain.snapshot import VotingType
from bot.domain.offchain.vote import VoteStatus
from bot.domain.outbox import PostState
from bot.domain.policy import BRAINTRUST, Step
from tests import builders
from tests.builders import ANNOUNCED_TO, AUTHOR, GUILD, MODERATOR
from tests.town import DAY, Town

FRIDAY = 1_800_000_000  # 2027-01-15, 08:00 UTC


async def test_an_idea_has_no_draft_yet(town: Town) -> None:
    idea = await town.idea()
    with pytest.raises(Refusal, match="BTRST-1 has no draft yet"):
        await town.drafts.view(GUILD, idea.reference)


async def test_looking_at_a_draft_asks_nobody(town: Town) -> None:
    idea = await town.promoted()
    town.world.requests.clear()
    view = await town.drafts.view(GUILD, idea.reference)
    assert view.findings == ()
    assert view.policy.preset == "braintrust"
    assert not town.world.requests


async def test_the_author_and_moderators_may_edit_and_every_revision_is_kept(town: Town) -> None:
    idea = await town.promoted()
    first = await town.edit(idea, text=" New. ")
    assert first.draft.section("Summary") == "New."
    assert (first.draft.revision, first.draft.edited_by) == (2, AUTHOR.user_id)
    second = await town.edit(idea, text="Newer.", by=MODERATOR)
    assert (second.draft.revision, second.draft.edited_by) == (3, MODERATOR.user_id)
    _, entries = await town.records.history(GUILD, idea.reference)
    assert entries[-1].what == "temperature draft, revision 3: Summary"


async def test_an_announced_draft_is_fixed(town: Town) -> None:
    idea = await town.noticed()
    with pytest.raises(Refusal, match="its text is fixed"):
        await town.edit(idea, text="One more thing.")
    with pytest.raises(Refusal, match="is not in drafting: it is “temperature notice”"):
        await town.drafts.preflight(GUILD, idea.reference, MODERATOR)


async def test_a_notice_is_announced_with_the_moment_the_vote_opens(town: Town) -> None:
    idea = await town.promoted()  # on the Sunday
    await town.notice(idea)
    opens_at = FRIDAY + 4 * DAY  # Tuesday, at the same hour
    notice = await town.only(NoticeGiven)
    assert (notice.opens_at, notice.business_days, notice.round) == (opens_at, 2, 1)
    vote = await town.vote(idea)
    assert (vote.opens_at, vote.status) == (opens_at, VoteStatus.NOTICED)
    assert [heard.role_id for heard, _ in await town.heard(NoticeGiven)] == [ANNOUNCED_TO, None]
    card = await town.only(ProposalCard)
    assert (card.phase, card.votes[0].opens_at) == (Phase.TEMPERATURE_NOTICE, opens_at)


async def test_a_notice_over_a_change_of_the_clocks_ends_at_the_same_local_hour(
    town: Town,
) -> None:
    await town.found(builders.community(policy=builders.policy(time_zone="Europe/Berlin")))
    idea = await town.promoted()
    town.clock.time = 1_806_048_000  # Friday 2027-03-26, 09:00 in Berlin; summer time on Sunday
    await town.notice(idea)
    assert (await town.vote(idea)).opens_at == town.clock.time + 4 * DAY - 3_600


async def test_a_notice_for_another_revision_than_was_read_is_refused(town: Town) -> None:
    idea = await town.promoted()
    await town.edit(idea, text="Changed.")
    with pytest.raises(Refusal, match="was for an earlier draft"):
        await town.drafts.give_notice(
            GUILD, idea.reference, MODERATOR, step=Step.TEMPERATURE, revision=1
        )
    assert not await town.heard(NoticeGiven)


async def test_a_notice_lists_everything_that_is_missing(town: Town) -> None:
    idea = await town.promoted()
    town.space.members.clear()
    town.space.hibernated = True
    await town.edit(idea, section="Motivation", text="")
    await town.edit(idea, section="The question", text="")
    await town.overwrite(idea, title="No prefix", choices=("Yes", "Yes"))
    with pytest.raises(Refusal) as refused:
        await town.notice(idea)
    text = str(refused.value)
    assert text.startswith("This cannot be published yet:\n- ")
    for finding in (
        "has to begin with “[Temperature Check] - ”",
        "The text is empty",
        "The choices of a Temperature Check are Yes, No",
        "Two choices read the same",
        "is hibernated",
        "Only authors may propose",
    ):
        assert finding in text
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT


async def test_a_space_on_a_chain_without_an_endpoint_is_found_before_the_notice(
    town: Town,
) -> None:
    idea = await town.promoted()
    town.space.network = "137"
    view = await town.drafts.preflight(GUILD, idea.reference, MODERATOR)
    assert [finding for finding in view.findings if "chain 137" in finding]


async def test_the_body_is_held_against_what_the_space_takes(town: Town) -> None:
    idea = await town.promoted()
    spare = 10_000 - len((await town.drafts.view(GUILD, idea.reference)).draft.body)
    await town.edit(idea, text="x" * (spare - len("## Summary\n\n\n\n") + 1))
    view = await town.drafts.preflight(GUILD, idea.reference, MODERATOR)
    assert view.findings == ("The text is 1 characters too long: the space takes 10,000.",)


async def test_what_a_space_takes_is_remembered_for_what_is_shown_without_asking(
    town: Town,
) -> None:
    idea = await town.promoted()
    town.world.ledger.options["space.verified.body_limit"] = "20"
    assert not (await town.drafts.view(GUILD, idea.reference)).findings
    await town.drafts.preflight(GUILD, idea.reference, MODERATOR)
    (finding,) = (await town.drafts.view(GUILD, idea.reference)).findings
    assert "the space takes 20" in finding
    card = await town.only(ProposalCard)
    assert card.draft is not None
    assert finding in [check.detail for check in card.draft.checks]


async def test_without_a_key_publishing_says_what_to_do(town: Town) -> None:
    idea = await town.promoted()
    town.signer = None
    town.restart()
    with pytest.raises(Refusal, match="SNAPSHOT_KEYSTORE"):
        await town.notice(idea)


async def test_without_a_space_publishing_says_what_to_do(town: Town) -> None:
    idea = await town.promoted()
    await town.found(builders.community(space=None))
    with pytest.raises(Refusal, match="No Snapshot space is set"):
        await town.notice(idea)
    await town.found(builders.community(space="gone.eth"))
    with pytest.raises(Refusal, match=r"Snapshot has no space “gone\.eth”"):
        await town.notice(idea)


async def test_a_postponed_vote_can_be_mended_and_announced_again(town: Town) -> None:
    idea = await town.noticed()
    with pytest.raises(Refusal, match="Only moderators"):
        await town.drafts.postpone(GUILD, idea.reference, AUTHOR, "Wait.")
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "The sum is wrong.")
    assert (await town.vote(idea)).status is VoteStatus.POSTPONED
    await town.edit(idea, text="With the right sum.")
    await town.notice(idea)
    assert (await town.vote(idea)).round == 2
    idea = await town.publish(idea)
    assert "With the right sum." in (await town.record(idea)).body


async def test_only_an_announced_vote_can_be_postponed(town: Town) -> None:
    idea = await town.promoted()
    with pytest.raises(Refusal, match="no announced vote that could wait"):
        await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "Wait.")


async def test_the_draft_under_vote_can_be_read_in_every_later_phase(town: Town) -> None:
    failed = await town.decide(await town.opened(), 2, 2)
    view = await town.drafts.view(GUILD, failed.reference)
    assert view.draft.title == "[Temperature Check] - Lower the marketplace fee"


async def test_a_consensus_check_keeps_its_own_choices_and_period(town: Town) -> None:
    idea = await town.in_consensus()
    await town.edit(idea, choices=("8 %", "5 %", "Make no change"))
    await town.notice(idea)
    record = await town.record(await town.publish(idea))
    assert record.choices == ["8 %", "5 %", "Make no change"]
    assert record.end - record.start == 7 * DAY
    assert record.type == VotingType.SINGLE_CHOICE


async def test_a_consensus_check_without_no_change_is_found(town: Town) -> None:
    idea = await town.in_consensus()
    await town.edit(idea, choices=("8 %", "5 %"))
    view = await town.drafts.view(GUILD, idea.reference)
    assert view.findings == ("One of the choices has to be “Make no change”.",)


async def test_a_confirmation_or_a_form_of_the_first_vote_says_nothing_about_the_second(
    town: Town,
) -> None:
    idea = await town.in_consensus()
    before = town.dump()
    with pytest.raises(Refusal, match="was for an earlier draft"):
        await town.drafts.give_notice(
            GUILD, idea.reference, MODERATOR, step=Step.TEMPERATURE, revision=1
        )
    with pytest.raises(Refusal, match="Somebody has changed this draft"):
        await town.edit(idea, text="Mine.", step=Step.TEMPERATURE)
    assert town.dump() == before


async def test_a_policy_without_notice_opens_the_vote_at_once(town: Town) -> None:
    temperature = replace(BRAINTRUST.temperature, notice_business_days=0)
    await town.found(builders.community(policy=builders.policy(temperature=temperature)))
    idea = await town.noticed()
    assert (await town.vote(idea)).opens_at == town.clock.time
    assert (await town.heard(NoticeGiven))[0][0].state is PostState.DUE


async def test_a_draft_edited_while_it_is_checked_is_not_announced(town: Town) -> None:
    idea = await town.promoted()
    town.world.faults.delay(0.05, on="hub")
    notice, edit = await asyncio.gather(
        town.drafts.give_notice(
            GUILD, idea.reference, MODERATOR, step=Step.TEMPERATURE, revision=1
        ),
        town.edit(idea, text="Changed under the eyes of the check."),
        return_exceptions=True,
    )
    assert "was for an earlier draft" in str(notice)
    assert not isinstance(edit, BaseException)
    assert not await town.heard(NoticeGiven)
