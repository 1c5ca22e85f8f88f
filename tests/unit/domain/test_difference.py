"""What changed between two texts."""

from bot.domain.difference import DifferenceLine, Hunk, compare, hunks

NUMBERS = [str(number) for number in range(1, 31)]


def text(*changes: tuple[str, str]) -> str:
    changed = dict(changes)
    return "\n".join(changed.get(each, each) for each in NUMBERS)


def signs(hunk: Hunk) -> list[str]:
    sign = {"same": " ", "removed": "-", "added": "+"}
    return [sign[line.kind] + line.text for line in hunk.lines]


def test_a_change_stands_between_two_lines_of_context() -> None:
    [hunk] = hunks(compare(text(), text(("10", "ten"))))
    assert signs(hunk) == [" 8", " 9", "-10", "+ten", " 11", " 12"]
    assert (hunk.hidden, hunk.old_start, hunk.new_start) == (7, 8, 8)


def test_changes_that_are_near_share_a_hunk_and_others_do_not() -> None:
    near = hunks(compare(text(), text(("10", "ten"), ("15", "fifteen"))))
    far = hunks(compare(text(), text(("10", "ten\ntoo"), ("20", "twenty"))))
    assert len(near) == 1
    assert [hunk.hidden for hunk in far] == [7, 5]
    assert [(hunk.old_start, hunk.new_start) for hunk in far] == [(8, 8), (18, 19)]


def test_the_words_that_changed_in_a_line_are_marked() -> None:
    [removed, added] = compare("The fee is 10 % now.", "The fee is 8 % today.")
    assert removed.changed == ((11, 13), (16, 20))
    assert added.changed == ((11, 12), (15, 21))


def test_a_line_that_is_another_altogether_has_no_marks() -> None:
    assert all(not line.changed for line in compare("The fee is 10 %.", "Elect a treasurer."))


def test_where_more_lines_were_added_than_removed_nothing_is_marked() -> None:
    assert all(not line.changed for line in compare("a b c", "a b d\na b e"))


def test_where_too_much_differs_all_of_it_is_one_change() -> None:
    old = "\n".join(["first", *(f"old {n}" for n in range(1_500)), "kept"] + ["x"] * 600)
    new = "\n".join(["first", *(f"new {n}" for n in range(1_500)), "kept"] + ["y"] * 600)
    lines = compare(old, new)
    assert lines[0] == DifferenceLine(kind="same", text="first")
    assert [line.kind for line in lines[1:]] == ["removed"] * 2_101 + ["added"] * 2_101


def test_blank_rows_keep_no_change_from_being_found() -> None:
    old = "\n\n".join(f"Paragraph {number}." for number in range(800))
    new = old.replace("Paragraph 700.", "Another.").replace("Paragraph 3.", "Another.")
    assert len(hunks(compare(old, new))) == 2


def test_lines_of_very_many_words_are_not_looked_into() -> None:
    assert all(not line.changed for line in compare("a " * 2_000, "a " * 1_999 + "b"))
