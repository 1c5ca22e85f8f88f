"""Rows as a file: CSV by RFC 4180 that no spreadsheet takes for formulas, or JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

Cell = str | int | None
Rows = Sequence[Mapping[str, Cell]]

# Some spreadsheets take the wide ones, too.
_BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - see above


def as_csv(columns: Sequence[str], rows: Rows) -> str:
    """Write rows under their columns; a text that a spreadsheet would compute is quoted by `'`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(harmless, columns))
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return text.getvalue()


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def harmless(text: str) -> str:
    """Quote by `'` a text that a spreadsheet would compute."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_BEGINS_A_FORMULA) else text


def as_json(rows: Rows) -> str:
    """Write rows as a list of objects."""
    return json.dumps(list(map(dict, rows)), ensure_ascii=False, indent=2) + "\n"
