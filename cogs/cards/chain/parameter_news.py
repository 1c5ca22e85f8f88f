"""What is said of changed parameters: what it was, what it is, and what that means."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from bot.domain.onchain.announcement import ParameterNews
from bot.domain.onchain.governor import ClockMode
from bot.domain.policy import DAY
from bot.domain.text import line
from bot.domain.types import Seconds
from cogs.cards.amounts import amount
from cogs.cards.chain.explorers import (
    address_shown,
    is_address,
    transaction_link,
    transaction_row,
)
from cogs.cards.chain.naming import NAME_SHOWN
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, span

_VALUE_SHOWN = 140
_FAR = Seconds(36_500 * DAY)

Write: TypeAlias = Callable[[str, ParameterNews], str]


def page(news: ParameterNews) -> Page:
    """Write the warning."""
    what, write, meaning = _PARAMETERS.get(news.name, (f"“{news.name}”", _plain, _UNKNOWN))
    what = line(what, NAME_SHOWN)
    place = "The timelock of " if news.is_timelock else ""
    place = "A former timelock of " if news.is_former else place
    before = write(news.before, news) if news.before else "not told by the contract"
    return Page(
        title=f"⚠ The rules have changed: {what}",
        lines=(
            f"{place}{line(news.governor_name, NAME_SHOWN)} works by another rule from now on:",
            f"**{what}**: {before} ➜ **{write(news.after, news)}**",
            meaning,
            transaction_row(news.chain_id, news.transaction_hash),
        ),
        next_step=(
            "Everybody: check that this was decided, and ask the moderators if you do "
            "not know where. What is proposed from now on goes by the new rule."
        ),
        source=news.governor_name,
        colour=Colour.WAIT,
        buttons=transaction_link(news.chain_id, news.transaction_hash),
    )


def _plain(value: str, news: ParameterNews) -> str:
    if is_address(value):
        return address_shown(news.chain_id, value)
    return line(value, _VALUE_SHOWN) or "nothing"


def _number(value: str) -> int | None:
    """Read a number as contracts emit them; nothing else is one."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 78 else None  # noqa: PLR2004 - a uint256


def _seconds(value: str, news: ParameterNews) -> str:
    number = _number(value)
    if number is None or number > _FAR:
        return _plain(value, news)
    return span(Seconds(number)) if number else "none"


def _clock(value: str, news: ParameterNews) -> str:
    """Write a length of the governor's clock; blocks stay blocks, whose time nobody knows."""
    if news.clock_mode is ClockMode.TIMESTAMP:
        return _seconds(value, news)
    number = _number(value)
    return _plain(value, news) if number is None else many(number, "block")


def _tokens(value: str, news: ParameterNews) -> str:
    number = _number(value)
    if number is None:
        return _plain(value, news)
    return amount(Decimal((0, tuple(map(int, str(number))), -news.decimals)), news.unit)


def _share(value: str, news: ParameterNews) -> str:
    number = _number(value)
    return _plain(value, news) if number is None else f"{number:,} parts (usually per cent)"


_UNKNOWN = "What that means is not known to Assent: ask who has done it."
_DELAYS = "It is how long everybody has to look at what passed before it can take effect."
_CODE = "The contract runs other code now: every other rule may have changed with it."
_POWER = "Who this is can do what the address before could."

# Events of governors and timelocks by name: what they change, how it is written, what it means.
_PARAMETERS: dict[str, tuple[str, Write, str]] = {
    "VotingDelaySet": (
        "Voting delay",
        _clock,
        (
            "It is how long after it was made a vote opens; where votes weigh what they do at that "
            "moment, until then they can be delegated."
        ),
    ),
    "VotingPeriodSet": ("Voting period", _clock, "It is how long a vote is open."),
    "ProposalThresholdSet": (
        "Proposal threshold",
        _tokens,
        "It is how many delegated votes somebody needs to propose.",
    ),
    "QuorumUpdated": ("Quorum", _tokens, "It is how much has to be cast for a vote to pass."),
    "QuorumNumeratorUpdated": (
        "Quorum, as a part of the supply",
        _share,
        "It is how much of the supply has to be cast for a vote to pass.",
    ),
    "SuperQuorumNumeratorUpdated": (
        "Super quorum, as a part of the supply",
        _share,
        "With so much of the supply For, a vote passes before its end.",
    ),
    "LateQuorumVoteExtensionSet": (
        "Extension after a late quorum",
        _clock,
        "It is by how much a vote goes on when its quorum is reached near the end.",
    ),
    "MinDelayChange": ("Least delay of the timelock", _seconds, _DELAYS),
    "BaseDelaySet": ("Least delay of the governor", _seconds, _DELAYS),
    "NewDelay": ("Delay of the timelock", _seconds, _DELAYS),
    "TimelockChange": (
        "Timelock",
        _plain,
        (
            "What passes is carried out by another contract, which may hold other rights and "
            "funds. What waits in the one before is followed there until it has ended."
        ),
    ),
    "NewImplementation": ("Implementation", _plain, _CODE),
    "Upgraded": ("Implementation", _plain, _CODE),
    "BeaconUpgraded": ("Beacon of the implementation", _plain, _CODE),
    "AdminChanged": ("Admin of the proxy", _plain, "Who this is can replace the contract's code."),
    "NewAdmin": ("Admin", _plain, _POWER),
    "NewPendingAdmin": (
        "Admin to come",
        _plain,
        "Who this is becomes the admin as soon as they accept.",
    ),
    "ProposalGuardianSet": (
        "Guardian of proposals",
        _plain,
        "Who this is can cancel proposals of others.",
    ),
    "WhitelistGuardianSet": (
        "Guardian of the list of proposers",
        _plain,
        "Who this is can let others propose without the threshold, and cancel what they propose.",
    ),
    "WhitelistAccountExpirationSet": (
        "Proposer without the threshold, and until when",
        _plain,
        "Who this is may propose without the votes that others need.",
    ),
}
