"""The wall around tests that need no world: nothing is connected to, nothing is looked up."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

import pytest


class NetworkUsedError(AssertionError):
    """A test that should need no network has used it."""


@contextmanager
def no_network() -> Iterator[None]:
    """Let every attempt to reach something fail loudly."""

    def refuse(*arguments: object, **_more: object) -> Never:
        raise NetworkUsedError(f"this test may not use the network: {arguments[1:] or arguments}")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("bind", "connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        for name in ("create_connection", "getaddrinfo", "gethostbyname"):
            patch.setattr(socket, name, refuse)
        yield
