"""A vote that a wallet has signed, changed and deleted by the signature of a wallet."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from bot.domain.drafting.posted import VoteEdit
from bot.domain.errors import Denial, Refusal
from bot.domain.offchain.announcement import ChangeRefused, VoteEdited, VoteGone
from bot.domain.offchain.messages import MessageStatus, SentMessage
from bot.domain.offchain.unsigned import Unsigned
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import Address
from sandbox.snapshot.wallet import Wallet
from tests import builders
from tests.builders import AUTHOR, GUILD, MARA, MEMBER, MODERATOR
from tests.town import DAY, Town

CONTRACT = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
REASON = "The numbers in it are wrong."
WANTED: dict[str, Any] = {"body": "Another text."}


@pytest.fixture
def keyless(town: Town) -> Town:
    """Take Assent's key away; the space's author is a member with a wallet."""
    town.signer, town.can_sign_in_browser = None, True
    town.space.members[:] = [mara(town).address]
    town.restart()
    return town


def mara(town: Town) -> Wallet:
    return town.world.wallet("mara")


def address(wallet: Wallet) -> Address:
    return Address(wallet.address)


def signature(wallet: Wallet, message: Unsigned) -> str:
    signed = encode_typed_data(full_message=json.loads(message.typed_data))
    return "0x" + bytes(Account.sign_message(signed, wallet.key).signature).hex()


async def pending(town: Town) -> Proposal:
    """Bring a proposal to Snapshot by a wallet's signature; its vote starts a day later."""
    town.space.voting["delay"] = DAY
    idea = await town.noticed()
    vote = await town.vote(idea)
    town.clock.time = vote.opens_at
    message = await town.publishing.unsigned(GUILD, idea.id, vote.step, address(mara(town)))
    by = signature(mara(town), message)
    await town.publishing.take_signature(GUILD, idea.id, vote.step, message, message.author, by)
    return await town.publish(idea)


async def offered(town: Town, idea: Proposal, what: str, actor: Actor = AUTHOR) -> int:
    """Ask for an edit or a deletion; gives the id of what is kept."""
    if what == "edit":
        edit = VoteEdit(updated=None, **WANTED)
        return (await town.changes.offer_edit(GUILD, idea.reference, actor, edit)).typed_id
    deletion = await town.changes.offer_deletion(GUILD, idea.reference, actor, REASON)
    return deletion.typed_id


async def take(
    town: Town, typed_id: int, message: Unsigned, by: str, actor: Actor = AUTHOR
) -> SentMessage:
    return await town.changes.take_signature(GUILD, actor, typed_id, message, by)


async def sign(
    town: Town, typed_id: int, actor: Actor = AUTHOR, wallet: Wallet | None = None
) -> SentMessage:
    """Connect a wallet and sign what is handed to it."""
    signer = wallet or mara(town)
    message = await town.changes.unsigned(GUILD, actor, typed_id, address(signer))
    return await take(town, typed_id, message, signature(signer, message), actor)


async def go_on(town: Town) -> None:
    for _ in range(3):
        await town.dispatch.tick()
        await town.tallies.tick()


async def status_of(town: Town, sent: SentMessage) -> MessageStatus:
    return (await town.changes.state(sent.envelope.id)).sent.status


@pytest.mark.parametrize("actor", [AUTHOR, MODERATOR])
async def test_what_the_votes_own_wallet_signs_is_changed_and_announced(
    keyless: Town, actor: Actor
) -> None:
    idea = await pending(keyless)
    sent = await sign(keyless, await offered(keyless, idea, "edit", actor), actor)
    assert await status_of(keyless, sent) is MessageStatus.SIGNED
    await go_on(keyless)
    assert (await keyless.record(idea)).body == "Another text."
    assert await status_of(keyless, sent) is MessageStatus.DONE
    news = await keyless.only(VoteEdited)
    assert (news.by, news.change) == (actor.user_id, "Changed: the text.")
    assert len(await keyless.heard(VoteEdited)) == 2


async def test_a_second_edit_is_signed_upon_the_first(keyless: Town) -> None:
    idea = await pending(keyless)
    first = await sign(keyless, await offered(keyless, idea, "edit"))
    await go_on(keyless)
    keyless.clock.wait(60)
    edit = VoteEdit(updated=first.at, title="[Temperature Check] - Second")
    again = await keyless.changes.offer_edit(GUILD, idea.reference, AUTHOR, edit)
    await sign(keyless, again.typed_id)
    await go_on(keyless)
    record = await keyless.record(idea)
    assert (record.title, record.body) == ("[Temperature Check] - Second", "Another text.")


@pytest.mark.parametrize("whose", ["mara", "a moderator of the space", "an admin of the space"])
async def test_the_votes_wallet_and_the_spaces_stewards_delete_it(
    keyless: Town, whose: str
) -> None:
    idea = await pending(keyless)
    wallet = keyless.world.wallet(whose)
    keyless.space.moderators.append(keyless.world.wallet("a moderator of the space").address)
    keyless.space.admins.append(keyless.world.wallet("an admin of the space").address.lower())
    await sign(keyless, await offered(keyless, idea, "delete"), wallet=wallet)
    await go_on(keyless)
    assert not keyless.world.proposals
    news = await keyless.only(VoteGone)
    assert (news.by, news.reason) == (MARA, REASON)
    assert not await keyless.heard(ChangeRefused)


@pytest.mark.parametrize(
    ("what", "words"),
    [("edit", "of the wallet alone that has signed the vote"), ("delete", "is none of them")],
)
async def test_a_wallet_that_snapshot_would_not_take_it_of_is_told_before_it_signs(
    keyless: Town, what: str, words: str
) -> None:
    idea = await pending(keyless)
    typed_id = await offered(keyless, idea, what)
    author = keyless.world.wallet("another author of the space")
    keyless.space.members.append(author.address)
    with pytest.raises(Refusal, match=words) as refused:
        await sign(keyless, typed_id, wallet=author)
    assert mara(keyless).address in str(refused.value)


@pytest.mark.parametrize("given", ["0x", "0x00", "0x" + "11" * 65, "nonsense", "0x" + "00" * 65])
async def test_a_signature_that_is_none_is_refused(keyless: Town, given: str) -> None:
    typed_id = await offered(keyless, await pending(keyless), "edit")
    message = await keyless.changes.unsigned(GUILD, AUTHOR, typed_id, address(mara(keyless)))
    with pytest.raises(Refusal, match="is not the signature of"):
        await take(keyless, typed_id, message, given)
    other = keyless.world.wallet("stranger")
    with pytest.raises(Refusal, match="is not the signature of"):
        await take(keyless, typed_id, message, signature(other, message))
    await take(keyless, typed_id, message, signature(mara(keyless), message))


async def test_a_contract_wallet_signs_by_its_contracts_word(keyless: Town) -> None:
    idea = await pending(keyless)
    record = await keyless.record(idea)
    record.author = CONTRACT
    await keyless.tallies.tick()
    typed_id = await offered(keyless, idea, "delete")
    message = await keyless.changes.unsigned(GUILD, AUTHOR, typed_id, CONTRACT)
    long = "0x" + "ab" * 130
    keyless.chain.wallets[CONTRACT] = lambda digest, _given: digest.hex() != message.id[2:]
    with pytest.raises(Refusal, match="is not the signature of"):
        await take(keyless, typed_id, message, long)
    keyless.chain.wallets[CONTRACT] = lambda digest, given: (
        (digest.hex(), given.hex()) == (message.id[2:], long[2:])
    )
    sent = await take(keyless, typed_id, message, long)
    assert f'"address":"{CONTRACT}"' in sent.envelope.text
    assert f'"from":"{CONTRACT}"' in sent.envelope.text
    assert sent.envelope.id == message.id


@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_a_signature_that_took_too_long_is_refused(keyless: Town, what: str) -> None:
    typed_id = await offered(keyless, await pending(keyless), what)
    message = await keyless.changes.unsigned(GUILD, AUTHOR, typed_id, address(mara(keyless)))
    keyless.clock.wait(601)
    with pytest.raises(Refusal, match="More than ten minutes"):
        await take(keyless, typed_id, message, signature(mara(keyless), message))


async def test_a_signature_of_something_else_is_not_taken_for_it(keyless: Town) -> None:
    idea = await pending(keyless)
    edit, deletion = await offered(keyless, idea, "edit"), await offered(keyless, idea, "delete")
    other = await keyless.changes.unsigned(GUILD, AUTHOR, edit, address(mara(keyless)))
    with pytest.raises(Refusal, match="has changed since this was made"):
        await take(keyless, deletion, other, signature(mara(keyless), other))
    assert keyless.world.proposals


@pytest.mark.parametrize("what", ["edit", "delete"])
async def test_of_two_signatures_one_is_taken(keyless: Town, what: str) -> None:
    idea = await pending(keyless)
    typed_id = await offered(keyless, idea, what)
    message = await keyless.changes.unsigned(GUILD, AUTHOR, typed_id, address(mara(keyless)))
    by = signature(mara(keyless), message)
    turns = [take(keyless, typed_id, message, by) for _ in range(2)]
    ends = await asyncio.gather(*turns, return_exceptions=True)
    (refused,) = [end for end in ends if isinstance(end, BaseException)]
    assert isinstance(refused, Refusal)
    assert "dealt with already" in str(refused)
    await go_on(keyless)
    assert len(await keyless.heard(VoteEdited if what == "edit" else VoteGone)) == 2


async def test_the_right_is_asked_again_when_it_is_prepared_and_when_it_is_signed(
    keyless: Town,
) -> None:
    idea = await pending(keyless)
    typed_id = await offered(keyless, idea, "edit", MODERATOR)
    former = replace(MODERATOR, is_moderator=False)
    message = await keyless.changes.unsigned(GUILD, MODERATOR, typed_id, address(mara(keyless)))
    by = signature(mara(keyless), message)
    with pytest.raises(Denial, match="Only the author"):
        await keyless.changes.unsigned(GUILD, former, typed_id, message.author)
    with pytest.raises(Denial, match="Only the author"):
        await take(keyless, typed_id, message, by, former)
    with pytest.raises(Denial, match="not yours"):
        await take(keyless, typed_id, message, by, MEMBER)
    await take(keyless, typed_id, message, by, MODERATOR)


async def test_a_text_that_needs_approval_by_now_is_a_moderators_to_change(keyless: Town) -> None:
    typed_id = await offered(keyless, await pending(keyless), "edit")
    message = await keyless.changes.unsigned(GUILD, AUTHOR, typed_id, address(mara(keyless)))
    await keyless.found(builders.community(policy=builders.policy(approvers=1)))
    with pytest.raises(Refusal, match="approved before it was posted"):
        await take(keyless, typed_id, message, signature(mara(keyless), message))


async def test_what_was_changed_elsewhere_or_has_started_meanwhile_is_not_signed(
    keyless: Town,
) -> None:
    idea = await pending(keyless)
    typed_id = await offered(keyless, idea, "edit")
    message = await keyless.changes.unsigned(GUILD, AUTHOR, typed_id, address(mara(keyless)))
    by = signature(mara(keyless), message)
    record = await keyless.record(idea)
    record.updated = keyless.clock()
    with pytest.raises(Refusal, match="changed on Snapshot since"):
        await take(keyless, typed_id, message, by)
    record.updated, record.start = None, keyless.clock()
    with pytest.raises(Refusal, match="has started"):
        await take(keyless, typed_id, message, by)


async def test_in_a_dry_run_nothing_is_signed(keyless: Town) -> None:
    typed_id = await offered(keyless, await pending(keyless), "delete")
    await keyless.found(builders.community(is_rehearsing=True))
    with pytest.raises(Refusal, match="dry run"):
        await sign(keyless, typed_id)


async def test_without_a_key_nothing_is_confirmed_in_discord(keyless: Town) -> None:
    typed_id = await offered(keyless, await pending(keyless), "delete")
    with pytest.raises(Refusal, match="the wallet that posted the vote does"):
        await keyless.changes.confirm(GUILD, AUTHOR, typed_id)


async def test_a_vote_made_outside_is_deleted_by_its_wallet_and_edited_where_it_was_made(
    keyless: Town,
) -> None:
    idea = await pending(keyless)
    async with keyless.database.transaction() as store:
        await store.votes.save(replace(await keyless.vote(idea), envelope=None))
    with pytest.raises(Refusal, match="made outside of Assent"):
        await offered(keyless, idea, "edit")
    await sign(keyless, await offered(keyless, idea, "delete"))
    await go_on(keyless)
    assert (await keyless.only(VoteGone)).by == MARA
    assert not keyless.world.proposals


async def test_with_a_key_that_may_not_sign_for_the_votes_wallet_the_wallet_signs(
    keyless: Town,
) -> None:
    idea = await pending(keyless)
    keyless.signer = keyless.world.wallet("assent").signer
    keyless.restart()
    await sign(keyless, await offered(keyless, idea, "edit"))
    await go_on(keyless)
    assert (await keyless.record(idea)).body == "Another text."
