"""What is in the way of a whole chain, and that it is not any more."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.announcement import TroubleFound, TroubleMended
from bot.domain.trouble import OF_A_CHAIN, TroubleKind
from bot.domain.types import UnixSeconds

Read = Callable[..., Any]
SINCE = UnixSeconds(1_800_000_000)


@pytest.mark.parametrize("kind", sorted(OF_A_CHAIN))
def test_a_chain_that_cannot_be_read_is_named_and_somebody_can_do_something(
    read: Read, kind: TroubleKind
) -> None:
    shown = read(TroubleFound(subject=None, trouble=kind, place=10, since=SINCE))
    assert shown.title == "⚠ Something is in the way"
    assert "OP Mainnet (chain 10)" in shown.text
    assert "The operator" in shown.next_step


@pytest.mark.parametrize("kind", sorted(OF_A_CHAIN))
def test_when_it_is_mended_that_is_said_and_since_when_it_was_not(
    read: Read, kind: TroubleKind
) -> None:
    shown = read(TroubleMended(trouble=kind, place=8_453, since=SINCE))
    assert shown.title == "✅ Nothing is in the way any more"
    assert "Base (chain 8453)" in shown.text
    assert "<t:1800000000:F>" in shown.text
