"""The results have the shape that machines rely on, and a table that people can read."""

import json
from pathlib import Path

import pytest

from bench.figure import Figure, table, write


@pytest.fixture
def figure() -> Figure:
    return Figure(
        name="reactions_durable_per_s",
        value=12_000,
        unit="/s",
        aim="≥ 10,000",
        baseline=16_000,
        compared_with="an empty listener",
    )


def test_the_results_are_a_list_of_figures_with_their_baselines(
    figure: Figure, tmp_path: Path
) -> None:
    write([figure], tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_text()) == [
        {
            "name": "reactions_durable_per_s",
            "value": 12_000,
            "unit": "/s",
            "baseline": 16_000,
            "ratio": 0.75,
        }
    ]


def test_the_table_says_what_a_figure_is_compared_with(figure: Figure) -> None:
    head, row = table([figure]).splitlines()
    assert head.split()[:2] == ["figure", "value"]
    assert row.split("  ")[0] == "reactions_durable_per_s"
    assert "12,000 /s" in row
    assert row.endswith("an empty listener")
