"""An on-chain proposal in preparation, as its moderator sees it."""

from decimal import Decimal

import discord

from bot.domain.onchain.chains import chain_name
from bot.domain.onchain.delegation import (
    Proposers,
    may_propose,
    wants_more_than_threshold,
)
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.preparation import Prepared, PreparedCall, executor
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.text import bare, line, plain
from bot.domain.types import TokenUnits
from cogs.cards.amounts import exact
from cogs.cards.ballots.cast import short_address
from cogs.cards.buttons import is_safe
from cogs.cards.chain.calls import call_lines
from cogs.cards.chain.review import OUTCOME_MARKS
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many

_NAME_LIMIT = 80
_TYPED_LIMIT = 120
_REASON_LIMIT = 200
_OPTION_LIMIT = 100
_TEXT_LIMIT = 600
_CALLS_IN_FIELD = 5
_PROPOSERS_SHOWN = 5


def preparation_page(prepared: Prepared) -> discord.Embed:
    """Write what was typed as what it will do, and everything that speaks against it."""
    governor, preparation = prepared.governor, prepared.preparation
    title = line(preparation.title, _TYPED_LIMIT) or "(no title yet)"
    decoded = [each.decoded for each in prepared.calls if each.decoded is not None]
    fields = (
        ("What it will do", call_lines(decoded) if decoded else ""),
        *_checks(prepared),
        ("Mend this first", "\n".join(f"✖ {plain(each, 300)}" for each in prepared.obstacles)),
        ("Look at this", "\n".join(f"⚠ {plain(each, 400)}" for each in prepared.warnings)),
        ("Who can propose", _who(prepared)),
    )
    page = Page(
        title=f"In preparation · {prepared.reference}".rstrip(" ·"),
        lines=(
            f"**{title}**",
            plain(preparation.text, _TEXT_LIMIT),
            *map(_link, preparation.links),
            "",
            _for(governor),
            _as_of(prepared),
        ),
        fields=fields,
        next_step=_next_step(prepared),
        source="only you see this, and what you typed is kept",
        colour=Colour.WAIT if prepared.obstacles or prepared.warnings else Colour.TALK,
    )
    return embed(page)


def _link(text: str) -> str:
    """Write a line such as `Discussion: https://…` so that the address can be pressed."""
    label, _, address = text.partition(": ")
    shown = f"<{address}>" if is_safe(address) else line(address, _REASON_LIMIT)
    return f"{line(label, _NAME_LIMIT)}: {shown}"


def _for(governor: Governor) -> str:
    name = line(governor.name, _NAME_LIMIT)
    chain = chain_name(governor.chain_id)
    return f"For {name} ({governor.flavour}) `{governor.address}` on {chain}."


def _as_of(prepared: Prepared) -> str:
    if prepared.block is None:
        return (
            "⚠ The chain's node did not answer: nothing below was tried. “Check again” asks anew."
        )
    sender = short_address(executor(prepared.governor))
    return (
        f"Checked after block {prepared.block.number:,}, each call by itself as if {sender} made "
        "it: later blocks may change it, and so may an earlier call of the same proposal."
    )


def _checks(prepared: Prepared) -> list[tuple[str, str]]:
    """Write what each call was found to do, a few calls to a field."""
    rows = [_check(number, each, prepared) for number, each in enumerate(prepared.calls, 1)]
    return [
        (
            "Each call, checked" if not first else f"From call {first + 1} on",
            "\n".join(rows[first : first + _CALLS_IN_FIELD]),
        )
        for first in range(0, len(rows), _CALLS_IN_FIELD)
    ]


def _check(number: int, call: PreparedCall, prepared: Prepared) -> str:
    if call.call is None:
        return f"{number}. ✖ {call.problem}"
    name = line(call.decoded.function, _NAME_LIMIT) if call.decoded else ""
    words = [_outcome(call.simulation, is_silent=prepared.block is None)]
    words += [f"⚠ {each}" for each in call.warnings]
    words += [f"note: {each}" for each in call.notes]
    return f"{number}. {name or 'call'} of `{call.call.target}`: {'; '.join(words)}"


def _outcome(simulation: SimulatedCall | None, *, is_silent: bool) -> str:
    if simulation is None:
        why = ": the node did not answer" if is_silent else ""
        return f"{OUTCOME_MARKS[Outcome.UNKNOWN]} {Outcome.UNKNOWN}{why}"
    why = line(simulation.why, _REASON_LIMIT)
    sign = OUTCOME_MARKS[simulation.outcome]
    return f"{sign} {simulation.outcome}{': ' + why if why else ''}"


def _who(prepared: Prepared) -> str:
    who, governor = prepared.proposers, prepared.governor
    if who is None:
        return "Not known: the chain's node did not answer."
    own = [
        f"`{power.address}` · {token_amount(power.votes, governor)} (yours)"
        for power in who.own
        if may_propose(power, who.threshold, governor.flavour)
    ]
    rows = [threshold_words(who.threshold, governor), *own]
    rows += proposer_lines(who, governor, is_empty=not own)
    if prepared.attempt is not None:
        outcome = _outcome(prepared.attempt, is_silent=False)
        rows.append(f"`propose` itself, tried from `{prepared.attempted_by}`: {outcome}")
    return "\n".join(rows)


def threshold_words(threshold: TokenUnits | None, governor: Governor) -> str:
    """Say how many votes a proposer needs, exactly as the governor counts."""
    if threshold is None:
        return "How many votes a proposer needs, the governor did not tell."
    how = "More than" if wants_more_than_threshold(governor.flavour) else "At least"
    return f"{how} **{token_amount(threshold, governor)}** of votes, delegated before."


def token_amount(units: TokenUnits | None, governor: Governor) -> str:
    """Write an amount of the governor's token, exactly; what is not known is not zero."""
    if units is None:
        return "not known"
    return exact(Decimal(units).scaleb(-governor.token_decimals), governor.token_symbol)


def proposer_lines(who: Proposers, governor: Governor, *, is_empty: bool = True) -> list[str]:
    """List who else may propose now, of those we know of; whose a linked wallet is stays untold."""
    rows = [
        f"`{power.address}` · {token_amount(power.votes, governor)}"
        + (" (whitelisted)" if power.is_whitelisted else "")
        for power in who.known[:_PROPOSERS_SHOWN]
    ]
    if (more := len(who.known) - _PROPOSERS_SHOWN) > 0:
        rows.append(f"… and {more} more who have proposed or voted here")
    if who.linked:
        rows.append(
            f"{many(who.linked, 'wallet')} that other members have linked: ask in the channel, "
            "for whose they are is not told"
        )
    if not rows and is_empty and who.threshold is not None:
        rows = ["Nobody we know of."]
    rows.append(
        f"-# Looked at: {many(who.looked_at, 'address', 'addresses')}, linked here or known from "
        "proposals and votes. There may be others."
    )
    return rows


def _next_step(prepared: Prepared) -> str:
    if not prepared.calls:
        return "“Add a call”, or give all of them as JSON."
    if prepared.obstacles:
        return "Pick the call in the menu below and mend it; what you typed is in the form."
    if prepared.warnings:
        return "Look at the warnings. “Get the calldata” gives what is sent, all the same."
    return "“Get the calldata”, and let somebody who can propose send it."


def call_option(number: int, call: PreparedCall) -> tuple[str, str]:
    """Name a call in a menu: a label, and what it is about."""
    function = call.typed.function or ("raw calldata" if call.typed.arguments else "a transfer")
    about = bare(call.typed.target, _OPTION_LIMIT) or "(no target)"
    return bare(f"{number}. {function}", _OPTION_LIMIT) or str(number), about


def sending_words(prepared: Prepared) -> str:
    """Say in two sentences how the calldata is sent, and what remains to be watched."""
    governor = prepared.governor
    chain = chain_name(governor.chain_id)
    warnings = [f"⚠ {plain(each, 400)}" for each in prepared.warnings]
    return "\n".join(
        [_SENDING.format(address=governor.address, chain=chain), *warnings],
    )


_SENDING = """\
**Send this to** `{address}` on {chain}, with 0 of the chain's own coin. Assent holds no key that \
could: somebody with enough votes has to.
**From a wallet:** make a transaction to that address, and paste the text of `calldata.txt` into \
its field for data (often called “hex data”).
**From a Safe:** open the Transaction Builder app and drop `safe.json` into it.
-# `calls.json` holds the calls as you typed them; `/onchain prepare` takes it again."""
