from typing import Any, cast

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from bot.domain.onchain.governor import Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.recognise import recognise

GOVERNOR = "0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"
TOKEN = "0x799ebfABE77a6E34311eeEe9825190B9ECe32824"
TIMELOCK = "0xb6f1F016175588a049fDA12491cF3686De33990B"

BLOCK = {
    "number": "0x10",
    "hash": "0x" + "0b" * 32,
    "parentHash": "0x" + "0a" * 32,
    "timestamp": "0x6b000000",
}

Contract = dict[str, bytes]


def number(value: int) -> bytes:
    return encode(["uint256"], [value])


def text(value: str) -> bytes:
    return encode(["string"], [value])


def address(value: str) -> bytes:
    return encode(["address"], [value])


PARAMETERS = {
    "name()": text("Governor"),
    "votingDelay()": number(1),
    "votingPeriod()": number(20),
    "proposalThreshold()": number(500),
}
ALPHA = PARAMETERS | {"quorumVotes()": number(100)}
OPENZEPPELIN = PARAMETERS | {"COUNTING_MODE()": text("support=bravo&quorum=for,abstain")}
COMPOUND_TIMELOCK = {"GRACE_PERIOD()": number(1_209_600), "delay()": number(604_800)}


class ContractsProvider(AsyncBaseProvider):
    """A node on which contracts answer functions without arguments, and revert the others."""

    def __init__(self, contracts: dict[str, Contract]) -> None:
        super().__init__()
        self._answers = {
            (where, "0x" + keccak(text=signature)[:4].hex()): answer
            for where, functions in contracts.items()
            for signature, answer in functions.items()
        }

    @override
    async def make_batch_request(
        self, requests: list[tuple[RPCEndpoint, Any]]
    ) -> list[RPCResponse] | RPCResponse:
        return cast("list[RPCResponse]", [self._answer(*request) for request in requests])

    def _answer(self, method: str, params: Any) -> dict[str, Any]:
        match method:
            case "eth_getBlockByNumber":
                return {"result": BLOCK}
            case "eth_getCode":
                return {"result": "0x60"}
            case _:
                answer = self._answers.get((params[0]["to"], params[0]["data"]))
        if answer is None:
            return {"error": {"code": 3, "message": "execution reverted"}}
        return {"result": "0x" + answer.hex()}


async def recognised(
    governor: Contract, *, token: Contract | None = None, timelock: Contract | None = None
) -> Governor:
    contracts = {GOVERNOR: governor, TOKEN: token or {}, TIMELOCK: timelock or {}}
    web3 = AsyncWeb3(ContractsProvider(contracts))
    return await recognise(ChainClient(web3, ChainId(1)), GOVERNOR)


async def test_a_governor_may_have_neither_token_nor_timelock() -> None:
    governor = await recognised(ALPHA)
    assert governor.flavour is Flavour.GOVERNOR_ALPHA
    assert (governor.token_address, governor.token_symbol) == (None, "")
    assert governor.timelock_kind is TimelockKind.NONE
    assert (governor.timelock_delay, governor.grace_period) == (None, None)


@pytest.mark.parametrize("getter", ["comp()", "uni()", "BTRST()", "token()"])
async def test_every_daos_own_name_for_the_token_is_tried(getter: str) -> None:
    token = {"symbol()": text("TKN"), "decimals()": number(6)}
    governor = await recognised(ALPHA | {getter: address(TOKEN)}, token=token)
    assert governor.token_address == TOKEN
    assert (governor.token_symbol, governor.token_decimals) == ("TKN", 6)


async def test_a_token_may_answer_in_the_old_way_or_count_whole_votes() -> None:
    dao = OPENZEPPELIN | {"token()": address(TOKEN)}
    old = await recognised(dao, token={"symbol()": b"MKR".ljust(32, b"\x00")})
    assert (old.token_symbol, old.token_decimals) == ("MKR", 0)
    odd = await recognised(
        dao, token={"symbol()": text("@everyone" * 20), "decimals()": number(2**200)}
    )
    assert (len(odd.token_symbol), odd.token_decimals) == (16, 0)


@pytest.mark.parametrize(
    ("mode", "rule"),
    [
        ("support=bravo&quorum=for,abstain", QuorumRule.FOR_AND_ABSTAIN),
        ("support=bravo&quorum=bravo", QuorumRule.FOR),
        ("support=bravo,fractional&quorum=bravo&params=fractional", QuorumRule.FOR),
        ("support=bravo,override&quorum=for,abstain&overridable=true", QuorumRule.FOR_AND_ABSTAIN),
    ],
)
async def test_the_counting_mode_says_what_counts_for_the_quorum(
    mode: str, rule: QuorumRule
) -> None:
    governor = await recognised(OPENZEPPELIN | {"COUNTING_MODE()": text(mode)})
    assert governor.flavour is Flavour.OPENZEPPELIN
    assert governor.quorum_rule is rule


async def test_an_openzeppelin_governor_may_have_a_compound_timelock() -> None:
    governor = await recognised(
        OPENZEPPELIN | {"timelock()": address(TIMELOCK)}, timelock=COMPOUND_TIMELOCK
    )
    assert governor.timelock_kind is TimelockKind.COMPOUND
    assert governor.grace_period == 1_209_600


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        (ALPHA | {"initialProposalId()": number(0)}, "GovernorBravo"),
        (ALPHA | {"initialProposalId()": number(1), "vetoer()": address(TOKEN)}, "Nouns"),
        (OPENZEPPELIN | {"COUNTING_MODE()": text("support=x&quorum=y")}, "unknown way"),
        (OPENZEPPELIN | {"COUNTING_MODE()": text("nonsense")}, "unknown way"),
        ({"name()": text("Aave Governance v3")}, "Aave Governance v3"),
        ({}, "no governor that this version can follow"),
        ({"quorumVotes()": number(1), "votingDelay()": number(1)}, "votingPeriod"),
        (ALPHA | {"timelock()": address(TIMELOCK)}, "neither a Compound Timelock nor"),
    ],
)
async def test_what_cannot_be_followed_is_refused_in_plain_words(
    contract: Contract, words: str
) -> None:
    with pytest.raises(UnknownGovernorError, match=words):
        await recognised(contract)
