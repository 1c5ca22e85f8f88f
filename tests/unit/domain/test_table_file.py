import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.table_file import as_csv, as_json

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '=HYPERLINK("x")'),
        *("＝1＋1", "＠SUM(A1)", "\u3000=1"),  # noqa: RUF001 - wide, as some keyboards write them
    ],
)
def test_no_text_is_taken_for_a_formula(cell: str) -> None:
    text = as_csv(["a"], [{"a": cell}])
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["a"] == f"'{cell}"
    assert next(csv.reader(io.StringIO(as_csv([cell], []), newline=""))) == [f"'{cell}"]


def test_rows_end_and_cells_are_quoted_as_the_standard_says() -> None:
    text = as_csv(["a", "b"], [{"a": 'say "hi", all', "b": 7}, {"a": None, "b": "two\nrows"}])
    assert text == 'a,b\r\n"say ""hi"", all",7\r\n,"two\nrows"\r\n'


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_what_is_written_is_read_back(cells: list[tuple[str, str]]) -> None:
    rows = [{"a": one, "b": other} for one, other in cells]
    found = list(csv.DictReader(io.StringIO(as_csv(["a", "b"], rows), newline="")))
    assert len(found) == len(rows)
    for row, was in zip(found, rows, strict=True):
        assert {name: text.removeprefix("'") for name, text in row.items()} == {
            name: text.removeprefix("'") for name, text in was.items()
        }
    assert json.loads(as_json(rows)) == rows
