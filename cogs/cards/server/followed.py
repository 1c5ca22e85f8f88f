"""What a server follows, as it was read: a space and its rules, governors and their parameters."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.domain.offchain.author import Author, AuthorKind
from bot.domain.offchain.snapshot import Space
from bot.domain.onchain.chains import ETHEREUM_BLOCK_TIME, block_time, chain_name
from bot.domain.onchain.governor import ClockMode, Governor, QuorumRule, TimelockKind
from bot.domain.policy import DAY, HOUR
from bot.domain.text import line
from bot.domain.types import SpaceId, Timepoint, TokenUnits
from cogs.cards.amounts import amount
from cogs.cards.markup import member, when
from cogs.cards.server.way import days

NAME_SHOWN = 80
_SYMBOL_SHOWN = 32
_LARGEST_SPAN = 100_000 * DAY
_COUNTED = {
    QuorumRule.FOR: "for",
    QuorumRule.FOR_AND_ABSTAIN: "for and abstain",
    QuorumRule.ALL: "all",
}


def followed(space: SpaceId | None, governors: Sequence[Governor]) -> list[str]:
    """Name the space and the governors, a row for each."""
    name = line(space or "", NAME_SHOWN)
    rows = [f"✔ Snapshot space {name}" if name else "○ no Snapshot space yet"]
    rows += [governor_row(governor) for governor in governors]
    return rows if governors else [*rows, "○ no governor yet"]


def governor_row(governor: Governor) -> str:
    """Name a governor with what matters most of it."""
    delay = governor.timelock_delay
    timelock = "" if delay is None else f", timelock {days(delay)}"
    return (
        f"✔ {line(governor.name, NAME_SHOWN)} ({governor.flavour}) on chain {governor.chain_id}: "
        f"`{governor.address}`\nvoting period {_span(governor, governor.voting_period)}, "
        f"proposal threshold {_tokens(governor, governor.proposal_threshold)}{timelock}"
    )


def governor_facts(governor: Governor) -> tuple[str, ...]:
    """List a governor's parameters, for somebody to say whether it is the one."""
    token = line(governor.token_symbol, _SYMBOL_SHOWN) or "a token without a name"
    at = f" `{governor.token_address}`" if governor.token_address else ""
    quorum = "the contract does not say"
    if governor.quorum is not None:
        rule = _COUNTED[governor.quorum_rule]
        quorum = f"{_tokens(governor, governor.quorum)} ({rule} votes count towards it)"
    delay = governor.timelock_delay
    timelock = "none" if delay is None else f"{governor.timelock_kind}, waits {days(delay)}"
    if governor.timelock_kind is TimelockKind.ACCESS_MANAGER:
        timelock = f"{governor.timelock_kind}, which says of each call how long it waits"
    if governor.grace_period is not None:
        timelock += f", and what is queued expires {days(governor.grace_period)} later"
    version = f" {line(governor.version, _SYMBOL_SHOWN)}" if governor.version else ""
    code = f"Its code is that of `{governor.implementation}`, which can be replaced"
    return (
        f"**{line(governor.name, NAME_SHOWN)}**, a {governor.flavour}{version}",
        f"`{governor.address}` on {chain_name(governor.chain_id)}",
        f"Token: {token}{at}",
        f"Voting delay: {_span(governor, governor.voting_delay)}",
        f"Voting period: {_span(governor, governor.voting_period)}",
        f"Proposal threshold: {_tokens(governor, governor.proposal_threshold)}",
        f"Quorum: {quorum}",
        f"Timelock: {timelock}",
        *([code] if governor.implementation else []),
    )


def _span(governor: Governor, span: Timepoint) -> str:
    if governor.clock_mode is ClockMode.BLOCK_NUMBER:
        blocks = f"{span:,} block" if span == 1 else f"{span:,} blocks"
        seconds = block_time(governor.chain_id)
        if governor.counts_l1_blocks:
            seconds = ETHEREUM_BLOCK_TIME
        about = span * (seconds or 0)
        if about > DAY:
            about = round(about * 10 / DAY) * DAY // 10
        return f"{blocks}, about {days(about)}" if HOUR <= about <= _LARGEST_SPAN else blocks
    return days(span) if span <= _LARGEST_SPAN else f"{span:,} s"


def _tokens(governor: Governor, units: TokenUnits) -> str:
    return amount(Decimal(units).scaleb(-governor.token_decimals), governor.token_symbol)


def space_rules(space: Space, author: Author | None) -> tuple[str, ...]:
    """List a space's rules as far as they bind what is posted in the name of `author`."""
    return (
        f"**{line(space.name, NAME_SHOWN)}** · {line(space.id, NAME_SHOWN)}",
        *_proposing(space, author),
        *_rules(space),
    )


def signing(author: Author | None) -> str:
    """Say how a vote gets signed here; `None`: nobody can sign one."""
    if author is None:
        return (
            "○ Nobody can sign a vote here yet, so none is posted; everything else works. The "
            "operator sets SNAPSHOT_KEYSTORE or SNAPSHOT_KEY_FILE, or PAGE_URL, so that members "
            "sign in the browser."
        )
    if author.kind is AuthorKind.BROWSER:
        return (
            "✔ In the browser: when a vote's notice is over, whoever may propose in the space "
            "presses a button in its thread, and signs with their own wallet. No key is needed."
        )
    if author.alias is not None:
        return (
            f"✔ By Assent, for the wallet `{author.address}` of {member(author.alias.user_id)}, "
            f"until {when(author.alias.expires_at)}; `/governance alias link` renews that."
        )
    return f"✔ By Assent, with its own key `{author.address}`."


def lacks_right(space: Space, author: Author | None) -> bool:
    """Say whether it is known whose wallet a vote is by, and that the space does not list it."""
    if author is None or author.address is None:
        return False
    return author.address not in {*space.members, *space.moderators, *space.admins}


def _proposing(space: Space, author: Author | None) -> Iterator[str]:
    who = "its authors only" if space.only_members else "whom its own rules let"
    yield f"May propose: {who}"
    yield f"Votes are signed: {signing(author)}"
    if author is None or author.address is None:
        return
    if lacks_right(space, author):
        yield not_an_author(space, author)
    else:
        yield f"✔ {'That wallet' if author.alias else 'That key'} may propose here."


def not_an_author(space: Space, author: Author) -> str:
    """Say which address has to be added where."""
    name = line(space.id, NAME_SHOWN)
    return (
        f"✖ {'That wallet' if author.alias else 'That key'} may not propose in {name} yet: an "
        f"admin of the space adds `{author.address}` as an **author** (on Snapshot: the space → "
        "Settings → Members)."
    )


def hibernated(space: Space) -> str:
    """Say that nobody can propose there."""
    name = line(space.id, NAME_SHOWN)
    return f"✖ {name} is hibernated: one of its admins has to reactivate it on Snapshot."


def _rules(space: Space) -> Iterator[str]:
    if space.hibernated:
        yield hibernated(space)
    free = "each proposal says"
    delay, period = space.voting_delay, space.voting_period
    yield f"Voting delay: {free if delay is None else days(delay)}"
    yield f"Voting period: {free if period is None else days(period)}"
    yield f"Type of vote: {space.voting_type or free}"
    quorum = "none" if space.quorum is None else amount(space.quorum, space.symbol)
    yield f"Quorum: {quorum}"
    is_open = space.privacy in ("", "any")
    yield "Votes: open" if is_open else f"Votes: {line(space.privacy, _SYMBOL_SHOWN)}, hidden first"
