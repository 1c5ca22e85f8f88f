"""What is on chain, held against what was approved off chain: call by call, and nothing assumed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.onchain.call import Argument, CallSource, DecodedCall
from bot.domain.onchain.proposal import GovernorProposal, same_title
from bot.domain.review.named_call import NamedCall, named_calls
from bot.domain.review.sameness import is_same_argument, wei


class Likeness(StrEnum):
    """How a call on chain and a call of the approved text go together."""

    SAME = "same"
    SAME_AS_FAR_AS_KNOWN = "same as far as it can be compared"
    DIFFERS = "differs"
    ONLY_ON_CHAIN = "on chain, and not in the approved text"
    ONLY_APPROVED = "in the approved text, and not on chain"
    UNKNOWN = "cannot be compared"


DIFFERENT = frozenset({Likeness.DIFFERS, Likeness.ONLY_ON_CHAIN, Likeness.ONLY_APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved off chain, and where that stands."""

    source: str  # in words: `the consensus check on Snapshot`
    title: str  # without a step's prefix
    text: str
    links: tuple[str, ...]  # what a description may name it by
    # Of the functions that its text names with their types, by signature: `0x` and 8 hex digits.
    selectors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallComparison:
    """One call: on chain, in the approved text, or in both."""

    likeness: Likeness
    number: int | None  # of the call on chain, from 1; `None`: it is not there
    on_chain: DecodedCall | None
    named: str  # the row of the approved text; `""`: there is none
    differs: tuple[str, ...] = ()  # what of it does, each in words
    untold: tuple[str, ...] = ()  # what of it cannot be compared, each in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of it."""

    source: str
    approved_title: str
    has_same_title: bool
    names_approval: bool  # the description names the vote or the discussion
    names_calls: bool  # the approved text names calls; else there is nothing to compare them with
    calls: tuple[CallComparison, ...]

    @property
    def different(self) -> tuple[CallComparison, ...]:
        """The calls that are not what was approved."""
        return tuple(each for each in self.calls if each.likeness in DIFFERENT)

    @property
    def unknown(self) -> tuple[CallComparison, ...]:
        """The calls of which nobody can tell whether they are what was approved."""
        return tuple(each for each in self.calls if each.likeness is Likeness.UNKNOWN)

    @property
    def is_different(self) -> bool:
        """Whether it is certain that something is not what was approved."""
        return not self.has_same_title or bool(self.different)

    @property
    def needs_warning(self) -> bool:
        """Whether people have to be warned: it differs, or it cannot be held against its text."""
        return self.is_different or bool(self.unknown)


def compared(
    proposal: GovernorProposal, calls: Sequence[DecodedCall], approved: Approved
) -> Comparison:
    """Hold a proposal, and its calls in words, against what was approved."""
    named = [
        replace(each, selector=approved.selectors.get(each.signature, ""))
        for each in named_calls(approved.text)
    ]
    return Comparison(
        source=approved.source,
        approved_title=approved.title,
        has_same_title=same_title(proposal.title, approved.title),
        names_approval=any(link and link in proposal.description for link in approved.links),
        names_calls=bool(named),
        calls=tuple(_pairs(calls, named)) if named else (),
    )


def _pairs(calls: Sequence[DecodedCall], named: Sequence[NamedCall]) -> Iterator[CallComparison]:
    """Pair what belongs together, the likest first; whatever is left stands alone."""
    left = list(named)
    found: dict[int, CallComparison] = {}
    ways = (_is_like, _has_same_function, _has_same_selector, _may_be, _has_same_target)
    for is_pair in ways:
        for number, call in enumerate(calls, 1):
            if number in found:
                continue
            mate = next((each for each in left if is_pair(call, each)), None)
            if mate is not None:
                left.remove(mate)
                found[number] = _compared(number, call, mate)
    for number, call in enumerate(calls, 1):
        yield found.get(number) or _alone(number, call)
    for mate in left:
        yield CallComparison(
            likeness=Likeness.ONLY_APPROVED, number=None, on_chain=None, named=mate.text
        )


def _alone(number: int, call: DecodedCall) -> CallComparison:
    return CallComparison(likeness=Likeness.ONLY_ON_CHAIN, number=number, on_chain=call, named="")


def _is_like(call: DecodedCall, named: NamedCall) -> bool:
    return _has_same_function(call, named) and not _differences(call, named)


def _has_same_function(call: DecodedCall, named: NamedCall) -> bool:
    return call.function.partition("(")[0].casefold() == named.function.casefold()


def _has_same_target(call: DecodedCall, named: NamedCall) -> bool:
    return _is_same_target(call, named) is True


def _has_same_selector(call: DecodedCall, named: NamedCall) -> bool:
    return bool(named.selector) and call.selector.casefold() == named.selector


def _may_be(call: DecodedCall, named: NamedCall) -> bool:
    """Say whether a call whose function is not known could be the one that is named."""
    is_possible = not call.function and not _is_other_function(call, named)
    return is_possible and _is_same_target(call, named) is not False


def _is_same_target(call: DecodedCall, named: NamedCall) -> bool | None:
    if named.has_address:
        return call.target.casefold() == named.target.casefold()
    if call.target_name and call.target_name.casefold() == named.target.casefold():
        return True
    return None  # A contract may be called by several names.


def _compared(number: int, call: DecodedCall, named: NamedCall) -> CallComparison:
    if differs := _differences(call, named):
        return _pair(Likeness.DIFFERS, number, call, named, differs=differs)
    if not call.function:
        untold = ["its function is not known"]
        if _has_same_selector(call, named):
            untold = ["its data does not fit the types of the function"]
        return _pair(Likeness.UNKNOWN, number, call, named, untold=untold)
    if untold := _untold(call, named):
        return _pair(Likeness.SAME_AS_FAR_AS_KNOWN, number, call, named, untold=untold)
    return _pair(Likeness.SAME, number, call, named)


def _pair(
    likeness: Likeness, number: int, call: DecodedCall, named: NamedCall, **parts: list[str]
) -> CallComparison:
    return CallComparison(
        likeness=likeness,
        number=number,
        on_chain=call,
        named=named.text,
        differs=tuple(parts.get("differs", ())),
        untold=tuple(parts.get("untold", ())),
    )


def _differences(call: DecodedCall, named: NamedCall) -> list[str]:
    found = []
    if _is_same_target(call, named) is False:
        found.append("the contract that is called")
    if _is_other_function(call, named):
        return [*found, "the function"]
    if not call.function:
        pass  # Its arguments cannot be read.
    elif named.arguments is not None and len(named.arguments) != len(call.arguments):
        found.append("the number of arguments")
    else:
        found += [_argument(n, each) for n, each, same in _arguments(call, named) if same is False]
    if _is_same_value(call, named) is False:
        found.append("the coins sent along")
    return found


def _is_other_function(call: DecodedCall, named: NamedCall) -> bool:
    """Say whether it is certain that it calls another function than the one that is named.

    The first four bytes prove it also of a function whose name nobody knows.
    """
    if not call.function:
        return not call.selector or named.selector not in ("", call.selector.casefold())
    types = tuple(argument.type for argument in call.arguments)
    return not _has_same_function(call, named) or named.types not in (None, types)


def _untold(call: DecodedCall, named: NamedCall) -> list[str]:
    found = []
    if _is_same_target(call, named) is None:
        found.append("the contract, which the approved text does not name by its whole address")
    if call.source is CallSource.GUESS and named.selector != call.selector.casefold():
        found.append("the function, which is a guess by its selector")
    if named.arguments is None and call.arguments:
        found.append("the arguments, which the approved text does not name")
    found += [_argument(n, each) for n, each, same in _arguments(call, named) if same is None]
    if _is_same_value(call, named) is None:
        found.append("the coins sent along")
    return found


def _arguments(call: DecodedCall, named: NamedCall) -> Iterator[tuple[int, Argument, bool | None]]:
    for number, (argument, text) in enumerate(
        zip(call.arguments, named.arguments or (), strict=False), 1
    ):
        yield number, argument, is_same_argument(argument, text)


def _argument(number: int, argument: Argument) -> str:
    return f"argument {number} ({argument.name})" if argument.name else f"argument {number}"


def _is_same_value(call: DecodedCall, named: NamedCall) -> bool | None:
    """Compare the coins sent along: where none are named, none may be sent."""
    if not named.value:
        return call.value == 0
    meant = wei(named.value)
    return None if meant is None else meant == call.value
