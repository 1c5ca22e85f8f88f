"""The bot's client against a hub and a sequencer on loopback, through real sockets."""

import dataclasses
from decimal import Decimal

import httpx
import pytest

from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import (
    Label,
    SequencerAnswer,
    SignedEnvelope,
    SnapshotState,
    SpaceLimits,
    Verdict,
    VotingType,
)
from bot.domain.types import SnapshotProposalId, SpaceId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.wire import SnapshotError
from sandbox.clock import SandboxClock
from sandbox.snapshot.exchange import RefusedError
from sandbox.snapshot.wallet import Wallet
from sandbox.snapshot.world import SnapshotWorld

SPACE = SpaceId("usebraintrust.eth")
DAY = 86_400


def people(world: SnapshotWorld) -> tuple[Wallet, Wallet]:
    return world.wallet("mara", power=12_000), world.wallet("ben", power=7)


async def test_a_space_is_read_with_its_rules(
    world: SnapshotWorld, client: SnapshotClient, signer: Signer
) -> None:
    moderator = world.wallet("mod").address
    world.space(
        "strict.eth",
        members=[signer.address],
        moderators=[moderator],
        quorum=10,
        voting={"delay": 60, "period": 3 * DAY, "type": "basic", "privacy": "shutter"},
        network="10",
        turbo=True,
    )

    space = await client.space(SpaceId("strict.eth"))

    assert space is not None
    assert space.members == (signer.address,)
    assert space.moderators == (moderator,)
    assert (space.voting_delay, space.voting_period) == (60, 3 * DAY)
    assert space.voting_type is VotingType.BASIC
    assert (space.privacy, space.network, space.quorum) == ("shutter", "10", Decimal(10))
    assert (space.only_members, space.turbo, space.hibernated) == (True, True, False)


async def test_what_a_space_does_not_fix_is_none(client: SnapshotClient) -> None:
    space = await client.space(SPACE)

    assert space is not None
    assert (space.voting_delay, space.voting_period, space.voting_type) == (None, None, None)
    assert (space.name, space.symbol, space.quorum) == ("Braintrust", "BTRST", Decimal(100_000))


async def test_a_spaces_labels_are_read_with_their_names(
    world: SnapshotWorld, client: SnapshotClient
) -> None:
    label = {"id": "a1", "name": "Fees", "description": "", "color": "#EB4C5B"}
    world.ledger.spaces[SPACE].labels.append(label)
    space = await client.space(SPACE)
    assert space is not None
    assert space.labels == (Label(id="a1", name="Fees"),)


async def test_what_the_hub_does_not_know_is_none(client: SnapshotClient) -> None:
    assert await client.space(SpaceId("nowhere.eth")) is None
    assert await client.proposal(SnapshotProposalId("0x" + "0" * 64)) is None


async def test_the_limits_are_those_of_the_spaces_plan(
    world: SnapshotWorld, client: SnapshotClient
) -> None:
    world.ledger.options["space.verified.body_limit"] = "12345"
    del world.ledger.options["space.verified.choices_limit"]
    verified = await client.space(SPACE)
    assert verified is not None

    assert await client.limits(verified) == SpaceLimits(
        body_units=12_345, choices=0, proposals_a_day=20, proposals_a_month=100, open_of_author=10
    )
    plans = {
        "turbo": dataclasses.replace(verified, turbo=True),
        "default": dataclasses.replace(verified, verified=False),
        "flagged": dataclasses.replace(verified, verified=False, flagged=True),
    }
    limits = {plan: await client.limits(space) for plan, space in plans.items()}
    assert {plan: each.choices for plan, each in limits.items()} == {
        "turbo": 1000,
        "default": 20,
        "flagged": 20,
    }
    assert {plan: each.proposals_a_day for plan, each in limits.items()} == {
        "turbo": 40,
        "default": 3,
        "flagged": 1,
    }


async def test_limits_that_were_not_told_are_unknown_and_not_nought(
    world: SnapshotWorld, client: SnapshotClient
) -> None:
    world.ledger.options.clear()
    space = await client.space(SPACE)
    assert space is not None
    assert await client.limits(space) == SpaceLimits(body_units=None, choices=None)


async def test_a_space_tells_what_it_demands_of_who_proposes_and_who_votes(
    world: SnapshotWorld, client: SnapshotClient
) -> None:
    world.space(SPACE, only_members=False, flagged=True, strategies=[{"name": "ticket"}])
    space = await client.space(SPACE)
    assert space is not None
    assert (space.validation, space.vote_validation) == ("basic", "any")
    assert (space.flagged, space.strategies) == (True, ("ticket",))


async def test_proposals_are_counted_in_the_space_and_of_the_author(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope, message: ProposalMessage
) -> None:
    await client.post(envelope)
    now = UnixSeconds(world.now())
    counts = await client.counts(message.space, message.author, now)
    assert counts.created == (message.timestamp,)
    assert counts.open_until == (message.end,)
    assert (await client.counts(message.space, None, now)).open_until == ()
    later = UnixSeconds(now + 31 * 86_400)
    assert (await client.counts(message.space, message.author, later)).created == ()


async def test_a_posted_proposal_is_read_back_as_it_was_signed(
    client: SnapshotClient, envelope: SignedEnvelope, message: ProposalMessage
) -> None:
    answer = await client.post(envelope)
    proposal = await client.proposal(envelope.id)

    assert answer == SequencerAnswer(verdict=Verdict.STORED)
    assert proposal is not None
    for name in ("author", "space", "title", "body", "discussion", "choices", "start", "end"):
        assert getattr(proposal, name) == getattr(message, name)
    assert proposal.type == message.type
    assert proposal.created == message.timestamp
    assert proposal.snapshot_block == message.snapshot_block
    assert proposal.link == f"https://snapshot.box/#/s:{SPACE}/proposal/{envelope.id}"
    assert (proposal.scores, proposal.scores_total, proposal.votes) == ((), Decimal(0), 0)
    assert (proposal.quorum, proposal.flagged, proposal.privacy) == (Decimal(100_000), False, "")


async def test_the_text_that_was_signed_is_what_is_posted(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    await client.post(envelope)

    assert world.requests[-1].body == envelope.text.encode()
    assert world.requests[-1].headers["content-type"] == "application/json"


async def test_the_same_envelope_twice_is_one_proposal(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    await client.post(envelope)

    again = await client.post(envelope)

    assert again == SequencerAnswer(verdict=Verdict.ALREADY_KNOWN, text="duplicate message")
    assert len(world.proposals) == 1


async def test_votes_move_the_scores_and_the_clock_closes_the_vote(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope, clock: SandboxClock
) -> None:
    mara, ben = people(world)
    await client.post(envelope)

    pending = await client.proposal(envelope.id)
    clock.jump(2 * DAY)
    await mara.vote(envelope.id, choice=1, reason="Fees are too high.")
    await ben.vote(envelope.id, choice=3)
    active = await client.proposal(envelope.id)
    clock.jump(6 * DAY + 1)
    closed = await client.proposal(envelope.id)
    clock.jump(60)
    final = await client.proposal(envelope.id)

    assert pending is not None and active is not None  # noqa: PT018 - narrows both
    assert closed is not None and final is not None  # noqa: PT018 - narrows both
    assert [each.state for each in (pending, active, closed)] == list(SnapshotState)
    assert active.scores == (Decimal(12_000), Decimal(0), Decimal(7))
    assert (active.scores_total, active.votes, active.scores_final) == (Decimal(12_007), 2, False)
    assert not closed.scores_final
    assert final == dataclasses.replace(
        closed, scores_final=True, scores_updated=final.scores_updated
    )


async def test_a_vote_nobody_took_part_in_ends_with_zeros(
    client: SnapshotClient, envelope: SignedEnvelope, clock: SandboxClock
) -> None:
    await client.post(envelope)
    clock.jump(9 * DAY)

    final = await client.proposal(envelope.id)

    assert final is not None
    assert (final.scores, final.scores_final) == ((Decimal(0),) * 3, True)


async def test_a_second_vote_replaces_the_first(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope, clock: SandboxClock
) -> None:
    mara, _ = people(world)
    await client.post(envelope)
    clock.jump(2 * DAY)
    await mara.vote(envelope.id, choice=1)
    clock.jump(1)

    await mara.vote(envelope.id, choice=2)

    proposal = await client.proposal(envelope.id)
    assert proposal is not None
    assert (proposal.scores, proposal.votes) == ((Decimal(0), Decimal(12_000), Decimal(0)), 1)


async def test_a_vote_at_the_wrong_time_is_refused(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    mara, _ = people(world)
    await client.post(envelope)

    with pytest.raises(RefusedError, match="not in voting window"):
        await mara.vote(envelope.id, choice=1)


async def test_approval_gives_every_picked_option_the_whole_power(
    world: SnapshotWorld,
    client: SnapshotClient,
    signer: Signer,
    message: ProposalMessage,
    clock: SandboxClock,
) -> None:
    mara, ben = people(world)
    envelope = signer.sign(dataclasses.replace(message, type=VotingType.APPROVAL))
    await client.post(envelope)
    clock.jump(2 * DAY)

    await mara.vote(envelope.id, choice=[1, 3])
    await ben.vote(envelope.id, choice=[3])

    proposal = await client.proposal(envelope.id)
    assert proposal is not None
    assert proposal.scores == (Decimal(12_000), Decimal(0), Decimal(12_007))
    assert proposal.scores_total == 12_007


async def test_scores_of_any_size_and_fraction_stay_decimals(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    await client.post(envelope)
    record = world.proposal(envelope.id)
    assert record is not None
    record.scores = [Decimal("0.1"), Decimal("123456789.123456"), Decimal("1e-18")]
    record.scores_total = Decimal("400.5")

    proposal = await client.proposal(envelope.id)

    assert proposal is not None
    assert proposal.scores == (Decimal("0.1"), Decimal("123456789.123456"), Decimal("1e-18"))
    assert proposal.scores_total == Decimal("400.5")


async def test_many_proposals_are_one_request(
    world: SnapshotWorld, client: SnapshotClient, signer: Signer, message: ProposalMessage
) -> None:
    envelopes = [
        signer.sign(dataclasses.replace(message, title=f"Number {number}")) for number in range(5)
    ]
    for envelope in envelopes:
        await client.post(envelope)
    ids = [envelope.id for envelope in reversed(envelopes)]
    unknown = SnapshotProposalId("0x" + "0" * 64)
    world.requests.clear()

    found = await client.proposals([ids[0], unknown, *ids[1:]])

    assert {proposal.id for proposal in found.rows} == set(ids)
    assert found.is_whole
    assert len(world.requests) == 1


async def test_more_than_the_default_page_is_read(
    world: SnapshotWorld, client: SnapshotClient, signer: Signer, message: ProposalMessage
) -> None:
    world.ledger.options["space.verified.proposal_limit_per_day"] = "1000"
    envelopes = [
        signer.sign(dataclasses.replace(message, title=f"Number {number}")) for number in range(25)
    ]
    for envelope in envelopes:
        await client.post(envelope)

    found = await client.proposals([envelope.id for envelope in envelopes])

    assert len(found.rows) == 25


async def test_asking_for_nothing_asks_nobody(world: SnapshotWorld, client: SnapshotClient) -> None:
    assert (await client.proposals([])).rows == ()
    assert world.requests == []


async def test_a_flagged_proposal_says_so(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    await client.post(envelope)
    record = world.proposal(envelope.id)
    assert record is not None
    record.flagged = True

    proposal = await client.proposal(envelope.id)

    assert proposal is not None
    assert proposal.flagged


async def test_a_deleted_proposal_is_none(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    await client.post(envelope)

    deleted = await world.wallet("assent").post(
        "CancelProposal", {"space": SPACE, "proposal": envelope.id}
    )

    assert deleted.status == 200
    assert await client.proposal(envelope.id) is None


async def test_an_api_key_goes_to_the_hub_and_not_to_the_sequencer(
    world: SnapshotWorld, http: httpx.AsyncClient, envelope: SignedEnvelope
) -> None:
    client = SnapshotClient(http, world.hub_url, world.sequencer_url, api_key="sandbox")

    await client.space(SPACE)
    await client.post(envelope)

    assert world.requests[0].headers["x-api-key"] == "sandbox"
    assert "x-api-key" not in world.requests[1].headers


async def test_a_wrong_api_key_is_told(world: SnapshotWorld, http: httpx.AsyncClient) -> None:
    client = SnapshotClient(http, world.hub_url, world.sequencer_url, api_key="wrong")

    with pytest.raises(SnapshotError, match="invalid api key"):
        await client.space(SPACE)
