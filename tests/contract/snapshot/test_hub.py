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


async def rows(
    world: SnapshotWorld, http: httpx.AsyncClient, list_: str, arguments: str, field: str = "id"
) -> list[Any]:
    answer = await ask(world, http, f"{{ {list_}({arguments}) {{ {field} }} }}")
    return [row[field] for row in answer["data"][list_]]


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ('validation: "any"', 2),
        ('validation: "basic"', 0),
        ('strategies_contains: "erc20-balance-of"', 2),
        ('plugins_contains: "poap"', 0),
        ('scores_state: "pending"', 2),
        ('scores_state_in: ["final"]', 0),
        ("scores_total_value_gte: 0.5", 0),
        ("updated_gt: 0", 1),
        ("updated_lt: 2000000000", 1),
        ('type_in: ["single-choice", "basic"], network: "1"', 2),
        ("votes_lte: 0, start_gt: 1", 2),
        ("space_verified: false", 0),
    ],
)
async def test_proposals_are_found_by_any_of_their_fields(
    where: str, count: int, world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    first = await author.propose(SPACE, "First", start=author.now() + 60)
    await author.propose(SPACE, "Second")
    await author.update(first, title="Edited")

    assert len(await rows(world, http, "proposals", f"where: {{{where}}}")) == count


async def test_equal_rows_are_by_id_and_what_was_never_edited_comes_last(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    start = author.now() + 60
    made = [await author.propose(SPACE, f"Number {n}", start=start, end=start + 9) for n in (1, 2)]
    edited = await author.propose(SPACE, "Number 3", start=start)
    await author.update(edited, title="Edited")

    by_end = await rows(world, http, "proposals", 'orderBy: "end", orderDirection: asc')
    by_edit = await rows(world, http, "proposals", 'orderBy: "updated"')

    assert by_end == [*sorted(made), edited]
    assert by_edit == [edited, *sorted(made)]


async def test_votes_are_found_and_ordered_by_their_power(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    proposal_id = await author.propose(SPACE, "Fee")
    for name, power in (("ana", 3), ("ben", 9), ("cem", 6)):
        await world.wallet(name, power=power).vote(proposal_id, 1)
    voters = ", ".join(f'"{world.wallet(name).address}"' for name in ("ana", "ben"))

    powers = await rows(world, http, "votes", 'orderBy: "vp", orderDirection: asc', "vp")
    large = await rows(world, http, "votes", "where: {vp_gte: 5.5, vp_lt: 9}", "vp")
    theirs = await rows(world, http, "votes", f"where: {{voter_in: [{voters}]}}", "vp")
    after = await rows(world, http, "votes", f'where: {{proposal_in: ["{proposal_id}"]}}, skip: 2')

    assert powers == [3, 6, 9]
    assert large == [6]
    assert sorted(theirs) == [3, 9]
    assert len(after) == 1


@pytest.mark.parametrize(
    ("list_", "arguments", "problem"),
    [
        ("proposals", "where: {space_in: SPACES}", None),
        ("messages", "where: {space_in: SPACES}", "The `space_in` argument must not be greater"),
        ("votes", "first: 1001", "The `first` argument must not be greater than 1000"),
        ("votes", "skip: 5001", "The `skip` argument must not be greater than 5000"),
        ("spaces", "skip: 100000", None),
        ("spaces", "skip: 100001", "The `skip` argument must not be greater than 100000"),
        ("aliases", "first: 1001", "The `first` argument must not be greater than 1000"),
    ],
)
async def test_each_list_has_its_limits(
    list_: str, arguments: str, problem: str | None, world: SnapshotWorld, http: httpx.AsyncClient
) -> None:
    spaces = str([f"s{number}.eth" for number in range(101)]).replace("'", '"')

    query = f"{{ {list_}({arguments.replace('SPACES', spaces)}) {{ id }} }}"
    answer = await ask(world, http, query)

    if problem is None:
        assert "errors" not in answer
    else:
        assert answer["errors"][0]["message"].startswith(problem)
        assert answer["data"] == {list_: None}


async def test_messages_tell_of_every_change_in_every_space(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient
) -> None:
    world.space("other.eth", members=[author.address])
    proposal_id = await author.propose(SPACE, "Fee", start=author.now() + 60)
    await author.update(proposal_id, title="Lower the fee")
    await author.propose("other.eth", "Elsewhere")
    await author.delete(proposal_id)
    where = f'mci_gt: 1, space_in: ["{SPACE}"], address: "{author.address}"'

    changes = await rows(
        world, http, "messages", f'where: {{{where}}}, orderBy: "mci", orderDirection: asc', "type"
    )

    assert changes == ["update-proposal", "delete-proposal"]


async def test_votes_on_a_deleted_proposal_are_listed_for_a_minute(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient, clock: SandboxClock
) -> None:
    proposal_id = await author.propose(SPACE, "Fee")
    await world.wallet("ana", power=3).vote(proposal_id, 1)
    await author.delete(proposal_id)
    query = f'{{ votes(where: {{proposal: "{proposal_id}"}}) {{ vp proposal {{ id }} }} }}'

    before = await ask(world, http, query)
    clock.jump(60)
    after = await ask(world, http, query)

    assert before["data"]["votes"] == [{"vp": 3, "proposal": None}]
    assert after["data"]["votes"] == []


async def test_a_space_counts_its_proposals_by_their_age(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient, clock: SandboxClock
) -> None:
    for days in (25, 5, 2, 0):
        await author.propose(SPACE, f"{days} days before the last")
        clock.jump(days * DAY)
    counters = "activeProposals proposalsCount proposalsCount1d proposalsCount7d proposalsCount30d"

    answer = await ask(world, http, f'{{ space(id: "{SPACE}") {{ {counters} }} }}')

    assert list(answer["data"]["space"].values()) == [2, 4, 1, 2, 3]
