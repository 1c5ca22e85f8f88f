"""Drafts: read, edited, checked, announced with their notice, and postponed."""

from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.announcement import NoticeGiven, VotePostponed
from bot.domain.calendar import after_business_days
from bot.domain.card import subject, vote_round
from bot.domain.draft import Draft, Section, check_edit, findings, space_findings
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, STEP_OF, Move
from bot.domain.offchain import OffChainVote, VoteStatus
from bot.domain.policy import Policy, Step
from bot.domain.proposal import (
    Actor,
    Community,
    Proposal,
    checked_reason,
    require_author,
    require_moderator,
    thread_link,
)
from bot.domain.snapshot import Space, SpaceLimits, network_chain
from bot.domain.text import storable
from bot.domain.types import Address, ChainId, GuildId, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.signer import Signer
from bot.storage.database import Database
from bot.storage.store import Store

NO_LIMITS = SpaceLimits(body_units=None, choices=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft with what belongs beside it."""

    proposal: Proposal
    draft: Draft
    policy: Policy
    findings: tuple[str, ...]  # what keeps it from being published
    opens_at: UnixSeconds  # when the vote would open if the notice were given now


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEdit:
    """What a person put into the form, and the step and revision they had before them."""

    title: str
    body: str
    choices: tuple[str, ...]
    step: Step
    revision: int


class Drafts:
    """Everything that happens to a draft before its vote is posted."""

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

    async def view(self, guild_id: GuildId, reference: str) -> DraftView:
        """Show the draft that is worked on, with what its own text lacks; no network.

        Raises:
            Refusal: There is no such proposal here, or it has no draft.
        """
        async with self._database.reading() as store:
            proposal, draft, community = await self._draft(store, guild_id, reference)
        return self._view(proposal, draft, community, ())

    async def preflight(self, guild_id: GuildId, reference: str, actor: Actor) -> DraftView:
        """Check a draft against the space's rules as they are now.

        Raises:
            Refusal: The actor is no moderator, or there is nothing to publish.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            proposal, draft, community = await self._draft(store, guild_id, reference)
        if proposal.phase not in DRAFTING:
            raise Refusal(f"{proposal.reference} is not in drafting: it is “{proposal.phase}”.")
        return await self._checked(proposal, draft, community)

    async def edit(
        self, guild_id: GuildId, reference: str, actor: Actor, edit: DraftEdit
    ) -> DraftView:
        """Save a new revision of the draft.

        Raises:
            Refusal: The actor may not, the vote is announced already, or somebody else was faster.
        """
        now = self._now()
        async with self._database.transaction() as store:
            proposal, draft, community = await self._draft(store, guild_id, reference)
            require_author(proposal, actor)
            if proposal.phase not in DRAFTING:
                raise Refusal(
                    f"{proposal.reference} is announced or under vote: its text is fixed. "
                    "A moderator can postpone an announced vote with /proposal postpone."
                )
            check_edit(draft, edit.step, edit.revision)
            edited = replace(
                draft,
                title=" ".join(storable(edit.title).split()),
                sections=(Section(name="", text=storable(edit.body).strip()),),
                credit="",
                choices=tuple(storable(choice) for choice in edit.choices),
                revision=draft.revision + 1,
                edited_by=actor.user_id,
                edited_at=now,
            )
            await store.votes.save_draft(edited)
            what = f"{draft.step} draft edited (revision {edited.revision})"
            await store.note(proposal, now, what, by=actor)
        return self._view(proposal, edited, community, ())

    async def give_notice(
        self, guild_id: GuildId, reference: str, actor: Actor, *, step: Step, revision: int
    ) -> DraftView:
        """Announce the vote; when the notice is over it is signed and posted by itself.

        Raises:
            Refusal: The actor is no moderator, the draft changed since they saw it, or something
                keeps it from being published; the message lists what.
        """
        checked = await self.preflight(guild_id, reference, actor)
        if checked.findings:
            raise Refusal("This cannot be published yet:\n- " + "\n- ".join(checked.findings))
        now = self._now()
        async with self._database.transaction() as store:
            proposal, draft, community = await self._draft(store, guild_id, reference)
            if (draft.step, draft.revision) != (step, revision) or draft != checked.draft:
                raise Refusal(
                    f"This confirmation was for an earlier draft of {proposal.reference}; nothing "
                    "was announced. Read it as it is now with /proposal publish, and confirm that."
                )
            await self._announce(store, proposal, draft, community, now)
            await store.move(proposal, Move.GIVE_NOTICE, now, by=actor)
        return checked

    async def _announce(
        self,
        store: Store,
        proposal: Proposal,
        draft: Draft,
        community: Community,
        now: UnixSeconds,
    ) -> None:
        last = await store.votes.current(proposal.id, draft.step)
        rules = community.policy.step(draft.step)
        vote = OffChainVote(
            proposal_id=proposal.id,
            step=draft.step,
            round=last.round + 1 if last else 1,
            status=VoteStatus.NOTICED,
            opens_at=_opening(community.policy, draft.step, now),
            envelope=None,
            observed=None,
        )
        await store.votes.save(vote)
        notice = NoticeGiven(
            subject=subject(proposal),
            step=draft.step,
            step_name=rules.name,
            round=vote.round,
            vote_title=draft.title,
            opens_at=vote.opens_at,
            business_days=rules.notice_business_days,
        )
        await store.outbox.say(community, notice, now, proposal_id=proposal.id)

    async def postpone(
        self, guild_id: GuildId, reference: str, actor: Actor, reason: str
    ) -> Proposal:
        """Call an announced vote off, so that the draft can be mended.

        Raises:
            Refusal: The actor is no moderator, or the vote is signed already.
        """
        require_moderator(actor)
        reason = checked_reason(reason)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            step = STEP_OF.get(proposal.phase)
            vote = await store.votes.current(proposal.id, step) if step else None
            if vote is not None and vote.status is VoteStatus.SIGNED:
                raise Refusal(
                    f"The vote on {proposal.reference} is signed and may be on Snapshot, "
                    "so it cannot be called off any more. Its author can delete it on Snapshot."
                )
            if vote is None or vote.status is not VoteStatus.NOTICED:
                raise Refusal(f"{proposal.reference} has no announced vote that could wait.")
            await store.votes.save(replace(vote, status=VoteStatus.POSTPONED))
            community = await store.communities.of(guild_id)
            news = vote_round(community, proposal, vote)
            postponed = VotePostponed(**news, by=actor.user_id, reason=reason)
            await store.outbox.say(community, postponed, now, proposal_id=proposal.id)
            return await store.move(proposal, Move.POSTPONE, now, by=actor, reason=reason)

    async def _draft(
        self, store: Store, guild_id: GuildId, reference: str
    ) -> tuple[Proposal, Draft, Community]:
        proposal = await store.proposals.by_reference(guild_id, reference)
        step = STEP_OF.get(proposal.phase, Step.CONSENSUS)
        draft = await store.votes.draft(proposal.id, step)
        draft = draft or await store.votes.draft(proposal.id, Step.TEMPERATURE)
        if draft is None:
            raise Refusal(
                f"{proposal.reference} has no draft yet: it gets one when a moderator promotes it."
            )
        return proposal, draft, await store.communities.of(guild_id)

    async def _checked(self, proposal: Proposal, draft: Draft, community: Community) -> DraftView:
        if self._signer is None:
            raise Refusal(
                "Assent has no key to sign with, so it cannot post to Snapshot. The operator sets "
                "SNAPSHOT_KEYSTORE (or SNAPSHOT_KEY_FILE) and makes that address an author of "
                "the space; /proposal publish works after a restart."
            )
        if community.space is None:
            raise Refusal("No Snapshot space is set: an administrator runs /governance setup.")
        space = await self._snapshot.space(community.space)
        if space is None:
            raise Refusal(f"Snapshot has no space “{community.space}”: check /governance setup.")
        limits = await self._snapshot.limits(space)
        found = self._space_findings(draft, community.policy, space, self._signer.address)
        return self._view(proposal, draft, community, tuple(found), limits)

    def _space_findings(
        self, draft: Draft, policy: Policy, space: Space, author: Address
    ) -> list[str]:
        found = space_findings(draft, policy, space, author)
        if network_chain(space) not in self._chains:
            found.append(
                f"The space counts voting power on chain {space.network}, and no JSON-RPC "
                f"address is set for it: the operator adds it to RPC_URLS."
            )
        return found

    def _view(
        self,
        proposal: Proposal,
        draft: Draft,
        community: Community,
        found: tuple[str, ...],
        limits: SpaceLimits = NO_LIMITS,
    ) -> DraftView:
        own = findings(draft, community.policy, limits, thread_link(proposal))
        return DraftView(
            proposal=proposal,
            draft=draft,
            policy=community.policy,
            findings=(*own, *found),
            opens_at=_opening(community.policy, draft.step, self._now()),
        )


def _opening(policy: Policy, step: Step, now: UnixSeconds) -> UnixSeconds:
    return after_business_days(now, policy.step(step).notice_business_days, policy.time_zone)
