"""A chain full of votes on a real node, for the measurements of reading it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from sandbox.chain.anvil import found, running

BLOCKS = 100_000
LOGS = 50_000
LOGS_EACH = 100  # in one transaction
VOTERS = 4_096
PROPOSALS = 8
START = 1_750_000_000
FROM = "0x" + "00" * 19 + "aa"
VOTE_CAST = keccak(text="VoteCast(address,uint256,uint8,uint256,string)")
LENGTH = 160  # octets of a vote's data: id, support, weight, and an empty reason


@dataclass(frozen=True, slots=True, kw_only=True)
class VotedOn:
    """Where the node is, and the contract that emitted the votes."""

    url: str
    contract: str
    first: int
    last: int


@asynccontextmanager
async def open_votes() -> AsyncIterator[VotedOn | None]:
    """Run a node that has them all; `None` where there is no anvil."""
    program = found()
    if program is None:
        yield None
        return
    with running(program, start=START, states_kept=None) as url:
        timeout = ClientTimeout(total=300)
        async with ClientSession(timeout=timeout) as session:
            yield await _filled(_Asked(session, url))


@dataclass(frozen=True, slots=True)
class _Asked:
    session: ClientSession
    url: str

    async def call(self, method: str, *params: Any) -> Any:
        """Send one request and give its result."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with self.session.post(self.url, json=body) as response:
            return (await response.json())["result"]


async def _filled(node: _Asked) -> VotedOn:
    """Deploy a contract that emits votes, and let it vote all along the chain."""
    deploy = {"from": FROM, "data": "0x" + (_creation() + _emitter()).hex(), "gas": hex(2_000_000)}
    sent = await node.call("eth_sendTransaction", deploy)
    await node.call("evm_mine")
    receipt = await node.call("eth_getTransactionReceipt", sent)
    contract = to_checksum_address(receipt["contractAddress"])
    turns = LOGS // LOGS_EACH
    for turn in range(turns):
        data = f"0x{turn * LOGS_EACH:064x}"
        vote = {"from": FROM, "to": contract, "data": data, "gas": hex(5_000_000)}
        await node.call("eth_sendTransaction", vote)
        await node.call("anvil_mine", hex(BLOCKS // turns), hex(12))
    first = int(receipt["blockNumber"], 16) + 1
    last = int(await node.call("eth_blockNumber"), 16)
    return VotedOn(url=node.url, contract=contract, first=first, last=last)


def _creation() -> bytes:
    """Give code that returns what follows it as the contract."""
    length = len(_emitter()).to_bytes(2, "big")
    return bytes.fromhex("61" + length.hex() + "80600a3d393df3")


def _emitter() -> bytes:
    """Give a contract that emits so many votes; their numbers begin with its argument.

    The voter, the proposal and the weight follow from the number; support is 1, the reason empty.
    """
    return bytes.fromhex(
        "600035"  # the number: calldata's first word
        "5b"  # at 3: the loop, with the number on the stack
        "80600716600052"  # memory, first word: the proposal, number & 7
        "6001602052"  # the support
        "80600101604052"  # the weight, number + 1
        "6080606052"  # where the reason begins
        "6000608052"  # its length
        "80610fff16600101"  # the voter, (number & 4095) + 1
        f"7f{VOTE_CAST.hex()}"
        f"60{LENGTH:02x}6000a2"  # LOG2
        "600101"  # the next number
        f"600035810360{LOGS_EACH:02x}11600357"  # again, while there are fewer than that
        "00"
    )
