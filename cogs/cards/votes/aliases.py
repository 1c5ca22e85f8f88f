"""The right to propose for a wallet: given, ending, refused."""

from collections.abc import Callable
from typing import Any

from bot.domain.offchain.alias import Alias, AliasEnding, AliasLinked, AliasRefused
from bot.domain.text import line
from bot.domain.types import Address
from bot.services.aliases import Standing
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import member, quoted, span, when

_SOURCE = "Snapshot"
_QUOTE_LIMIT = 500
_HOW = "`/governance alias link` gives the link to the page where the wallet signs"

AliasSpeech = AliasLinked | AliasEnding | AliasRefused


def _linked(news: AliasLinked) -> Page:
    return Page(
        title="✔ Assent may propose for a wallet",
        lines=(
            (
                f"{member(news.user_id)} has signed that Assent may propose, edit and delete votes "
                f"in the name of {_wallet(news.principal)}. It can do nothing else with it, and "
                "moves no tokens."
            ),
            f"Snapshot honours this until {when(news.expires_at)}.",
        ),
        next_step=(
            "Nothing to do: `/proposal publish` uses it. You are reminded seven days and one day "
            "before it ends."
        ),
        source=_SOURCE,
        colour=Colour.GOOD,
    )


def _ending(news: AliasEnding) -> Page:
    if not news.lead:
        return Page(
            title="⚠ Assent may no longer propose for a wallet",
            lines=(
                (
                    f"The right that {member(news.user_id)} gave it for {_wallet(news.principal)} "
                    f"has ended {when(news.expires_at)}. Until it is given again nothing is "
                    "posted, edited or deleted in its name."
                ),
            ),
            next_step=f"{member(news.user_id)} gives it again: {_HOW}.",
            source=_SOURCE,
            colour=Colour.BAD,
        )
    return Page(
        title=f"⏳ In {span(news.lead)} Assent may no longer propose for a wallet",
        lines=(
            (
                f"The right that {member(news.user_id)} gave it for {_wallet(news.principal)} ends "
                f"{when(news.expires_at)}. Snapshot honours such a right for thirty days at a time."
            ),
        ),
        next_step=f"{member(news.user_id)} renews it before that: {_HOW}.",
        source=_SOURCE,
        colour=Colour.WAIT,
    )


def _refused(news: AliasRefused) -> Page:
    means = "" if news.meaning == news.text else line(news.meaning, _QUOTE_LIMIT)
    return Page(
        title="⚠ The wallet was not linked",
        lines=(
            (
                f"{member(news.user_id)} has signed that Assent may propose for "
                f"{_wallet(news.principal)}, and Snapshot has refused that."
            ),
            *([means] if means else []),
            "",
            "In its own words:",
            quoted(news.text, _QUOTE_LIMIT),
        ),
        next_step=f"Put right what it says, then sign again: {_HOW}.",
        source=_SOURCE,
        colour=Colour.BAD,
    )


_WRITERS: dict[type[AliasSpeech], Callable[[Any], Page]] = {
    AliasLinked: _linked,
    AliasEnding: _ending,
    AliasRefused: _refused,
}


def page(news: AliasSpeech) -> Page:
    """Write the announcement."""
    return _WRITERS[type(news)](news)


def standing_text(standing: Standing) -> str:
    """Say for whom Assent proposes in a server, until when, and what to do about it."""
    alias = standing.alias
    if not standing.has_key:
        return (
            "Assent has no key here: whoever publishes a vote signs it with their own wallet, in "
            "the browser. So it proposes for no wallet."
        )
    if alias is None:
        return (
            "Assent proposes with its own key here, for no wallet of a member. To let it propose "
            f"for one: {_HOW}. It lasts thirty days."
        )
    whose = f"{_wallet(alias.principal)}, the wallet of {member(alias.user_id)}"
    if not standing.is_valid:
        return (
            f"✖ Assent may not propose for {whose} now: what was signed held until "
            f"{when(alias.expires_at)}, for the key of that time. To sign it again: {_HOW}."
        )
    return (
        f"✔ Assent proposes for {whose}, until {when(alias.expires_at)}. To renew it before that: "
        f"{_HOW}. `/governance alias unlink` ends it."
    )


def unlinked_text(alias: Alias) -> str:
    """Say what no longer happens in a wallet's name, and what stays."""
    return (
        f"Assent signs nothing more in the name of {_wallet(alias.principal)}; what is signed "
        f"already stays. Snapshot takes no such right back before {when(alias.expires_at)}: "
        "until then it would honour the key, which Assent does not use for that wallet any more. "
        f"To let it propose for a wallet again: {_HOW}."
    )


def _wallet(address: Address) -> str:
    return f"**{line(address, 42)}**"
