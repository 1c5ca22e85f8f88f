"""Putting transactions into blocks, in step with the sandbox's clock."""

from collections.abc import Sequence
from typing import Any

from eth._utils.address import generate_contract_address
from eth_account import Account
from eth_typing import Address
from eth_utils.address import to_checksum_address

from sandbox.chain.ledger import Ledger, Outcome
from sandbox.chain.wallet import FAUCET, Wallet
from sandbox.clock import SandboxClock

ETHER = 10**18
GWEI = 10**9
GAS = 8_000_000


class Miner:
    """Signs, gathers and mines, synchronously; the clock never lags behind the newest block."""

    def __init__(self, ledger: Ledger, clock: SandboxClock, chain_id: int) -> None:
        self._ledger = ledger
        self._clock = clock
        self._chain_id = chain_id
        self._gathered: list[Any] | None = None

    def mine_empty(self, count: int, spacing: int) -> None:
        """Mine empty blocks; the last is at the clock's time, or the clock jumps."""
        with self._ledger.lock:
            earliest = self._ledger.head.timestamp + spacing
            first = max(earliest, self._clock.now() - spacing * (count - 1))
            for index in range(count):
                self._ledger.mine(first + spacing * index)
            self._catch_up()

    def mine(self, transactions: Sequence[Any]) -> tuple[Outcome, ...]:
        """Mine one block of these transactions."""
        with self._ledger.lock:
            time = max(self._ledger.head.timestamp + 1, self._clock.now())
            outcomes = self._ledger.mine(time, transactions)
            self._catch_up()
            return outcomes

    def mine_raw(self, raw: bytes) -> bytes:
        """Mine a signed transaction and return its hash."""
        return self.mine([self._ledger.decode_transaction(raw)])[-1].transaction_hash

    def gather(self) -> None:
        """Keep transactions back from now on, until `mine_gathered`."""
        self._gathered = []

    def discard_gathered(self) -> None:
        """Forget what was kept back."""
        self._gathered = None

    def mine_gathered(self) -> tuple[Outcome, ...]:
        """Mine what was kept back, in one block.

        Raises:
            RevertedError: One of them failed.
        """
        gathered, self._gathered = self._gathered or [], None
        return _succeeded(self.mine(gathered))

    def transact(self, wallet: Wallet, to: str | None, data: bytes) -> Outcome:
        """Send a transaction for the wallet; without `to` it creates a contract.

        Raises:
            RevertedError: It failed; it is in a block all the same.
        """
        with self._ledger.lock:
            signed = self._funding(wallet)
            signed.append(self._signed(wallet, to, 0, data))
            if self._gathered is None:
                return _succeeded(self.mine(signed))[-1]
            self._gathered.extend(signed)
            last = bytes(signed[-1].hash)
            return Outcome(transaction_hash=last, created_address=None, failure=None)

    def next_deployment(self, ahead: int) -> str:
        """Foretell the address of the contract that is deployed after `ahead` others."""
        with self._ledger.lock:
            nonce = self._nonce(FAUCET) + ahead
        return to_checksum_address(generate_contract_address(Address(FAUCET.address_bytes), nonce))

    def _catch_up(self) -> None:
        self._clock.jump(max(0, self._ledger.head.timestamp - self._clock.now()))

    def _funding(self, wallet: Wallet) -> list[Any]:
        state = self._ledger.state(self._ledger.head)
        is_coming = any(one.to == wallet.address_bytes for one in self._gathered or ())
        if is_coming or state.get_balance(wallet.address_bytes) >= ETHER:
            return []
        return [self._signed(FAUCET, wallet.address, 100 * ETHER, b"")]

    def _nonce(self, wallet: Wallet) -> int:
        waiting = self._gathered or ()
        state = self._ledger.state(self._ledger.head)
        sent = sum(bytes(one.sender) == wallet.address_bytes for one in waiting)
        return int(state.get_nonce(wallet.address_bytes)) + sent

    def _signed(self, wallet: Wallet, to: str | None, value: int, data: bytes) -> Any:
        fields = {
            "chainId": self._chain_id,
            "type": 2,
            "nonce": self._nonce(wallet),
            "gas": GAS,
            "maxFeePerGas": 10 * GWEI,
            "maxPriorityFeePerGas": 0,
            "value": value,
            "data": data,
        } | ({} if to is None else {"to": to})
        signed = Account.sign_transaction(fields, wallet.private_key)
        return self._ledger.decode_transaction(bytes(signed.raw_transaction))


def _succeeded(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    for outcome in outcomes:
        if outcome.failure is not None:
            raise outcome.failure
    return outcomes
