"""How Assent stands in one server: what is open, what is behind, who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.lifecycle import Phase
from bot.domain.outbox import PostState, Said
from bot.domain.proposal import Actor, Community, require_moderator
from bot.domain.types import BlockNumber, ChainId, GuildId, ProposalId, UnixSeconds, UserId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.storage.chain import Scan
from bot.storage.database import Database
from bot.storage.history import AuditEntry, Wanted

_ERRORS_SHOWN = 4
AUDIT_PAGE = 12
_LARGEST_ID = 2**63 - 1  # that a column holds
AUDIT_FILE = 20_000  # entries, the newest ones


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStanding:
    """How far a chain is read, and how far it is; `None`: its node does not answer."""

    chain_id: ChainId
    read: BlockNumber | None
    read_at: UnixSeconds | None
    head: BlockNumber | None
    head_at: UnixSeconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """What a server's moderators should know of how things run."""

    community: Community
    is_rehearsing: bool
    phases: Mapping[Phase, int]
    outbox: Mapping[PostState, int]
    failing: Sequence[Said]
    chains: Sequence[ChainStanding]
    now: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One page of what happened in a server, the newest first."""

    wanted: Wanted
    entries: Sequence[AuditEntry]
    page: int  # from 0
    pages: int
    count: int


class Oversight:
    """Everything that moderators look at and nobody changes."""

    def __init__(
        self, database: Database, chains: Mapping[ChainId, ChainClient], now: Clock
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now

    async def status(self, guild_id: GuildId, actor: Actor) -> ServerStatus:
        """Say how Assent stands in this server.

        Raises:
            Refusal: The actor is no moderator, or the server is not set up.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            community = await store.communities.of(guild_id)
            is_rehearsing = store.outbox.rehearses(community)
            phases = await store.reports.phases(guild_id)
            outbox = await store.reports.outbox(guild_id)
            failing = await store.reports.failing(guild_id, _ERRORS_SHOWN)
            watched = await store.communities.watched(guild_id=guild_id)
            chain_ids = sorted({each.governor.chain_id for each in watched})
            scans = {chain_id: await store.chain.scan(chain_id) for chain_id in chain_ids}
        return ServerStatus(
            community=community,
            is_rehearsing=is_rehearsing,
            phases=phases,
            outbox=outbox,
            failing=failing,
            chains=[await self._chain(chain_id, scan) for chain_id, scan in scans.items()],
            now=self._now(),
        )

    async def _chain(self, chain_id: ChainId, scan: Scan | None) -> ChainStanding:
        read = scan.scanned if scan else None
        client = self._chains.get(chain_id)
        head = block = None
        if client is not None:
            try:
                head = await client.head()
                block = await client.block(read) if read is not None else None
            except ChainError:
                pass  # Unknown is shown as unknown.
        return ChainStanding(
            chain_id=chain_id,
            read=read,
            read_at=block.timestamp if block else None,
            head=head.id.number if head else None,
            head_at=head.timestamp if head else None,
        )

    async def wanted(
        self, guild_id: GuildId, actor: Actor, reference: str | None, member: UserId | None
    ) -> Wanted:
        """Say which part of the history is meant.

        Raises:
            Refusal: The actor is no moderator, or there is no such proposal here.
        """
        require_moderator(actor)
        if reference is None:
            return Wanted(guild_id=guild_id, actor_id=member)
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
        return Wanted(guild_id=guild_id, proposal_id=proposal.id, actor_id=member)

    def part(
        self, guild_id: GuildId, proposal_id: ProposalId | None, member: UserId | None
    ) -> Wanted:
        """Name a part of this server's history by ids, which may have been made up."""
        member = None if member is None else UserId(min(member, _LARGEST_ID))
        return Wanted(guild_id=guild_id, proposal_id=proposal_id, actor_id=member)

    async def audit(self, actor: Actor, wanted: Wanted, page: int) -> Audit:
        """Give a page of who did what; one that is not there (any more) is the last.

        Raises:
            Refusal: The actor is no moderator.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            count = await store.history.count(wanted)
            pages = max(-(-count // AUDIT_PAGE), 1)
            page = min(max(page, 0), pages - 1)
            entries = await store.history.newest(wanted, skipped=page * AUDIT_PAGE, most=AUDIT_PAGE)
        return Audit(wanted=wanted, entries=entries, page=page, pages=pages, count=count)

    async def whole_audit(self, actor: Actor, wanted: Wanted) -> Sequence[AuditEntry]:
        """Give everything for a file, the newest first.

        Raises:
            Refusal: The actor is no moderator.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            return await store.history.newest(wanted, skipped=0, most=AUDIT_FILE)
