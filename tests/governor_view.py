"""A governor on the sandbox's chain as the bot sees it."""

from dataclasses import dataclass
from typing import Self

from bot.domain.onchain.event import GovernorEvent, ParameterChanged, VoteCast
from bot.domain.onchain.governor import Governor, GovernorState, Observation, ProposalKey
from bot.domain.types import BlockNumber, GovernorProposalId, Timepoint
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.recognise import recognise
from sandbox.chain.daos import Dao


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernorView:
    """What the chain's client tells of one governor."""

    client: ChainClient
    governor: Governor

    @classmethod
    async def of(cls, client: ChainClient, dao: Dao) -> Self:
        """Recognise a DAO's governor."""
        return cls(client=client, governor=await recognise(client, dao.governor_address))

    async def observe(self, proposal_id: int, vote_start: int | None = None) -> Observation:
        """Ask for a proposal at the newest block."""
        key = ProposalKey(
            chain_id=self.client.chain_id,
            governor=self.governor.address,
            id=GovernorProposalId(proposal_id),
        )
        head = await self.client.head()
        governors = {self.governor.address: self.governor}
        starts = {key: Timepoint(vote_start)} if vote_start else {}
        (seen,) = (await self.client.observe(governors, [key], head.id, starts)).values()
        return seen

    async def state(self, proposal_id: int) -> GovernorState:
        """Ask for a proposal's state."""
        return (await self.observe(proposal_id)).state

    async def events(self) -> tuple[GovernorEvent, ...]:
        """Read everything that happened, but for parameters: contracts begin by telling them."""
        head = await self.client.head()
        addresses = [self.governor.address]
        if self.governor.timelock_address is not None:
            addresses.append(self.governor.timelock_address)
        page = await self.client.logs(BlockNumber(0), head.id.number, addresses)
        assert page.undecodable_count == 0
        assert page.last == head
        return tuple(each for each in page.events if not isinstance(each, ParameterChanged))

    async def votes(self) -> tuple[VoteCast, ...]:
        """Read every vote that was cast."""
        head = await self.client.head()
        page = await self.client.logs(BlockNumber(0), head.id.number, [self.governor.address])
        return page.votes
