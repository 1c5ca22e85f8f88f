"""Ideas that read like a new one: shown to its author, who decides."""

from dataclasses import dataclass

from bot.domain.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """An idea there is already that reads like a new one."""

    proposal: Proposal
    score: int  # of 100
    supporters: int
    takes_support: bool  # from who asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalikes:
    """What a new idea reads like; its text is kept under `typed_id`."""

    typed_id: int
    found: tuple[Lookalike, ...]
