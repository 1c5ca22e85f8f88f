"""The hub's lists: filter, order and page as its arguments say, within its limits."""

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from sandbox.snapshot.rows import Row

FIRST_LIMIT = 1000
IN_LIMIT = 100
_FIRST = 20

_STATES = {"pending", "active", "closed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """One of the hub's lists: what it may be ordered by, and how far it can be read.

    The first of `orders` is meant when a client names anything else. Equal rows are by id,
    rising; where `ties_follow`, in the direction of the order.
    """

    orders: tuple[str, ...]
    skip_limit: int = 5000
    space_limit: int = IN_LIMIT  # of spaces in `space_in`
    ties_follow: bool = False


SPACES = List(orders=("created",), skip_limit=100_000)
PROPOSALS = List(
    orders=("created", "updated", "start", "end", "votes", "scores_total_value"),
    space_limit=10_000,
)
VOTES = List(orders=("created", "vp"))
ALIASES = List(orders=("created",))
MESSAGES = List(orders=("timestamp", "mci"), ties_follow=True)

# The longest suffix is tried first: `app_not_in` is no `_in` of a field `app_not`.
_COMPARISONS: tuple[tuple[str, Callable[[Any, Any], bool]], ...] = (
    ("_not_in", lambda value, wanted: value not in wanted),
    ("_contains", lambda value, wanted: wanted in value),
    ("_not", operator.ne),
    ("_gte", operator.ge),
    ("_lte", operator.le),
    ("_gt", operator.gt),
    ("_lt", operator.lt),
    ("_in", lambda value, wanted: value in wanted),
)


def page(rows: Sequence[Row], listed: List, arguments: Mapping[str, Any]) -> list[Row]:
    """Give one page of rows.

    Args:
        rows: All there are; a nested object is compared by its `id`.
        listed: The list they are of.
        arguments: `first`, `skip`, `where`, `orderBy`, `orderDirection`, as the client gave them.

    Raises:
        GraphQLError: An argument is over the hub's limit.
    """
    where = arguments.get("where") or {}
    first = arguments.get("first", _FIRST)
    skip = arguments.get("skip", 0)
    _require_at_most("first", first, FIRST_LIMIT)
    _require_at_most("skip", skip, listed.skip_limit)
    for name, wanted in where.items():
        if name.endswith("_in") and wanted is not None:
            limit = listed.space_limit if name == "space_in" else IN_LIMIT
            _require_at_most(name, len(wanted), limit)
    found = [row for row in rows if _matches(row, where)]
    return _ordered(found, listed, arguments)[skip : skip + first]


def _ordered(rows: list[Row], listed: List, arguments: Mapping[str, Any]) -> list[Row]:
    order = arguments.get("orderBy")
    key = order if order in listed.orders else listed.orders[0]
    falls = arguments.get("orderDirection") != "asc"
    by_id = sorted(rows, key=operator.itemgetter("id"), reverse=falls and listed.ties_follow)
    return sorted(by_id, key=lambda row: _weight(row[key]), reverse=falls)


def _weight(value: Any) -> tuple[bool, Any]:
    """Put what is not set before everything, as the real database does."""
    return (value is not None, value)


def _matches(row: Row, where: Mapping[str, Any]) -> bool:
    return all(_fits(row, name, wanted) for name, wanted in where.items() if wanted is not None)


def _fits(row: Row, name: str, wanted: Any) -> bool:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(row, wanted)
    for suffix, compare in _COMPARISONS:
        if name.endswith(suffix) and name.removesuffix(suffix) in row:
            value = _value(row, name.removesuffix(suffix))
            # What is not set is neither more nor less than anything.
            return value is not None and compare(_folded(value), _folded(wanted))
    return bool(_folded(_value(row, name)) == _folded(wanted))


# Filters that are no plain comparison with a field of their name.
_SPECIAL: dict[str, Callable[[Row, Any], bool]] = {
    "state": lambda row, wanted: wanted not in _STATES or row["state"] == wanted,
    "labels_in": lambda row, wanted: set(wanted) <= set(row["labels"]),
    "search": lambda row, wanted: wanted.lower() in f"{row['id']} {row['name']}".lower(),
    "validation": lambda row, wanted: row["validation"]["name"] == wanted,
    "strategies_contains": lambda row, wanted: wanted in json.dumps(row["strategies"]),
    "plugins_contains": lambda row, wanted: wanted in json.dumps(row["plugins"]),
    "space_verified": lambda row, wanted: row["space"].get("verified") == wanted,
}


def _folded(value: Any) -> Any:
    """Forget the case of texts, as the real database does when it compares them."""
    if isinstance(value, list):
        return [_folded(inner) for inner in value]
    return value.casefold() if isinstance(value, str) else value


def _value(row: Row, name: str) -> Any:
    value = row[name]
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _require_at_most(name: str, value: int, limit: int) -> None:
    if value > limit:
        raise GraphQLError(f"The `{name}` argument must not be greater than {limit}")
