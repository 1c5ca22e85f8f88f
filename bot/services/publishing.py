"""From a notice that is over to a vote on Snapshot: signed once, stored, sent, read back."""

import asyncio
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.domain.card import vote_round
from bot.domain.drafting.checklist import space_findings
from bot.domain.drafting.draft import Posting, message
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Move
from bot.domain.offchain.announcement import PublishingDelayed, PublishingRefused, VoteRehearsed
from bot.domain.offchain.followed import FollowedVote, FollowStatus, news_key
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import (
    SequencerAnswer,
    SignedEnvelope,
    SnapshotProposal,
    Verdict,
    network_chain,
)
from bot.domain.offchain.unsigned import Unsigned
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import Step
from bot.domain.proposal import Proposal, thread_link
from bot.domain.types import Address, BlockNumber, ChainId, GuildId, ProposalId
from bot.gateways.chain.client import ChainClient
from bot.gateways.signatures import is_signature, signer_of, typed_data
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.refusals import meaning
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.typed_data import typed_data_text
from bot.gateways.snapshot.unsigned import envelope, unsigned
from bot.storage.database import Database
from bot.storage.store import Store

log = structlog.get_logger()

PATIENCE = 1_800  # seconds after the opening before people are told that it is late
SNAPSHOT_DEPTH = 5  # blocks behind head: a node behind a load balancer may lack the newest ones


class Publishing:
    """Brings announced votes to Snapshot; the same bytes however often it has to be tried."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        chains: dict[ChainId, ChainClient],
        signer: Signer | None,
        now: Clock,
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._chains = chains
        self._signer = signer
        self._now = now

    async def tick(self) -> None:
        """Sign what is due, and follow up what is signed; one that fails holds up no other."""
        async with self._database.reading() as store:
            waiting = await store.votes.with_status([VoteStatus.NOTICED, VoteStatus.SIGNED])
            steps = [
                self._rehearse if await _is_rehearsed(store, vote) else self._bring_on
                for vote in waiting
            ]
        turns = [step(vote) for step, vote in zip(steps, waiting, strict=True)]
        ends = await asyncio.gather(*turns, return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end

    async def _bring_on(self, vote: OffChainVote) -> None:
        try:
            if vote.envelope is not None:
                await self._follow_up(vote)
            elif vote.opens_at <= self._now():
                await self._sign(vote)
        finally:
            if self._now() > vote.opens_at + PATIENCE:
                await self._tell_of_delay(vote)

    async def _tell_of_delay(self, vote: OffChainVote) -> None:
        """Tell once that a vote is late; whatever keeps it is tried again at every tick."""
        async with self._database.transaction() as store:
            if await store.votes.current(vote.proposal_id, vote.step) != vote:
                return  # It has just come on.
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            news = vote_round(community, proposal, vote)
            delayed = PublishingDelayed(**news, opens_at=vote.opens_at)
            await store.outbox.say(community, delayed, self._now(), proposal_id=proposal.id)

    async def _sign(self, vote: OffChainVote) -> None:
        built = await self._message(vote)
        if built is None or self._signer is None:
            return
        envelope = await asyncio.to_thread(self._signer.sign, built)
        async with self._database.transaction() as store:
            current = await store.votes.current(vote.proposal_id, vote.step)
            if current == vote:  # Else it was postponed meanwhile.
                await store.votes.save(_signed(vote, envelope))

    async def _rehearse(self, vote: OffChainVote) -> None:
        """Show moderators what would be signed, and take the proposal back to its draft."""
        if vote.envelope is not None or vote.opens_at > self._now():
            return  # What is signed waits for the end of the dry run.
        built = await self._message(vote)
        if built is None:
            return
        now = self._now()
        async with self._database.transaction() as store:
            if await store.votes.current(vote.proposal_id, vote.step) != vote:
                return
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            await store.votes.save(replace(vote, status=VoteStatus.REHEARSED))
            rehearsed = VoteRehearsed(
                **vote_round(community, proposal, vote),
                vote_title=built.title,
                start=built.start,
                end=built.end,
                typed_data=typed_data_text(built),
            )
            await store.outbox.say(community, rehearsed, now, proposal_id=proposal.id)
            moved = await store.move(proposal, Move.POSTPONE, now)
            await store.note(moved, now, "dry run: the vote was built and shown, and not sent")

    async def _message(self, vote: OffChainVote) -> ProposalMessage | None:
        """Make what is to be signed, or end this round where it cannot be."""
        async with self._database.reading() as store:
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            draft = await store.drafts.newest(proposal.id, vote.step)
        assert draft is not None, "a notice is given for a draft"
        if self._signer is None or community.space is None:
            await self._refuse(vote, "There is no key, or no space, to post with any more.", "")
            return None
        space = await self._snapshot.space(community.space)
        found = ["The space does not exist any more."]
        if space is not None:
            found = space_findings(draft, community.policy, space, self._signer.address)
            if network_chain(space) not in self._chains:
                found.append(f"No JSON-RPC address is set for chain {space.network} of the space.")
        if found or space is None:
            await self._refuse(vote, " ".join(found), "")
            return None
        posting = Posting(
            author=self._signer.address,
            discussion=thread_link(proposal),
            snapshot_block=await self._snapshot_block(network_chain(space)),
            now=self._now(),
            topic=proposal.topic,
        )
        return message(draft, community.policy, space, posting)

    async def unsigned(
        self, guild_id: GuildId, proposal_id: ProposalId, step: Step, author: Address
    ) -> Unsigned:
        """Write the vote that a member is to sign with a wallet of their own.

        Raises:
            Refusal: There is no vote to sign now, or this address may not propose in the space.
        """
        async with self._database.reading() as store:
            proposal, vote = await _to_be_signed(store, guild_id, proposal_id, step)
            community = await store.communities.of(guild_id)
            draft = await store.drafts.newest(proposal.id, step)
        assert draft is not None, "a notice is given for a draft"
        if vote.opens_at > self._now():
            raise Refusal(f"The notice is not over: this can be signed <t:{vote.opens_at}:R>.")
        space = await self._snapshot.space(community.space) if community.space else None
        if space is None:
            raise Refusal("The space does not exist any more; nothing was signed.")
        found = space_findings(draft, community.policy, space, author)
        if found:
            raise Refusal(" ".join(found))
        posting = Posting(
            author=author,
            discussion=thread_link(proposal),
            snapshot_block=await self._snapshot_block(network_chain(space)),
            now=self._now(),
            topic=proposal.topic,
        )
        return unsigned(message(draft, community.policy, space, posting))

    async def take_signature(
        self,
        guild_id: GuildId,
        proposal_id: ProposalId,
        step: Step,
        message: Unsigned,
        address: Address,
        signature: str,
    ) -> None:
        """Take what a member has signed; from here on it is posted like our own.

        Raises:
            Refusal: It is not this address' signature, or the vote was signed or called off.
        """
        signed = typed_data(message.typed_data)
        if message.author != address or not is_signature(signature):
            raise Refusal("This signature belongs to something else; nothing was taken.")
        if signer_of(signed, signature) != address:
            raise Refusal(
                f"This is not the signature of {address}. Choose that account in your wallet and "
                "sign again; nothing was sent."
            )
        async with self._database.transaction() as store:
            _, vote = await _to_be_signed(store, guild_id, proposal_id, step)
            await store.votes.save(_signed(vote, envelope(message, signature)))

    async def _snapshot_block(self, chain_id: ChainId | None) -> BlockNumber:
        assert chain_id is not None, "a space on another kind of chain was refused"
        head = await self._chains[chain_id].head()
        return BlockNumber(max(head.id.number - SNAPSHOT_DEPTH, 0))

    async def _follow_up(self, vote: OffChainVote) -> None:
        """Ask for the proposal by its id before sending: an earlier attempt may have arrived."""
        assert vote.envelope is not None
        seen = await self._snapshot.proposal(vote.envelope.id)
        if seen is not None:
            await self._opened(vote, seen)
            return
        answer = await self._snapshot.post(vote.envelope)
        await self._answered(vote, answer)

    async def _answered(self, vote: OffChainVote, answer: SequencerAnswer) -> None:
        assert vote.envelope is not None
        match answer.verdict:
            case Verdict.REFUSED:
                await self._refuse(vote, answer.text, meaning(answer.text))
            case Verdict.STORED | Verdict.ALREADY_KNOWN:
                seen = await self._snapshot.proposal(vote.envelope.id)
                if seen is not None:
                    await self._opened(vote, seen)
            case Verdict.TRY_AGAIN:
                log.warning("Snapshot has not taken it yet", id=vote.envelope.id, text=answer.text)

    async def _opened(self, vote: OffChainVote, seen: SnapshotProposal) -> None:
        """Record and announce a vote that was read back from the hub."""
        now = self._now()
        async with self._database.transaction() as store:
            if await store.votes.current(vote.proposal_id, vote.step) != vote:
                return
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            posted = replace(vote, status=VoteStatus.POSTED, observed=seen)
            await store.votes.save(posted)
            await store.hub.save(seen, now)
            followed = FollowedVote(
                guild_id=community.guild_id,
                snapshot_id=seen.id,
                since=now,
                status=FollowStatus.OPEN,
                news_key=news_key(seen.id),
                is_quiet=False,
            )
            await store.follows.save_vote(followed)
            await store.tell(await store.sightings.of(followed, seen, now))
            await store.move(proposal, Move.OPEN_VOTE, now)

    async def _refuse(self, vote: OffChainVote, text: str, plain_words: str) -> None:
        """End this round; the draft can be mended and announced again."""
        now = self._now()
        async with self._database.transaction() as store:
            if await store.votes.current(vote.proposal_id, vote.step) != vote:
                return
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            await store.votes.save(replace(vote, status=VoteStatus.REFUSED))
            refused = PublishingRefused(
                **vote_round(community, proposal, vote),
                text=text,
                meaning=plain_words,
            )
            await store.outbox.say(community, refused, now, proposal_id=proposal.id)
            await store.move(proposal, Move.POSTPONE, now)


async def _to_be_signed(
    store: Store, guild_id: GuildId, proposal_id: ProposalId, step: Step
) -> tuple[Proposal, OffChainVote]:
    """Give the vote that waits for a signature.

    Raises:
        Refusal: There is none.
    """
    proposal = await store.proposals.here(guild_id, proposal_id)
    vote = await store.votes.current(proposal_id, step)
    if vote is None or vote.status is not VoteStatus.NOTICED:
        raise Refusal("There is no vote that waits for a signature; nothing was signed.")
    return proposal, vote


def _signed(vote: OffChainVote, envelope: SignedEnvelope) -> OffChainVote:
    return replace(vote, status=VoteStatus.SIGNED, envelope=envelope, snapshot_id=envelope.id)


async def _is_rehearsed(store: Store, vote: OffChainVote) -> bool:
    proposal = await store.proposals.of(vote.proposal_id)
    return store.outbox.rehearses(await store.communities.of(proposal.guild_id))
