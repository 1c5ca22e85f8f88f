"""Whatever fails between us and Snapshot, people are told the truth of every vote, once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import SnapshotNews, VoteDecided, VoteOpened
from bot.domain.offchain.followed import FOLLOWED_ON
from bot.domain.offchain.vote import VoteStatus
from bot.domain.outbox import PostState
from bot.domain.policy import HOUR, VoteMoment
from bot.gateways.snapshot.budget import RequestBudget
from bot.gateways.snapshot.wire import SnapshotError
from bot.services.vote_links import VoteLinks
from bot.services.watching import Watching
from sandbox.snapshot.ledger import MessageRecord, ProposalRecord
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.property.conftest import OpenDatabase
from tests.town import DAY, SPACE, Town, open_town
from tests.watched import CrashError, HandClock

START = 1_800_000_000
WATCHED = "ens.eth"
OURS = "ours"
MOST_REQUESTS = 60  # in any minute
_FAILURES = (httpx.HTTPError, SnapshotError)


class Deed(StrEnum):
    """What somebody does on Snapshot; whether Assent can see it is another matter."""

    PLACE = "makes a vote that is open at once"
    PLACE_LATER = "makes a vote that opens tomorrow"
    PLACE_SHIELDED = "makes a shielded vote"
    PLACE_WATCHED = "makes a vote in a space that may be watched"
    EDIT = "edits a vote that has not begun"
    DELETE = "deletes a vote"
    FLAG = "marks a vote as spam, or takes the mark off"
    VOTE = "votes"
    RELEASE = "releases the key of a shielded vote"


class Wish(StrEnum):
    """What people here do when all is well: Assent has caught up, and Snapshot answers."""

    SILENCE = "wants no reminders told"
    REMIND_OFTEN = "wants two reminders"
    LINK = "links a vote to a proposal"
    UNLINK = "unlinks it"
    WATCH = "watches another space"
    UNWATCH = "ends that"


class Fault(StrEnum):
    """What goes wrong, and is over at the end."""

    FREEZE = "the hub stands still"
    THAW = "the hub goes on"
    ERROR = "the hub answers with an error"
    PARTIAL = "the hub answers with an error and a part of the data"
    CUT = "the hub's answer is cut"
    TOO_MANY = "the hub wants to be left alone"
    HUB_TIMES_OUT = "the hub does not answer"
    POST_TIMES_OUT = "the sequencer does not answer"
    POST_IS_LOST = "the sequencer takes it and its answer is lost"
    CRASH_AT_REQUEST = "the process dies at a request"
    CRASH_AT_COMMIT = "the process dies at a commit"
    RESTART = "the process is started again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    seconds: int


Step = Deed | Wish | Fault | Wait
STEPS = st.lists(
    st.one_of(
        st.sampled_from(Deed),
        st.sampled_from(Fault),
        st.sampled_from(Wish),
        st.sampled_from([Wait(seconds=each) for each in (60, HOUR, 12 * HOUR, DAY)]),
    ),
    max_size=25,
)


@dataclass(slots=True, kw_only=True)
class Life:
    """One run of a history; `fails` says whether its faults happen."""

    town: Town
    fails: bool
    made: list[ProposalRecord] = field(default_factory=list)
    ever_flagged: set[str] = field(default_factory=set)
    asked_at: list[int] = field(default_factory=list)

    async def begin(self) -> None:
        town = self.town
        town.budget = RequestBudget(town.clock)
        town.restart()
        town.transport.before_request = lambda _request: self.asked_at.append(town.clock.time)
        town.world.space(WATCHED)
        await town.found()
        await town.tallies.tick()
        await town.promoted()
        await town.noticed()

    async def live(self, steps: Sequence[Step]) -> None:
        for step in steps:
            match step:
                case Wait():
                    self.town.clock.wait(step.seconds)
                case Deed():
                    self.do(step)
                case Wish():
                    await self.all_well()
                    await self.wish(step)
                case Fault() if self.fails:
                    self.fail(step)
            self.town.clock.wait(61)
            await self.tick()

    async def tick(self) -> None:
        town = self.town
        for tick in (town.publishing.tick, town.dispatch.tick, town.tallies.tick):
            try:
                await tick()
            except CrashError:
                town.restart()
                return
            except _FAILURES:
                pass

    async def all_well(self) -> None:
        """Let all faults be over, and Assent catch up."""
        town = self.town
        town.world.faults.clear()
        town.world.thaw_hub()
        town.transport.dies_in = 0
        town.database.dies_at_commit = False
        for _ in range(2):
            town.clock.wait(61)
            await self.tick()

    async def end(self) -> None:
        """Let everything be over: every vote ends, every key is released."""
        await self.all_well()
        for _ in range(6):
            self.town.clock.wait(2 * DAY)
            self.town.world.faults.clear()
            for record in self.made:
                self.town.world.release_key(record.id)
            await self.tick()
            await self.all_well()

    # What happens

    def do(self, deed: Deed) -> None:
        town, now = self.town, self.town.clock.time
        number = len(self.made)
        start = now + DAY if deed is Deed.PLACE_LATER else now
        if deed in {Deed.PLACE, Deed.PLACE_LATER, Deed.PLACE_SHIELDED, Deed.PLACE_WATCHED}:
            space = WATCHED if deed is Deed.PLACE_WATCHED else SPACE
            privacy = "shutter" if deed is Deed.PLACE_SHIELDED else ""
            fields: dict[str, Any] = {"start": start, "end": start + 3 * DAY, "privacy": privacy}
            self.made.append(town.world.place(space, f"Vote {number}", **fields))
            return
        live = [each for each in self.made if each.id in town.world.ledger.proposals]
        if live:
            self.change(deed, live[-1], now)

    def change(self, deed: Deed, record: ProposalRecord, now: int) -> None:
        ledger = self.town.world.ledger
        match deed:
            case Deed.EDIT if now < record.start:
                record.title, record.updated = f"{record.title} again", now
                mci = len(ledger.messages) + 1
                edit = MessageRecord(
                    mci=mci,
                    id=f"0x{mci:064x}",
                    address=record.author,
                    timestamp=now,
                    space=record.space,
                    type="update-proposal",
                )
                ledger.messages[edit.id] = edit
            case Deed.DELETE if now < record.end:
                self.town.world.delete(record.id)
            case Deed.FLAG:
                record.flagged = not record.flagged
                self.ever_flagged.add(record.id)
            case Deed.VOTE if record.start <= now < record.end:
                record.votes += 1
                record.scores_updated = now
            case Deed.RELEASE:
                self.town.world.release_key(record.id)

    async def wish(self, wish: Wish) -> None:
        town = self.town
        links = VoteLinks(town.database, town.snapshot, town.clock)
        watching = Watching(town.database, town.snapshot, town.clock)
        newest = self.made[-1].id if self.made else ""
        try:
            match wish:
                case Wish.SILENCE:
                    await self.decide(silent_news=(VoteMoment.REMINDER,))
                case Wish.REMIND_OFTEN:
                    await self.decide(closing_soon_leads=(DAY, HOUR))
                case Wish.LINK:
                    await links.link(GUILD, newest, "BTRST-1", MODERATOR, "It is.")
                case Wish.UNLINK:
                    await links.unlink(GUILD, newest, MODERATOR, "It is not.")
                case Wish.WATCH:
                    await watching.add(GUILD, WATCHED, MODERATOR)
                case Wish.UNWATCH:
                    await watching.remove(GUILD, WATCHED, MODERATOR)
        except Refusal:
            pass

    async def decide(self, **changes: object) -> None:
        async with self.town.database.transaction() as store:
            policy = builders.policy(**changes)
            await store.communities.save(builders.community(policy=policy))

    def fail(self, fault: Fault) -> None:
        town, faults = self.town, self.town.world.faults
        happens: dict[Fault, Callable[[], None]] = {
            Fault.FREEZE: town.world.freeze_hub,
            Fault.THAW: town.world.thaw_hub,
            Fault.ERROR: lambda: faults.graphql_error(times=2),
            Fault.PARTIAL: faults.partial_data,
            Fault.CUT: faults.truncate,
            Fault.TOO_MANY: lambda: faults.too_many("hub", 90),
            Fault.HUB_TIMES_OUT: lambda: faults.time_out("hub", 2),
            Fault.POST_TIMES_OUT: lambda: faults.time_out(only="proposal"),
            Fault.POST_IS_LOST: lambda: faults.lose_answer(only="proposal"),
            Fault.CRASH_AT_REQUEST: lambda: setattr(town.transport, "dies_in", 3),
            Fault.CRASH_AT_COMMIT: lambda: setattr(town.database, "dies_at_commit", True),
            Fault.RESTART: town.restart,
        }
        happens[fault]()

    # What was said

    async def said(self) -> Counter[tuple[str, str, bool]]:
        """Count what was said or passed over of votes: where, its key, and whether it was said."""
        names = {each.id: f"vote {number}" for number, each in enumerate(self.made)}
        async with self.town.database.reading() as store:
            for vote in await store.votes.of(builders.proposal(id=2).id):
                if vote.snapshot_id is not None:
                    names[vote.snapshot_id] = OURS
        found: Counter[tuple[str, str, bool]] = Counter()
        for heard, news in await self.town.heard(object):
            if isinstance(news, SnapshotNews):
                key = news.key
                for id_, name in names.items():
                    key = key.replace(id_, name)
                found[heard.destination, key, heard.state is not PostState.SKIPPED] += 1
        return found


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(steps=STEPS)
@example(steps=[Deed.PLACE, Fault.FREEZE, Wait(seconds=DAY), Deed.DELETE, Fault.CRASH_AT_COMMIT])
@example(steps=[Wait(seconds=DAY)] * 4 + [Fault.POST_IS_LOST, Wait(seconds=DAY), Fault.RESTART])
@example(
    steps=[Deed.PLACE_LATER, Deed.EDIT, Fault.FREEZE, Deed.EDIT, Fault.THAW, Wait(seconds=DAY)]
)
def test_after_any_failures_people_have_been_told_the_truth_once(
    fresh_database: OpenDatabase, steps: Sequence[Step]
) -> None:
    """Hold a run with faults against a run of the same history without any.

    Once the faults are over and everything has come to its end:

    - nothing was said twice anywhere, and no more than 60 requests were made in any minute;
    - each round of ours is on Snapshot at most once, and posted if the other run has posted it;
    - every vote that the hub still shows as no spam is followed no more, its card has the hub's
      final numbers, and that it was opened and decided is recorded in the very places in which it
      is in the other run; the results were said there;
    - whatever else was said was said in the other run as well. The reverse is not so: a moment
      that the faults have covered (a deletion of what was never seen, an edit that another
      followed, a reminder before the end) is passed over. A vote that was ever marked as spam, and
      our own, whose dates depend on when Snapshot took it, are left out of this last law.
    """
    asyncio.run(_law(fresh_database, steps))


async def _law(fresh_database: OpenDatabase, steps: Sequence[Step]) -> None:
    lives = []
    for fails in (False, True):
        async with (
            fresh_database() as database,
            open_town(database, database.file, HandClock(START)) as town,
        ):
            life = Life(town=town, fails=fails)
            await life.begin()
            await life.live(steps)
            await life.end()
            await check(life)
            lives.append((life, await life.said(), await ours(life)))
    (_, expected, posted), (ill, told, posted_too) = lives
    assert posted == posted_too
    flagged = {f"vote {n}" for n, each in enumerate(ill.made) if each.id in ill.ever_flagged}
    gone = {n for n, each in enumerate(ill.made) if each.id not in ill.town.world.ledger.proposals}
    deleted = {f"vote {number}" for number in gone}
    assert ends(told, flagged | deleted) == ends(expected, flagged | deleted)
    loose = {key for key in (told - expected) if key[2] and name_of(key[1]) not in {*flagged, OURS}}
    assert not loose


def name_of(key: str) -> str:
    return key.split(":")[1]


def ends(said: Counter[tuple[str, str, bool]], but: set[str]) -> set[tuple[str, str]]:
    """Give where and of which votes it is recorded that they opened and how they were decided."""
    kinds = (VoteOpened.what, VoteDecided.what)
    return {
        (place, key)
        for place, key, _ in said
        if key.rpartition(":")[2] in kinds and name_of(key) not in but
    } | {
        (place, f"{key} was said")
        for place, key, is_said in said
        if key.endswith(f":{VoteDecided.what}") and is_said and name_of(key) not in but
    }


async def ours(life: Life) -> Sequence[VoteStatus]:
    async with life.town.database.reading() as store:
        return [vote.status for vote in await store.votes.of(builders.proposal(id=2).id)]


async def check(life: Life) -> None:
    """Hold one run against what Snapshot has in the end."""
    town = life.town
    at = life.asked_at
    assert all(sum(one <= other <= one + 59 for other in at) <= MOST_REQUESTS for one in at)
    assert all(count == 1 for count in (await life.said()).values())
    key = town.signer
    assert key is not None
    by_us = [each for each in town.world.proposals if each.author == key.address]
    assert len(by_us) <= len(await ours(life))
    async with town.database.reading() as store:
        for followed in await store.follows.votes(statuses=FOLLOWED_ON):
            record = town.world.proposal(followed.snapshot_id)
            assert record is None or record.flagged, "it has ended, and is looked at for ever"
    cards = {card.key: card for _, card in await town.heard(TallyCard)}
    for record in town.world.proposals:
        card = cards.get(f"snapshot:{record.id}:tally")
        if card is not None and not record.flagged and not card.is_spam:
            assert (card.votes, card.is_open) == (record.votes, False)
            assert list(card.scores) == record.scores
