import pytest
from eth_abi.abi import encode as reference

from bot.gateways.chain.codec import UndecodableDataError, decode, encode


def test_padding_that_is_not_zero_is_accepted_as_solidity_accepts_it() -> None:
    data = bytearray(reference(["bytes"], [b"\x01"]))
    data[-1] = 7
    assert decode(["bytes"], bytes(data)) == (b"\x01",)


def test_values_that_do_not_fit_are_no_encoding() -> None:
    with pytest.raises(UndecodableDataError):
        encode(["uint8"], [256])
    with pytest.raises(UndecodableDataError):
        encode(["nonsense"], [1])


def test_too_little_data_is_no_encoding() -> None:
    with pytest.raises(UndecodableDataError):
        decode(["uint256"], b"\x01")


def test_large_honest_data_is_within_the_budget() -> None:
    values = (["x" * 5000] * 20, [b"y" * 33] * 500, [[1, 2, 3]] * 300)
    types = ("string[]", "bytes[]", "uint256[][]")
    decoded = decode(types, encode(types, values))
    assert decoded[0] == tuple(values[0])
    assert len(decoded[2]) == 300
