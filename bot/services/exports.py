"""Everything of one server as rows for a file, and nothing of any other."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.lifecycle import STEP_OF, Phase
from bot.domain.offchain.vote import OffChainVote
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.onchain.standing import sides
from bot.domain.outbox import Said
from bot.domain.policy import Step
from bot.domain.proposal import Actor, Proposal, require_moderator, thread_link
from bot.domain.table_file import Cell
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.database import Database
from bot.storage.store import Store

Row = dict[str, Cell]


class Export(StrEnum):
    """What can be had as a file."""

    IDEAS = "ideas"
    PROPOSALS = "proposals"
    VOTES = "votes"
    ANNOUNCEMENTS = "announcements"


COLUMNS: Mapping[Export, tuple[str, ...]] = {
    Export.IDEAS: (
        *("reference", "title", "topic", "author_id", "author_name", "spoken_at", "supporters"),
        *("phase", "problem", "change", "why_now", "source"),
    ),
    Export.PROPOSALS: (
        *("reference", "title", "phase", "phase_since", "reason", "author_id", "coauthors"),
        *("thread", "step", "draft_revision", "draft_title", "draft_text", "choices"),
        *("chain_id", "governor", "on_chain_id"),
    ),
    Export.VOTES: (
        *("reference", "where", "step", "round", "status", "id", "title", "opens_at", "ends_at"),
        *("choices", "scores", "scores_total", "quorum", "votes", "is_final", "link"),
    ),
    Export.ANNOUNCEMENTS: (
        *("id", "reference", "kind", "audience", "state", "at", "channel_id", "message_id"),
        *("is_rehearsal", "error", "key"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows for a file, with their columns."""

    columns: tuple[str, ...]
    rows: list[Row]


class Exports:
    """Reads a whole server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def table(self, guild_id: GuildId, actor: Actor, what: Export) -> Table:
        """Give everything of a kind in this server, the oldest first.

        Raises:
            Refusal: The actor is no moderator, or the server is not set up.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            await store.communities.of(guild_id)
            proposals = await store.proposals.in_phases(list(Phase), guild_id)
            match what:
                case Export.IDEAS:
                    rows = [await _idea(store, each) for each in proposals]
                case Export.PROPOSALS:
                    rows = [await _proposal(store, each) for each in proposals]
                case Export.VOTES:
                    rows = [
                        _off_chain(each, vote)
                        for each in proposals
                        for vote in await store.votes.of(each.id)
                    ]
                    rows += [row async for row in _on_chain(store, guild_id, proposals)]
                case Export.ANNOUNCEMENTS:
                    said = await store.reports.said(guild_id)
                    rows = [_said(each) for each in sorted(said, key=lambda each: each.id)]
        return Table(columns=COLUMNS[what], rows=rows)


_LAST_MOMENT = 253_402_300_799  # the end of the year 9999


def _at(moment: UnixSeconds | None) -> str | None:
    if moment is None or not 0 <= moment <= _LAST_MOMENT:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat()


async def _idea(store: Store, proposal: Proposal) -> Row:
    return {
        "reference": proposal.reference,
        "title": proposal.title,
        "topic": proposal.topic,
        "author_id": str(proposal.author_id),
        "author_name": proposal.author_name,
        "spoken_at": _at(proposal.created_at),
        "supporters": await store.reactions.supporter_count(proposal.id),
        "phase": proposal.phase,
        "problem": proposal.idea.problem,
        "change": proposal.idea.change,
        "why_now": proposal.idea.why_now,
        "source": proposal.source,
    }


async def _proposal(store: Store, proposal: Proposal) -> Row:
    key = proposal.governor_key
    draft = await store.drafts.newest(proposal.id, STEP_OF.get(proposal.phase, Step.CONSENSUS))
    draft = draft or await store.drafts.newest(proposal.id, Step.TEMPERATURE)
    return {
        "reference": proposal.reference,
        "title": proposal.title,
        "phase": proposal.phase,
        "phase_since": _at(proposal.phase_since),
        "reason": proposal.reason,
        "author_id": str(proposal.author_id),
        "coauthors": " ".join(map(str, proposal.coauthors)),
        "thread": thread_link(proposal),
        "step": draft.step if draft else None,
        "draft_revision": draft.revision if draft else None,
        "draft_title": draft.title if draft else None,
        "draft_text": draft.body if draft else None,
        "choices": "\n".join(draft.choices) if draft else None,
        "chain_id": key.chain_id if key else None,
        "governor": key.governor if key else None,
        "on_chain_id": str(key.id) if key else None,
    }


def _off_chain(proposal: Proposal, vote: OffChainVote) -> Row:
    seen = vote.observed
    return {
        "reference": proposal.reference,
        "where": "snapshot",
        "step": vote.step,
        "round": vote.round,
        "status": vote.status,
        "id": vote.envelope.id if vote.envelope else None,
        "title": seen.title if seen else None,
        "opens_at": _at(seen.start if seen else vote.opens_at),
        "ends_at": _at(seen.end) if seen else None,
        "choices": "\n".join(seen.choices) if seen else None,
        "scores": "\n".join(f"{score:f}" for score in seen.scores) if seen else None,
        "scores_total": f"{seen.scores_total:f}" if seen and seen.scores else None,
        "quorum": f"{seen.quorum:f}" if seen else None,
        "votes": seen.votes if seen else None,
        "is_final": _yes(is_true=seen.scores_final) if seen else None,
        "link": seen.link if seen else None,
    }


def _yes(*, is_true: bool) -> str:
    return "yes" if is_true else "no"


async def _on_chain(
    store: Store, guild_id: GuildId, proposals: Sequence[Proposal]
) -> AsyncIterator[Row]:
    """Give the votes of this server's governors as they were read; amounts are in base units."""
    references = {each.governor_key: each.reference for each in proposals if each.governor_key}
    for watched in await store.communities.watched(guild_id=guild_id):
        governor = watched.governor
        for each in await store.chain.proposals(governor.chain_id, [governor.address]):
            yield _governed(each, references.get(each.key), governor)


def _governed(seen: GovernorProposal, reference: str | None, governor: Governor) -> Row:
    told = {side: votes for side, votes in sides(seen, governor).items() if votes is not None}
    return {
        "reference": reference,
        "where": f"chain {seen.key.chain_id}: {governor.name} {seen.key.governor}",
        "status": seen.state,
        "id": str(seen.key.id),
        "title": seen.title,
        "opens_at": _at(seen.vote_starts_at),
        "ends_at": _at(seen.vote_ends_at),
        "choices": "\n".join(told),
        "scores": "\n".join(map(str, told.values())),
        "quorum": None if seen.quorum is None else str(seen.quorum),
    }


def _said(said: Said) -> Row:
    return {
        "id": said.id,
        "reference": said.reference,
        "kind": said.speech.kind,
        "audience": said.audience,
        "state": said.state,
        "at": _at(said.at),
        "channel_id": None if said.channel_id is None else str(said.channel_id),
        "message_id": None if said.message_id is None else str(said.message_id),
        "is_rehearsal": _yes(is_true=said.is_rehearsal),
        "error": said.error,
        "key": said.key,
    }
