"""What is said of following Snapshot: a space's open votes at first, and whose vote a vote is."""

from bot.domain.offchain.announcement import ListedVote, SpaceFollowed, VoteLinked, VoteUnlinked
from bot.domain.text import bare, line
from cogs.cards.buttons import Link, is_safe
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import ago, many, member, quoted, when
from cogs.cards.proposals.announcements import NO_TITLE, TITLE_SHOWN, named

_SPACE_SHOWN = 60
_ROW_TITLE_SHOWN = 120
_QUOTE_LIMIT = 500
_STEP_SHOWN = 50


def space_followed(news: SpaceFollowed) -> Page:
    """Tell that a space is followed, and what is open there already."""
    space = line(news.space, _SPACE_SHOWN)
    whose = "this community's Snapshot space" if news.is_own else f"the Snapshot space {space}"
    count = len(news.votes) + news.more
    rows = [_row(number, vote) for number, vote in enumerate(news.votes, 1)]
    more = [f"… and {many(news.more, 'more vote')}"] if news.more else []
    return Page(
        title=f"👁 Followed from now on: {space}",
        lines=(
            (
                f"Every new vote in {whose} is announced here. "
                f"{many(count, 'vote is', 'votes are')} there already:"
            ),
            "",
            *rows,
            *more,
        ),
        next_step=(
            "Nothing at once: you are reminded before each of these ends, and told its result. "
            "`/vote list` shows what is open."
        ),
        source=news.space,
        colour=Colour.TALK,
    )


def _row(number: int, vote: ListedVote) -> str:
    title = line(vote.title, _ROW_TITLE_SHOWN) or NO_TITLE
    shown = f"[{title}](<{vote.link}>)" if is_safe(vote.link) and _fits(vote.link) else title
    moment = f"ends {ago(vote.end)}" if vote.is_open else f"opens {ago(vote.start)}"
    return f"{number}. {shown} · {moment}"


def _fits(address: str) -> bool:
    """Say whether an address can stand in Markdown without ending it."""
    return not any(character in address for character in "()") and bare(address, 512) == address


def vote_linked(news: VoteLinked) -> Page:
    """Tell whose vote it is, and who says so."""
    reference, title = _ours(news)
    vote = line(news.vote_title, TITLE_SHOWN) or NO_TITLE
    how = (
        f"{member(news.by)} says that it is the vote of {reference}:"
        if news.by
        else f"It names {reference} itself, so it is taken for its vote."
    )
    instead = "The vote that was announced here is not made any more: this one takes its place."
    return Page(
        title=f"🔗 A vote made outside Assent: {title}",
        lines=(
            f"“{vote}” is on Snapshot, and was not made by Assent. {how}",
            *((quoted(news.reason, _QUOTE_LIMIT),) if news.reason.strip() else ()),
            *((instead,) if news.replaces_notice else ()),
            (
                f"It is the **{line(news.step_name, _STEP_SHOWN)}** of {reference} from now on. "
                f"It ends {when(news.end)}."
            ),
        ),
        next_step=(
            "Everybody: vote there. A moderator who sees that this is a mistake undoes it with "
            "`/vote unlink`."
        ),
        source=news.subject.reference if news.subject else "Snapshot",
        colour=Colour.VOTE,
        buttons=(Link(label="See it on Snapshot", address=news.link),),
    )


def vote_unlinked(news: VoteUnlinked) -> Page:
    """Tell whose vote it is not."""
    reference, title = _ours(news)
    vote = line(news.vote_title, TITLE_SHOWN) or NO_TITLE
    return Page(
        title=f"✂ Not its vote: {title}",
        lines=(
            (
                f"{member(news.by)} says that “{vote}” is not the vote of {reference}. "
                f"{reference} is back at its draft; that vote goes on by itself."
            ),
            quoted(news.reason, _QUOTE_LIMIT),
        ),
        next_step=(
            "A moderator announces its own vote with `/proposal publish`, or links the right one "
            "with `/vote link`."
        ),
        source=news.subject.reference if news.subject else "Snapshot",
        colour=Colour.ENDED,
        buttons=(Link(label="See that vote on Snapshot", address=news.link),),
    )


def _ours(news: VoteLinked | VoteUnlinked) -> tuple[str, str]:
    return named(news.subject) if news.subject else ("a proposal", NO_TITLE)
