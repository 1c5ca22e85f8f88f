"""What is prepared is proposed by real contracts, and is what it was said to be."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from web3 import AsyncWeb3

from bot.domain.errors import Denial, Refusal
from bot.domain.onchain.delegation import Fixing, may_propose
from bot.domain.onchain.preparation import Prepared, TypedCall
from bot.domain.onchain.simulation import Outcome
from bot.domain.types import Address, UnixSeconds, UserId
from bot.domain.wallet import Wallet
from bot.gateways.chain.client import ChainClient
from sandbox.chain import ChainWorld
from sandbox.chain.daos import Dao
from sandbox.chain.ledger import RevertedError
from sandbox.chain.wallet import FAUCET
from sandbox.clock import SandboxClock
from tests.builders import GUILD, MODERATOR
from tests.simulation.services.chain_town import CHAIN, ChainTown
from tests.simulation.services.test_governance_on_real_contracts import WatchedProvider
from tests.watched import WatchedDatabase

NOBODY = TypedCall(target="", function="", arguments="", value="")


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


def fee(dao: Dao, percent: str = "8") -> TypedCall:
    return TypedCall(
        target=dao.target_address,
        function="setMarketplaceFee(uint8)",
        arguments=percent,
        value="",
    )


async def prepared(town: ChainTown, *calls: TypedCall, title: str = "Lower the fee") -> Prepared:
    typed_id = await town.preparing.begin(GUILD, MODERATOR, "", "")
    await town.preparing.retitle(GUILD, MODERATOR, typed_id, title, "As decided.")
    for call in calls:
        await town.preparing.write_call(GUILD, MODERATOR, typed_id, call)
    return await town.preparing.look(GUILD, MODERATOR, typed_id)


async def link(town: ChainTown, address: str, user_id: int) -> None:
    wallet = Wallet(
        guild_id=GUILD,
        user_id=UserId(user_id),
        address=Address(address),
        chain_id=CHAIN,
        linked_at=UnixSeconds(1),
    )
    async with town.database.transaction() as store:
        await store.wallets.save(wallet)


async def made(town: ChainTown, kind: str) -> Dao:
    dao = await (town.world.braintrust if kind == "alpha" else town.world.openzeppelin)()
    await dao.give(town.world.wallet("ana"), 200_000)
    await town.watch(dao)
    return dao


@pytest.mark.parametrize("kind", ["alpha", "openzeppelin"])
async def test_the_calldata_proposes_exactly_what_was_shown(town: ChainTown, kind: str) -> None:
    dao = await made(town, kind)
    category = TypedCall(
        target=dao.target_address,
        function="function addMarketplaceCategory(string memory category) external",
        arguments="Legal, [and](more)",
        value="",
    )
    found = await prepared(town, fee(dao), category)
    assert found.obstacles == ()
    assert [each.simulation.outcome for each in found.calls if each.simulation] == [
        Outcome.SUCCEEDS,
        Outcome.SUCCEEDS,
    ]
    ana = town.world.wallet("ana")
    await town.world.transact(ana, found.governor.address, bytes.fromhex(found.payload[2:]))
    await town.world.mine(14)
    await town.governance.tick(CHAIN)
    async with town.database.reading() as store:
        (proposal,) = await store.chain.proposals(CHAIN, [found.governor.address])
    assert proposal.description == found.description == "# Lower the fee\n\nAs decided."
    assert proposal.title == "Lower the fee"
    assert proposal.calls == tuple(each.call for each in found.calls)
    assert [each.function for each in proposal.described] == [
        "setMarketplaceFee",
        "addMarketplaceCategory",
    ]
    assert proposal.proposer == ana.address


async def test_what_would_revert_is_said_with_its_reason_and_can_still_be_had(
    town: ChainTown,
) -> None:
    dao = await made(town, "alpha")
    found = await prepared(town, fee(dao, "101"))
    (call,) = found.calls
    assert call.simulation is not None
    assert call.simulation.why == "Marketplace: a fee is at most 100 percent"
    assert found.obstacles == ()
    assert "call 1 would revert" in " ".join(found.warnings)


async def test_what_is_typed_wrong_is_kept_and_said(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    wrong = replace(fee(dao, "300"))
    found = await prepared(town, wrong, NOBODY)
    assert found.preparation.calls[0].arguments == "300"
    assert "does not fit uint8" in found.calls[0].problem.replace("\\", "")
    assert "is no address" in found.calls[1].problem
    assert not found.payload
    assert "calls 1, 2" in " ".join(found.obstacles)


async def test_an_address_without_code_is_warned_about(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    found = await prepared(town, replace(fee(dao), target="0x" + "11" * 20))
    assert "no contract at this address" in found.calls[0].warnings[0]


async def test_a_silent_node_is_no_finding_and_loses_nothing(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    typed_id = (await prepared(town, fee(dao))).typed_id
    town.world.faults.lose_answers(None)
    found = await town.preparing.look(GUILD, MODERATOR, typed_id)
    assert found.block is None
    assert found.proposers is None
    assert found.payload
    assert found.calls[0].simulation is None
    town.world.faults.clear()
    again = await town.preparing.look(GUILD, MODERATOR, typed_id)
    assert again.calls[0].simulation is not None


@pytest.mark.parametrize(
    ("kind", "tokens", "may"),
    [
        ("alpha", 500, False),
        ("alpha", 501, True),
        ("openzeppelin", 499, False),
        ("openzeppelin", 500, True),
    ],
)
async def test_who_may_propose_is_what_the_contract_says(
    town: ChainTown, kind: str, tokens: int, *, may: bool
) -> None:
    dao = await (town.world.braintrust if kind == "alpha" else town.world.openzeppelin)()
    joel = town.world.wallet("joel")
    await dao.give(joel, tokens)
    await town.world.mine()
    await town.watch(dao)
    await link(town, joel.address, MODERATOR.user_id)
    found = await prepared(town, fee(dao))
    (powers,) = await town.powers.look(GUILD, MODERATOR.user_id)
    (wallet,) = powers.wallets
    assert powers.proposers is not None
    threshold = powers.proposers.threshold
    assert threshold == 500 * 10**18
    assert may_propose(wallet.power, threshold, powers.governor.flavour) is may
    data = bytes.fromhex(found.payload[2:])
    if may:
        assert found.attempt is not None
        assert (found.attempt.outcome, found.attempted_by) == (Outcome.SUCCEEDS, joel.address)
        await town.world.transact(joel, dao.governor_address, data)
    else:
        assert found.attempt is None
        with pytest.raises(RevertedError):
            await town.world.transact(joel, dao.governor_address, data)


async def test_tokens_that_nobody_delegated_are_no_votes(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    ben, ana = town.world.wallet("ben"), town.world.wallet("ana")
    arguments = (ben.address, 700 * 10**18)
    await town.world.send(FAUCET, dao.token_address, "transfer(address,uint256)", arguments)
    await link(town, ben.address, MODERATOR.user_id)
    (powers,) = await town.powers.look(GUILD, MODERATOR.user_id)
    power = powers.wallets[0].power
    assert (power.balance, power.votes, power.is_idle) == (700 * 10**18, 0, True)
    await dao.delegate(ben, to=ana)
    (powers,) = await town.powers.look(GUILD, MODERATOR.user_id)
    assert powers.wallets[0].power.delegate == ana.address
    assert not powers.wallets[0].power.is_idle


async def test_until_when_delegating_counts_is_what_the_contract_counts(town: ChainTown) -> None:
    dao = await town.world.openzeppelin(voting_delay=20)
    ana, ben = town.world.wallet("ana"), town.world.wallet("ben")
    await dao.give(ana, 200_000)
    await town.watch(dao)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await town.world.mine(14)
    await town.governance.tick(CHAIN)
    start, _ = await dao.window(proposal)
    (powers,) = await town.powers.look(GUILD, UserId(1), ben.address)
    assert [(each.fixing, each.counted_at) for each in powers.windows] == [(Fixing.OPEN, start)]
    await town.world.mine(start - 2 - town.world.head_number)
    await dao.give(ben, 300)  # A transfer, and in the last block that counts the delegation.
    assert town.world.head_number == start
    await dao.delegate(ben, to=ana)
    await town.world.mine(14)
    await town.governance.tick(CHAIN)
    (powers,) = await town.powers.look(GUILD, UserId(1), ben.address)
    assert powers.windows[0].fixing is Fixing.FIXED
    assert powers.wallets[0].counted[0].votes == 300 * 10**18
    assert powers.wallets[0].power.votes == 0


async def test_whose_a_linked_wallet_is_is_not_told(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    ana = town.world.wallet("ana")
    await link(town, ana.address, 4_711)
    found = await prepared(town, fee(dao))
    assert found.proposers is not None
    assert (found.proposers.linked, found.proposers.known) == (1, ())
    assert ana.address not in repr(found)
    await dao.propose(ana, [dao.set_fee(9)], "# Another")
    await town.world.mine(14)
    await town.governance.tick(CHAIN)
    found = await town.preparing.look(GUILD, MODERATOR, found.typed_id)
    assert found.proposers is not None
    assert [each.address for each in found.proposers.known] == [ana.address]
    assert found.proposers.linked == 0
    assert found.attempt is not None
    assert "already active proposal" in found.attempt.why or "pending" in found.attempt.why


async def test_a_silent_node_is_said_and_nothing_is_zero(town: ChainTown) -> None:
    await made(town, "alpha")
    town.world.faults.lose_answers(None)
    (powers,) = await town.powers.look(GUILD, UserId(1), town.world.wallet("ana").address)
    assert powers.is_silent
    assert (powers.wallets, powers.proposers) == ((), None)


async def test_a_preparation_is_for_moderators_and_for_whoever_began_it(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    typed_id = (await prepared(town, fee(dao))).typed_id
    other = replace(MODERATOR, user_id=UserId(4_711))
    with pytest.raises(Denial, match="not yours"):
        await town.preparing.look(GUILD, other, typed_id)
    demoted = replace(MODERATOR, is_moderator=False)
    for act in (
        town.preparing.look(GUILD, demoted, typed_id),
        town.preparing.kept(GUILD, demoted, typed_id),
        town.preparing.begin(GUILD, demoted, "", ""),
        town.preparing.write_call(GUILD, demoted, typed_id, NOBODY),
        town.preparing.add_file(GUILD, demoted, typed_id, "[]"),
        town.preparing.remove_call(GUILD, demoted, typed_id, (0, 2)),
        town.preparing.move_call_up(GUILD, demoted, typed_id, (0, 2)),
        town.preparing.retitle(GUILD, demoted, typed_id, "x", "y"),
    ):
        with pytest.raises(Denial):
            await act
    assert len((await town.preparing.kept(GUILD, MODERATOR, typed_id)).calls) == 1


async def test_calls_are_moved_and_removed_by_the_newest_list_only(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    typed_id = (await prepared(town, fee(dao, "8"), fee(dao, "9"))).typed_id
    kept = await town.preparing.kept(GUILD, MODERATOR, typed_id)
    await town.preparing.move_call_up(GUILD, MODERATOR, typed_id, (1, kept.change))
    with pytest.raises(Refusal, match="has changed"):
        await town.preparing.remove_call(GUILD, MODERATOR, typed_id, (1, kept.change))
    await town.preparing.write_call(
        GUILD, MODERATOR, typed_id, fee(dao, "7"), (0, kept.change)
    )  # A form that is out of date: nothing typed is lost.
    newest = await town.preparing.kept(GUILD, MODERATOR, typed_id)
    assert [each.arguments for each in newest.calls] == ["9", "8", "7"]
    await town.preparing.remove_call(GUILD, MODERATOR, typed_id, (1, newest.change))
    newest = await town.preparing.kept(GUILD, MODERATOR, typed_id)
    assert [each.arguments for each in newest.calls] == ["9", "7"]


async def test_the_limit_of_the_governor_and_equal_calls_are_obstacles(town: ChainTown) -> None:
    dao = await made(town, "alpha")
    found = await prepared(town, *(fee(dao, str(number)) for number in range(11)))
    assert "at most 10 calls" in " ".join(found.obstacles)
    found = await prepared(town, fee(dao), fee(dao))
    assert "Calls 1, 2 are the same" in " ".join(found.obstacles)


async def test_a_file_of_the_safe_transaction_builder_is_read(town: ChainTown) -> None:
    dao = await made(town, "openzeppelin")
    written: dict[str, Any] = {
        "version": "1.0",
        "chainId": str(CHAIN),
        "transactions": [
            {
                "to": dao.target_address,
                "value": "0",
                "data": None,
                "contractMethod": {
                    "name": "setMarketplaceFee",
                    "inputs": [{"name": "fee", "type": "uint8"}],
                },
                "contractInputsValues": {"fee": "8"},
            },
            {"to": dao.target_address, "value": "0", "data": "0xc4b24a46" + f"{9:064x}"},
        ],
    }
    text = json.dumps(written)
    typed_id = await town.preparing.begin(GUILD, MODERATOR, "", dao.governor_address, text)
    found = await town.preparing.look(GUILD, MODERATOR, typed_id)
    assert [each.problem for each in found.calls] == ["", ""]
    assert found.calls[0].decoded is not None
    assert found.calls[0].decoded.arguments[0].value == "8"
    written["chainId"] = "1"
    with pytest.raises(Refusal, match="is for Ethereum"):
        await town.preparing.add_file(GUILD, MODERATOR, typed_id, json.dumps(written))
