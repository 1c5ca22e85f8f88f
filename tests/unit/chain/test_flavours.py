"""What the views of a governor tell of a proposal."""

import pytest
from eth_abi.abi import encode

from bot.domain.onchain.governor import GovernorState, Observation, ProposalKey
from bot.domain.types import Address, GovernorProposalId
from bot.gateways.chain.flavours.description import state_of
from bot.gateways.chain.flavours.nouns import NOUNS
from tests.forkable_chain import CHAIN, GOVERNOR

KEY = ProposalKey(chain_id=CHAIN, governor=Address(GOVERNOR), id=GovernorProposalId(7))
# id, proposer, threshold, quorum, eta, start, end, for, against, abstain, canceled, vetoed, done
FIRST = (7, GOVERNOR, 2, 72, 0, 1_300, 1_400, 5, 4, 3, False, False, False)
FIRST_TYPES = ("uint256", "address", *("uint256",) * 8, "bool", "bool", "bool")
SECOND, SECOND_TYPES = (*FIRST, 900, 1_000), (*FIRST_TYPES, "uint256", "uint256")
THIRD = (*SECOND, (GOVERNOR,), 1_200, 1_450, True)
THIRD_TYPES = (*SECOND_TYPES, "address[]", "uint256", "uint256", "bool")


def word(number: int) -> bytes:
    return encode(["uint256"], [number])


def observed(proposal: bytes, third: bytes | None, quorum: bytes | None) -> Observation:
    return NOUNS.observation(None, KEY, (word(9), proposal, third, quorum))  # type: ignore[arg-type] # it asks nothing of its governor


@pytest.mark.parametrize(
    ("proposal", "third", "quorum", "expected"),
    [
        (encode(FIRST_TYPES, FIRST), None, None, (None, 1_400, 72)),
        (encode(SECOND_TYPES, SECOND), None, word(80), (1_000, 1_400, 80)),
        (
            encode(SECOND_TYPES, SECOND),
            encode([f"({','.join(THIRD_TYPES)})"], [THIRD]),
            word(80),
            (1_000, 1_450, 80),
        ),
    ],
    ids=["V1", "V2", "V3"],
)
def test_each_version_of_nouns_tells_what_it_knows_of_block_end_and_quorum(
    proposal: bytes,
    third: bytes | None,
    quorum: bytes | None,
    expected: tuple[int | None, int, int],
) -> None:
    seen = observed(proposal, third, quorum)
    assert seen.state is GovernorState.OBJECTION_PERIOD
    assert (seen.for_votes, seen.against_votes, seen.abstain_votes) == (5, 4, 3)
    assert (seen.created_in, seen.vote_end, seen.quorum) == expected
    assert seen.vote_start == 1_300


@pytest.mark.parametrize("answer", [word(11), word(2**255), b"", b"\x01", None])
def test_a_state_that_nobody_knows_is_unknown_and_breaks_nothing(answer: bytes | None) -> None:
    assert state_of(answer) is GovernorState.UNKNOWN
