"""Proposals that a governor's own views show, found without looking through its blocks.

A governor whose ids count up says how many proposals there are, how each stands, and when its vote
starts. It was made the voting delay before that, and a look into that one block gives what no view
tells: the description. So they are found where a provider looks for logs in few blocks at once.

Where a vote starts after a time to change the proposal, the governor tells the block itself; what
was changed since is looked for, as far as that takes few requests.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.event import GovernorEvent, ProposalCreated, ProposalUpdated
from bot.domain.onchain.governor import ClockMode, Governor, Observation, ProposalKey
from bot.domain.onchain.proposal import LIVE
from bot.domain.types import Address, BlockNumber, GovernorProposalId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.flavours import BY_FLAVOUR
from bot.gateways.chain.questions import number, question
from bot.gateways.chain.reading import LogPage
from bot.services.governance.pages import Stretch, read_ahead

log = structlog.get_logger()

MOST_AT_START = 30  # ids of a governor, the newest: what is older is hardly still open
MOST_COUNTED = 100_000  # proposals: a contract may say any number, and we count down from it
MOST_FOR_CHANGES = 16  # requests for one proposal's; Nouns' may be changed for three days


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumerated:
    """What the views of governors have shown."""

    # With what has changed the proposals since.
    creations: Sequence[ProposalCreated | ProposalUpdated] = ()
    over: frozenset[ProposalKey] = frozenset()  # nothing is open of these any more
    failed: frozenset[Address] = frozenset()  # governors of which not everything could be read


def is_enumerable(governor: Governor) -> bool:
    """Say whether the block that a proposal was made in follows from its views."""
    counts_own_blocks = governor.clock_mode is ClockMode.BLOCK_NUMBER
    return governor.is_sequential and counts_own_blocks and not governor.counts_l1_blocks


async def newest_ids(
    client: ChainClient, governors: Sequence[Governor], at: BlockId
) -> list[ProposalKey]:
    """Give the highest id of each governor that can be enumerated, in one HTTP request or so.

    Raises:
        ChainError: The node failed.
    """
    asked = {
        (governor.address, each): question(governor.address, each)
        for governor in filter(is_enumerable, governors)
        for each in BY_FLAVOUR[governor.flavour].counters
    }
    answers = await client.ask_each(asked.values(), at)
    counts: dict[ProposalKey, None] = {}
    for (address, _), one in asked.items():
        count = number(answers.get(one))
        if count and count <= MOST_COUNTED:
            id_ = GovernorProposalId(count)
            counts[ProposalKey(chain_id=client.chain_id, governor=address, id=id_)] = None
    return list(counts)


async def open_creations(
    client: ChainClient,
    governors: Sequence[Governor],
    known: Collection[ProposalKey],
    at: BlockId,
) -> Enumerated:
    """Find how the proposals began that are still open, and that nobody has told us of.

    Raises:
        ChainError: The node failed, whomever it was asked about.
    """
    by_address = {governor.address: governor for governor in governors}
    keys = [
        key
        for newest in await newest_ids(client, governors, at)
        for key in below(newest, MOST_AT_START)
        if key not in known
    ]
    seen = await client.observe(by_address, keys, at) if keys else {}
    found, failed = list[ProposalCreated | ProposalUpdated](), set[Address]()
    for key, one in seen.items():
        if one.state in LIVE and one.vote_start is not None:
            try:
                found += await creation(client, by_address[key.governor], one, at)
            except ChainError as error:
                failed.add(key.governor)
                log.info("how a proposal began cannot be read", of=key, why=str(error))
    return Enumerated(
        creations=sorted(found, key=lambda event: event.position.block.number),
        over=frozenset(key for key, one in seen.items() if one.state not in LIVE),
        failed=frozenset(failed),
    )


def below(newest: ProposalKey, most: int) -> list[ProposalKey]:
    """Give a proposal and those before it, the newest first."""
    last = max(0, newest.id - most)
    return [
        ProposalKey(
            chain_id=newest.chain_id, governor=newest.governor, id=GovernorProposalId(number)
        )
        for number in range(newest.id, last, -1)
    ]


async def creation(
    client: ChainClient, governor: Governor, seen: Observation, at: BlockId
) -> list[ProposalCreated | ProposalUpdated]:
    """Look for a proposal's creation in the block that its views tell of, and for its changes.

    It is not there if the voting delay was another then.

    Raises:
        ChainError: The node failed, or has forgotten that block.
    """
    assert seen.vote_start is not None, "whoever asks has seen it"
    fixed = BlockNumber(seen.vote_start - governor.voting_delay)
    block = fixed if seen.created_in is None else seen.created_in
    if not 0 <= block <= at.number:
        return []
    page = await client.logs(block, block, [governor.address])
    changes = await _changes(client, seen, block, BlockNumber(min(fixed, at.number)))
    return [
        event
        for event in [*page.events, *changes]
        if isinstance(event, ProposalCreated | ProposalUpdated) and event.id == seen.key.id
    ]


async def _changes(
    client: ChainClient, seen: Observation, made: BlockNumber, last: BlockNumber
) -> list[GovernorEvent]:
    """Read what a governor did from after a proposal's creation until nobody may change it."""
    found: list[GovernorEvent] = []

    def takes_few() -> bool:
        return last - made <= MOST_FOR_CHANGES * client.endpoint.span

    async def take(page: LogPage) -> bool:
        found.extend(page.events)
        return takes_few()

    if takes_few():
        addresses = [seen.key.governor]
        stretch = Stretch(scanned=made, last=last, addresses=addresses, anchor=None)
        await read_ahead(client, stretch, take)
    if not takes_few():
        log.info("a proposal may have been changed since", proposal=seen.key.id, block=made)
    return found
