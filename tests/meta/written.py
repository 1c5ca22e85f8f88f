"""What documents repeat of the code, made from the code: run this file to write it anew."""

import textwrap
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from bot.reference import command_reference
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ENV_EXAMPLE = ROOT / ".env.example"
README = ROOT / "README.md"

_HEAD = """\
# Assent's settings. Copy this file to .env. Only the token has to be filled in; what is commented
# out shows its default, or an example where there is none.
"""


def shown(value: Any) -> str:
    """Write a default as it would stand in `.env`."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def example(field: FieldInfo) -> str:
    return str(field.examples[0]) if field.examples else shown(field.default)


def env_example() -> str:
    blocks = [_HEAD]
    for name, field in Settings.model_fields.items():
        lines = textwrap.wrap(field.description or "", width=98)
        value = example(field)
        entry = f"# {name.upper()}={value}" if value else f"{name.upper()}="
        blocks.append("\n".join([*(f"# {line}" for line in lines), entry]) + "\n")
    return "\n".join(blocks)


def settings_table() -> str:
    rows = ["| setting | default | what it says |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = example(field) if field.default is not None else ""
        cell = f"`{default}`" if default else ""
        rows.append(f"| `{name.upper()}` | {cell} | {field.description} |")
    return "\n".join(rows) + "\n"


def readme_with_tables(text: str) -> str:
    """Put the generated tables between their marks."""
    for mark, table in (("commands", command_reference()), ("settings", settings_table())):
        before, opening, rest = text.partition(f"<!-- {mark} -->\n")
        _, closing, after = rest.partition(f"<!-- /{mark} -->\n")
        assert closing, f"README.md has no place for the {mark}"
        text = before + opening + table + closing + after
    return text


if __name__ == "__main__":
    ENV_EXAMPLE.write_text(env_example())
    README.write_text(readme_with_tables(README.read_text()))
