"""What people look up about votes."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.types import GuildId
from tests.builders import GUILD
from tests.town import Town


async def test_a_look_reads_the_tally_from_the_hub_and_changes_nothing(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    await town.voter(0).vote(record.id, 1)
    before = town.dump()
    look = await town.ballots.look(GUILD, idea.reference)
    assert look.as_of is None
    assert look.sighting.seen.votes == 1
    assert look.sighting.unit == "BTRST"
    assert town.dump() == before


@pytest.mark.parametrize("name", ["btrst-1", "1", "{id}", "{link}", " #BTRST-1 "])
async def test_a_vote_is_found_by_reference_id_and_link(town: Town, name: str) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    link = f"https://snapshot.box/#/s:{record.space}/proposal/{record.id}"
    look = await town.ballots.look(GUILD, name.format(id=record.id.upper(), link=link))
    assert look.sighting.seen.id == record.id


@pytest.mark.parametrize("name", ["BTRST-9", "0x" + "0" * 64, "", "nonsense", "0x12"])
async def test_what_is_no_vote_here_is_refused(town: Town, name: str) -> None:
    await town.opened()
    with pytest.raises(Refusal):
        await town.ballots.look(GUILD, name)


async def test_a_proposal_without_a_vote_says_so(town: Town) -> None:
    idea = await town.idea()
    with pytest.raises(Refusal, match="has no vote on Snapshot yet"):
        await town.ballots.look(GUILD, idea.reference)


async def test_another_server_sees_nothing_of_it(town: Town) -> None:
    idea = await town.opened()
    with pytest.raises(Refusal):
        await town.ballots.look(GuildId(901), (await town.record(idea)).id)
    assert not await town.ballots.matching(GuildId(901))


async def test_a_silent_hub_leaves_the_tally_that_was_last_seen(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    posted_at = town.clock.time
    town.clock.wait(60)
    await town.voter(0).vote(record.id, 1)
    town.world.faults.server_error("hub")
    look = await town.ballots.look(GUILD, idea.reference)
    assert look.as_of == posted_at
    assert look.sighting.seen.votes == 0


async def test_open_votes_are_listed_until_they_end(town: Town) -> None:
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.wait(60)
    assert [vote.seen.id for vote in (await town.ballots.open_votes(GUILD, 7)).rows] == [record.id]
    town.clock.time = record.end + 1
    page = await town.ballots.open_votes(GUILD, 0)
    assert (page.rows, page.count, page.page_count) == ((), 0, 1)


async def test_votes_are_offered_by_reference_and_title(town: Town) -> None:
    idea = await town.opened()
    for typed in ("", "btrst-1", "MARKETPLACE", (await town.record(idea)).id[:12]):
        (offered,) = await town.ballots.matching(GUILD, typed)
        assert offered.proposal == await town.proposal(idea)
    assert not await town.ballots.matching(GUILD, "football")
