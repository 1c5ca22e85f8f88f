"""Voting power on chain: own, delegated and needed, and until when delegating counts."""

from collections.abc import Sequence

import discord

from bot.domain.onchain.chains import chain_name
from bot.domain.onchain.delegation import (
    ChainPower,
    CountedPower,
    Fixing,
    GovernorPowers,
    Proposers,
    VoteWindow,
    WalletPower,
    may_propose,
    missing_to_propose,
    wants_more_than_threshold,
)
from bot.domain.onchain.governor import Governor
from bot.domain.text import line
from cogs.cards.ballots.cast import short_address
from cogs.cards.chain.preparation import proposer_lines, threshold_words, token_amount
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many, when

_NAME_LIMIT = 80
_TITLE_LIMIT = 90
_WALLETS_SHOWN = 5
_EXPLAINED = (
    "**Own** tokens are what a wallet holds; alone they have no vote.",
    "**Votes** are what was delegated to a wallet, by others or by itself: they alone count.",
)


def chain_power_page(powers: Sequence[GovernorPowers], note: str = "") -> discord.Embed:
    """Write what each wallet has in each governor; `note` says what could not be shown."""
    idle = [
        (found.governor, wallet.power)
        for found in powers
        for wallet in found.wallets
        if wallet.power.is_idle
    ]
    fields = [field for found in powers for field in _fields(found)]
    page = Page(
        title="Voting power on chain",
        lines=(*_EXPLAINED, *([f"-# {note}"] if note else [])),
        fields=tuple(fields),
        next_step=_next_step(powers, idle),
        source="only you see this",
        colour=Colour.WAIT if idle else Colour.VOTE,
    )
    return embed(page)


def _fields(found: GovernorPowers) -> list[tuple[str, str]]:
    governor = found.governor
    name = f"{line(governor.name, _NAME_LIMIT)} · {chain_name(governor.chain_id)}"
    if found.is_silent:
        return [(name, "⚠ The chain's node did not answer: nothing is known just now.")]
    rows = [row for each in found.wallets[:_WALLETS_SHOWN] for row in _wallet(each, found)]
    if (more := len(found.wallets) - _WALLETS_SHOWN) > 0:
        rows.append(f"… and {many(more, 'more wallet')}")
    fields = [(name, "\n".join(rows))]
    if found.windows:
        windows = "\n".join(_window(each) for each in found.windows)
        fields.append((f"Votes of {line(governor.name, _NAME_LIMIT)}", windows))
    if found.proposers is not None:
        fields.append((_at_threshold(governor), _who(found.proposers, governor)))
    return fields


def _at_threshold(governor: Governor) -> str:
    return f"Who can propose to {line(governor.name, _NAME_LIMIT)}"


def _who(who: Proposers, governor: Governor) -> str:
    return "\n".join([threshold_words(who.threshold, governor), *proposer_lines(who, governor)])


def _wallet(wallet: WalletPower, found: GovernorPowers) -> list[str]:
    power, governor = wallet.power, found.governor
    own, votes = (token_amount(each, governor) for each in (power.balance, power.votes))
    return [
        f"**{short_address(power.address)}** · own {own} · votes {votes}",
        _delegation(power),
        _proposing(power, found.proposers, governor),
        *(_counted(each, governor) for each in wallet.counted),
    ]


def _delegation(power: ChainPower) -> str:
    if power.delegate is None:
        return "To whom its tokens are delegated is not known."
    if power.is_idle:
        return "⚠ Its tokens are delegated to nobody: they have no vote until they are."
    if int(power.delegate, 16) == 0:
        return "It has delegated to nobody, and holds nothing to delegate."
    if power.is_own_delegate:
        return "Its tokens are delegated to itself: they are among its votes."
    return f"Its tokens are delegated to `{power.delegate}`, who votes with them."


def _proposing(power: ChainPower, who: Proposers | None, governor: Governor) -> str:
    threshold = who.threshold if who else None
    can = may_propose(power, threshold, governor.flavour)
    if can is None:
        return "Whether it can propose is not known."
    if can:
        return "✔ It can propose" + (" (whitelisted)." if power.is_whitelisted else ".")
    lacking = token_amount(missing_to_propose(power, threshold, governor.flavour), governor)
    more = "more than " if wants_more_than_threshold(governor.flavour) else ""
    return f"It cannot propose: {more}{lacking} of further votes are needed."


def _counted(counted: CountedPower, governor: Governor) -> str:
    title = line(counted.window.title, _TITLE_LIMIT)
    if counted.window.fixing is Fixing.OPEN:
        return f"“{title}”: what is delegated in time counts, see below."
    if counted.votes is None:
        return f"“{title}”: the chain does not tell yet."
    return f"“{title}”: counts with **{token_amount(counted.votes, governor)}**."


def _window(window: VoteWindow) -> str:
    title = line(window.title, _TITLE_LIMIT)
    if window.fixing is Fixing.OPEN:
        until = when(window.about, is_estimate=window.is_estimate)
        last = f" (up to block {window.counted_at:,})" if window.is_estimate else ""
        return f"⏳ **{title}**: delegate until {until}{last}; what comes later does not count."
    block = f"block {window.counted_at:,}" if window.is_estimate else "the moment voting began"
    return f"**{title}**: votes count as they were at {block}; delegating now changes nothing."


def _next_step(
    powers: Sequence[GovernorPowers], idle: Sequence[tuple[Governor, ChainPower]]
) -> str:
    if idle:
        governor, power = idle[0]
        token = f"`{governor.token_address}`" if governor.token_address else "the token"
        return (
            f"Delegate to yourself, once: with {short_address(power.address)}, call `delegate` of "
            f"{token} with your own address. Your wallet asks for a transaction; the tokens stay "
            "where they are."
        )
    if powers and all(each.is_silent for each in powers):
        return "Please try again in a minute."
    return "Nothing to do: votes come of delegating, and `delegate` of the token changes to whom."
