"""What a node says in JSON-RPC, typed where it comes in (pure).

msgspec reads it: whole histories come as megabytes of logs, for which it takes a third of the time
of a reader that makes dictionaries, and it says what is missing in them.
"""

import re
from typing import Any, Final, TypeAlias

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import Decoder

from bot.gateways.chain.errors import ChainError, EndpointLaggingError
from bot.gateways.chain.ranges import is_rate_error

_REVERT_DATA: Final = re.compile(r"(?:[A-Za-z]{1,12} )?0x((?:[0-9a-fA-F]{2})*)")
# What nodes say of a block that they do not have, or have no longer.
_MISSING_BLOCK: Final = (
    "header not found",
    "block not found",
    "unknown block",
    "missing trie node",
    "not canonical",
    "not currently canonical",
    "resource not found",
    "historical state",
)

# What nodes say when a contract's code cannot go on: whoever writes it could otherwise let every
# look at a chain fail. Source: geth `core/vm/errors.go`, revm, Nethermind, Besu.
_REFUSED_BY_CODE: Final = (
    "revert",
    "invalid opcode",
    "bad instruction",
    "badinstruction",
    "invalid jump",
    "out of gas",
    "outofgas",
    "gas uint64 overflow",
    "gas required exceeds",
    "stack underflow",
    "stackunderflow",
    "stack limit reached",
    "stackoverflow",
    "write protection",
    "return data out of bounds",
    "max call depth",
    "evm error",
    "vm execution error",
    "execution halted",
)


class Log(Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """A log as `eth_getLogs` returns it; numbers are hex."""

    address: str
    topics: tuple[str, ...]
    data: str | None
    block_number: str
    block_hash: str
    transaction_hash: str
    log_index: str
    removed: bool | None = None


# Of what Assent asks for, logs alone come as a list; a header comes as an object, all else as hex.
Result: TypeAlias = list[Log] | dict[str, Any] | str | float | bool | None


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """What one request of a batch was answered; it is read by `result` and `logs`."""

    id: Any = None
    result: Result | UnsetType = UNSET
    error: Any = None


class RpcError(ChainError):
    """The endpoint answered one request with a JSON-RPC error.

    `data` is what a contract reverted with, where the node tells.
    """

    def __init__(self, code: int, text: str, data: bytes = b"") -> None:
        super().__init__(f"The node answered with error {code}: {text}")
        self.code = code
        self.text = text
        self.data = data

    @property
    def is_revert(self) -> bool:
        """Whether a contract refused, rather than the node.

        geth says 3, OpenEthereum and Nethermind -32015; the others are told by their words.
        """
        words = self.text.lower()
        return self.code in (3, -32015) or any(word in words for word in _REFUSED_BY_CODE)

    @property
    def is_rate_limit(self) -> bool:
        """Whether too much was asked in too short a time; what a contract says is not meant."""
        return is_rate_error(self.text) and not self.is_revert

    @property
    def is_missing_block(self) -> bool:
        """Whether the node lacks the block it was asked about; no contract can say that."""
        words = self.text.lower()
        return any(word in words for word in _MISSING_BLOCK) and not self.is_revert


_BATCH: Final[Decoder[list[Answer] | Answer]] = Decoder(list[Answer] | Answer)


def answers(body: bytes, count: int) -> list[Answer] | Answer:
    """Read what came over HTTP: the answers of a batch in the order of its `count` requests.

    A batch that is refused as a whole is answered by a single one.

    Raises:
        ChainError: It is no JSON-RPC, or answers something else than was asked.
    """
    try:
        found = _BATCH.decode(body)
        if isinstance(found, list):
            for answer in found:
                if answer.error is not None and answer.id is None:
                    return answer
            found.sort(key=lambda answer: answer.id)  # Nodes may answer in any order.
    except (ValueError, TypeError, RecursionError):  # The last: it is nested too deeply.
        raise ChainError("The node's answer is not JSON-RPC.") from None
    if not isinstance(found, list) or len(found) != count:
        return found  # It is refused.
    if [answer.id for answer in found] != [*range(count)]:
        raise ChainError("The node's answers are not those to what was asked.")
    return found


def result(answer: Answer) -> Result:
    """Return what one request was answered.

    Raises:
        EndpointLaggingError: The node does not have the block.
        RpcError: The answer is another error.
    """
    if answer.error is not None:
        failure = rpc_error(answer.error)
        raise EndpointLaggingError(str(failure)) if failure.is_missing_block else failure
    if answer.result is UNSET:
        raise ChainError("The node's answer is not JSON-RPC.")
    return answer.result


def logs(answer: Answer) -> list[Log]:
    """Return the logs that `eth_getLogs` was answered with.

    Raises:
        EndpointLaggingError: The node does not have the block.
        RpcError: The answer is another error.
        ChainError: They are no logs.
    """
    found = result(answer)
    if not isinstance(found, list):
        raise ChainError("The node's logs are not a list.")
    return found


def rpc_error(error: Any) -> RpcError:
    """Read a JSON-RPC error object; some nodes send bare text."""
    if not isinstance(error, dict):
        return RpcError(0, str(error)[:500])
    code = error.get("code")
    details = error.get("data")
    text = str(error.get("message", ""))
    # Parity's children put "Reverted 0x..." and limits into the data.
    if isinstance(details, str) and not details.startswith("0x"):
        text = f"{text} {details}"
    return RpcError(code if isinstance(code, int) else 0, text[:500], _reverted_with(details))


def _reverted_with(details: Any) -> bytes:
    """Read the data of an error: hex, hex behind a word (Nethermind), or in an object (Hardhat)."""
    if isinstance(details, dict):
        details = details.get("data")
    found = _REVERT_DATA.fullmatch(details) if isinstance(details, str) else None
    return bytes.fromhex(found[1]) if found else b""
