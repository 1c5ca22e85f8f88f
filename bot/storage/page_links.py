"""Links to the signing page, by the hash of their secret: the secret itself is nowhere."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errand import PageErrand, PageLink
from bot.domain.types import GuildId, UnixSeconds, UserId
from bot.storage.codec import PAGE_ERRAND
from bot.storage.schema import page_links


class PageLinks:
    """Keep, find and use up links."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, secret_hash: str, link: PageLink) -> None:
        """Keep a new link."""
        await self._connection.execute(
            insert(page_links).values(
                secret_hash=secret_hash,
                guild_id=link.guild_id,
                user_id=link.user_id,
                body=PAGE_ERRAND.dump(link.errand),
                made_at=link.made_at,
                expires_at=link.expires_at,
            )
        )

    async def of(self, secret_hash: str) -> PageLink | None:
        """Give the link with this secret."""
        query = select(page_links).where(page_links.c.secret_hash == secret_hash)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return PageLink(
            guild_id=GuildId(row.guild_id),
            user_id=UserId(row.user_id),
            errand=PAGE_ERRAND.load(row.body),
            made_at=UnixSeconds(row.made_at),
            expires_at=UnixSeconds(row.expires_at),
            used_at=None if row.used_at is None else UnixSeconds(row.used_at),
        )

    async def prepare(self, secret_hash: str, errand: PageErrand) -> None:
        """Keep what was handed to the wallet; a second time takes the place of the first."""
        await self._connection.execute(
            update(page_links)
            .where(page_links.c.secret_hash == secret_hash)
            .values(body=PAGE_ERRAND.dump(errand))
        )

    async def mark(self, secret_hash: str, used_at: UnixSeconds | None) -> None:
        """Use a link up, or give it back where nothing came of it."""
        await self._connection.execute(
            update(page_links)
            .where(page_links.c.secret_hash == secret_hash)
            .values(used_at=used_at)
        )

    async def forget(self, before: UnixSeconds) -> None:
        """Forget links that expired before then."""
        await self._connection.execute(delete(page_links).where(page_links.c.expires_at < before))
