"""Votes on Snapshot, mirrored while they are open and decided when they are final."""

from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from bot.domain.announcement import NextStep
from bot.domain.drafting.draft import Section
from bot.domain.lifecycle import Phase
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import VoteClosingSoon, VoteDecided, VoteGone
from bot.domain.offchain.vote import VoteStatus
from bot.domain.outbox import PostState
from bot.domain.policy import Step
from bot.gateways.snapshot.wire import SnapshotError
from sandbox.snapshot.exchange import json_reply
from tests import builders
from tests.builders import GUILD
from tests.town import DAY, Town


async def test_nothing_is_asked_while_nothing_is_followed(town: Town) -> None:
    await town.noticed()
    await town.found(builders.community(policy=builders.policy(adopts_votes=False)))
    town.world.requests.clear()
    await town.tallies.tick()
    assert not town.world.requests


async def test_the_tally_follows_the_votes(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    await town.voter(0).vote(record.id, 1)
    await town.voter(1).vote(record.id, 2)
    await town.tallies.tick()
    tally = await town.only(TallyCard)
    assert tally.is_open
    assert tally.scores == (Decimal(60_000), Decimal(60_000))
    assert (tally.votes, tally.quorum) == (2, Decimal(100_000))
    assert (tally.is_final, tally.passed) == (False, False)
    assert tally.why == "no majority for Yes"


async def test_a_look_that_finds_nothing_new_changes_nothing(town: Town) -> None:
    idea = await town.opened()
    town.clock.wait(60)
    await town.voter(0).vote((await town.record(idea)).id, 1)
    await town.tallies.tick()
    before = town.dump()
    town.clock.wait(60)
    await town.tallies.tick()
    assert town.dump() == before


async def test_scores_that_are_still_pending_are_no_result(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    await town.voter(0).vote(record.id, 1)
    await town.voter(1).vote(record.id, 1)
    town.clock.time = record.end + 59
    await town.tallies.tick()
    assert not await town.heard(VoteDecided)
    assert not (await town.only(TallyCard)).is_open
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK
    town.clock.wait(1)
    await town.tallies.tick()
    assert (await town.only(VoteDecided)).passed
    assert (await town.only(TallyCard)).is_final


async def test_a_temperature_check_that_passes_prepares_the_consensus_draft(town: Town) -> None:
    idea = await town.in_consensus()
    assert idea.phase is Phase.CONSENSUS_DRAFT
    decided = await town.only(VoteDecided)
    assert (decided.passed, decided.why) == (True, "more Yes than the rest")
    assert decided.scores == (Decimal(120_000), Decimal(0))
    view = await town.drafts.view(GUILD, idea.reference)
    assert view.draft.step is Step.CONSENSUS
    assert view.draft.title == "[Consensus Check] - Lower the marketplace fee"
    assert "Passed: more Yes than the rest." in view.draft.body
    assert "Why." in view.draft.body
    assert view.draft.choices == ("Make the change", "Make no change")
    assert not view.findings
    step = await town.only(NextStep)
    assert (step.phase, step.call_to_make) == (Phase.CONSENSUS_DRAFT, "")


async def test_a_consensus_check_that_passes_names_the_title_to_bear_on_chain(town: Town) -> None:
    idea = await town.passed()
    assert idea.phase is Phase.PASSED
    step = (await town.heard(NextStep))[-1][1]
    assert (step.phase, step.call_to_make) == (Phase.PASSED, "Lower the marketplace fee")


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ((1, 2), "no majority for Yes"),
        ((2, 2), "no majority for Yes"),
        ((1,), "the quorum is not reached"),
        ((), "the quorum is not reached"),
    ],
)
async def test_a_temperature_check_fails_without_a_majority_or_a_quorum(
    town: Town, choices: tuple[int, ...], why: str
) -> None:
    idea = await town.decide(await town.opened(), *choices)
    assert idea.phase is Phase.TEMPERATURE_FAILED
    decided = await town.only(VoteDecided)
    assert (decided.passed, decided.why) == (False, why)
    assert not await town.heard(NextStep)


@pytest.mark.parametrize(
    ("choices", "phase", "why"),
    [
        ((1, 1, 2), Phase.PASSED, "“Make the change” has the most votes"),
        ((1, 2), Phase.CONSENSUS_FAILED, "a tie"),
        ((1, 2, 2), Phase.CONSENSUS_FAILED, "“Make no change” has the most votes"),
        ((1,), Phase.CONSENSUS_FAILED, "the quorum is not reached"),
    ],
)
async def test_a_consensus_check_is_decided_by_the_most_votes(
    town: Town, choices: tuple[int, ...], phase: Phase, why: str
) -> None:
    idea = await town.in_consensus()
    await town.notice(idea)
    idea = await town.decide(await town.publish(idea), *choices)
    assert idea.phase is phase
    decided = (await town.heard(VoteDecided))[-1][1]
    assert (decided.passed, decided.why) == (phase is Phase.PASSED, why)


async def test_a_vote_that_nobody_cast_a_ballot_in_fails(town: Town) -> None:
    town.space.voting.pop("quorum")
    idea = await town.decide(await town.opened())
    assert idea.phase is Phase.TEMPERATURE_FAILED


async def test_a_reminder_goes_out_once_before_the_end(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.time = record.end - DAY - 1
    await town.tallies.tick()
    assert not await town.heard(VoteClosingSoon)
    town.clock.wait(1)
    for _ in range(3):
        await town.tallies.tick()
    reminders = await town.heard(VoteClosingSoon)
    assert [heard.state for heard, _ in reminders] == [PostState.DUE] * 2
    assert reminders[0][1].end == record.end


async def test_a_reminder_that_comes_too_late_is_recorded_and_not_said(town: Town) -> None:
    await town.decide(await town.opened(), 1)
    reminders = await town.heard(VoteClosingSoon)
    assert [heard.state for heard, _ in reminders] == [PostState.SKIPPED] * 2


async def test_a_vote_deleted_on_snapshot_gives_the_draft_back(town: Town) -> None:
    idea = await town.opened()
    town.world.delete((await town.record(idea)).id)
    await town.tallies.tick()
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK
    town.clock.wait(3_600)
    await town.tallies.tick()
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT
    assert (await town.vote(idea)).status is VoteStatus.DELETED
    assert len(await town.heard(VoteGone)) == 2
    ((_, tally),) = await town.heard(TallyCard)
    assert (tally.is_gone, tally.is_open, tally.passed) == (True, False, None)
    before = town.dump()
    await town.tallies.tick()
    assert town.dump() == before
    await town.notice(idea)
    assert (await town.vote(idea)).round == 2


async def test_a_hub_that_lags_for_a_while_has_deleted_nothing(town: Town) -> None:
    idea = await town.opened()
    snapshot_id = (await town.record(idea)).id
    record = town.world.ledger.proposals.pop(snapshot_id)
    await town.tallies.tick()
    assert await town.missing_since(idea) is not None
    town.clock.wait(600)
    town.world.ledger.proposals[snapshot_id] = record
    await town.tallies.tick()
    assert await town.missing_since(idea) is None
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK
    assert not await town.heard(VoteGone)


async def test_a_failing_hub_is_not_taken_for_a_deletion(town: Town) -> None:
    idea = await town.opened()
    before = town.dump()
    town.world.faults.graphql_error(times=2)
    with pytest.raises(SnapshotError):
        await town.tallies.tick()
    town.world.faults.lose_answer(on="hub")
    with pytest.raises(httpx.HTTPError):
        await town.tallies.tick()
    assert town.dump() == before
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK


async def test_an_empty_page_is_no_deletion(town: Town) -> None:
    await town.tallies.tick()
    idea = await town.opened()
    for name in ("messages", "proposals", "proposals"):
        town.world.faults.answer("hub", json_reply({"data": {name: []}}))
    await town.tallies.tick()
    assert await town.missing_since(idea) is not None
    await town.tallies.tick()
    assert await town.missing_since(idea) is None
    assert not await town.heard(VoteGone)


async def test_a_vote_missing_from_every_page_is_asked_for_alone_before_it_is_gone(
    town: Town,
) -> None:
    await town.tallies.tick()
    idea = await town.opened()
    for _ in range(2):
        for name in ("messages", "proposals", "proposals"):
            town.world.faults.answer("hub", json_reply({"data": {name: []}}))
        await town.tallies.tick()
        town.clock.wait(3_600)
    assert not await town.heard(VoteGone)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK


async def test_a_consensus_draft_written_before_the_result_is_kept(town: Town) -> None:
    idea = await town.opened()
    async with town.database.transaction() as store:
        draft = await store.drafts.newest(idea.id, Step.TEMPERATURE)
        assert draft is not None
        by_hand = replace(
            draft, step=Step.CONSENSUS, sections=(Section(name="", text="By hand."),), credit=""
        )
        await store.drafts.save(by_hand)
    await town.decide(idea, 1, 1)
    assert (await town.drafts.view(GUILD, idea.reference)).draft.body == "By hand."


async def test_a_refined_draft_survives_a_second_round_of_the_temperature_check(
    town: Town,
) -> None:
    idea = await town.in_consensus()
    await town.edit(idea, text="Refined by hand.")
    vote = (await town.vote(idea)).envelope
    assert vote is not None
    view = await town.drafts.view(GUILD, idea.reference)
    assert view.draft.section("Summary") == "Refined by hand."
    assert view.draft.revision == 2


async def test_a_vote_decided_meanwhile_is_left_alone(town: Town) -> None:
    idea = await town.opened()
    vote = await town.vote(idea)
    await town.decide(idea, 2, 2)
    before = town.dump()
    assert vote.envelope is not None
    seen = await town.snapshot.proposal(vote.envelope.id)
    assert seen is not None
    await town.tallies._gone(seen)
    assert town.dump() == before


async def test_two_votes_are_looked_at_together(town: Town) -> None:
    first, second = await town.opened(), await town.opened()
    assert (await town.record(first)).id != (await town.record(second)).id
    town.clock.wait(60)
    await town.tallies.tick()
    town.world.requests.clear()
    await town.tallies.tick()
    assert len(town.world.requests) == 2


async def test_the_moderators_hear_the_next_step_beside_the_thread(town: Town) -> None:
    idea = await town.in_consensus()
    places = {heard.destination for heard, _ in await town.heard(NextStep)}
    assert places == {"channel:904", f"thread:{idea.id}"}


async def test_scores_that_nobody_computes_are_asked_for_some_minutes_after_the_end(
    town: Town,
) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.world.finalises_after = None
    await town.voter(0).vote(record.id, 2)
    town.clock.time = record.end + 300
    await town.tallies.tick()
    assert not [each for each in town.world.requests if each.path.startswith("/scores/")]
    for wait in (1, 1, 299):
        town.clock.wait(wait)
        await town.tallies.tick()
    assert len([each for each in town.world.requests if each.path.startswith("/scores/")]) == 1
    assert not (await town.only(VoteDecided)).passed
