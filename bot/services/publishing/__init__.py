"""From a notice that is over to a vote on Snapshot: signed once, stored, sent, read back."""

import asyncio
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.domain.card import vote_round
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Move
from bot.domain.offchain.announcement import (
    PublishingDelayed,
    PublishingRefused,
    SignatureWanted,
    VoteRehearsed,
)
from bot.domain.offchain.author import AuthorKind
from bot.domain.offchain.delivery import Standing, standing
from bot.domain.offchain.followed import FollowedVote, FollowStatus, news_key
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.own_clock import ClockError
from bot.domain.offchain.snapshot import (
    SequencerAnswer,
    SignedEnvelope,
    SnapshotProposal,
    Verdict,
)
from bot.domain.offchain.unsigned import Unsigned
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import Step
from bot.domain.types import Address, ChainId, GuildId, ProposalId
from bot.gateways.chain.client import ChainClient
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.posting import dates_of
from bot.gateways.snapshot.refusals import WRONG_TIMESTAMP, is_about_author, meaning
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.typed_data import typed_data_text
from bot.services.publishing.building import Building, Plan
from bot.services.publishing.signatures import Signatures
from bot.storage.database import Database
from bot.storage.store import Store

log = structlog.get_logger()

PATIENCE = 1_800  # seconds after the opening before people are told that it is late
_NOT_SENT = "Nothing was sent: Snapshot would not take it as things are."
_LOST = "It was signed and could not be delivered in time."
_LOST_MEANING = (
    "Snapshot was out of reach, or did not take it, for so long that the vote would have become "
    "shorter than was promised, or its signature too old. Snapshot was asked once more and does "
    "not have it: publishing it anew makes no second one."
)


class Publishing:
    """Brings announced votes to Snapshot; the same bytes however often it has to be tried."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        chains: dict[ChainId, ChainClient],
        signer: Signer | None,
        now: Clock,
        *,
        can_sign_in_browser: bool = False,
    ) -> None:
        """Without a signer, members sign in the browser, if there is a page for that."""
        self._database = database
        self._snapshot = snapshot
        self._signer = signer
        self._now = now
        self._building = Building(
            database, snapshot, chains, signer, now, can_sign_in_browser=can_sign_in_browser
        )
        self._signatures = Signatures(database, self._building, self._keep, now)

    async def unsigned(
        self, guild_id: GuildId, proposal_id: ProposalId, step: Step, author: Address
    ) -> Unsigned:
        """Make the exact message that a member is to sign with their own wallet.

        Raises:
            Refusal: There is no vote to sign, or Snapshot would not take it of this author.
            SnapshotError: Snapshot did not answer; so for `ChainError` and the chain's node.
        """
        return await self._signatures.unsigned(guild_id, proposal_id, step, author)

    async def take_signature(
        self,
        guild_id: GuildId,
        proposal_id: ProposalId,
        step: Step,
        message: Unsigned,
        address: Address,
        signature: str,
    ) -> None:
        """Take what a member's wallet has signed; from here on it goes the way of all votes.

        Raises:
            Refusal: It is not what is to be signed, too old, not that wallet's, or not wanted.
            SnapshotError: Snapshot did not answer; so for `ChainError` and the chain's node.
        """
        if message.author != address:
            raise Refusal("This was made for another wallet; nothing was posted.")
        await self._signatures.take(guild_id, proposal_id, step, message, signature)

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
        is_late = self._now() > vote.opens_at + PATIENCE
        reason: str | None = ""  # `None`: nobody is to be told
        try:
            if vote.envelope is not None:
                reason = await self._follow_up(vote)
            elif vote.opens_at <= self._now():
                reason = await self._sign(vote)
        finally:
            if is_late and reason is not None:
                await self._tell_of_delay(vote, reason)

    async def _tell_of_delay(self, vote: OffChainVote, reason: str = "") -> None:
        """Tell once that a vote is late; whatever keeps it is tried again at every tick."""
        async with self._database.transaction() as store:
            if await store.votes.current(vote.proposal_id, vote.step) != vote:
                return  # It has just come on.
            proposal = await store.proposals.of(vote.proposal_id)
            community = await store.communities.of(proposal.guild_id)
            news = vote_round(community, proposal, vote)
            delayed = PublishingDelayed(**news, opens_at=vote.opens_at, reason=reason)
            await store.outbox.say(community, delayed, self._now(), proposal_id=proposal.id)

    async def _sign(self, vote: OffChainVote) -> str | None:
        """Sign with our key, or ask for a member's signature, whose delay is nobody's fault."""
        plan = await self._building.plan(vote)
        if plan.author is not None and plan.author.kind is AuthorKind.BROWSER:
            async with self._database.transaction() as store:
                if await store.votes.current(vote.proposal_id, vote.step) == vote:
                    await self._call_for_signature(store, vote, plan)
            return None
        built = await self._built(vote, plan)
        if built is not None and self._signer is not None:
            await self._keep(vote, await asyncio.to_thread(self._signer.sign, built))
        return ""

    async def _keep(self, vote: OffChainVote, envelope: SignedEnvelope) -> bool:
        """Store a signed vote before it is sent; say whether it was still wanted."""
        async with self._database.transaction() as store:
            current = await store.votes.current(vote.proposal_id, vote.step)
            if current != vote:  # It was postponed meanwhile, or somebody else has signed.
                return False
            await store.votes.save(
                replace(vote, status=VoteStatus.SIGNED, envelope=envelope, snapshot_id=envelope.id)
            )
        return True

    async def _call_for_signature(
        self, store: Store, vote: OffChainVote, plan: Plan, refused: str = "", text: str = ""
    ) -> None:
        """Tell that somebody has to sign, once a round and once for each signature refused."""
        community = plan.community
        wanted = SignatureWanted(
            **vote_round(community, plan.proposal, vote),
            vote_title=plan.draft.title,
            space=community.space or "",
            refused=refused,
            text=text,
            meaning=meaning(text) if text else "",
        )
        await store.outbox.say(community, wanted, self._now(), proposal_id=plan.proposal.id)

    async def _rehearse(self, vote: OffChainVote) -> None:
        """Show moderators what would be signed, and take the proposal back to its draft."""
        if vote.envelope is not None or vote.opens_at > self._now():
            return  # What is signed waits for the end of the dry run.
        built = await self._built(vote, await self._building.plan(vote))
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

    async def _built(self, vote: OffChainVote, plan: Plan) -> ProposalMessage | None:
        """Make what is to be signed; where it cannot be, end this round or tell why it waits."""
        try:
            return await self._building.build(plan)
        except ClockError as trouble:  # It passes as soon as somebody sets the clock.
            await self._tell_of_delay(vote, str(trouble))
        except Refusal as refusal:
            await self._refuse(vote, str(refusal), _NOT_SENT)
        return None

    async def _follow_up(self, vote: OffChainVote) -> str:
        """Ask for the proposal by its id before sending: an earlier attempt may have arrived.

        Give why it is not there yet, as far as Snapshot has said it.
        """
        assert vote.envelope is not None
        seen = await self._snapshot.proposal(vote.envelope.id)
        if seen is not None:
            await self._opened(vote, seen)
            return ""
        match standing(dates_of(vote.envelope), self._now()):
            case Standing.SEND:
                return await self._answered(vote, await self._snapshot.post(vote.envelope))
            case Standing.WAIT:
                log.warning("It is too late to send it", id=vote.envelope.id)
            case Standing.LOST:
                await self._refuse(vote, _LOST, _LOST_MEANING)
        return ""

    async def _answered(self, vote: OffChainVote, answer: SequencerAnswer) -> str:
        assert vote.envelope is not None
        if answer.verdict is Verdict.TRY_AGAIN:
            log.warning("Snapshot has not taken it yet", id=vote.envelope.id, text=answer.text)
            return meaning(answer.text)
        # Also after a refusal: some are said before it is looked whether the message is known.
        seen = await self._snapshot.proposal(vote.envelope.id)
        if seen is not None:
            await self._opened(vote, seen)
        elif answer.text == WRONG_TIMESTAMP:
            # One that is ahead comes right by itself; for one that is too old there is an end.
            await self._tell_of_delay(vote, meaning(answer.text))
        elif answer.verdict is Verdict.REFUSED:
            await self._refused(vote, answer.text)
        return ""

    async def _refused(self, vote: OffChainVote, text: str) -> None:
        """End the round; but where a member had signed who may not, let another one sign."""
        plan = await self._building.plan(vote)
        is_members = plan.author is not None and plan.author.kind is AuthorKind.BROWSER
        if not is_members or not is_about_author(text) or vote.envelope is None:
            await self._refuse(vote, text, meaning(text))
            return
        async with self._database.transaction() as store:
            if await store.votes.current(vote.proposal_id, vote.step) == vote:
                again = replace(vote, status=VoteStatus.NOTICED, envelope=None, snapshot_id=None)
                await store.votes.save(again)
                await self._call_for_signature(store, again, plan, vote.envelope.id, text)

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


async def _is_rehearsed(store: Store, vote: OffChainVote) -> bool:
    proposal = await store.proposals.of(vote.proposal_id)
    return store.outbox.rehearses(await store.communities.of(proposal.guild_id))
