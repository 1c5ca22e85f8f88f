import pytest
from eth_abi.abi import encode

from bot.domain.types import Address
from bot.gateways.chain.questions import contract, number, question, text, values

TOKEN = Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824")


def test_a_question_is_a_selector_and_its_arguments() -> None:
    one = question(TOKEN, "state(uint256)", 5)
    assert one.to == TOKEN
    assert one.data == "0x3e4f49e6" + f"{5:064x}"


def test_a_number_is_read() -> None:
    assert number(encode(["uint256"], [7])) == 7


@pytest.mark.parametrize("answer", [None, b"", b"\x01"])
def test_no_answer_is_no_number(answer: bytes | None) -> None:
    assert number(answer) is None
    assert contract(answer) is None
    assert values(answer, ("uint256", "bool")) is None
    assert text(answer) == ""


def test_the_zero_address_is_no_contract() -> None:
    assert contract(bytes(32)) is None
    assert contract(b"\xff" * 32) is None
    assert contract(encode(["address"], [TOKEN])) == TOKEN


def test_a_symbol_is_read_in_either_form() -> None:
    assert text(encode(["string"], ["BTRST"])) == "BTRST"
    assert text(b"MKR".ljust(32, b"\x00")) == "MKR"
    assert text(encode(["bytes"], [b"\xff"])) == "\ufffd"
