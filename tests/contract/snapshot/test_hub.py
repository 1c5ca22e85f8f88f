"""The sandbox's hub: its lists, its root fields, and how it refuses."""

from typing import Any

import httpx
import pytest

from sandbox.clock import SandboxClock
from sandbox.snapshot.wallet import Wallet
from sandbox.snapshot.world import SnapshotWorld

SPACE = "usebraintrust.eth"
DAY = 86_400


@pytest.fixture
def author(world: SnapshotWorld) -> Wallet:
    return world.wallet("assent")


async def stored(author: Wallet, **changes: Any) -> str:
    now = author.now()
    message = {
        "from": author.address,
        "space": SPACE,
        "timestamp": now,
        "type": "single-choice",
        "title": "Lower the fee",
        "body": "Body",
        "discussion": "",
        "choices": ["Yes", "No"],
        "labels": [],
        "start": now,
        "end": now + DAY,
        "snapshot": 400,
        "plugins": "not even JSON",
        "privacy": "",
        "app": "assent",
    }
    reply = await author.post("Proposal", {**message, **changes})
    return str(reply.json["id"])


async def ask(
    world: SnapshotWorld, http: httpx.AsyncClient, query: str, **variables: Any
) -> dict[str, Any]:
    response = await http.post(world.hub_url, json={"query": query, "variables": variables})
    answer: dict[str, Any] = response.json()
    return answer


async def test_messages_are_counted_in_their_order(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    ids = [await stored(author, title=f"Number {number}") for number in range(3)]
    query = """query ($after: Int) { messages(
        where: {mci_gt: $after, type_in: ["proposal"]}, orderBy: "mci", orderDirection: asc
    ) { mci id } }"""

    answer = await ask(world, http, query, after=1)

    assert [row["id"] for row in answer["data"]["messages"]] == ids[1:]


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"title_contains": "Number 1"}, 1),
        ({"state": "active"}, 0),
        ({"state": "pending"}, 3),
        ({"state": "nonsense"}, 3),
        ({"app_not": "assent"}, 0),
        ({"app_not_in": ["other"]}, 3),
        ({"labels_in": ["gov"]}, 1),
        ({"space_verified": True, "flagged": False}, 3),
        ({"author_in": ["0x" + "1" * 40]}, 0),
        ({"votes_lt": 1, "end_gt": 0, "start_lte": 0}, 0),
    ],
)
async def test_lists_are_filtered(
    where: dict[str, Any], count: int, world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    later = author.now() + 600
    for number in range(3):
        labels = ["gov", "fee"] if number == 0 else []
        await stored(author, title=f"Number {number}", start=later, labels=labels)
    query = "query ($where: ProposalWhere) { proposals(where: $where) { id } }"

    answer = await ask(world, http, query, where=where)

    assert len(answer["data"]["proposals"]) == count


async def test_a_get_is_answered_as_well(world: SnapshotWorld, http: httpx.AsyncClient) -> None:
    query = '{ space(id: "usebraintrust.eth") { name proposalsCount } }'

    answer = await http.get(world.hub_url, params={"query": query})

    assert answer.json() == {"data": {"space": {"name": "Braintrust", "proposalsCount": 0}}}


async def test_every_kind_of_row_is_served(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient, clock: SandboxClock
) -> None:
    mara = world.wallet("mara", power=3)
    proposal_id = await stored(author)
    vote = (await mara.vote(proposal_id, 1, reason="Yes!")).json["id"]
    await author.post("Alias", {"alias": mara.address})
    query = """query ($vote: String, $mara: String) {
      vote(id: $vote) { voter reason vp proposal { id plugins } space { id } }
      nothing: vote(id: "0x00") { id }
      spaces(where: {search: "BRAIN"}) { id activeProposals voting { quorum } }
      aliases(where: {alias: $mara}) { address alias created }
    }"""
    clock.jump(1)

    data = (await ask(world, http, query, vote=vote, mara=mara.address))["data"]

    assert data["vote"] == {
        "voter": mara.address,
        "reason": "Yes!",
        "vp": 3,
        "proposal": {"id": proposal_id, "plugins": {}},
        "space": {"id": SPACE},
    }
    assert data["nothing"] is None
    assert data["spaces"] == [{"id": SPACE, "activeProposals": 1, "voting": {"quorum": 100_000}}]
    assert [row["address"] for row in data["aliases"]] == [author.address]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ('voter: "0x12", space: "usebraintrust.eth"', "invalid address"),
        ('voter: "VOTER", space: "elsewhere.eth"', "space not found"),
        ('voter: "VOTER", space: "usebraintrust.eth", proposal: "0x00"', "proposal not found"),
    ],
)
async def test_a_power_that_cannot_be_computed_is_an_error_with_status_200(
    arguments: str, problem: str, world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    query = f"{{ vp({arguments.replace('VOTER', author.address)}) {{ vp }} }}"

    answer = await ask(world, http, query)

    assert answer["errors"][0]["message"] == problem
    assert answer["data"] == {"vp": None}


async def test_a_power_is_computed_for_a_space_and_for_a_proposal(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    mara = world.wallet("mara", power=3)
    proposal_id = await stored(author)
    of_space = f'vp(voter: "{mara.address}", space: "{SPACE}") {{ vp vp_by_strategy vp_state }}'
    of_proposal = of_space.replace(") {", f', proposal: "{proposal_id}") {{')

    answer = await ask(world, http, f"{{ a: {of_space} b: {of_proposal} }}")

    expected = {"vp": 3, "vp_by_strategy": [3], "vp_state": "final"}
    assert answer["data"] == {"a": expected, "b": expected}


@pytest.mark.parametrize("query", ["", "{", "{ nothing }", "{ spaces { id } "])
async def test_a_question_that_makes_no_sense_is_refused(
    query: str, world: SnapshotWorld, http: httpx.AsyncClient
) -> None:
    response = await http.post(world.hub_url, json={"query": query})

    assert response.status_code == 400
    assert response.json().keys() == {"errors"}


async def test_there_is_nothing_elsewhere(world: SnapshotWorld, http: httpx.AsyncClient) -> None:
    hub = await http.get(f"{world.sequencer_url}/api/nothing")
    sequencer = await http.get(f"{world.sequencer_url}/nothing")

    assert (hub.status_code, sequencer.status_code) == (404, 404)
