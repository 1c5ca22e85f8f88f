"""What somebody cast, in words, for every voting type; and whose it is, as an address."""

from decimal import Decimal

from bot.domain.offchain.ballot import RANKED, Choice, Weights, is_hidden
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.onchain.naming import shortened
from bot.domain.text import bare, line
from cogs.cards.amounts import percent, share

_NAME_SHOWN = 32
_SHOWN = 4
_ADDRESS_READ = 80
_ADDRESS_SHOWN = 24


def cast_in_words(choice: Choice, seen: SnapshotProposal) -> str:
    """Say a choice in words; an encrypted one is hidden, and never guessed."""
    if is_hidden(seen):
        return "🔒 hidden until the end"
    match choice:
        case None:
            return "a choice that cannot be read"
        case Weights(by_choice=weights):
            return _weighted(weights, seen)
        case int(picked):
            return _name(picked, seen)
        case picks if seen.type in RANKED:
            return _listed([_name(each, seen) for each in picks], ", then ")
        case picks:
            return _listed([_name(each, seen) for each in picks], ", ")


def _weighted(weights: tuple[tuple[int, Decimal], ...], seen: SnapshotProposal) -> str:
    given = [(number, weight) for number, weight in weights if weight > 0]
    whole = sum((weight for _, weight in given), Decimal(0))
    given.sort(key=lambda one: (-one[1], one[0]))
    words = [f"{_name(number, seen)} {percent(share(weight, whole))}" for number, weight in given]
    return _listed(words, ", ")


def _listed(words: list[str], between: str) -> str:
    if not words:
        return "none of the choices"
    left = len(words) - _SHOWN
    rest = f" and {left:,} more" if left > 0 else ""
    return between.join(words[:_SHOWN]) + rest


def _name(number: int, seen: SnapshotProposal) -> str:
    if not 1 <= number <= len(seen.choices):
        return "a choice that is not there"
    name = line(seen.choices[number - 1], _NAME_SHOWN)
    return f"“{name}”" if name else f"choice {number}"


def short_address(address: str) -> str:
    """Give an address as people tell them apart: its beginning and its end."""
    return line(shortened(bare(address, _ADDRESS_READ)), _ADDRESS_SHOWN)
