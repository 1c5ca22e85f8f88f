"""Voting power: what a space's strategies give an address."""

from decimal import Decimal
from typing import Any

from sandbox.snapshot.ledger import Ledger

# Strategies whose figures stand in their own parameters, and those that read the world's table.
_LISTED = {"whitelist", "whitelist-weighted"}
_BALANCES = {"erc20-balance-of", "erc20-votes", "ticket"}
STRATEGIES = _LISTED | _BALANCES

EVERYWHERE = "*"  # the space of a power that holds in all of them


def by_strategy(
    ledger: Ledger, space: str, strategies: list[dict[str, Any]], address: str
) -> list[Decimal]:
    """Compute an address's power, parallel to `strategies`."""
    return [_power(ledger, space, strategy, address) for strategy in strategies]


def passes(
    ledger: Ledger,
    space: str,
    strategies: list[dict[str, Any]],
    validation: dict[str, Any],
    address: str,
) -> bool:
    """Tell whether an address meets a validation: `any`, or `basic` with its least score."""
    params = validation.get("params") or {}
    least = Decimal(str(params.get("minScore") or 0))
    if validation["name"] == "any" or not least:
        return True
    own = params.get("strategies") or strategies
    return sum(by_strategy(ledger, space, own, address)) >= least


def _power(ledger: Ledger, space: str, strategy: dict[str, Any], address: str) -> Decimal:
    name = strategy["name"]
    if name == "ticket":
        return Decimal(1)
    if name in _LISTED:
        return _listed(strategy["params"]["addresses"], address)
    for place in (space.lower(), EVERYWHERE):
        held = ledger.power.get((place, address.lower()))
        if held is not None:
            return Decimal(held)
    return Decimal(0)


def _listed(addresses: list[str] | dict[str, Any], address: str) -> Decimal:
    if isinstance(addresses, list):
        return Decimal(address.lower() in {listed.lower() for listed in addresses})
    powers = {listed.lower(): power for listed, power in addresses.items()}
    return Decimal(str(powers.get(address.lower(), 0)))
