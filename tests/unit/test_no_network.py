import asyncio
import socket

import pytest

from tests.no_network import NetworkUsedError


def test_a_unit_test_that_reaches_out_is_told_so() -> None:
    with socket.socket() as ours, pytest.raises(NetworkUsedError):
        ours.connect(("127.0.0.1", 9))


async def test_a_loop_works_without_the_network() -> None:
    await asyncio.sleep(0)
