"""What a contract is that is no governor we can follow, in words that help whoever named it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from bot.domain.onchain.block import BlockId
from bot.domain.text import line
from bot.domain.types import Address
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.questions import contract, number, question, text
from bot.gateways.chain.tokens import SYMBOL, symbol_of

_Probes: TypeAlias = Mapping[str, bytes | None]

_NAME_SHOWN: Final = 64
_PROBES: Final = (
    "name()",
    SYMBOL,
    "GRACE_PERIOD()",
    "delay()",
    "admin()",
    "getMinDelay()",
    "expiration()",
    "minSetback()",
    "getThreshold()",
    "getVotingPortalsCount()",
    "kernel()",
)


async def described(client: ChainClient, address: Address, at: BlockId) -> str:
    """Say what is at an address, as far as its answers show.

    Raises:
        ChainError: The node failed.
    """
    questions = {name: question(address, name) for name in _PROBES}
    answers = await client.ask(questions.values(), at)
    probes = {name: answers[one] for name, one in questions.items()}
    for describe in _KINDS:
        if (words := describe(probes)) is not None:
            return words
    named = line(text(probes["name()"]), _NAME_SHOWN)
    called = f" It calls itself “{named}”." if named else ""
    return (
        "It is no governor that this version can follow: it answers neither as a GovernorAlpha or"
        f" GovernorBravo nor as an OpenZeppelin or Nouns governor.{called}"
    )


def _compound_timelock(probes: _Probes) -> str | None:
    if number(probes["GRACE_PERIOD()"]) is None or number(probes["delay()"]) is None:
        return None
    admin = contract(probes["admin()"])
    hint = f" Its admin, which may be the governor, is `{admin}`." if admin else ""
    return f"It is a Compound Timelock, not the governor in front of it.{hint}"


def _controller(probes: _Probes) -> str | None:
    if number(probes["getMinDelay()"]) is None:
        return None
    return (
        "It is a TimelockController, not the governor in front of it. The governor is the contract"
        " that holds its proposer role."
    )


def _access_manager(probes: _Probes) -> str | None:
    if number(probes["expiration()"]) is None or number(probes["minSetback()"]) is None:
        return None
    return "It is an AccessManager, not the governor in front of it."


def _aave(probes: _Probes) -> str | None:
    if number(probes["getVotingPortalsCount()"]) is None:
        return None
    return (
        "It is an Aave Governance V3, which votes on other chains and carries payloads out by other"
        " contracts: this version cannot follow that."
    )


def _safe(probes: _Probes) -> str | None:
    if number(probes["getThreshold()"]) is None:
        return None
    return "It is a Safe: its owners sign, and no governor counts votes there."


def _aragon(probes: _Probes) -> str | None:
    if contract(probes["kernel()"]) is None:
        return None
    return "It is an Aragon app, whose votes this version cannot follow."


def _token(probes: _Probes) -> str | None:
    symbol = line(symbol_of(probes[SYMBOL]), _NAME_SHOWN)
    if not symbol:
        return None
    named = line(text(probes["name()"]), _NAME_SHOWN)
    called = f"“{named}” ({symbol})" if named else symbol
    return f"It is a token, {called}, not the governor that counts its votes."


_KINDS: Final[tuple[Callable[[_Probes], str | None], ...]] = (
    _compound_timelock,
    _controller,
    _access_manager,
    _aave,
    _safe,
    _aragon,
    _token,
)
