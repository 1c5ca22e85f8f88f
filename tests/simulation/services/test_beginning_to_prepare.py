"""What a preparation begins with: whose it is, for which governor, with which title and links."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from web3 import AsyncWeb3

from bot.domain.errors import Denial, Refusal
from bot.domain.onchain.preparation import TypedCall
from bot.domain.typed import TypedPolicy
from bot.domain.types import GuildId, UserId
from bot.gateways.chain.client import ChainClient
from bot.services.powers import Powers
from bot.services.preparing import Preparing
from sandbox.chain import ChainWorld
from sandbox.clock import SandboxClock
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.simulation.services.chain_town import CHAIN, ChainTown, described
from tests.simulation.services.test_governance_on_real_contracts import WatchedProvider
from tests.watched import WatchedDatabase

ANYBODY = UserId(1)


@pytest.fixture
async def town(tmp_path: Path, database: WatchedDatabase) -> AsyncIterator[ChainTown]:
    clock = SandboxClock.create(tmp_path / "clock", start=1_800_000_000)
    async with ChainWorld(clock, chain_id=CHAIN) as world:
        provider = WatchedProvider(world.rpc_url, exception_retry_configuration=None)
        provider.database = database
        yield ChainTown(
            database=database, world=world, client=ChainClient(AsyncWeb3(provider), CHAIN)
        )
        await provider.disconnect()
    clock.close()


async def test_without_a_governor_there_is_nothing_to_prepare_for(town: ChainTown) -> None:
    with pytest.raises(Refusal, match="not set up here"):
        await town.preparing.begin(GUILD, MODERATOR, "", "")
    await town.watch()
    with pytest.raises(Refusal, match="No governor is watched here"):
        await town.preparing.begin(GUILD, MODERATOR, "", "")
    assert await town.powers.look(GUILD, ANYBODY) == ()


async def test_of_several_governors_one_has_to_be_named(town: ChainTown) -> None:
    old, new = await town.world.braintrust(), await town.world.openzeppelin()
    await town.watch(old, new)
    with pytest.raises(Refusal, match="Which governor") as refused:
        await town.preparing.begin(GUILD, MODERATOR, "", "")
    assert old.governor_address in str(refused.value)
    for name in (
        new.governor_address,
        new.governor_address.lower(),
        f"{CHAIN}:{new.governor_address}",
        "sandbox governor",
    ):
        typed_id = await town.preparing.begin(GUILD, MODERATOR, "", name)
        kept = await town.preparing.kept(GUILD, MODERATOR, typed_id)
        assert kept.governor == new.governor_address
    for wrong in (new.token_address, f"1:{new.governor_address}", "\ud800", "x" * 6_000):
        with pytest.raises(Refusal, match="is watched here"):
            await town.preparing.begin(GUILD, MODERATOR, "", wrong)
    shown = await town.powers.look(GUILD, ANYBODY, town.world.wallet("ana").address)
    assert [each.governor.address for each in shown] == [
        old.governor_address,
        new.governor_address,
    ] or [each.governor.address for each in shown] == [new.governor_address, old.governor_address]


async def test_no_wallet_and_no_address_are_said_apart(town: ChainTown) -> None:
    await town.watch(await town.world.braintrust())
    with pytest.raises(Refusal, match="linked no wallet"):
        await town.powers.look(GUILD, ANYBODY)
    for wrong in (
        "0x12",
        "name.eth",
        "0x" + "g" * 40,
        "0x799ebfABE77a6E34311eeEe9825190B9ECe32825",
    ):
        with pytest.raises(Refusal, match="is no address"):
            await town.powers.look(GUILD, ANYBODY, wrong)


async def test_a_title_and_the_links_come_of_the_proposal(town: ChainTown) -> None:
    await town.watch(await town.world.braintrust())
    async with town.database.transaction() as store:
        proposal = await store.proposals.add(builders.proposal())
    typed_id = await town.preparing.begin(GUILD, MODERATOR, proposal.reference, "")
    found = await town.preparing.look(GUILD, MODERATOR, typed_id)
    assert found.reference == proposal.reference
    assert found.preparation.title == proposal.title
    assert not found.is_decided
    assert found.description.startswith(f"# {proposal.title}")
    with pytest.raises(Refusal, match="no proposal"):
        await town.preparing.begin(GUILD, MODERATOR, "BTRST-99", "")


async def test_a_governor_that_is_not_watched_any_more_loses_nothing(town: ChainTown) -> None:
    dao = await town.world.braintrust()
    await town.watch(dao)
    typed_id = await town.preparing.begin(GUILD, MODERATOR, "", "")
    async with town.database.transaction() as store:
        (watched,) = await store.communities.watched(guild_id=GUILD)
        await store.communities.unwatch(GUILD, watched.governor)
    with pytest.raises(Refusal, match="not watched here any more"):
        await town.preparing.look(GUILD, MODERATOR, typed_id)
    kept = await town.preparing.kept(GUILD, MODERATOR, typed_id)
    await town.watch(dao)
    assert (await town.preparing.look(GUILD, MODERATOR, typed_id)).preparation == kept


async def test_a_chain_without_a_node_is_one_that_does_not_answer(town: ChainTown) -> None:
    dao = await town.world.braintrust()
    await town.watch(dao)
    preparing = Preparing(town.database, {}, described, town.world.clock.now)
    typed_id = await preparing.begin(GUILD, MODERATOR, "", "")
    found = await preparing.look(GUILD, MODERATOR, typed_id)
    assert (found.block, found.proposers) == (None, None)
    (powers,) = await Powers(town.database, {}).look(GUILD, ANYBODY, dao.token_address)
    assert powers.is_silent


async def test_what_somebody_typed_of_another_kind_is_no_preparation(town: ChainTown) -> None:
    await town.watch(await town.world.braintrust())
    async with town.database.transaction() as store:
        other = TypedPolicy(text="x", fingerprint="y")
        typed_id = await store.typed.keep(GUILD, MODERATOR.user_id, other, town.world.clock.now())
    with pytest.raises(Denial, match="no proposal in preparation"):
        await town.preparing.look(GUILD, MODERATOR, typed_id)


async def test_a_preparation_is_one_servers_own(town: ChainTown) -> None:
    await town.watch(await town.world.braintrust())
    typed_id = await town.preparing.begin(GUILD, MODERATOR, "", "")
    with pytest.raises(Denial):
        await town.preparing.look(GuildId(4_711), MODERATOR, typed_id)


async def test_a_file_for_another_chain_or_with_too_much_changes_nothing(town: ChainTown) -> None:
    dao = await town.world.openzeppelin()
    await town.watch(dao)
    foreign = {"chainId": "10", "transactions": [{"to": dao.target_address, "value": "0"}]}
    with pytest.raises(Refusal, match="is for OP Mainnet"):
        await town.preparing.begin(GUILD, MODERATOR, "", "", json.dumps(foreign))
    typed_id = await town.preparing.begin(GUILD, MODERATOR, "", "")
    one = {"target": dao.target_address, "function": "setMarketplaceFee(uint8)", "arguments": [8]}
    await town.preparing.add_file(GUILD, MODERATOR, typed_id, json.dumps([one] * 15))
    with pytest.raises(Refusal, match="at most 20"):
        await town.preparing.add_file(GUILD, MODERATOR, typed_id, json.dumps([one] * 15))
    assert len((await town.preparing.kept(GUILD, MODERATOR, typed_id)).calls) == 15


async def test_openzeppelin_takes_more_calls_and_the_same_twice(town: ChainTown) -> None:
    dao = await town.world.openzeppelin()
    await town.watch(dao)
    typed_id = await town.preparing.begin(GUILD, MODERATOR, "", "")
    await town.preparing.retitle(GUILD, MODERATOR, typed_id, "Lower the fee", "")
    fee = TypedCall(
        target=dao.target_address,
        function="setMarketplaceFee(uint8)",
        arguments="8",
        value="",
    )
    for _ in range(12):
        await town.preparing.write_call(GUILD, MODERATOR, typed_id, fee)
    found = await town.preparing.look(GUILD, MODERATOR, typed_id)
    assert found.obstacles == ()
    assert found.payload
    spends = replace(fee, function="", arguments="", value="1 ether", target="0x" + "11" * 20)
    await town.preparing.write_call(GUILD, MODERATOR, typed_id, spends)
    found = await town.preparing.look(GUILD, MODERATOR, typed_id)
    *_, last = found.calls
    assert last.warnings == ()  # A transfer needs no contract.
    assert last.simulation is not None
    assert "does not hold as much" in last.simulation.why
