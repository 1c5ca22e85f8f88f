"""Telling from the address alone what kind of governor a contract is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eth_utils.address import is_address

from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.governor import ClockMode, Governor, TimelockKind
from bot.domain.text import line
from bot.domain.types import Address, Seconds, Timepoint, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.flavours import FLAVOURS, FlavourDescription
from bot.gateways.chain.flavours.description import Probes
from bot.gateways.chain.layouts import address as checksummed
from bot.gateways.chain.questions import contract, number, question, text

# What every governor answers; each family adds its own probes.
_SHARED_PROBES: Final = (
    "name()",
    "votingDelay()",
    "votingPeriod()",
    "proposalThreshold()",
    "timelock()",
    "CLOCK_MODE()",
)
_TOKEN_PROBES: Final = ("symbol()", "decimals()")
_TIMELOCK_PROBES: Final = ("GRACE_PERIOD()", "delay()", "getMinDelay()")

_SYMBOL_CAP: Final = 16
_MOST_DECIMALS: Final = 77  # more than any 256-bit number has digits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    address: Address | None
    symbol: str
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timelock:
    kind: TimelockKind
    address: Address | None = None
    delay: Seconds | None = None
    grace_period: Seconds | None = None


async def recognise(client: ChainClient, address: str) -> Governor:
    """Read what governor is at an address, with its parameters, as of the newest block.

    Raises:
        UnknownGovernorError: None that Assent can follow.
        ChainError: The node failed.
    """
    if not is_address(address):
        raise UnknownGovernorError(f"“{line(address, 64)}” is not an address.")
    governor = checksummed(address)
    head = await client.head()
    at = head.id
    if not await client.code(governor, at):
        words = f"There is no contract at `{governor}` on chain {client.chain_id}."
        raise UnknownGovernorError(words)
    probes = await _probe(client, governor, _all_probes(), at)
    flavour = _flavour(governor, probes)
    getters = (contract(probes[name]) for name in flavour.token_getters)
    token = await _token(client, next(filter(None, getters), None), at)
    timelock = await _timelock(client, governor, contract(probes["timelock()"]), at)
    return Governor(
        chain_id=client.chain_id,
        address=governor,
        name=text(probes["name()"]) or flavour.flavour.value,
        flavour=flavour.flavour,
        clock_mode=_clock_mode(probes),
        quorum_rule=flavour.quorum_rule(probes),
        quorum=await _quorum(client, governor, probes, head),
        token_address=token.address,
        token_symbol=token.symbol,
        token_decimals=token.decimals,
        voting_delay=Timepoint(_needed(governor, probes, "votingDelay()")),
        voting_period=Timepoint(_needed(governor, probes, "votingPeriod()")),
        proposal_threshold=TokenUnits(_needed(governor, probes, "proposalThreshold()")),
        timelock_kind=timelock.kind,
        timelock_address=timelock.address,
        timelock_delay=timelock.delay,
        grace_period=timelock.grace_period,
    )


async def _probe(
    client: ChainClient, address: Address, signatures: Iterable[str], at: BlockId
) -> Probes:
    questions = {signature: question(address, signature) for signature in signatures}
    answers = await client.ask(questions.values(), at)
    return {signature: answers[one] for signature, one in questions.items()}


def _all_probes() -> list[str]:
    names = list(_SHARED_PROBES)
    for flavour in FLAVOURS:
        names += [*flavour.probes, *flavour.token_getters]
    return names


def _flavour(governor: Address, probes: Probes) -> FlavourDescription:
    for flavour in FLAVOURS:
        if flavour.is_recognised(probes):
            refusal = flavour.refusal(probes)
            if refusal is not None:
                raise UnknownGovernorError(f"The contract at `{governor}` is {refusal}.")
            return flavour
    named = text(probes["name()"])
    called = f" It calls itself “{named}”." if named else ""
    raise UnknownGovernorError(
        f"The contract at `{governor}` is no governor that this version can follow: it answers"
        f" neither as a GovernorAlpha nor as an OpenZeppelin Governor.{called}"
    )


def _clock_mode(probes: Probes) -> ClockMode:
    mode = text(probes["CLOCK_MODE()"])
    return ClockMode.TIMESTAMP if "mode=timestamp" in mode else ClockMode.BLOCK_NUMBER


def _needed(governor: Address, probes: Probes, signature: str) -> int:
    found = number(probes[signature])
    if found is None:
        raise UnknownGovernorError(f"The governor at `{governor}` does not answer `{signature}`.")
    return found


async def _quorum(
    client: ChainClient, governor: Address, probes: Probes, head: Block
) -> TokenUnits | None:
    """Read the quorum of now; in later governors it is that of a moment that has passed."""
    found = number(probes["quorumVotes()"])
    if found is None:
        is_seconds = _clock_mode(probes) is ClockMode.TIMESTAMP
        moment = (head.timestamp if is_seconds else head.id.number) - 1
        asked = question(governor, "quorum(uint256)", max(moment, 0))
        found = number((await client.ask([asked], head.id))[asked])
    return None if found is None else TokenUnits(found)


async def _token(client: ChainClient, address: Address | None, at: BlockId) -> _Token:
    """Read the votes token; one without decimals, such as an NFT, counts whole votes."""
    if address is None:
        return _Token(address=None, symbol="", decimals=0)
    probes = await _probe(client, address, _TOKEN_PROBES, at)
    decimals = number(probes["decimals()"]) or 0
    return _Token(
        address=address,
        symbol=text(probes["symbol()"])[:_SYMBOL_CAP],
        decimals=decimals if decimals <= _MOST_DECIMALS else 0,
    )


async def _timelock(
    client: ChainClient, governor: Address, address: Address | None, at: BlockId
) -> _Timelock:
    if address is None:
        return _Timelock(kind=TimelockKind.NONE)
    probes = await _probe(client, address, _TIMELOCK_PROBES, at)
    grace_period, delay, least_delay = (number(probes[name]) for name in _TIMELOCK_PROBES)
    if grace_period is not None and delay is not None:
        return _Timelock(
            kind=TimelockKind.COMPOUND,
            address=address,
            delay=Seconds(delay),
            grace_period=Seconds(grace_period),
        )
    if least_delay is not None:
        return _Timelock(kind=TimelockKind.CONTROLLER, address=address, delay=Seconds(least_delay))
    raise UnknownGovernorError(
        f"The governor at `{governor}` has a timelock at `{address}` that is neither a Compound"
        " Timelock nor a TimelockController."
    )
