"""Technical reviews: of everything that waits in a timelock, until it is executed or never will."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.clock import Clock
from bot.domain.card import subject
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.onchain.announcement import governor_prefix
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.governor import Governor, GovernorState, ProposalKey
from bot.domain.onchain.proposal import GovernorProposal, Moment
from bot.domain.proposal import Actor, require_moderator
from bot.domain.review.announcement import ConcernRaised
from bot.domain.review.review_card import is_review_code, review_code
from bot.domain.review.technical_review import (
    NAME_LIMIT,
    SignOff,
    TechnicalReview,
    begun,
    check_pause,
    chosen_checks,
    digest_of,
    is_simulation_due,
    require_signer,
    simulated,
    with_concern,
)
from bot.domain.types import ChainId, GuildId, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.services.technical_reviews.simulating import simulate
from bot.services.technical_reviews.telling import (
    Place,
    note,
    place_of,
    take_back,
    tell_difference,
    tell_review,
)
from bot.storage.database import Database
from bot.storage.store import Store

Describe: TypeAlias = Callable[
    [ChainId, Sequence[Call], BlockId, Governor], Awaitable[tuple[DecodedCall, ...]]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """A review that a person wants to do something with."""

    place: Place
    review: TechnicalReview
    signed: Sequence[SignOff]


class TechnicalReviews:
    """Begins, repeats, records and ends reviews; all of it follows from what is stored."""

    def __init__(
        self,
        database: Database,
        chains: Mapping[ChainId, ChainClient],
        describe: Describe,
        now: Clock,
    ) -> None:
        self._database = database
        self._chains = chains
        self._describe = describe
        self._now = now

    async def tick(self) -> None:
        """Look at everything that is queued or under review, and at what is linked and alive."""
        async with self._database.reading() as store:
            wanted = await _wanted(store)
            linked = await _linked(store)
        for guild_id, key in wanted:
            await self._look(guild_id, key)
        if linked:
            async with self._database.transaction() as store:
                for guild_id, key in linked:
                    if (place := await place_of(store, guild_id, key)) is not None:
                        await tell_difference(store, place, self._now())

    async def _look(self, guild_id: GuildId, key: ProposalKey) -> None:
        async with self._database.reading() as store:
            place = await place_of(store, guild_id, key)
            review = await store.technical_reviews.of(guild_id, key)
        now = self._now()
        is_queued = place is not None and place.proposal.state is GovernorState.QUEUED
        if review is None and not is_queued:
            return
        tried: TechnicalReview | None = None
        if place is not None and is_queued:
            tried = _current(review, place, now)
            if is_simulation_due(tried, place.proposal.eta, now):
                tried = await self._tried(tried, place.governor, place.proposal)
        async with self._database.transaction() as store:
            await self._record(store, guild_id, key, tried)

    async def _record(
        self, store: Store, guild_id: GuildId, key: ProposalKey, tried: TechnicalReview | None
    ) -> None:
        """Write down what a look has shown; what people did meanwhile stays."""
        place = await place_of(store, guild_id, key)
        review = await store.technical_reviews.of(guild_id, key)
        if review is not None and (
            place is None or review.digest != digest_of(place.proposal.calls)
        ):
            await take_back(store, review)
            review = None
        if place is None or (review is None and tried is None):
            return
        if tried is not None and tried.digest != digest_of(place.proposal.calls):
            return  # A fork has put another proposal in its place; the next look begins anew.
        now = self._now()
        if review is None:
            assert tried is not None, "one of them is there"
            review = tried
            await note(store, place, now, "the technical review has begun")
        elif tried is not None:
            review = replace(
                review,
                described=tried.described,
                simulation=tried.simulation,
                tried_at=tried.tried_at,
            )
        await tell_review(store, place, review, now)

    async def _tried(
        self, review: TechnicalReview, governor: Governor, proposal: GovernorProposal
    ) -> TechnicalReview:
        """Try the calls, and read anew what they mean; no transaction is open."""
        client = self._chains.get(governor.chain_id)
        found, at = await simulate(client, governor, proposal.calls, self._now)
        if at is not None:
            described = await self._describe(governor.chain_id, proposal.calls, at, governor)
            review = replace(review, described=described)
        return simulated(review, found)

    async def opened(self, guild_id: GuildId, name: str) -> OpenReview:
        """Give a review, open or ended, by the reference of its proposal or by its own code.

        Raises:
            Refusal: There is no such proposal here, or it has no review.
        """
        async with self._database.reading() as store:
            return await _opened(store, guild_id, name)

    async def signable(self, guild_id: GuildId, name: str, actor: Actor) -> OpenReview:
        """Give the review whose checks somebody wants to sign, or raise a concern about.

        Raises:
            Refusal: The actor may not, or there is no review that still goes on.
        """
        async with self._database.reading() as store:
            return await _signable(store, guild_id, name, actor)

    async def sign(
        self, guild_id: GuildId, name: str, actor: Actor, checks: Collection[str]
    ) -> OpenReview:
        """Let somebody have signed these checks, and none of the others.

        Raises:
            Refusal: The actor may not, it has ended, or one is none of its checks.
        """
        now = self._now()
        async with self._database.transaction() as store:
            found = await _signable(store, guild_id, name, actor)
            chosen = chosen_checks(found.review, checks)
            had = {each.check for each in found.signed if each.user_id == actor.user_id}
            signer = actor.name[:NAME_LIMIT]
            new = [
                SignOff(check=check, user_id=actor.user_id, name=signer, at=now)
                for check in chosen
                if check not in had
            ]
            gone = [check for check in found.review.checks if check in had - {*chosen}]
            await store.technical_reviews.sign(found.review, new)
            await store.technical_reviews.withdraw(found.review, actor.user_id, gone)
            signed = [each.check for each in new]
            for what, lines in (("signed", signed), ("withdrew the signature of", gone)):
                if lines:
                    said = f"technical review: {what} {', '.join(lines)}"
                    await note(store, found.place, now, said, by=actor)
            await tell_review(store, found.place, found.review, now)
            return await _opened(store, guild_id, name)

    async def raise_concern(self, guild_id: GuildId, name: str, actor: Actor, text: str) -> bool:
        """Note a concern, or withdraw one with an empty text; tells whether there is one now.

        Raises:
            Refusal: The actor may not, it has ended, or the text is too long.
        """
        now = self._now()
        async with self._database.transaction() as store:
            found = await _signable(store, guild_id, name, actor)
            place = found.place
            review = with_concern(found.review, actor, text, now)
            mine = next((each for each in review.concerns if each.user_id == actor.user_id), None)
            what = f"raised a concern: {mine.text}" if mine else "withdrew their concern"
            await note(store, place, now, f"technical review: {what}", by=actor)
            await tell_review(store, place, review, now)
            if mine is not None:
                news = ConcernRaised(
                    subject=subject(place.ours) if place.ours else None,
                    governor_key=review.key,
                    governor_name=place.governor.name,
                    title=place.proposal.title,
                    by=actor.user_id,
                    text=mine.text,
                    eta=place.proposal.eta,
                    at=now,
                )
                proposal_id = place.ours.id if place.ours else None
                await store.outbox.say(place.community, news, now, proposal_id=proposal_id)
        return mine is not None

    async def simulate_again(self, guild_id: GuildId, name: str, actor: Actor) -> TechnicalReview:
        """Try the calls now.

        Raises:
            Refusal: The actor is no moderator, it has ended, or it was tried within a minute.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            found = await _opened(store, guild_id, name)
        _check_open(found)
        check_pause(found.review, self._now())
        tried = await self._tried(found.review, found.place.governor, found.place.proposal)
        async with self._database.transaction() as store:
            await self._record(store, guild_id, found.review.key, tried)
            await note(store, found.place, self._now(), "technical review: simulated", by=actor)
        return tried


def _current(review: TechnicalReview | None, place: Place, now: UnixSeconds) -> TechnicalReview:
    """Give the review that goes on, or begin one: for other calls it begins anew."""
    proposal, community = place.proposal, place.community
    if review is not None and review.digest == digest_of(proposal.calls):
        return review
    return begun(community.guild_id, proposal.key, proposal.calls, community.policy, now)


async def _wanted(store: Store) -> list[tuple[GuildId, ProposalKey]]:
    """Give what is under review, and what is queued where a server has heard of it."""
    wanted = {(each.guild_id, each.key): None for each in await store.technical_reviews.open()}
    watched = await store.communities.watched()
    for chain_id in dict.fromkeys(each.governor.chain_id for each in watched):
        for proposal in await store.chain.live_proposals(chain_id):
            if proposal.state is GovernorState.QUEUED:
                heard = f"{governor_prefix(proposal.key)}{Moment.QUEUED}"
                wanted |= {
                    (each.guild_id, proposal.key): None
                    for each in watched
                    if (each.governor.chain_id, each.governor.address)
                    == (chain_id, proposal.key.governor)
                    and await store.outbox.has_heard(each.guild_id, heard)
                }
    return list(wanted)


async def _linked(store: Store) -> list[tuple[GuildId, ProposalKey]]:
    """Give what carries out a proposal of ours, and can still be stopped."""
    return [
        (each.guild_id, each.governor_key)
        for each in await store.proposals.in_phases([Phase.ON_CHAIN])
        if each.governor_key is not None
    ]


async def _opened(store: Store, guild_id: GuildId, name: str) -> OpenReview:
    key = await _key(store, guild_id, name)
    place = await place_of(store, guild_id, key) if key else None
    review = await store.technical_reviews.of(guild_id, key) if key else None
    if place is None or review is None:
        raise Refusal(_GONE if is_review_code(name) else _NONE.format(name=name))
    signed = await store.technical_reviews.signed(review)
    return OpenReview(place=place, review=review, signed=signed)


_GONE = (
    "This technical review is not there any more: its proposal was taken off the chain, or its "
    "governor is no longer followed here. Nothing was changed."
)
_NONE = (
    "{name} has no technical review: one begins when its proposal on chain is queued in the "
    "timelock."
)


async def _key(store: Store, guild_id: GuildId, name: str) -> ProposalKey | None:
    """Find what a review is of, in this server alone: codes and references can be made up."""
    if not is_review_code(name):
        return (await store.proposals.by_reference(guild_id, name)).governor_key
    keys = await store.technical_reviews.keys_in(guild_id)
    return next((key for key in keys if review_code(key) == name), None)


async def _signable(store: Store, guild_id: GuildId, name: str, actor: Actor) -> OpenReview:
    found = await _opened(store, guild_id, name)
    require_signer(actor, found.place.community.policy)
    _check_open(found)
    return found


def _check_open(found: OpenReview) -> None:
    state = found.place.proposal.state
    if not found.review.is_open or state is not GovernorState.QUEUED:
        raise Refusal(
            f"The technical review of {found.place.called} is over: on chain the proposal is "
            f"“{state}”. Nothing was changed."
        )
