"""A new proposal: what its author writes by default, and what is stored of it."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.snapshot.ledger import DAY_SECONDS, ProposalRecord, SpaceRecord

_OPEN_SECONDS = 7 * DAY_SECONDS


def drafted(
    space_id: str, rules: Mapping[str, Any], *, now: int, head: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a proposal as the space's `voting` rules want it, but for the fields given."""
    start = fields.get("start", now + (rules.get("delay") or 0))
    return {
        "space": space_id,
        "timestamp": now,
        "type": rules.get("type") or "single-choice",
        "title": "Untitled",
        "body": "",
        "discussion": "",
        "choices": ["For", "Against", "Abstain"],
        "labels": [],
        "start": start,
        "end": start + (rules.get("period") or _OPEN_SECONDS),
        "snapshot": head,
        "plugins": "{}",
        "privacy": own_privacy(rules),
        "app": "sandbox",
        **fields,
    }


def stored(
    space: SpaceRecord, message: Mapping[str, Any], message_id: str, ipfs: str
) -> ProposalRecord:
    """Give what is kept of a signed proposal, with what its space lends to it."""
    return ProposalRecord(
        id=message_id,
        ipfs=ipfs,
        author=message["from"],
        created=message["timestamp"],
        space=message["space"],
        network=space.network,
        symbol=space.symbol,
        type=message["type"],
        title=message["title"],
        body=message["body"],
        discussion=message["discussion"],
        choices=list(message["choices"]),
        labels=list(message.get("labels", [])),
        start=message["start"],
        end=message["end"],
        snapshot=message["snapshot"],
        plugins=json_or_nothing(message["plugins"]),
        privacy=privacy_of(space, message),
        app=kebab(message["app"]),
        strategies=list(space.strategies),
        validation=dict(space.vote_validation),
        quorum=Decimal(str(space.voting.get("quorum") or 0)),
        quorum_type=space.voting.get("quorumType") or "default",
        flagged=False,
    )


def own_privacy(rules: Mapping[str, Any]) -> str:
    """Tell what a space demands, or nothing where anything goes."""
    demanded = rules.get("privacy")
    return "" if demanded in {None, "any"} else str(demanded)


def privacy_of(space: SpaceRecord, message: Mapping[str, Any]) -> str:
    """Tell a proposal's privacy; the oldest lists sign none, and the space's holds."""
    return str(message.get("privacy", own_privacy(space.voting)))


def json_or_nothing(text: str) -> Any:
    """Read JSON as the sequencer does: what is none is an empty object."""
    try:
        return json.loads(text)
    except ValueError:
        return {}


def kebab(text: str) -> str:
    """Write the name of an app as the sequencer keeps it."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
