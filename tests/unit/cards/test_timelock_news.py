"""What is said of timelocks and of rules that change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.onchain.announcement import (
    FamilyNews,
    OperationNews,
    OperationStep,
    ParameterNews,
)
from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.governor import ClockMode, Flavour, TimelockKind
from bot.domain.onchain.operation import OperationKey
from bot.domain.types import Address, ChainId, OperationId, TransactionHash, UnixSeconds
from cogs.cards.chain.parameter_news import _PARAMETERS

Read = Callable[..., Any]
TIMELOCK = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
HASH = TransactionHash("0x" + "cd" * 32)
AT = UnixSeconds(1_790_000_000)


@pytest.fixture
def operation(fee_call: DecodedCall) -> OperationNews:
    return OperationNews(
        step=OperationStep.SCHEDULED,
        operation_key=OperationKey(
            chain_id=ChainId(1), timelock=TIMELOCK, id=OperationId("0x" + "aa" * 32)
        ),
        life=1,
        governor_name="Braintrust Governor",
        timelock_kind=TimelockKind.CONTROLLER,
        calls=(fee_call,),
        caller=None,
        ready_at=AT,
        is_seen_from_start=True,
        transaction_hash=HASH,
        at=AT,
    )


@pytest.fixture
def change() -> ParameterNews:
    return ParameterNews(
        chain_id=ChainId(1),
        contract=TIMELOCK,
        is_timelock=False,
        governor_name="Braintrust Governor",
        name="VotingPeriodSet",
        before="17280",
        after="50400",
        clock_mode=ClockMode.BLOCK_NUMBER,
        decimals=18,
        unit="BTRST",
        transaction_hash=HASH,
        number=1,
        at=AT,
    )


def test_what_came_without_a_vote_is_called_so(read: Read, operation: OperationNews) -> None:
    shown = read(operation)
    assert shown.title == "⚠ In the timelock without a vote: Braintrust Governor"
    assert "the timelock, the contract that holds back for a while what was decided" in shown.text
    assert "no proposal of this governor has brought it about" in shown.text
    link = f"https://etherscan.io/address/{TIMELOCK}"
    assert f"TimelockController [0xb6f1…990B]({link})\n" in shown.text
    assert "These calls are one “operation” there: 0xaaaa…aaaa" in shown.text
    assert "setMarketplaceFee" in shown.fields["What it would do"]
    assert "executed from <t:1790000000:F>" in shown.next_step
    assert shown.buttons == {"See the transaction": f"https://etherscan.io/tx/{HASH}"}


def test_what_was_not_seen_from_its_start_is_not_accused(
    read: Read, operation: OperationNews
) -> None:
    late = replace(operation, step=OperationStep.EXECUTED, is_seen_from_start=False, calls=())
    shown = read(late)
    assert "whether a vote has brought it about is not known" in shown.text
    assert shown.fields["What it did"] == "Its calls are not known to Assent."


def test_whose_operation_it_is_is_said_where_it_is_known(
    read: Read, operation: OperationNews
) -> None:
    assert "By [0xb6f1…990B](https://etherscan.io/" in (
        read(replace(operation, caller=TIMELOCK)).text
    )
    key = replace(operation.operation_key, chain_id=ChainId(31_337))
    local = read(replace(operation, caller=TIMELOCK, operation_key=key))
    assert f"By `{TIMELOCK}`\nTimelockController `{TIMELOCK}`\n" in local.text
    assert f"one “operation” there: `{key.id}`" in local.text
    assert local.rendered.view is None


@pytest.mark.parametrize("step", OperationStep)
def test_each_step_has_its_words_and_a_key_of_its_own(
    read: Read, operation: OperationNews, step: OperationStep
) -> None:
    told = replace(operation, step=step)
    assert "{" not in read(told).everything
    assert told.key.endswith(f":{step}")
    assert replace(told, life=2).key.endswith(f":{step}-no2")


def test_a_change_says_what_it_was_what_it_is_and_what_it_means(
    read: Read, change: ParameterNews
) -> None:
    shown = read(change)
    assert shown.title == "⚠ The rules have changed: Voting period"
    assert "**Voting period**: 17,280 blocks ➜ **50,400 blocks**" in shown.text
    assert "It is how long a vote is open." in shown.text


@pytest.mark.parametrize(
    ("name", "changes", "text"),
    [
        (
            "VotingPeriodSet",
            {"clock_mode": ClockMode.TIMESTAMP, "after": "259200", "before": "1"},
            "➜ **3 days**",
        ),
        ("ProposalThresholdSet", {"before": "0", "after": "5" + "0" * 20}, "0 BTRST ➜ **500 BTRST"),
        ("MinDelayChange", {"before": "604800", "after": "0"}, "7 days ➜ **none**"),
        ("NewDelay", {"before": "", "after": "172800"}, "not told by the contract ➜ **2 days**"),
        ("TimelockChange", {"before": "0xA", "after": "0xB"}, "**Timelock**: 0xA ➜ **0xB**"),
        ("QuorumNumeratorUpdated", {"before": "3", "after": "4"}, "➜ **4 parts (usually per"),
        ("SomethingElse", {"before": "a", "after": "b"}, "What that means is not known to Assent"),
    ],
)
def test_each_parameter_is_written_in_its_unit(
    read: Read, change: ParameterNews, name: str, changes: dict[str, Any], text: str
) -> None:
    assert text in read(replace(change, name=name, **changes)).text


@pytest.mark.parametrize("name", [*_PARAMETERS, "@everyone"])
@pytest.mark.parametrize("value", ["", "-1", "9" * 400, "@everyone\n# big", "٣", "0x" + "ab" * 20])
def test_hostile_values_break_nothing(
    read: Read, change: ParameterNews, name: str, value: str
) -> None:
    for mode in ClockMode:
        odd = replace(change, name=name, before=value, after=value, clock_mode=mode)
        shown = read(odd)
        assert shown.rendered.content is None
        assert "\n# big" not in shown.text


def test_what_a_former_timelock_does_is_called_so(
    read: Read, operation: OperationNews, change: ParameterNews
) -> None:
    text = read(replace(operation, is_former=True)).text
    assert "into a former timelock: the governor has another one by now; no proposal" in text
    text = read(replace(change, is_timelock=True, is_former=True)).text
    assert "A former timelock of Braintrust Governor works by another rule" in text


@pytest.fixture
def family() -> FamilyNews:
    return FamilyNews(
        chain_id=ChainId(1),
        governor=TIMELOCK,
        governor_name="Braintrust Governor",
        before=Flavour.GOVERNOR_BRAVO,
        after=Flavour.OPENZEPPELIN,
        why="",
        transaction_hash=HASH,
        at=AT,
    )


def test_another_family_says_as_what_it_is_followed_now(read: Read, family: FamilyNews) -> None:
    shown = read(family)
    assert shown.title == "⚠ Braintrust Governor has become another governor"
    assert "It was a GovernorBravo; now it is a **OpenZeppelin Governor**" in shown.text
    assert shown.buttons == {"See the transaction": f"https://etherscan.io/tx/{HASH}"}
    again = read(replace(family, before=None, transaction_hash=None))
    assert "Assent could not follow it; now it is" in again.text
    assert not again.buttons


def test_a_family_that_nobody_knows_says_what_was_found_and_what_may_be_missed(
    read: Read, family: FamilyNews
) -> None:
    shown = read(replace(family, after=None, why="It is a Safe."))
    assert shown.title == "⚠ Braintrust Governor cannot be followed as before"
    assert "What Assent found: It is a Safe." in shown.text
    assert "goes on reading it as a GovernorBravo" in shown.text
    assert "anything else may be missed" in shown.text
    assert "`/watch remove`" in shown.next_step
