"""A proposal's call as a node is asked to try it, and what its answer means (pure)."""

import re
from typing import Final

from bot.domain.onchain.call import Call
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.text import storable
from bot.domain.types import Address
from bot.gateways.chain.codec import octets
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.json_rpc import Answer, RpcError, result
from bot.gateways.chain.questions import Question, selector
from bot.gateways.chain.reverts import MOST_REASON, revert_reason

# geth, Nethermind, Erigon and anvil: what is sent along is more than the sender holds.
_POOR: Final = re.compile(r"insufficient (funds|balance)|InsufficientFunds", re.IGNORECASE)
_PREAMBLE: Final = re.compile(r"^(vm )?execution (reverted:?|error\.?)\s*", re.IGNORECASE)


def trial(sender: Address, call: Call) -> Question:
    """Make the question what would happen if `sender` made the call.

    Raises:
        ValueError: Its calldata is no hex.
    """
    return Question(
        to=call.target, data="0x" + payload(call).hex(), sender=sender, value=call.value
    )


def payload(call: Call) -> bytes:
    """Return the bytes that the target gets, selector and all.

    Raises:
        ValueError: Its calldata is no hex.
    """
    data = octets(call.calldata)
    return selector(call.signature) + data if call.signature else data


def simulated(answer: Answer) -> SimulatedCall:
    """Read the answer to a trial. A node that failed says nothing about the call."""
    try:
        result(answer)
    except RpcError as error:
        return _failed(error)
    except ChainError as error:
        return unknown(str(error))
    return SimulatedCall(outcome=Outcome.SUCCEEDS)


def unknown(why: str) -> SimulatedCall:
    """Say that a call could not be tried."""
    return SimulatedCall(outcome=Outcome.UNKNOWN, why=_cut(why))


def _failed(error: RpcError) -> SimulatedCall:
    if "out of gas" in error.text.lower():  # It may be the node's own limit.
        return unknown("the node ran out of gas")
    if error.is_revert:
        why = revert_reason(error.data) or _PREAMBLE.sub("", storable(error.text))
    elif _POOR.search(error.text):
        why = "the sender does not hold as much of the chain's coin as is sent along"
    else:
        return unknown(str(error))
    return SimulatedCall(outcome=Outcome.REVERTS, why=_cut(why.strip()))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_REASON else text[: MOST_REASON - 1] + "…"
