"""What is in the way of a proposal or a server, in words: what is wrong, and who can mend it."""

from bot.domain.announcement import TroubleFound
from bot.domain.text import line
from bot.domain.trouble import TroubleKind
from bot.domain.types import ChannelId, RoleId, UserId
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import channel, member, role
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
}


def in_the_way(kind: TroubleKind, place: int) -> str:
    """Say what is wrong and who can mend it, in one row."""
    what, who = _sentences(kind, place)
    return f"⚠ {what} {who}"


def page(news: TroubleFound) -> Page:
    """Tell moderators of it, once."""
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
    if kind is TroubleKind.AUTHOR_LEFT:
        return member(UserId(place))
    return role(RoleId(place)) if kind is TroubleKind.ROLE_GONE else channel(ChannelId(place))
