"""Wallets linked by a signature, and what is not one."""

import asyncio
from dataclasses import replace

import pytest
from eth_account import Account

from bot.domain.errors import Refusal
from bot.domain.proposal import Actor
from bot.domain.sign_in import SignIn
from bot.domain.types import Address, GuildId
from bot.domain.wallet import WALLETS_LIMIT
from bot.gateways.chain.errors import ChainError
from bot.gateways.signatures import personal_message, signer_of
from sandbox.snapshot.wallet import key_of
from tests import builders
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.forkable_chain import RevertedError
from tests.town import Town

PAGE = ("gov.example.org", "https://gov.example.org/s")
SAFE = Address("0x00000000000000000000000000000000005aFE00")


def address(name: str) -> Address:
    return Address(str(Account.from_key(key_of(name)).address))


def signature(town: Town, name: str, message: SignIn) -> str:
    return town.world.wallet(name).sign_text(message.text)


async def message(town: Town, whose: str, actor: Actor = MEMBER) -> SignIn:
    return await town.wallets.unsigned(GUILD, actor, whose, PAGE)


async def link(town: Town, name: str) -> None:
    made = await message(town, address(name))
    await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, name, made))


async def linked(town: Town, actor: Actor = MEMBER) -> list[str]:
    return [each.address for each in await town.wallets.of(GUILD, actor.user_id)]


async def test_a_member_links_several_wallets_and_forgets_one(town: Town) -> None:
    await link(town, "one")
    town.clock.wait(1)
    await link(town, "two")
    assert await linked(town) == [address("one"), address("two")]
    gone = await town.wallets.unlink(GUILD, MEMBER.user_id, f" {address('one').lower()} ")
    assert gone == address("one")
    assert await linked(town) == [address("two")]
    with pytest.raises(Refusal, match="nothing was changed"):
        await town.wallets.unlink(GUILD, MEMBER.user_id, gone)
    with pytest.raises(Refusal, match="nothing was changed"):
        await town.wallets.unlink(GUILD, MEMBER.user_id, "my wallet")


async def test_nobody_unlinks_what_is_anothers(town: Town) -> None:
    await link(town, "one")
    with pytest.raises(Refusal):
        await town.wallets.unlink(GUILD, AUTHOR.user_id, address("one"))
    assert await linked(town)


async def test_a_wallet_is_one_members_in_a_server_and_no_name_is_told(town: Town) -> None:
    await link(town, "one")
    made = await message(town, address("one"), AUTHOR)
    with pytest.raises(Refusal, match="another member") as refused:
        await town.wallets.take_signature(GUILD, AUTHOR, made, signature(town, "one", made))
    assert MEMBER.name not in str(refused.value)
    assert str(MEMBER.user_id) not in str(refused.value)
    assert await linked(town, AUTHOR) == []


async def test_who_cannot_sign_for_an_address_is_not_told_whether_it_is_linked(town: Town) -> None:
    said = []
    for _ in range(2):
        made = await message(town, address("one"), AUTHOR)
        with pytest.raises(Refusal) as refused:
            await town.wallets.take_signature(GUILD, AUTHOR, made, signature(town, "two", made))
        said.append(str(refused.value))
        await link(town, "one")
    assert said[0] == said[1]


async def test_of_two_members_who_link_one_wallet_at_once_one_does(town: Town) -> None:
    made = {each: await message(town, address("one"), each) for each in (AUTHOR, MEMBER)}
    ends = await asyncio.gather(
        *(
            town.wallets.take_signature(GUILD, who, each, signature(town, "one", each))
            for who, each in made.items()
        ),
        return_exceptions=True,
    )
    assert sorted(type(end).__name__ for end in ends) == ["Refusal", "Wallet"]
    assert len(await linked(town, AUTHOR)) + len(await linked(town, MEMBER)) == 1


async def test_in_another_server_the_same_wallet_may_be_anothers(town: Town) -> None:
    await link(town, "one")
    other = GuildId(901)
    await town.setup.set_up(builders.community(guild_id=other), MODERATOR)
    made = await town.wallets.unsigned(other, AUTHOR, address("one"), PAGE)
    await town.wallets.take_signature(other, AUTHOR, made, signature(town, "one", made))
    assert await linked(town, AUTHOR) == []
    assert len(await town.wallets.of(other, AUTHOR.user_id)) == 1


async def test_the_message_says_whose_where_and_until_when(town: Town) -> None:
    made = await message(town, address("one").lower())
    assert made.address == address("one")
    assert made.domain == "gov.example.org"
    assert f"member ana (id {MEMBER.user_id}) in the server with the id {GUILD}" in made.text
    again = await message(town, address("one"))
    assert again.nonce != made.nonce


async def test_ten_minutes_later_a_signature_is_not_taken(town: Town) -> None:
    made = await message(town, address("one"))
    town.clock.wait(600)
    with pytest.raises(Refusal, match="ten minutes"):
        await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "one", made))
    assert await linked(town) == []


@pytest.mark.parametrize(
    "given", ["", "0x", "0x00", "0x" + "00" * 65, "0x" + "ff" * 65, "0x" + "zz" * 65, "x" * 132]
)
async def test_what_is_no_signature_links_nothing(town: Town, given: str) -> None:
    made = await message(town, address("one"))
    with pytest.raises(Refusal, match="Nothing was linked"):
        await town.wallets.take_signature(GUILD, MEMBER, made, given)
    assert await linked(town) == []


async def test_a_signature_is_good_for_its_very_message(town: Town) -> None:
    made = await message(town, address("one"))
    given = signature(town, "one", made)
    for other in (
        replace(made, nonce="0" * 32),
        replace(made, domain="evil.example"),
        replace(made, statement=made.statement.replace("3", "4")),
    ):
        assert signer_of(personal_message(other.text), given) != address("one")
        with pytest.raises(Refusal):
            await town.wallets.take_signature(GUILD, MEMBER, other, given)
    with pytest.raises(Refusal, match="not the signature"):
        await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "two", made))
    await town.wallets.take_signature(GUILD, MEMBER, made, given)


async def test_a_contract_wallet_is_asked_on_the_chain_of_the_space(town: Town) -> None:
    owner = address("owner")

    def is_owners(digest: bytes, given: bytes) -> bool:
        return str(Account._recover_hash(digest, signature=given)) == owner

    town.chain.wallets[SAFE] = is_owners
    made = await message(town, SAFE)
    with pytest.raises(Refusal):
        await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "two", made))
    await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "owner", made))
    assert await linked(town) == [SAFE]


VALID = bytes.fromhex("1626ba7e")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        VALID,
        VALID.ljust(31, b"\0"),
        VALID.rjust(32, b"\0"),
        VALID.ljust(32, b"\1"),
        b"\0" * 31 + b"\1",
        b"\xff" * 32,
        b"\0" * 100_000,
    ],
)
async def test_a_contract_that_answers_anything_else_has_not_signed(
    town: Town, answer: bytes
) -> None:
    town.chain.wallets[SAFE] = lambda _digest, _given: answer
    made = await message(town, SAFE)
    with pytest.raises(Refusal, match="Nothing was linked"):
        await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "owner", made))
    assert await linked(town) == []


async def test_a_contract_that_reverts_has_not_signed(town: Town) -> None:
    def revert(_digest: bytes, _given: bytes) -> bool:
        raise RevertedError

    town.chain.wallets[SAFE] = revert
    made = await message(town, SAFE)
    with pytest.raises(Refusal, match="Nothing was linked"):
        await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "owner", made))


async def test_a_signature_for_one_server_links_nothing_in_another(town: Town) -> None:
    other = GuildId(901)
    await town.setup.set_up(builders.community(guild_id=other), MODERATOR)
    here = await message(town, address("one"))
    there = await town.wallets.unsigned(other, MEMBER, address("one"), PAGE)
    with pytest.raises(Refusal, match="not the signature"):
        await town.wallets.take_signature(other, MEMBER, there, signature(town, "one", here))
    assert await town.wallets.of(other, MEMBER.user_id) == []


async def test_a_chain_that_does_not_answer_is_no_refusal_of_the_wallet(town: Town) -> None:
    made = await message(town, SAFE)
    town.chain.is_down = True
    with pytest.raises(ChainError):
        await town.wallets.take_signature(GUILD, MEMBER, made, signature(town, "owner", made))
    assert await linked(town) == []


@pytest.mark.parametrize("text", ["", "0x", "vitalik.eth", "0x" + "1" * 39, "1" * 40, "0x\0"])
async def test_what_is_no_address_gets_no_message(town: Town, text: str) -> None:
    with pytest.raises(Refusal, match="no Ethereum address"):
        await message(town, text)


async def test_a_member_links_so_many_wallets_and_no_more(town: Town) -> None:
    for number in range(WALLETS_LIMIT):
        await link(town, f"wallet {number}")
    with pytest.raises(Refusal, match="at most"):
        await link(town, "one more")
    assert len(await linked(town)) == WALLETS_LIMIT
    await link(town, "wallet 3")  # A later proof of one that is linked is no other one.
    assert len(await linked(town)) == WALLETS_LIMIT


async def test_nothing_of_a_wallet_is_said_or_written_down_elsewhere(town: Town) -> None:
    await link(town, "one")
    named = [row for row in town.dump() if address("one") in row]
    assert len(named) == 1
    assert "wallets" in named[0]
