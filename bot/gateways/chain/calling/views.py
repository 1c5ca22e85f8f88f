"""Which view tells what a call changes, and how its answer reads (pure).

A setter's name tells the view's: `setFee(uint8)` changes what `fee()`, `FEE()` or `getFee()` gives.
The guess is safe: a view that is not there is reverted, and then nothing is said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.onchain.call import DecodedCall
from bot.domain.types import Address
from bot.gateways.chain.calling.units import UNITS, Unit
from bot.gateways.chain.codec import UndecodableDataError
from bot.gateways.chain.questions import Question, question
from bot.gateways.chain.tokens import SUPPLY

MOST_VIEWS: Final = 60  # that one proposal is asked for
_SETTER: Final = re.compile(r"_?(?:set|update|change)([A-Z]\w*)")
_SIMPLE: Final = re.compile(r"u?int\d*|bool|address|bytes32|string")
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
SENDER: Final = -1  # in place of an argument's number: who makes the call


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One thing that a call changes, and the questions of which the first that answers tells it."""

    what: str  # in words: `marketplace fee`
    type: str  # of the answer
    questions: tuple[Question, ...] = ()
    proxy: Address | None = None  # whose EIP-1967 slot tells, before any question
    of: Address | None = None  # whose balance, or role, it is
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A view that a function's name does not tell; it is asked about arguments at these places."""

    what: str
    view: str
    type: str = "uint256"
    places: tuple[int, ...] = ()
    unit: Unit | None = None


def _balance(place: int) -> _Pair:
    view = "balanceOf(address)"
    return _Pair(what="balance", view=view, places=(place,), unit=Unit.TOKEN)


def _allowance(owner: int, spender: int) -> _Pair:
    view = "allowance(address,address)"
    return _Pair(what="allowance", view=view, places=(owner, spender), unit=Unit.TOKEN)


_SUPPLY: Final = _Pair(what="supply", view=SUPPLY, unit=Unit.TOKEN)
_OWNER: Final = _Pair(what="owner", view="owner()", type="address")
_ADMIN: Final = _Pair(what="admin", view="admin()", type="address")
_DELAY: Final = _Pair(what="delay", view="getMinDelay()", unit=Unit.SECONDS)
_THRESHOLD: Final = _Pair(what="threshold", view="getThreshold()")
_IMPLEMENTATION: Final = _Pair(what="implementation", view="implementation()", type="address")
_ROLE: Final = _Pair(
    what="has the role", view="hasRole(bytes32,address)", type="bool", places=(0, 1)
)
_DELEGATE: Final = _Pair(
    what="delegate", view="delegates(address)", type="address", places=(SENDER,)
)
_PAIRS: Final[Mapping[str, tuple[_Pair, ...]]] = {
    "transfer(address,uint256)": (_balance(0), _balance(SENDER)),
    "transferFrom(address,address,uint256)": (_balance(0), _balance(1)),
    "approve(address,uint256)": (_allowance(SENDER, 0),),
    "increaseAllowance(address,uint256)": (_allowance(SENDER, 0),),
    "decreaseAllowance(address,uint256)": (_allowance(SENDER, 0),),
    "mint(address,uint256)": (_balance(0), _SUPPLY),
    "burn(uint256)": (_SUPPLY,),
    "burnFrom(address,uint256)": (_balance(0), _SUPPLY),
    "delegate(address)": (_DELEGATE,),
    "transferOwnership(address)": (_OWNER,),
    "renounceOwnership()": (_OWNER,),
    "acceptOwnership()": (_OWNER,),
    "acceptAdmin()": (_ADMIN,),
    "_acceptAdmin()": (_ADMIN,),
    "changeAdmin(address)": (_ADMIN,),
    "updateDelay(uint256)": (_DELAY,),
    "grantRole(bytes32,address)": (_ROLE,),
    "revokeRole(bytes32,address)": (_ROLE,),
    "_setImplementation(address)": (_IMPLEMENTATION,),
    "_setImplementation(address,bool,bytes)": (_IMPLEMENTATION,),
    "upgradeTo(address)": (_IMPLEMENTATION,),
    "upgradeToAndCall(address,bytes)": (_IMPLEMENTATION,),
    "addOwnerWithThreshold(address,uint256)": (_THRESHOLD,),
    "changeThreshold(uint256)": (_THRESHOLD,),
}
# Here the proxy is an argument, and the contract that is called only has the right to change it.
_PROXIES: Final = frozenset({"upgrade(address,address)", "upgradeAndCall(address,address,bytes)"})


def views_of(call: DecodedCall, sender: Address | None = None) -> Sequence[View]:
    """Say what to ask to learn what a call changes; `sender` makes it, where that is known."""
    if call.is_elsewhere or not call.function:
        return ()
    if call.signature in _PROXIES:
        proxy = Address(call.arguments[0].value)
        return (View(what="implementation", type="address", proxy=proxy, of=proxy),)
    if call.signature in _PAIRS:
        made = (_paired(call, pair, sender) for pair in _PAIRS[call.signature])
        return tuple(each for each in made if each is not None)
    return tuple(_by_name(call))


def _paired(call: DecodedCall, pair: _Pair, sender: Address | None) -> View | None:
    values = [sender if place == SENDER else call.arguments[place].value for place in pair.places]
    if None in values:
        return None
    asked = _question(call.target, pair.view, [each for each in values if each is not None])
    if asked is None:
        return None
    subject = values[-1] if pair.places and pair.view != "allowance(address,address)" else None
    return View(
        what=pair.what,
        type=pair.type,
        questions=(asked,),
        proxy=call.target if pair is _IMPLEMENTATION else None,
        of=Address(subject) if subject is not None else None,
        unit=pair.unit,
    )


def _by_name(call: DecodedCall) -> Iterator[View]:
    """Ask for what a setter sets: of its last argument, by those before it."""
    found = _SETTER.fullmatch(call.function)
    types = [each.type for each in call.arguments]
    if found is None or not types or not all(map(_SIMPLE.fullmatch, types)):
        return
    name, keys = found[1], call.arguments[:-1]
    small = name[:1].lower() + name[1:]
    loud = _HUMPS.sub("_", name).upper()
    listed = ",".join(types[:-1])
    names = dict.fromkeys((small, name, loud, f"get{name}"))
    values = [each.value for each in keys]
    asked = [_question(call.target, f"{each}({listed})", values) for each in names]
    questions = tuple(each for each in asked if each is not None)
    if questions:
        unit = UNITS.get(call.signature, {}).get(len(types) - 1)
        yield View(what=words_of(name), questions=questions, type=types[-1], unit=unit)


def _question(target: Address, view: str, values: Sequence[str]) -> Question | None:
    types = [part for part in view[view.index("(") + 1 : -1].split(",") if part]
    try:
        arguments = [_value(kind, value) for kind, value in zip(types, values, strict=True)]
        return question(target, view, *arguments)
    except (ValueError, UndecodableDataError):
        return None  # a value that was cut to be shown


def _value(kind: str, text: str) -> object:
    if "int" in kind:
        return int(text)
    if kind == "bool":
        return text == "true"
    return bytes.fromhex(text.removeprefix("0x")) if kind.startswith("bytes") else text


def words_of(name: str) -> str:
    """Say a name of code in words: `MarketplaceFee` is a `marketplace fee`."""
    parts = _HUMPS.sub(" ", name.replace("_", " ")).split()
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)
