"""Telling from the address alone what kind of governor a contract is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eth_utils.address import is_address

from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.governor import ClockMode, Governor, TimelockKind
from bot.domain.text import line
from bot.domain.types import Address, ChainId, Seconds, Timepoint, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.flavours import FLAVOURS, FlavourDescription
from bot.gateways.chain.flavours.description import Probes
from bot.gateways.chain.proxies import implementation, lender
from bot.gateways.chain.questions import contract, number, question, text
from bot.gateways.chain.strangers import described
from bot.gateways.chain.tokens import DECIMALS, SYMBOL, decimals_of, symbol_of

# What every governor answers; each family adds its own probes.
_SHARED_PROBES: Final = (
    "name()",
    "votingDelay()",
    "votingPeriod()",
    "proposalThreshold()",
    "timelock()",
    "accessManager()",
    "baseDelaySeconds()",
    "CLOCK_MODE()",
    "COUNTING_MODE()",
    "clock()",
    "lateQuorumVoteExtension()",
    "implementation()",
)
_TIMELOCK_PROBES: Final = ("GRACE_PERIOD()", "delay()", "getMinDelay()", "expiration()")

# Contracts on these chains see the block numbers of the chain below. Source: Arbitrum's docs.
_COUNT_L1_BLOCKS: Final = frozenset(map(ChainId, (42161, 42170, 421614)))


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


async def recognise(client: ChainClient, address: str, head: Block | None = None) -> Governor:
    """Read what governor is at an address, with its parameters, by default as of the newest block.

    Raises:
        UnknownGovernorError: None that Assent can follow.
        ChainError: The node failed.
    """
    if not is_address(address):
        raise UnknownGovernorError(f"“{line(address, 64)}” is not an address.")
    governor = checksummed(address)
    head = head or await client.head()
    code = await _code(client, governor, head.id)
    probes = await _probe(client, governor, _all_probes(), head.id)
    flavour = await _flavour(client, governor, probes, head.id)
    told = contract(probes["implementation()"])
    getters = (contract(probes[name]) for name in flavour.token_getters)
    token = await _token(client, next(filter(None, getters), None), head.id)
    timelock = await _timelock(client, governor, probes, head.id)
    return Governor(
        chain_id=client.chain_id,
        address=governor,
        name=text(probes["name()"]) or flavour.flavour.value,
        flavour=flavour.flavour,
        version=flavour.version(probes),
        implementation=await implementation(client, governor, code, told, head.id),
        clock_mode=_clock_mode(probes),
        counts_l1_blocks=_counts_l1_blocks(client.chain_id, probes, head),
        counting_mode=text(probes["COUNTING_MODE()"]),
        quorum_rule=flavour.quorum_rule(probes),
        quorum=await _quorum(client, governor, flavour, probes, head),
        token_address=token.address,
        token_symbol=token.symbol,
        token_decimals=token.decimals,
        voting_delay=Timepoint(_needed(governor, probes, "votingDelay()")),
        voting_period=Timepoint(_needed(governor, probes, "votingPeriod()")),
        late_quorum_extension=_extension(probes),
        proposal_threshold=TokenUnits(_needed(governor, probes, "proposalThreshold()")),
        guardian=flavour.guardian(probes),
        is_sequential=flavour.is_sequential(probes),
        first_counted_at_start=flavour.first_counted_at_start(probes),
        timelock_kind=timelock.kind,
        timelock_address=timelock.address,
        timelock_delay=timelock.delay,
        grace_period=timelock.grace_period,
    )


async def _code(client: ChainClient, governor: Address, at: BlockId) -> bytes:
    code = await client.code(governor, at)
    if not code:
        words = f"There is no contract at `{governor}` on chain {client.chain_id}."
        raise UnknownGovernorError(words)
    if (lent := lender(code)) is not None:
        raise UnknownGovernorError(
            f"`{governor}` is somebody's wallet, which borrows the code of `{lent}` (EIP-7702). A"
            " governor is a contract of its own."
        )
    return code


async def _probe(
    client: ChainClient, address: Address, signatures: Iterable[str], at: BlockId
) -> Probes:
    """Call functions with zeros for arguments."""
    questions = {
        signature: question(address, signature, *[0] * signature.count("uint256"))
        for signature in signatures
    }
    answers = await client.ask(questions.values(), at)
    return {signature: answers[one] for signature, one in questions.items()}


def _all_probes() -> list[str]:
    names = list(_SHARED_PROBES)
    for flavour in FLAVOURS:
        names += [*flavour.probes, *flavour.token_getters]
    return names


async def _flavour(
    client: ChainClient, governor: Address, probes: Probes, at: BlockId
) -> FlavourDescription:
    for flavour in FLAVOURS:
        if flavour.is_recognised(probes):
            refusal = flavour.refusal(probes)
            if refusal is not None:
                raise UnknownGovernorError(f"The contract at `{governor}` is {refusal}.")
            return flavour
    words = await described(client, governor, at)
    raise UnknownGovernorError(f"`{governor}` cannot be followed as a governor. {words}")


def _clock_mode(probes: Probes) -> ClockMode:
    mode = text(probes["CLOCK_MODE()"])
    return ClockMode.TIMESTAMP if "mode=timestamp" in mode else ClockMode.BLOCK_NUMBER


def _counts_l1_blocks(chain_id: ChainId, probes: Probes, head: Block) -> bool:
    """Say whether the governor's blocks are those of the chain below its own.

    Its own clock knows best; without one, the chain does.
    """
    if _clock_mode(probes) is ClockMode.TIMESTAMP:
        return False
    clock = number(probes["clock()"])
    if clock is None or head.l1_number is None:
        return chain_id in _COUNT_L1_BLOCKS or head.l1_number is not None
    return abs(clock - head.l1_number) < abs(clock - head.id.number)


def _extension(probes: Probes) -> Timepoint | None:
    found = number(probes["lateQuorumVoteExtension()"])
    return None if found is None else Timepoint(found)


def _needed(governor: Address, probes: Probes, signature: str) -> int:
    found = number(probes[signature])
    if found is None:
        raise UnknownGovernorError(f"The governor at `{governor}` does not answer `{signature}`.")
    return found


async def _quorum(
    client: ChainClient, governor: Address, flavour: FlavourDescription, probes: Probes, head: Block
) -> TokenUnits | None:
    """Read the quorum of now; in later governors it is that of a moment that has passed."""
    if flavour.quorum_getters:
        told = (number(probes[name]) for name in flavour.quorum_getters)
        found = next((each for each in told if each is not None), None)
    else:
        moment = number(probes["clock()"])
        if moment is None:
            moment = head.l1_number or head.id.number
        asked = question(governor, "quorum(uint256)", max(moment - 1, 0))
        found = number((await client.ask([asked], head.id))[asked])
    return None if found is None else TokenUnits(found)


async def _token(client: ChainClient, address: Address | None, at: BlockId) -> _Token:
    """Read the votes token; one without decimals, such as an NFT, counts whole votes."""
    if address is None:
        return _Token(address=None, symbol="", decimals=0)
    probes = await _probe(client, address, (SYMBOL, DECIMALS), at)
    return _Token(
        address=address,
        symbol=symbol_of(probes[SYMBOL]),
        decimals=decimals_of(probes[DECIMALS]) or 0,
    )


async def _timelock(
    client: ChainClient, governor: Address, governor_probes: Probes, at: BlockId
) -> _Timelock:
    address = contract(governor_probes["timelock()"])
    manager = contract(governor_probes["accessManager()"])
    if address is None and manager is None:
        return _Timelock(kind=TimelockKind.NONE)
    probes = await _probe(client, manager or address or governor, _TIMELOCK_PROBES, at)
    grace_period, delay, least_delay, expiration = (number(probes[name]) for name in probes)
    if manager is not None:
        base_delay = number(governor_probes["baseDelaySeconds()"]) or 0
        return _Timelock(
            kind=TimelockKind.ACCESS_MANAGER,
            address=manager,
            delay=Seconds(base_delay),
            grace_period=None if expiration is None else Seconds(expiration),
        )
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
