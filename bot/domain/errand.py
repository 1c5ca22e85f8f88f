"""What a member is sent to the signing page for, and whether their link is still good."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.errors import Refusal
from bot.domain.offchain.messages import AliasMessage
from bot.domain.offchain.unsigned import Unsigned
from bot.domain.policy import Step
from bot.domain.proposal import Actor, require_moderator
from bot.domain.sign_in import SignIn
from bot.domain.types import GuildId, ProposalId, Seconds, UnixSeconds, UserId

LINK_LASTS = Seconds(1_800)
LINK_REMEMBERED = Seconds(86_400)  # after its end; so long it can be told what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class SignProposal:
    """Sign one round of a vote, which then goes to Snapshot like one that Assent has signed."""

    kind: Literal["sign proposal"] = "sign proposal"
    proposal_id: ProposalId
    step: Step
    round: int
    unsigned: Unsigned | None = None  # what the wallet was handed


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWallet:
    """Show that a wallet is one's own."""

    kind: Literal["link wallet"] = "link wallet"
    unsigned: SignIn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAlias:
    """Let Assent's key post to Snapshot in the name of one's own wallet, for thirty days."""

    kind: Literal["sign alias"] = "sign alias"
    unsigned: AliasMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignChange:
    """Sign an edit or a deletion of a vote that no key of Assent's may change."""

    kind: Literal["sign change"] = "sign change"
    typed_id: int  # what was shown and kept
    unsigned: Unsigned | None = None


PageErrand = SignProposal | LinkWallet | SignAlias | SignChange


def require_right(errand: PageErrand, actor: Actor) -> None:
    """Refuse what a member has no right to; whose wallet may propose is for the space to say.

    Raises:
        Denial: They have not.
    """
    if isinstance(errand, SignAlias):
        require_moderator(actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link to the page: good for one member, one errand, one time and half an hour."""

    guild_id: GuildId
    user_id: UserId
    errand: PageErrand
    made_at: UnixSeconds
    expires_at: UnixSeconds
    used_at: UnixSeconds | None = None


class LinkProblem(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


_SAID = {
    LinkProblem.UNKNOWN: (
        "This link is none of ours, or it is too old to be remembered. Ask for a new one in "
        "Discord, where you got this one; nothing was signed."
    ),
    LinkProblem.USED: (
        "This link was used already, and each works once. If that was you, all is done. For "
        "anything else, ask for a new link in Discord."
    ),
    LinkProblem.EXPIRED: (
        "A link works for 30 minutes, and this one is older. Ask for a new one in Discord, where "
        "you got this one; nothing was signed."
    ),
}


class DeadLinkError(Refusal):
    """A link that opens nothing; the message says what to do."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(_SAID[problem])
        self.problem = problem


def opened(link: PageLink | None, now: UnixSeconds) -> PageLink:
    """Give a link that is good.

    Raises:
        DeadLinkError: It is not.
    """
    if link is None:
        raise DeadLinkError(LinkProblem.UNKNOWN)
    if link.used_at is not None:
        raise DeadLinkError(LinkProblem.USED)
    if now >= link.expires_at:
        raise DeadLinkError(LinkProblem.EXPIRED)
    return link
