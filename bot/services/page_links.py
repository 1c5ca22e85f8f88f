"""Links to the signing page: made in Discord, opened in a browser, used once."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errand import (
    LINK_LASTS,
    PageErrand,
    PageLink,
    SignChange,
    SignProposal,
    opened,
    require_right,
)
from bot.domain.errors import Refusal
from bot.domain.lifecycle import STEP_OF, VOTING
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import VoteStatus
from bot.domain.proposal import Actor, Proposal, require_author
from bot.domain.typed import TypedChange, TypedDeletion, TypedEdit
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.database import Database
from bot.storage.store import Store

_WITHDRAWN = frozenset(
    {VoteStatus.POSTPONED, VoteStatus.REFUSED, VoteStatus.SET_ASIDE, VoteStatus.REHEARSED}
)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLink:
    """A link that is good, with what a person has to know before they connect a wallet."""

    link: PageLink
    proposal: Proposal | None  # whose vote is to be signed or changed
    step_name: str = ""
    space: str = ""
    change: TypedChange | None = None  # of the vote that Snapshot shows as `seen`
    seen: SnapshotProposal | None = None


class PageLinks:
    """Makes links, opens them and uses them up; only the hash of a secret is kept."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def make(self, guild_id: GuildId, actor: Actor, errand: PageErrand) -> str:
        """Give the secret of a new link for this member.

        Raises:
            Denial: They have no right to it.
            Refusal: The server is not set up, or there is no such vote to sign now.
        """
        require_right(errand, actor)
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._now()
        link = PageLink(
            guild_id=guild_id,
            user_id=actor.user_id,
            errand=errand,
            made_at=now,
            expires_at=UnixSeconds(now + LINK_LASTS),
        )
        async with self._database.transaction() as store:
            about = await _about(store, link)
            if about.change and about.proposal:
                require_author(about.proposal, actor)
            await store.page_links.add(_hash(secret), link)
        return secret

    async def open(self, secret: str) -> OpenedLink:
        """Say what a link is for.

        Raises:
            DeadLinkError: It is used, expired or unknown.
            Refusal: What it was for is past.
        """
        async with self._database.reading() as store:
            link = opened(await store.page_links.of(_hash(secret)), self._now())
            return await _about(store, link)

    async def prepare(self, secret: str, errand: PageErrand) -> None:
        """Keep what was handed to the wallet, so that nothing else is taken for signed.

        Raises:
            DeadLinkError: The link was used meanwhile, or has expired.
        """
        key = _hash(secret)
        async with self._database.transaction() as store:
            opened(await store.page_links.of(key), self._now())
            await store.page_links.prepare(key, errand)

    @asynccontextmanager
    async def using(self, secret: str) -> AsyncIterator[PageLink]:
        """Use a link up; it is good again only if what it is used for fails.

        What was signed is kept where it belongs, and not with the link: a wallet that is unlinked
        is forgotten altogether.

        Raises:
            DeadLinkError: It is used, expired or unknown.
        """
        key = _hash(secret)
        async with self._database.transaction() as store:
            link = opened(await store.page_links.of(key), self._now())
            await store.page_links.mark(key, self._now())
        is_done = False
        try:
            yield link
            is_done = True
        finally:
            async with self._database.transaction() as store:
                if is_done:
                    await store.page_links.prepare(key, replace(link.errand, unsigned=None))
                else:
                    await store.page_links.mark(key, None)


async def _about(store: Store, link: PageLink) -> OpenedLink:
    """Put beside a link what it is about, looked up within its server."""
    community = await store.communities.of(link.guild_id)
    errand, space = link.errand, community.space or ""
    if isinstance(errand, SignChange):
        return await _about_change(store, link, errand)
    if not isinstance(errand, SignProposal):
        return OpenedLink(link=link, proposal=None, space=space)
    proposal = await store.proposals.here(link.guild_id, errand.proposal_id)
    vote = await store.votes.current(proposal.id, errand.step)
    if vote is None or vote.round != errand.round or vote.status in _WITHDRAWN:
        raise Refusal(
            f"There is no such vote of {proposal.reference} to sign any more; nothing was signed."
        )
    if vote.envelope is not None:
        raise Refusal(f"The vote on {proposal.reference} is signed already; thank you.")
    step_name = community.policy.step(errand.step).name
    return OpenedLink(link=link, proposal=proposal, step_name=step_name, space=space)


async def _about_change(store: Store, link: PageLink, errand: SignChange) -> OpenedLink:
    """Put beside a link the change that its member has typed, and the vote as it was last seen.

    Raises:
        Denial: It is somebody else's.
        Refusal: It is done, or its vote is past; who may still do it is asked when it is signed.
    """
    change = await store.typed.of(link.guild_id, link.user_id, errand.typed_id)
    if not isinstance(change, TypedEdit | TypedDeletion):
        raise Refusal("This was typed for something else; nothing was signed.")
    proposal = await store.proposals.here(link.guild_id, change.proposal_id)
    step = STEP_OF[proposal.phase] if proposal.phase in VOTING else None
    vote = await store.votes.current(proposal.id, step) if step else None
    seen = vote.observed if vote else None
    is_other = isinstance(change, TypedDeletion) and seen and seen.id != change.snapshot_id
    if seen is None or is_other:
        raise Refusal(
            f"The vote of {proposal.reference} that was to be changed is past; nothing was signed."
        )
    return OpenedLink(link=link, proposal=proposal, space=seen.space, change=change, seen=seen)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
