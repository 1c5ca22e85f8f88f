"""What a preparation begins with, and what is known of one without asking the chain."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.drafting.draft import bare_title
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import CLOSED, Phase
from bot.domain.offchain.vote import OffChainVote
from bot.domain.onchain.chains import chain_name
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.preparation import Preparation, titled
from bot.domain.policy import Policy
from bot.domain.proposal import Actor, Proposal, require_moderator, thread_link
from bot.domain.text import line, storable
from bot.domain.types import ChainId, GuildId
from bot.storage.communities import WatchedGovernor
from bot.storage.electorate import Electorate
from bot.storage.store import Store

_DECIDED = frozenset({Phase.PASSED, Phase.ON_CHAIN, Phase.IMPLEMENTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A preparation with everything that is known of it without asking the chain."""

    typed_id: int
    preparation: Preparation
    governor: Governor
    reference: str
    voted_title: str
    is_decided: bool
    electorate: Electorate


async def kept(store: Store, guild_id: GuildId, actor: Actor, typed_id: int) -> Preparation:
    """Give what a moderator has typed.

    Raises:
        Refusal: The actor is no moderator, or it is not theirs.
    """
    require_moderator(actor)
    found = await store.typed.of(guild_id, actor.user_id, typed_id)
    if not isinstance(found, Preparation):
        raise Denial("This is no proposal in preparation; nothing was changed.")
    return found


async def case(store: Store, guild_id: GuildId, actor: Actor, typed_id: int) -> Case:
    """Give what is known of a preparation.

    Raises:
        Refusal: As `kept`; or its governor is not watched any more.
    """
    typed = await kept(store, guild_id, actor, typed_id)
    watched = await store.communities.watched(typed.chain_id, guild_id)
    governors = [each.governor for each in watched if each.governor.address == typed.governor]
    if not governors:
        raise Refusal(
            "The governor that this was prepared for is not watched here any more. What you typed "
            "is kept: have the governor watched again, and press once more."
        )
    reference, voted_title, is_decided = "", "", True
    if typed.proposal_id is not None:
        proposal = await store.proposals.here(guild_id, typed.proposal_id)
        policy = (await store.communities.of(guild_id)).policy
        reference, is_decided = proposal.reference, proposal.phase in _DECIDED
        voted_title = _title(_last_posted(await store.votes.of(proposal.id)), policy)
    return Case(
        typed_id=typed_id,
        preparation=typed,
        governor=governors[0],
        reference=reference,
        voted_title=voted_title,
        is_decided=is_decided,
        electorate=await store.electorates.of(guild_id, governors[0], actor.user_id),
    )


async def begun(store: Store, proposal: Proposal | None, governor: Governor) -> Preparation:
    """Take the title and the links from what there is off chain.

    Raises:
        Refusal: The proposal has ended.
    """
    title, text, links = "", "", []
    if proposal is not None:
        if proposal.phase in CLOSED:
            raise Refusal(
                f"{proposal.reference} has ended ({proposal.phase}): there is nothing to put on "
                "chain. Nothing was changed."
            )
        policy = (await store.communities.of(proposal.guild_id)).policy
        vote = _last_posted(await store.votes.of(proposal.id))
        title = _title(vote, policy) or proposal.title
        if vote is not None and vote.observed is not None:
            text = "The full text is that of the vote off chain."
            links.append(f"Snapshot vote: {vote.observed.link}")
        if discussion := thread_link(proposal):
            links.append(f"Discussion: {discussion}")
    first = Preparation(
        proposal_id=proposal.id if proposal else None,
        chain_id=governor.chain_id,
        governor=governor.address,
        title="",
        text="",
        links=tuple(links),
    )
    return titled(first, title, text)


def _last_posted(votes: Sequence[OffChainVote]) -> OffChainVote | None:
    return next((vote for vote in reversed(votes) if vote.observed is not None), None)


def _title(vote: OffChainVote | None, policy: Policy) -> str:
    """Give the title that the rule asks for on chain; `""` where nothing was voted on."""
    return bare_title(vote.observed.title, policy) if vote and vote.observed else ""


def meant(watched: Sequence[WatchedGovernor], name: str) -> Governor:
    """Find the governor that is named: by its address, `<chain>:<address>`, or its name.

    Raises:
        Refusal: There is none, or more than one.
    """
    there_are = [each.governor for each in watched]
    if not there_are:
        raise Refusal(
            "No governor is watched here, so there is nothing to prepare a proposal for. An "
            "administrator adds one with `/governance setup`."
        )
    wanted = storable(name).strip().casefold()
    found = [each for each in there_are if not wanted or wanted in _names(each)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{line(each.name, 60)} {each.address}" for each in there_are[:10])
    if found:
        raise Refusal(f"Which governor? Name one as `governor`: {listed}.")
    raise Refusal(f"No governor “{line(name, 60)}” is watched here. There are: {listed}.")


def _names(governor: Governor) -> tuple[str, ...]:
    address = governor.address.casefold()
    return address, f"{governor.chain_id}:{address}", governor.name.casefold()


def require_same_chain(theirs: ChainId | None, ours: ChainId) -> None:
    """Refuse a file that is for another chain.

    Raises:
        Refusal: It is.
    """
    if theirs is not None and theirs != ours:
        raise Refusal(
            f"The file is for {chain_name(theirs)}, and the governor is on {chain_name(ours)}. "
            "Nothing was changed."
        )
