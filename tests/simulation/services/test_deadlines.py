"""Deadlines recorded from the facts of a town, and what became of them."""

from dataclasses import replace

from bot.domain.deadlines.entry import KEPT, Entry, EventState
from bot.domain.deadlines.plan import Make, done
from bot.domain.offchain.followed import FollowedSpace
from bot.domain.trouble import TroubleKind
from bot.domain.types import SpaceId, UnixSeconds
from bot.services.deadlines import Deadlines
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.deadlines import read_back
from tests.town import DAY, Town


def deadlines_of(town: Town) -> Deadlines:
    return Deadlines(town.database, town.clock)


async def entries(town: Town) -> list[Entry]:
    async with town.database.reading() as store:
        return list(await store.deadlines.entries(GUILD))


async def with_events(town: Town) -> None:
    await town.found(builders.community(policy=builders.policy(calendar_events=True)))


async def test_a_repeated_look_writes_nothing(town: Town) -> None:
    deadlines = deadlines_of(town)
    await town.noticed()
    await deadlines.record()
    before = town.dump()
    town.clock.wait(60)
    await deadlines.record()
    assert town.dump() == before


async def test_a_round_keeps_its_entry_from_its_notice_to_its_end(town: Town) -> None:
    deadlines = deadlines_of(town)
    idea = await town.noticed()
    await deadlines.record()
    [noticed] = await entries(town)
    await town.publish(idea)
    await town.tallies.tick()
    await deadlines.record()
    [posted] = await entries(town)
    seen = (await town.vote(idea)).observed
    assert seen is not None
    assert posted.deadline.key == noticed.deadline.key
    assert (posted.deadline.start, posted.deadline.end) == (seen.start, seen.end)
    assert posted.deadline.link == seen.link


async def test_a_postponed_vote_is_cancelled_and_the_next_round_is_another(town: Town) -> None:
    deadlines = deadlines_of(town)
    idea = await town.noticed()
    await deadlines.record()
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "A mistake.")
    await deadlines.record()
    [off] = await entries(town)
    assert off.deadline.cancelled == "the vote was postponed."
    await town.notice(await town.proposal(idea))
    await deadlines.record()
    keys = {each.deadline.key: bool(each.deadline.cancelled) for each in await entries(town)}
    assert sorted(keys.values()) == [False, True]


async def test_what_ended_long_ago_is_forgotten(town: Town) -> None:
    deadlines = deadlines_of(town)
    await town.noticed()
    await deadlines.record()
    town.clock.wait(KEPT + 30 * DAY)
    await deadlines.record()
    await town.noticed()
    await deadlines.record()
    [left] = await entries(town)
    assert left.deadline.reference == "BTRST-2"


async def test_a_server_without_votes_has_an_empty_calendar(town: Town) -> None:
    file = await deadlines_of(town).file(GUILD)
    assert read_back(file.text) == []
    assert not file.ahead


async def test_without_the_policys_word_there_is_nothing_to_do(town: Town) -> None:
    deadlines = deadlines_of(town)
    await town.noticed()
    await deadlines.record()
    assert await deadlines.unsettled() == []


async def test_in_a_dry_run_there_is_nothing_to_do(town: Town) -> None:
    await with_events(town)
    await town.noticed()
    rehearsing = Deadlines(town.database, town.clock, is_rehearsing=True)
    await rehearsing.record()
    assert await rehearsing.unsettled() == []
    assert len(await deadlines_of(town).unsettled()) == 1


async def test_an_event_is_written_down_beside_what_has_changed_meanwhile(town: Town) -> None:
    await with_events(town)
    deadlines = deadlines_of(town)
    idea = await town.noticed()
    await deadlines.record()
    [calendar] = await deadlines.unsettled()
    [step] = deadlines.steps(calendar, [], 0)
    assert isinstance(step, Make)
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "A mistake.")
    await deadlines.record()  # another look comes between Discord's answer and our note of it
    await deadlines.have(GUILD, done(step, 77))
    [entry] = await entries(town)
    assert (entry.event_id, entry.state) == (77, EventState.STANDS)
    assert entry.deadline.cancelled
    [again] = await deadlines.unsettled()
    assert again.entries[0].event_id == 77


async def test_a_missing_permission_is_a_trouble_until_it_is_there(town: Town) -> None:
    await with_events(town)
    deadlines = deadlines_of(town)
    for _ in range(3):
        await deadlines.may_not(GUILD)
    async with town.database.reading() as store:
        assert await store.troubles.places(GUILD, TroubleKind.NO_EVENTS) == {GUILD}
    await deadlines.may(GUILD)
    await deadlines.may(GUILD)
    async with town.database.reading() as store:
        assert await store.troubles.places(GUILD, TroubleKind.NO_EVENTS) == set()


async def test_who_wants_no_events_any_more_misses_no_permission(town: Town) -> None:
    await with_events(town)
    deadlines = deadlines_of(town)
    await deadlines.may_not(GUILD)
    await town.found()
    await deadlines.record()
    async with town.database.reading() as store:
        assert not await store.troubles.in_server(GUILD)


async def test_a_vote_of_a_watched_space_is_a_deadline_until_it_is_deleted(town: Town) -> None:
    deadlines = deadlines_of(town)
    idea = await town.opened()
    record = await town.record(idea)
    async with town.database.transaction() as store:
        seen = await store.hub.proposal((await store.votes.of(idea.id))[0].snapshot_id)  # type: ignore[arg-type] # it is posted
        assert seen is not None
        other = type(seen.id)("0x" + "22" * 32)
        foreign = replace(seen, id=other, space=SpaceId("ens.eth"), title="Foreign")
        space = FollowedSpace(
            guild_id=GUILD,
            space=SpaceId("ens.eth"),
            since=UnixSeconds(town.clock()),
            is_own=False,
        )
        await store.sightings.list_space(space, [foreign])
    await deadlines.record()
    titles = {each.deadline.title for each in await entries(town)}
    assert titles == {"Foreign", "Lower the marketplace fee"}
    assert record.id != other
