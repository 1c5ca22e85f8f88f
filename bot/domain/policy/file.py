"""A policy as a file: every value with what it means above it, so that people can vote on it."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from bot.domain.errors import Refusal
from bot.domain.policy import Policy
from bot.domain.policy.values import VALUES, problems
from bot.domain.text import line

FILE_LIMIT = 64 * 1024  # bytes
_SHOWN, _PROBLEM_LIMIT = 12, 140
_ROWS = {row.name: row for row in VALUES}
_HEAD = "# What this community has decided. A value that is left out stays as it is."


def policy_file(policy: Policy) -> str:
    """Write the policy as TOML; the same policy is the same text."""
    rows = [
        f"# {row.means}\n{row.name} = {_toml(row.kind.to_file(row.of(policy)))}" for row in VALUES
    ]
    return "\n\n".join([_HEAD, *rows]) + "\n"


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return str(value)


def read_policy_file(text: str, policy: Policy) -> Policy:
    """Give the policy with the values that the file names.

    Raises:
        Refusal: The file is no TOML, or something in it is wrong; the message lists everything.
    """
    try:
        values = dict(_flat(tomllib.loads(text), ""))
    except (ValueError, RecursionError) as error:  # a number may be too long, a table too deep
        raise Refusal(f"This is no TOML file: {line(str(error), 120)}. Nothing was changed.") from (
            None
        )
    after, wrong = policy, []
    for name, value in values.items():
        if name not in _ROWS:
            wrong.append(f"{name}: there is no such value{_meant(name)}.")
            continue
        try:
            after = _ROWS[name].set_in(after, _ROWS[name].kind.from_file(value))
        except Refusal as refusal:
            wrong.append(f"{name} {refusal}.")
    wrong += [each for each in problems(after) if each not in problems(policy)]
    if wrong:
        raise Refusal(_listed(wrong))
    return after


def _flat(values: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _meant(name: str) -> str:
    near = get_close_matches(name[:60], _ROWS, n=1)
    return f"; do you mean {near[0]}?" if near else ""


def _listed(wrong: list[str]) -> str:
    rows = [f"- {line(each, _PROBLEM_LIMIT)}" for each in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        rows.append(f"- … and {len(wrong) - _SHOWN} more")
    return "\n".join(["Nothing was changed. In this file:", *rows])
