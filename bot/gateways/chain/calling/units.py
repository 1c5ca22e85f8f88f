"""What the numbers of well-known functions count: seconds, tokens, roles (pure)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final

from eth_utils.crypto import keccak

from bot.domain.onchain.call import Argument
from bot.gateways.chain.calling.arguments import Values
from bot.gateways.chain.tokens import MOST_DECIMALS

_NO_LIMIT: Final = (1 << 256) - 1
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


class Unit(StrEnum):
    """What an argument counts or names."""

    TOKEN = "base units of the token that is called"  # noqa: S105 - no password, a unit
    VOTES = "base units of the governor's token"
    CLOCK = "blocks or seconds, as the governor that is called counts"
    BLOCKS = "blocks"
    SECONDS = "seconds"
    COINS = "the chain's own coin, in its smallest unit"
    ROLE = "the hash of a role's name"
    ROLE_NUMBER = "the number of an AccessManager's role"


UNITS: Final[Mapping[str, Mapping[int, Unit]]] = {
    "transfer(address,uint256)": {1: Unit.TOKEN},
    "transferFrom(address,address,uint256)": {2: Unit.TOKEN},
    "approve(address,uint256)": {1: Unit.TOKEN},
    "increaseAllowance(address,uint256)": {1: Unit.TOKEN},
    "decreaseAllowance(address,uint256)": {1: Unit.TOKEN},
    "mint(address,uint256)": {1: Unit.TOKEN},
    "burn(uint256)": {0: Unit.TOKEN},
    "burn(address,uint256)": {1: Unit.TOKEN},
    "burnFrom(address,uint256)": {1: Unit.TOKEN},
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": {2: Unit.TOKEN},
    "sendETHToNewDAO(address,uint256)": {1: Unit.COINS},
    "setDelay(uint256)": {0: Unit.SECONDS},
    "updateDelay(uint256)": {0: Unit.SECONDS},
    "_setForkPeriod(uint256)": {0: Unit.SECONDS},
    "setBaseDelaySeconds(uint32)": {0: Unit.SECONDS},
    "setTargetAdminDelay(address,uint32)": {1: Unit.SECONDS},
    "setGrantDelay(uint64,uint32)": {0: Unit.ROLE_NUMBER, 1: Unit.SECONDS},
    "grantRole(uint64,address,uint32)": {0: Unit.ROLE_NUMBER, 2: Unit.SECONDS},
    "revokeRole(uint64,address)": {0: Unit.ROLE_NUMBER},
    "renounceRole(uint64,address)": {0: Unit.ROLE_NUMBER},
    "labelRole(uint64,string)": {0: Unit.ROLE_NUMBER},
    "setRoleAdmin(uint64,uint64)": {0: Unit.ROLE_NUMBER, 1: Unit.ROLE_NUMBER},
    "setRoleGuardian(uint64,uint64)": {0: Unit.ROLE_NUMBER, 1: Unit.ROLE_NUMBER},
    "setTargetFunctionRole(address,bytes4[],uint64)": {2: Unit.ROLE_NUMBER},
    "grantRole(bytes32,address)": {0: Unit.ROLE},
    "revokeRole(bytes32,address)": {0: Unit.ROLE},
    "renounceRole(bytes32,address)": {0: Unit.ROLE},
    "schedule(address,uint256,bytes,bytes32,bytes32,uint256)": {1: Unit.COINS, 5: Unit.SECONDS},
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)": {5: Unit.SECONDS},
    "setVotingDelay(uint256)": {0: Unit.CLOCK},
    "setVotingDelay(uint48)": {0: Unit.CLOCK},
    "setVotingPeriod(uint256)": {0: Unit.CLOCK},
    "setVotingPeriod(uint32)": {0: Unit.CLOCK},
    "setLateQuorumVoteExtension(uint48)": {0: Unit.CLOCK},
    "setLateQuorumVoteExtension(uint64)": {0: Unit.CLOCK},
    "_setVotingDelay(uint256)": {0: Unit.BLOCKS},
    "_setVotingPeriod(uint256)": {0: Unit.BLOCKS},
    "_setObjectionPeriodDurationInBlocks(uint32)": {0: Unit.BLOCKS},
    "_setProposalUpdatablePeriodInBlocks(uint32)": {0: Unit.BLOCKS},
    "_setLastMinuteWindowInBlocks(uint32)": {0: Unit.BLOCKS},
    "setProposalThreshold(uint256)": {0: Unit.VOTES},
    "_setProposalThreshold(uint256)": {0: Unit.VOTES},
    "setQuorum(uint256)": {0: Unit.VOTES},
}
_ROLES: Final = (
    *("MINTER_ROLE", "BURNER_ROLE", "PAUSER_ROLE", "UPGRADER_ROLE", "GOVERNOR_ROLE"),
    *("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE", "TIMELOCK_ADMIN_ROLE", "ADMIN_ROLE"),
    *("GUARDIAN_ROLE", "OPERATOR_ROLE", "MANAGER_ROLE", "KEEPER_ROLE", "SNAPSHOT_ROLE"),
    *("EMERGENCY_ROLE", "TREASURER_ROLE", "ORACLE_ROLE", "RELAYER_ROLE", "VETO_ROLE"),
)


@cache
def _role_names() -> Mapping[str, str]:
    names = {"0x" + keccak(text=name).hex(): name for name in _ROLES}
    return {**names, "0x" + "00" * 32: "DEFAULT_ADMIN_ROLE"}


def plain_meanings(signature: str, values: Values) -> tuple[Argument, ...]:
    """Say what the arguments mean as far as the function alone tells."""
    units = UNITS.get(signature, {})
    return tuple(
        replace(argument, meaning=_meaning(units[place], values.raw[place]))
        if place in units
        else argument
        for place, argument in enumerate(values.arguments)
    )


def _meaning(unit: Unit, value: Any) -> str:
    match unit:
        case Unit.SECONDS:
            return seconds(value)
        case Unit.BLOCKS:
            return counted(value, "block")
        case Unit.ROLE:
            return _role_names().get("0x" + value.hex(), "")
        case Unit.ROLE_NUMBER:
            # Source: OpenZeppelin 5 AccessManager, `ADMIN_ROLE` and `PUBLIC_ROLE`.
            return {0: "ADMIN_ROLE", (1 << 64) - 1: "PUBLIC_ROLE"}.get(value, "")
        case Unit.TOKEN | Unit.VOTES if value == _NO_LIMIT:
            return "an unlimited amount"
        case _:
            return ""


def counted(value: int, one: str) -> str:
    """Count something: `1 block`, `17,280 blocks`."""
    return f"{value:,} {one}{'' if value == 1 else 's'}"


def seconds(value: int) -> str:
    """Say a length of time exactly, in the largest units that fit: `2 days 3 hours`."""
    parts, rest = [], value
    for size, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(counted(count, name))
    return " ".join(parts) or "0 seconds"


def whole_amount(units: int, decimals: int | None, symbol: str) -> str:
    """Write base units as an exact amount; `""` where nobody knows how many make a whole."""
    if decimals is None or not 0 <= decimals <= MOST_DECIMALS:
        return ""
    digits = tuple(int(digit) for digit in str(units))
    number = f"{Decimal((0, digits, -decimals)):,f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number} {symbol}".rstrip()
