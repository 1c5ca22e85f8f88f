"""Says what the facts of an on-chain proposal imply, in the transaction that records them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.lifecycle import Move, Phase
from bot.domain.live_card import TallyCard
from bot.domain.onchain.announcement import GovernorNews, LargeVote, governor_prefix
from bot.domain.onchain.block import Finality
from bot.domain.onchain.card import governor_tally, voters_of
from bot.domain.onchain.event import VoteCast
from bot.domain.onchain.governor import GovernorState, ProposalKey
from bot.domain.onchain.news import (
    Sighting,
    as_believed,
    carries_out,
    governor_news,
    large_vote,
    least_large,
)
from bot.domain.onchain.proposal import (
    LIVE,
    GovernorProposal,
    Moment,
    newest_block,
    seconds_per_block,
)
from bot.domain.onchain.story import story
from bot.domain.policy import DAY, Policy, Step
from bot.domain.proposal import Proposal
from bot.domain.review.review_card import review_prefix
from bot.domain.speech import Audience, Speech
from bot.domain.types import Address, BlockNumber, GuildId, UnixSeconds
from bot.storage.communities import WatchedGovernor
from bot.storage.outbox import REHEARSAL
from bot.storage.store import Store

VOTES_ARE_NEWS = DAY  # how old a large vote may be to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a look at a chain has to say.

    After a reorganisation, what rested on blocks later than `undone_at` is mended or struck out;
    those who want more blocks on top are told nothing new before the next look.
    """

    store: Store
    watched: Sequence[WatchedGovernor]  # of this chain; several servers may watch the same
    now: UnixSeconds
    undone_at: UnixSeconds | None
    happened: Collection[ProposalKey] = ()  # of which events were read in this look
    # Up to where those believe a chain who want more blocks on top of one than others do.
    believed: Mapping[GuildId, BlockNumber] = field(default_factory=dict)

    def believes(self, watched: WatchedGovernor, block: BlockNumber) -> bool:
        """Say whether so many blocks lie on top of this one as the server wants."""
        return block <= self.believed.get(watched.guild_id, block)

    async def tell(self, seen: Sighting) -> None:
        """Say to everybody who watches it what the facts imply."""
        for watched in self.watched:
            if watched.governor.address != seen.governor.address:
                continue
            believed = await self._believed(watched, seen)
            if self.undone_at is not None and watched.guild_id in self.believed:
                await self._tell(watched, seen, believed or seen, says_more=False)
            elif believed is not None:
                await self._tell(watched, believed, believed)
            if believed is not None and seen.proposal.key in self.happened:
                await self._complete(watched, believed)

    async def _believed(self, watched: WatchedGovernor, seen: Sighting) -> Sighting | None:
        """Give what a server believes of what was seen; `None`: nothing of it yet."""
        block = self.believed.get(watched.guild_id)
        if block is None or newest_block(seen.proposal) <= block:
            return seen
        events = await self.store.chain.events_of(seen.proposal.key)
        return as_believed(seen, events, block)

    async def _tell(
        self, watched: WatchedGovernor, seen: Sighting, shown: Sighting, *, says_more: bool = True
    ) -> None:
        """Say what the facts imply; what is said already is not said again.

        What a community finds when it begins to watch is recorded and not said. After a
        reorganisation, what rested on blocks later than `undone_at` is mended or struck out.
        """
        community = await self.store.communities.of(watched.guild_id)
        prefix = governor_prefix(seen.proposal.key)
        heard = await self.store.outbox.heard(watched.guild_id, prefix)
        is_old = seen.proposal.created.block.number <= watched.since
        is_quiet = is_old and not heard
        is_unknown = is_quiet and seen.proposal.state is GovernorState.UNKNOWN
        if is_unknown or not (heard or says_more):
            return  # What of its past is no news is not known yet.
        ours = await self._linked(watched, seen.proposal)
        reference, proposal_id = (ours.reference, ours.id) if ours else ("", None)
        implied = await self._implied(watched, seen, community.policy, reference, heard)
        true: dict[str, Speech] = {}
        for each, is_news in implied:
            is_told = self.undone_at is None and _is_told(heard.get(each.key, ()), ours)
            if is_told or not (says_more or each.key in heard):
                continue
            news = await self._filled(each, seen, ours, community.policy)
            true[news.key] = news
            is_new = await self.store.outbox.say(
                community,
                news,
                self.now,
                proposal_id=proposal_id,
                is_news=is_news and not is_quiet,
            )
            if is_new and ours and isinstance(news, GovernorNews):
                where = news.transaction_hash or f"seen at block {seen.head.id.number}"
                await self.store.note(ours, self.now, f"on chain: {news.moment} ({where})")
        tally = await self._tally(shown, reference)
        is_shown = tally.key in heard or (seen.proposal.state in LIVE and says_more)
        if not is_quiet and (is_shown or not is_old):
            await self.store.outbox.say(community, tally, self.now, proposal_id=proposal_id)
        if self.undone_at is not None:
            true[tally.key] = tally
            await self.store.outbox.correct(watched.guild_id, prefix, true, self.undone_at)
        if proposal_id is not None:
            await self.store.show(proposal_id, self.now)

    async def _complete(self, watched: WatchedGovernor, seen: Sighting) -> None:
        """Add to what was said when and where it happened, where the event was read later only.

        A governor may have been asked, and have answered, while a node still hid its logs.
        """
        policy = (await self.store.communities.of(watched.guild_id)).policy
        ours = await self._linked(watched, seen.proposal)
        for news in governor_news(seen, policy, ours.reference if ours else ""):
            if news.transaction_hash is not None:
                filled = await self._filled(news, seen, ours, policy)
                await self.store.outbox.complete(watched.guild_id, filled)

    async def _implied(
        self,
        watched: WatchedGovernor,
        seen: Sighting,
        policy: Policy,
        reference: str,
        heard: Collection[str],
    ) -> list[tuple[GovernorNews | LargeVote, bool]]:
        found = await self._large_votes(watched, seen, policy, reference)
        large_votes = {_as_heard(each, heard): is_news for each, is_news in found.items()}
        return [*governor_news(seen, policy, reference).items(), *large_votes.items()]

    async def _filled(
        self,
        news: GovernorNews | LargeVote,
        seen: Sighting,
        ours: Proposal | None,
        policy: Policy,
    ) -> GovernorNews | LargeVote:
        """Name who it is about; let the news of an execution tell how it came about."""
        if isinstance(news, LargeVote):
            return replace(news, voter_name=await self._name(news.voter))
        news = replace(news, proposer_name=await self._name(seen.proposal.proposer))
        if news.moment is not Moment.EXECUTED:
            return news
        votes = await self.store.votes.of(ours.id) if ours else ()
        return replace(news, story=story(seen.proposal, ours, votes, policy))

    async def _name(self, address: Address) -> str:
        return (await self.store.names.of([address], self.now)).get(address, "")

    async def _large_votes(
        self, watched: WatchedGovernor, seen: Sighting, policy: Policy, reference: str
    ) -> dict[LargeVote, bool]:
        """Give the votes to be told about by themselves; they are news for a while.

        So they are when the vote has ended meanwhile: the last ones may have decided it. Else all
        of an open vote would be told at once when a policy begins to want them.
        """
        least = least_large(seen, policy)
        if least is None:
            return {}
        found = await self.store.votes_cast.large(seen.proposal.key, watched.since, least)
        votes = {vote: nth for vote, nth in found.items() if self._is_due(watched, vote)}
        rate = seconds_per_block(seen.proposal, seen.head)
        oldest = seen.head.id.number - VOTES_ARE_NEWS / rate
        return {
            large_vote(seen, vote, ordinal, reference): vote.block_number >= oldest
            for vote, ordinal in votes.items()
        }

    def _is_due(self, watched: WatchedGovernor, vote: VoteCast) -> bool:
        """Say whether a vote may be told of; after a fork what was told is mended alone."""
        return self.undone_at is not None or self.believes(watched, vote.block_number)

    async def _tally(self, seen: Sighting, reference: str) -> TallyCard:
        proposal, chain_id = seen.proposal, seen.proposal.key.chain_id
        turnout = await self.store.votes_cast.turnout(proposal.key)
        finality = None
        if seen.finalized is not None:
            timestamp = await self.store.chain.time_until(chain_id, seen.finalized)
            finality = Finality(number=seen.finalized, timestamp=timestamp)
        return governor_tally(
            proposal,
            seen.governor,
            reference,
            self.now,
            voters=voters_of(proposal, turnout.voters, turnout.weight),
            finality=finality,
        )

    async def _linked(self, watched: WatchedGovernor, seen: GovernorProposal) -> Proposal | None:
        """Find the proposal of this server that is carried out; link the one that fits."""
        for proposal in await self.store.proposals.linked_to(seen.key):
            if proposal.guild_id == watched.guild_id:
                return proposal
        fitting = []
        policy = (await self.store.communities.of(watched.guild_id)).policy
        for proposal in await self.store.proposals.in_phases([Phase.PASSED], watched.guild_id):
            if await self.store.proposals.is_kept_apart(proposal.id, seen.key):
                continue
            draft = await self.store.drafts.newest(proposal.id, Step.CONSENSUS)
            vote = await self.store.votes.current(proposal.id, Step.CONSENSUS)
            decided = vote.observed if vote else None
            if draft and decided and carries_out(seen, draft, decided, policy):
                fitting.append(proposal)
        if len(fitting) != 1:
            return None  # None fits, or a moderator has to say which: /proposal link.
        linked = replace(fitting[0], governor_key=seen.key)
        return await self.store.move(linked, Move.LINK, self.now)

    async def vanished(self, proposals: Sequence[GovernorProposal]) -> None:
        """After a reorganisation: take back what was said of proposals never made after all."""
        for proposal in proposals:
            await self._take_back(proposal.key)
            await self.store.chain.forget_proposal(proposal.key)
            await self._unlink(proposal.key)

    async def _take_back(self, key: ProposalKey) -> None:
        if self.undone_at is None:
            return
        for watched in self.watched:
            for prefix in _prefixes(key):
                await self.store.outbox.correct(watched.guild_id, prefix, {}, self.undone_at)

    async def replaced(self, key: ProposalKey) -> None:
        """After a fork gave an id to another proposal: undo the links to the one it was."""
        for ours in await self.store.proposals.linked_to(key):
            # Its thread has heard of the old one; the next look says in public what is true now.
            if self.undone_at is not None:
                for prefix in _prefixes(key):
                    await self.store.outbox.correct(ours.guild_id, prefix, {}, self.undone_at)
        await self._unlink(key)

    async def _unlink(self, key: ProposalKey) -> None:
        for ours in await self.store.proposals.linked_to(key):
            await self.store.move(replace(ours, governor_key=None), Move.UNLINK, self.now)


def _as_heard(vote: LargeVote, heard: Collection[str]) -> LargeVote:
    """Give a vote the key under which an earlier version has told of it, if one has."""
    by_place = replace(vote, ordinal=None)
    return by_place if by_place.key in heard else vote


def _prefixes(key: ProposalKey) -> tuple[str, str]:
    """Give what the keys of all that is said of a proposal, and of its review, begin with."""
    return governor_prefix(key), review_prefix(key)


def _is_told(audiences: Collection[str], ours: Proposal | None) -> bool:
    """Say whether it was told wherever it belongs; a thread that was linked later hears it too."""
    if ours is None:
        return bool(audiences)
    return f"{Audience.THREAD}:{ours.id}" in audiences or REHEARSAL in audiences
