from typing import Any, cast

import pytest
from eth_abi.abi import encode
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import Address, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.proxies import BEACON_SLOT, IMPLEMENTATION_SLOT
from bot.gateways.chain.questions import question
from bot.gateways.chain.recognise import recognise
from tests.spoken import spoken

GOVERNOR = "0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"
TOKEN = "0x799ebfABE77a6E34311eeEe9825190B9ECe32824"
ZERO = "0x" + "00" * 20
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

    def __init__(
        self,
        contracts: dict[str, Contract],
        code: bytes = b"\x60",
        slots: dict[int, bytes] | None = None,
        header: dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._code = code
        self._slots = slots or {}
        self._header = BLOCK | (header or {})
        self._answers = {
            (
                where,
                question(Address(where), signature, *[0] * signature.count("uint")).data,
            ): answer
            for where, functions in contracts.items()
            for signature, answer in functions.items()
        }

    @override
    async def make_batch_request(
        self, requests: list[tuple[RPCEndpoint, Any]]
    ) -> list[RPCResponse] | RPCResponse:
        return cast("list[RPCResponse]", spoken([self._answer(*request) for request in requests]))

    def _answer(self, method: str, params: Any) -> dict[str, Any]:
        match method:
            case "eth_getBlockByNumber":
                return {"result": self._header}
            case "eth_getCode":
                return {"result": "0x" + self._code.hex()}
            case "eth_getStorageAt":
                return {"result": "0x" + self._slots.get(int(params[1], 16), b"").hex()}
            case _:
                answer = self._answers.get((params[0]["to"], params[0]["data"]))
        if answer is None:
            return {"error": {"code": 3, "message": "execution reverted"}}
        return {"result": "0x" + answer.hex()}


async def recognised(
    governor: Contract,
    *,
    token: Contract | None = None,
    timelock: Contract | None = None,
    chain_id: int = 1,
    **node: Any,
) -> Governor:
    contracts = {GOVERNOR: governor, TOKEN: token or {}, TIMELOCK: timelock or {}}
    web3 = AsyncWeb3(ContractsProvider(contracts, **node))
    return await recognise(ChainClient(web3, ChainId(chain_id)), GOVERNOR)


async def test_a_governor_may_have_neither_token_nor_timelock() -> None:
    governor = await recognised(ALPHA)
    assert governor.flavour is Flavour.GOVERNOR_ALPHA
    assert (governor.token_address, governor.token_symbol) == (None, "")
    assert governor.timelock_kind is TimelockKind.NONE
    assert (governor.timelock_delay, governor.grace_period) == (None, None)


async def test_a_governor_alpha_says_who_may_cancel_beside_the_proposer() -> None:
    governor = await recognised(ALPHA | {"guardian()": address(TOKEN)})
    assert (governor.flavour, governor.guardian) == (Flavour.GOVERNOR_ALPHA, TOKEN)
    assert (await recognised(ALPHA | {"guardian()": address(ZERO)})).guardian is None


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


BRAVO = ALPHA | {"initialProposalId()": number(1), "whitelistGuardian()": address(TOKEN)}
NOUNS = PARAMETERS | {
    "vetoer()": address(TOKEN),
    "minQuorumVotes()": number(72),
    "proposalUpdatablePeriodInBlocks()": number(3600),
    "nouns()": address(TOKEN),
}


async def test_a_governor_bravo_says_its_guardian_and_counts_its_proposals() -> None:
    governor = await recognised(BRAVO)
    assert governor.flavour is Flavour.GOVERNOR_BRAVO
    assert governor.quorum_rule is QuorumRule.FOR
    assert (governor.quorum, governor.guardian) == (100, TOKEN)
    assert governor.is_sequential


@pytest.mark.parametrize(
    ("contract", "version", "quorum"),
    [
        (NOUNS, "V3 or later", 72),
        (NOUNS | {"proposalUpdatablePeriodInBlocks()": b""}, "V2", 72),
        (
            PARAMETERS
            | {
                "vetoer()": address(ZERO),
                "quorumVotesBPS()": number(1),
                "quorumVotes()": number(5),
            },
            "V1",
            5,
        ),
    ],
)
async def test_a_nouns_governor_is_known_in_every_version(
    contract: Contract, version: str, quorum: int
) -> None:
    governor = await recognised(contract)
    assert (governor.flavour, governor.version) == (Flavour.NOUNS, version)
    assert governor.quorum == quorum


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({"voteSnapshotBlockSwitchProposalId()": number(0)}, None),
        ({"voteSnapshotBlockSwitchProposalId()": number(340)}, 340),
        ({}, 0),
        ({"proposalUpdatablePeriodInBlocks()": b""}, None),
    ],
)
async def test_nouns_says_from_which_proposal_on_votes_count_as_of_the_start(
    more: Contract, first: int | None
) -> None:
    assert (await recognised(NOUNS | more)).first_counted_at_start == first


@pytest.mark.parametrize(
    ("more", "version"),
    [
        ({"proposalNeedsQueuing(uint256)": number(0), "CLOCK_MODE()": text("mode=x")}, "5.x"),
        ({"CLOCK_MODE()": text("mode=blocknumber&from=default")}, "4.9"),
        ({}, "4.x"),
    ],
)
async def test_an_openzeppelin_governors_version_shows_in_its_functions(
    more: Contract, version: str
) -> None:
    governor = await recognised(OPENZEPPELIN | more)
    assert governor.version == version
    assert governor.clock_mode is ClockMode.BLOCK_NUMBER, "Without a mode it is blocks."


async def test_an_openzeppelin_governors_extensions_are_read() -> None:
    governor = await recognised(
        OPENZEPPELIN
        | {
            "lateQuorumVoteExtension()": number(7200),
            "latestProposalId()": number(0),
            "proposalGuardian()": address(TOKEN),
        }
    )
    assert governor.late_quorum_extension == 7200
    assert governor.is_sequential
    assert governor.guardian == TOKEN
    assert governor.counting_mode == "support=bravo&quorum=for,abstain"
    assert not (await recognised(OPENZEPPELIN)).is_sequential, "A hash is no sequence."


async def test_an_access_manager_lets_what_it_holds_expire() -> None:
    governor = await recognised(
        OPENZEPPELIN | {"accessManager()": address(TIMELOCK), "baseDelaySeconds()": number(60)},
        timelock={"expiration()": number(604_800), "minSetback()": number(432_000)},
    )
    assert governor.timelock_kind is TimelockKind.ACCESS_MANAGER
    assert governor.timelock_address == TIMELOCK
    assert (governor.timelock_delay, governor.grace_period) == (60, 604_800)


def word(value: str) -> bytes:
    return bytes.fromhex(value[2:]).rjust(32, b"\0")


async def test_whose_code_runs_is_found_however_a_proxy_tells() -> None:
    by_slot = await recognised(ALPHA, slots={IMPLEMENTATION_SLOT: word(TOKEN)})
    by_beacon = await recognised(
        ALPHA, slots={BEACON_SLOT: word(TIMELOCK)}, timelock={"implementation()": address(TOKEN)}
    )
    by_itself = await recognised(ALPHA | {"implementation()": address(TOKEN)})
    clone = "363d3d373d3d3d363d73" + TOKEN[2:] + "5af43d82803e903d91602b57fd5bf3"
    by_code = await recognised(ALPHA, code=bytes.fromhex(clone))
    found = {each.implementation for each in (by_slot, by_beacon, by_itself, by_code)}
    assert found == {TOKEN}
    assert (await recognised(ALPHA)).implementation is None


async def test_a_wallet_that_borrows_code_is_no_governor() -> None:
    with pytest.raises(UnknownGovernorError, match="EIP-7702"):
        await recognised(ALPHA, code=bytes.fromhex("ef0100" + TOKEN[2:]))


@pytest.mark.parametrize(
    ("chain_id", "clock", "l1_number", "counts_l1"),
    [
        (42161, None, None, True),  # by its chain alone
        (42161, 23_000_000, "0x15ef3c0", True),
        (1, 16, None, False),
        (1, None, None, False),
        (990, 23_000_000, "0x15ef3c0", True),  # a chain nobody knows, by its header
        (990, 16, "0x15ef3c0", False),  # whose contracts count their own blocks all the same
    ],
)
async def test_a_governor_that_counts_the_blocks_of_the_chain_below_is_known(
    chain_id: int, clock: int | None, l1_number: str | None, *, counts_l1: bool
) -> None:
    more = {} if clock is None else {"clock()": number(clock)}
    header = {} if l1_number is None else {"l1BlockNumber": l1_number}
    governor = await recognised(OPENZEPPELIN | more, chain_id=chain_id, header=header)
    assert governor.counts_l1_blocks is counts_l1


async def test_a_clock_of_seconds_is_the_same_on_every_chain() -> None:
    mode = {"CLOCK_MODE()": text("mode=timestamp"), "clock()": number(0x6B000000)}
    governor = await recognised(OPENZEPPELIN | mode, chain_id=42161)
    assert governor.clock_mode is ClockMode.TIMESTAMP
    assert not governor.counts_l1_blocks


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        (ALPHA | {"initialProposalId()": number(0)}, "GovernorBravo that does not work yet"),
        (OPENZEPPELIN | {"COUNTING_MODE()": text("support=x&quorum=y")}, "unknown way"),
        (OPENZEPPELIN | {"COUNTING_MODE()": text("nonsense")}, "unknown way"),
        ({"name()": text("My governance")}, "My governance"),
        ({"getVotingPortalsCount()": number(3)}, "Aave Governance V3"),
        ({"GRACE_PERIOD()": number(1), "delay()": number(1), "admin()": address(TOKEN)}, TOKEN),
        ({"getMinDelay()": number(1)}, "TimelockController, not the governor"),
        ({"expiration()": number(1), "minSetback()": number(1)}, "AccessManager, not the governor"),
        ({"getThreshold()": number(3)}, "Safe"),
        ({"kernel()": address(TOKEN)}, "Aragon"),
        ({"symbol()": text("TKN"), "name()": text("Some Token")}, "Some Token"),
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
