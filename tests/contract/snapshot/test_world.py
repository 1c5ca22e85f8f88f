"""The sandbox's Snapshot beyond what was recorded, and the people in it."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.domain.types import SnapshotProposalId
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.refusals import meaning
from sandbox.clock import SandboxClock
from sandbox.snapshot.exchange import RefusedError
from sandbox.snapshot.wallet import Wallet, key_of
from sandbox.snapshot.world import SnapshotWorld

SPACE = "usebraintrust.eth"
DAY = 86_400


@pytest.fixture
def author(world: SnapshotWorld) -> Wallet:
    return world.wallet("assent")


def proposal_of(author: Wallet, **changes: Any) -> dict[str, Any]:
    now = author.now()
    return {
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
        "plugins": "{}",
        "privacy": "",
        "app": "assent",
        **changes,
    }


async def stored(author: Wallet, **changes: Any) -> str:
    reply = await author.post("Proposal", proposal_of(author, **changes))
    assert reply.status == 200, reply.json
    return str(reply.json["id"])


async def refusal(author: Wallet, primary_type: str, message: dict[str, Any]) -> str:
    reply = await author.post(primary_type, message)
    assert reply.status == 400, reply.json
    assert reply.json["error"] == "client_error"
    return str(reply.json["error_description"])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"space": "no dots"}, "Invalid space id"),
        ({"space": "elsewhere.eth"}, "unknown space"),
        ({"timestamp": 1_700_000_000}, "wrong timestamp"),
        ({"labels": ["a", "a"]}, "wrong proposal format"),
        ({"labels": [f"l{number}" for number in range(11)]}, "wrong proposal format"),
        ({"discussion": "https://example.org/" + "x" * 256}, "wrong proposal format"),
        ({"privacy": "secret"}, "wrong proposal format"),
        ({"end": 2_000_000_001}, "wrong proposal format"),
        ({"type": "basic", "choices": ["Yes"]}, "wrong choices for basic type voting"),
        ({"snapshot": 0}, "proposal snapshot must be after network start"),
        ({"snapshot": 501}, "invalid snapshot block"),
        ({"body": "x" * 10_001}, "proposal body length can not exceed 10000 characters"),
        ({"choices": ["x"] * 21}, "number of choices can not exceed 20"),
    ],
)
async def test_a_proposal_against_the_rules_is_refused(
    changes: dict[str, Any], text: str, author: Wallet
) -> None:
    assert await refusal(author, "Proposal", proposal_of(author, **changes)) == text


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"hibernated": True}, "invalid space settings: space hibernated"),
        (
            {"strategies": [{"name": "ticket", "network": "1", "params": {}}]},
            "invalid space settings: space with ticket requires voting validation",
        ),
        ({"deleted": True}, "unknown space"),
        ({"voting": {"type": "basic"}}, "invalid voting type"),
        ({"voting": {"privacy": "shutter"}}, "not allowed to set privacy"),
    ],
)
async def test_a_spaces_own_rules_are_kept(
    settings: dict[str, Any], text: str, world: SnapshotWorld, author: Wallet
) -> None:
    space = world.space(SPACE, members=[author.address])
    for name, value in settings.items():
        setattr(space, name, value)

    assert await refusal(author, "Proposal", proposal_of(author)) == text


async def test_the_day_has_a_limit_and_so_has_the_month(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    world.space(SPACE, members=[author.address], verified=False)
    answers = []
    for day in range(6):
        for number in range(4):
            message = proposal_of(author, title=f"{day}.{number}")
            answers.append((await author.post("Proposal", message)).status)
        clock.jump(DAY + 1)

    assert answers == [200, 200, 200, 400] * 5 + [400] * 4


@pytest.mark.parametrize(
    ("plan", "choices", "a_day"),
    [
        ({"turbo": True}, 1000, 40),
        ({}, 20, 20),
        ({"verified": False}, 20, 3),
        ({"verified": False, "flagged": True}, 20, 1),
    ],
)
async def test_each_plan_has_its_limits(
    plan: dict[str, Any], choices: int, a_day: int, world: SnapshotWorld, author: Wallet
) -> None:
    world.space(SPACE, members=[author.address], **plan)
    for number in range(a_day - 1):
        world.place(SPACE, f"Number {number}")

    too_many = await refusal(author, "Proposal", proposal_of(author, choices=["x"] * (choices + 1)))
    await stored(author, choices=["x"] * choices)

    assert too_many == f"number of choices can not exceed {choices}"
    assert await refusal(author, "Proposal", proposal_of(author, title="Another")) == (
        "proposal limit reached"
    )


async def test_a_limit_that_is_not_set_is_nought(world: SnapshotWorld, author: Wallet) -> None:
    del world.ledger.options["space.verified.body_limit"]

    assert await refusal(author, "Proposal", proposal_of(author)) == (
        "proposal body length can not exceed 0 characters"
    )


@pytest.mark.parametrize(("turbo", "answer"), [(False, 400), (True, 200)])
async def test_a_network_that_is_not_premium_is_for_paid_spaces(
    *, turbo: bool, answer: int, world: SnapshotWorld, author: Wallet
) -> None:
    world.space(SPACE, members=[author.address], network="61", turbo=turbo)

    assert (await author.post("Proposal", proposal_of(author))).status == answer


async def test_a_proposal_takes_its_quorum_over_from_the_space(
    world: SnapshotWorld, author: Wallet
) -> None:
    world.space(SPACE, members=[author.address], quorum=50, voting={"quorumType": "rejection"})

    made = world.proposal(await stored(author))

    assert made is not None
    assert (made.quorum, made.quorum_type) == (Decimal(50), "rejection")


async def test_a_proposal_can_be_put_there_without_anybody(
    world: SnapshotWorld, client: SnapshotClient, clock: SandboxClock
) -> None:
    made = world.place(SPACE, "From elsewhere", choices=["A", "B"], start=clock.now() - 5)
    made.scores, made.scores_total, made.votes = [Decimal(1), Decimal(2)], Decimal(3), 2
    clock.jump(8 * DAY)

    seen = await client.proposal(SnapshotProposalId(made.id))

    assert seen is not None
    assert seen.scores_final
    assert (seen.title, seen.choices) == ("From elsewhere", ("A", "B"))
    assert seen.scores == (Decimal(1), Decimal(2))
    assert [message.type for message in world.ledger.messages.values()] == ["proposal"]


async def test_one_who_is_no_member_needs_power_where_the_space_says_so(
    world: SnapshotWorld,
) -> None:
    rich, poor = world.wallet("rich", power=100), world.wallet("poor", power=99)
    validation = {"name": "basic", "params": {"minScore": 100}}
    world.space(SPACE, only_members=False, validation=validation)

    await stored(rich)

    assert await refusal(poor, "Proposal", proposal_of(poor)) == "validation failed"


async def test_an_alias_signs_for_its_principal_for_thirty_days(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    deputy = world.wallet("deputy")
    assert (await author.post("Alias", {"alias": deputy.address})).status == 200

    await stored(deputy, **{"from": author.address})
    clock.jump(30 * DAY)

    late = proposal_of(deputy, **{"from": author.address})
    assert await refusal(deputy, "Proposal", late) == "wrong alias"
    assert (
        await refusal(world.wallet("other"), "Alias", {"alias": deputy.address})
        == "alias is already linked to another address"
    )
    assert (
        await refusal(deputy, "Alias", {"from": author.address, "alias": deputy.address})
        == "alias not allowed for the type: alias"
    )


async def test_an_edit_keeps_the_id_until_the_vote_starts(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    proposal_id = await stored(author, start=clock.now() + 600)
    edit = {
        **proposal_of(author, title="Better", choices=["A", "B", "C"]),
        "proposal": proposal_id,
    }
    edit = {key: edit[key] for key in edit.keys() - {"start", "end", "snapshot", "app"}}

    assert (await author.post("UpdateProposal", edit)).status == 200
    edited = world.proposal(proposal_id)
    clock.jump(601)
    late = {**edit, "timestamp": clock.now()}

    assert edited is not None
    assert (edited.title, edited.choices) == ("Better", ["A", "B", "C"])
    assert await refusal(author, "UpdateProposal", late) == "proposal already started"


async def test_only_its_people_may_flag_and_delete(world: SnapshotWorld, author: Wallet) -> None:
    moderator = world.wallet("moderator")
    world.space(SPACE, members=[author.address], moderators=[moderator.address])
    target = {"space": SPACE, "proposal": await stored(author)}

    assert await refusal(author, "FlagProposal", target) == "not authorized to flag proposal"
    assert (await moderator.post("FlagProposal", target)).status == 200
    assert await refusal(moderator, "FlagProposal", {**target, "timestamp": author.now() + 1}) == (
        "proposal already flagged"
    )
    stranger = world.wallet("stranger")
    assert await refusal(stranger, "CancelProposal", target) == (
        "not authorized to archive proposal"
    )
    assert (await moderator.post("CancelProposal", target)).status == 200
    assert world.proposals == []


@pytest.mark.parametrize(
    ("type_", "choice"),
    [
        ("basic", 2),
        ("approval", []),
        ("ranked-choice", [2, 1]),
        ("copeland", [1, 2]),
        ("weighted", {"1": 70, "2": 30}),
    ],
)
async def test_a_choice_that_fits_the_voting_system_is_kept(
    type_: str, choice: Any, world: SnapshotWorld, author: Wallet
) -> None:
    mara = world.wallet("mara", power=10)
    proposal_id = await stored(author, type=type_)

    await mara.vote(proposal_id, choice)

    assert [vote.choice for vote in world.votes(proposal_id)] == [choice]


@pytest.mark.parametrize(
    ("type_", "choice"),
    [
        ("single-choice", 0),
        ("single-choice", 3),
        ("single-choice", [1]),
        ("approval", [1, 1]),
        ("approval", 1),
        ("ranked-choice", [2]),
        ("weighted", {"3": 1}),
        ("weighted", {"1": 0}),
        ("quadratic", {"1": -1, "2": 2}),
        ("quadratic", {}),
    ],
)
async def test_a_choice_that_does_not_fit_is_refused(
    type_: str, choice: Any, world: SnapshotWorld, author: Wallet
) -> None:
    mara = world.wallet("mara", power=10)
    proposal_id = await stored(author, type=type_)

    with pytest.raises(RefusedError, match="invalid choice"):
        await mara.vote(proposal_id, choice)


async def test_power_may_differ_from_space_to_space(world: SnapshotWorld, author: Wallet) -> None:
    world.space("other.eth", members=[author.address])
    mara = world.wallet("mara", power={SPACE: 5})
    here, there = await stored(author), await stored(author, space="other.eth")

    await mara.vote(here, 1)

    with pytest.raises(RefusedError, match="no voting power"):
        await mara.vote(there, 1)
    with pytest.raises(RefusedError, match="unknown proposal"):
        await mara.vote("0x00", 1)


async def test_the_same_name_is_the_same_wallet_and_never_shows_its_key(
    world: SnapshotWorld,
) -> None:
    assert world.wallet("mara").address == world.wallet("mara").address
    assert world.wallet("mara").address != world.wallet("ben").address
    assert key_of("mara") not in repr(world.wallet("mara"))


async def test_scores_are_recounted_on_demand_once_late_votes_are_in(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock, http: httpx.AsyncClient
) -> None:
    world.finalises_after = None
    proposal_id = await stored(author, start=clock.now() + 100, end=clock.now() + 1000)
    url = f"{world.sequencer_url}/scores/{proposal_id}"

    results = []
    for seconds in (0, 500, 530, 60):
        clock.jump(seconds)
        results.append((await http.get(url)).json()["result"])
    record = world.proposal(proposal_id)

    assert results == [False, True, False, True]
    assert record is not None
    assert record.scores_state == "final"
    unknown = await http.get(f"{world.sequencer_url}/scores/0x00")
    assert unknown.json() == {"result": False}


async def test_people_are_not_counted_against_the_bots_rate_limit(
    world: SnapshotWorld, author: Wallet, http: httpx.AsyncClient, client: SnapshotClient
) -> None:
    proposal_id = await stored(author)
    for _ in range(100):
        await http.get(world.sequencer_url)

    await world.wallet("mara", power=1).vote(proposal_id, 1)

    assert (await http.get(world.sequencer_url)).status_code == 429
    assert await client.proposal(SnapshotProposalId(proposal_id)) is not None


async def test_the_sequencer_says_who_it_is(world: SnapshotWorld, http: httpx.AsyncClient) -> None:
    answer = (await http.get(world.sequencer_url)).json()

    assert answer.keys() == {"name", "version", "relayer"}


async def test_the_same_world_answers_without_a_socket(clock: SandboxClock) -> None:
    world = SnapshotWorld(clock.now, block_number=lambda: 500)
    author, mara = world.wallet("assent"), world.wallet("mara", power=3)
    world.space(SPACE, members=[author.address])

    proposal_id = await stored(author)
    await mara.vote(proposal_id, 2)
    async with httpx.AsyncClient(transport=world.transport()) as http:
        client = SnapshotClient(http, "http://hub/graphql", "http://sequencer")
        [proposal] = (await client.proposals([SnapshotProposalId(proposal_id)])).rows
    await world.close()

    assert proposal.scores == (Decimal(0), Decimal(3))


def test_every_recorded_refusal_of_a_proposal_has_a_meaning(recordings: Any) -> None:
    refused = {
        each["response"]["error_description"]
        for each in recordings["traffic"]
        if each["status"] == 400
        and each["to"] == "sequencer"
        and "Vote" not in each["request"]["data"]["types"]
    }

    assert {text for text in refused if meaning(text) == text} == set()
