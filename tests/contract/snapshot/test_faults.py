"""The sandbox's Snapshot misbehaves on demand: at one kind of request, and at its true place."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from sandbox.clock import SandboxClock
from sandbox.snapshot.exchange import RefusedError, Request
from sandbox.snapshot.faults import STATUSES
from sandbox.snapshot.kinds import KINDS, MESSAGES, kinds_of
from sandbox.snapshot.refusals import REFUSALS, comes_before, refusal_of, refusals_of
from sandbox.snapshot.wallet import Wallet
from sandbox.snapshot.world import SnapshotWorld

SPACE = "usebraintrust.eth"


@pytest.fixture
def author(world: SnapshotWorld) -> Wallet:
    return world.wallet("assent", power=1)


async def said(author: Wallet, **fields: Any) -> tuple[int, str]:
    """What the sequencer says to a proposal."""
    try:
        await author.propose(SPACE, "Fee", **fields)
    except RefusedError as refusal:
        return refusal.status, refusal.text
    return 200, ""


async def ask(http: httpx.AsyncClient, world: SnapshotWorld, query: str) -> httpx.Response:
    return await http.post(world.hub_url, json={"query": query})


def test_each_kind_of_request_is_told_apart(author: Wallet) -> None:
    posted = author.sign("CancelProposal", {"space": SPACE, "proposal": "0x00"})

    assert kinds_of(request("POST", "/", posted.text)) == {"delete-proposal"}
    assert kinds_of(request("GET", "/scores/0x00")) == {"scores"}
    assert kinds_of(request("GET", "/")) == {"relayer"}
    assert kinds_of(request("GET", "/elsewhere")) == set()
    assert kinds_of(request("POST", "/", "nonsense")) == set()
    assert kinds_of(request("POST", "/", "{}")) == set()
    query = '{"query": "{ a: proposals { id } options { name } }"}'
    assert kinds_of(request("POST", "/graphql", query)) == {"proposals", "options"}
    assert kinds_of(request("POST", "/graphql", '{"query": "{"}')) == set()


def request(method: str, path: str, body: str = "") -> Request:
    service: Any = "hub" if path == "/graphql" else "sequencer"
    return Request(
        service=service, method=method, path=path, query={}, headers={}, body=body.encode()
    )


def test_every_text_of_the_sequencers_is_found_by_what_it_says() -> None:
    for refusal in REFUSALS:
        assert refusal_of(refusal.text) == refusal
        assert set(refusal.kinds) <= set(MESSAGES.values())
    assert refusal_of("number of choices can not exceed 1000") is not None
    assert refusal_of("something new") is None
    assert {kind for kind in KINDS["sequencer"] if refusals_of(kind)} == set(MESSAGES.values())


def test_checks_are_made_in_their_order() -> None:
    assert comes_before("wrong timestamp", "unknown space")
    assert comes_before("invalid voting delay", "only space authors can propose")
    assert comes_before("something new", "pinning failed") is False
    assert not comes_before("pinning failed", "wrong types")


@pytest.mark.parametrize("refusal", refusals_of("proposal"), ids=lambda refusal: refusal.text)
async def test_every_text_can_be_armed_and_stores_nothing(
    refusal: Any, world: SnapshotWorld, author: Wallet
) -> None:
    world.faults.refuse(refusal.text, only="proposal")

    assert await said(author) == (refusal.status, refusal.text)
    assert world.proposals == []
    assert await said(author) == (200, "")


async def test_an_earlier_check_speaks_first_and_the_fault_waits(
    world: SnapshotWorld, author: Wallet
) -> None:
    world.faults.refuse("proposal limit reached")

    assert await said(author, labels=["a", "a"]) == (400, "wrong proposal format")
    assert await said(author, choices=["x"] * 21) == (400, "proposal limit reached")
    assert await said(author, choices=["x"] * 21) == (400, "number of choices can not exceed 20")


async def test_words_nobody_foresaw_come_after_all_checks(
    world: SnapshotWorld, author: Wallet
) -> None:
    world.faults.refuse("mercury is in retrograde", status=418)

    assert await said(author, type="rubbish") == (400, "wrong proposal format")
    assert await said(author) == (418, "mercury is in retrograde")


async def test_a_fault_of_one_kind_leaves_the_others_alone(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    world.faults.server_error(status=503, only="vote")
    world.faults.graphql_error("PROCESSING", only="votes")
    world.faults.server_error(only="scores")

    proposal_id = await author.propose(SPACE, "Fee", start=author.now() - 60)
    with pytest.raises(RefusedError) as refused:
        await author.vote(proposal_id, 1)
    answers = [
        (await ask(http, world, query)).json() for query in ("{options{name}}", "{votes{id}}")
    ]
    scores = await http.get(f"{world.sequencer_url}/scores/{proposal_id}")

    assert refused.value.status == 503
    assert "errors" not in answers[0]
    assert answers[1] == {"errors": [{"message": "PROCESSING"}], "data": None}
    assert scores.status_code == 500
    assert not world.faults.is_armed


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("late", [False, True])
async def test_any_status_comes_before_the_effect_or_after_it(
    status: int, *, late: bool, world: SnapshotWorld, author: Wallet
) -> None:
    world.faults.html(status=status, only="proposal", late=late)

    assert (await said(author))[0] == status
    assert len(world.proposals) == late


@pytest.mark.parametrize(
    ("arm", "stored"),
    [
        (lambda faults: faults.lose_request(), 0),
        (lambda faults: faults.lose_answer(), 1),
        (lambda faults: faults.time_out(), 0),
        (lambda faults: faults.time_out(late=True), 1),
    ],
)
async def test_no_answer_may_come_with_or_without_an_effect(
    arm: Any, stored: int, world: SnapshotWorld, author: Wallet
) -> None:
    arm(world.faults)

    with pytest.raises(httpx.TransportError):
        await author.propose(SPACE, "Fee")

    assert len(world.proposals) == stored


async def test_without_a_socket_a_time_out_is_one(clock: SandboxClock) -> None:
    world = SnapshotWorld(clock.now)
    world.faults.time_out("hub", only="options")
    async with httpx.AsyncClient(transport=world.transport()) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("http://hub/graphql", json={"query": "{options{name}}"})
    await world.close()


async def test_an_answer_may_be_cut_or_be_partial(
    world: SnapshotWorld, http: httpx.AsyncClient
) -> None:
    world.faults.truncate(only="spaces")
    world.faults.partial_data(only="options")

    cut = await ask(http, world, "{spaces{id}}")
    part = await ask(http, world, "{options{name} spaces{id}}")

    assert cut.status_code == part.status_code == 200
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the library says
        cut.json()
    assert part.json() == {
        "errors": [{"message": "request failed", "path": ["options"]}],
        "data": {"options": None, "spaces": [{"id": SPACE}]},
    }


async def test_a_lasting_fault_lasts_until_it_is_cleared(
    world: SnapshotWorld, http: httpx.AsyncClient
) -> None:
    world.faults.too_many("hub", retry_after=7, times=None)

    answers = [await ask(http, world, "{options{name}}") for _ in range(3)]
    world.faults.clear()
    healed = await ask(http, world, "{options{name}}")

    assert [answer.headers["retry-after"] for answer in answers] == ["7"] * 3
    assert healed.status_code == 200


def test_a_kind_that_does_not_exist_is_no_fault(world: SnapshotWorld) -> None:
    with pytest.raises(AssertionError):
        world.faults.server_error("hub", only="update-proposal")


async def test_the_date_is_the_worlds_own_and_may_be_off(
    world: SnapshotWorld, clock: SandboxClock, http: httpx.AsyncClient
) -> None:
    clock.jump(86_400)
    hub = off_by(await ask(http, world, "{options{name}}"), clock)
    sequencer = off_by(await http.get(world.sequencer_url), clock)
    world.faults.skew_clock(-300, on="hub")
    skewed = off_by(await ask(http, world, "{options{name}}"), clock)
    async with httpx.AsyncClient(transport=world.transport(), base_url="http://x") as without:
        also = off_by(await without.post("/graphql", json={"query": "{options{name}}"}), clock)

    assert [round(each, -1) for each in (hub, sequencer, skewed, also)] == [0, 0, -300, -300]


def off_by(response: httpx.Response, clock: SandboxClock) -> float:
    return parsedate_to_datetime(response.headers["date"]).timestamp() - clock.now()
