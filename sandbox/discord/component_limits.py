"""What fits into components: rows, buttons, selects, layouts and modals."""

from collections import Counter
from typing import Final

from sandbox.discord.errors import Json
from sandbox.discord.forms import Form, Path
from sandbox.discord.messages import SELECTS, walk

CUSTOM_ID: Final = 100
ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, CONTAINER, LABEL = 1, 2, 3, 4, 9, 10, 17, 18
_LINK, _PREMIUM = 5, 6
# A label holds a text input, a menu, files, or boxes to tick.
_IN_LABEL: Final = SELECTS | {TEXT_INPUT, 19, 21, 22, 23}
# What may be chosen beforehand in which menu.
_DEFAULTS: Final = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}
_V2_TOP: Final = frozenset({1, 9, 10, 12, 13, 14, 17})
_MODAL_TOP: Final = frozenset({ROW, TEXT, LABEL})


def check_components(form: Form, components: list[Json], *, is_v2: bool) -> None:
    """Check a message's components, in the old layout or the new one."""
    everything = list(walk(components))
    if is_v2:
        form.items(("components",), everything, 40)
        texts = sum(len(part.get("content", "")) for part in everything if part["type"] == TEXT)
        if texts > 4000:
            said = "The total length of the text displays must be 4000 or fewer."
            form.wrong(("components",), "COMPONENT_TEXT_TOTAL_LENGTH_EXCEEDED", said)
    else:
        form.items(("components",), components, 5)
    for index, part in enumerate(components):
        allowed = _V2_TOP if is_v2 else {ROW}
        form.one_of(("components", index, "type"), part["type"], allowed)
        _check_part(form, ("components", index), part)
    _check_unique(form, everything)


def check_modal(form: Form, modal: Json) -> None:
    """Check a modal: title, custom_id, one to five parts."""
    form.text(("title",), modal.get("title"), 45, shortest=1)
    form.text(("custom_id",), modal.get("custom_id"), CUSTOM_ID, shortest=1)
    components = modal.get("components") or []
    form.items(("components",), components, 5, fewest=1)
    for index, part in enumerate(components):
        form.one_of(("components", index, "type"), part["type"], _MODAL_TOP)
        _check_part(form, ("components", index), part)
    _check_unique(form, list(walk(components)))


def _check_part(form: Form, path: Path, part: Json) -> None:
    kind = part["type"]
    if kind == ROW:
        _check_row(form, path, part)
    elif kind == BUTTON:
        _check_button(form, path, part)
    elif kind in SELECTS:
        _check_select(form, path, part)
    elif kind == TEXT_INPUT:
        _check_text_input(form, path, part)
    elif kind == LABEL:
        _check_label(form, path, part)
    elif kind == TEXT:
        form.text((*path, "content"), part.get("content"), 4000, shortest=1)
    else:
        _check_inside(form, path, part)


def _check_inside(form: Form, path: Path, part: Json) -> None:
    inside = part.get("components") or []
    if part["type"] == SECTION:
        form.items((*path, "components"), inside, 3, fewest=1)
        if not part.get("accessory"):
            form.required((*path, "accessory"))
    for index, child in enumerate(inside):
        _check_part(form, (*path, "components", index), child)
    if part.get("accessory"):
        _check_part(form, (*path, "accessory"), part["accessory"])


def _check_row(form: Form, path: Path, row: Json) -> None:
    inside = row.get("components") or []
    form.items((*path, "components"), inside, 5, fewest=1)
    if len(inside) > 1 and any(part["type"] != BUTTON for part in inside):
        said = "The specified component exceeds the maximum width"
        form.wrong((*path, "components", 1), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", said)
    for index, part in enumerate(inside):
        _check_part(form, (*path, "components", index), part)


def _check_button(form: Form, path: Path, button: Json) -> None:
    style = button.get("style")
    form.one_of((*path, "style"), style, (1, 2, 3, 4, 5, 6))
    form.text((*path, "label"), button.get("label"), 80)
    if style == _LINK:
        form.text((*path, "url"), button.get("url"), 512, shortest=1)
    elif style != _PREMIUM:
        form.text((*path, "custom_id"), button.get("custom_id"), CUSTOM_ID, shortest=1)
    if style != _PREMIUM and not button.get("label") and not button.get("emoji"):
        said = "A button must have a label or emoji"
        form.wrong((*path,), "BUTTON_COMPONENT_INVALID", said)


def _check_select(form: Form, path: Path, select: Json) -> None:
    form.text((*path, "custom_id"), select.get("custom_id"), CUSTOM_ID, shortest=1)
    form.text((*path, "placeholder"), select.get("placeholder"), 150)
    _check_counts(form, path, select)
    if select["type"] != STRING_SELECT:
        _check_defaults(form, path, select)
        return
    options = select.get("options") or []
    # There must be as many options as may be chosen: https://github.com/Rapptz/discord.py/issues/6984
    form.items((*path, "options"), options, 25, fewest=select.get("max_values") or 1)
    values = Counter(option.get("value") for option in options)
    for index, option in enumerate(options):
        here = (*path, "options", index)
        form.text((*here, "label"), option.get("label"), 100, shortest=1)
        form.text((*here, "value"), option.get("value"), 100, shortest=1)
        form.text((*here, "description"), option.get("description"), 100)
        if values[option.get("value")] > 1:
            said = "The specified option value is already used"
            form.wrong((*here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", said)


def _check_counts(form: Form, path: Path, select: Json) -> None:
    fewest, most = select.get("min_values"), select.get("max_values")
    fewest, most = 1 if fewest is None else fewest, 1 if most is None else most
    if not 0 <= fewest <= 25 or not max(1, fewest) <= most <= 25:
        said = "min_values and max_values must be 0 to 25 and 1 to 25, in this order."
        form.wrong((*path, "max_values"), "NUMBER_TYPE_MAX", said)


def _check_defaults(form: Form, path: Path, select: Json) -> None:
    defaults = select.get("default_values") or []
    form.items((*path, "default_values"), defaults, select.get("max_values") or 1)
    for index, default in enumerate(defaults):
        here = (*path, "default_values", index, "type")
        form.one_of(here, default.get("type"), _DEFAULTS[select["type"]])


def _check_text_input(form: Form, path: Path, field: Json) -> None:
    form.text((*path, "custom_id"), field.get("custom_id"), CUSTOM_ID, shortest=1)
    form.one_of((*path, "style"), field.get("style"), (1, 2))
    form.text((*path, "label"), field.get("label"), 45)
    form.text((*path, "placeholder"), field.get("placeholder"), 100)
    most = field.get("max_length") or 4000
    form.text((*path, "value"), field.get("value"), most)
    if not 1 <= most <= 4000 or not 0 <= (field.get("min_length") or 0) <= most:
        said = "int value should be between 1 and 4000."
        form.wrong((*path, "max_length"), "NUMBER_TYPE_MAX", said)


def _check_label(form: Form, path: Path, label: Json) -> None:
    form.text((*path, "label"), label.get("label"), 45, shortest=1)
    form.text((*path, "description"), label.get("description"), 100)
    inside = label.get("component")
    if inside is None:
        form.required((*path, "component"))
        return
    here = (*path, "component")
    form.one_of((*here, "type"), inside["type"], _IN_LABEL)
    if inside.get("disabled"):
        form.wrong((*here, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Nothing is disabled here")
    _check_part(form, here, inside)


def _check_unique(form: Form, everything: list[Json]) -> None:
    ids = Counter(part["custom_id"] for part in everything if part.get("custom_id"))
    if any(count > 1 for count in ids.values()):
        said = "Component custom id cannot be duplicated"
        form.wrong(("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", said)
