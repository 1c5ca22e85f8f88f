"""Snapshot's voting systems in words for somebody who meets them for the first time."""

from dataclasses import dataclass

from bot.domain.offchain.snapshot import VotingType
from bot.domain.text import line

_NAME_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What one does to vote, and what the numbers say."""

    name: str
    how: str  # an imperative sentence without a full stop
    numbers: str = ""  # what is not plain in them


_SYSTEMS: dict[str, System] = {
    VotingType.SINGLE_CHOICE: System(name="Single choice", how="pick one choice"),
    VotingType.BASIC: System(name="Basic voting", how="pick one choice"),
    VotingType.APPROVAL: System(
        name="Approval voting",
        how="pick as many as you like",
        numbers="shares can add up to more than 100 %",
    ),
    VotingType.WEIGHTED: System(
        name="Weighted voting", how="split your voting power between as many choices as you like"
    ),
    VotingType.QUADRATIC: System(
        name="Quadratic voting",
        how="split your voting power between as many choices as you like",
        numbers="many small voters count for more than one large one",
    ),
    VotingType.RANKED_CHOICE: System(
        name="Ranked choice",
        how="put the choices in order, your favourite first",
        numbers="shown is the last round of the run-off; choices that were eliminated show 0",
    ),
    VotingType.COPELAND: System(
        name="Copeland voting",
        how="put the choices in order, your favourite first",
        numbers=(
            "every two choices are compared, and the numbers are such pairwise wins, "
            "scaled to the total voting power"
        ),
    ),
    VotingType.CUSTOM: System(
        name="Custom voting",
        how="see on Snapshot how this space votes",
        numbers="the numbers are as Snapshot shows them",
    ),
}


def _system(voting_type: str) -> System:
    unknown = System(
        name=f"Voting system “{line(voting_type, _NAME_SHOWN)}”",
        how="see on Snapshot how it works",
        numbers="the numbers are as Snapshot shows them",
    )
    return _SYSTEMS.get(voting_type, unknown)


def explained(voting_type: str) -> list[str]:
    """Say how the votes are counted; nothing where no system is named."""
    if not voting_type:
        return []
    system = _system(voting_type)
    numbers = f"; {system.numbers}" if system.numbers else ""
    return [f"{system.name}: {system.how}{numbers}."]


def invited(voting_type: str) -> list[str]:
    """Say what one does to vote; nothing where no system is named."""
    system = _system(voting_type)
    return [f"{system.name}: {system.how}."] if voting_type else []
