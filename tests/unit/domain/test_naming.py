"""Names beside addresses, and what a fork takes away."""

from dataclasses import replace

import pytest

from bot.domain.onchain.call import Argument, Change, DecodedCall, unexecuted
from bot.domain.onchain.chains import block_time, chain_coin
from bot.domain.onchain.naming import addresses_in, displayed, is_plain_name, named
from bot.domain.types import Address, ChainId, Wei

TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
ANA = Address("0xE1F43a543fAe801543A6916C85482F6Ed37F52ae")
CALL = DecodedCall(
    target=TARGET,
    value=Wei(0),
    function="setOwner",
    arguments=(Argument(type="address", value=ANA), Argument(type="uint8", value="1")),
    selector="0x13af4035",
)


def test_a_name_stands_with_its_address() -> None:
    assert displayed(ANA, "ana.eth") == "ana.eth (0xE1F4…52ae)"
    assert displayed(ANA) == "0xE1F4…52ae"
    assert displayed("0x12") == "0x12"


def test_names_are_put_to_targets_and_addresses_inside_as_well() -> None:
    outer = replace(CALL, calls=(CALL,))
    (call,) = named([outer], {TARGET: "the market", ANA: "ana.eth"})
    for each in (call, call.calls[0]):
        assert (each.target_name, each.arguments[0].meaning) == ("the market", "ana.eth")
    assert call.arguments[1].meaning == ""


def test_a_name_takes_no_others_place() -> None:
    known = replace(CALL, target_name="the timelock")
    assert named([known], {TARGET: "other.eth"})[0].target_name == "the timelock"


def test_addresses_of_another_chain_are_not_named() -> None:
    elsewhere = replace(CALL, is_elsewhere=True)
    assert named([elsewhere], {TARGET: "the market"}) == (elsewhere,)
    assert addresses_in([elsewhere]) == []
    assert addresses_in([CALL, CALL]) == [TARGET, ANA]


@pytest.mark.parametrize(
    ("name", "is_plain"),
    [
        ("ana.eth", True),
        ("a-1.b.eth", True),
        ("ana", False),
        ("Ana.eth", False),
        ("-a.eth", False),
        ("an\u0430.eth", False),
        ("a\u200bna.eth", False),
        ("a_b.eth", False),
        ("a." * 40 + "eth", False),
        ("", False),
    ],
)
def test_only_a_name_that_reads_as_it_is_is_plain(name: str, *, is_plain: bool) -> None:
    assert is_plain_name(name) is is_plain


def test_an_execution_that_is_undone_has_changed_nothing() -> None:
    before = Change(what="owner", before="nobody", after="")
    done = Change(what="owner", before="nobody", after="ana.eth")
    call = replace(CALL, changes=(done,), calls=(replace(CALL, changes=(before,)),))
    (undone,) = unexecuted([call])
    assert (undone.changes, undone.calls[0].changes) == ((), (before,))


def test_a_chain_whose_coin_is_not_known_says_so() -> None:
    assert chain_coin(ChainId(1)) == "ETH"
    assert chain_coin(ChainId(5)) == "of the chain's own coin"


def test_only_a_steady_chain_has_a_block_time() -> None:
    assert block_time(ChainId(1)) == 12
    assert block_time(ChainId(42161)) is None
    assert block_time(ChainId(5)) is None
