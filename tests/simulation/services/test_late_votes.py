"""Votes that cannot be brought to Snapshot in time, or not by the clock: one of them, or none."""

from dataclasses import replace

import pytest
from sqlalchemy import insert

from bot.domain.lifecycle import Phase
from bot.domain.offchain.announcement import PublishingDelayed, PublishingRefused, VoteOpened
from bot.domain.offchain.vote import VoteStatus
from bot.domain.proposal import Proposal
from bot.storage.schema import aliases
from tests.builders import GUILD, MARA, MODERATOR
from tests.simulation.services.test_publishing import publish_through
from tests.town import DAY, Town


async def signed(town: Town) -> Proposal:
    """Bring a vote so far that it is signed and nothing of it was sent."""
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    await town.publishing.tick()
    assert (await town.vote(idea)).status is VoteStatus.SIGNED
    return idea


async def test_a_vote_that_lost_an_hour_of_its_time_is_given_up_and_can_be_announced_anew(
    town: Town,
) -> None:
    idea = await signed(town)
    town.world.faults.server_error(status=503, times=None)
    town.clock.wait(3_600)
    await publish_through(town, 2)
    assert (await town.vote(idea)).status is VoteStatus.SIGNED
    town.world.faults.clear()
    town.clock.wait(1)
    await publish_through(town, 2)
    assert not town.world.proposals, "it would be shorter than was promised"
    assert (await town.vote(idea)).status is VoteStatus.SIGNED, "nor is it certain that it is lost"
    town.clock.wait(901)
    await publish_through(town, 2)
    refused = await town.only(PublishingRefused)
    assert "could not be delivered in time" in refused.text
    assert "publishing it anew makes no second one" in refused.meaning
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT
    await town.notice(idea)
    await town.publish(idea)
    (record,) = town.world.proposals
    assert record.end - record.start == 3 * DAY


async def test_a_vote_that_had_arrived_after_all_is_found_however_late(town: Town) -> None:
    idea = await signed(town)
    town.world.freeze_hub()
    town.world.faults.lose_answer()
    await publish_through(town, 2)
    town.clock.wait(3_900)
    await publish_through(town, 2)
    assert (await town.vote(idea)).status is VoteStatus.SIGNED
    town.world.thaw_hub()
    await publish_through(town, 2)
    assert (await town.vote(idea)).status is VoteStatus.POSTED
    assert len(town.world.proposals) == 1


async def test_what_was_given_up_and_is_there_after_all_keeps_a_second_one_away(
    town: Town,
) -> None:
    idea = await signed(town)
    town.world.freeze_hub()
    town.world.faults.lose_answer()
    await publish_through(town, 2)
    town.clock.wait(2 * 3_600)
    await publish_through(town, 2)
    assert (await town.vote(idea)).status is VoteStatus.REFUSED
    town.world.thaw_hub()
    await town.notice(idea)
    town.clock.time = (await town.vote(idea)).opens_at
    await publish_through(town, 3)
    assert len(town.world.proposals) == 1
    told = [news.text for _, news in await town.heard(PublishingRefused)]
    assert any("An earlier attempt is on Snapshot after all: https://" in text for text in told)
    town.world.delete(town.world.proposals[0].id)
    await town.notice(idea)
    await town.publish(idea)
    assert len(town.world.proposals) == 1
    assert (await town.vote(idea)).status is VoteStatus.POSTED


async def test_after_a_week_without_a_connection_nothing_is_sent(town: Town) -> None:
    idea = await signed(town)
    town.clock.wait(7 * DAY)
    await publish_through(town, 1)
    assert (await town.vote(idea)).status is VoteStatus.REFUSED
    assert not [each for each in town.world.requests if each.service == "sequencer"]


async def test_a_signature_of_the_wrong_time_waits_and_is_told(town: Town) -> None:
    idea = await signed(town)
    town.world.faults.refuse("wrong timestamp", times=2)
    await publish_through(town, 2)
    told = await town.only(PublishingDelayed)
    assert "finds the time of the signature wrong" in told.reason
    await publish_through(town, 2)
    assert (await town.vote(idea)).status is VoteStatus.POSTED


async def test_a_clock_that_is_off_signs_nothing_until_it_is_set(town: Town) -> None:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    town.world.faults.skew_clock(300)
    await publish_through(town, 3)
    assert (await town.vote(idea)).status is VoteStatus.NOTICED
    told = await town.only(PublishingDelayed)
    assert "is 5 minutes behind Snapshot's" in told.reason
    assert len(await town.heard(PublishingDelayed)) == 2, "once, in two places"
    town.world.faults.skew_clock(0)
    await publish_through(town, 2)
    assert (await town.vote(idea)).status is VoteStatus.POSTED


async def test_a_clock_that_is_off_is_found_before_the_notice(town: Town) -> None:
    idea = await town.promoted()
    town.world.faults.skew_clock(-300)
    view = await town.drafts.preflight(GUILD, idea.reference, MODERATOR)
    (finding,) = view.findings
    assert "is 5 minutes ahead of Snapshot's" in finding
    assert "Whoever runs Assent sets that clock" in finding


async def test_a_node_that_is_silent_keeps_nobody_from_giving_notice(town: Town) -> None:
    idea = await town.promoted()
    town.chain.is_down = True
    view = await town.drafts.preflight(GUILD, idea.reference, MODERATOR)
    assert view.findings == ()
    (clocks,) = [check for check in view.checks if check.name == "Clocks"]
    assert "node did not tell the time" in clocks.detail


async def test_words_that_nobody_knows_are_shown_as_they_are_and_end_the_round(town: Town) -> None:
    idea = await signed(town)
    town.world.faults.refuse("the moon is in the wrong house")
    await publish_through(town, 2)
    refused = await town.only(PublishingRefused)
    assert refused.text == "the moon is in the wrong house"
    assert (await town.vote(idea)).status is VoteStatus.REFUSED


async def test_a_refusal_of_what_is_there_already_is_no_refusal(town: Town) -> None:
    idea = await signed(town)
    town.world.faults.lose_answer(only="proposal")
    town.world.faults.graphql_error()
    await publish_through(town, 1)
    town.world.faults.clear()
    vote = await town.vote(idea)
    assert vote.envelope is not None
    await town.snapshot.post(vote.envelope)
    answer = await town.snapshot.post(vote.envelope)
    await town.publishing._answered(vote, replace(answer, text="wrong alias"))
    assert (await town.vote(idea)).status is VoteStatus.POSTED


async def test_a_full_space_is_found_before_the_notice(town: Town) -> None:
    town.world.ledger.options["space.verified.proposal_limit_per_month"] = "1"
    town.world.ledger.options["space.verified.proposal_limit_per_day"] = "1"
    await town.opened()
    other = await town.promoted()
    view = await town.drafts.preflight(GUILD, other.reference, MODERATOR)
    (finding,) = view.findings
    assert "has 1 of the 1 proposals that its plan allows in 30 days" in finding


async def test_an_alias_posts_in_the_name_of_its_principal(town: Town) -> None:
    assert town.signer is not None
    mara = town.world.wallet("mara")
    await mara.link(town.signer.address)
    town.space.members[:] = [mara.address]
    async with town.database.transaction() as store:
        await store.aliases._connection.execute(
            insert(aliases).values(
                guild_id=GUILD,
                principal=mara.address,
                alias=town.signer.address,
                user_id=MARA,
                signed_at=town.clock(),
            )
        )
    idea = await town.opened()
    assert (await town.record(idea)).author == mara.address
    assert await town.heard(VoteOpened)


@pytest.mark.parametrize("demand", ["shutter", "any", ""])
async def test_a_shielded_vote_is_posted_where_the_space_demands_it(
    town: Town, demand: str
) -> None:
    town.space.voting["privacy"] = demand
    idea = await town.opened()
    assert (await town.record(idea)).privacy == ("shutter" if demand == "shutter" else "")
