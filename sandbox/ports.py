"""Ports of this machine on which nothing listens."""

import socket


def free_port() -> int:
    """Give one; the system does not give it to anybody else for a while."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
