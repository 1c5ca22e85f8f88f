"""Support: who shows that they are for an idea or against it, and who of them counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.emoji import identity
from bot.domain.lifecycle import Phase
from bot.domain.policy import Policy
from bot.domain.proposal import Proposal
from bot.domain.types import RoleId, UnixSeconds, UserId


class Stance(StrEnum):
    """What a reaction says. Opposition is counted and decides nothing."""

    SUPPORT = "support"
    OPPOSITION = "opposition"


class Via(StrEnum):
    """How it was said."""

    REACTION = "reaction"
    SUPER = "super"  # Discord's super-reaction: a list of its own
    BUTTON = "button"
    MERGE = "merge"  # to an idea that was merged into this one


SHOWN = frozenset({Via.REACTION, Via.SUPER})  # what Discord shows, and so can be asked for
GIVEN = frozenset(Via) - SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """That a member says something in one way. The same again is the same."""

    user_id: UserId
    stance: Stance
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What a member is in the server, as far as a policy can ask for it."""

    role_ids: frozenset[RoleId]
    joined_at: UnixSeconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactor:
    """Somebody who reacted, as far as it matters whether they count."""

    user_id: UserId
    is_bot: bool
    membership: Membership | None = None  # `None`: they left, or nobody has asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look at Discord has found."""

    rules: str  # under which it was looked
    reactions: frozenset[Reaction] | None = None  # `None`: as many as we know, so who was not read
    reactors: Mapping[UserId, Reactor] = field(default_factory=dict)  # those who were asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportCount:
    """How many members are for an idea, and how many against it."""

    supporters: int
    opposers: int = 0


def emojis(policy: Policy) -> dict[Stance, str]:
    """Give the emoji that are counted, as the policy writes them."""
    wanted = {Stance.SUPPORT: policy.support_emoji}
    against = policy.opposition_emoji
    if against and identity(against) != identity(policy.support_emoji):
        wanted[Stance.OPPOSITION] = against
    return wanted


def stance_of(emoji: str, policy: Policy) -> Stance | None:
    """Say what a reaction with this emoji says, if anything."""
    meant = identity(emoji)
    return next((s for s, wanted in emojis(policy).items() if identity(wanted) == meant), None)


def restricts(policy: Policy) -> bool:
    """Say whether it matters what a member is in the server."""
    return bool(policy.supporter_roles or policy.minimum_membership)


def rules(policy: Policy) -> str:
    """Write down all that a count depends on; where it differs, ideas are counted anew."""
    return repr(
        (
            policy.support_emoji,
            policy.opposition_emoji,
            policy.support_threshold,
            policy.author_counts,
            sorted(policy.supporter_roles),
            policy.minimum_membership,
        )
    )


def is_known(reactor: Reactor, policy: Policy) -> bool:
    """Say whether enough is known of somebody to say whether they count."""
    return reactor.is_bot or reactor.membership is not None or not restricts(policy)


def counts(proposal: Proposal, reactor: Reactor, policy: Policy, now: UnixSeconds) -> bool:
    """Say whether what this member says counts."""
    if reactor.is_bot:
        return False
    if reactor.user_id == proposal.author_id and not policy.author_counts:
        return False
    return not restricts(policy) or _is_eligible(reactor.membership, policy, now)


def _is_eligible(membership: Membership | None, policy: Policy, now: UnixSeconds) -> bool:
    if membership is None:
        return False
    roles, joined_at = policy.supporter_roles, membership.joined_at
    has_role = not roles or not membership.role_ids.isdisjoint(roles)
    is_here_since = joined_at is not None and now - joined_at >= policy.minimum_membership
    return has_role and (not policy.minimum_membership or is_here_since)


def is_ready(proposal: Proposal, supporter_count: int, policy: Policy) -> bool:
    """Say whether the idea has now reached the threshold; once ready it is not asked again."""
    return proposal.phase is Phase.IDEA and supporter_count >= policy.support_threshold


def needs_paging(
    shown: Mapping[Stance, int],
    known: Mapping[Stance, int],
    *,
    seems_ready: bool,
    rules_have_changed: bool,
) -> bool:
    """Say whether it has to be read who reacted, page by page, and not only how many.

    Two members who changed places leave the number as it is; so at the threshold, where it is
    decisive, the number is not enough.
    """
    differs = any(shown.get(stance, 0) != known.get(stance, 0) for stance in Stance)
    return differs or seems_ready or rules_have_changed


def recounted(
    proposal: Proposal,
    policy: Policy,
    now: UnixSeconds,
    before: Mapping[Reaction, bool],
    seen: Seen,
) -> dict[Reaction, bool]:
    """Say who reacted, and whether it counts, after a look at Discord.

    What Discord shows replaces what was believed of it; what came by a button or a merge stays.
    """
    stay: Collection[Reaction] = before
    if seen.reactions is not None:
        stay = {*seen.reactions, *(each for each in before if each.via in GIVEN)}
    after = {}
    for reaction in stay:
        reactor = seen.reactors.get(reaction.user_id)
        if reactor is None and restricts(policy):  # Not asked about: unknown is no "no".
            after[reaction] = before.get(reaction, False)
        else:
            somebody = reactor or Reactor(user_id=reaction.user_id, is_bot=False)
            after[reaction] = counts(proposal, somebody, policy, now)
    return after


def tally(reactions: Mapping[Reaction, bool]) -> SupportCount:
    """Count the members whose reactions count, each once."""
    return SupportCount(
        supporters=_members(each for each, c in reactions.items() if c and _supports(each)),
        opposers=_members(each for each, c in reactions.items() if c and not _supports(each)),
    )


def _supports(reaction: Reaction) -> bool:
    return reaction.stance is Stance.SUPPORT


def _members(reactions: Iterable[Reaction]) -> int:
    return len({each.user_id for each in reactions})
