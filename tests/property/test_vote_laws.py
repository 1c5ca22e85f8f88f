"""The quick way to read votes reads what the careful one reads, or leaves it to that."""

from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.onchain.event import VoteCast
from bot.domain.types import Address, BlockNumber
from bot.gateways.chain.decode import decode_log
from bot.gateways.chain.errors import UndecodableLogError
from bot.gateways.chain.json_rpc import Log
from bot.gateways.chain.votes import vote_of

GOVERNOR = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
ALPHA = keccak(text="VoteCast(address,uint256,bool,uint256)")
BRAVO = keccak(text="VoteCast(address,uint256,uint8,uint256,string)")
WORDS = st.integers(0, 2**256 - 1)
ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda octets: "0x" + octets.hex())


def log(topics: list[bytes], data: bytes) -> Log:
    return Log(
        address=GOVERNOR.lower(),
        topics=tuple("0x" + topic.hex() for topic in topics),
        data="0x" + data.hex(),
        block_number="0x10",
        block_hash="0x" + "Ab" * 32,
        transaction_hash="0x" + "cD" * 32,
        log_index="0x3",
    )


def quickly(one: Log) -> VoteCast | None:
    return vote_of(one, GOVERNOR, BlockNumber(16), 3)


def carefully(one: Log) -> Any:
    """Read as everything else is read."""
    try:
        return decode_log(one, None)
    except UndecodableLogError:
        return None


@given(voter=ADDRESSES, id_=WORDS, support=st.booleans(), votes=WORDS)
def test_a_vote_on_a_governor_alpha_is_read_quickly(
    voter: str,
    id_: int,
    support: bool,  # noqa: FBT001 - the contract's type
    votes: int,
) -> None:
    one = log(
        [ALPHA], encode(["address", "uint256", "bool", "uint256"], [voter, id_, support, votes])
    )
    assert isinstance(quickly(one), VoteCast)
    assert quickly(one) == carefully(one)


@given(
    voter=ADDRESSES,
    id_=WORDS,
    support=st.integers(0, 255),
    weight=WORDS,
    reason=st.binary(max_size=100),
)
def test_a_vote_with_a_reason_is_read_quickly_whatever_bytes_the_reason_is(
    voter: str, id_: int, support: int, weight: int, reason: bytes
) -> None:
    types = ["uint256", "uint8", "uint256", "bytes"]  # a string is encoded as bytes are
    topic = bytes(12) + bytes.fromhex(voter[2:])
    one = log([BRAVO, topic], encode(types, [id_, support, weight, reason]))
    assert isinstance(quickly(one), VoteCast)
    assert quickly(one) == carefully(one)


@given(
    topic=st.sampled_from([ALPHA, BRAVO]),
    words=st.lists(st.binary(min_size=32, max_size=32), max_size=2),
    data=st.binary(max_size=200)
    | st.lists(st.integers(0, 200), max_size=8).map(
        lambda each: b"".join(number.to_bytes(32, "big") for number in each)
    ),
)
def test_what_no_compiler_writes_is_left_to_the_careful_way_or_read_alike(
    topic: bytes, words: list[bytes], data: bytes
) -> None:
    one = log([topic, *words], data)
    assert quickly(one) is None or quickly(one) == carefully(one)
