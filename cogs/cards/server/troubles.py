"""What is in the way of a proposal or a server, in words: what is wrong, and who can mend it."""

from bot.domain.announcement import TroubleFound, TroubleMended
from bot.domain.onchain.chains import chain_name
from bot.domain.text import line
from bot.domain.trouble import OF_A_CHAIN, TroubleKind
from bot.domain.types import ChainId, ChannelId, RoleId, UserId
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import channel, member, role, when
from cogs.cards.proposals.announcements import REFERENCE_SHOWN, TITLE_SHOWN

_WORDS: dict[TroubleKind, tuple[str, str]] = {
    TroubleKind.CHANNEL_GONE: (
        "The channel {place} does not exist any more.",
        "An administrator names another with `/governance setup`; what was to be said is kept.",
    ),
    TroubleKind.NO_ACCESS: (
        "Assent lacks a permission in {place}.",
        "An administrator gives it what `/governance check` lists; then it goes on by itself.",
    ),
    TroubleKind.THREAD_LOCKED: (
        "The thread {place} is locked, so Assent cannot write there.",
        "A moderator unlocks it; then it goes on by itself.",
    ),
    TroubleKind.CARD_GONE: (
        "Its card was deleted again in {place}, so nobody can react to it.",
        "A moderator posts it anew with `/announcement resend`, or ends it with `/idea reject`.",
    ),
    TroubleKind.AUTHOR_LEFT: (
        "Its author {place} is not in this server any more.",
        "A moderator carries it on, or ends it with `/idea reject`.",
    ),
    TroubleKind.ROLE_GONE: (
        "The role {place}, which the set-up names, was deleted.",
        "An administrator names another with `/governance setup`.",
    ),
    TroubleKind.NO_EVENTS: (
        "Deadlines are missing in this server's events: Assent may not create any.",
        (
            "An administrator gives Assent's role “Create Events” (Server Settings → Roles), or "
            "switches the events off: `/governance policy set`, calendar.events."
        ),
    ),
    TroubleKind.CHAIN_UNREAD: (
        "Assent cannot read {place} up to its newest block, so what happens there is told late.",
        (
            "The operator looks into the log, and at the addresses in RPC_URLS. Nothing is lost: "
            "Assent goes on by itself where it stopped."
        ),
    ),
    TroubleKind.HISTORY_GONE: (
        "No address in RPC_URLS has the old events of {place}: what happened then is missing here.",
        (
            "The operator adds the address of an archive node to RPC_URLS and runs "
            "`python -m bot backfill`; what happens from now on is told."
        ),
    ),
    TroubleKind.LOGS_UNREADABLE: (
        "A governor or timelock on {place} has told something that Assent does not understand.",
        (
            "Look at its newest transactions yourself. The operator finds them in the log, and "
            "updates Assent: a version that understands them reads them then."
        ),
    ),
}
_MENDED = {
    TroubleKind.CHAIN_UNREAD: "Assent reads {place} up to its newest block again.",
    TroubleKind.LOGS_UNREADABLE: "What a contract on {place} had told is understood now.",
}


def in_the_way(kind: TroubleKind, place: int) -> str:
    """Say what is wrong and who can mend it, in one row."""
    what, who = _sentences(kind, place)
    return f"⚠ {what} {who}"


def page(news: TroubleFound | TroubleMended) -> Page:
    """Tell moderators of it, once; and of its end, if that came about by itself."""
    if isinstance(news, TroubleMended):
        words = _MENDED.get(news.trouble, "What was in the way of {place} is not any more.")
        return Page(
            title="✅ Nothing is in the way any more",
            lines=(
                words.format(place=_named(news.trouble, news.place)),
                f"It was in the way since {when(news.since)}.",
            ),
            next_step="Nothing has to be done; what was missing is told now.",
            source="",
            colour=Colour.GOOD,
        )
    what, who = _sentences(news.trouble, news.place)
    subject = news.subject
    of = ""
    if subject is not None:
        title = line(subject.title, TITLE_SHOWN)
        of = f"It is in the way of **{line(subject.reference, REFERENCE_SHOWN)}** {title}."
    return Page(
        title="⚠ Something is in the way",
        lines=(what, of) if of else (what,),
        next_step=f"{who} Everything else goes on.",
        source=subject.reference if subject else "",
        colour=Colour.BAD,
    )


def _sentences(kind: TroubleKind, place: int) -> tuple[str, str]:
    what, who = _WORDS[kind]
    return what.format(place=_named(kind, place)), who


def _named(kind: TroubleKind, place: int) -> str:
    if kind in OF_A_CHAIN:
        return chain_name(ChainId(place))
    if kind is TroubleKind.AUTHOR_LEFT:
        return member(UserId(place))
    return role(RoleId(place)) if kind is TroubleKind.ROLE_GONE else channel(ChannelId(place))
