"""Tries the calls of a proposal from its timelock, one by one."""

from collections.abc import Sequence

from bot.clock import Clock
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call
from bot.domain.onchain.governor import Governor, TimelockKind
from bot.domain.onchain.simulation import Outcome, SimulatedCall, Simulation
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError

MOST_SIMULATED = 30
_NO_NODE = "the node did not answer"
_NO_CLIENT = "no node is set up for this chain"
_NOT_ALONE = "what an AccessManager lets through cannot be tried from outside"
_NO_TIMELOCK = "it is not known from where it will be called"
_NO_CONTRACT = "there is no contract at this address: the call would do nothing"
_NO_REASON = "the contract gives no reason"
_TOO_MANY = f"only the first {MOST_SIMULATED} calls are tried"


async def simulate(
    client: ChainClient | None, governor: Governor, calls: Sequence[Call], now: Clock
) -> tuple[Simulation, BlockId | None]:
    """Try each call alone at the newest block; give that block too, if the node told it.

    Whatever fails is said in the result: a node's failure is never a revert.
    """
    why = _why_not(client, governor)
    if client is None or why:
        return _unknown(calls, why, now), None
    try:
        at = (await client.head()).id
    except ChainError:
        return _unknown(calls, _NO_NODE, now), None
    tried = [await _try(client, governor, call, at) for call in calls[:MOST_SIMULATED]]
    left = [SimulatedCall(outcome=Outcome.UNKNOWN, why=_TOO_MANY)] * (len(calls) - len(tried))
    return Simulation(at=now(), block=at.number, calls=(*tried, *left)), at


def _why_not(client: ChainClient | None, governor: Governor) -> str:
    if client is None:
        return _NO_CLIENT
    if governor.timelock_kind is TimelockKind.ACCESS_MANAGER:
        return _NOT_ALONE
    return "" if governor.timelock_address else _NO_TIMELOCK


def _unknown(calls: Sequence[Call], why: str, now: Clock) -> Simulation:
    tried = tuple(SimulatedCall(outcome=Outcome.UNKNOWN, why=why) for _ in calls)
    return Simulation(at=now(), block=None, calls=tried)


async def _try(client: ChainClient, governor: Governor, call: Call, at: BlockId) -> SimulatedCall:
    assert governor.timelock_address is not None, "it was looked at before"
    found = await client.simulate(governor.timelock_address, call, at)
    why = found.why
    if found.outcome is Outcome.REVERTS:
        why = why or _NO_REASON
    elif found.outcome is Outcome.SUCCEEDS and (call.signature or len(call.calldata) > len("0x")):
        try:
            why = "" if await client.code(call.target, at) else _NO_CONTRACT
        except ChainError:
            return SimulatedCall(outcome=Outcome.UNKNOWN, why=_NO_NODE)
    return SimulatedCall(outcome=found.outcome, why=why)
