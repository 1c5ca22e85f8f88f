"""The record of a proposal: who, what, where it stands; and what people may do with it."""

from dataclasses import dataclass

from bot.domain.errors import Denial, IllegalTransitionError, Refusal
from bot.domain.lifecycle import Move, Phase, deed, promotion, transition
from bot.domain.onchain.governor import ProposalKey
from bot.domain.policy import Policy
from bot.domain.text import storable
from bot.domain.types import ChannelId, GuildId, ProposalId, RoleId, SpaceId, UnixSeconds, UserId

TITLE_LIMIT = 200  # so that the longest prefix of a step still fits into Snapshot's 256
REASON_LIMIT = 500
COAUTHORS_LIMIT = 10
IDEA_LIMIT = 4_000  # a modal's field holds no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A server that uses Assent: where it talks, who moderates, what it follows."""

    guild_id: GuildId
    policy: Policy
    ideas_channel_id: ChannelId
    ideas_channel_is_forum: bool
    voting_channel_id: ChannelId
    announcements_channel_id: ChannelId
    moderators_channel_id: ChannelId | None
    moderator_role_id: RoleId
    announcement_role_id: RoleId | None  # pinged where the policy wants it; `None`: nobody is
    space: SpaceId | None
    is_rehearsing: bool = False  # a dry run: nothing public is posted, nothing goes to Snapshot

    @property
    def has_board(self) -> bool:
        """Whether the server wants a board of ideas now."""
        policy = self.policy
        return policy.takes_ideas and policy.board_size > 0 and not self.is_rehearsing

    @property
    def takes_posts(self) -> bool:
        """Whether what members post in the forum of ideas is an idea now."""
        is_wanted = self.policy.takes_ideas and self.policy.forum_posts_are_ideas
        return self.ideas_channel_is_forum and is_wanted and not self.is_rehearsing


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What a member wrote when they spoke their idea: answers to three questions."""

    problem: str
    change: str = ""
    why_now: str = ""

    @property
    def text(self) -> str:
        """The answers in one text, as a card shows them."""
        return "\n\n".join(answer for answer in (self.problem, self.change, self.why_now) if answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal's whole life in one row."""

    id: ProposalId
    guild_id: GuildId
    number: int
    reference: str  # what people say: `BTRST-12`
    title: str
    idea: Idea  # what it began with, as written
    topic: str = ""  # one of the policy's, or `""`
    author_id: UserId
    author_name: str
    coauthors: tuple[UserId, ...] = ()  # may edit the draft like its author
    source: str = ""  # the address of the message it was made of, or `""`
    phase: Phase
    phase_since: UnixSeconds
    move_count: int  # how often the phase has changed
    moved_by: UserId | None = None  # who made the last move; `None`: Assent, or nobody yet
    created_at: UnixSeconds
    reason: str  # the public reason of the last park, rejection or postponement, or `""`
    thread_id: ChannelId | None  # `None` until Discord has made it
    is_members_post: bool = False  # the thread is a forum post that a member opened themselves
    merged_into: ProposalId | None = None
    governor_key: ProposalKey | None  # the on-chain proposal, once linked


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenIdea:
    """An idea as a member put it, or as it was found in somebody's message."""

    guild_id: GuildId
    author_id: UserId
    author_name: str
    title: str
    idea: Idea
    topic: str = ""
    source: str = ""  # the address of the message it was made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks for something, with the authority they have at this moment."""

    user_id: UserId
    name: str
    is_moderator: bool
    is_administrator: bool = False  # may manage the server
    role_ids: frozenset[RoleId] = frozenset()


def require_administrator(actor: Actor) -> None:
    """Refuse what only those may do who manage the server.

    Raises:
        Denial: The actor may not manage it now.
    """
    if not actor.is_administrator:
        raise Denial("Only members who may manage the server (“Manage Server”) can do this.")


def begun(idea: SpokenIdea, community: Community, number: int, now: UnixSeconds) -> Proposal:
    """Begin the record of an idea; it gets its id when it is stored."""
    return Proposal(
        id=ProposalId(0),
        guild_id=idea.guild_id,
        number=number,
        reference=f"{community.policy.reference_prefix}-{number}",
        title=idea.title,
        idea=idea.idea,
        topic=idea.topic,
        source=idea.source,
        author_id=idea.author_id,
        author_name=idea.author_name,
        phase=Phase.IDEA,
        phase_since=now,
        move_count=0,
        created_at=now,
        reason="",
        thread_id=None,
        governor_key=None,
    )


def require_moderator(actor: Actor) -> None:
    """Refuse what only moderators may do.

    Raises:
        Denial: The actor has not the moderators' role now.
    """
    if not actor.is_moderator:
        raise Denial("Only moderators may do this. Ask one of them; nothing was changed.")


def is_author(proposal: Proposal, user_id: UserId) -> bool:
    """Say whether this member wrote the proposal, alone or with others."""
    return user_id == proposal.author_id or user_id in proposal.coauthors


def require_author(proposal: Proposal, actor: Actor) -> None:
    """Refuse what only an author or a moderator may do.

    Raises:
        Denial: The actor is neither.
    """
    if not is_author(proposal, actor.user_id) and not actor.is_moderator:
        raise Denial(
            f"Only the author of {proposal.reference} or a moderator may do this; "
            "nothing was changed."
        )


def checked_reason(reason: str) -> str:
    """Give a public reason, trimmed.

    Raises:
        Refusal: It is empty, or longer than a card can show.
    """
    reason = " ".join(storable(reason).split())
    if not _says_something(reason):
        raise Refusal("Please give a reason: everybody can read it.")
    if len(reason) > REASON_LIMIT:
        raise Refusal(f"The reason has {len(reason)} characters; at most {REASON_LIMIT} fit.")
    return reason


def thread_link(proposal: Proposal) -> str:
    """Give the address of the proposal's thread, or `""` while it has none."""
    if proposal.thread_id is None:
        return ""
    return f"https://discord.com/channels/{proposal.guild_id}/{proposal.thread_id}"


def promotable_from(proposal: Proposal, policy: Policy) -> UnixSeconds:
    """Give the end of the minimum discussion time."""
    return UnixSeconds(proposal.created_at + policy.minimum_discussion)


def destination(proposal: Proposal, move: Move) -> Phase:
    """Say where the move takes the proposal.

    Raises:
        IllegalTransitionError: It cannot be made; the message says who was faster, and when.
    """
    try:
        return transition(proposal.phase, move)
    except IllegalTransitionError:
        if proposal.moved_by is None:
            raise
        did = f"<@{proposal.moved_by}> {deed(proposal.phase, move)} {proposal.reference}"
        raise IllegalTransitionError(
            f"{did} <t:{proposal.phase_since}:R>: it stands at “{proposal.phase}” now, and from "
            f"there nobody can {move}. /proposal show tells what comes next; nothing was changed."
        ) from None


def check_promotion(
    proposal: Proposal, supporter_count: int, policy: Policy, now: UnixSeconds, *, reason: str
) -> None:
    """Refuse a promotion that comes too early; a reason makes up for missing discussion time.

    Raises:
        Refusal: Support is missing, or discussion time and a reason are.
        IllegalTransitionError: The idea is past this point.
    """
    if proposal.phase is Phase.IDEA and supporter_count < policy.support_threshold:
        missing = policy.support_threshold - supporter_count
        raise Refusal(
            f"{proposal.reference} needs {missing} more {_supporters(missing)} before it can be "
            f"promoted ({supporter_count} of {policy.support_threshold})."
        )
    if proposal.phase is Phase.IDEA:
        raise Refusal(
            f"{proposal.reference} has enough supporters, and is marked as ready in a moment: "
            "once Assent has asked Discord who they are. Then it can be promoted."
        )
    destination(proposal, promotion(policy))
    earliest = promotable_from(proposal, policy)
    if now < earliest and not reason:
        raise Refusal(
            f"{proposal.reference} is still in its discussion time: it can be promoted "
            f"<t:{earliest}:R>. Before that it takes a reason that everybody can read: "
            f"`/idea promote` with `idea: {proposal.reference}` and `reason`."
        )


def _supporters(count: int) -> str:
    return "supporter" if count == 1 else "supporters"


def checked_title(title: str) -> str:
    """Give a title as one trimmed line.

    Raises:
        Refusal: It is empty or too long; the message says by how much.
    """
    title = " ".join(storable(title).split())
    if not _says_something(title):
        raise Refusal("An idea needs a title: one line that says what should change.")
    if len(title) > TITLE_LIMIT:
        raise Refusal(f"The title has {len(title)} characters; at most {TITLE_LIMIT} fit.")
    return title


def checked_idea(idea: Idea) -> Idea:
    """Give the answers trimmed, if they make an idea.

    Raises:
        Refusal: They say nothing, or one is too long; the message says which and by how much.
    """
    answers = {
        name: storable(getattr(idea, name)).strip() for name in ("problem", "change", "why_now")
    }
    if not _says_something("".join(answers.values())):
        raise Refusal("Please say in a few sentences what should change, and why.")
    for name, answer in answers.items():
        if len(answer) > IDEA_LIMIT:
            raise Refusal(
                f"“{_ASKED[name]}” has {len(answer):,} characters; at most {IDEA_LIMIT:,} fit."
            )
    return Idea(**answers)


_ASKED = {"problem": "The problem", "change": "The change", "why_now": "Why now"}


def _says_something(text: str) -> bool:
    """Say whether there is a letter or a digit: some characters cannot even be seen."""
    return any(character.isalnum() for character in text)
