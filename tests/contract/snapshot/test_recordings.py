"""The sandbox's Snapshot answers what the real one answered: its whole recorded traffic, replayed.

Recorded on 21 November 2026 from unpatched local runs of snapshot-sequencer 5cb3d25, snapshot-hub
de4c4ff and score-api 6ffd1ba. The spaces below are what those runs must have been set up with.
"""

import asyncio
import json
import math
import sys
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from sandbox.snapshot.world import SnapshotWorld

ADMIN = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
MODERATOR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
MEMBER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"

FIRST_SECOND = 1_795_225_079

# Cases of the recording that the world does not answer like the real one, and why. This list may
# only shrink, and it is printed at the end of the replay.
UNCOVERED: dict[str, str] = {}

# Cases that are no single request and its answer, and the test below that covers them.
ELSEWHERE = {
    "same message four times at once: one 200, the rest 425 or duplicate": "the race's own test",
    "pinned content holds the signed envelope": "the pinned document's own test",
    "hub: request 101 in a minute is 429": "the rate limit's own test",
    "hub: an API key lifts it": "the API key's own test",
    "sequencer: request 101 in a minute is 429": "the rate limit's own test",
}

# Fields whose value is the moment, the relayer or the counter of one particular run.
OF_ONE_RUN = {"mci", "relayer", "receipt", "scores_updated", "updated"}


def shown_proposal(each: dict[str, Any]) -> dict[str, Any]:
    """The proposal in an answer of the hub's, or nothing."""
    response = each["response"]
    data = response.get("data") if isinstance(response, dict) else None
    return (data or {}).get("proposal") or {}


@dataclass
class Clock:
    """The time of the newest message, moved on where an answer shows that it had moved on."""

    now: int = FIRST_SECOND

    def read(self) -> int:
        return self.now

    def follow(self, each: dict[str, Any]) -> None:
        request = each["request"]
        if each["to"] == "sequencer" and isinstance(request, dict):
            signed_at = request["data"]["message"]["timestamp"]
            if isinstance(signed_at, int) and signed_at < self.now + 60:
                self.now = max(self.now, signed_at)
        elif shown_proposal(each).get("state") == "active":
            self.now = max(self.now, shown_proposal(each)["start"] + 1)


@dataclass
class Replay:
    """The recorded traffic sent again, in the order and at the times of the recording."""

    world: SnapshotWorld
    http: httpx.AsyncClient
    clock: Clock
    traffic: list[dict[str, Any]]
    answers: list[tuple[int, Any]] = field(default_factory=list)  # parallel to the traffic
    moved: str = ""  # the proposal that the recording moved into the past

    async def run(self) -> None:
        waiting: list[dict[str, Any]] = []
        for each, following in zip(self.traffic, [*self.traffic[1:], {}], strict=True):
            waiting.append(each)
            if each["status"] == 425 and each["request"] == following["request"]:
                continue  # part of a race
            self.prepare(waiting)
            answers = await asyncio.gather(*(self.answer(one) for one in waiting))
            self.answers.extend(sorted(answers, key=lambda answer: -answer[0]))
            waiting = []

    def prepare(self, waiting: list[dict[str, Any]]) -> None:
        """Do to the world what was done to the recorded one between two requests."""
        each = waiting[-1]
        self.clock.follow(each)
        if len(waiting) > 1:
            self.world.faults.delay(0.05)
        if each["to"] == "sequencer":
            described = each["response"].get("error_description")
            if described == "pinning failed":
                self.world.faults.pinning_failed()
            if described == "unable to fetch block":
                self.world.faults.chain_unreachable()
        elif shown_proposal(each):
            self.move(shown_proposal(each))

    def move(self, shown: dict[str, Any]) -> None:
        stored = self.world.ledger.proposals[shown["id"]]
        earlier_by = stored.created - shown["created"]
        stored.created -= earlier_by
        stored.start -= earlier_by
        stored.end -= earlier_by
        self.moved = stored.id if earlier_by else self.moved

    async def answer(self, each: dict[str, Any]) -> tuple[int, Any]:
        request = each["request"]
        if request == "GET /scores/<id>":
            response = await self.http.get(f"/scores/{self.moved}")
        elif isinstance(request, str):
            return 0, None  # a burst of requests, told in words: it has a test of its own
        else:
            headers = {"x-api-key": "wrong"} if each["status"] == 401 else {}
            path = "/graphql" if each["to"] == "hub" else "/"
            response = await self.http.post(path, content=json.dumps(request), headers=headers)
        return response.status_code, response.json()


@pytest.fixture(scope="session")
def replay(recordings: Any) -> Replay:
    return asyncio.run(replayed(recordings["traffic"]))


async def replayed(traffic: list[dict[str, Any]]) -> Replay:
    clock = Clock()
    world = SnapshotWorld(
        clock.read,
        block_number=lambda: 26_333_284,
        finalises_after=None,
        rate_limit=False,
    )
    world.sequencer.first_block = 7_929_876
    world.ledger.flagged_links.add("https://evil.example")
    open_spaces(world, strategies_of(traffic))
    async with httpx.AsyncClient(transport=world.transport(), base_url="http://snapshot") as http:
        replay = Replay(world=world, http=http, clock=clock, traffic=traffic)
        await replay.run()
    await world.close()
    return replay


def strategies_of(traffic: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The strategies of the recorded spaces, as the first proposal read back shows them."""
    shown = next(each["response"]["data"]["proposal"] for each in traffic if each["to"] == "hub")
    strategies: list[dict[str, Any]] = shown["strategies"]
    return strategies


def open_spaces(world: SnapshotWorld, strategies: list[dict[str, Any]]) -> None:
    at_least_100: dict[str, Any] = {"name": "basic", "params": {"minScore": 100}}
    team: dict[str, Any] = {
        "admins": [ADMIN],
        "moderators": [MODERATOR],
        "members": [MEMBER],
        "symbol": "BTRST",
        "strategies": strategies,
        "validation": at_least_100,
        "only_members": False,
        "verified": False,
    }
    fixed = {"delay": 60, "period": 3600, "type": "basic", "privacy": ""}
    unknown = [{"name": "no-such-strategy", "network": "1", "params": {}}]
    world.space("govbot.eth", quorum=1000, **{**team, "turbo": True})
    world.space("deleted.eth", **{**team, "deleted": True})
    world.space("fixed.eth", voting=fixed, **team)
    world.space("shutter.eth", voting={"privacy": "shutter"}, **team)
    world.space("members.eth", **{**team, "only_members": True})
    world.space("hibernated.eth", **{**team, "hibernated": True})
    world.space("nonpremium.eth", **{**team, "network": "61"})
    world.space("openspam.eth", **{**team, "validation": {"name": "any", "params": {}}})
    world.space("badstrategy.eth", **{**team, "strategies": unknown})
    world.space("limited.eth", **team)
    world.space(
        "votegate.eth",
        **{**team, "vote_validation": {"name": "basic", "params": {"minScore": 1000}}},
    )


def notes(each: dict[str, Any]) -> list[Any]:
    """The ways in which a case may have noted an answer down."""
    status, response = each["status"], each["response"]
    if not isinstance(response, dict):
        return []
    described = [status, response.get("error_description")]
    return [response, [status, response], described, *(response.get("data") or {}).values()]


def place_of(case: dict[str, Any], traffic: list[dict[str, Any]]) -> int:
    """Find the answer that a case noted down."""
    seen = case["seen"]
    if seen is None:
        seen = {"data": {"proposal": None}}
    return next(place for place, each in enumerate(traffic) if seen in notes(each))


def alike(ours: Any, theirs: Any) -> bool:
    """Compare keys, order, texts and numbers; of what belongs to one run only the type."""
    if isinstance(theirs, dict):
        return (
            isinstance(ours, dict)
            and ours.keys() == theirs.keys()
            and all(
                type(ours[key]) is type(value) if key in OF_ONE_RUN else alike(ours[key], value)
                for key, value in theirs.items()
            )
        )
    if isinstance(theirs, list):
        return (
            isinstance(ours, list)
            and len(ours) == len(theirs)
            and all(alike(our, their) for our, their in zip(ours, theirs, strict=True))
        )
    if isinstance(theirs, float):
        # Ours are rounded from exact decimals, theirs are sums of floating-point numbers.
        return math.isclose(ours, theirs, rel_tol=1e-12)
    return bool(ours == theirs) and isinstance(ours, bool) == isinstance(theirs, bool)


def test_the_world_answers_like_the_real_one(case: dict[str, Any], replay: Replay) -> None:
    if case["case"] in ELSEWHERE:
        pytest.skip(f"tested by {ELSEWHERE[case['case']]}")
    place = place_of(case, replay.traffic)
    recorded = replay.traffic[place]
    status, body = replay.answers[place]

    is_like_the_real_one = status == recorded["status"] and alike(body, recorded["response"])

    assert is_like_the_real_one != (case["case"] in UNCOVERED), (body, recorded["response"])


def test_the_whole_traffic_is_answered_alike_but_for_the_uncovered_cases(
    recordings: Any, replay: Replay
) -> None:
    uncovered = {
        place_of(case, replay.traffic) for case in recordings["cases"] if case["case"] in UNCOVERED
    }

    different = {
        place
        for place, (recorded, (status, body)) in enumerate(
            zip(replay.traffic, replay.answers, strict=True)
        )
        if not isinstance(recorded["request"], str)
        and not (status == recorded["status"] and alike(body, recorded["response"]))
    }

    assert different == uncovered


def test_every_case_named_here_is_one_of_the_recording(
    recordings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    count = len(recordings["cases"])
    lines = [f"\nSnapshot: {count - len(UNCOVERED)} of {count} recorded cases are covered."]
    lines += [f"  not covered: {name} ({reason})" for name, reason in sorted(UNCOVERED.items())]
    with capsys.disabled():
        sys.stdout.write("\n".join([*lines, ""]))

    assert UNCOVERED.keys() | ELSEWHERE.keys() <= {case["case"] for case in recordings["cases"]}


def test_of_four_equal_posts_at_once_one_is_stored(replay: Replay) -> None:
    race = [
        place
        for place, each in enumerate(replay.traffic)
        if isinstance(each["request"], dict)
        and each["to"] == "sequencer"
        and each["request"]["data"]["message"].get("title") == "race"
    ]

    assert [replay.answers[place][0] for place in race] == [425, 425, 425, 200]


def test_the_pinned_document_is_the_signed_envelope_and_its_address_the_real_one(
    recordings: Any, replay: Replay
) -> None:
    seen = next(
        case["seen"] for case in recordings["cases"] if case["case"].startswith("pinned content")
    )

    pinned = {document["hash"]: document for document in replay.world.ledger.pins.values()}

    assert pinned[seen["hash"]] == seen


def burst(recordings: Any, name: str) -> list[int]:
    """The statuses of requests sent in one go."""
    return next(case["seen"] for case in recordings["cases"] if case["case"] == name)


@pytest.mark.parametrize(("service", "path"), [("hub", "/graphql"), ("sequencer", "/")])
async def test_the_hundred_and_first_request_in_a_minute_is_one_too_many(
    service: str, path: str, recordings: Any
) -> None:
    seen = burst(recordings, f"{service}: request 101 in a minute is 429")
    refusal = next(
        each for each in recordings["traffic"] if each["to"] == service and each["status"] == 429
    )
    world = SnapshotWorld(lambda: FIRST_SECOND)
    body = json.dumps({"query": "{options{name}}"})

    async with httpx.AsyncClient(transport=world.transport(), base_url="http://snapshot") as http:
        answers = [await http.post(path, content=body) for _ in seen]
    await world.close()

    assert [answer.status_code for answer in answers] == seen
    assert answers[-1].json() == refusal["response"]
    expected = {name: value for name, value in refusal["headers"].items() if name != "Date"}
    assert {name: answers[-1].headers.get(name) for name in expected} == expected


async def test_an_api_key_lifts_the_hubs_limit(recordings: Any) -> None:
    seen = burst(recordings, "hub: an API key lifts it")
    world = SnapshotWorld(lambda: FIRST_SECOND)
    body = json.dumps({"query": "{options{name}}"})

    async with httpx.AsyncClient(transport=world.transport(), base_url="http://snapshot") as http:
        for _ in range(101):
            await http.post("/graphql", content=body)
        headers = {"x-api-key": "sandbox"}
        answers = [await http.post("/graphql", content=body, headers=headers) for _ in seen]
    await world.close()

    assert [answer.status_code for answer in answers] == seen
