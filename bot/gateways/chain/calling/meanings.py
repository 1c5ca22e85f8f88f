"""What arguments mean once it is known what the contracts are that they are given to (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.onchain.chains import chain_coin
from bot.domain.onchain.contract import NOTHING_KNOWN, ContractFacts
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.naming import named
from bot.domain.types import Address, ChainId
from bot.gateways.chain.calling.units import (
    UNITS,
    Unit,
    counted,
    seconds,
    whole_amount,
)

COIN_DECIMALS = 18  # of every chain's own coin here
_TOKENS = "whole tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known around a proposal: its chain, its governor, the contracts, the names."""

    chain_id: ChainId
    governor: Governor | None = None
    facts: Mapping[Address, ContractFacts] = field(default_factory=dict)
    names: Mapping[Address, str] = field(default_factory=dict)

    def of(self, address: Address) -> ContractFacts:
        """Give what a contract told of itself."""
        return self.facts.get(address, NOTHING_KNOWN)


def with_meanings(calls: tuple[DecodedCall, ...], known: Knowledge) -> tuple[DecodedCall, ...]:
    """Say what coins, amounts and lengths of time are, and who is called what."""
    return named([_meant(call, known) for call in calls], known.names)


def _meant(call: DecodedCall, known: Knowledge) -> DecodedCall:
    coin = "of the other chain's own coin" if call.is_elsewhere else chain_coin(known.chain_id)
    units = UNITS.get(call.signature, {})
    return replace(
        call,
        amount=whole_amount(call.value, COIN_DECIMALS, coin) if call.value else "",
        arguments=tuple(
            _argument(call, argument, units.get(place), known)
            for place, argument in enumerate(call.arguments)
        ),
        calls=tuple(_meant(each, known) for each in call.calls),
    )


def _argument(
    call: DecodedCall, argument: Argument, unit: Unit | None, known: Knowledge
) -> Argument:
    if unit is None or argument.meaning or call.is_elsewhere or not argument.value.isdecimal():
        return argument
    return replace(argument, meaning=measured(int(argument.value), unit, call.target, known))


def measured(value: int, unit: Unit, target: Address, known: Knowledge) -> str:
    """Write a number with its unit; `""` where what it counts is not known."""
    facts, governor = known.of(target), known.governor
    said = ""
    match unit:
        case Unit.COINS:
            said = whole_amount(value, COIN_DECIMALS, chain_coin(known.chain_id))
        case Unit.TOKEN:
            said = whole_amount(value, facts.decimals, facts.symbol or _TOKENS)
        case Unit.VOTES if governor is not None and governor.address == target:
            said = whole_amount(value, governor.token_decimals, governor.token_symbol)
        case Unit.SECONDS:
            said = seconds(value)
        case Unit.BLOCKS:
            said = counted(value, "block")
        case Unit.CLOCK if facts.counts_seconds is not None:
            said = seconds(value) if facts.counts_seconds else counted(value, "block")
        case _:
            pass
    return said
