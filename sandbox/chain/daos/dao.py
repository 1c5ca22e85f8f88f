"""A governor with its token, timelock and call target, and what people do with any of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.chain.chain import Chain
from sandbox.chain.wallet import FAUCET, Wallet

TOKEN = 10**18
GUARDIAN = Wallet.named("guardian")  # may cancel operations, veto, and set up what has an admin
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
    """What all families share: the token, the target and the way votes go."""

    world: Chain
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

    async def propose(self, wallet: Wallet, calls: Sequence[SandboxCall], description: str) -> int:
        """Propose and return the id."""
        raise NotImplementedError

    async def vote(self, wallet: Wallet, proposal_id: int, support: int, reason: str = "") -> str:
        """Vote 0 (against), 1 (for) or, where the governor knows it, 2 (abstain)."""
        raise NotImplementedError

    async def queue(self, proposal_id: int) -> str:
        """Queue a proposal that has passed; anyone may."""
        raise NotImplementedError

    async def execute(self, proposal_id: int) -> str:
        """Execute a proposal that nothing holds back any more; anyone may."""
        raise NotImplementedError

    async def cancel(self, proposal_id: int) -> str:
        """Cancel a proposal on the governor, in the way the family has for it."""
        raise NotImplementedError

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
        await self.world.jump_to(await self.eta(proposal_id))

    async def _pass(self, timepoint: int) -> None:
        left = timepoint + 1 - await self._clock()
        if left > 0:
            await self.world.mine(left)

    async def _clock(self) -> int:
        return self.world.head_number

    async def _number(self, address: str, signature: str, *arguments: Any) -> int:
        (number,) = await self.world.ask(address, signature, arguments, ["uint256"])
        return int(number)
