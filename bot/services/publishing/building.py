"""The message of a vote, made and held against all that Snapshot checks, at one moment."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.drafting.checklist import CheckState, findings
from bot.domain.drafting.draft import Draft, Posting, message
from bot.domain.errors import Refusal
from bot.domain.offchain.author import NOBODY, Author, author_of
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.own_clock import ClockError
from bot.domain.offchain.preflight import Facts, clocks, preflight, wording
from bot.domain.offchain.snapshot import Space, network_chain
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.proposal import Community, Proposal, thread_link
from bot.domain.types import BlockNumber, ChainId, SnapshotProposalId
from bot.gateways.chain.client import ChainClient
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.posting import envelope_units
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.wire import SnapshotError
from bot.storage.database import Database

# What is on Snapshot all the same when the next round is due would be a second vote beside it.
_GIVEN_UP = frozenset({VoteStatus.REFUSED, VoteStatus.DELETED})
SNAPSHOT_DEPTH = 5  # blocks behind head: a node behind a load balancer may lack the newest ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a round of a vote is made of, as stored, and who signs it."""

    proposal: Proposal
    community: Community
    draft: Draft
    author: Author | None  # `None`: nobody can
    given_up: tuple[SnapshotProposalId, ...]  # of earlier rounds: refused, or missed for good


class Building:
    """Makes the messages that are signed, whoever signs them."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        chains: dict[ChainId, ChainClient],
        signer: Signer | None,
        now: Clock,
        *,
        can_sign_in_browser: bool,
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._chains = chains
        self._key = signer.address if signer else None
        self._can_sign_in_browser = can_sign_in_browser
        self._now = now

    async def plan(self, vote: OffChainVote) -> Plan:
        """Gather what is stored of a round; no network."""
        async with self._database.reading() as store:
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            draft = await store.drafts.newest(proposal.id, vote.step)
            alias = await store.aliases.of(community.guild_id)
            rounds = await store.votes.of(proposal.id)
        assert draft is not None, "a notice is given for a draft"
        given_up = [each for each in rounds if each.step is vote.step and each.status in _GIVEN_UP]
        return Plan(
            proposal=proposal,
            community=community,
            draft=draft,
            author=author_of(self._key, alias, can_sign_in_browser=self._can_sign_in_browser),
            given_up=tuple(each.snapshot_id for each in given_up if each.snapshot_id),
        )

    async def build(self, plan: Plan) -> ProposalMessage:
        """Make the message as of now, and check it.

        Raises:
            ClockError: Our clock, or the chain's, is too far off to sign dates by.
            Refusal: Snapshot would not take it; the message lists why.
        """
        if plan.author is None:
            raise Refusal("There is no key to post with any more.")
        space = await self.space(plan.community)
        await self._check_given_up(plan)
        chain = self.chain(space)
        head = await chain.head() if chain else None
        now = self._now()
        posting = Posting(
            author=plan.author.address or NOBODY,
            discussion=thread_link(plan.proposal),
            snapshot_block=BlockNumber(max(head.id.number - SNAPSHOT_DEPTH, 0) if head else 0),
            now=now,
            topic=plan.proposal.topic,
        )
        built = message(plan.draft, plan.community.policy, space, posting)
        facts = Facts(
            space=space,
            limits=await self._snapshot.limits(space),
            counts=await self._snapshot.counts(space.id, plan.author.address, now),
            author=plan.author,
            envelope_units=envelope_units(built),
            chains=frozenset(self._chains),
            now=now,
            block_time=head.timestamp if head else None,
        )
        _check(built, facts)
        return built

    async def space(self, community: Community) -> Space:
        """Read the community's space.

        Raises:
            Refusal: There is none.
        """
        if community.space is None:
            raise Refusal("There is no space to post to any more.")
        space = await self._snapshot.space(community.space)
        if space is None:
            raise Refusal("The space does not exist any more.")
        return space

    def chain(self, space: Space) -> ChainClient | None:
        """Give the chain on which the space weighs votes, if it has a node."""
        return self._chains.get(network_chain(space) or ChainId(0))

    async def _check_given_up(self, plan: Plan) -> None:
        """Refuse a second proposal beside one that was given up and is on Snapshot after all."""
        there = await self._snapshot.proposals(plan.given_up)
        if not there.is_whole:
            raise SnapshotError("The hub shows an earlier attempt so that it cannot be read.")
        for seen in there.rows:
            raise Refusal(
                f"An earlier attempt is on Snapshot after all: {seen.link} Its author, or an "
                "admin of the space, deletes it there first; otherwise there would be two."
            )


def _check(built: ProposalMessage, facts: Facts) -> None:
    """Refuse what Snapshot would not take.

    Raises:
        ClockError: The clocks disagree, which ends no round: it is mended and tried again.
        Refusal: Anything else; the message lists everything.
    """
    found = findings((*wording(built, facts.limits), *preflight(built, facts)))
    clock = clocks(facts)
    if clock.state is CheckState.MISSING:
        raise ClockError(clock.detail)
    if found:
        raise Refusal(" ".join(found))
