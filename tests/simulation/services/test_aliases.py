"""A member's wallet lets Assent's key propose for it: linked once, renewed in time."""

import json
from collections.abc import Callable

import httpx
import pytest

from bot.domain.errors import Denial, Refusal
from bot.domain.offchain.alias import Alias, AliasEnding, AliasLinked, AliasRefused
from bot.domain.offchain.messages import AliasMessage, MessageKind
from bot.domain.outbox import PostState
from bot.domain.types import Address, ChainId, UnixSeconds, UserId
from bot.domain.wallet import Wallet
from bot.gateways.snapshot.wire import SnapshotError
from sandbox.snapshot.wallet import Wallet as SandboxWallet
from tests import builders
from tests.builders import AUTHOR, GUILD, MARA, MEMBER, MODERATOR
from tests.town import DAY, Town
from tests.watched import CrashError


def lena(town: Town) -> SandboxWallet:
    return town.world.wallet("lena")


def address_of(wallet: SandboxWallet) -> Address:
    return Address(wallet.address)


def signed(wallet: SandboxWallet, message: AliasMessage) -> str:
    """Sign as the member's wallet does in the browser."""
    fields = {"alias": message.alias, "timestamp": message.timestamp}
    signature: str = json.loads(wallet.sign("Alias", fields).text)["sig"]
    return signature


async def link(town: Town, user_id: UserId = MARA) -> Alias | None:
    wallet = lena(town)
    message = await town.aliases.unsigned(GUILD, address_of(wallet))
    return await town.aliases.take_signature(GUILD, user_id, message, signed(wallet, message))


async def go_on(town: Town, ticks: int = 4) -> None:
    for _ in range(ticks):
        try:
            await town.aliases.tick()
        except (httpx.HTTPError, SnapshotError, CrashError):
            town.restart()


async def test_a_wallet_is_linked_for_thirty_days(town: Town) -> None:
    assert town.signer is not None
    alias = await link(town)
    assert alias is not None
    assert (alias.principal, alias.alias, alias.user_id) == (
        lena(town).address,
        town.signer.address,
        MARA,
    )
    assert alias.expires_at == town.clock() + 30 * DAY
    assert alias.may_sign(town.signer.address, town.clock())
    assert await town.aliases.current(GUILD) == alias
    linked = await town.only(AliasLinked)
    assert (linked.user_id, linked.expires_at) == (MARA, alias.expires_at)
    places = {heard.destination for heard, _ in await town.heard(AliasLinked)}
    assert places == {"channel:904"}
    assert town.world.ledger.may_sign_for(alias.alias, alias.principal, town.clock())


async def test_an_alias_that_has_ended_signs_nothing(town: Town) -> None:
    alias = await link(town)
    assert alias is not None
    town.clock.wait(30 * DAY)
    assert not alias.may_sign(alias.alias, town.clock())
    assert not town.world.ledger.may_sign_for(alias.alias, alias.principal, town.clock())


@pytest.mark.parametrize(
    "trouble",
    [
        lambda faults: faults.lose_answer(),
        lambda faults: faults.lose_answer(times=3),
        lambda faults: faults.server_error(status=503, times=2),
        lambda faults: faults.too_many(retry_after=30),
        lambda faults: faults.html(status=502),
        lambda faults: faults.pinning_failed(times=2),
    ],
)
async def test_trouble_after_the_signature_costs_no_second_one(
    town: Town, trouble: Callable[..., object]
) -> None:
    wallet = lena(town)
    message = await town.aliases.unsigned(GUILD, address_of(wallet))
    trouble(town.world.faults)
    try:
        held = await town.aliases.take_signature(GUILD, MARA, message, signed(wallet, message))
        assert held is None
    except httpx.HTTPError:
        town.restart()
    await go_on(town, 6)
    assert (await town.aliases.current(GUILD)) is not None
    assert len(await town.heard(AliasLinked)) == 1
    assert len(town.world.ledger.aliases) == 1


@pytest.mark.parametrize("at_request", range(1, 4))
async def test_a_crash_before_any_request_leaves_it_linked_once(
    town: Town, at_request: int
) -> None:
    wallet = lena(town)
    message = await town.aliases.unsigned(GUILD, address_of(wallet))
    town.transport.dies_in = at_request
    try:
        await town.aliases.take_signature(GUILD, MARA, message, signed(wallet, message))
    except CrashError:
        town.restart()
    await go_on(town)
    assert (await town.aliases.current(GUILD)) is not None
    assert len(await town.heard(AliasLinked)) == 1


async def test_it_is_linked_when_the_hub_shows_it_and_not_before(town: Town) -> None:
    town.world.freeze_hub()
    assert await link(town) is None
    await go_on(town)
    assert await town.aliases.current(GUILD) is None
    assert not await town.heard(AliasLinked)
    town.world.thaw_hub()
    await go_on(town)
    assert await town.aliases.current(GUILD) is not None


async def test_the_same_signature_twice_is_one(town: Town) -> None:
    wallet = lena(town)
    message = await town.aliases.unsigned(GUILD, address_of(wallet))
    for _ in range(2):
        alias = await town.aliases.take_signature(GUILD, MARA, message, signed(wallet, message))
        assert alias is not None
    assert len(await town.heard(AliasLinked)) == 1


# Reminders


async def test_people_are_reminded_seven_days_and_one_day_before_the_end_and_at_it(
    town: Town,
) -> None:
    alias = await link(town)
    assert alias is not None
    heard = []
    for before in (8 * DAY, 7 * DAY, 2 * DAY, DAY, 60, 0, -DAY):
        town.clock.time = alias.expires_at - before
        await go_on(town, 2)
        heard.append([speech.lead for _, speech in await town.heard(AliasEnding)])
    week, day, end = 7 * DAY, DAY, 0
    assert heard == [
        [],
        [week],
        [week],
        [week, day],
        [week, day],
        [week, day, end],
        [week, day, end],
    ]
    places = {each.destination for each, _ in await town.heard(AliasEnding)}
    assert places == {"channel:904"}


async def test_a_reminder_that_comes_too_late_is_skipped(town: Town) -> None:
    alias = await link(town)
    assert alias is not None
    town.clock.time = alias.expires_at - 60
    await go_on(town)
    states = {speech.lead: heard.state for heard, speech in await town.heard(AliasEnding)}
    assert states == {7 * DAY: PostState.SKIPPED, DAY: PostState.DUE}


async def test_after_a_renewal_the_days_are_counted_anew(town: Town) -> None:
    first = await link(town)
    assert first is not None
    town.clock.wait(25 * DAY)
    await go_on(town)
    renewed = await link(town)
    assert renewed is not None
    assert renewed.expires_at == first.expires_at + 25 * DAY
    town.clock.wait(10 * DAY)
    await go_on(town)
    (ending,) = [speech for _, speech in await town.heard(AliasEnding)]
    assert ending.signed_at == first.signed_at
    assert len(await town.heard(AliasLinked)) == 2


async def test_a_tick_with_nothing_new_changes_and_asks_nothing(town: Town) -> None:
    await link(town)
    before = town.dump()
    town.world.requests.clear()
    await town.aliases.tick()
    assert town.dump() == before
    assert not town.world.requests


# Refusals


async def test_another_wallets_signature_is_refused(town: Town) -> None:
    message = await town.aliases.unsigned(GUILD, address_of(lena(town)))
    other = town.world.wallet("mallory")
    for signature in (signed(other, message), "0x", "0x" + "00" * 65, "nonsense"):
        with pytest.raises(Refusal, match="no signature of"):
            await town.aliases.take_signature(GUILD, MARA, message, signature)
    async with town.database.reading() as store:
        assert not await store.messages.with_status(["signed"], [MessageKind.ALIAS])  # type: ignore[list-item] # by its name


async def test_a_message_for_another_key_is_refused(town: Town) -> None:
    wallet = lena(town)
    message = AliasMessage(
        author=address_of(wallet),
        alias=Address(town.world.wallet("mallory").address),
        timestamp=UnixSeconds(town.clock()),
    )
    with pytest.raises(Refusal, match="for another key"):
        await town.aliases.take_signature(GUILD, MARA, message, signed(wallet, message))


async def test_a_key_that_proposes_for_another_wallet_is_told_before_anybody_signs(
    town: Town,
) -> None:
    assert town.signer is not None
    other = town.world.wallet("other")
    await other.post("Alias", {"alias": town.signer.address})
    with pytest.raises(Refusal, match=f"proposes for {other.address} already"):
        await town.aliases.unsigned(GUILD, address_of(lena(town)))


async def test_what_snapshot_refuses_is_said_with_its_meaning(town: Town) -> None:
    assert town.signer is not None
    wallet = lena(town)
    message = await town.aliases.unsigned(GUILD, address_of(wallet))
    await town.world.wallet("other").post("Alias", {"alias": town.signer.address})
    with pytest.raises(Refusal, match=r"already linked to another address.*a key of its own"):
        await town.aliases.take_signature(GUILD, MARA, message, signed(wallet, message))
    refused = await town.only(AliasRefused)
    assert refused.text == "alias is already linked to another address"
    assert await town.aliases.current(GUILD) is None


async def test_a_text_that_nobody_foresaw_is_said_once_and_to_the_letter(town: Town) -> None:
    town.world.faults.refuse("the moon is in the way")
    with pytest.raises(Refusal, match=r"^Snapshot refused it: “the moon is in the way”.$"):
        await link(town)


async def test_the_bots_own_address_is_linked_to_nobody(town: Town) -> None:
    assert town.signer is not None
    with pytest.raises(Refusal, match="Assent's own key"):
        await town.aliases.unsigned(GUILD, town.signer.address)


async def test_without_a_key_there_is_nothing_to_link(town: Town) -> None:
    town.signer = None
    town.restart()
    with pytest.raises(Refusal, match="has no key"):
        await town.aliases.unsigned(GUILD, address_of(lena(town)))


async def test_in_a_dry_run_no_wallet_is_linked(town: Town) -> None:
    await town.found(builders.community(is_rehearsing=True))
    with pytest.raises(Refusal, match="dry run"):
        await town.aliases.unsigned(GUILD, address_of(lena(town)))


async def test_a_wallet_that_is_another_members_is_not_taken(town: Town) -> None:
    wallet = Wallet(
        guild_id=GUILD,
        user_id=UserId(77),
        address=address_of(lena(town)),
        chain_id=ChainId(1),
        linked_at=town.clock(),
    )
    async with town.database.transaction() as store:
        await store.wallets.save(wallet)
    with pytest.raises(Refusal, match="linked to another member"):
        await link(town)
    assert await link(town, UserId(77)) is not None


async def test_what_is_unlinked_is_not_used_any_more(town: Town) -> None:
    assert town.signer is not None
    await link(town)
    with pytest.raises(Denial):
        await town.aliases.unlink(GUILD, MEMBER)
    assert await town.aliases.current(GUILD) is not None
    gone = await town.aliases.unlink(GUILD, MODERATOR)
    assert gone.principal == lena(town).address
    assert await town.aliases.current(GUILD) is None
    await go_on(town)
    assert await town.aliases.current(GUILD) is None
    idea = await town.noticed()
    town.clock.time = (await town.vote(idea)).opens_at
    await town.publishing.tick()
    await town.publishing.tick()
    assert (await town.record(idea)).author == town.signer.address
    with pytest.raises(Refusal, match="for no wallet here"):
        await town.aliases.unlink(GUILD, MODERATOR)


async def test_whose_wallet_it_is_may_unlink_it_and_needs_no_role_for_that(town: Town) -> None:
    await link(town, AUTHOR.user_id)
    assert not AUTHOR.is_moderator
    await town.aliases.unlink(GUILD, AUTHOR)
    assert await town.aliases.current(GUILD) is None
    with pytest.raises(Denial):
        await town.aliases.unlink(GUILD, AUTHOR)


async def test_a_renewal_that_is_on_its_way_brings_nothing_back(town: Town) -> None:
    await link(town)
    town.clock.wait(DAY)
    town.world.freeze_hub()
    assert await link(town) is None, "it is not shown yet"
    await town.aliases.unlink(GUILD, MODERATOR)
    town.world.thaw_hub()
    await go_on(town)
    assert await town.aliases.current(GUILD) is None
