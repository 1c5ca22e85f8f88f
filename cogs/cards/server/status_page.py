"""How Assent stands in a server, for its moderators: what runs, what is behind, what fails."""

from collections.abc import Iterator, Mapping

import discord

from bot import __version__
from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED, VOTING, Phase
from bot.domain.outbox import PostState
from bot.domain.text import line
from bot.scheduler import Turn
from bot.services.oversight import ChainStanding, ServerStatus
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import ago, many

_ERROR_SHOWN = 160
_KEY_SHOWN = 60
_BEHIND = 120  # seconds after which a chain is said to be behind
_SHOWN_JOBS = ("publishing", "tallies", "supplies")  # beside the chains: what asks the outside
_NAMES = {
    "publishing": "Snapshot, publishing",
    "tallies": "Snapshot, tallies",
    "supplies": "Supplies of tokens",
}
_MEANINGS = (
    ("50013", "Assent lacks a permission there"),
    ("50001", "Assent cannot see the channel"),
    ("10003", "the channel or thread was deleted"),
    ("10008", "the message was deleted"),
    ("50083", "the thread is archived"),
    ("160005", "the thread is locked"),
    ("50035", "Discord does not take the text"),
    ("Read Message History", "Assent may not read there what it has said"),
)

_WELL = "Nothing to do. `/governance audit` tells who did what."
_NOT_WELL = (
    "Parked announcements: `/announcement list`. Permissions: `/governance check`. What does not "
    "answer is asked again by itself; if it lasts, whoever runs Assent looks into its log."
)


def status_page(status: ServerStatus, turns: Mapping[str, Turn]) -> discord.Embed:
    """Show what a moderator has to know of how things run."""
    jobs = [*_SHOWN_JOBS, *(f"chain {each.chain_id}" for each in status.chains), "outbox"]
    is_well = not status.outbox.get(PostState.PARKED) and not any(
        turns[job].failures for job in jobs if job in turns
    )
    return embed(
        Page(
            title="✔ Everything runs" if is_well else "⚠ Something needs a look",
            lines=(
                f"Assent {__version__}",
                "**Dry run:** nothing public is said, nothing is sent to Snapshot."
                if status.is_rehearsing
                else "For real: no dry run.",
            ),
            fields=(
                ("Last looks", "\n".join(_turn(job, turns.get(job)) for job in jobs)),
                ("Chains", "\n".join(map(_chain, status.chains)) or "no governor is watched"),
                ("Open here", _open(status.phases)),
                ("Announcements", _outbox(status.outbox)),
                ("Last errors", "\n".join(_errors(status)) or "none"),
            ),
            next_step=_WELL if is_well else _NOT_WELL,
            source="",
            colour=Colour.GOOD if is_well else Colour.WAIT,
        )
    )


def _turn(job: str, turn: Turn | None) -> str:
    name = _NAMES.get(job, job)
    if turn is None:
        return f"○ {name}: not yet"
    took = f"took {turn.took_seconds:.1f} s"
    if turn.failures:
        failed = f"{many(turn.failures, 'failure')} in a row, {line(turn.error, _KEY_SHOWN)}"
        return f"✖ {name}: {ago(turn.at)}, {took}; {failed}"
    before = f"; last failure {ago(turn.error_at)}" if turn.error_at else ""
    return f"✔ {name}: {ago(turn.at)}, {took}{before}"


def _chain(chain: ChainStanding) -> str:
    name = f"chain {chain.chain_id}"
    if chain.read is None:
        return f"○ {name}: nothing is read yet"
    if chain.head is None or chain.head_at is None:
        return f"✖ {name}: read to block {chain.read:,}; its node does not answer now"
    blocks = max(chain.head - chain.read, 0)
    seconds = None if chain.read_at is None else max(chain.head_at - chain.read_at, 0)
    symbol = "✔" if seconds is not None and seconds < _BEHIND else "…"
    behind = f"{many(blocks, 'block')} behind block {chain.head:,}"
    return f"{symbol} {name}: read to block {chain.read:,}, {behind}{_lag(seconds)}"


def _lag(seconds: int | None) -> str:
    return "" if seconds is None else f" ({seconds:,} s)"


def _open(phases: Mapping[Phase, int]) -> str:
    def count(*wanted: Phase) -> int:
        return sum(phases.get(phase, 0) for phase in wanted)

    return " · ".join(
        (
            many(count(*GATHERING), "idea"),
            many(count(*DRAFTING), "draft"),
            many(count(*NOTICED), "announced vote"),
            many(count(*VOTING), "open vote"),
            f"{count(Phase.PASSED)} to be put into effect",
            f"{count(Phase.ON_CHAIN)} on chain",
        )
    )


def _outbox(outbox: Mapping[PostState, int]) -> str:
    rows = [f"{state} {outbox[state]:,}" for state in PostState if outbox.get(state)]
    return " · ".join(rows) or "nothing was said yet"


def _errors(status: ServerStatus) -> Iterator[str]:
    for said in status.failing:
        what = line(f"{said.reference} {said.speech.kind}".strip(), _KEY_SHOWN)
        yield f"✖ {what} ({said.state}, {ago(said.at)}): {error_in_words(said.error)}"


def error_in_words(error: str) -> str:
    """Say what an error of Discord's means, with its own words behind it, shortened."""
    own = line(error, _ERROR_SHOWN)
    for sign, meaning in _MEANINGS:
        if sign in error:
            return f"{meaning} ({own})"
    return own
