"""The fitting layer."""

from dataclasses import replace

from cogs.cards.fitting import Colour, Page, cut, embed

PAGE = Page(
    title="Title",
    lines=("One", "", "Two"),
    fields=(("Votes", "some"),),
    next_step="Somebody does something.",
    source="BTRST-12",
    colour=Colour.TALK,
)


def test_a_page_that_fits_stays_as_it_is() -> None:
    fitted = embed(PAGE, "0a1b2c3d")
    assert fitted.title == "Title"
    assert fitted.description == "One\n\nTwo"
    assert [(field.name, field.value) for field in fitted.fields] == [
        ("Votes", "some"),
        ("Next", "Somebody does something."),
    ]
    assert fitted.footer.text == "BTRST-12 · 0a1b2c3d"


def test_the_next_step_outlives_every_other_field() -> None:
    crowded = replace(PAGE, fields=tuple((f"Field {n}", "x" * 2_000) for n in range(60)))
    fitted = embed(crowded)
    assert fitted.fields[-1].name == "Next"
    assert len(fitted) <= 6_000


def test_a_field_without_text_is_left_out() -> None:
    assert [field.name for field in embed(replace(PAGE, fields=(("Empty", " "),))).fields] == [
        "Next"
    ]


def test_a_footer_without_anything_is_none() -> None:
    assert embed(replace(PAGE, source="")).footer.text is None


def test_a_description_loses_whole_rows_from_its_end() -> None:
    fitted = embed(replace(PAGE, lines=("**row**",) * 2_000))
    assert fitted.description is not None
    assert len(fitted.description) <= 4_096
    assert set(fitted.description.split("\n")) == {"**row**", "…"}


def test_a_sole_row_is_cut_without_half_an_escape_or_half_a_character() -> None:
    assert cut("\\*" * 10, 6) == "\\*\\*…"
    assert cut("\\*" * 10, 5) == "\\*\\*…"
    assert cut("👍" * 10, 6) == "👍👍…"
    assert cut("abc", 3) == "abc"
    assert cut("abc", 0) == "…"
