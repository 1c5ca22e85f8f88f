"""Every fault at every request on a vote's way to Snapshot, and what becomes of the vote.

`python -m tests.fault_matrix` prints the table as Markdown. Nothing in it is listed by hand but
the requests: the faults are the statuses, the ways of an answer to get lost, and every refusal
that the sandbox's sequencer has words for.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
from aiohttp import ClientResponseError, RequestInfo
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.domain.offchain.announcement import PublishingDelayed, PublishingRefused
from bot.domain.offchain.vote import VoteStatus
from bot.domain.proposal import Proposal
from bot.domain.types import GuildId
from bot.gateways.chain.errors import ChainError
from bot.gateways.snapshot.wire import SnapshotError
from bot.storage.migration import migrate
from sandbox.snapshot.exchange import Service, json_reply
from sandbox.snapshot.faults import STATUSES, Faults
from sandbox.snapshot.refusals import refusals_of
from tests.builders import GUILD
from tests.town import Town, open_town
from tests.watched import HandClock, open_watched

START = 1_800_000_000
UNKNOWN_WORDS = "the moon is in the wrong house"
WORLD_FAILED = (httpx.HTTPError, SnapshotError, ChainError)
_STATUSES = sorted({*STATUSES, 409})
# Between two looks while a fault lasts: more than three hours in all.
_LASTS = (20, 20, 600, 1_900, 3_600, 1_200, 3_600)


class Step(StrEnum):
    """A request on a vote's way, in their order."""

    SPACE = "space"
    CHAIN_HEAD = "chain head"
    OPTIONS = "options"
    COUNTS = "count of proposals"
    LOOK_UP = "look-up by id"
    POST = "post"
    READ_BACK = "read-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong; `arm` lets it strike the next request."""

    name: str
    arm: Callable[[Town], None]
    refusal: str = ""  # the sequencer's words, where it is those

    @property
    def is_page(self) -> bool:
        """Whether a page for people is answered, in place of JSON."""
        return "a page" in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fault at a request, once or for hours."""

    step: Step
    fault: Fault
    lasts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of the vote: proposals there were when the fault was over, and in the end."""

    case: Case
    status: VoteStatus
    proposals: int
    after_anew: int  # when moderators have published anew what was refused
    refused: PublishingRefused | None
    delayed: PublishingDelayed | None

    @property
    def read(self) -> str:
        """What moderators read."""
        said = []
        if self.delayed is not None:
            said.append(
                "late: " + (self.delayed.reason or "Snapshot, or the node, does not answer")
            )
        if self.refused is not None:
            said.append(f"refused: {self.refused.meaning} (“{self.refused.text}”)")
        return "; ".join(said) or "nothing: it was open in time"


def faults_at(step: Step) -> Iterator[Fault]:
    """Give everything that can go wrong with a request."""
    if step is Step.CHAIN_HEAD:
        yield from _node_faults()
        return
    service: Service = "sequencer" if step is Step.POST else "hub"
    yield from _http_faults(service)
    yield from _post_faults() if step is Step.POST else _hub_faults()


def _snapshot(name: str, arm: Callable[[Faults], None], refusal: str = "") -> Fault:
    return Fault(name=name, arm=lambda town: arm(town.world.faults), refusal=refusal)


def _http_faults(on: Service) -> Iterator[Fault]:
    for status in _STATUSES:
        yield _snapshot(f"HTTP {status}", lambda faults, s=status: faults.server_error(on, s))  # type: ignore[misc] # its own value
        yield _snapshot(f"HTTP {status}, a page", lambda faults, s=status: faults.html(on, s))  # type: ignore[misc] # its own value
    yield _snapshot("too many requests", lambda faults: faults.too_many(on))
    yield _snapshot("a page with HTTP 200", lambda faults: faults.html(on, 200))
    yield _snapshot("no connection", lambda faults: faults.lose_request(on))
    yield _snapshot("time-out before the effect", lambda faults: faults.time_out(on))
    yield _snapshot("time-out after the effect", lambda faults: faults.time_out(on, late=True))
    yield _snapshot("connection lost after the effect", lambda faults: faults.lose_answer(on))
    yield _snapshot("truncated JSON", lambda faults: faults.truncate(on))


def _hub_faults() -> Iterator[Fault]:
    yield _snapshot("an error with HTTP 200", lambda faults: faults.graphql_error())
    yield _snapshot("an error and a part", lambda faults: faults.partial_data())
    nothing = json_reply({"data": {}})
    yield _snapshot("an empty answer", lambda faults: faults.answer("hub", nothing))


def _post_faults() -> Iterator[Fault]:
    for status in _STATUSES:
        yield _snapshot(
            f"HTTP {status} after the effect",
            lambda faults, s=status: faults.server_error(status=s, late=True),  # type: ignore[misc] # its own value
        )
    for text in (*(each.text for each in refusals_of("proposal")), UNKNOWN_WORDS):
        yield _snapshot(f"“{text}”", lambda faults, t=text: faults.refuse(t), text)  # type: ignore[misc] # its own value


def _node_faults() -> Iterator[Fault]:
    yield _node("no connection", ConnectionError())
    yield _node("time-out", TimeoutError())
    for status in _STATUSES:
        yield _node(f"HTTP {status}", _status_error(status))
    yield _node("a page", b"<html>")
    yield _node("no block", [{"jsonrpc": "2.0", "id": 1, "result": None}])
    yield _node("a broken block", [{"jsonrpc": "2.0", "id": 1, "result": {"number": "0x"}}])
    error = {"code": -32_000, "message": "header not found"}
    yield _node("an error", [{"jsonrpc": "2.0", "id": 1, "error": error}])
    yield _node("half a batch", [])


def _node(name: str, answer: Any) -> Fault:
    def arm(town: Town) -> None:
        def instead() -> Any:
            town.chain.instead = None
            if isinstance(answer, Exception):
                raise answer
            return answer

        town.chain.instead = instead

    return Fault(name=name, arm=arm)


def _status_error(status: int) -> ClientResponseError:
    nowhere = URL("http://node")
    asked = RequestInfo(nowhere, "POST", CIMultiDictProxy(CIMultiDict()), nowhere)
    return ClientResponseError(asked, (), status=status)


@dataclass(slots=True)
class Striker:
    """Arms a fault at the request it is for; it knows which request is which by what is asked."""

    town: Town
    case: Case
    times: int
    struck: int = 0
    _last: str = field(default="")

    def http(self, request: httpx.Request) -> None:
        """Look at a request to Snapshot that is about to be sent."""
        step = _step_of(request, self._last)
        self._last = step
        self._meet(step)

    def chain(self) -> None:
        """Look at a request to the node that is about to be sent."""
        self._meet(Step.CHAIN_HEAD)

    def _meet(self, step: str) -> None:
        if step == self.case.step and self.struck < self.times:
            self.struck += 1
            self.case.fault.arm(self.town)


def _step_of(request: httpx.Request, last: str) -> str:
    if request.url.host == "sequencer":
        return Step.POST
    text = request.content.decode()
    if "options {" in text:
        return Step.OPTIONS
    if "written: proposals" in text:
        return Step.COUNTS
    if "space(id" in text:
        return Step.SPACE
    if "proposal(id" in text:
        return Step.READ_BACK if last == Step.POST else Step.LOOK_UP
    return "something else"


def cases(step: Step) -> list[Case]:
    """Give each fault of a request, once and for hours; a page is only told apart at the post."""
    return [
        Case(step=step, fault=fault, lasts=lasts)
        for fault in faults_at(step)
        for lasts in (False, True)
        if not lasts or step is Step.POST or not fault.is_page
    ]


async def prepared(folder: Path) -> Path:
    """Make a database in which a vote is announced, to be copied for every case."""
    file = folder / "assent.db"
    await asyncio.to_thread(migrate, file)
    async with _town(file, START) as (town, _):
        await town.found()
        await town.noticed()
    return file


@asynccontextmanager
async def _town(file: Path, time: int) -> AsyncIterator[tuple[Town, HandClock]]:
    clock = HandClock(time)
    async with open_watched(file) as database, open_town(database, file, clock) as town:
        yield town, clock


async def result(template: Path, case: Case) -> Result:
    """Bring the vote through one fault."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        file = Path(shutil.copy(template, Path(folder) / "assent.db"))
        async with _town(file, START) as (town, clock):
            async with town.database.reading() as store:
                idea = await store.proposals.by_reference(GuildId(GUILD), "BTRST-1")
            clock.time = max(clock.time, (await town.vote(idea)).opens_at)
            return await _through(town, clock, idea, case)


async def _through(town: Town, clock: HandClock, idea: Proposal, case: Case) -> Result:
    striker = Striker(town, case, sys.maxsize if case.lasts else 1)
    guard = town.chain.before_request
    town.transport.before_request = striker.http

    def before_request() -> None:
        guard()
        striker.chain()

    town.chain.before_request = before_request
    for wait in _LASTS if case.lasts else ():
        await _look(town)
        clock.wait(wait)
    if not case.lasts:
        for _ in range(2):
            await _look(town)
    assert striker.struck, f"{case.step} was never asked"
    striker.times = 0
    town.world.faults.clear()
    for _ in range(5):
        clock.wait(20)
        await _look(town)
    status, proposals = (await town.vote(idea)).status, len(town.world.proposals)
    if status is VoteStatus.REFUSED:
        await town.notice(idea)
        await town.publish(idea)
    refused = [news for _, news in await town.heard(PublishingRefused)]
    delayed = [news for _, news in await town.heard(PublishingDelayed)]
    return Result(
        case=case,
        status=status,
        proposals=proposals,
        after_anew=len(town.world.proposals),
        refused=refused[0] if refused else None,
        delayed=delayed[0] if delayed else None,
    )


async def _look(town: Town) -> None:
    """Look as the scheduler does: a look that fails ends, and the next one is the retry."""
    with suppress(*WORLD_FAILED):
        await town.publishing.tick()


def table(results: Sequence[Result]) -> str:
    """Write the results as Markdown."""
    rows = [
        "| Request | Fault | Lasts | The vote | On Snapshot | Published anew | Moderators read |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in results:
        lasts = "three hours" if each.case.lasts else "once"
        anew = str(each.after_anew) if each.status is VoteStatus.REFUSED else "-"
        rows.append(
            f"| {each.case.step} | {each.case.fault.name} | {lasts} | {each.status} | "
            f"{each.proposals} | {anew} | {each.read} |"
        )
    return "\n".join(rows)


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = await prepared(Path(folder))
        results = [await result(template, case) for step in Step for case in cases(step)]
    sys.stdout.write(table(results) + "\n")


if __name__ == "__main__":
    asyncio.run(_main())
