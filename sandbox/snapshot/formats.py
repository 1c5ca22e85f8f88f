"""The form of a proposal's fields, as the sequencer's schema demands it. It never says which."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.snapshot.voting import SYSTEMS

_TEXT_LIMIT = 256
_APP_LIMIT = 24
_LABEL_LIMIT = 10
_EARLIEST = 1_000_000_000
_LATEST = 2_000_000_000

_LABEL = re.compile(r"[a-zA-Z0-9]{1,8}")
_ADDRESS = re.compile(r"(https?|ipfs|ipns|snapshot)://\S+")


def is_proposal(message: Mapping[str, Any]) -> bool:
    """Tell whether a new proposal's fields have the right form."""
    return (
        _is_written(message)
        and message["type"] in SYSTEMS
        and all(_is_short(choice) for choice in message["choices"])
        and _is_moment(message["start"])
        and _is_moment(message["end"])
        and _is_whole(message["snapshot"])
        and len(message.get("app", "")) <= _APP_LIMIT
    )


def is_update(message: Mapping[str, Any]) -> bool:
    """Tell whether an edit's fields have the right form; it knows no `copeland`."""
    return _is_written(message) and message["type"] in SYSTEMS - {"copeland"}


def _is_written(message: Mapping[str, Any]) -> bool:
    return (
        _is_short(message["title"])
        and _is_discussion(message["discussion"])
        and len(message["choices"]) > 0
        and _are_labels(message.get("labels", []))
        and message.get("privacy", "") in {"", "shutter"}
    )


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= _TEXT_LIMIT


def _is_discussion(value: str) -> bool:
    return not value or (len(value) <= _TEXT_LIMIT and _ADDRESS.fullmatch(value) is not None)


def _are_labels(labels: list[Any]) -> bool:
    return (
        len(labels) <= _LABEL_LIMIT
        and len(set(labels)) == len(labels)
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def _is_moment(value: Any) -> bool:
    return _is_whole(value) and _EARLIEST <= value <= _LATEST


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
