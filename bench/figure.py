"""A measured figure beside what it is compared with, and how figures are shown and kept."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. Its baseline was measured on the same machine in the same run."""

    name: str
    value: float
    unit: str
    aim: str
    baseline: float  # in the same unit
    compared_with: str  # what the baseline is, in words

    @property
    def ratio(self) -> float:
        """How many times the baseline the value is."""
        return self.value / self.baseline


def table(figures: Iterable[Figure]) -> str:
    """Lay the figures out for people."""
    rows = [("figure", "value", "aim", "baseline", "ratio", "the baseline is")]
    rows += [
        (
            figure.name,
            f"{figure.value:,.6g} {figure.unit}",
            figure.aim,
            f"{figure.baseline:,.6g}",
            f"{figure.ratio:.2f}",
            figure.compared_with,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def write(figures: Iterable[Figure], path: Path) -> None:
    """Keep the figures as a JSON list for machines."""
    rows = [
        {
            "name": figure.name,
            "value": figure.value,
            "unit": figure.unit,
            "baseline": figure.baseline,
            "ratio": round(figure.ratio, 3),
        }
        for figure in figures
    ]
    path.write_text(json.dumps(rows, indent=2) + "\n")
