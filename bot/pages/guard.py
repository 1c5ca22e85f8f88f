"""What a request has to keep to before anybody looks at what it asks for."""

import asyncio
import json
from collections import Counter
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp import web

from bot.clock import Clock

BODY_LIMIT = 16 * 1024  # bytes; the signatures of contract wallets may be long
REQUESTS_A_MINUTE = 60  # from one address
_WINDOW_SECONDS = 60
_FIELD_LIMIT = 10_000  # characters
_HOUSEHOLD_BITS = 64  # of an address of IPv6: whoever has one has all that begin like it

# No script, style, frame or request but our own, whatever a proposal's text may try.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class BadRequestError(Exception):
    """A request that the page would never make; it is answered, and not looked at further."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class Guard:
    """Lets through what our own page may ask, at the pace at which a person does."""

    def __init__(self, origin: str, now: Clock, patience_seconds: float) -> None:
        """Say from where requests have to come: `origin` is scheme, host and port of the page.

        A body that is not here within `patience_seconds` is not waited for.
        """
        self._origin = origin
        self._now = now
        self._patience_seconds = patience_seconds
        self._window = 0
        self._counts: Counter[str] = Counter()

    async def fields(self, request: web.Request, *names: str) -> list[str]:
        """Read the texts of these names from a request of the page.

        Raises:
            BadRequestError: It is none of the page's, too large, or too many come.
        """
        self.check_pace(request)
        self._check_origin(request)
        if request.content_type != "application/json":
            raise BadRequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This takes JSON alone.")
        try:
            async with asyncio.timeout(self._patience_seconds):
                body = await _body(request)
        except TimeoutError:
            raise BadRequestError(
                HTTPStatus.REQUEST_TIMEOUT, "That took too long to arrive; try again."
            ) from None
        return _texts(body, names)

    def _check_origin(self, request: web.Request) -> None:
        """Refuse what another site has a browser send."""
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.headers.get("Origin") != self._origin or site != "same-origin":
            raise BadRequestError(
                HTTPStatus.FORBIDDEN,
                "This page has to be opened with the link from Discord, at the very address that "
                f"is in it ({self._origin}).",
            )

    def check_pace(self, request: web.Request) -> None:
        """Count a request.

        Raises:
            BadRequestError: Too many come from there.
        """
        window = self._now() // _WINDOW_SECONDS
        if window != self._window:
            self._window, self._counts = window, Counter()
        peer = _peer(request)
        self._counts[peer] += 1
        if self._counts[peer] > REQUESTS_A_MINUTE:
            raise BadRequestError(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many requests; wait a minute, then try again."
            )


def _peer(request: web.Request) -> str:
    """Say who asks; a proxy on this machine says it in the last `X-Forwarded-For`."""
    peer = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return _household(forwarded if ip_address(peer).is_loopback else peer)
    except ValueError:
        return peer


def _household(address: str) -> str:
    """Give what requests are counted by.

    Raises:
        ValueError: It is no address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _HOUSEHOLD_BITS), strict=False))
    return str(found)


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.text())
    except web.HTTPRequestEntityTooLarge:
        raise BadRequestError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is more than any wallet would sign."
        ) from None
    except (ValueError, RecursionError, LookupError):  # no JSON, no text, or an unknown charset
        raise BadRequestError(HTTPStatus.BAD_REQUEST, "This is no JSON.") from None


def _texts(body: Any, names: tuple[str, ...]) -> list[str]:
    given = [body.get(name) if isinstance(body, dict) else None for name in names]
    texts = [each for each in given if isinstance(each, str) and len(each) <= _FIELD_LIMIT]
    if len(texts) != len(names):
        raise BadRequestError(
            HTTPStatus.BAD_REQUEST,
            f"This takes an object with {', '.join(names)}, all of them text.",
        )
    return texts
