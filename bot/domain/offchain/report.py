"""Votes as a file: Snapshot's own report of who voted, and the exact scores of every choice.

The report has the columns, the order and the form of the one that Snapshot's pages offer
(snapshot-labs/snapshot-sidekick, `votesReport.ts`): rows end in a line feed, the last one in
nothing, and the reason is always quoted and has no new lines. It differs where that one would break
or do harm: a quotation mark in a reason is doubled, a reason that a spreadsheet would compute is
made a text, and the rankings of Copeland, which that one leaves out, are there.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from bot.domain.offchain.ballot import ONE_PICKED, Ballot, Weights, is_hidden
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.table_file import Cell, harmless

_EXACT_DIGITS = 100
_SHARE_DIGITS = Decimal("0.000001")


def report(seen: SnapshotProposal, ballots: Iterable[Ballot], most_bytes: int) -> tuple[str, int]:
    """Write as many votes as fit into a file of this size; say how many they are."""
    written = [",".join(_columns(seen))]
    size = len(written[0].encode())
    for ballot in ballots:
        row = _row(seen, ballot)
        size += 1 + len(row.encode(errors="replace"))
        if size > most_bytes:
            break
        written.append(row)
    return "\n".join(written), len(written) - 1


def _columns(seen: SnapshotProposal) -> list[str]:
    choices = [f"choice.{number}" for number in range(1, len(seen.choices) + 1)]
    chosen = ["choice"] if seen.type in ONE_PICKED else choices
    return ["address", *chosen, "voting_power", "timestamp", "author_ipfs_hash", "reason"]


def _row(seen: SnapshotProposal, ballot: Ballot) -> str:
    reason = ballot.reason.replace("\r", "").replace("\n", "").replace('"', '""')
    return ",".join(
        [
            _word(ballot.voter),
            *_chosen(seen, ballot),
            number(ballot.power),
            str(ballot.created),
            _word(ballot.ipfs),
            f'"{harmless(reason)}"',
        ]
    )


def _word(text: str) -> str:
    """Give an address or a hash, whose letters and digits break no row and are no formula."""
    return "".join(character for character in text if character.isascii() and character.isalnum())


def _chosen(seen: SnapshotProposal, ballot: Ballot) -> list[str]:
    """Give the columns of the choice: picks and ranks in their order, weights under their own."""
    places = [""] * (1 if seen.type in ONE_PICKED else len(seen.choices))
    match ballot.choice:
        case _ if is_hidden(seen):
            pass
        case int(picked) if seen.type in ONE_PICKED:
            places[0] = str(picked)
        case tuple(picks) if seen.type not in ONE_PICKED:
            given = [str(pick) for pick in picks[: len(places)]]
            places[: len(given)] = given
        case Weights(by_choice=weights) if seen.type not in ONE_PICKED:
            for choice, weight in weights:
                if 1 <= choice <= len(places):
                    places[choice - 1] = number(weight)
    return places


def number(value: Decimal) -> str:
    """Write a number exactly, without a point where it is whole."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_columns(seen: SnapshotProposal) -> tuple[str, ...]:
    """Name the columns of the exact scores."""
    return ("choice", "name", "score", "share_percent", *_strategies(seen))


def exact_rows(seen: SnapshotProposal) -> Sequence[dict[str, Cell]]:
    """Give every choice with its exact score, its share and what each strategy gave to it."""
    strategies = _strategies(seen)
    rows: list[dict[str, Cell]] = []
    for index, (name, score) in enumerate(zip(seen.choices, seen.scores, strict=True)):
        row: dict[str, Cell] = {"choice": index + 1, "name": name, "score": number(score)}
        row["share_percent"] = _share(score, seen)
        parts = seen.scores_by_strategy[index] if index < len(seen.scores_by_strategy) else ()
        row |= dict(zip(strategies, map(number, parts), strict=False))
        rows.append(row)
    total: dict[str, Cell] = {"name": "total of all votes", "score": number(seen.scores_total)}
    quorum: dict[str, Cell] = {"name": "quorum of the space", "score": number(seen.quorum)}
    return [*rows, total, *([quorum] if seen.quorum > 0 else [])]


def _strategies(seen: SnapshotProposal) -> list[str]:
    return [f"{each.name}.{place}" for place, each in enumerate(seen.strategies, start=1)]


def _share(score: Decimal, seen: SnapshotProposal) -> Cell:
    with localcontext(prec=_EXACT_DIGITS):
        if seen.scores_total <= 0:
            return None
        return number((score * 100 / seen.scores_total).quantize(_SHARE_DIGITS))
