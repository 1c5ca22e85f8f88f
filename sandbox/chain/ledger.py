"""The chain itself: py-evm blocks, one after the other, which can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

from eth.vm.message import Message
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_tester.backends.pyevm.main import get_default_genesis_params, setup_tester_chain
from eth_typing import Address

PANIC = bytes.fromhex("4e487b71")
ERROR = bytes.fromhex("08c379a0")

CALL_GAS = 30_000_000
NOBODY = b"\x00" * 20


class RevertedError(Exception):
    """A call or transaction was reverted; `data` is what the contract returned."""

    def __init__(self, reason: str, data: bytes, *, is_revert: bool = True) -> None:
        super().__init__(reason)
        self.data = data
        self.is_revert = is_revert


@dataclass(frozen=True, slots=True, kw_only=True)
class MinedBlock:
    """A block with its receipts; `transactions` and `receipts` are parallel."""

    header: Any
    transactions: tuple[Any, ...]
    receipts: tuple[Any, ...]

    @property
    def number(self) -> int:
        """Its height."""
        return int(self.header.block_number)

    @property
    def hash(self) -> bytes:
        """Its hash."""
        return bytes(self.header.hash)

    @property
    def timestamp(self) -> int:
        """Its time, unix seconds."""
        return int(self.header.timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a transaction did: its hash, and why it failed if it did."""

    transaction_hash: bytes
    created_address: bytes | None
    failure: RevertedError | None


class Ledger:
    """Blocks on py-evm, synchronous; hold `lock` around whatever must see one state.

    Which blocks are canonical is this list's decision alone: a block taken back stays in the
    database, and another one on the same parent always gets another hash.
    """

    def __init__(self, chain_id: int, genesis_time: int, balances: dict[bytes, int]) -> None:
        state = {
            address: {"balance": balance, "storage": {}, "code": b"", "nonce": 0}
            for address, balance in balances.items()
        }
        params = get_default_genesis_params({"timestamp": genesis_time})
        _, self._chain = setup_tester_chain(genesis_params=params, genesis_state=state)
        self._chain.chain_id = chain_id
        genesis = self._chain.get_canonical_block_by_number(0).header
        self.blocks = [MinedBlock(header=genesis, transactions=(), receipts=())]
        self.lock = RLock()
        self._number_by_hash = {bytes(genesis.hash): 0}
        self._number_by_transaction: dict[bytes, int] = {}
        self._mined_count = 0
        self._state_at: tuple[bytes, Any] | None = None

    @property
    def head(self) -> MinedBlock:
        """The newest block."""
        return self.blocks[-1]

    def block_by_hash(self, block_hash: bytes) -> MinedBlock | None:
        """Return the canonical block of this hash."""
        number = self._number_by_hash.get(block_hash)
        return None if number is None else self.blocks[number]

    def block_of_transaction(self, transaction_hash: bytes) -> MinedBlock | None:
        """Return the canonical block that holds the transaction."""
        number = self._number_by_transaction.get(transaction_hash)
        return None if number is None else self.blocks[number]

    def decode_transaction(self, raw: bytes) -> Any:
        """Return the transaction that these bytes sign."""
        return self._chain.get_vm(self.head.header).get_transaction_builder().decode(raw)

    def mine(self, timestamp: int, transactions: Sequence[Any] = ()) -> tuple[Outcome, ...]:
        """Add one block at `timestamp`; a transaction that fails is in it as well."""
        self._mined_count += 1
        chain = self._chain
        chain.header = chain.create_header_from_parent(self.head.header, timestamp=timestamp)
        receipts, outcomes = [], []
        for transaction in transactions:
            _, receipt, computation = chain.apply_transaction(transaction)
            receipts.append(receipt)
            outcomes.append(_outcome(transaction, computation))
        # Nothing random, and never the same twice: a fork differs from what it replaces.
        serial = self._mined_count.to_bytes(32, "big")
        block = chain.mine_block(mix_hash=serial)
        self._append(block.header, tuple(transactions), tuple(receipts))
        return tuple(outcomes)

    def _append(
        self, header: Any, transactions: tuple[Any, ...], receipts: tuple[Any, ...]
    ) -> None:
        mined = MinedBlock(header=header, transactions=transactions, receipts=receipts)
        self._number_by_hash[mined.hash] = mined.number
        for transaction in transactions:
            self._number_by_transaction[bytes(transaction.hash)] = mined.number
        self.blocks.append(mined)

    def take_back(self, block_hash: bytes) -> None:
        """Take back every block above the canonical block of this hash."""
        number = self._number_by_hash[block_hash]
        for block in self.blocks[number + 1 :]:
            del self._number_by_hash[block.hash]
            for transaction in block.transactions:
                del self._number_by_transaction[bytes(transaction.hash)]
        del self.blocks[number + 1 :]

    def state(self, block: MinedBlock) -> Any:
        """Return py-evm's state after the block."""
        if self._state_at is None or self._state_at[0] != block.hash:
            self._state_at = (block.hash, self._chain.get_vm(block.header).state)
        return self._state_at[1]

    def call(
        self,
        block: MinedBlock,
        to: bytes,
        data: bytes,
        sender: bytes = NOBODY,
        value: int = 0,
    ) -> bytes:
        """Return what the contract answers after the block, changing nothing.

        Raises:
            RevertedError: The call failed.
        """
        state = self.state(block)
        if value > state.get_balance(sender):
            raise RevertedError("insufficient funds for transfer", b"", is_revert=False)
        message = Message(
            gas=CALL_GAS,
            to=Address(to),
            sender=Address(sender),
            value=value,
            data=data,
            code=state.get_code(to),
        )
        context = state.get_transaction_context_class()(gas_price=0, origin=sender)
        snapshot = state.snapshot()
        computation = state.computation_class.apply_message(state, message, context)
        state.revert(snapshot)
        if computation.is_error:
            raise _failure(computation)
        return bytes(computation.output)


def _outcome(transaction: Any, computation: Any) -> Outcome:
    is_creation = transaction.to == b"" and not computation.is_error
    return Outcome(
        transaction_hash=bytes(transaction.hash),
        created_address=bytes(computation.msg.storage_address) if is_creation else None,
        failure=_failure(computation) if computation.is_error else None,
    )


def _failure(computation: Any) -> RevertedError:
    error = computation.error
    if type(error).__name__ != "Revert":
        return RevertedError(str(error), b"", is_revert=False)
    data = bytes(computation.output)
    return RevertedError(reason_of(data), data)


def reason_of(data: bytes) -> str:
    """Say in geth's words why a call was reverted."""
    if data[:4] == ERROR:
        try:
            return f"execution reverted: {decode(['string'], data[4:])[0]}"
        except (DecodingError, UnicodeDecodeError):
            return "execution reverted"
    if data[:4] == PANIC:
        return f"execution reverted: panic code 0x{data[-1]:x}"
    return "execution reverted"
