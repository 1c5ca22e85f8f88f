"""Compound's governors, and those that were made after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from sandbox.chain.calldata import argument_data
from sandbox.chain.daos.dao import GRACE_PERIOD, GUARDIAN, Dao, SandboxCall, SandboxProposal
from sandbox.chain.wallet import Wallet


@dataclass(slots=True, kw_only=True)
class AlphaDao(Dao):
    """GovernorAlpha with a Compound Timelock, as Braintrust runs it."""

    @override
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

    @override
    async def vote(self, wallet: Wallet, proposal_id: int, support: int, reason: str = "") -> str:
        """Vote 0 (against) or 1 (for); GovernorAlpha takes neither abstention nor reason."""
        assert support in (0, 1), "GovernorAlpha knows for and against."
        assert not reason, "GovernorAlpha takes no reason."
        arguments = (proposal_id, bool(support))
        signature = "castVote(uint256,bool)"
        return await self.world.send(wallet, self.governor_address, signature, arguments)

    @override
    async def queue(self, proposal_id: int) -> str:
        """Queue a proposal that has passed; anyone may."""
        return await self._act("queue(uint256)", proposal_id)

    @override
    async def execute(self, proposal_id: int) -> str:
        """Execute a proposal whose eta has passed; anyone may."""
        return await self._act("execute(uint256)", proposal_id)

    @override
    async def cancel(self, proposal_id: int) -> str:
        """Let the proposer fall below the threshold, and anyone cancel the proposal."""
        await self.delegate(self.proposals[proposal_id].proposer, to=GUARDIAN)
        await self.world.mine()
        return await self._act("cancel(uint256)", proposal_id)

    async def let_expire(self, proposal_id: int) -> None:
        """Let time pass until the grace period is over."""
        await self.world.jump_to(await self.eta(proposal_id) + GRACE_PERIOD)

    @override
    async def window(self, proposal_id: int) -> tuple[int, int]:
        """Read the proposal's first and last block of voting."""
        fields = await self._proposal(proposal_id)
        return fields[3], fields[4]

    @override
    async def eta(self, proposal_id: int) -> int:
        """Read the proposal's eta."""
        return int((await self._proposal(proposal_id))[2])

    def _outputs(self) -> list[str]:
        return ["uint256", "address", *["uint256"] * 5, "bool", "bool"]

    async def _proposal(self, proposal_id: int) -> tuple[Any, ...]:
        asked = ("proposals(uint256)", (proposal_id,), self._outputs())
        return await self.world.ask(self.governor_address, *asked)

    async def _act(self, signature: str, proposal_id: int) -> str:
        return await self.world.send(GUARDIAN, self.governor_address, signature, (proposal_id,))


@dataclass(slots=True, kw_only=True)
class BravoDao(AlphaDao):
    """GovernorBravo's kind, through a delegator, with a Compound Timelock."""

    implementation_address: str = ""

    @override
    async def vote(self, wallet: Wallet, proposal_id: int, support: int, reason: str = "") -> str:
        """Vote 0 (against), 1 (for) or 2 (abstain)."""
        signature = "castVoteWithReason(uint256,uint8,string)"
        arguments = (proposal_id, support, reason)
        return await self.world.send(wallet, self.governor_address, signature, arguments)

    async def upgrade(self, implementation: str) -> str:
        """Give the delegator another implementation; the guardian is its admin."""
        arguments = (implementation,)
        signature = "_setImplementation(address)"
        self.implementation_address = implementation
        return await self.world.send(GUARDIAN, self.governor_address, signature, arguments)

    @override
    def _outputs(self) -> list[str]:
        return ["uint256", "address", *["uint256"] * 6, "bool", "bool"]


@dataclass(slots=True, kw_only=True)
class NounsDao(BravoDao):
    """Nouns' kind: proposals can be rewritten, objected to and vetoed. The guardian vetoes."""

    @override
    async def cancel(self, proposal_id: int) -> str:
        """Let the proposer cancel."""
        proposer = self.proposals[proposal_id].proposer
        arguments = (proposal_id,)
        return await self.world.send(proposer, self.governor_address, "cancel(uint256)", arguments)

    async def veto(self, proposal_id: int) -> str:
        """Let the guardian veto."""
        return await self._act("veto(uint256)", proposal_id)

    async def count_at_creation(self) -> str:
        """Let votes weigh what they did when their proposal was made, as Nouns first did."""
        return await self._act("_setVoteSnapshotBlockSwitchProposalId(uint256)", 0)

    async def rewrite(self, proposal_id: int, description: str) -> str:
        """Let the proposer rewrite the description, which they may while it is updatable."""
        proposer = self.proposals[proposal_id].proposer
        signature = "updateProposalDescription(uint256,string,string)"
        arguments = (proposal_id, description, "rewritten")
        return await self.world.send(proposer, self.governor_address, signature, arguments)

    @override
    async def window(self, proposal_id: int) -> tuple[int, int]:
        """Read the proposal's first and last block of voting, without a time to object."""
        fields = await self._proposal(proposal_id)
        return fields[5], fields[6]

    @override
    async def eta(self, proposal_id: int) -> int:
        """Read the proposal's eta."""
        return int((await self._proposal(proposal_id))[4])

    @override
    def _outputs(self) -> list[str]:
        return ["uint256", "address", *["uint256"] * 8, "bool", "bool", "bool", *["uint256"] * 2]
