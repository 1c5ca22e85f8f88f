"""An on-chain proposal in preparation: what was typed, what it becomes, and what speaks against it.

Nothing here is on chain, and nothing here can act on it: a person sends what comes of it, with a
wallet of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.errors import Refusal
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.delegation import Proposers
from bot.domain.onchain.governor import Flavour, Governor, TimelockKind
from bot.domain.onchain.proposal import TITLE_CAP, same_title
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.text import clean, storable
from bot.domain.types import Address, ChainId, ProposalId

MOST_CALLS = 20  # that are kept; a governor may take fewer
COMPOUND_CALLS = 10  # `proposalMaxOperations()` of GovernorAlpha and of GovernorBravo
TEXT_LIMIT = 3_500  # characters of the text below the title
_FIELD_LIMIT = 4_000  # characters of anything else that is typed
_COMPOUND_FAMILY = frozenset({Flavour.GOVERNOR_ALPHA, Flavour.GOVERNOR_BRAVO, Flavour.NOUNS})
_STALE = (
    "The list of calls has changed since this was shown; nothing was changed now. Look at the "
    "newest list and press again there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCall:
    """A call as a person typed it; every part is text, and may be wrong."""

    target: str
    function: (
        str  # `setMarketplaceFee(uint8)`; `""`: the arguments are raw calldata, or there are none
    )
    arguments: str  # one a line, in the function's order
    value: str  # of the chain's own coin: wei, or `1.5 ether`; `""`: none


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What somebody has typed so far of one on-chain proposal."""

    kind: Literal["preparation"] = "preparation"
    proposal_id: ProposalId | None  # `None`: it belongs to none of ours
    chain_id: ChainId
    governor: Address
    title: str
    text: str  # below the title
    links: tuple[str, ...]  # each a line of its own at the end: `Discussion: https://…`
    calls: tuple[TypedCall, ...] = ()
    change: int = 0  # counts up, so that a list that is out of date is not acted on


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCall:
    """A typed call with what came of it. `call` is `None` where it cannot be encoded."""

    typed: TypedCall
    call: Call | None = None
    decoded: DecodedCall | None = None
    problem: str = ""  # why it cannot be encoded
    notes: tuple[str, ...] = ()  # how something was read that could have been meant otherwise
    warnings: tuple[str, ...] = ()
    simulation: SimulatedCall | None = None  # `None`: not tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A preparation, checked after one block. `block` is `None` where the node did not answer."""

    typed_id: int
    preparation: Preparation
    reference: str  # of the proposal of ours, or `""`
    governor: Governor
    calls: tuple[PreparedCall, ...]
    description: str
    most_calls: int
    block: BlockId | None
    proposers: Proposers | None = None  # `None`: the node did not answer
    is_decided: bool = True  # by the votes off chain that the policy asks for
    voted_title: str = ""  # of the vote off chain, by the title rule; `""`: there was none
    attempt: SimulatedCall | None = None  # of `propose` itself; `None`: not tried
    attempted_by: Address | None = None  # somebody who may propose
    payload: str = ""  # calldata of `propose`, `0x` and hex; `""`: it cannot be made yet

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What has to be mended before there is anything to send."""
        found = []
        if not self.calls:
            found.append("There is no call yet: a proposal on chain has at least one.")
        bad = [number for number, each in enumerate(self.calls, 1) if each.call is None]
        if bad:
            found.append(f"What was typed for {_calls(bad)} cannot be encoded yet.")
        if len(self.calls) > self.most_calls:
            found.append(
                f"This governor takes at most {self.most_calls} calls in a proposal, and there "
                f"are {len(self.calls)}."
            )
        if self.governor.timelock_kind is TimelockKind.COMPOUND and (twins := _twins(self.calls)):
            found.append(
                f"{_calls(twins).capitalize()} are the same: a Compound timelock cannot queue the "
                "same call twice, and the proposal would be stuck."
            )
        if not self.preparation.title:
            found.append("It has no title yet.")
        return tuple(found)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not stop it, and what everybody should know."""
        failing = [
            number
            for number, each in enumerate(self.calls, 1)
            if each.simulation and each.simulation.outcome is Outcome.REVERTS
        ]
        found = []
        if failing:
            found.append(
                f"As things are now, {_calls(failing)} would revert, and with it the whole "
                "execution."
            )
        if not self.is_decided:
            found.append(f"{self.reference} has not passed its votes off chain yet.")
        title = self.preparation.title
        if self.voted_title and title and not same_title(title, self.voted_title):
            found.append(
                f"The title is not that of the vote off chain, “{self.voted_title}”: people may "
                "not recognise it, and Assent will not link it by itself."
            )
        return tuple(found)


def _calls(numbers: Sequence[int]) -> str:
    listed = ", ".join(map(str, numbers))
    return f"call {listed}" if len(numbers) == 1 else f"calls {listed}"


def _twins(calls: Sequence[PreparedCall]) -> list[int]:
    made = [each.call for each in calls]
    return [
        number for number, call in enumerate(made, 1) if call is not None and made.count(call) > 1
    ]


def takes_signatures(flavour: Flavour) -> bool:
    """Say whether calls are handed over as signature and arguments: Compound's way."""
    return flavour in _COMPOUND_FAMILY


def executor(governor: Governor) -> Address:
    """Give the address from which a passed proposal's calls are made."""
    holds = governor.timelock_kind in (TimelockKind.COMPOUND, TimelockKind.CONTROLLER)
    if holds and governor.timelock_address is not None:
        return governor.timelock_address
    return governor.address  # An AccessManager lets the governor itself act.


def description(preparation: Preparation) -> str:
    """Write the description that goes on chain: the title, the text, and the links."""
    parts = (f"# {preparation.title}", preparation.text, "\n".join(preparation.links))
    return "\n\n".join(part for part in parts if part.strip())


def titled(preparation: Preparation, title: str, text: str) -> Preparation:
    """Change the title and the text below it."""
    heading = " ".join(clean(storable(title), TITLE_CAP).split()).lstrip("# ")
    body = clean(storable(text), TEXT_LIMIT).strip()
    return _changed(preparation, title=heading, text=body)


def with_calls(preparation: Preparation, calls: Sequence[TypedCall]) -> Preparation:
    """Add calls at the end.

    Raises:
        Refusal: There are too many.
    """
    there_are = (*preparation.calls, *map(_kept, calls))
    if len(there_are) > MOST_CALLS:
        raise Refusal(
            f"A preparation holds at most {MOST_CALLS} calls, and with these there would be "
            f"{len(there_are)}. Nothing was changed."
        )
    return _changed(preparation, calls=there_are)


def with_call(
    preparation: Preparation, call: TypedCall, place: int | None, change: int
) -> Preparation:
    """Write a call into its place (from 0), or at the end if the list was changed meanwhile.

    Raises:
        Refusal: There are too many.
    """
    is_there = place is not None and place < len(preparation.calls)
    if not is_there or change != preparation.change:
        return with_calls(preparation, [call])
    calls = list(preparation.calls)
    calls[place or 0] = _kept(call)
    return _changed(preparation, calls=tuple(calls))


def without_call(preparation: Preparation, place: int, change: int) -> Preparation:
    """Take a call out.

    Raises:
        Refusal: The list was changed meanwhile.
    """
    _require_current(preparation, place, change)
    calls = preparation.calls[:place] + preparation.calls[place + 1 :]
    return _changed(preparation, calls=calls)


def moved_up(preparation: Preparation, place: int, change: int) -> Preparation:
    """Let a call be made one place earlier; the first stays the first.

    Raises:
        Refusal: The list was changed meanwhile.
    """
    _require_current(preparation, place, change)
    calls = list(preparation.calls)
    calls.insert(max(place - 1, 0), calls.pop(place))
    return _changed(preparation, calls=tuple(calls))


def call_at(preparation: Preparation, place: int, change: int) -> TypedCall:
    """Give the call of this place.

    Raises:
        Refusal: The list was changed meanwhile.
    """
    _require_current(preparation, place, change)
    return preparation.calls[place]


def _require_current(preparation: Preparation, place: int, change: int) -> None:
    if change != preparation.change or not 0 <= place < len(preparation.calls):
        raise Refusal(_STALE)


def _changed(
    preparation: Preparation,
    *,
    title: str | None = None,
    text: str | None = None,
    calls: tuple[TypedCall, ...] | None = None,
) -> Preparation:
    return replace(
        preparation,
        title=preparation.title if title is None else title,
        text=preparation.text if text is None else text,
        calls=preparation.calls if calls is None else calls,
        change=preparation.change + 1,
    )


def _kept(call: TypedCall) -> TypedCall:
    return TypedCall(
        target=storable(call.target[:_FIELD_LIMIT]).strip(),
        function=storable(call.function[:_FIELD_LIMIT]).strip(),
        arguments=storable(call.arguments).strip("\r\n"),
        value=storable(call.value[:_FIELD_LIMIT]).strip(),
    )
