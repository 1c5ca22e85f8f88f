"""A request and its reply, free of any HTTP library, so that one handler serves socket and test."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Service = Literal["hub", "sequencer"]


class RefusedError(Exception):
    """The sequencer says no, in the words a client sees."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class BrokenError(Exception):
    """An exception escaped in the service: it says nothing but that."""


class LostAnswerError(Exception):
    """No answer will arrive; whether there was an effect, a client cannot tell.

    The connection breaks, or, if not `in_time`, the client loses patience.
    """

    def __init__(self, *, in_time: bool = True) -> None:
        super().__init__()
        self.in_time = in_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent; `headers` have lower-case names, `path` holds no query."""

    service: Service
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a client gets."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def refusal(self) -> str:
        """What a service said against the request, or the body where it said nothing proper."""
        try:
            return str(self.json["error_description"])
        except (ValueError, LookupError, TypeError):
            return self.body.decode(errors="replace")


def json_reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Write a reply the way JavaScript would: in plain Unicode, lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Reply(status=status, body=text.encode(errors="backslashreplace"), headers=headers or {})


def html_reply(status: int) -> Reply:
    """Write what a proxy in between says when it has nothing else to say."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
    return Reply(status=status, body=page.encode(), content_type="text/html; charset=utf-8")
