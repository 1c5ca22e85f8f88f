"""Votes that members sign with wallets of their own, where Assent has no key."""

import asyncio
import json
from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.offchain.announcement import (
    PublishingDelayed,
    PublishingRefused,
    SignatureWanted,
    VoteOpened,
)
from bot.domain.offchain.unsigned import Unsigned
from bot.domain.offchain.vote import VoteStatus
from bot.domain.policy import BRAINTRUST, Step
from bot.domain.proposal import Proposal
from bot.domain.types import Address, GuildId, Seconds
from sandbox.snapshot.wallet import Wallet
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.town import DAY, SPACE, Town

CONTRACT = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
STEP = Step.TEMPERATURE


@pytest.fixture
def keyless(town: Town) -> Town:
    """Take Assent's key away; the space's author is a member with a wallet."""
    town.signer, town.can_sign_in_browser = None, True
    town.space.members[:] = [mara(town).address]
    town.restart()
    return town


def mara(town: Town) -> Wallet:
    return town.world.wallet("mara")


async def due(town: Town) -> Proposal:
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    return idea


async def unsigned(town: Town, idea: Proposal, author: Address | None = None) -> Unsigned:
    by = author or Address(mara(town).address)
    return await town.publishing.unsigned(GUILD, idea.id, STEP, by)


def signature(wallet: Wallet, message: Unsigned) -> str:
    signed = encode_typed_data(full_message=json.loads(message.typed_data))
    return "0x" + bytes(Account.sign_message(signed, wallet.key).signature).hex()


async def take(town: Town, idea: Proposal, message: Unsigned, by: str) -> None:
    await town.publishing.take_signature(GUILD, idea.id, STEP, message, message.author, by)


async def sign(town: Town, idea: Proposal) -> None:
    message = await unsigned(town, idea)
    await take(town, idea, message, signature(mara(town), message))


async def test_a_due_vote_calls_once_for_a_signature_and_asks_nobody_else(keyless: Town) -> None:
    idea = await due(keyless)
    keyless.world.requests.clear()
    for _ in range(3):
        await keyless.publishing.tick()
        keyless.clock.wait(2_000)
    heard = await keyless.heard(SignatureWanted)
    assert {where.destination for where, _ in heard} == {"channel:904", f"thread:{idea.id}"}
    assert len(heard) == 2
    assert (heard[0][1].space, heard[0][1].step, heard[0][1].round) == (SPACE, STEP, 1)
    assert not await keyless.heard(PublishingDelayed), "nobody is to blame but who has not signed"
    assert not keyless.world.requests


async def test_what_a_member_has_signed_is_posted_in_their_name(keyless: Town) -> None:
    idea = await due(keyless)
    await keyless.publishing.tick()
    await sign(keyless, idea)
    assert (await keyless.vote(idea)).status is VoteStatus.SIGNED
    await keyless.publishing.tick()
    record = await keyless.record(idea)
    assert record.author == mara(keyless).address
    assert record.end - record.start == 3 * DAY
    assert await keyless.heard(VoteOpened)
    assert len(keyless.world.proposals) == 1


async def test_of_two_signatures_the_second_is_told_who_was_faster(keyless: Town) -> None:
    idea = await due(keyless)
    message = await unsigned(keyless, idea)
    by = signature(mara(keyless), message)
    ends = await asyncio.gather(
        take(keyless, idea, message, by), take(keyless, idea, message, by), return_exceptions=True
    )
    (refused,) = [end for end in ends if end is not None]
    assert isinstance(refused, Refusal)
    assert f"already signed by {mara(keyless).address}" in str(refused)
    with pytest.raises(Refusal, match="already signed by"):
        await unsigned(keyless, idea)


async def test_a_wallets_own_way_of_writing_a_signature_is_posted_in_the_common_one(
    keyless: Town,
) -> None:
    idea = await due(keyless)
    message = await unsigned(keyless, idea)
    common = signature(mara(keyless), message)
    hardware = common[:-2] + {"1b": "00", "1c": "01"}[common[-2:]]
    await take(keyless, idea, message, hardware)
    vote = await keyless.vote(idea)
    assert vote.envelope is not None
    assert json.loads(vote.envelope.text)["sig"] == common


@pytest.mark.parametrize("given", ["0x", "0x00", "0x" + "11" * 65, "nonsense", "0x" + "00" * 65])
async def test_a_signature_that_is_none_is_refused(keyless: Town, given: str) -> None:
    idea = await due(keyless)
    message = await unsigned(keyless, idea)
    with pytest.raises(Refusal, match="is not the signature of"):
        await take(keyless, idea, message, given)
    assert (await keyless.vote(idea)).envelope is None


async def test_another_wallets_signature_is_refused(keyless: Town) -> None:
    idea = await due(keyless)
    message = await unsigned(keyless, idea)
    other = keyless.world.wallet("stranger")
    with pytest.raises(Refusal, match="is not the signature of"):
        await take(keyless, idea, message, signature(other, message))
    with pytest.raises(Refusal, match="made for another wallet"):
        await keyless.publishing.take_signature(
            GUILD, idea.id, STEP, message, Address(other.address), signature(other, message)
        )


async def test_a_contract_wallet_signs_by_its_contracts_word(keyless: Town) -> None:
    idea = await due(keyless)
    keyless.space.members.append(CONTRACT)
    message = await unsigned(keyless, idea, CONTRACT)
    long = "0x" + "ab" * 130
    keyless.chain.wallets[CONTRACT] = lambda digest, _given: digest.hex() != message.id[2:]
    with pytest.raises(Refusal, match="is not the signature of"):
        await take(keyless, idea, message, long)
    keyless.chain.wallets[CONTRACT] = lambda digest, given: (
        (digest.hex(), given.hex())
        == (
            message.id[2:],
            long[2:],
        )
    )
    await take(keyless, idea, message, long)
    vote = await keyless.vote(idea)
    assert vote.status is VoteStatus.SIGNED
    assert vote.envelope is not None
    assert f'"address":"{CONTRACT}"' in vote.envelope.text
    assert f'"from":"{CONTRACT}"' in vote.envelope.text


async def test_a_signature_that_took_too_long_is_refused(keyless: Town) -> None:
    idea = await due(keyless)
    message = await unsigned(keyless, idea)
    keyless.clock.wait(601)
    with pytest.raises(Refusal, match="More than ten minutes"):
        await take(keyless, idea, message, signature(mara(keyless), message))


async def test_what_has_changed_since_has_to_be_signed_anew(keyless: Town) -> None:
    idea = await due(keyless)
    message = await unsigned(keyless, idea)
    temperature = replace(BRAINTRUST.temperature, voting_period=Seconds(4 * DAY))
    await keyless.found(builders.community(policy=builders.policy(temperature=temperature)))
    with pytest.raises(Refusal, match="has changed since this was made"):
        await take(keyless, idea, message, signature(mara(keyless), message))
    await sign(keyless, idea)


async def test_who_may_not_propose_is_told_before_they_sign(keyless: Town) -> None:
    idea = await due(keyless)
    stranger = Address(keyless.world.wallet("stranger").address)
    with pytest.raises(Refusal, match=f"add {stranger} as an author there"):
        await unsigned(keyless, idea, stranger)


async def test_nothing_is_handed_out_before_its_time_or_after_it_was_called_off(
    keyless: Town,
) -> None:
    idea = await keyless.noticed()
    with pytest.raises(Refusal, match="The notice is not over"):
        await unsigned(keyless, idea)
    keyless.clock.time = (await keyless.vote(idea)).opens_at
    message = await unsigned(keyless, idea)
    await keyless.drafts.postpone(GUILD, idea.reference, MODERATOR, "Wait.")
    with pytest.raises(Refusal, match="waits for a signature now"):
        await take(keyless, idea, message, signature(mara(keyless), message))


async def test_a_proposal_of_another_server_is_none_of_theirs(keyless: Town) -> None:
    idea = await due(keyless)
    with pytest.raises(Denial):
        await keyless.publishing.unsigned(GuildId(1), idea.id, STEP, CONTRACT)


async def test_with_a_key_nobody_else_has_to_sign(town: Town) -> None:
    town.can_sign_in_browser = True
    town.restart()
    idea = await due(town)
    with pytest.raises(Refusal, match="Assent signs the vote on BTRST-1 itself"):
        await unsigned(town, idea)


async def test_a_signature_of_who_may_not_propose_lets_another_one_sign(keyless: Town) -> None:
    keyless.space.only_members = False
    keyless.space.validation = {"name": "basic", "params": {"minScore": 1}}
    idea = await due(keyless)
    await keyless.publishing.tick()
    stranger = keyless.world.wallet("stranger")
    message = await unsigned(keyless, idea, Address(stranger.address))
    await take(keyless, idea, message, signature(stranger, message))
    await keyless.publishing.tick()
    assert (await keyless.vote(idea)).status is VoteStatus.NOTICED
    assert (await keyless.proposal(idea)).phase is Phase.TEMPERATURE_NOTICE
    assert not await keyless.heard(PublishingRefused)
    again = [news for _, news in await keyless.heard(SignatureWanted) if news.refused]
    assert {news.text for news in again} == {"validation failed"}
    assert "does not meet the space's requirements" in again[0].meaning
    await sign(keyless, idea)
    await keyless.publishing.tick()
    assert (await keyless.record(idea)).author == mara(keyless).address
    assert len(keyless.world.proposals) == 1


async def test_publishing_without_a_key_says_that_a_member_signs(keyless: Town) -> None:
    idea = await keyless.promoted()
    view = await keyless.drafts.preflight(GUILD, idea.reference, MODERATOR)
    assert view.findings == ()
    (author,) = [check for check in view.checks if check.name == "Author"]
    assert "signs in the browser with their own wallet" in author.detail
