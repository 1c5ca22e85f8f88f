"""What a scripted node says, as it comes out of the transport."""

import json
from typing import Any

from msgspec import convert

from bot.gateways.chain.json_rpc import Answer, Log, answers


def spoken(said: Any) -> list[Answer] | Answer:
    """Read what a node says as if it came over HTTP; the answers of a batch are in order.

    Bytes are taken as they are.
    """
    if isinstance(said, bytes):
        return answers(said, 1)
    if isinstance(said, list):
        said = [
            one | {"id": number} if isinstance(one, dict) else one
            for number, one in enumerate(said)
        ]
    return answers(json.dumps(said).encode(), len(said) if isinstance(said, list) else 1)


def log_of(fields: dict[str, Any]) -> Log:
    """Read one log as JSON-RPC writes it."""
    return convert(fields, Log)
