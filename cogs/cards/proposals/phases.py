"""Where a proposal stands, in a headline and in one row from the idea to the end."""

from dataclasses import dataclass, replace

from bot.domain.lifecycle import Phase
from bot.domain.live_card import OnChainSummary, ProposalCard
from bot.domain.onchain.governor import GovernorState
from bot.domain.policy import Step
from cogs.cards.fitting import Colour

_STATIONS = ("Idea", "Temperature", "Consensus", "On chain", "Timelock", "Done")
_IDEA, _TEMPERATURE, _CONSENSUS, _ON_CHAIN, _TIMELOCK, _DONE = range(len(_STATIONS))
_PASSED, _NOW, _TO_COME, _ENDED, _RESTING = "✔", "●", "○", "✖", "⏸"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A proposal's place: its headline, its station, and what stands there."""

    headline: str
    station: int
    symbol: str = _NOW
    colour: Colour = Colour.TALK


_PHASES: dict[Phase, Standing] = {
    Phase.IDEA: Standing(headline="**IDEA** · gathering support", station=_IDEA),
    Phase.READY: Standing(
        headline="**IDEA** · ready, enough support ✔", station=_IDEA, colour=Colour.GOOD
    ),
    Phase.TEMPERATURE_DRAFT: Standing(
        headline="**TEMPERATURE CHECK** · being drafted", station=_TEMPERATURE
    ),
    Phase.TEMPERATURE_NOTICE: Standing(
        headline="**TEMPERATURE CHECK** · announced, not open yet",
        station=_TEMPERATURE,
        colour=Colour.WAIT,
    ),
    Phase.TEMPERATURE_CHECK: Standing(
        headline="**TEMPERATURE CHECK** · voting on Snapshot",
        station=_TEMPERATURE,
        colour=Colour.VOTE,
    ),
    Phase.CONSENSUS_DRAFT: Standing(
        headline="**CONSENSUS CHECK** · being drafted", station=_CONSENSUS
    ),
    Phase.CONSENSUS_NOTICE: Standing(
        headline="**CONSENSUS CHECK** · announced, not open yet",
        station=_CONSENSUS,
        colour=Colour.WAIT,
    ),
    Phase.CONSENSUS_CHECK: Standing(
        headline="**CONSENSUS CHECK** · voting on Snapshot", station=_CONSENSUS, colour=Colour.VOTE
    ),
    Phase.PASSED: Standing(
        headline="**PASSED OFF CHAIN** · to be put into effect",
        station=_ON_CHAIN,
        colour=Colour.GOOD,
    ),
    Phase.ON_CHAIN: Standing(headline="**ON CHAIN**", station=_ON_CHAIN, colour=Colour.VOTE),
    Phase.IMPLEMENTED: Standing(
        headline="**DONE** · put into effect ✔",
        station=_DONE,
        symbol=_PASSED,
        colour=Colour.GOOD,
    ),
    Phase.PARKED: Standing(
        headline="**PARKED** · set aside for now",
        station=_IDEA,
        symbol=_RESTING,
        colour=Colour.WAIT,
    ),
    Phase.REJECTED: Standing(
        headline="**REJECTED**", station=_IDEA, symbol=_ENDED, colour=Colour.BAD
    ),
    Phase.MERGED: Standing(
        headline="**MERGED** · it goes on in another idea",
        station=_IDEA,
        symbol=_ENDED,
        colour=Colour.ENDED,
    ),
    Phase.WITHDRAWN: Standing(
        headline="**WITHDRAWN**", station=_IDEA, symbol=_ENDED, colour=Colour.ENDED
    ),
    Phase.TEMPERATURE_FAILED: Standing(
        headline="**TEMPERATURE CHECK** · did not pass",
        station=_TEMPERATURE,
        symbol=_ENDED,
        colour=Colour.BAD,
    ),
    Phase.CONSENSUS_FAILED: Standing(
        headline="**CONSENSUS CHECK** · did not pass",
        station=_CONSENSUS,
        symbol=_ENDED,
        colour=Colour.BAD,
    ),
}
_GOVERNOR_STATES: dict[GovernorState, Standing] = {
    GovernorState.PENDING: Standing(
        headline="**ON-CHAIN VOTE** · not open yet", station=_ON_CHAIN, colour=Colour.WAIT
    ),
    GovernorState.ACTIVE: Standing(
        headline="**ON-CHAIN VOTE** · voting open", station=_ON_CHAIN, colour=Colour.VOTE
    ),
    GovernorState.UPDATABLE: Standing(
        headline="**ON-CHAIN VOTE** · not open yet, and may still be changed",
        station=_ON_CHAIN,
        colour=Colour.WAIT,
    ),
    GovernorState.OBJECTION_PERIOD: Standing(
        headline="**ON-CHAIN VOTE** · open for objections alone",
        station=_ON_CHAIN,
        colour=Colour.VOTE,
    ),
    GovernorState.SUCCEEDED: Standing(
        headline="**ON-CHAIN VOTE** · passed ✔, to be queued",
        station=_TIMELOCK,
        colour=Colour.GOOD,
    ),
    GovernorState.QUEUED: Standing(
        headline="**TIMELOCK** · final technical review", station=_TIMELOCK, colour=Colour.WAIT
    ),
    GovernorState.EXECUTED: Standing(
        headline="**DONE** · executed ✔", station=_DONE, symbol=_PASSED, colour=Colour.GOOD
    ),
    GovernorState.DEFEATED: Standing(
        headline="**ON-CHAIN VOTE** · defeated",
        station=_ON_CHAIN,
        symbol=_ENDED,
        colour=Colour.BAD,
    ),
    GovernorState.CANCELED: Standing(
        headline="**ON CHAIN** · canceled",
        station=_ON_CHAIN,
        symbol=_ENDED,
        colour=Colour.BAD,
    ),
    GovernorState.VETOED: Standing(
        headline="**ON CHAIN** · vetoed", station=_ON_CHAIN, symbol=_ENDED, colour=Colour.BAD
    ),
    GovernorState.EXPIRED: Standing(
        headline="**TIMELOCK** · expired, never executed",
        station=_TIMELOCK,
        symbol=_ENDED,
        colour=Colour.BAD,
    ),
    GovernorState.UNKNOWN: Standing(
        headline="**ON CHAIN** · its state is not known yet", station=_ON_CHAIN
    ),
}
_ONE_VOTE = (Step.CONSENSUS,)
_VOTED = {Step.TEMPERATURE: "Temperature", Step.CONSENSUS: "Consensus"}
_ONLY_ON_CHAIN = frozenset({"On chain", "Timelock"})
_ENDED_BY_PEOPLE = frozenset({Phase.REJECTED, Phase.WITHDRAWN})


def standing(card: ProposalCard) -> Standing:
    """Say where the proposal stands; on chain the governor's word counts."""
    if card.phase is Phase.ON_CHAIN and card.on_chain is not None:
        return _GOVERNOR_STATES[card.on_chain.state]
    here = _PHASES[card.phase]
    if card.phase is Phase.PASSED and not card.steps:
        return replace(here, headline="**ACCEPTED** · to be put on chain")
    if card.steps == _ONE_VOTE:  # Where there is one vote, nobody has to tell it from another.
        return replace(here, headline=here.headline.replace("CONSENSUS CHECK", "VOTE"))
    return here


def progress(card: ProposalCard) -> str:
    """Draw the row of stations: ✔ behind it, ● where it is, ○ to come, ✖ where it ended."""
    here = standing(card)
    station = _station(card, here)
    symbols = [_PASSED] * station + [here.symbol] + [_TO_COME] * (_DONE - station)
    rows = zip(symbols, _STATIONS, strict=True)
    skipped = {name for step, name in _VOTED.items() if step not in card.steps}
    skipped |= _ONLY_ON_CHAIN if card.phase is Phase.IMPLEMENTED else frozenset[str]()
    called = {"Consensus": "Vote"} if card.steps == _ONE_VOTE else {}
    return " → ".join(
        f"{symbol} {called.get(name, name)}" for symbol, name in rows if name not in skipped
    )


def _station(card: ProposalCard, here: Standing) -> int:
    """Find how far it had come: a rejected proposal ended where its last vote was."""
    if card.phase in _ENDED_BY_PEOPLE:
        steps = [vote.step for vote in card.votes]
        if Step.CONSENSUS in steps:
            return _CONSENSUS
        return _TEMPERATURE if steps else here.station
    if _was_queued(card.on_chain) and here.station == _ON_CHAIN:
        return _TIMELOCK
    return here.station


def _was_queued(on_chain: OnChainSummary | None) -> bool:
    return on_chain is not None and on_chain.eta is not None
