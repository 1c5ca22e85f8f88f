"""What is remembered of a chain before a look at it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.onchain.moments import is_due
from bot.domain.onchain.proposal import LIVE, GovernorProposal
from bot.domain.onchain.scan import read_again
from bot.domain.policy import Policy
from bot.domain.types import Address, BlockNumber, ChainId, GuildId, UnixSeconds
from bot.gateways.chain.inquiry import Inquiry
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from bot.storage.store import Store

# What a proposal answers beside its state changes with an event. In case one was missed, all are
# asked for everything in so many looks: every ten minutes.
LOOKS_PER_ROUND = 40
CLOSED_LOOKS_PER_ROUND = 240  # for those whose state should not change any more: every hour

# So many are compared with what was said of them at every look. Of more, those that something
# happened to or that time alone brings something for (a vote closes soon); the rest in turn.
TOLD_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The blocks that were read, who watches what, and the proposals that are asked for."""

    scan: Scan
    checkpoints: Sequence[BlockId]  # newest first
    policies: Mapping[GuildId, Policy]  # of those who watch
    watched: Sequence[WatchedGovernor]
    confirmations: int  # the least that anybody wants
    again: int  # how many blocks are read once more
    places: frozenset[tuple[int, int]]  # of the events in them
    time: UnixSeconds  # of the newest block that was read, as far as it is known
    seconds_per_block: float | None
    asked: Mapping[ProposalKey, GovernorProposal]  # whose state is asked
    in_turn: frozenset[ProposalKey]  # of those, whose turn it is to be asked for everything
    finalized: BlockNumber | None  # the last block that can never be undone, where known

    @property
    def governors(self) -> dict[Address, Governor]:
        """The governors by address; servers that watch the same one share it."""
        return {watched.governor.address: watched.governor for watched in self.watched}

    def with_changed(self, governors: Collection[Governor]) -> "Known":
        """Give the same with these governors as they are now."""
        now = self.governors | {each.address: each for each in governors}
        watched = [replace(each, governor=now[each.governor.address]) for each in self.watched]
        return replace(self, watched=watched)

    @property
    def addresses(self) -> list[Address]:
        """Every contract whose events matter."""
        return sorted(frozenset().union(*(each.contracts for each in self.governors.values())))

    @property
    def anchor(self) -> BlockId:
        """The newest block that what we know rests on."""
        return self.checkpoints[0]

    @property
    def inquiry(self) -> Inquiry:
        """What to ask of the proposals that we know."""
        return Inquiry(
            governors=self.governors,
            states=list(self.asked),
            details={key: self.asked[key].vote_start for key in self.in_turn},
            supplied=self.supplied,
        )

    @property
    def supplied(self) -> frozenset[ProposalKey]:
        """Of which proposals it is known how many tokens there were when votes were counted.

        While blocks were undone, nothing of what is open is taken for known.
        """
        is_sure = self.scan.undone_at is None
        return frozenset(
            key
            for key, proposal in self.asked.items()
            if proposal.supply is not None and (is_sure or proposal.state not in LIVE)
        )

    @property
    def waits(self) -> dict[GuildId, int]:
        """How many more blocks than others some want on top of a block."""
        waits = {
            guild_id: policy.confirmations - self.confirmations
            for guild_id, policy in self.policies.items()
        }
        return {guild_id: blocks for guild_id, blocks in waits.items() if blocks}

    def told(self, at: Block, since: UnixSeconds) -> frozenset[ProposalKey]:
        """Of which proposals it is looked at now what is to be said of them.

        `since` is when everything that time brings was looked at before.
        """
        if len(self.asked) <= TOLD_AT_ONCE:
            return frozenset(self.asked)
        policies: dict[Address, list[Policy]] = {}
        for each in self.watched:
            of_governor = policies.setdefault(each.governor.address, [])
            if (policy := self.policies[each.guild_id]) not in of_governor:
                of_governor.append(policy)
        governors = self.governors
        due = {
            key
            for key, proposal in self.asked.items()
            for policy in policies[key.governor]
            if is_due(proposal, governors[key.governor], at, since, policy)
        }
        settling = {key for key, proposal in self.asked.items() if proposal.is_settling}
        return self.in_turn | due | settling


async def known_of(store: Store, chain_id: ChainId, look: int) -> Known | None:
    """Load what is known of a chain; `None`: nobody watches anything on it.

    `look` counts the looks since the start; by it everything has its turn.
    """
    scan = await store.chain.scan(chain_id)
    watched = await store.communities.watched(chain_id)
    if scan is None or not watched:
        return None
    policies = {
        guild_id: (await store.communities.of(guild_id)).policy
        for guild_id in {each.guild_id for each in watched}
    }
    since = BlockNumber(min(each.since for each in watched))
    again = read_again(look, scan.scanned, since)
    asked, in_turn = await _asked(store, scan, watched, look)
    return Known(
        scan=scan,
        checkpoints=await store.chain.checkpoints(chain_id),
        watched=watched,
        policies=policies,
        confirmations=min(each.confirmations for each in policies.values()),
        again=again,
        places=await _places(store, chain_id, BlockNumber(scan.scanned - again + 1)),
        time=await store.chain.time_until(chain_id, scan.scanned) or UnixSeconds(0),
        seconds_per_block=await store.chain.seconds_per_block(chain_id),
        asked={proposal.key: proposal for proposal in asked},
        in_turn=in_turn,
        finalized=scan.finalized,
    )


async def _places(
    store: Store, chain_id: ChainId, first: BlockNumber
) -> frozenset[tuple[int, int]]:
    """Give where the events and votes from a block on stand that were recorded."""
    events = await store.chain.places_above(chain_id, BlockNumber(first - 1))
    return events | await store.votes_cast.places(chain_id, first)


async def _asked(
    store: Store, scan: Scan, watched: Sequence[WatchedGovernor], look: int
) -> tuple[list[GovernorProposal], frozenset[ProposalKey]]:
    """Give the proposals to ask for, and those whose turn it is to be asked for everything."""
    governors = {each.governor.address for each in watched}
    if scan.undone_at is not None:  # What rested on undone blocks may be any proposal's.
        every = await store.chain.proposals(scan.chain_id, governors)
        return list(every), frozenset()  # They are asked for everything anyway.
    live = [
        proposal
        for proposal in await store.chain.live_proposals(scan.chain_id)
        if proposal.key.governor in governors
    ]
    in_turn = live[look % LOOKS_PER_ROUND :: LOOKS_PER_ROUND]
    closed = await store.chain.closed_in_turn(
        scan.chain_id, governors, look % CLOSED_LOOKS_PER_ROUND, CLOSED_LOOKS_PER_ROUND
    )
    return [*live, *closed], frozenset(proposal.key for proposal in in_turn)
