"""Proposals."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import CLOSED, Phase
from bot.domain.onchain.governor import ProposalKey
from bot.domain.proposal import Proposal
from bot.domain.text import line, storable
from bot.domain.types import (
    Address,
    ChainId,
    ChannelId,
    GovernorProposalId,
    GuildId,
    ProposalId,
    UnixSeconds,
    UserId,
)
from bot.storage.codec import COAUTHORS, IDEA
from bot.storage.schema import memory, proposals

_LISTED = 25
_MOST_DIGITS = 9  # of a number or an id of ours


class Proposals:
    """Load and save proposals."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, proposal: Proposal) -> Proposal:
        """Write a new proposal and give it with its id."""
        values = _values(proposal)
        values.pop("id")
        query = insert(proposals).values(values).returning(proposals.c.id)
        return await self.of(ProposalId((await self._connection.execute(query)).scalar_one()))

    async def save(self, proposal: Proposal) -> None:
        """Write a known proposal as a whole."""
        query = update(proposals).where(proposals.c.id == proposal.id).values(_values(proposal))
        await self._connection.execute(query)

    async def of(self, proposal_id: ProposalId) -> Proposal:
        """Give a proposal that exists."""
        query = select(proposals).where(proposals.c.id == proposal_id)
        return _proposal((await self._connection.execute(query)).one())

    async def here(self, guild_id: GuildId, proposal_id: ProposalId) -> Proposal:
        """Give the proposal with this id, if it is one of this server.

        Raises:
            Denial: It is not: the id was made up, or is another server's.
        """
        query = select(proposals).where(
            proposals.c.guild_id == guild_id, proposals.c.id == proposal_id
        )
        fits = (
            proposal_id < 10**_MOST_DIGITS
        )  # A forged id may be a number that no column can hold.
        row = (await self._connection.execute(query)).one_or_none() if fits else None
        if row is None:
            raise Denial("This button belongs to no proposal of this server; nothing was changed.")
        return _proposal(row)

    async def by_reference(self, guild_id: GuildId, reference: str) -> Proposal:
        """Give the proposal of this server that people mean: by its reference, or its bare number.

        Raises:
            Refusal: There is none of that name here.
        """
        wanted = storable(reference).strip().lstrip("#").upper()
        is_meant = proposals.c.reference == wanted
        if wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MOST_DIGITS:
            is_meant = proposals.c.number == int(wanted)
        query = select(proposals).where(proposals.c.guild_id == guild_id, is_meant)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise Refusal(
                f"There is no proposal “{line(reference, 40)}” here. "
                "Pick one from the list that appears while you type, or see /proposal list."
            )
        return _proposal(row)

    async def matching(
        self, guild_id: GuildId, text: str = "", phases: Collection[Phase] = ()
    ) -> Sequence[Proposal]:
        """Give the newest proposals whose reference or title contains the text."""
        text = storable(text)
        query = select(proposals).where(
            proposals.c.guild_id == guild_id,
            proposals.c.reference.icontains(text, autoescape=True)
            | proposals.c.title.icontains(text, autoescape=True),
        )
        if phases:
            query = query.where(proposals.c.phase.in_(phases))
        query = query.order_by(proposals.c.number.desc()).limit(_LISTED)
        return [_proposal(row) for row in await self._connection.execute(query)]

    async def in_phases(
        self, phases: Collection[Phase], guild_id: GuildId | None = None
    ) -> Sequence[Proposal]:
        """Give every proposal in one of the phases, oldest first."""
        query = select(proposals).where(proposals.c.phase.in_(phases)).order_by(proposals.c.id)
        if guild_id is not None:
            query = query.where(proposals.c.guild_id == guild_id)
        return [_proposal(row) for row in await self._connection.execute(query)]

    async def by_author(self, guild_id: GuildId, author_id: UserId) -> Sequence[Proposal]:
        """Give everything that a member has spoken in a server, the newest first."""
        query = (
            select(proposals)
            .where(proposals.c.guild_id == guild_id, proposals.c.author_id == author_id)
            .order_by(proposals.c.id.desc())
        )
        return [_proposal(row) for row in await self._connection.execute(query)]

    async def comparable(self, guild_id: GuildId, since: UnixSeconds) -> Sequence[Proposal]:
        """Give what a new idea may repeat: what is open, and what was spoken since then.

        What was withdrawn is taken back: nobody repeats it.
        """
        is_open = proposals.c.phase.not_in(CLOSED)
        query = select(proposals).where(
            proposals.c.guild_id == guild_id,
            proposals.c.phase != Phase.WITHDRAWN,
            is_open | (proposals.c.created_at >= since),
        )
        query = query.order_by(proposals.c.id.desc())
        return [_proposal(row) for row in await self._connection.execute(query)]

    async def by_thread(self, thread_id: ChannelId) -> Proposal | None:
        """Give the proposal whose thread this is."""
        query = select(proposals).where(proposals.c.thread_id == thread_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _proposal(row) if row else None

    async def threads(self, threads: Collection[ChannelId]) -> set[ChannelId]:
        """Give those of the threads that belong to a proposal."""
        query = select(proposals.c.thread_id).where(proposals.c.thread_id.in_(threads))
        return {ChannelId(each) for each in (await self._connection.execute(query)).scalars()}

    async def linked_to(self, key: ProposalKey) -> Sequence[Proposal]:
        """Give the proposals (of several servers) that this on-chain proposal carries out."""
        query = select(proposals).where(
            proposals.c.chain_id == key.chain_id,
            proposals.c.governor == key.governor,
            proposals.c.governor_proposal_id == str(key.id),
        )
        return [_proposal(row) for row in await self._connection.execute(query)]

    async def keep_apart(self, proposal: Proposal) -> None:
        """Note that a moderator has undone this link: it is not made again by itself."""
        assert proposal.governor_key is not None, "there is a link to undo"
        name = _apart(proposal.id, proposal.governor_key)
        query = insert(memory).values(name=name, value="apart").on_conflict_do_nothing()
        await self._connection.execute(query)

    async def is_kept_apart(self, proposal_id: ProposalId, key: ProposalKey) -> bool:
        """Say whether a moderator has undone the link between these two."""
        query = select(memory.c.name).where(memory.c.name == _apart(proposal_id, key))
        return (await self._connection.execute(query)).first() is not None


def _apart(proposal_id: ProposalId, key: ProposalKey) -> str:
    return f"apart:{proposal_id}:{key.chain_id}:{key.governor}:{key.id}"


def _values(proposal: Proposal) -> dict[str, Any]:
    key = proposal.governor_key
    return {
        "id": proposal.id,
        "guild_id": proposal.guild_id,
        "number": proposal.number,
        "reference": proposal.reference,
        "title": proposal.title,
        "idea": IDEA.dump(proposal.idea),
        "topic": proposal.topic,
        "coauthors": COAUTHORS.dump(proposal.coauthors),
        "source": proposal.source,
        "moved_by": proposal.moved_by,
        "is_members_post": proposal.is_members_post,
        "merged_into": proposal.merged_into,
        "author_id": proposal.author_id,
        "author_name": proposal.author_name,
        "phase": proposal.phase,
        "phase_since": proposal.phase_since,
        "move_count": proposal.move_count,
        "created_at": proposal.created_at,
        "reason": proposal.reason,
        "thread_id": proposal.thread_id,
        "chain_id": key.chain_id if key else None,
        "governor": key.governor if key else None,
        "governor_proposal_id": str(key.id) if key else None,
    }


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=ProposalId(row.id),
        guild_id=GuildId(row.guild_id),
        number=row.number,
        reference=row.reference,
        title=row.title,
        idea=IDEA.load(row.idea),
        topic=row.topic,
        coauthors=COAUTHORS.load(row.coauthors),
        source=row.source,
        moved_by=None if row.moved_by is None else UserId(row.moved_by),
        is_members_post=row.is_members_post,
        merged_into=None if row.merged_into is None else ProposalId(row.merged_into),
        author_id=UserId(row.author_id),
        author_name=row.author_name,
        phase=Phase(row.phase),
        phase_since=UnixSeconds(row.phase_since),
        move_count=row.move_count,
        created_at=UnixSeconds(row.created_at),
        reason=row.reason,
        thread_id=None if row.thread_id is None else ChannelId(row.thread_id),
        governor_key=_governor_key(row),
    )


def _governor_key(row: Row[Any]) -> ProposalKey | None:
    if row.governor_proposal_id is None:
        return None
    return ProposalKey(
        chain_id=ChainId(row.chain_id),
        governor=Address(row.governor),
        id=GovernorProposalId(int(row.governor_proposal_id)),
    )
