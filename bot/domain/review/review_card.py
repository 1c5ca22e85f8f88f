"""The live card of a technical review, made from what is known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2s
from typing import Literal

from bot.domain.announcement import Subject
from bot.domain.onchain.call import DecodedCall, afterwards
from bot.domain.onchain.governor import Governor, GovernorState, ProposalKey
from bot.domain.onchain.proposal import GovernorProposal, expires_at
from bot.domain.onchain.simulation import Simulation
from bot.domain.review.comparison import Comparison
from bot.domain.review.technical_review import Concern, SignOff, TechnicalReview
from bot.domain.types import RoleId, TransactionHash, UnixSeconds


class ReviewEnd(StrEnum):
    """How a review has ended."""

    EXECUTED = "executed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    UNQUEUED = "not queued any more"  # a reorganisation has taken the queueing back


_ENDS = {
    GovernorState.EXECUTED: ReviewEnd.EXECUTED,
    GovernorState.CANCELED: ReviewEnd.CANCELED,
    GovernorState.VETOED: ReviewEnd.CANCELED,
    GovernorState.EXPIRED: ReviewEnd.EXPIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A line of the checklist, with who has signed it."""

    check: str
    signed: tuple[SignOff, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCard:
    """What waits in a timelock, what was checked of it, and by whom."""

    kind: Literal["review card"] = "review card"
    governor_key: ProposalKey
    governor_name: str
    title: str
    subject: Subject | None  # `None`: no proposal of ours is carried out
    is_brief: bool  # in the announcements' channel; a thread that it has shows the whole of it
    end: ReviewEnd | None  # `None`: it waits in the timelock
    calls: tuple[DecodedCall, ...]
    comparison: Comparison | None  # `None`: nothing of ours was approved
    simulation: Simulation | None
    is_simulation_old: bool  # the node has told nothing since
    checks: tuple[CheckLine, ...] = ()
    concerns: tuple[Concern, ...] = ()
    signer_roles: tuple[RoleId, ...] = ()  # who may sign: the moderators and these
    eta: UnixSeconds | None
    expires_at: UnixSeconds | None
    ended_at: UnixSeconds | None = None
    transaction_hash: TransactionHash | None = None  # of the execution or the cancellation

    @property
    def is_whole(self) -> bool:
        """Whether people sign its checks on this card; where there is no thread they do here."""
        return not self.is_brief or self.subject is None

    @property
    def key(self) -> str:
        """One card a proposal and server; the brief one of it is another."""
        return f"{review_prefix(self.governor_key)}{'brief' if self.is_brief else 'card'}"


def review_prefix(key: ProposalKey) -> str:
    """Give what the keys of everything said of one review begin with."""
    return f"review:{key.chain_id}:{key.governor}:{key.id}:"


def review_code(key: ProposalKey) -> str:
    """Give 16 hex digits that say whose review a button is of: ids have up to 78 digits."""
    return blake2s(review_prefix(key).encode(), digest_size=8).hexdigest()


def is_review_code(name: str) -> bool:
    """Say whether this names a review by its code; a reference has a hyphen."""
    return _CODE.fullmatch(name) is not None


_CODE = re.compile(r"[0-9a-f]{16}", re.ASCII)


def review_end(state: GovernorState) -> ReviewEnd | None:
    """Say how a review has ended by what the governor says; `None`: it has not.

    A state that is not known ends nothing.
    """
    if state in (GovernorState.QUEUED, GovernorState.UNKNOWN):
        return None
    return _ENDS.get(state, ReviewEnd.UNQUEUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A review with everything that its card is made of."""

    review: TechnicalReview
    proposal: GovernorProposal
    governor: Governor
    subject: Subject | None
    comparison: Comparison | None
    signed: Sequence[SignOff]
    signer_roles: tuple[RoleId, ...]


def _calls(review: TechnicalReview, proposal: GovernorProposal) -> tuple[DecodedCall, ...]:
    """Give the calls as the review last read them; once it is over, as they turned out."""
    if review_end(proposal.state) is None:
        return review.described or proposal.described
    return afterwards(proposal.described or review.described)


def review_card(made: Reviewed, *, is_brief: bool) -> ReviewCard:
    """Make the card."""
    review, proposal = made.review, made.proposal
    end = review_end(proposal.state)
    simulation = review.simulation
    ended = {ReviewEnd.EXECUTED: proposal.executed, ReviewEnd.CANCELED: proposal.canceled}
    position = ended.get(end) if end else None
    lines = tuple(
        CheckLine(check=check, signed=tuple(each for each in made.signed if each.check == check))
        for check in review.checks
    )
    card = ReviewCard(
        governor_key=proposal.key,
        governor_name=made.governor.name,
        title=proposal.title,
        subject=made.subject,
        is_brief=is_brief,
        end=end,
        calls=_calls(review, proposal),
        comparison=made.comparison,
        simulation=simulation,
        is_simulation_old=simulation is not None and simulation.at != review.tried_at,
        checks=lines,
        concerns=review.concerns,
        signer_roles=made.signer_roles,
        eta=proposal.eta,
        expires_at=expires_at(proposal, made.governor),
        ended_at=position.block_time if position else None,
        transaction_hash=position.transaction_hash if position else None,
    )
    return card if card.is_whole else replace(card, checks=(), signer_roles=())
