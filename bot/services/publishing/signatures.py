"""Signatures by members' own wallets, where Assent has no key."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.author import Author, AuthorKind
from bot.domain.offchain.limits import envelope_findings
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.unsigned import Unsigned, is_fresh, is_same_but_for_time
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import Step
from bot.domain.types import Address, GuildId, ProposalId
from bot.gateways.signatures import own_signature, typed_data
from bot.gateways.snapshot.posting import envelope_units, signed_by
from bot.gateways.snapshot.unsigned import envelope, handed_out, unsigned
from bot.services.publishing.building import Building
from bot.storage.database import Database

Keep = Callable[[OffChainVote, SignedEnvelope], Awaitable[bool]]


class Signatures:
    """Hands out what is to be signed, and takes what was."""

    def __init__(self, database: Database, building: Building, keep: Keep, now: Clock) -> None:
        """`keep` stores a signed vote and says whether it was still wanted."""
        self._database = database
        self._building = building
        self._keep = keep
        self._now = now

    async def unsigned(
        self, guild_id: GuildId, proposal_id: ProposalId, step: Step, author: Address
    ) -> Unsigned:
        """Write the vote that a member is to sign; see `Publishing.unsigned`."""
        return unsigned(await self._built(guild_id, proposal_id, step, author))

    async def take(
        self,
        guild_id: GuildId,
        proposal_id: ProposalId,
        step: Step,
        handed: Unsigned,
        signature: str,
    ) -> None:
        """Take what a member's wallet has signed; see `Publishing.take_signature`."""
        vote = await self._wanted(guild_id, proposal_id, step)
        made = handed_out(handed)
        assert isinstance(made, ProposalMessage), "it was handed out above"
        if not is_fresh(made, self._now()):
            raise Refusal(
                "More than ten minutes have gone by since this was made, and its dates are signed "
                "with it. Connect your wallet again and sign it anew; nothing was posted."
            )
        if not is_same_but_for_time(
            made, await self._built(guild_id, proposal_id, step, handed.author)
        ):
            raise Refusal(
                "What is to be voted on has changed since this was made. Connect your wallet again "
                "and sign it as it is now; nothing was posted."
            )
        signature = await self._checked(vote, handed, signature)
        for finding in envelope_findings(envelope_units(made, signature)):
            raise Refusal(finding)
        if not await self._keep(vote, envelope(handed, signature)):
            await self._wanted(guild_id, proposal_id, step)  # says who was faster
            raise Refusal("The vote has just changed. Open the link again; nothing was posted.")

    async def _built(
        self, guild_id: GuildId, proposal_id: ProposalId, step: Step, author: Address
    ) -> ProposalMessage:
        vote = await self._wanted(guild_id, proposal_id, step)
        plan = await self._building.plan(vote)
        by = Author(kind=AuthorKind.BROWSER, address=author)
        return await self._building.build(replace(plan, author=by))

    async def _wanted(self, guild_id: GuildId, proposal_id: ProposalId, step: Step) -> OffChainVote:
        """Give the round of a vote that waits for somebody's signature now.

        Raises:
            Refusal: There is none; the message says who was faster, where somebody was.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.here(guild_id, proposal_id)
            vote = await store.votes.current(proposal.id, step)
        if vote is not None and vote.envelope is not None:
            raise Refusal(
                f"The vote on {proposal.reference} is already signed by "
                f"{signed_by(vote.envelope)}: nothing was taken, and nothing more has to be signed."
            )
        if vote is None or vote.status is not VoteStatus.NOTICED:
            raise Refusal(f"No vote on {proposal.reference} waits for a signature now.")
        if vote.opens_at > self._now():
            raise Refusal(f"The notice is not over: this can be signed <t:{vote.opens_at}:R>.")
        plan = await self._building.plan(vote)
        if plan.author is None or plan.author.kind is not AuthorKind.BROWSER:
            raise Refusal(f"Assent signs the vote on {proposal.reference} itself.")
        return vote

    async def _checked(self, vote: OffChainVote, handed: Unsigned, signature: str) -> str:
        """Give the signature as it is posted: a key's in its one form, a contract's as it is.

        Raises:
            Refusal: It is not the wallet's own.
        """
        plan = await self._building.plan(vote)
        chain = self._building.chain(await self._building.space(plan.community))
        ask = chain.is_valid_signature if chain else None
        signed = typed_data(handed.typed_data)
        checked = await own_signature(handed.author, signed, signature, ask)
        if checked is not None:
            return checked
        raise Refusal(
            f"This is not the signature of {handed.author}. Choose that account in your wallet and "
            "sign again. A contract wallet has to exist on the chain of the space; nothing was "
            "posted."
        )
