"""What Assent keeps true by edits: one value for each kind of live card.

Each value carries what its text needs and nothing else; `cogs/cards` makes the text. Texts that
came from people or contracts are raw here and made safe there.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bot.domain.announcement import Subject
from bot.domain.drafting.checklist import Check
from bot.domain.drafting.review import Review
from bot.domain.implementation import Implementation
from bot.domain.lifecycle import Phase
from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.governor import GovernorState
from bot.domain.policy import NONE, Step
from bot.domain.share import Share
from bot.domain.trouble import Trouble
from bot.domain.types import (
    ChainId,
    ChannelId,
    ProposalId,
    RoleId,
    Seconds,
    TransactionHash,
    UnixSeconds,
    UserId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteSummary:
    """An off-chain vote as the card shows it."""

    step: Step
    step_name: str
    opens_at: UnixSeconds
    end: UnixSeconds | None
    link: str  # `""` until it is on Snapshot
    passed: bool | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnChainSummary:
    """An on-chain proposal as the card shows it."""

    governor_name: str
    id: str
    state: GovernorState
    vote_ends_at: UnixSeconds
    times_are_estimates: bool
    calls: tuple[DecodedCall, ...]
    eta: UnixSeconds | None
    expires_at: UnixSeconds | None
    executed_transaction: TransactionHash | None
    chain_id: ChainId | None = None  # `None`: written by a version that did not note it


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSummary:
    """The draft that is worked on, as the card shows it."""

    step: Step
    revision: int
    edited_by: UserId
    edited_at: UnixSeconds
    checks: tuple[Check, ...]
    review: Review


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCard:
    """The one live card of a proposal: the message people support, and later read its state on."""

    kind: Literal["proposal card"] = "proposal card"
    subject: Subject
    phase: Phase
    reason: str
    idea: str  # the problem; of an idea without parts, all of it
    change: str = ""
    why_now: str = ""
    topic: str = ""
    source: str = ""  # the address of the message it was made of
    merged_into: Subject | None = None
    merged_into_link: str = ""
    author_id: UserId
    coauthors: tuple[UserId, ...] = ()
    moderator_role_id: RoleId
    supporters: int
    threshold: int
    opposers: int = 0
    support_emoji: str
    opposition_emoji: str = ""  # `""`: nobody is asked to oppose
    author_counts: bool
    supporter_roles: tuple[RoleId, ...] = ()  # one of them is needed to count; empty: none is
    minimum_membership: Seconds = NONE  # needed to count
    promotable_from: UnixSeconds
    steps: tuple[Step, ...] = (Step.TEMPERATURE, Step.CONSENSUS)  # the votes this community has
    votes: tuple[VoteSummary, ...]  # in the order of the steps
    draft: DraftSummary | None = None  # while it is worked on
    on_chain: OnChainSummary | None
    implementation: Implementation | None = None  # who carries it out where no contract does
    troubles: tuple[Trouble, ...] = ()  # what is in the way, the oldest first
    thread_id: ChannelId | None = None
    is_in_members_post: bool = False  # it stands in the post that a member opened

    @property
    def key(self) -> str:
        """One card a proposal."""
        return card_key(self.subject.proposal_id)


def card_key(proposal_id: ProposalId) -> str:
    """Give the key of a proposal's card."""
    return f"proposal:{proposal_id}:card"


BOARD_KEY = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """An idea as the board shows it."""

    subject: Subject
    phase: Phase
    topic: str
    supporters: int
    thread_id: ChannelId | None  # `None` until Discord has made it


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The pinned message with the most supported ideas of a server.

    Every reaction may change it, and it stands beside cards that change as well. So its numbers may
    lag: it is written anew with each change, and the outbox edits it as rarely as any card, once in
    ten seconds and later once in thirty, with what is true then. A storm of reactions costs it one
    edit, and what fails to reach it keeps no card waiting.
    """

    kind: Literal["board"] = "board"
    rows: tuple[BoardRow, ...]  # the most supported first
    threshold: int
    is_retired: bool = False  # the last words of a board where none is wanted any more
    moved_to: ChannelId | None = None  # where its successor is, if there is one

    @property
    def key(self) -> str:
        """One board a server."""
        return BOARD_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyCard:
    """The live tally of one vote. A score that is not known is not shown as zero."""

    kind: Literal["tally card"] = "tally card"
    tally_key: str
    reference: str  # `""`: no proposal of ours
    heading: str
    title: str
    source: str  # who says so: Snapshot, or a governor's name
    choices: tuple[str, ...]
    scores: tuple[Decimal, ...]  # parallel to `choices`, or empty: not known (yet)
    scores_total: Decimal | None
    votes: int | None  # ballots, where the source counts them
    quorum: Decimal | None
    quorum_counted: Decimal | None  # what counts towards it; `None`: not known
    unit: str
    start: UnixSeconds
    end: UnixSeconds
    times_are_estimates: bool
    is_open: bool
    is_hidden: bool  # shielded until the end
    is_final: bool
    passed: bool | None
    why: str
    link: str
    seen_at: UnixSeconds = field(compare=False)  # a later look at the same scores is no change
    is_gone: bool = False  # deleted at its source before it was decided
    is_set_aside: bool = False  # a moderator has moved its proposal on: it does not count here
    voting_type: str = ""  # Snapshot's, or what a newer hub calls it; `""`: on chain
    quorum_share: Share | None = None  # of the token's supply, which the quorum is; then `quorum`
    # is `None` while the supply is not known
    is_rejection: bool = False  # the quorum is one of votes for the second choice, against
    strategies: tuple[str, ...] = ()  # what voting power is made of
    has_rule: bool = True  # a rule of the community's, or a contract, says what comes of it
    space: str = ""  # where it is, if that is not the community's own
    is_outside: bool = False  # it was not made by Assent
    is_by_stranger: bool = False  # its author does not belong to the space
    is_spam: bool = False  # so marked on Snapshot: its text is not shown
    state: GovernorState | None = None  # of a vote on chain; then `votes` counts accounts
    participation: Decimal | None = None  # on chain: what part of all tokens was cast, 0 to 1
    needed: Decimal | None = None  # on chain: how many votes more For would let it pass
    is_finalized: bool = False  # on chain: the block that ended it can never be undone

    @property
    def key(self) -> str:
        """One tally a vote."""
        return self.tally_key
