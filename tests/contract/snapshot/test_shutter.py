"""Shielded votes in the sandbox: nobody reads a choice before the key is released."""

from decimal import Decimal

import httpx
import pytest

from sandbox.clock import SandboxClock
from sandbox.snapshot import shutter
from sandbox.snapshot.ledger import ProposalRecord
from sandbox.snapshot.wallet import Wallet
from sandbox.snapshot.world import SnapshotWorld

SPACE = "usebraintrust.eth"
DAY = 86_400
NOUGHT = [Decimal(0)] * 3


@pytest.fixture
def author(world: SnapshotWorld) -> Wallet:
    return world.wallet("assent")


def seen(world: SnapshotWorld, proposal_id: str) -> ProposalRecord:
    found = world.proposal(proposal_id)
    assert found is not None
    return found


async def test_choices_are_hidden_and_the_turnout_is_public(
    world: SnapshotWorld, author: Wallet
) -> None:
    mara = world.wallet("mara", power=70)
    proposal_id = await author.propose(SPACE, "Elect", privacy="shutter")

    await mara.vote(proposal_id, 2)

    proposal = seen(world, proposal_id)
    [vote] = world.votes(proposal_id)
    assert (proposal.scores, proposal.votes) == (NOUGHT, 1)
    assert proposal.scores_total == 70
    assert shutter.is_ciphertext(vote.choice)
    assert vote.vp == 70


@pytest.mark.parametrize("later", [61, 30 * DAY])
async def test_without_a_key_it_stays_pending(
    later: int, world: SnapshotWorld, author: Wallet, clock: SandboxClock, http: httpx.AsyncClient
) -> None:
    mara = world.wallet("mara", power=70)
    proposal_id = await author.propose(SPACE, "Elect", privacy="shutter")
    await mara.vote(proposal_id, 2)
    assert not world.release_key(proposal_id)
    clock.jump(7 * DAY + later)

    asked = (await http.get(f"{world.sequencer_url}/scores/{proposal_id}")).json()

    assert asked == {"result": True}
    assert seen(world, proposal_id).scores_state == "pending"
    assert seen(world, proposal_id).scores == NOUGHT


async def test_once_the_key_is_released_the_scores_are_final(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    mara, ben = world.wallet("mara", power=70), world.wallet("ben", power=30)
    proposal_id = await author.propose(SPACE, "Elect", privacy="shutter", type="weighted")
    await mara.vote(proposal_id, {"1": 1, "3": 1})
    await ben.vote(proposal_id, {"3": 1})
    await world.wallet("troll", power=5).vote(proposal_id, "0x00ff")
    clock.jump(7 * DAY + 1)

    assert world.release_key(proposal_id)

    proposal = seen(world, proposal_id)
    choices = {vote.voter: vote.choice for vote in world.votes(proposal_id)}
    assert proposal.scores == [35, 0, 65]
    assert proposal.scores_total == 105  # the unreadable one as well
    assert (proposal.votes, proposal.scores_state) == (3, "final")
    assert choices[mara.address] == {"1": 1, "3": 1}
    assert not world.release_key(proposal_id)


async def test_an_open_vote_has_no_key(world: SnapshotWorld, author: Wallet) -> None:
    proposal_id = await author.propose(SPACE, "Fee")

    assert not world.release_key(proposal_id)
    assert not world.release_key("0x00")


@pytest.mark.parametrize("choice", [1, [3, 1, 2], {"1": 7.5}])
def test_a_choice_is_read_with_its_own_proposals_key(choice: object) -> None:
    sealed = shutter.encrypt("0x01", choice)

    assert sealed != shutter.encrypt("0x01", choice)
    assert shutter.decrypt("0x01", sealed) == choice
    with pytest.raises(ValueError, match="another proposal"):
        shutter.decrypt("0x02", sealed)
