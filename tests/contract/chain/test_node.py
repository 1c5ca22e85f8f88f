from typing import Any

import httpx
import pytest
from eth_account import Account
from web3.exceptions import ContractLogicError

from bot.gateways.chain.transport import open_web3
from sandbox.chain import ChainWorld
from sandbox.chain.artifacts import artifact
from sandbox.chain.calldata import call_data
from sandbox.chain.deploy import PERIOD_40320, QUORUM_40M, THRESHOLD_10M
from sandbox.chain.wallet import FAUCET


async def rpc(world: ChainWorld, request: Any) -> Any:
    async with httpx.AsyncClient() as http:
        return (await http.post(world.rpc_url, json=request)).json()


def request(method: str, *params: Any, id_: int = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": list(params)}


async def test_a_batch_is_answered_one_by_one_with_its_ids(world: ChainWorld) -> None:
    answers = await rpc(
        world,
        [request("eth_chainId", id_=7), request("eth_nonsense", id_=8), {"id": 9}],
    )
    assert [answer["id"] for answer in answers] == [7, 8, None]
    assert answers[0]["result"] == "0x7a69"
    assert answers[1]["error"]["code"] == -32601
    assert answers[2]["error"]["code"] == -32600


async def test_what_is_not_json_is_a_parse_error(world: ChainWorld) -> None:
    async with httpx.AsyncClient() as http:
        answer = (await http.post(world.rpc_url, content=b"{nonsense")).json()
    assert answer["error"]["code"] == -32700


async def test_a_revert_is_error_3_with_its_reason_and_data(world: ChainWorld) -> None:
    dao = await world.braintrust()
    data = "0x" + call_data("setMarketplaceFee(uint8)", (8,)).hex()
    call = {"to": dao.target_address, "data": data}
    answer = await rpc(world, request("eth_call", call, "latest"))
    assert answer["error"]["code"] == 3
    assert answer["error"]["message"] == "execution reverted: Marketplace: only the owner may"
    assert answer["error"]["data"].startswith("0x08c379a0")


async def test_tags_name_blocks(world: ChainWorld) -> None:
    await world.mine(10)
    world.finality_depth = 4

    async def number(tag: str) -> int:
        block = (await rpc(world, request("eth_getBlockByNumber", tag)))["result"]
        return int(block["number"], 16)

    assert [await number(tag) for tag in ("earliest", "latest", "safe", "finalized")] == [
        0,
        10,
        6,
        6,
    ]
    assert (await rpc(world, request("eth_getBlockByNumber", "0xb")))["result"] is None


async def test_web3_itself_understands_the_node(world: ChainWorld) -> None:
    dao = await world.braintrust()
    ana = world.wallet("ana")
    await dao.give(ana, 1000)
    async with open_web3(world.rpc_url) as web3:
        assert await web3.eth.chain_id == world.chain_id
        assert await web3.eth.block_number == world.head_number
        block = await web3.eth.get_block("latest", full_transactions=True)
        assert block["hash"].to_0x_hex() == world.head_hash
        by_hash = await web3.eth.get_block(block["hash"])
        assert by_hash["number"] == world.head_number
        assert await web3.eth.get_balance(web3.to_checksum_address(ana.address)) > 0
        assert await web3.eth.get_transaction_count(web3.to_checksum_address(ana.address)) == 1
        assert len(await web3.eth.get_code(web3.to_checksum_address(dao.token_address))) > 1000
        logs = await web3.eth.get_logs(
            {"fromBlock": 0, "address": web3.to_checksum_address(dao.token_address)}
        )
        receipt = await web3.eth.get_transaction_receipt(logs[-1]["transactionHash"])
        assert receipt["status"] == 1
        assert receipt["logs"][-1] == logs[-1]
        only_transfers = await web3.eth.get_logs(
            {"blockHash": logs[-1]["blockHash"], "topics": [logs[0]["topics"][0]]}
        )
        assert only_transfers == []


async def test_a_wallets_own_transaction_is_mined_at_once(world: ChainWorld) -> None:
    dao = await world.braintrust()
    ana = world.wallet("ana")
    await dao.give(ana, 1000)
    async with open_web3(world.rpc_url) as web3:
        fields = {
            "chainId": world.chain_id,
            "type": 2,
            "nonce": 1,
            "gas": 200_000,
            "maxFeePerGas": 10**10,
            "maxPriorityFeePerGas": 0,
            "to": dao.token_address,
            "value": 0,
            "data": call_data("delegate(address)", (FAUCET.address,)),
        }
        signed = Account.sign_transaction(fields, ana.private_key)
        hash_ = await web3.eth.send_raw_transaction(signed.raw_transaction)
        receipt = await web3.eth.wait_for_transaction_receipt(hash_)
    assert receipt["blockNumber"] == world.head_number
    assert receipt["status"] == 1


async def test_web3_raises_its_own_error_for_a_revert(world: ChainWorld) -> None:
    dao = await world.braintrust()
    async with open_web3(world.rpc_url) as web3:
        target = web3.to_checksum_address(dao.target_address)
        data = call_data("setMarketplaceFee(uint8)", (8,))
        with pytest.raises(ContractLogicError, match="only the owner may"):
            await web3.eth.call({"to": target, "data": "0x" + data.hex()})  # type: ignore[typeddict-item]


async def test_blocks_keep_step_with_the_clock(world: ChainWorld) -> None:
    start = world.clock.now()
    await world.mine(100)
    assert world.head_number == 100
    assert start + 1200 <= world.head_time <= world.clock.now()
    await world.jump(7 * 86_400)
    assert world.head_time >= start + 1200 + 7 * 86_400
    assert world.clock.now() - world.head_time <= 2
    world.clock.jump(3600)
    await world.mine(3)
    assert world.clock.now() - world.head_time <= 2


async def test_a_wallet_is_the_same_in_every_world(world: ChainWorld) -> None:
    assert world.wallet("ana") == world.wallet("ana")
    assert world.wallet("ana").address != world.wallet("ben").address
    assert world.wallet("ana").private_key not in repr(world.wallet("ana"))


async def test_a_block_that_fails_to_gather_is_forgotten(world: ChainWorld) -> None:
    dao = await world.braintrust()
    before = world.head_number
    with pytest.raises(RuntimeError, match="stop"):
        async with world.one_block():
            await dao.delegate(world.wallet("ana"))
            raise RuntimeError("stop")
    assert world.head_number == before
    await dao.delegate(world.wallet("ana"))
    assert world.head_number == before + 1


def test_the_patched_constants_occur_once_in_the_published_code() -> None:
    alpha = artifact("GovernorAlpha")
    for constant in (PERIOD_40320, QUORUM_40M, THRESHOLD_10M):
        assert alpha.bytecode.count(bytes.fromhex(constant)) == 1


def test_a_constant_that_is_not_there_once_is_not_patched() -> None:
    with pytest.raises(AssertionError):
        artifact("GovernorAlpha").patched("00", "01")
    with pytest.raises(AssertionError):
        artifact("GovernorAlpha").patched(PERIOD_40320, "00")
