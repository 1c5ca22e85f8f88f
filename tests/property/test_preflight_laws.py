"""The law of the pre-flight: it and the sequencer agree on every message."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from eth_account import Account
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.domain.drafting.checklist import findings
from bot.domain.offchain.author import Author, AuthorKind
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.preflight import Facts, preflight, wording
from bot.domain.offchain.snapshot import Space, Verdict, VotingType
from bot.domain.types import Address, BlockNumber, ChainId, SpaceId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.posting import envelope_units
from bot.gateways.snapshot.signer import Signer
from sandbox.snapshot.world import SnapshotWorld

NOW = UnixSeconds(1_800_000_000)
DAY = 86_400
BODY_LIMIT = 40  # small, so that examples reach it
CHOICES_LIMIT = 4
SPACE = "law.eth"

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
EDGES = st.integers(250, 260).map(lambda length: "🗳" * length)
TITLES = WORDS | EDGES
BODIES = WORDS | st.integers(BODY_LIMIT - 3, BODY_LIMIT + 3).map("x".__mul__) | EDGES
CHOICES = st.lists(WORDS | EDGES, max_size=CHOICES_LIMIT + 1).map(tuple)
DISCUSSIONS = st.sampled_from(
    ["", "https://discord.com/channels/1/2", "ftp://x.org", "ipfs://bafy", "nowhere"]
) | st.integers(230, 250).map(lambda length: "https://x.org/" + "x" * length)
LABELS = st.lists(st.sampled_from(["a1", "b2", "too-long-an-id"]), max_size=11).map(tuple)


def mostly(usual: Any, unusual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Choose what is right most of the time, so that a message is often right as a whole."""
    return st.integers(0, 7).flatmap(lambda dice: st.just(usual) if dice else unusual)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A space, and a message for it."""

    settings: dict[str, Any]
    voting: dict[str, Any]
    earlier: int  # proposals that the space has already
    is_member: bool
    power: int
    fields: dict[str, Any]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Make a case that breaks few rules, or none."""
    voting = {
        "delay": draw(mostly(None, st.just(3_600))),
        "period": draw(mostly(None, st.just(3 * DAY))),
        "type": draw(mostly(None, st.sampled_from(["basic", "approval"]))),
        "privacy": draw(mostly(None, st.sampled_from(["any", "shutter"]))),
    }
    delay = draw(mostly(voting["delay"] or 0, st.just(60)))
    types = st.sampled_from([each for each in VotingType if each is not VotingType.CUSTOM])
    fields = {
        "title": draw(mostly("A fine title", TITLES)),
        "body": draw(mostly("Why.", BODIES)),
        "choices": draw(mostly(("Yes", "No"), CHOICES)),
        "type": draw(mostly(VotingType(voting["type"] or "single-choice"), types)),
        "discussion": draw(mostly("", DISCUSSIONS)),
        "labels": draw(mostly((), LABELS)),
        "start": UnixSeconds(NOW + delay),
        "end": UnixSeconds(NOW + delay + draw(mostly(3 * DAY, st.just(7 * DAY)))),
    }
    return Case(
        settings={
            "only_members": draw(st.booleans()),
            "hibernated": bool(draw(mostly(0, st.just(1)))),
            "validation": {"name": draw(mostly("basic", st.just("any"))), "params": {}},
            "turbo": draw(st.booleans()),
            "verified": draw(st.booleans()),
        },
        voting={name: value for name, value in voting.items() if value is not None},
        earlier=draw(mostly(0, st.integers(0, 2))),
        is_member=not draw(mostly(0, st.just(1))),
        power=draw(st.sampled_from([0, 5])),
        fields=fields,
    )


def is_stricter(message: ProposalMessage) -> bool:
    """Say whether we refuse this by rules of our own, which Snapshot does not have."""
    choices = message.choices
    return (
        not message.title.strip()
        or len(choices) < 2
        or len(set(choices)) < len(choices)
        or not all(choice.strip() for choice in choices)
    )


async def told(case: Case) -> tuple[ProposalMessage, tuple[str, ...], Verdict, str]:
    """Ask both: our findings, and the sequencer's verdict."""
    world = SnapshotWorld(lambda: NOW, block_number=lambda: 500, rate_limit=False)
    for plan in ("turbo", "verified", "default"):
        world.ledger.options[f"space.{plan}.body_limit"] = str(BODY_LIMIT)
        world.ledger.options[f"space.{plan}.choices_limit"] = str(CHOICES_LIMIT)
        world.ledger.options[f"space.{plan}.proposal_limit_per_day"] = "2"
    wallet = world.wallet("author", power=case.power)
    world.space(
        SPACE,
        members=[wallet.address] if case.is_member else [],
        voting=case.voting,
        **case.settings,
    )
    for number in range(case.earlier):
        world.place(SPACE, f"Earlier {number}")
    async with httpx.AsyncClient(transport=world.transport()) as http:
        client = SnapshotClient(http, "http://hub/graphql", "http://sequencer")
        space = await client.space(SpaceId(SPACE))
        assert space is not None
        message, found = await judged(client, space, Address(wallet.address), case)
        signed = Signer(Account.from_key(wallet.key)).sign(message)
        answer = await client.post(signed)
    await world.close()
    return message, found, answer.verdict, answer.text


async def judged(
    client: SnapshotClient, space: Space, author: Address, case: Case
) -> tuple[ProposalMessage, tuple[str, ...]]:
    message = ProposalMessage(
        author=author,
        space=space.id,
        timestamp=NOW,
        snapshot_block=BlockNumber(400),
        privacy="shutter" if space.privacy == "shutter" else "",
        **case.fields,
    )
    facts = Facts(
        space=space,
        limits=await client.limits(space),
        counts=await client.counts(space.id, author, NOW),
        author=Author(kind=AuthorKind.KEY, address=author),
        envelope_units=envelope_units(message),
        chains=frozenset({ChainId(1)}),
        now=NOW,
        block_time=NOW,
    )
    return message, findings((*wording(message, facts.limits), *preflight(message, facts)))


@settings(max_examples=150)
@given(cases())
def test_what_passes_is_accepted_and_what_is_refused_was_found(case: Case) -> None:
    message, found, verdict, text = asyncio.run(told(case))
    event(text or "accepted")
    if not found and text != "validation failed":  # which scores alone can tell
        assert verdict is Verdict.STORED, text
    if found and not is_stricter(message):
        assert verdict is Verdict.REFUSED, found
