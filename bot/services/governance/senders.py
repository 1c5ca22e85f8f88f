"""Adds to a cancellation or a veto who sent it, which no event tells."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.domain.onchain.event import GovernorEvent, ProposalCanceled, ProposalVetoed
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError

MOST_ASKED = 50  # in one look: the newest, where many years are read at once

_STOPS = (ProposalCanceled, ProposalVetoed)

log = structlog.get_logger()


async def with_senders(
    node: ChainClient, events: Sequence[GovernorEvent]
) -> Sequence[GovernorEvent]:
    """Ask who sent the cancellations and vetoes; without an answer it is not known."""
    canceled = [event.position.transaction_hash for event in events if isinstance(event, _STOPS)]
    if not canceled:
        return events
    try:
        senders = await node.senders(canceled[-MOST_ASKED:])
    except ChainError as error:
        log.warning("nobody tells who canceled", chain=node.chain_id, error=repr(error))
        return events
    return [
        replace(event, by=senders.get(event.position.transaction_hash))
        if isinstance(event, _STOPS)
        else event
        for event in events
    ]
