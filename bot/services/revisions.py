"""Revisions: every change of a draft by people; each is kept, with who made it and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.announcement import ReviewVoided
from bot.domain.card import subject
from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.draft import Draft, Section, bare_title
from bot.domain.drafting.file import from_file
from bot.domain.drafting.revision import (
    HeadEdit,
    Quotation,
    Revising,
    SectionEdit,
    check_same_vote,
    collides,
    every_section,
    known_section,
    quoted_in,
    revised,
    what_changed,
    with_head,
    written,
)
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING
from bot.domain.policy import Step
from bot.domain.proposal import Actor, Community, Proposal, require_author
from bot.domain.typed import TypedSection
from bot.domain.types import ChannelId, GuildId, UnixSeconds, UserId
from bot.storage.database import Database
from bot.storage.store import Store

PAGE = 12  # revisions on a page of the history


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Two people changed the same section: both versions, and where the later one is kept."""

    typed_id: int
    reference: str
    section: str
    mine: str
    theirs: str
    now: Draft  # with theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What became of an uploaded file; `absent` are the sections it did not have."""

    view: DraftView
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Some revisions of a draft, the newest first."""

    proposal: Proposal
    step: Step
    revisions: Sequence[Draft]
    page: int  # from 1
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A draft that the actor may change, within a transaction."""

    store: Store
    community: Community
    proposal: Proposal
    draft: Draft
    actor: Actor
    now: UnixSeconds


class Revisions:
    """Change drafts; a change is refused, merged, or kept aside, and never lost."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def editable(self, guild_id: GuildId, reference: str, actor: Actor) -> DraftView:
        """Show the draft to somebody who wants to change it.

        Raises:
            Refusal: They may not, or its text is fixed.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            work = await self._work(store, proposal, actor)
            return await store.view(proposal, work.draft, work.now)

    async def every_section(self, guild_id: GuildId, reference: str) -> tuple[Section, ...]:
        """Give every section of a draft that can be written, also those that are empty.

        Raises:
            Refusal: There is no such draft here.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            policy = (await store.communities.of(guild_id)).policy
            return every_section(await store.draft(proposal), policy)

    async def write(
        self, guild_id: GuildId, reference: str, actor: Actor, edit: SectionEdit
    ) -> DraftView | Collision:
        """Write a section; when somebody else has changed the same meanwhile, keep it aside.

        Raises:
            Refusal: The actor may not, the text is fixed, or it was for another vote's draft.
        """
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            return await self._write(await self._work(store, proposal, actor), edit)

    async def _write(self, work: _Work, edit: SectionEdit) -> DraftView | Collision:
        check_same_vote(work.draft, edit.step)
        base = await work.store.drafts.revision(work.proposal.id, edit.step, edit.revision)
        name, text = known_section(work.draft, work.community.policy, edit.section), edit.text
        text = written(text)
        if not collides(base, work.draft, name, text):
            return await self._save(
                work, replace(work.draft, sections=work.draft.with_section(name, text))
            )
        kept = TypedSection(
            proposal_id=work.proposal.id,
            step=work.draft.step,
            revision=edit.revision,
            section=name,
            text=text,
        )
        guild_id, user_id = work.proposal.guild_id, work.actor.user_id
        return Collision(
            typed_id=await work.store.typed.keep(guild_id, user_id, kept, work.now),
            reference=work.proposal.reference,
            section=name,
            mine=text,
            theirs=work.draft.section(name),
            now=work.draft,
        )

    async def write_head(
        self, guild_id: GuildId, reference: str, actor: Actor, edit: HeadEdit
    ) -> DraftView:
        """Write the title, the choices and the voting type.

        Raises:
            Refusal: As with `write`; and somebody else has changed the very same meanwhile.
        """
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            work = await self._work(store, proposal, actor)
            check_same_vote(work.draft, edit.step)
            base = await store.drafts.revision(proposal.id, edit.step, edit.revision)
            return await self._save(work, with_head(base, work.draft, edit, work.community.policy))

    async def upload(
        self, guild_id: GuildId, reference: str, actor: Actor, text: str, section: str | None
    ) -> Uploaded:
        """Take a file's text as the whole draft, or as one section.

        Raises:
            Refusal: The actor may not, the text is fixed, or there is no such section.
        """
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            work = await self._work(store, proposal, actor)
            draft, policy = work.draft, work.community.policy
            absent: tuple[str, ...] = ()
            if section is not None:
                name = known_section(draft, policy, section)
                sections = draft.with_section(name, written(text))
            else:
                sections, absent = from_file(text, every_section(draft, policy))
                kept = {each.name for each in draft.sections}
                sections = tuple(each for each in sections if each.text or each.name in kept)
            view = await self._save(work, replace(work.draft, sections=sections))
            return Uploaded(view=view, absent=absent)

    async def quote(
        self, guild_id: GuildId, thread_id: ChannelId, actor: Actor, quotation: Quotation
    ) -> DraftView:
        """Put what somebody said in a proposal's thread under the heading of the discussion.

        Raises:
            Refusal: It is no proposal's thread, the actor may not, or it is quoted already.
        """
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_thread(thread_id)
            if proposal is None or proposal.guild_id != guild_id:
                raise Refusal("Only messages in the thread of a proposal can be quoted in a draft.")
            work = await self._work(store, proposal, actor)
            sections = quoted_in(work.draft, quotation)
            return await self._save(work, replace(work.draft, sections=sections))

    async def restore(
        self, guild_id: GuildId, reference: str, actor: Actor, revision: int
    ) -> DraftView:
        """Make a new revision that reads like an old one.

        Raises:
            Refusal: The actor may not, the text is fixed, or there is no such revision.
        """
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            work = await self._work(store, proposal, actor)
            old = await store.drafts.revision(proposal.id, work.draft.step, revision)
            return await self._save(work, old, f"revision {old.revision} restored")

    async def use_mine(
        self, guild_id: GuildId, actor: Actor, typed_id: int, seen: int
    ) -> DraftView | Collision:
        """Put in what this person typed, in the place of what they saw in revision `seen`.

        When the section has changed once more since, that is shown first.

        Raises:
            Refusal: It is not theirs or done already, or they may not change the draft any more.
        """
        async with self._database.transaction() as store:
            typed, proposal = await self._typed(store, guild_id, actor.user_id, typed_id)
            await store.typed.done(typed_id)
            edit = SectionEdit(
                step=typed.step, revision=seen, section=typed.section, text=typed.text
            )
            return await self._write(await self._work(store, proposal, actor), edit)

    async def keep_theirs(self, guild_id: GuildId, actor: Actor, typed_id: int) -> str:
        """Forget what this person typed, and give it back to them.

        Raises:
            Refusal: It is not theirs, or done already.
        """
        async with self._database.transaction() as store:
            typed, _ = await self._typed(store, guild_id, actor.user_id, typed_id)
            await store.typed.done(typed_id)
            return typed.text

    async def typed(
        self, guild_id: GuildId, actor: Actor, typed_id: int
    ) -> tuple[TypedSection, DraftView]:
        """Give what this person typed, and the draft to open its form on; it stays kept.

        Raises:
            Refusal: It is not theirs or done already, or they may not change the draft any more.
        """
        async with self._database.reading() as store:
            typed, proposal = await self._typed(store, guild_id, actor.user_id, typed_id)
            work = await self._work(store, proposal, actor)
            check_same_vote(work.draft, typed.step)
            return typed, await store.view(proposal, work.draft, work.now)

    async def _typed(
        self, store: Store, guild_id: GuildId, user_id: UserId, typed_id: int
    ) -> tuple[TypedSection, Proposal]:
        typed = await store.typed.of(guild_id, user_id, typed_id)
        if not isinstance(typed, TypedSection):
            raise Refusal("This was typed for something else; nothing was changed.")
        return typed, await store.proposals.here(guild_id, typed.proposal_id)

    async def listing(
        self, guild_id: GuildId, reference: str, page: int = 1, step: Step | None = None
    ) -> Listing:
        """List the revisions of a draft, a page of them, the newest first.

        Raises:
            Refusal: There is no such draft here.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            step = step or (await store.draft(proposal)).step
            newest = await store.drafts.newest(proposal.id, step)
            count = newest.revision if newest else 0
            pages = max(-(-count // PAGE), 1)
            page = min(max(page, 1), pages)
            before = count + 1 - (page - 1) * PAGE
            found = await store.drafts.revisions(proposal.id, step, before=before, count=PAGE)
        return Listing(proposal=proposal, step=step, revisions=found, page=page, pages=pages)

    async def pair(
        self, guild_id: GuildId, reference: str, first: int | None, last: int | None
    ) -> tuple[Draft, Draft]:
        """Give two revisions to compare: by default the newest, and the one before it.

        Raises:
            Refusal: There are no such revisions.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            newest = await store.draft(proposal)
            last = newest.revision if last is None else last
            first = max(last - 1, 1) if first is None else first
            records = store.drafts
            return (
                await records.revision(proposal.id, newest.step, first),
                await records.revision(proposal.id, newest.step, last),
            )

    async def _work(self, store: Store, proposal: Proposal, actor: Actor) -> _Work:
        """Give the draft to change.

        Raises:
            Denial: The actor may not.
            Refusal: Its text is fixed.
        """
        draft = await store.draft(proposal)
        require_author(proposal, actor)
        if proposal.phase not in DRAFTING:
            raise Refusal(
                f"{proposal.reference} is “{proposal.phase}”: its text is fixed. A moderator can "
                "postpone an announced vote with /proposal postpone."
            )
        community = await store.communities.of(proposal.guild_id)
        return _Work(
            store=store,
            community=community,
            proposal=proposal,
            draft=draft,
            actor=actor,
            now=self._now(),
        )

    async def _save(self, work: _Work, changed: Draft, change: str = "") -> DraftView:
        """Write the next revision; what reads as before is none."""
        store, proposal, before = work.store, work.proposal, work.draft
        what = what_changed(before, changed)
        if not what:
            return await store.view(proposal, before, work.now)
        revising = Revising(actor=work.actor, now=work.now, change=change or what)
        after = revised(before, revising, changed)
        await self._void(work, after)
        await store.drafts.save(after)
        note = f"{after.step} draft, revision {after.revision}: {after.change}"
        await store.note(proposal, work.now, note, by=work.actor)
        proposal = await self._retitled(work, after)
        await store.show(proposal.id, work.now)
        return await store.view(proposal, after, work.now)

    async def _void(self, work: _Work, after: Draft) -> None:
        """Say that what was said of the revision before means nothing any more."""
        store, now = work.store, work.now
        review = (await store.view(work.proposal, work.draft, now)).review
        if not review.has_begun:
            return
        speech = ReviewVoided(
            subject=subject(work.proposal),
            step=after.step,
            revision=review.revision,
            by=work.actor.user_id,
            approved_by=review.approved_by,
            change=after.change,
            new_revision=after.revision,
        )
        await store.outbox.say(work.community, speech, now, proposal_id=work.proposal.id)

    async def _retitled(self, work: _Work, after: Draft) -> Proposal:
        """Let the proposal bear the draft's title."""
        title = bare_title(after.title, work.community.policy)
        if not title or title == work.proposal.title:
            return work.proposal
        renamed = replace(work.proposal, title=title)
        await work.store.proposals.save(renamed)
        await work.store.note(renamed, work.now, f"title: {title}", by=work.actor)
        return renamed
