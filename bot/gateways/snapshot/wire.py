"""Snapshot's answers as our values: every number exact, every missing field noticed. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar

import httpx

from bot.domain.offchain.alias import KnownAlias
from bot.domain.offchain.pulse import HubMessage, Pulse
from bot.domain.offchain.snapshot import (
    Counts,
    Label,
    SnapshotProposal,
    SnapshotState,
    Space,
    SpaceLimits,
    Strategy,
    VotingType,
)
from bot.domain.types import (
    Address,
    Seconds,
    SnapshotProposalId,
    SpaceId,
    UnixSeconds,
)
from bot.gateways.snapshot import fields

_SHOWN_LIMIT = 300  # characters of a foreign body worth showing in an error

Value = TypeVar("Value")
Wire = Mapping[str, Any]


class SnapshotError(Exception):
    """Snapshot answered, and the answer is no or cannot be understood.

    `retry_after_seconds` is set when it asked us to wait.
    """

    def __init__(self, text: str, retry_after_seconds: Seconds | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.retry_after_seconds = retry_after_seconds


# The hub did not answer in time, not at all, or not in a way that helps.
HUB_FAILURES: tuple[type[Exception], ...] = (httpx.HTTPError, TimeoutError, SnapshotError)


def data(response: httpx.Response) -> dict[str, Any]:
    """Take the data out of a GraphQL answer, whose errors come with status 200.

    Where single rows of lists have failed, each of them is `None`: the others are good.

    Raises:
        SnapshotError: The answer holds other errors, or is none.
    """
    answer = _json(response)
    if not isinstance(answer, dict):
        raise SnapshotError(f"The hub answered something unreadable: {_shown(response)}")
    found, errors = answer.get("data"), answer.get("errors")
    if errors and not _are_of_rows(errors, found):
        raise SnapshotError(_graphql_errors(errors))
    if not isinstance(found, dict):
        raise SnapshotError(f"The hub's answer holds no data: {_shown(response)}")
    for error in errors or ():
        root, row, *_ = error["path"]
        found[root][row] = None
    return found


def has_words(response: httpx.Response) -> bool:
    """Say whether an answer that is not a success has the service's own words."""
    answer = _json(response)
    described = answer.get("error_description") if isinstance(answer, dict) else None
    return isinstance(described, str) and bool(described)


def error_text(response: httpx.Response) -> str:
    """Say what an answer that is not a success says, in its own words where it has any."""
    answer = _json(response)
    if isinstance(answer, dict):
        described = answer.get("error_description")
        if isinstance(described, str) and described:
            return described
        if answer.get("errors"):
            return _graphql_errors(answer["errors"])
    return f"HTTP {response.status_code}: {_shown(response)}"


def accepted_id(response: httpx.Response) -> str:
    """Read the id under which the sequencer stored a message.

    Raises:
        SnapshotError: The answer is not the sequencer's.
    """
    answer = _json(response)
    if isinstance(answer, dict) and isinstance(answer.get("id"), str):
        return str(answer["id"])
    raise SnapshotError(f"The sequencer answered something unreadable: {_shown(response)}")


def optional(found: Wire, name: str, read: Callable[[Wire], Value]) -> Value | None:
    """Read one object that may be absent.

    Raises:
        SnapshotError: The object is malformed, or the answer has no place for it.
    """
    with _reading(name):
        row = found[name]
        return None if row is None else read(row)


def several(found: Wire, name: str, read: Callable[[Wire], Value]) -> tuple[Value, ...]:
    """Read a list of objects; one malformed object spoils the whole answer.

    Raises:
        SnapshotError: The list or an object in it is malformed.
    """
    with _reading(name):
        return tuple(read(row) for row in found[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable(Generic[Value]):
    """What could be read of a list."""

    rows: tuple[Value, ...]
    is_whole: bool  # else what is not in it may be there all the same


def readable(found: Wire, name: str, read: Callable[[Wire], Value]) -> Readable[Value]:
    """Read what can be read of a list of objects that strangers have made.

    Raises:
        SnapshotError: There is no such list.
    """
    with _reading(name):
        listed = tuple(found[name])
    rows: list[Value] = []
    for row in listed:
        with suppress(SnapshotError), _reading(name):
            rows.append(read(row))
    return Readable(rows=tuple(rows), is_whole=len(rows) == len(listed))


def proposal(row: Wire) -> SnapshotProposal:
    """Read a proposal of the hub's."""
    return SnapshotProposal(
        id=SnapshotProposalId(fields.text(row["id"])),
        space=SpaceId(fields.text(row["space"]["id"])),
        author=fields.text(row["author"]),
        type=fields.text(row["type"]),
        title=fields.text(row["title"]),
        body=fields.text(row["body"] or ""),
        discussion=fields.text(row["discussion"] or ""),
        choices=tuple(fields.text(choice) for choice in row["choices"]),
        created=UnixSeconds(fields.integer(row["created"])),
        start=UnixSeconds(fields.integer(row["start"])),
        end=UnixSeconds(fields.integer(row["end"])),
        snapshot_block=fields.block(row["snapshot"]),
        state=SnapshotState(row["state"]),
        scores=tuple(fields.number(score) for score in row["scores"] or ()),
        scores_total=fields.number(row["scores_total"] or 0),
        scores_final=row["scores_state"] == "final",
        votes=fields.integer(row["votes"] or 0),
        quorum=fields.number(row["quorum"] or 0),
        flagged=bool(row["flagged"]),
        privacy=fields.text(row["privacy"] or ""),
        link=fields.text(row["link"]),
        updated=fields.moment(row.get("updated")),
        scores_updated=fields.moment(row.get("scores_updated")),
        scores_by_strategy=fields.table(row.get("scores_by_strategy")),
        strategies=tuple(_strategy(each) for each in row.get("strategies") or ()),
        network=fields.text(row.get("network") or ""),
        quorum_type=fields.text(row.get("quorumType") or ""),
        symbol=fields.text(row.get("symbol") or ""),
        is_by_member=_is_by_member(fields.text(row["author"]), row["space"]),
    )


def pulse(row: Wire) -> Pulse:
    """Read what changes of a proposal by itself."""
    return Pulse(
        id=SnapshotProposalId(fields.text(row["id"])),
        created=UnixSeconds(fields.integer(row["created"])),
        updated=fields.moment(row["updated"]),
        state=SnapshotState(row["state"]),
        scores_final=row["scores_state"] == "final",
        scores_updated=fields.moment(row["scores_updated"]),
        votes=fields.integer(row["votes"] or 0),
        flagged=bool(row["flagged"]),
    )


def message(row: Wire) -> HubMessage:
    """Read an accepted message, whose content the hub does not tell.

    The sequencer stores the name of a space as it was typed.
    """
    return HubMessage(
        mci=fields.integer(row["mci"]),
        id=SnapshotProposalId(fields.text(row["id"])),
        space=SpaceId(fields.text(row["space"] or "").lower()),
        timestamp=UnixSeconds(fields.integer(row["timestamp"])),
        kind=fields.text(row["type"]),
    )


def space(row: Wire) -> Space:
    """Read a space of the hub's."""
    voting = row["voting"] or {}
    return Space(
        id=SpaceId(fields.text(row["id"])),
        name=fields.text(row["name"] or ""),
        network=fields.text(row["network"]),
        symbol=fields.text(row["symbol"] or ""),
        members=fields.addresses(row["members"]),
        moderators=fields.addresses(row["moderators"]),
        admins=fields.addresses(row["admins"]),
        only_members=bool((row["filters"] or {}).get("onlyMembers")),
        voting_delay=fields.seconds(voting.get("delay")),
        voting_period=fields.seconds(voting.get("period")),
        voting_type=VotingType(voting["type"]) if voting.get("type") else None,
        privacy=fields.text(voting.get("privacy") or ""),
        quorum=fields.number(voting["quorum"]) if voting.get("quorum") else None,
        hibernated=bool(row["hibernated"]),
        verified=bool(row["verified"]),
        turbo=bool(row["turbo"]),
        labels=tuple(
            Label(id=fields.text(each["id"]), name=fields.text(each["name"] or ""))
            for each in row.get("labels") or ()
        ),
        flagged=bool(row.get("flagged")),
        validation=_named(row.get("validation")),
        vote_validation=_named(row.get("voteValidation")),
        strategies=tuple(_named(each) for each in row.get("strategies") or ()),
    )


def alias(row: Wire) -> KnownAlias:
    """Read an alias of the hub's."""
    return KnownAlias(
        principal=Address(fields.text(row["address"])),
        alias=Address(fields.text(row["alias"])),
        created=UnixSeconds(fields.integer(row["created"])),
    )


def limits(found: Wire, owner: Space) -> SpaceLimits:
    """Pick the limits of a space's plan out of the service's options.

    To the service an option that is missing is nought. Without any option at all they were not
    told, which is unknown and not nought.

    Raises:
        SnapshotError: The options are malformed.
    """
    plan = f"space.{owner.plan}."
    with _reading("options"):
        options = {row["name"]: row["value"] for row in found["options"]}
        return SpaceLimits(
            body_units=_option(options, f"{plan}body_limit"),
            choices=_option(options, f"{plan}choices_limit"),
            proposals_a_day=_option(options, f"{plan}proposal_limit_per_day"),
            proposals_a_month=_option(options, f"{plan}proposal_limit_per_month"),
            open_of_author=_option(options, "space.active_proposal_limit_per_author"),
        )


def counts(response: httpx.Response) -> Counts:
    """Read how many proposals there are already, and the hub's clock from the answer's head.

    Raises:
        SnapshotError: The answer is malformed.
    """
    found = data(response)
    with _reading("count of proposals"):
        return Counts(
            created=tuple(UnixSeconds(fields.integer(row["created"])) for row in found["written"]),
            open_until=tuple(
                UnixSeconds(fields.integer(row["end"])) for row in found.get("open") or ()
            ),
            hub_time=_date(response),
        )


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Turn whatever a malformed object causes into a `SnapshotError` that names it."""
    try:
        yield
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise SnapshotError(f"The hub's {what} cannot be read: {error!r}") from error


def _json(response: httpx.Response) -> Any:
    """Parse a body, numbers with a point as `Decimal`; `None` when it is no JSON to us."""
    try:
        return json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):  # strangers may have nested it as deep as they like
        return None


def _are_of_rows(errors: Any, found: Any) -> bool:
    """Say whether each error is of one row of a list, and the rest of the answer is there."""
    return isinstance(errors, list) and all(_is_of_row(each, found) for each in errors)


def _is_of_row(error: Any, found: Any) -> bool:
    match error, found:
        case {"path": [str() as root, int() as row, *_]}, dict():
            listed = found.get(root)
            return isinstance(listed, list) and 0 <= row < len(listed)
    return False


def _graphql_errors(errors: Any) -> str:
    listed = errors if isinstance(errors, list) else [errors]
    messages = [str(error["message"]) for error in listed if _has_message(error)]
    return "; ".join(messages) or _cut(str(errors))


def _has_message(error: Any) -> bool:
    return isinstance(error, dict) and "message" in error


def _shown(response: httpx.Response) -> str:
    return _cut(" ".join(response.text.split())) or "an empty body"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_LIMIT else text[:_SHOWN_LIMIT] + "…"


def _strategy(row: Wire) -> Strategy:
    """Read one way to weigh a vote; what its parameters are is for its author to say."""
    params = row.get("params")
    known = params if isinstance(params, dict) else {}
    token, symbol = known.get("address"), known.get("symbol")
    return Strategy(
        name=fields.text(row["name"]),
        network=fields.text(row.get("network") or ""),
        token=token if isinstance(token, str) else "",
        symbol=symbol if isinstance(symbol, str) else "",
    )


def _is_by_member(author: str, space: Wire) -> bool | None:
    """Say whether the author belongs to the space; `None` where the hub does not tell who does."""
    lists = [space.get(role) for role in ("members", "moderators", "admins")]
    if all(each is None for each in lists):
        return None
    return author.lower() in {
        fields.text(each).lower() for listed in lists for each in listed or ()
    }


def _option(options: Mapping[str, Any], name: str) -> int | None:
    if not options:
        return None
    return int(options[name]) if options.get(name) is not None else 0


def _named(value: Any) -> str:
    """Read the name of a strategy or a validation; without one it is `any`."""
    return fields.text((value or {}).get("name") or "any")


def _date(response: httpx.Response) -> UnixSeconds | None:
    """Read when a service answered, by its own clock."""
    try:
        said = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return UnixSeconds(int(said.timestamp()))
