"""What is on chain, held against what was approved: nothing is called the same that may not be."""

from typing import Any

import pytest

from bot.domain.onchain.block import BlockId, Position
from bot.domain.onchain.call import Argument, Call, CallSource, DecodedCall
from bot.domain.onchain.governor import ProposalKey
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.review.announcement import fingerprint
from bot.domain.review.comparison import Approved, Comparison, Likeness, compared
from bot.domain.review.named_call import named_calls
from bot.domain.review.sameness import is_same_argument, wei
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    Timepoint,
    TransactionHash,
    UnixSeconds,
    Wei,
)
from bot.gateways.chain.calls import selector_of

TARGET = "0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"
OTHER = "0x799ebfABE77a6E34311eeEe9825190B9ECe32824"
LINK = "https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc"


def on_chain(title: str = "Lower the fee", description: str = "") -> GovernorProposal:
    return GovernorProposal(
        key=ProposalKey(chain_id=ChainId(1), governor=Address(OTHER), id=GovernorProposalId(7)),
        proposer=Address(OTHER),
        calls=(Call(target=Address(TARGET), value=Wei(0), signature="", calldata="0x"),),
        vote_start=Timepoint(1),
        vote_end=Timepoint(2),
        title=title,
        description=description or f"# {title}",
        created=Position(
            block=BlockId(number=BlockNumber(1), hash=BlockHash("0x1")),
            transaction_hash=TransactionHash("0x2"),
            log_index=0,
            block_time=UnixSeconds(1),
        ),
    )


def call(
    *values: str, function: str = "setMarketplaceFee", types: str = "uint8", **more: Any
) -> DecodedCall:
    given: dict[str, Any] = {
        "target": Address(TARGET),
        "value": Wei(0),
        "function": function,
        "arguments": tuple(
            Argument(type=type_, value=value)
            for type_, value in zip(types.split(";"), values, strict=True)
        )
        if values
        else (),
        "selector": "0x12345678",
    }
    return DecodedCall(**given | more)


def against(text: str, *calls: DecodedCall, **proposal: str) -> Comparison:
    signatures = [each.signature for each in named_calls(text) if each.signature]
    selectors = {each: f"0x{selector_of(each).hex()}" for each in signatures}
    approved = Approved(
        source="the draft",
        title="Lower the fee",
        text=text,
        links=(LINK, ""),
        selectors=selectors,
    )
    return compared(on_chain(**proposal), calls, approved)


def likenesses(text: str, *calls: DecodedCall) -> list[Likeness]:
    return [each.likeness for each in against(text, *calls).calls]


def test_the_same_call_by_its_whole_address_is_the_same() -> None:
    found = against(f"{TARGET}: setMarketplaceFee(uint8) 8", call("8"))
    assert [each.likeness for each in found.calls] == [Likeness.SAME]
    assert not found.is_different


def test_a_contract_that_is_only_named_is_the_same_as_far_as_it_can_be_compared() -> None:
    text = "call: GovernanceDecisions.setMarketplaceFee(8)"
    (unsure,) = against(text, call("8")).calls
    assert unsure.likeness is Likeness.SAME_AS_FAR_AS_KNOWN
    assert "whole address" in unsure.untold[0]
    assert likenesses(text, call("8", target_name="GovernanceDecisions")) == [Likeness.SAME]
    assert likenesses(text, call("8", target_name="Something else")) == [
        Likeness.SAME_AS_FAR_AS_KNOWN
    ]


@pytest.mark.parametrize(
    ("decoded", "differs"),
    [
        (call("9"), "argument 1"),
        (call("8", target=Address(OTHER)), "the contract that is called"),
        (call("8", types="uint16"), "the function"),
        (call("8", function="setCategoryFee"), "the function"),
        (call("8", "1", types="uint8;uint8"), "the function"),
        (call("8", value=Wei(1)), "the coins sent along"),
    ],
)
def test_each_way_of_being_another_call_is_a_difference(decoded: DecodedCall, differs: str) -> None:
    found = against(f"{TARGET}: setMarketplaceFee(uint8) 8", decoded)
    (pair,) = found.calls
    assert pair.likeness is Likeness.DIFFERS
    assert differs in pair.differs
    assert found.is_different


def test_another_number_of_arguments_is_a_difference() -> None:
    (pair,) = against(f"{TARGET}: pay(1, 2)", call("1", function="pay")).calls
    assert pair.differs == ("the number of arguments",)


def test_the_argument_that_differs_is_named_where_its_name_is_known() -> None:
    decoded = call(arguments=(Argument(type="uint8", value="9", name="fee"),))
    (pair,) = against(f"{TARGET}: setMarketplaceFee(uint8) 8", decoded).calls
    assert pair.differs == ("argument 1 (fee)",)


def test_what_only_one_of_them_has_stands_alone() -> None:
    text = f"{TARGET}: setMarketplaceFee(uint8) 8\n{TARGET}: pause()"
    assert likenesses(text, call("8"), call(function="unpause", target=Address(OTHER))) == [
        Likeness.SAME,
        Likeness.ONLY_ON_CHAIN,
        Likeness.ONLY_APPROVED,
    ]


def test_the_order_of_calls_makes_no_pairs_that_do_not_belong_together() -> None:
    text = f"{TARGET}: pay(uint8) 1\n{TARGET}: pay(uint8) 2\n{TARGET}: pay(uint8) 3"
    calls = [call(value, function="pay") for value in ("3", "1", "2")]
    assert likenesses(text, *calls) == [Likeness.SAME] * 3


SET_FEE = f"0x{selector_of('setMarketplaceFee(uint8)').hex()}"


def test_a_function_that_is_not_known_cannot_be_compared_and_people_are_warned() -> None:
    unknown = call(function="", selector=SET_FEE)
    assert likenesses(f"{TARGET}: setMarketplaceFee(uint8) 8", unknown) == [Likeness.UNKNOWN]
    found = against("call: Market.setFee(8)", unknown)
    assert [each.likeness for each in found.calls] == [Likeness.UNKNOWN]
    assert (found.is_different, found.needs_warning) == (False, True)


def test_four_bytes_prove_another_function_whatever_it_does() -> None:
    other = call(function="", selector="0xdeadbeef", target=Address(OTHER))
    found = against("call: GovernanceDecisions.setMarketplaceFee(uint8) 8", other)
    assert {each.likeness for each in found.calls} == {
        Likeness.ONLY_ON_CHAIN,
        Likeness.ONLY_APPROVED,
    }
    assert found.is_different
    (pair,) = against(
        f"{TARGET}: setMarketplaceFee(uint8) 8", call(function="", selector="0xdeadbeef")
    ).calls
    assert (pair.likeness, pair.differs) == (Likeness.DIFFERS, ("the function",))
    (coins,) = against(f"{TARGET}: pay(uint8) 8", call(function="", selector="")).calls
    assert coins.differs == ("the function",), "mere coins call no function"


def test_what_nobody_can_read_is_paired_by_its_four_bytes_first() -> None:
    pay = f"0x{selector_of('pay(uint8)').hex()}"
    calls = [call(function="", selector=each) for each in (pay, SET_FEE)]
    for text in (
        f"{TARGET}: setMarketplaceFee(uint8) 8\n{TARGET}: pay(uint8) 1",
        "call: Market.fee(8)\ncall: Market.pay(uint8) 1",
    ):
        assert likenesses(text, *calls) == [Likeness.UNKNOWN] * 2


def test_a_guess_is_no_proof_that_it_is_the_function_that_is_named() -> None:
    guess = call("8", source=CallSource.GUESS)
    (pair,) = against(f"{TARGET}: setMarketplaceFee(8)", guess).calls
    assert pair.likeness is Likeness.SAME_AS_FAR_AS_KNOWN
    assert "a guess" in pair.untold[0]


def test_a_text_that_names_no_call_compares_none() -> None:
    found = against("Take 8 % instead of 10 %.", call("9"))
    assert (found.names_calls, found.calls, found.is_different) == (False, (), False)


@pytest.mark.parametrize("title", ["lower  the FEE", "# Lower the fee"])
def test_a_title_is_the_same_as_people_read_it(title: str) -> None:
    assert against("", call("8"), title=title).has_same_title


def test_another_title_is_a_difference() -> None:
    found = against("", call("8"), title="Lower the fee to 8 %")
    assert (found.has_same_title, found.is_different) == (False, True)


def test_the_description_names_the_vote_or_it_does_not() -> None:
    assert against("", description=f"Decided: {LINK}").names_approval
    assert not against("", description="Decided somewhere.").names_approval


def test_one_difference_has_one_fingerprint_however_well_it_is_known() -> None:
    text = f"{TARGET}: setMarketplaceFee(uint8) 8"
    named = call(arguments=(Argument(type="uint8", value="9", name="fee"),), target_name="Market")
    assert fingerprint(against(text, call("9"))) == fingerprint(against(text, named))
    assert fingerprint(against(text, call("9"))) != fingerprint(against(f"{text}0", call("9")))
    assert fingerprint(against(text, call("9"))) != fingerprint(
        against(text, call("9"), title="Another")
    )


@pytest.mark.parametrize(
    ("type_", "value", "named", "same"),
    [
        ("uint256", "8000", "8,000", True),
        ("uint256", "8000", "8_000", True),
        ("uint256", "8000", "8001", False),
        ("uint256", "8", "8 %", None),
        ("uint256", "8", "eight", None),
        ("int256", "-5", "-5", True),
        ("bool", "true", "yes", True),
        ("bool", "true", "false", False),
        ("bool", "true", "perhaps", None),
        ("address", TARGET, TARGET.lower(), True),
        ("address", TARGET, OTHER, False),
        ("address", TARGET, "the treasury", None),
        ("string", "Design", "Design", True),
        ("string", "Design", "design", False),
        ("string", "two  words", "two words", True),
        ("string", "x" * 500, "x" * 500, None),
        ("bytes32", "0xAB", "0xab", True),
        ("bytes", "0xab", "0xac", False),
        ("uint8[]", "[1, 2]", "[1,2]", True),
        ("uint8[]", "[1, 2]", "[1,3]", False),
        ("uint8[]", "[1, … 3 more]", "[1,2,3,4]", None),
        ("(address,uint8)", f"({TARGET}, 1)", f"({TARGET.lower()}, 1)", True),
        ("string[]", "[a b]", "[ab]", None),
    ],
)
def test_a_value_is_the_same_or_not_or_it_cannot_be_told(
    type_: str, value: str, named: str, *, same: bool | None
) -> None:
    assert is_same_argument(Argument(type=type_, value=value), named) is same


@pytest.mark.parametrize(
    ("named", "same"),
    [("8,000 BTRST", True), ("8000 btrst", True), ("9,000 BTRST", False), ("8,000 ETH", None)],
)
def test_an_amount_is_compared_in_its_own_unit(named: str, *, same: bool | None) -> None:
    amount = Argument(type="uint256", value="8" + "0" * 21, meaning="8,000 BTRST")
    assert is_same_argument(amount, named) is same


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.5 ETH", 15 * 10**17),
        ("3 wei", 3),
        ("2 gwei", 2 * 10**9),
        ("0", 0),
        ("5", None),
        ("much", None),
        ("", None),
    ],
)
def test_coins_are_read_in_their_unit(text: str, amount: int | None) -> None:
    assert wei(text) == amount
