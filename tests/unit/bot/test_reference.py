from bot.reference import command_reference


def rows() -> dict[str, list[str]]:
    table = command_reference().splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    return {row[0]: row[1:] for row in cells}


def test_the_reference_is_a_table_with_one_row_for_each_command() -> None:
    head, rule, *table = command_reference().splitlines()
    assert head == "| command | what it does | options |"
    assert rule == "| --- | --- | --- |"
    assert table == sorted(set(table))


def test_groups_are_shown_by_their_commands() -> None:
    commands = rows()
    assert {"`/governance setup`", "`/idea new`", "`/proposal show`"} <= set(commands)
    assert "`/idea`" not in commands


def test_options_that_may_be_left_out_are_marked() -> None:
    assert "`phase` (optional)" in rows()["`/proposal list`"][1]
    assert rows()["`/proposal show`"][1].strip() == "`proposal`"


def test_the_right_click_command_is_found_where_people_find_it() -> None:
    assert "right-click a message → Apps → Make this an idea" in rows()


def test_every_command_says_what_it_does_in_a_sentence() -> None:
    for command, (text, _options) in rows().items():
        assert text.endswith("."), command
        assert text[0].isupper(), command
