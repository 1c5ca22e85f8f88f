"""The hub's lists: filter, order and page as its arguments say, within its limits."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLError

FIRST_LIMIT = 1000
SKIP_LIMIT = 5000
IN_LIMIT = 100
SPACE_IN_LIMIT = 10_000
_FIRST = 20

Row = Mapping[str, Any]

_STATES = {"pending", "active", "closed"}


def _contains_all(value: Sequence[str], wanted: Sequence[str]) -> bool:
    return set(wanted) <= set(value)


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


def page(
    rows: Sequence[Row],
    orders: Sequence[str],
    arguments: Mapping[str, Any],
    *,
    ties_follow: bool = False,
) -> list[Row]:
    """Give one page of rows.

    Args:
        rows: All there are; a nested object is compared by its `id`.
        orders: What may be ordered by; the first is meant when the argument is anything else.
        arguments: `first`, `skip`, `where`, `orderBy`, `orderDirection`, as the client gave them.
        ties_follow: Equal rows are by id, rising; or, if true, in the direction of the order.

    Raises:
        GraphQLError: An argument is over the hub's limit.
    """
    where = arguments.get("where") or {}
    first = arguments.get("first", _FIRST)
    skip = arguments.get("skip", 0)
    _require_at_most("first", first, FIRST_LIMIT)
    _require_at_most("skip", skip, SKIP_LIMIT)
    for name, wanted in where.items():
        if name.endswith("_in"):
            limit = SPACE_IN_LIMIT if name == "space_in" else IN_LIMIT
            _require_at_most(name, len(wanted), limit)
    found = [row for row in rows if _matches(row, where)]
    order = arguments.get("orderBy")
    key = order if order in orders else orders[0]
    falls = arguments.get("orderDirection") != "asc"
    found.sort(key=operator.itemgetter("id"), reverse=falls and ties_follow)
    found.sort(key=operator.itemgetter(key), reverse=falls)
    return found[skip : skip + first]


def _matches(row: Row, where: Mapping[str, Any]) -> bool:
    return all(_fits(row, name, wanted) for name, wanted in where.items() if wanted is not None)


def _fits(row: Row, name: str, wanted: Any) -> bool:
    if name == "state" and wanted not in _STATES:
        return True
    if name == "labels_in":
        return _contains_all(row["labels"], wanted)
    if name == "search":
        return wanted.lower() in f"{row['id']} {row['name']}".lower()
    for suffix, compare in _COMPARISONS:
        if name.endswith(suffix) and name.removesuffix(suffix) in row:
            return compare(_folded(_value(row, name.removesuffix(suffix))), _folded(wanted))
    return bool(_folded(_value(row, name)) == _folded(wanted))


def _folded(value: Any) -> Any:
    """Forget the case of texts, as the real database does when it compares them."""
    if isinstance(value, list):
        return [_folded(inner) for inner in value]
    return value.casefold() if isinstance(value, str) else value


def _value(row: Row, name: str) -> Any:
    value = row["space"]["verified"] if name == "space_verified" else row[name]
    return value["id"] if isinstance(value, dict) and "id" in value else value


def _require_at_most(name: str, value: int, limit: int) -> None:
    if value > limit:
        raise GraphQLError(f"The `{name}` argument must not be greater than {limit}")
