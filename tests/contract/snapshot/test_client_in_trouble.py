"""The bot's client when Snapshot, or the way to it, fails: nothing is lost and nothing doubled."""

import asyncio
import dataclasses
from contextlib import suppress
from decimal import Decimal

import httpx
import pytest
from eth_account import Account

from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import (
    SequencerAnswer,
    SignedEnvelope,
    Space,
    Verdict,
)
from bot.domain.types import BlockNumber, Seconds, SnapshotProposalId, SpaceId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.wire import SnapshotError
from sandbox.snapshot.exchange import Reply, html_reply, json_reply
from sandbox.snapshot.world import SnapshotWorld

SPACE = SpaceId("usebraintrust.eth")


async def test_a_lost_answer_is_an_error_on_the_way_and_the_same_text_is_known(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.lose_answer()

    with pytest.raises(httpx.RemoteProtocolError):
        await client.post(envelope)
    again = await client.post(envelope)

    assert again.verdict is Verdict.ALREADY_KNOWN
    assert len(world.proposals) == 1


async def test_nobody_listening_is_an_error_on_the_way(
    http: httpx.AsyncClient, envelope: SignedEnvelope
) -> None:
    client = SnapshotClient(http, "http://127.0.0.1:9/graphql", "http://127.0.0.1:9")

    with pytest.raises(httpx.ConnectError):
        await client.post(envelope)
    with pytest.raises(httpx.ConnectError):
        await client.space(SPACE)


async def test_the_same_text_while_it_is_being_processed_is_known(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.delay(0.2)

    first, second = await asyncio.gather(client.post(envelope), client.post(envelope))

    assert {first.verdict, second.verdict} == {Verdict.STORED, Verdict.ALREADY_KNOWN}
    assert "request already being processed" in {first.text, second.text}


@pytest.mark.parametrize("status", [403, 404, 408, 500, 502, 503])
async def test_trouble_on_the_other_side_is_worth_another_try(
    status: int, world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.html(status=status)

    answer = await client.post(envelope)

    assert answer.verdict is Verdict.TRY_AGAIN
    assert answer.text.startswith(f"HTTP {status}: <html>")
    assert world.proposals == []
    assert (await client.post(envelope)).verdict is Verdict.STORED


async def test_a_server_error_without_words_is_worth_another_try(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.server_error()

    answer = await client.post(envelope)

    assert answer.verdict is Verdict.TRY_AGAIN
    assert answer.text == 'HTTP 500: {"error":"server_error","error_description":{}}'


async def test_maintenance_is_worth_another_try(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.sequencer.is_in_maintenance = True

    answer = await client.post(envelope)

    assert answer == SequencerAnswer(
        verdict=Verdict.TRY_AGAIN, text="update in progress, try later"
    )


async def test_too_many_requests_tell_how_long_to_wait(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.too_many(retry_after=30)
    world.faults.too_many(on="hub", retry_after=45)

    answer = await client.post(envelope)
    with pytest.raises(SnapshotError, match="too many requests") as caught:
        await client.space(SPACE)

    assert answer.verdict is Verdict.TRY_AGAIN
    assert answer.retry_after_seconds == Seconds(30)
    assert caught.value.retry_after_seconds == Seconds(45)


async def test_a_refusal_that_passes_is_worth_another_try(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.pinning_failed()
    world.faults.chain_unreachable()

    answers = [await client.post(envelope) for _ in range(3)]

    assert [answer.verdict for answer in answers] == [
        Verdict.TRY_AGAIN,
        Verdict.TRY_AGAIN,
        Verdict.STORED,
    ]


async def test_a_refusal_is_given_word_for_word(
    world: SnapshotWorld, client: SnapshotClient, signer: Signer, message: ProposalMessage
) -> None:
    stranger = Signer(Account.from_key(world.wallet("stranger").key))
    foreign = dataclasses.replace(message, author=stranger.address)
    late = dataclasses.replace(message, timestamp=UnixSeconds(message.timestamp + 301))
    ahead = dataclasses.replace(message, snapshot_block=BlockNumber(501))

    answers = [
        await client.post(stranger.sign(foreign)),
        await client.post(signer.sign(late)),
        await client.post(signer.sign(ahead)),
    ]

    assert [(answer.verdict, answer.text) for answer in answers] == [
        (Verdict.REFUSED, "only space authors can propose"),
        (Verdict.REFUSED, "wrong timestamp"),
        (Verdict.REFUSED, "invalid snapshot block"),
    ]


async def test_a_page_in_place_of_words_is_no_refusal(client: SnapshotClient) -> None:
    answer = await client.post(SignedEnvelope(id=SnapshotProposalId("0x00"), text="{"))

    assert answer.verdict is Verdict.TRY_AGAIN
    assert answer.text.startswith("HTTP 400: <html>")


@pytest.mark.parametrize(
    "body", [b"<html>welcome</html>", b"", b"[]", b"{}", b'{"id":7}', b"\xff\xfe"]
)
async def test_an_acceptance_that_cannot_be_read_is_an_error(
    body: bytes, world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.answer("sequencer", Reply(status=200, body=body))

    with pytest.raises(SnapshotError, match="unreadable"):
        await client.post(envelope)


async def test_an_acceptance_of_something_else_is_an_error(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.faults.answer("sequencer", json_reply({"id": "0x" + "9" * 64}))

    with pytest.raises(SnapshotError, match=f"0x999.* but {envelope.id} was posted"):
        await client.post(envelope)


# The hub: whatever it does, an answer is whole or an error.


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({"errors": [{"message": "PROCESSING"}], "data": None}),
        json_reply({"errors": [{"message": "PROCESSING"}], "data": {"proposal": None}}),
        json_reply({"errors": [{"message": "PROCESSING"}]}, 500),
        json_reply({"errors": "PROCESSING"}),
    ],
)
async def test_an_error_of_the_hub_is_an_error_whatever_its_status(
    reply: Reply, world: SnapshotWorld, client: SnapshotClient
) -> None:
    world.faults.answer("hub", reply)

    with pytest.raises(SnapshotError, match="PROCESSING"):
        await client.proposal(SnapshotProposalId("0x00"))


@pytest.mark.parametrize(
    "reply",
    [
        html_reply(200),
        html_reply(502),
        Reply(status=200, body=b""),
        Reply(status=200, body=b"\xff\xfe"),
        json_reply([]),
        json_reply({}),
        json_reply({"data": None}),
        json_reply({"data": {}}),
        json_reply({"data": {"proposal": 1, "proposals": 1, "space": 1, "options": 1}}),
        json_reply({"data": {"proposal": {}, "proposals": [{}], "space": {}, "options": [{}]}}),
        json_reply({"data": {"proposal": [], "proposals": [None], "space": [], "options": [1]}}),
    ],
)
async def test_an_answer_that_cannot_be_read_is_an_error_for_every_question(
    reply: Reply, world: SnapshotWorld, client: SnapshotClient, space: Space
) -> None:
    world.faults.answer("hub", reply, times=4)
    proposal_id = SnapshotProposalId("0x00")

    with pytest.raises(SnapshotError):
        await client.space(SPACE)
    with pytest.raises(SnapshotError):
        await client.proposal(proposal_id)
    with suppress(SnapshotError):  # of which there is one where there is not even a list
        assert not (await client.proposals([proposal_id])).is_whole
    with pytest.raises(SnapshotError):
        await client.limits(space)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("space", None),
        ("choices", None),
        ("choices", ["Yes", None]),
        ("start", "1800000000"),
        ("end", 1.5),
        ("votes", True),
        ("scores", ["1"]),
        ("scores", [None]),
        ("quorum", "many"),
        ("state", "paused"),
        ("snapshot", "latest"),
    ],
)
async def test_one_wrong_field_makes_the_whole_answer_an_error(
    field: str,
    value: object,
    world: SnapshotWorld,
    client: SnapshotClient,
    envelope: SignedEnvelope,
    http: httpx.AsyncClient,
) -> None:
    await client.post(envelope)
    row = await a_row(world, client, http, envelope.id)

    world.faults.answer("hub", json_reply({"data": {"proposal": {**row, field: value}}}))

    with pytest.raises(SnapshotError, match="proposal cannot be read"):
        await client.proposal(envelope.id)


async def test_fields_an_older_hub_leaves_empty_are_read_as_nothing(
    world: SnapshotWorld,
    client: SnapshotClient,
    envelope: SignedEnvelope,
    http: httpx.AsyncClient,
) -> None:
    await client.post(envelope)
    row = await a_row(world, client, http, envelope.id)
    empty = ("body", "scores", "scores_total", "votes", "flagged", "privacy", "snapshot")
    world.faults.answer("hub", json_reply({"data": {"proposal": {**row, **dict.fromkeys(empty)}}}))

    proposal = await client.proposal(envelope.id)

    assert proposal is not None
    assert (proposal.body, proposal.scores, proposal.scores_total) == ("", (), Decimal(0))
    assert (proposal.votes, proposal.flagged, proposal.privacy) == (0, False, "")
    assert proposal.snapshot_block is None


async def test_a_lost_answer_of_the_hub_is_an_error_on_the_way(
    world: SnapshotWorld, client: SnapshotClient
) -> None:
    world.faults.lose_answer(on="hub")

    with pytest.raises(httpx.RemoteProtocolError):
        await client.space(SPACE)


async def test_a_hub_that_lags_does_not_know_the_proposal_yet(
    world: SnapshotWorld, client: SnapshotClient, envelope: SignedEnvelope
) -> None:
    world.freeze_hub()
    await client.post(envelope)

    assert await client.proposal(envelope.id) is None
    world.thaw_hub()
    assert await client.proposal(envelope.id) is not None


async def test_more_ids_than_the_hub_takes_are_a_mistake_of_ours(client: SnapshotClient) -> None:
    ids = [SnapshotProposalId(f"0x{number:064x}") for number in range(101)]

    with pytest.raises(AssertionError, match="100 ids"):
        await client.proposals(ids)
    assert (await client.proposals(ids[:100])).rows == ()


async def a_row(
    world: SnapshotWorld, client: SnapshotClient, http: httpx.AsyncClient, proposal_id: str
) -> dict[str, object]:
    """The hub's own answer to the client's own question."""
    await client.proposal(SnapshotProposalId(proposal_id))
    question = world.requests[-1].body
    answer = await http.post(world.hub_url, content=question)
    row: dict[str, object] = answer.json()["data"]["proposal"]
    return row
