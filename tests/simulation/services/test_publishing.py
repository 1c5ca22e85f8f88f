"""From a notice to a vote on Snapshot: once, whatever happens on the way."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import (
    NoticeGiven,
    PublishingDelayed,
    PublishingRefused,
    VoteOpened,
    VotePostponed,
)
from bot.domain.offchain.vote import VoteStatus
from bot.domain.policy import Step
from bot.domain.types import ChannelId, SpaceId
from bot.gateways.snapshot.wire import SnapshotError
from tests import builders
from tests.builders import ANNOUNCED_TO, AUTHOR, GUILD, MODERATOR, VOTING
from tests.town import DAY, Town
from tests.watched import CrashError


async def publish_through(town: Town, idea_ticks: int = 4) -> None:
    """Tick as the scheduler does: a failing job ends, and the next tick is the retry."""
    for _ in range(idea_ticks):
        try:
            await town.publishing.tick()
        except (httpx.HTTPError, SnapshotError, CrashError):
            town.restart()


async def test_a_vote_opens_when_its_notice_is_over_and_is_announced_once(town: Town) -> None:
    idea = await town.noticed()
    opens_at = (await town.vote(idea)).opens_at
    town.clock.time = opens_at - 1
    await publish_through(town)
    assert not town.world.proposals
    town.clock.time = opens_at
    await publish_through(town)
    (record,) = town.world.proposals
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK
    opened = await town.heard(VoteOpened)
    assert {heard.destination for heard, _ in opened} == {"channel:902", f"thread:{idea.id}"}
    assert opened[0][1].vote_title == "[Temperature Check] - Lower the marketplace fee"
    assert (opened[0][1].start, opened[0][1].end) == (record.start, record.end)
    assert record.end - record.start == 3 * DAY
    assert [heard.role_id for heard, _ in opened] == [ANNOUNCED_TO, None]


async def test_the_snapshot_block_is_a_little_behind_the_head(town: Town) -> None:
    idea = await town.opened()
    assert (await town.record(idea)).snapshot == town.chain.head.number - 5


async def test_the_tally_stands_beside_the_announcement_from_the_beginning(town: Town) -> None:
    await town.opened()
    tally = await town.only(TallyCard)
    assert not tally.is_final
    assert tally.scores == ()
    assert tally.unit == "BTRST"


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
        lambda faults: faults.chain_unreachable(),
        lambda faults: faults.graphql_error("PROCESSING"),
        lambda faults: (faults.lose_answer(), faults.graphql_error(times=2)),
    ],
)
async def test_trouble_on_the_way_never_makes_a_second_proposal_nor_none(
    town: Town, trouble: Callable[..., object]
) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    trouble(town.world.faults)
    await publish_through(town, 7)
    assert len(town.world.proposals) == 1
    assert len(await town.heard(VoteOpened)) == 2
    assert (await town.vote(idea)).status is VoteStatus.POSTED


@pytest.mark.parametrize("at_request", range(1, 10))
async def test_a_crash_before_any_request_leaves_one_proposal_and_one_announcement(
    town: Town, at_request: int
) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.transport.dies_in = at_request
    await publish_through(town, 6)
    assert len(town.world.proposals) == 1
    assert len(await town.heard(VoteOpened)) == 2


@pytest.mark.parametrize("commits_before", range(3))
async def test_a_crash_at_any_commit_leaves_one_proposal_and_one_announcement(
    town: Town, commits_before: int
) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    for _ in range(commits_before):
        await town.publishing.tick()
    town.database.dies_at_commit = True
    await publish_through(town, 6)
    assert len(town.world.proposals) == 1
    assert len(await town.heard(VoteOpened)) == 2


async def test_the_same_bytes_are_sent_again_after_a_lost_answer(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.world.freeze_hub()
    town.world.faults.lose_answer()
    await publish_through(town, 4)
    town.clock.wait(600)
    await publish_through(town, 2)
    sent = [each.body for each in town.world.requests if each.service == "sequencer"]
    assert len(sent) > 2
    assert len(set(sent)) == 1
    assert not await town.heard(VoteOpened)
    town.world.thaw_hub()
    await publish_through(town, 1)
    assert len(await town.heard(VoteOpened)) == 2
    assert len(town.world.proposals) == 1


async def test_a_post_that_is_still_being_processed_is_waited_for(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    await town.publishing.tick()
    town.world.faults.delay(0.05)
    async with asyncio.TaskGroup() as group:
        group.create_task(town.publishing.tick())
        group.create_task(town.publishing.tick())
    await town.publishing.tick()
    assert len(town.world.proposals) == 1
    assert len(await town.heard(VoteOpened)) == 2


async def test_a_lagging_hub_delays_the_announcement_and_nothing_else(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.world.freeze_hub()
    await publish_through(town, 3)
    assert len(town.world.proposals) == 1
    assert (await town.vote(idea)).status is VoteStatus.SIGNED
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_NOTICE
    town.world.thaw_hub()
    await publish_through(town, 1)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK


async def test_a_refusal_tells_the_moderators_and_gives_the_draft_back(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    await town.publishing.tick()
    town.space.voting["period"] = 5 * DAY
    await town.publishing.tick()
    refused = (await town.heard(PublishingRefused))[0][1]
    assert refused.text == "invalid voting period"
    assert "fixes how long a vote lasts" in refused.meaning
    places = {heard.destination for heard, _ in await town.heard(PublishingRefused)}
    assert places == {f"channel:{VOTING}", "channel:904", f"thread:{idea.id}"}
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT
    assert (await town.vote(idea)).status is VoteStatus.REFUSED
    before = town.dump()
    await publish_through(town)
    assert town.dump() == before


async def test_after_a_refusal_a_new_round_can_be_announced(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.space.members.clear()
    await publish_through(town)
    refused = await town.only(PublishingRefused)
    assert "Only authors may propose in usebraintrust.eth" in refused.text
    assert town.signer is not None
    town.space.members.append(town.signer.address)
    await town.notice(idea)
    again = await town.vote(idea)
    assert (again.round, again.status) == (2, VoteStatus.NOTICED)
    await town.publish(idea)
    (opened,) = {speech.round for _, speech in await town.heard(VoteOpened)}
    assert opened == 2
    assert [speech.round for _, speech in await town.heard(NoticeGiven)] == [1, 1, 2, 2]


async def test_without_a_key_any_more_the_moderators_are_told(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.signer = None
    town.restart()
    await town.publishing.tick()
    assert "no key" in (await town.only(PublishingRefused)).text
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT


async def test_a_space_that_has_gone_is_a_refusal(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    await town.found(builders.community(space=SpaceId("gone.eth")))
    await town.publishing.tick()
    assert (await town.only(PublishingRefused)).text == "The space does not exist any more."


async def test_a_space_on_a_chain_without_an_endpoint_is_a_refusal(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.space.network = "137"
    await town.publishing.tick()
    assert "chain 137" in (await town.only(PublishingRefused)).text
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT


async def test_a_vote_that_cannot_be_posted_now_does_not_hold_up_the_others(town: Town) -> None:
    first = await town.noticed()
    second = await town.noticed()
    town.clock.time = (await town.vote(second)).opens_at
    await town.publishing.tick()
    town.world.faults.graphql_error()
    with pytest.raises(SnapshotError, match="PROCESSING"):
        await town.publishing.tick()
    assert (await town.vote(first)).status is VoteStatus.SIGNED
    assert (await town.vote(second)).status is VoteStatus.POSTED


async def test_a_postponed_vote_is_not_signed(town: Town) -> None:
    idea = await town.noticed()
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "The numbers are wrong.")
    town.clock.wait(10 * DAY)
    before = town.dump()
    await publish_through(town)
    assert town.dump() == before
    assert not town.world.proposals
    heard = await town.heard(VotePostponed)
    assert {news.reason for _, news in heard} == {"The numbers are wrong."}
    places = {where.destination for where, _ in heard}
    assert places == {f"channel:{VOTING}", f"thread:{idea.id}"}, "who was called hears it"


async def test_a_vote_postponed_while_it_is_signed_stays_postponed(town: Town) -> None:
    idea = await town.noticed()
    noticed = await town.vote(idea)
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "Wait.")
    await town.publishing._sign(noticed)
    assert (await town.vote(idea)).status is VoteStatus.POSTPONED
    assert (await town.vote(idea)).envelope is None


async def test_a_vote_of_yesterday_changes_nothing_today(town: Town) -> None:
    idea = await town.noticed()
    old = await town.vote(idea)
    idea = await town.publish(idea)
    before = town.dump()
    await town.publishing._refuse(old, "no", "")
    envelope = (await town.vote(idea)).envelope
    assert envelope is not None
    seen = await town.snapshot.proposal(envelope.id)
    assert seen is not None
    await town.publishing._opened(replace(old, envelope=envelope), seen)
    assert town.dump() == before


async def test_a_signed_vote_cannot_be_postponed_any_more(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    await town.publishing.tick()
    with pytest.raises(Refusal, match="may be on Snapshot"):
        await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "Too late.")


async def test_the_author_alone_cannot_announce_a_vote(town: Town) -> None:
    idea = await town.promoted()
    with pytest.raises(Refusal, match="Only moderators"):
        await town.drafts.give_notice(
            GUILD, idea.reference, AUTHOR, step=Step.TEMPERATURE, revision=1
        )


async def test_a_space_with_a_delay_gets_its_start_later(town: Town) -> None:
    town.space.voting["delay"] = 3_600
    idea = await town.opened()
    record = await town.record(idea)
    assert record.start == record.created + 3_600


async def test_a_vote_that_is_late_is_told_once_and_announced_when_it_is_open(town: Town) -> None:
    idea = await town.noticed()
    opens_at = (await town.vote(idea)).opens_at
    town.clock.time = opens_at
    await town.publishing.tick()
    town.world.faults.server_error(status=503, times=3)
    await town.publishing.tick()
    assert not await town.heard(PublishingDelayed), "a short delay is nobody's business"
    town.clock.wait(1_801)
    await town.publishing.tick()
    await town.publishing.tick()
    told = await town.heard(PublishingDelayed)
    assert {where.destination for where, _ in told} == {"channel:904", f"thread:{idea.id}"}
    assert told[0][1].opens_at == opens_at
    await town.publishing.tick()
    assert await town.heard(VoteOpened)


async def test_what_was_not_said_goes_where_the_channels_are_by_now(town: Town) -> None:
    await town.noticed()
    moved = builders.community(voting_channel_id=ChannelId(77))
    await town.setup.set_up(moved, MODERATOR, None)
    places = {where.destination for where, _ in await town.heard(NoticeGiven)}
    assert "channel:77" in places
    assert f"channel:{VOTING}" not in places


async def test_a_topic_is_posted_as_the_spaces_label_of_that_name(town: Town) -> None:
    town.space.labels.append({"id": "a1", "name": "Fees", "description": "", "color": "#fff"})
    idea = await town.promoted()
    async with town.database.transaction() as store:
        await store.proposals.save(replace(await store.proposals.of(idea.id), topic="fees"))
    record = await town.record(await town.opened_from(idea))
    assert record.labels == ["a1"]
