"""OpenZeppelin's Governor, and what may hold back what it has decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from typing_extensions import override

from sandbox.chain.calldata import call_data
from sandbox.chain.daos.dao import GRACE_PERIOD, GUARDIAN, TOKEN, Dao, SandboxCall, SandboxProposal
from sandbox.chain.wallet import Wallet

FRACTIONAL = 255  # GovernorCountingFractional.VOTE_TYPE_FRACTIONAL
ACCESS_EXPIRATION = 7 * 86_400  # AccessManager.expiration()


@dataclass(slots=True, kw_only=True)
class PlainDao(Dao):
    """OpenZeppelin's Governor alone: what has passed is executed at once, and cannot be queued."""

    @override
    async def propose(self, wallet: Wallet, calls: Sequence[SandboxCall], description: str) -> int:
        """Propose and return the id, which is a hash."""
        proposal = SandboxProposal(proposer=wallet, calls=tuple(calls), description=description)
        signature = "propose(address[],uint256[],bytes[],string)"
        arguments = (*_encoded(proposal), description)
        await self.world.send(wallet, self.governor_address, signature, arguments)
        proposal_id = await self._made_id(proposal)
        self.proposals[proposal_id] = proposal
        return proposal_id

    @override
    async def vote(self, wallet: Wallet, proposal_id: int, support: int, reason: str = "") -> str:
        """Vote 0 (against), 1 (for) or 2 (abstain)."""
        signature = "castVoteWithReason(uint256,uint8,string)"
        arguments = (proposal_id, support, reason)
        return await self.world.send(wallet, self.governor_address, signature, arguments)

    @override
    async def queue(self, proposal_id: int) -> str:
        """Queue a proposal that has passed; anyone may."""
        return await self._act("queue", proposal_id, GUARDIAN)

    @override
    async def execute(self, proposal_id: int) -> str:
        """Execute a proposal whose eta has passed; anyone may."""
        return await self._act("execute", proposal_id, GUARDIAN)

    @override
    async def cancel(self, proposal_id: int) -> str:
        """Let the proposer cancel, which they may while it is pending."""
        return await self._act("cancel", proposal_id, self.proposals[proposal_id].proposer)

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
            await self.world.jump_to(timepoint + 1)
        elif left > 0:
            await self.world.mine(left)

    async def _made_id(self, proposal: SandboxProposal) -> int:
        types = ["address[]", "uint256[]", "bytes[]", "bytes32"]
        return int.from_bytes(keccak(encode(types, _hashed(proposal))), "big")

    async def _act(self, name: str, proposal_id: int, wallet: Wallet) -> str:
        signature = f"{name}(address[],uint256[],bytes[],bytes32)"
        arguments = _hashed(self.proposals[proposal_id])
        return await self.world.send(wallet, self.governor_address, signature, arguments)


@dataclass(slots=True, kw_only=True)
class OpenZeppelinDao(PlainDao):
    """OpenZeppelin 5's Governor with a TimelockController."""

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

    def _salt(self, description_hash: bytes) -> bytes:
        # GovernorTimelockControl._timelockSalt: the governor's address in the high twenty bytes.
        address = int(self.governor_address, 16) << 96
        return (address ^ int.from_bytes(description_hash, "big")).to_bytes(32, "big")


@dataclass(slots=True, kw_only=True)
class OverridableDao(OpenZeppelinDao):
    """A Governor on which those who delegated may overrule their delegate."""

    async def override_vote(self, wallet: Wallet, proposal_id: int, support: int) -> str:
        """Vote with one's own tokens, against or for what the delegate has voted."""
        signature = "castOverrideVote(uint256,uint8,string)"
        arguments = (proposal_id, support, "")
        return await self.world.send(wallet, self.governor_address, signature, arguments)


@dataclass(slots=True, kw_only=True)
class BravoCompatibleDao(OpenZeppelinDao):
    """OpenZeppelin 4.9's Governor with GovernorBravo's functions, and a TimelockController."""

    @override
    def _salt(self, description_hash: bytes) -> bytes:
        return description_hash


@dataclass(slots=True, kw_only=True)
class CompoundTimelockDao(PlainDao):
    """OpenZeppelin 5's Governor with a Compound Timelock."""

    async def let_expire(self, proposal_id: int) -> None:
        """Let time pass until the grace period is over."""
        await self.world.jump_to(await self.eta(proposal_id) + GRACE_PERIOD)


@dataclass(slots=True, kw_only=True)
class SequentialDao(CompoundTimelockDao):
    """Small ids, votes that can be divided, a deadline that moves; a Compound Timelock."""

    async def divide_votes(self, wallet: Wallet, proposal_id: int, *tokens: int) -> str:
        """Give whole tokens against, for and abstaining; the rest may be given later."""
        params = b"".join((part * TOKEN).to_bytes(16, "big") for part in tokens)
        signature = "castVoteWithReasonAndParams(uint256,uint8,string,bytes)"
        arguments = (proposal_id, FRACTIONAL, "", params)
        return await self.world.send(wallet, self.governor_address, signature, arguments)

    @override
    async def _made_id(self, proposal: SandboxProposal) -> int:
        return await self._number(self.governor_address, "latestProposalId()")


@dataclass(slots=True, kw_only=True)
class AccessDao(PlainDao):
    """OpenZeppelin 5's Governor with an AccessManager, whose address is the timelock's here."""

    async def let_expire(self, proposal_id: int) -> None:
        """Let time pass until the AccessManager executes no more; the governor's state stays."""
        await self.world.jump_to(await self.eta(proposal_id) + ACCESS_EXPIRATION)

    async def cancel_operation(self, proposal_id: int) -> str:
        """Cancel the first call's operation with the AccessManager; the governor emits nothing."""
        call = self.proposals[proposal_id].calls[0]
        arguments = (self.governor_address, call.target, call_data(call.signature, call.arguments))
        signature = "cancel(address,address,bytes)"
        return await self.world.send(GUARDIAN, self.timelock_address, signature, arguments)


def _encoded(proposal: SandboxProposal) -> tuple[list[str], list[int], list[bytes]]:
    return (
        [call.target for call in proposal.calls],
        [call.value for call in proposal.calls],
        [call_data(call.signature, call.arguments) for call in proposal.calls],
    )


def _hashed(proposal: SandboxProposal) -> tuple[list[str], list[int], list[bytes], bytes]:
    return (*_encoded(proposal), keccak(text=proposal.description))
