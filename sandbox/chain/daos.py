"""Governors with their token, timelock and call target, and what people do with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from typing_extensions import override

from sandbox.chain.calldata import argument_data, call_data
from sandbox.chain.miner import FAUCET
from sandbox.chain.wallet import Wallet

if TYPE_CHECKING:
    from sandbox.chain.world import ChainWorld

TOKEN = 10**18
GUARDIAN = Wallet.named("guardian")  # may cancel an operation on the TimelockController
GRACE_PERIOD = 14 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxCall:
    """One call of a proposal, before it is encoded the governor's way."""

    target: str
    signature: str
    arguments: tuple[Any, ...]
    value: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxProposal:
    """What was proposed; OpenZeppelin wants all of it again to queue and execute."""

    proposer: Wallet
    calls: tuple[SandboxCall, ...]
    description: str


@dataclass(slots=True, kw_only=True)
class Dao:
    """What both families share: the token, the target and the way votes go."""

    world: "ChainWorld"
    token_address: str
    timelock_address: str
    governor_address: str
    target_address: str
    proposals: dict[int, SandboxProposal] = field(default_factory=dict)

    async def give(self, wallet: Wallet, tokens: int) -> None:
        """Give somebody whole tokens, who then delegates to themself."""
        arguments = (wallet.address, tokens * TOKEN)
        await self.world.send(FAUCET, self.token_address, "transfer(address,uint256)", arguments)
        await self.delegate(wallet)

    async def delegate(self, wallet: Wallet, to: Wallet | None = None) -> str:
        """Delegate the wallet's votes, by default to itself."""
        arguments = ((to or wallet).address,)
        return await self.world.send(wallet, self.token_address, "delegate(address)", arguments)

    def call(self, signature: str, *arguments: Any, target: str | None = None) -> SandboxCall:
        """Make any call, by default of the marketplace."""
        address = target or self.target_address
        return SandboxCall(target=address, signature=signature, arguments=arguments)

    def set_fee(self, percent: int) -> SandboxCall:
        """Make the call that changes the marketplace fee."""
        return self.call("setMarketplaceFee(uint8)", percent)

    def add_category(self, name: str) -> SandboxCall:
        """Make the call that adds a marketplace category."""
        return self.call("addMarketplaceCategory(string)", name)

    async def fee(self) -> int:
        """Read the marketplace fee, in percent."""
        return await self._number(self.target_address, "marketplaceFee()")

    async def state(self, proposal_id: int) -> int:
        """Read the number of the proposal's state."""
        return await self._number(self.governor_address, "state(uint256)", proposal_id)

    async def window(self, proposal_id: int) -> tuple[int, int]:
        """Read the proposal's start and end, in the governor's clock."""
        raise NotImplementedError

    async def eta(self, proposal_id: int) -> int:
        """Read from when the proposal may be executed, unix seconds; 0 if it is not queued."""
        raise NotImplementedError

    async def open_voting(self, proposal_id: int) -> None:
        """Let blocks pass until votes count."""
        await self._pass((await self.window(proposal_id))[0])

    async def close_voting(self, proposal_id: int) -> None:
        """Let blocks pass until votes count no more."""
        await self._pass((await self.window(proposal_id))[1])

    async def wait_for_eta(self, proposal_id: int) -> None:
        """Let time pass until the timelock lets go."""
        eta = await self.eta(proposal_id)
        await self.world.jump(max(0, eta - self.world.clock.now()))

    async def _pass(self, timepoint: int) -> None:
        left = timepoint + 1 - await self._clock()
        if left > 0:
            await self.world.mine(left)

    async def _clock(self) -> int:
        return self.world.head_number

    async def _number(self, address: str, signature: str, *arguments: Any) -> int:
        (number,) = await self.world.ask(address, signature, arguments, ["uint256"])
        return int(number)


@dataclass(slots=True, kw_only=True)
class AlphaDao(Dao):
    """GovernorAlpha with a Compound Timelock, as Braintrust runs it."""

    async def propose(self, wallet: Wallet, calls: Sequence[SandboxCall], description: str) -> int:
        """Propose and return the id."""
        proposal_id = await self._number(self.governor_address, "proposalCount()") + 1
        arguments = (
            [call.target for call in calls],
            [call.value for call in calls],
            [call.signature for call in calls],
            [argument_data(call.signature, call.arguments) for call in calls],
            description,
        )
        signature = "propose(address[],uint256[],string[],bytes[],string)"
        await self.world.send(wallet, self.governor_address, signature, arguments)
        self.proposals[proposal_id] = SandboxProposal(
            proposer=wallet, calls=tuple(calls), description=description
        )
        return proposal_id

    async def vote(self, wallet: Wallet, proposal_id: int, support: int, reason: str = "") -> str:
        """Vote 0 (against) or 1 (for); GovernorAlpha takes neither abstention nor reason."""
        assert support in (0, 1), "GovernorAlpha knows for and against."
        assert not reason, "GovernorAlpha takes no reason."
        arguments = (proposal_id, bool(support))
        signature = "castVote(uint256,bool)"
        return await self.world.send(wallet, self.governor_address, signature, arguments)

    async def queue(self, proposal_id: int) -> str:
        """Queue a proposal that has passed; anyone may."""
        return await self._act("queue(uint256)", proposal_id)

    async def execute(self, proposal_id: int) -> str:
        """Execute a proposal whose eta has passed; anyone may."""
        return await self._act("execute(uint256)", proposal_id)

    async def cancel(self, proposal_id: int) -> str:
        """Let the proposer fall below the threshold, and anyone cancel the proposal."""
        await self.delegate(self.proposals[proposal_id].proposer, to=GUARDIAN)
        await self.world.mine()
        return await self._act("cancel(uint256)", proposal_id)

    async def let_expire(self, proposal_id: int) -> None:
        """Let time pass until the grace period is over."""
        end = await self.eta(proposal_id) + GRACE_PERIOD
        await self.world.jump(max(0, end - self.world.clock.now()))

    @override
    async def window(self, proposal_id: int) -> tuple[int, int]:
        """Read the proposal's first and last block of voting."""
        fields = await self._proposal(proposal_id)
        return fields[3], fields[4]

    @override
    async def eta(self, proposal_id: int) -> int:
        """Read the proposal's eta."""
        return int((await self._proposal(proposal_id))[2])

    async def _proposal(self, proposal_id: int) -> tuple[Any, ...]:
        outputs = ["uint256", "address", *["uint256"] * 5, "bool", "bool"]
        signature = "proposals(uint256)"
        return await self.world.ask(self.governor_address, signature, (proposal_id,), outputs)

    async def _act(self, signature: str, proposal_id: int) -> str:
        return await self.world.send(GUARDIAN, self.governor_address, signature, (proposal_id,))


@dataclass(slots=True, kw_only=True)
class OpenZeppelinDao(Dao):
    """OpenZeppelin's Governor with a TimelockController."""

    async def propose(self, wallet: Wallet, calls: Sequence[SandboxCall], description: str) -> int:
        """Propose and return the id, which is a hash."""
        proposal = SandboxProposal(proposer=wallet, calls=tuple(calls), description=description)
        signature = "propose(address[],uint256[],bytes[],string)"
        arguments = (*_encoded(proposal), description)
        await self.world.send(wallet, self.governor_address, signature, arguments)
        types = ["address[]", "uint256[]", "bytes[]", "bytes32"]
        proposal_id = int.from_bytes(keccak(encode(types, _hashed(proposal))), "big")
        self.proposals[proposal_id] = proposal
        return proposal_id

    async def vote(self, wallet: Wallet, proposal_id: int, support: int, reason: str = "") -> str:
        """Vote 0 (against), 1 (for) or 2 (abstain)."""
        signature = "castVoteWithReason(uint256,uint8,string)"
        arguments = (proposal_id, support, reason)
        return await self.world.send(wallet, self.governor_address, signature, arguments)

    async def queue(self, proposal_id: int) -> str:
        """Queue a proposal that has passed; anyone may."""
        return await self._act("queue", proposal_id, GUARDIAN)

    async def execute(self, proposal_id: int) -> str:
        """Execute a proposal whose eta has passed; anyone may."""
        return await self._act("execute", proposal_id, GUARDIAN)

    async def cancel(self, proposal_id: int) -> str:
        """Let the proposer cancel, which they may while it is pending."""
        return await self._act("cancel", proposal_id, self.proposals[proposal_id].proposer)

    async def cancel_operation(self, proposal_id: int) -> str:
        """Cancel on the TimelockController itself; the governor emits nothing."""
        signature = "cancel(bytes32)"
        arguments = (self.operation_id(proposal_id),)
        return await self.world.send(GUARDIAN, self.timelock_address, signature, arguments)

    async def execute_operation(self, proposal_id: int) -> str:
        """Execute on the TimelockController itself; the governor emits nothing."""
        targets, values, payloads, description_hash = _hashed(self.proposals[proposal_id])
        salt = self._salt(description_hash)
        signature = "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)"
        arguments = (targets, values, payloads, bytes(32), salt)
        return await self.world.send(GUARDIAN, self.timelock_address, signature, arguments)

    def operation_id(self, proposal_id: int) -> bytes:
        """Return the TimelockController's id of the proposal's operation."""
        targets, values, payloads, description_hash = _hashed(self.proposals[proposal_id])
        types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"]
        salt = self._salt(description_hash)
        return keccak(encode(types, (targets, values, payloads, bytes(32), salt)))

    @override
    async def window(self, proposal_id: int) -> tuple[int, int]:
        """Read the proposal's snapshot and deadline."""
        start = await self._number(self.governor_address, "proposalSnapshot(uint256)", proposal_id)
        end = await self._number(self.governor_address, "proposalDeadline(uint256)", proposal_id)
        return start, end

    @override
    async def eta(self, proposal_id: int) -> int:
        """Read the proposal's eta."""
        return await self._number(self.governor_address, "proposalEta(uint256)", proposal_id)

    @override
    async def _clock(self) -> int:
        return await self._number(self.governor_address, "clock()")

    @override
    async def _pass(self, timepoint: int) -> None:
        left = timepoint + 1 - await self._clock()
        (mode,) = await self.world.ask(self.governor_address, "CLOCK_MODE()", (), ["string"])
        if left > 0 and mode == "mode=timestamp":
            await self.world.jump(max(0, timepoint + 1 - self.world.clock.now()))
        elif left > 0:
            await self.world.mine(left)

    def _salt(self, description_hash: bytes) -> bytes:
        # GovernorTimelockControl._timelockSalt: the governor's address in the high twenty bytes.
        address = int(self.governor_address, 16) << 96
        return (address ^ int.from_bytes(description_hash, "big")).to_bytes(32, "big")

    async def _act(self, name: str, proposal_id: int, wallet: Wallet) -> str:
        signature = f"{name}(address[],uint256[],bytes[],bytes32)"
        arguments = _hashed(self.proposals[proposal_id])
        return await self.world.send(wallet, self.governor_address, signature, arguments)


def _encoded(proposal: SandboxProposal) -> tuple[list[str], list[int], list[bytes]]:
    return (
        [call.target for call in proposal.calls],
        [call.value for call in proposal.calls],
        [call_data(call.signature, call.arguments) for call in proposal.calls],
    )


def _hashed(proposal: SandboxProposal) -> tuple[list[str], list[int], list[bytes], bytes]:
    return (*_encoded(proposal), keccak(text=proposal.description))
