"""What is going on in a server, for somebody who asks where it stands and what they can do."""

from bot.domain.lifecycle import STEP_OF, VOTING
from bot.domain.offchain.snapshot import SnapshotState
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.outlook import LISTED, OpenVote, Outlook, Waiting
from bot.domain.proposal import Proposal
from bot.domain.types import GuildId
from bot.storage.database import Database
from bot.storage.store import Store


class Guide:
    """Looks around in what is known; it asks no world, so it answers at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def outlook(self, guild_id: GuildId) -> Outlook:
        """Say what is going on in this server."""
        async with self._database.reading() as store:
            community = await store.communities.find(guild_id)
            if community is None:
                return Outlook(community=None)
            on_chain = await self._on_chain(store, guild_id)
            off_chain = await store.proposals.in_phases(VOTING, guild_id)
            votes = [vote for each in off_chain if (vote := await self._vote(store, each))]
            votes += [
                OpenVote(title=each.title, proposal=ours, ends_at=each.vote_ends_at, link="")
                for each, ours in on_chain
                if each.state is GovernorState.ACTIVE
            ]
            return Outlook(
                community=community,
                proposals=tuple(await store.proposals.in_phases(LISTED, guild_id)),
                votes=tuple(votes),
                timelock=tuple(
                    Waiting(title=each.title, proposal=ours, eta=each.eta)
                    for each, ours in on_chain
                    if each.state is GovernorState.QUEUED
                ),
            )

    async def _vote(self, store: Store, proposal: Proposal) -> OpenVote | None:
        vote = await store.votes.current(proposal.id, STEP_OF[proposal.phase])
        seen = vote.observed if vote else None
        if seen is None or seen.state is SnapshotState.CLOSED:
            return None
        return OpenVote(title=seen.title, proposal=proposal, ends_at=seen.end, link=seen.link)

    async def _on_chain(
        self, store: Store, guild_id: GuildId
    ) -> list[tuple[GovernorProposal, Proposal | None]]:
        """Give what this server's governors have, each with the proposal that it carries out."""
        found: list[tuple[GovernorProposal, Proposal | None]] = []
        for watched in await store.communities.watched(guild_id=guild_id):
            governor = watched.governor
            for each in await store.chain.proposals(governor.chain_id, [governor.address]):
                linked = await store.proposals.linked_to(each.key)
                ours = next((one for one in linked if one.guild_id == guild_id), None)
                found.append((each, ours))
        return sorted(found, key=lambda pair: pair[0].created.block_time)
