"""Deadlines in the server's own list of events: made, moved and cancelled with the facts."""

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.domain.deadlines.event import Listed, mark_in
from bot.domain.deadlines.plan import missed
from sandbox.discord import Permission
from sandbox.discord.scheduled_events import EventStatus, ScheduledEvent
from tests.contract.discord.verdicts import faults
from tests.deadlines import read_back
from tests.simulation.discord.home import DAY, Assent, Home, awake, read
from tests.simulation.discord.test_on_chain import catch_up, follow

How = Literal["reset", "disconnect", "500"]
EVENTS = r"/guilds/\d+/scheduled-events$"
HOUR = 3_600


class Impatient:
    """asyncio, but that nobody sleeps: discord.py waits seconds before it repeats a request."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _no_waiting_for_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.http.asyncio", Impatient())


def ahead(home: Home) -> list[ScheduledEvent]:
    """Give what Discord's list of events shows."""
    return [each for each in home.guild.scheduled_events if each.is_ahead]


def status_of(event: ScheduledEvent) -> str:
    return event.status.name


async def keep(assent: Assent, turns: int = 2) -> None:
    for _ in range(turns):
        await assent.run("calendar")
    await assent.drain()


async def with_events(assent: Assent) -> None:
    await assent.decide(calendar_events=True)


async def post(assent: Assent, home: Home) -> None:
    """Let the notice pass, and the vote be posted."""
    await home.worlds.chain.mine(14)
    home.clock.jump(2 * DAY + HOUR)
    await assent.run("publishing", "publishing", "tallies")


async def test_a_vote_stands_in_the_list_from_its_notice_to_its_end(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    (event,) = ahead(home)
    assert event.name == "Temperature Check: BTRST-1 Lower the marketplace fee"
    assert event.status is EventStatus.SCHEDULED
    assert event.ends_at - event.starts_at == 3 * DAY
    await post(assent, home)
    await keep(assent)
    record = home.worlds.snapshot.proposals[-1]
    (same,) = ahead(home)
    assert same is event
    assert same.status is EventStatus.ACTIVE or same.starts_at >= record.start
    assert (same.ends_at, "snapshot" in same.description) == (record.end, True)
    home.clock.jump(4 * DAY)
    await assent.run("tallies")
    await keep(assent)
    assert ahead(home) == []
    assert status_of(event) == "COMPLETED"
    assert len(home.calls("POST", EVENTS)) == 1


async def test_without_the_policys_word_there_are_no_events_and_discord_is_not_asked(
    assent: Assent, home: Home
) -> None:
    await assent.noticed_vote()
    await keep(assent)
    assert home.guild.scheduled_events == []
    assert home.calls("GET", EVENTS) == []


async def test_an_administrator_switches_the_events_on_and_off(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    command, name = "/governance policy set", "calendar.events"
    await home.owner.run(command, home.general, name=name, value="yes")
    await keep(assent)
    assert [each.name.partition(":")[0] for each in ahead(home)] == ["Temperature Check"]
    await home.owner.run(command, home.general, name=name, value="no")
    await keep(assent)
    assert ahead(home) == []


async def test_at_rest_discord_is_not_asked(assent: Assent, home: Home) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    before = len(home.world.calls)
    await keep(assent, turns=5)
    assert len(home.world.calls) == before


async def test_a_postponed_vote_is_cancelled_in_the_list(assent: Assent, home: Home) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    (event,) = ahead(home)
    await home.ana.run(
        "/proposal postpone", home.general, proposal="BTRST-1", reason="A typing error."
    )
    await keep(assent)
    assert event.status is EventStatus.CANCELED
    assert "Cancelled: the vote was postponed." in event.description
    assert ahead(home) == []


@pytest.mark.parametrize("how", ["reset", "disconnect", "500"])
async def test_an_event_whose_making_is_never_confirmed_is_there_once(
    assent: Assent, home: Home, how: How
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    home.faults.lose_answer("POST", EVENTS, how=how)
    await keep(assent, turns=3)
    (event,) = ahead(home)
    assert len(home.calls("POST", EVENTS)) == 1
    home.change_policy(time_zone="Europe/Berlin")
    await home.ana.run(
        "/proposal postpone", home.general, proposal="BTRST-1", reason="A typing error."
    )
    await keep(assent)
    assert event.status is EventStatus.CANCELED


async def test_a_crash_between_making_and_writing_down_doubles_nothing(home: Home) -> None:
    async with awake(home) as assent:
        await home.set_up()
        await with_events(assent)
        await assent.noticed_vote()
        home.faults.lose_answer("POST", EVENTS)
        await keep(assent, turns=1)
    assert len(ahead(home)) == 1
    async with awake(home) as assent:
        await keep(assent)
        assert len(ahead(home)) == 1
        await keep(assent)
    assert len(home.calls("POST", EVENTS)) == 1


async def test_what_people_have_deleted_is_not_made_again(assent: Assent, home: Home) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    home.guild.unschedule(ahead(home)[0])
    await post(assent, home)
    await keep(assent, turns=4)
    assert home.guild.scheduled_events == []
    assert len(home.calls("POST", EVENTS)) == 1


async def test_switched_off_the_events_go_and_people_keep_theirs(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    now = home.clock.now()
    party = home.guild.schedule("A party", start=now + DAY, end=now + DAY + HOUR)
    await keep(assent)
    assert len(ahead(home)) == 2
    await assent.decide(calendar_events=False)
    await keep(assent)
    assert ahead(home) == [party]


async def test_peoples_events_count_and_the_list_is_never_filled(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    now = home.clock.now()
    for number in range(95):
        home.guild.schedule(f"A party {number}", start=now + DAY, end=now + DAY + HOUR)
    await assent.noticed_vote()
    await keep(assent)
    assert len(ahead(home)) == 95
    for event in ahead(home)[:10]:
        home.guild.unschedule(event)
    await keep(assent)
    assert len(ahead(home)) == 86


async def test_a_missing_permission_is_told_to_moderators_once_and_mended_by_itself(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    role = home.guild.bot_role
    home.guild.change_role(role, permissions=role.permissions & ~Permission.CREATE_EVENTS)
    await assent.sync()
    await assent.noticed_vote()
    await keep(assent, turns=5)
    (told,) = home.saying(home.moderators, "Something is in the way", "Create Events")
    assert "/governance policy set" in read(told)
    assert home.calls("POST", EVENTS) == []
    check = await home.owner.run("/governance check", home.general)
    assert "whole server: Create Events" in read(check).replace("*", "")
    home.guild.change_role(role, permissions=role.permissions | Permission.CREATE_EVENTS)
    await assent.sync()
    await keep(assent)
    assert len(ahead(home)) == 1
    check = await home.owner.run("/governance check", home.general)
    assert "Create Events" not in read(check)


async def test_a_refusal_in_spite_of_the_permission_is_no_loop(assent: Assent, home: Home) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    home.faults.fail("POST", EVENTS, status=403, times=1)
    await keep(assent, turns=1)
    await keep(assent)
    assert len(ahead(home)) == 1


async def test_in_a_dry_run_the_list_is_left_alone(assent: Assent, home: Home) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    await home.owner.run("/governance dryrun", home.general, switch="on")
    await home.ana.run(
        "/proposal postpone", home.general, proposal="BTRST-1", reason="A typing error."
    )
    await keep(assent)
    (event,) = ahead(home)
    assert event.status is EventStatus.SCHEDULED


async def test_a_proposal_on_chain_brings_its_vote_and_the_ends_of_its_timelock(
    assent: Assent, home: Home
) -> None:
    dao = await home.worlds.chain.openzeppelin(
        voting_delay=HOUR, voting_period=3 * DAY, counts_seconds=True
    )
    ana = home.worlds.chain.wallet("ana")
    await dao.give(ana, 200_000)
    await home.worlds.chain.mine(14)
    await follow(home, dao)
    await with_events(assent)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee\n\nAs decided.")
    await catch_up(assent, home)
    await keep(assent)
    (vote,) = ahead(home)
    assert vote.name == "On-chain vote: Lower the fee"
    assert (vote.starts_at, vote.ends_at) == await dao.window(proposal)
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    await dao.close_voting(proposal)
    await dao.queue(proposal)
    await catch_up(assent, home)
    await keep(assent)
    (executable,) = ahead(home)
    assert executable.name == "Executable: Lower the fee"
    assert executable.starts_at == await dao.eta(proposal)
    assert vote.status is EventStatus.COMPLETED
    await dao.wait_for_eta(proposal)
    await dao.execute(proposal)
    await catch_up(assent, home)
    await keep(assent)
    assert ahead(home) == [executable]
    assert executable.status is EventStatus.ACTIVE
    assert len(home.calls("POST", EVENTS)) == 2


async def test_a_vote_counted_in_blocks_says_about_and_moves_with_the_chain(
    assent: Assent, home: Home
) -> None:
    chain = home.worlds.chain
    dao = await chain.braintrust(voting_period=900)
    ana = chain.wallet("ana")
    await dao.give(ana, 200_000)
    await chain.mine(14)
    await follow(home, dao)
    await with_events(assent)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee\n\nAs decided.")
    await catch_up(assent, home)
    await keep(assent)
    (vote,) = ahead(home)
    assert vote.name == "On-chain vote (about): Lower the fee"
    assert "blocks come as they come" in vote.description
    planned = vote.ends_at
    await chain.mine(60, spacing=120)
    await catch_up(assent, home)
    await keep(assent)
    assert vote.ends_at > planned + 600
    await dao.cancel(proposal)
    await catch_up(assent, home)
    await keep(assent)
    assert ahead(home) == []
    assert "Cancelled: the proposal was canceled on chain." in vote.description


async def test_an_event_that_has_begun_is_ended_and_not_cancelled(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    record = await assent.open_vote()
    await assent.run("tallies")
    home.clock.jump(HOUR)
    await keep(assent)
    home.clock.jump(HOUR)
    (event,) = ahead(home)
    assert event.status is EventStatus.ACTIVE
    home.worlds.snapshot.delete(record.id)
    for _ in range(4):
        home.clock.jump(HOUR)
        await assent.run("tallies")
    await keep(assent)
    assert status_of(event) == "COMPLETED"
    assert "Cancelled: the vote was deleted on Snapshot." in event.description


async def test_what_the_bot_asks_of_discord_fits_its_own_description(
    assent: Assent, home: Home, tmp_path: Path
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    await post(assent, home)
    await keep(assent)
    await assent.decide(calendar_events=False)
    await keep(assent)
    await assent.decide(calendar_events=True)
    await keep(assent)
    await home.ana.run(
        "/proposal set-status",
        home.general,
        proposal="BTRST-1",
        status="passed",
        reason="It is settled.",
    )
    await keep(assent)
    asked = [call for call in home.world.calls if "scheduled-events" in call["path"]]
    assert {call["method"] for call in asked} == {"GET", "POST", "PATCH", "DELETE"}
    calls = tmp_path / "calls.jsonl"
    calls.write_text("".join(f"{json.dumps(call)}\n" for call in asked))
    assert faults(calls) == []


async def test_everybody_gets_the_calendar_as_a_file(assent: Assent, home: Home) -> None:
    empty = await home.kofi.run("/calendar", home.general)
    assert "There is no deadline here now." in read(empty)
    await assent.noticed_vote()
    await keep(assent)
    reply = await home.kofi.run("/calendar", home.general)
    assert "Temperature Check" in read(reply)
    assert "calendar.events" not in read(reply)
    assert reply.message is not None
    [file] = reply.message.attachments
    assert file.filename == "deadlines.ics"
    [event] = read_back(file.data.decode())
    assert event["SUMMARY"] == "Temperature Check: BTRST-1 Lower the marketplace fee"
    assert event["STATUS"] == "CONFIRMED"
    owner = await home.owner.run("/calendar", home.general)
    assert "calendar.events" in read(owner)


async def test_a_hostile_title_is_only_text_in_an_event(assent: Assent, home: Home) -> None:
    await with_events(assent)
    await assent.noticed_vote("@everyone [free](https://evil.example) \u202e" + "x" * 150)
    await keep(assent)
    (event,) = ahead(home)
    assert len(event.name) <= 100
    assert "\u202e" not in event.name
    assert "](https" not in event.description.replace("\\", "\0")
    assert mark_in(event.description)


async def test_an_event_that_vanishes_while_it_is_changed_is_peoples_doing(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    await keep(assent)
    await post(assent, home)
    await assent.bot.services.deadlines.record()
    [calendar] = await assent.bot.services.deadlines.unsettled()
    event = ahead(home)[0]
    listed = [
        Listed(id=event.id, mark=mark_in(event.description), end=event.ends_at, has_begun=False)  # type: ignore[arg-type] # as it is
    ]
    [step] = assent.bot.services.deadlines.steps(calendar, listed, 0)
    home.guild.unschedule(event)
    await assent.bot.services.deadlines.have(calendar.guild_id, missed(step))
    await keep(assent, turns=3)
    assert home.guild.scheduled_events == []


async def test_what_discord_fails_to_do_is_done_at_the_next_turn_and_once(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    home.faults.fail("POST", EVENTS, status=400, times=1)
    await keep(assent, turns=1)
    await keep(assent, turns=3)
    assert len(home.calls("POST", EVENTS)) == 2
    assert len(ahead(home)) == 1


async def test_a_permission_that_is_taken_while_it_works_is_told_and_the_rest_goes_on(
    assent: Assent, home: Home
) -> None:
    await with_events(assent)
    await assent.noticed_vote()
    home.faults.fail("GET", EVENTS, status=500, times=2)
    await keep(assent, turns=3)
    role = home.guild.bot_role
    home.guild.change_role(role, permissions=role.permissions & ~Permission.CREATE_EVENTS)
    await assent.sync()
    await post(assent, home)
    await keep(assent, turns=3)
    assert len(home.saying(home.moderators, "Something is in the way", "Create Events")) == 1
    assert "Deadlines" in read(await home.kofi.run("/calendar", home.general))
    await assent.settle()
    home.check_that_all_is_said_once()


async def test_a_proposal_that_a_reorganisation_takes_back_is_cancelled_in_the_list(
    assent: Assent, home: Home
) -> None:
    chain = home.worlds.chain
    dao = await chain.openzeppelin(voting_delay=HOUR, voting_period=3 * DAY, counts_seconds=True)
    ana = chain.wallet("ana")
    await dao.give(ana, 200_000)
    await chain.mine(14)
    await follow(home, dao)
    await with_events(assent)
    before = chain.head_number
    await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee\n\nAs decided.")
    await catch_up(assent, home)
    await keep(assent)
    (vote,) = ahead(home)
    await chain.reorganise(chain.head_number - before)
    await catch_up(assent, home)
    await keep(assent)
    assert ahead(home) == []
    assert status_of(vote) == "CANCELED"
    assert "it is not on the chain any more" in vote.description
    reply = await home.kofi.run("/calendar", home.general)
    assert reply.message is not None
    [file] = reply.message.attachments
    [gone] = read_back(file.data.decode())
    assert (gone["STATUS"], int(gone["SEQUENCE"])) == ("CANCELLED", 1)
    await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee\n\nAs decided.")
    await catch_up(assent, home)
    await keep(assent)
    (again,) = ahead(home)
    assert again.name == vote.name
    assert again is not vote
