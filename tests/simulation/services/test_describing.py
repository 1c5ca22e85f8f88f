"""Calls in words, with what only the chain tells: tokens, proxies, names, values of now."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.onchain.call import Call, CallSource, Change, DecodedCall
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.naming import MOST_NAMED
from bot.domain.types import Address, ChainId, Wei
from bot.gateways.chain.calling.ens import REGISTRY, reverse_node
from bot.gateways.chain.calling.facts import MOST_CONTRACTS
from bot.gateways.chain.calling.published import AbiFolderError, Published, read_published
from bot.gateways.chain.calling.sourcify import Sourcify
from bot.gateways.chain.calls import selector_of
from bot.gateways.chain.codec import encode
from bot.gateways.chain.proxies import IMPLEMENTATION_SLOT
from bot.services.governance.describing import Describing, Sources
from bot.services.governance.naming import Naming
from tests.answering_chain import (
    GOVERNOR,
    TIMELOCK,
    TOKEN,
    AnsweringChain,
    a_governor,
    give_name,
)
from tests.watched import HandClock, WatchedDatabase

DECISIONS = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
CODE = Address("0x00000000000000000000000000000000000000C0")
NEW_CODE = Address("0x00000000000000000000000000000000000000C1")
ANA = Address("0xE1F43a543fAe801543A6916C85482F6Ed37F52ae")
COIN = 10**18

Make = Callable[..., Describing]


@pytest.fixture
def chain() -> AnsweringChain:
    return AnsweringChain()


@pytest.fixture
def make(database: WatchedDatabase, chain: AnsweringChain, clock: HandClock) -> Make:
    def make(published: Published | None = None, sourcify: Sourcify | None = None) -> Describing:
        chains = {chain.chain_id: chain.client()}
        naming = Naming(database, chains, clock)
        sources = Sources(published=published or Published(), sourcify=sourcify)
        return Describing(database, chains, clock, naming, sources)

    return make


@pytest.fixture
def governor() -> Governor:
    return a_governor()


def call(to: Address, signature: str, *values: object, coins: int = 0) -> Call:
    types = [each for each in signature[signature.index("(") + 1 : -1].split(",") if each]
    data = encode(types, values)
    return Call(target=to, value=Wei(coins), signature=signature, calldata="0x" + data.hex())


def raw(to: Address, signature: str, *values: object) -> Call:
    one = call(to, signature, *values)
    data = "0x" + selector_of(signature).hex() + one.calldata[2:]
    return replace(one, signature="", calldata=data)


async def described(
    describing: Describing, chain: AnsweringChain, *calls: Call, governor: Governor | None = None
) -> tuple[DecodedCall, ...]:
    return await describing.described(chain.chain_id, calls, chain.block(), governor)


def make_token(chain: AnsweringChain, symbol: str = "BTRST") -> None:
    chain.answer(TOKEN, "symbol()", ["string"], symbol)
    chain.answer(TOKEN, "decimals()", ["uint8"], 18)
    for owner, balance in ((ANA, 5), (TIMELOCK, 90_000)):
        chain.answer(TOKEN, "balanceOf(address)", ["uint256"], balance * COIN, given=[owner])


async def test_a_setter_tells_what_it_is_now(make: Make, chain: AnsweringChain) -> None:
    chain.answer(DECISIONS, "marketplaceFee()", ["uint8"], 10)
    (fee,) = await described(make(), chain, call(DECISIONS, "setMarketplaceFee(uint8)", 8))
    assert fee.changes == (Change(what="marketplace fee", before="10", after=""),)


@pytest.mark.parametrize(
    ("signature", "value", "view", "said"),
    [
        ("setDelay(uint256)", 172_800, ("delay()", "uint256", 604_800), "7 days"),
        (
            "_setVotingPeriod(uint256)",
            17_280,
            ("votingPeriod()", "uint256", 19_710),
            "19,710 blocks",
        ),
        ("setFee(uint24)", 3, ("FEE()", "uint24", 5), "5"),
        ("updateMarketplaceFee(uint8)", 3, ("getMarketplaceFee()", "uint8", 1_0), "10"),
        ("setPaused(bool)", True, ("paused()", "bool", False), "no"),
        ("transferOwnership(address)", ANA, ("owner()", "address", TIMELOCK), "0x0000…00b2"),
        (
            "setPendingAdmin(address)",
            ANA,
            ("pendingAdmin()", "address", "0x" + "00" * 20),
            "nobody",
        ),
        ("setName(string)", "new", ("name()", "string", "old"), "old"),
    ],
)
async def test_views_that_a_setter_names_are_found(
    make: Make,
    chain: AnsweringChain,
    signature: str,
    value: Any,
    view: tuple[str, str, Any],
    said: str,
) -> None:
    name, kind, now = view
    chain.answer(DECISIONS, name, [kind], now)
    (one,) = await described(make(), chain, call(DECISIONS, signature, value))
    assert [each.before for each in one.changes] == [said]


async def test_a_view_of_another_shape_says_nothing(make: Make, chain: AnsweringChain) -> None:
    chain.answer(DECISIONS, "marketplaceFee()", ["uint256", "uint256"], 1, 2)
    (fee,) = await described(make(), chain, call(DECISIONS, "setMarketplaceFee(uint8)", 8))
    assert fee.changes == ()


async def test_a_transfer_tells_amounts_and_both_balances(
    make: Make, chain: AnsweringChain, governor: Governor
) -> None:
    make_token(chain)
    one = raw(TOKEN, "transfer(address,uint256)", ANA, 8_000 * COIN)
    (sent,) = await described(make(), chain, one, governor=governor)
    assert sent.arguments[1].meaning == "8,000 BTRST"
    assert sent.target_name == "the token"
    assert sent.changes == (
        Change(what="balance of 0xE1F4…52ae", before="5 BTRST", after=""),
        Change(what="balance of the timelock (0x0000…00b2)", before="90,000 BTRST", after=""),
    )


async def test_a_symbol_that_could_deceive_is_not_shown(make: Make, chain: AnsweringChain) -> None:
    make_token(chain, symbol="000 \u0412TRST")
    (sent,) = await described(make(), chain, raw(TOKEN, "transfer(address,uint256)", ANA, COIN))
    assert sent.arguments[1].meaning == "1 whole tokens"


async def test_amounts_without_decimals_stay_base_units(make: Make, chain: AnsweringChain) -> None:
    (sent,) = await described(make(), chain, raw(TOKEN, "transfer(address,uint256)", ANA, COIN))
    assert (sent.arguments[1].value, sent.arguments[1].meaning) == (str(COIN), "")


async def test_coins_are_told_by_the_name_of_the_chain(make: Make, chain: AnsweringChain) -> None:
    paid = Call(target=ANA, value=Wei(3 * COIN // 2), signature="", calldata="0x")
    (one,) = await described(make(), chain, paid)
    assert one.amount == "1.5 ETH"


async def test_a_voting_period_is_in_the_clock_of_the_governor(
    make: Make, chain: AnsweringChain
) -> None:
    for name in ("votingPeriod()", "votingDelay()"):
        chain.answer(GOVERNOR, name, ["uint256"], 86_400)
    one = raw(GOVERNOR, "setVotingPeriod(uint32)", 172_800)
    (blocks,) = await described(make(), chain, one)
    assert (blocks.arguments[0].meaning, blocks.changes[0].before) == (
        "172,800 blocks",
        "86,400 blocks",
    )


async def test_a_voting_period_in_seconds_is_days(make: Make, chain: AnsweringChain) -> None:
    chain.answer(GOVERNOR, "votingPeriod()", ["uint256"], 86_400)
    chain.answer(GOVERNOR, "CLOCK_MODE()", ["string"], "mode=timestamp")
    (one,) = await described(make(), chain, raw(GOVERNOR, "setVotingPeriod(uint32)", 172_800))
    assert (one.arguments[0].meaning, one.changes[0].before) == ("2 days", "1 day")


async def test_an_upgrade_tells_the_code_of_now(make: Make, chain: AnsweringChain) -> None:
    chain.slot(DECISIONS, IMPLEMENTATION_SLOT, lambda _: bytes(12) + bytes.fromhex(CODE[2:]))
    (one,) = await described(make(), chain, raw(DECISIONS, "upgradeTo(address)", NEW_CODE))
    assert one.changes == (Change(what="implementation", before="0x0000…00C0", after=""),)


async def test_calls_inside_a_timelock_are_asked_for_too(make: Make, chain: AnsweringChain) -> None:
    chain.answer(DECISIONS, "marketplaceFee()", ["uint8"], 10)
    inner = raw(DECISIONS, "setMarketplaceFee(uint8)", 8)
    data = bytes.fromhex(inner.calldata[2:])
    one = call(TIMELOCK, "execute(address,bytes)", DECISIONS, data)
    (outer,) = await described(make(), chain, one)
    assert outer.changes == ()
    assert outer.calls[0].changes[0].before == "10"


async def test_what_was_executed_is_read_before_and_after(
    make: Make, chain: AnsweringChain
) -> None:
    chain.answer_raw(
        DECISIONS,
        "marketplaceFee()",
        lambda height: encode(["uint8"], [8 if height >= 50 else 10]),
    )
    describing = make()
    waiting = await described(describing, chain, call(DECISIONS, "setMarketplaceFee(uint8)", 8))
    (done,) = await describing.changes(chain.chain_id, waiting, chain.block(50))
    assert done.changes == (Change(what="marketplace fee", before="10", after="8"),)
    chain.oldest_state = 60
    (unread,) = await describing.changes(chain.chain_id, waiting, chain.block(50))
    assert unread.changes == (), "A state that is gone is not a value."


async def test_a_node_that_is_down_leaves_what_the_bytes_tell(
    make: Make, chain: AnsweringChain
) -> None:
    chain.is_down = True
    fee, paid = await described(
        make(),
        chain,
        call(DECISIONS, "setMarketplaceFee(uint8)", 8),
        Call(target=ANA, value=Wei(COIN), signature="", calldata="0x"),
    )
    assert (fee.function, fee.arguments[0].value, fee.changes) == ("setMarketplaceFee", "8", ())
    assert paid.amount == "1 ETH"


async def test_many_calls_take_a_few_requests_and_contracts_are_asked_once_a_day(
    make: Make, chain: AnsweringChain, clock: HandClock
) -> None:
    describing = make()
    calls = [call(DECISIONS, "setMarketplaceFee(uint8)", fee) for fee in range(100)]
    await described(describing, chain, *calls)
    first = chain.requests
    assert first <= 6
    await described(describing, chain, *calls)
    assert chain.requests - first == 1
    clock.wait(86_401)
    await described(describing, chain, *calls)
    assert chain.requests - first > 2


async def test_an_address_is_called_by_its_proven_name(make: Make, chain: AnsweringChain) -> None:
    give_name(chain, ANA, "ana.eth")
    (one,) = await described(make(), chain, call(DECISIONS, "setOwner(address)", ANA))
    assert one.arguments[0].meaning == "ana.eth"


async def test_a_name_that_leads_elsewhere_is_nobodys(make: Make, chain: AnsweringChain) -> None:
    give_name(chain, ANA, "vitalik.eth", owner=CODE)
    (one,) = await described(make(), chain, call(DECISIONS, "setOwner(address)", ANA))
    assert one.arguments[0].meaning == ""


@pytest.mark.parametrize("name", ["vit\u0430lik.eth", "Ana.eth", "ana", "a na.eth", "ana..eth", ""])
async def test_a_name_that_does_not_read_as_it_is_is_none(
    make: Make, chain: AnsweringChain, name: str
) -> None:
    give_name(chain, ANA, name)
    (one,) = await described(make(), chain, call(DECISIONS, "setOwner(address)", ANA))
    assert one.arguments[0].meaning == ""


async def test_a_failure_to_read_names_is_no_absence(
    database: WatchedDatabase, chain: AnsweringChain, clock: HandClock
) -> None:
    naming = Naming(database, {chain.chain_id: chain.client()}, clock)
    give_name(chain, ANA, "ana.eth")
    chain.is_down = True
    assert await naming.known([ANA]) == {}
    chain.is_down = False
    assert await naming.known([ANA]) == {ANA: "ana.eth"}
    clock.wait(2 * 86_400)
    chain.is_down = True
    assert await naming.known([ANA]) == {ANA: "ana.eth"}, "It was proven two days ago."
    clock.wait(7 * 86_400)
    assert await naming.known([ANA]) == {}, "That is too long ago."


async def test_a_resolver_that_makes_the_node_fail_holds_up_no_other_name(
    database: WatchedDatabase, chain: AnsweringChain, clock: HandClock
) -> None:
    odd = [Address(f"0x{number:040x}") for number in range(1, MOST_NAMED + 1)]

    def fail(_height: int) -> bytes:
        raise ValueError("the machine is tired of this contract")

    for each in odd:
        chain.answer(REGISTRY, "resolver(bytes32)", ["address"], each, given=[reverse_node(each)])
        chain.answer_raw(each, "name(bytes32)", fail, given=[reverse_node(each)])
    give_name(chain, ANA, "ana.eth")
    naming = Naming(database, {chain.chain_id: chain.client()}, clock)
    await naming.known([*odd, ANA])
    assert await naming.known([*odd, ANA]) == {ANA: "ana.eth"}
    asked = chain.requests
    await naming.known([*odd, ANA])
    assert chain.requests == asked, "They are asked again an hour later."


async def test_an_address_without_a_name_is_not_asked_for_again_and_again(
    database: WatchedDatabase, chain: AnsweringChain, clock: HandClock
) -> None:
    naming = Naming(database, {chain.chain_id: chain.client()}, clock)
    await naming.known([ANA])
    asked = chain.requests
    await naming.known([ANA])
    await naming.tick()
    assert chain.requests == asked


MYSTERY = "mysteryFee(uint8)"
ABI = [
    {
        "type": "function",
        "name": "mysteryFee",
        "inputs": [{"name": "newFee", "type": "uint8"}],
    }
]


async def test_an_abi_of_the_operator_tells_functions_through_a_proxy(
    make: Make, chain: AnsweringChain, tmp_path: Path
) -> None:
    (tmp_path / f"1-{CODE}.json").write_text(json.dumps({"abi": ABI}))
    (tmp_path / "names.toml").write_text(f'[1]\n{DECISIONS} = "the marketplace"\n')
    chain.slot(DECISIONS, IMPLEMENTATION_SLOT, lambda _: bytes(12) + bytes.fromhex(CODE[2:]))
    describing = make(read_published(tmp_path))
    (one,) = await described(describing, chain, raw(DECISIONS, MYSTERY, 8))
    assert (one.function, one.arguments[0].name) == ("mysteryFee", "newFee")
    assert (one.source, one.target_name) == (CallSource.ABI, "the marketplace")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        (f"1-{CODE}.json", "{", "is no JSON"),
        (f"1-{CODE}.json", "[]", "holds no ABI"),
        ("names.toml", "[", "is no TOML"),
        ("names.toml", "[x]\n", "is not the number of a chain"),
        ("names.toml", '[1]\nana = "Ana"\n', "is not an address"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(AbiFolderError, match=why):
        read_published(tmp_path)


def test_braintrusts_contracts_have_names_that_come_with_assent() -> None:
    assert read_published(None).names_on(ChainId(1))[DECISIONS] == "GovernanceDecisions"


class Library:
    """A Sourcify on loopback: what it knows, and what it was asked."""

    def __init__(self) -> None:
        self.abis: dict[str, Any] = {}
        self.signatures: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.status != 200:
            return httpx.Response(self.status, text="<html>")
        if request.url.path == "/signatures/signature-database/v1/lookup":
            selectors = request.url.params["function"].split(",")
            found = {
                each: [{"name": name, "filtered": False} for name in names] or None
                for each in selectors
                for names in [self.signatures.get(each, [])]
            }
            return httpx.Response(200, json={"ok": True, "result": {"function": found}})
        address = request.url.path.rpartition("/")[2]
        if address not in self.abis:
            return httpx.Response(404, json={"match": None})
        return httpx.Response(200, json={"match": "match", "abi": self.abis[address]})

    def client(self) -> Sourcify:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return Sourcify(http, "http://library", "http://library/signatures")


async def test_a_published_source_tells_functions(make: Make, chain: AnsweringChain) -> None:
    library = Library()
    library.abis[DECISIONS] = ABI
    describing = make(sourcify=library.client())
    for _ in range(2):
        (one,) = await described(describing, chain, raw(DECISIONS, MYSTERY, 8))
        assert (one.source, one.arguments[0].name) == (CallSource.ABI, "newFee")
    assert library.asked == [f"/v2/contract/1/{DECISIONS}"], "It is asked for once."


async def test_a_selector_is_guessed_and_marked(make: Make, chain: AnsweringChain) -> None:
    library = Library()
    library.signatures["0x" + selector_of(MYSTERY).hex()] = [MYSTERY]
    describing = make(sourcify=library.client())
    one, other = await described(
        describing, chain, raw(DECISIONS, MYSTERY, 8), raw(DECISIONS, "other(uint8)", 8)
    )
    assert (one.function, one.source) == ("mysteryFee", CallSource.GUESS)
    assert other.source is CallSource.NOTHING


async def test_more_contracts_than_are_asked_are_described_all_the_same(
    make: Make, chain: AnsweringChain
) -> None:
    targets = [Address(f"0x{number:040x}") for number in range(1, MOST_CONTRACTS + 3)]
    calls = [raw(target, MYSTERY, 8) for target in targets]
    found = await described(make(sourcify=Library().client()), chain, *calls)
    assert [each.source for each in found] == [CallSource.NOTHING] * len(targets)


async def test_a_guess_of_another_selector_is_refused(make: Make, chain: AnsweringChain) -> None:
    library = Library()
    library.signatures["0x" + selector_of(MYSTERY).hex()] = ["setMarketplaceFee(uint8)"]
    (one,) = await described(make(sourcify=library.client()), chain, raw(DECISIONS, MYSTERY, 8))
    assert one.source is CallSource.NOTHING


async def test_a_library_that_is_shut_takes_nothing_away(make: Make, chain: AnsweringChain) -> None:
    library = Library()
    library.status = 503
    chain.answer(DECISIONS, "marketplaceFee()", ["uint8"], 10)
    describing = make(sourcify=library.client())
    fee, unknown = await described(
        describing, chain, raw(DECISIONS, "setMarketplaceFee(uint8)", 8), raw(CODE, MYSTERY, 8)
    )
    assert fee.changes[0].before == "10"
    assert unknown.source is CallSource.NOTHING
    library.status = 200
    library.abis[CODE] = ABI
    (known,) = await described(describing, chain, raw(CODE, MYSTERY, 8))
    assert known.function == "mysteryFee", "A failure was no absence."


async def test_nobody_is_asked_unless_the_operator_wants_it(
    make: Make, chain: AnsweringChain
) -> None:
    (one,) = await described(make(), chain, raw(DECISIONS, MYSTERY, 8))
    assert one.source is CallSource.NOTHING
