"""What changed between two revisions, as people read it."""

from cogs.cards.drafts.difference import NOTHING, difference_block, unified

OLD = "Fee\n\nThe fee is 10 % now.\n" + "\n".join(f"Line {n}" for n in range(1, 21)) + "\nEnd ```"
NEW = OLD.replace("10 %", "8 %").replace("End", "Finis")


def test_a_change_is_told_by_signs_and_its_words_are_marked() -> None:
    assert difference_block(OLD, NEW, 1_000) == (
        "```diff\n"
        "  Fee\n"
        "\n"
        "- The fee is ⟦10⟧ % now.\n"
        "+ The fee is ⟦8⟧ % now.\n"
        "  Line 1\n"
        "  Line 2\n"
        "  … 16 unchanged lines\n"
        "  Line 19\n"
        "  Line 20\n"
        "- ⟦End⟧ \u02cb\u02cb\u02cb\n"
        "+ ⟦Finis⟧ \u02cb\u02cb\u02cb\n"
        "```"
    )


def test_changes_that_do_not_fit_are_left_out_from_the_end_and_counted() -> None:
    block = difference_block("\n".join(f"{n}\n\n\n\n\n\n" for n in range(50)), "", 300)
    assert block.endswith("```\n… the rest of this change, in the file")
    many = "\n".join(f"{n}\n\n\n\n\n\n" for n in range(50))
    block = difference_block(many, many.replace("7", "seven " * 4), 300)
    assert block.endswith("```\n… 2 more changes, in the file")


def test_of_a_first_change_that_is_too_long_a_part_is_shown() -> None:
    old = "\n".join([*"abcdefgh", *(f"line {n}" for n in range(20)), "last"])
    new = "\n".join([*"abcdefgh", *(f"another line, number {n}" for n in range(20)), "last word"])
    more = "\n\n\n\n\n\n\n"
    block = difference_block(old + more + "x", new + more + "y", 300)
    assert "- line 0" in block
    assert block.endswith("… the rest of this change, and 1 more change, in the file")


def test_of_a_long_line_what_is_around_the_change_is_shown() -> None:
    words = " ".join(["same"] * 50)
    block = difference_block(f"{words} old {words}", f"{words} new {words}", 1_000)
    [removed] = [row for row in block.split("\n") if row.startswith("- ")]
    assert "⟦old⟧" in removed
    assert removed.startswith("- …")
    assert removed.endswith("…")
    assert len(removed) < 90


def test_two_changes_in_a_long_line_are_both_shown() -> None:
    words = " ".join(["same"] * 50)
    block = difference_block(f"1 {words} 2", f"3 {words} 4", 2_000)
    [added] = [row for row in block.split("\n") if row.startswith("+ ")]
    assert added.startswith("+ ⟦3⟧ same")
    assert added.endswith("same ⟦4⟧")
    assert "…" in added


def test_texts_that_are_the_same_say_so() -> None:
    assert difference_block(OLD, OLD, 1_000) == NOTHING


def test_the_file_has_it_in_the_format_that_tools_know() -> None:
    assert unified("a\nb\nc", "a\nB\nc\nd", "revision 1", "revision 2") == (
        "--- revision 1\n+++ revision 2\n@@ -1,3 +1,4 @@\n a\n-b\n+B\n c\n+d\n"
    )
