import pytest
from eth_abi.abi import encode

from bot.domain.onchain.governor import GovernorState
from bot.domain.types import Address
from bot.gateways.chain.questions import contract, number, question, text, values
from bot.gateways.chain.tokens import (
    decimals_of,
    plain_symbol_of,
    supply_at,
    supply_of,
    symbol_of,
)

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


def test_what_a_token_tells_of_itself_is_believed_as_far_as_it_makes_sense() -> None:
    assert symbol_of(encode(["string"], ["S" * 40])) == "S" * 16
    assert plain_symbol_of(encode(["string"], ["S" * 40])) == ""
    assert plain_symbol_of(encode(["string"], ["1,000 BTRST"])) == ""
    assert plain_symbol_of(b"MKR".ljust(32, b"\x00")) == "MKR"
    assert decimals_of(word(18)) == 18
    assert decimals_of(word(78)) is None
    assert supply_of(word(0)) is None, "Of nothing, nothing is a share."


@pytest.mark.parametrize(
    ("told", "state", "supply"),
    [
        ((5, 7), GovernorState.ACTIVE, 5),
        ((5, 7), GovernorState.EXECUTED, 5),
        ((None, 7), GovernorState.ACTIVE, 7),
        ((None, 7), GovernorState.OBJECTION_PERIOD, 7),
        ((None, 7), GovernorState.PENDING, None),
        ((None, 7), GovernorState.EXECUTED, None),
        ((0, None), GovernorState.ACTIVE, None),
        ((), GovernorState.ACTIVE, None),
    ],
)
def test_the_supply_of_now_stands_for_that_of_the_vote_only_while_it_is_open(
    told: tuple[int | None, ...], state: GovernorState, supply: int | None
) -> None:
    answers = [None if units is None else word(units) for units in told]
    assert supply_at(answers, state) == supply


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")
