"""A preparation and powers on chain, as they read; and whatever is in them, they fit."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call
from bot.domain.onchain.delegation import (
    ChainPower,
    CountedPower,
    Fixing,
    GovernorPowers,
    Proposers,
    VoteWindow,
    WalletPower,
    may_propose,
    missing_to_propose,
)
from bot.domain.onchain.governor import (
    ClockMode,
    Flavour,
    Governor,
    QuorumRule,
    TimelockKind,
)
from bot.domain.onchain.preparation import (
    Preparation,
    Prepared,
    PreparedCall,
    TypedCall,
    executor,
)
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    Timepoint,
    TokenUnits,
    UnixSeconds,
    Wei,
)
from bot.gateways.chain.calls import describe
from cogs.cards.chain.powers import chain_power_page
from cogs.cards.chain.preparation import call_option, preparation_page, sending_words

ADDRESS = Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824")
OTHER = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
NOBODY = Address("0x" + "00" * 20)
AT = BlockId(number=BlockNumber(1_234), hash=BlockHash("0x" + "11" * 32))
GOVERNOR = Governor(
    chain_id=ChainId(1),
    address=Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"),
    name="BTRST Governor",
    flavour=Flavour.GOVERNOR_ALPHA,
    clock_mode=ClockMode.BLOCK_NUMBER,
    quorum_rule=QuorumRule.FOR,
    token_address=ADDRESS,
    token_symbol="BTRST",
    token_decimals=18,
    voting_delay=Timepoint(1),
    voting_period=Timepoint(17_280),
    proposal_threshold=TokenUnits(500 * 10**18),
    timelock_kind=TimelockKind.COMPOUND,
    timelock_address=OTHER,
    timelock_delay=None,
    grace_period=None,
)
CALL = Call(
    target=OTHER,
    value=Wei(0),
    signature="setMarketplaceFee(uint8)",
    calldata=f"0x{8:064x}",
)
TYPED = TypedCall(target=OTHER, function="setMarketplaceFee(uint8)", arguments="8", value="")
WELL = PreparedCall(
    typed=TYPED,
    call=CALL,
    decoded=describe(CALL),
    simulation=SimulatedCall(outcome=Outcome.SUCCEEDS),
)
PREPARED = Prepared(
    typed_id=7,
    preparation=Preparation(
        proposal_id=None,
        chain_id=ChainId(1),
        governor=GOVERNOR.address,
        title="Lower the fee",
        text="As decided.",
        links=("Discussion: https://discord.com/channels/1/2",),
        calls=(TYPED,),
    ),
    reference="BTRST-12",
    governor=GOVERNOR,
    calls=(WELL,),
    description="# Lower the fee",
    most_calls=10,
    block=AT,
    payload="0x1234",
)


def power(votes: int | None, *, balance: int | None = 0, to: Address | None = NOBODY) -> ChainPower:
    return ChainPower(
        address=ADDRESS,
        balance=None if balance is None else TokenUnits(balance),
        delegate=to,
        votes=None if votes is None else TokenUnits(votes),
    )


def whole(embed: object) -> str:
    shown = embed.to_dict()  # type: ignore[attr-defined] # discord's Embed
    fields = [part for each in shown["fields"] for part in (each["name"], each["value"])]
    return "\n".join([shown["title"], shown["description"], *fields]).replace("\\", "")


def powers(*wallets: WalletPower, threshold: int | None = 500 * 10**18) -> GovernorPowers:
    return GovernorPowers(
        governor=GOVERNOR,
        wallets=wallets,
        windows=tuple(each.window for wallet in wallets for each in wallet.counted),
        proposers=Proposers(
            threshold=None if threshold is None else TokenUnits(threshold),
            own=(),
            known=(),
            linked=0,
            looked_at=1,
        ),
    )


def test_a_good_preparation_says_what_it_does_and_what_is_next() -> None:
    text = whole(preparation_page(PREPARED))
    assert f"1. setMarketplaceFee of `{OTHER}`: ✔ would succeed" in text
    assert "as if 0x281E…d9Fb made it" in text
    assert "Discussion: <https://discord.com/channels/1/2>" in text
    assert "let somebody who can propose send it" in text
    assert GOVERNOR.address in sending_words(PREPARED)


def test_a_silent_node_is_said_and_nothing_is_claimed() -> None:
    silent = replace(PREPARED, block=None, calls=(replace(WELL, simulation=None),))
    text = whole(preparation_page(silent))
    assert "could not be simulated: the node did not answer" in text
    assert "Not known: the chain's node did not answer." in text
    assert "would succeed" not in text


@pytest.mark.parametrize(
    ("kind", "sender"),
    [
        (TimelockKind.COMPOUND, OTHER),
        (TimelockKind.CONTROLLER, OTHER),
        (TimelockKind.ACCESS_MANAGER, GOVERNOR.address),
        (TimelockKind.NONE, GOVERNOR.address),
    ],
)
def test_calls_are_made_by_what_holds_them_back(kind: TimelockKind, sender: Address) -> None:
    assert executor(replace(GOVERNOR, timelock_kind=kind)) == sender


def test_the_same_call_twice_is_an_obstacle_for_a_compound_timelock_alone() -> None:
    twice = replace(PREPARED, calls=(WELL, WELL))
    assert "are the same" in twice.obstacles[0]
    other = replace(GOVERNOR, timelock_kind=TimelockKind.CONTROLLER)
    assert replace(twice, governor=other).obstacles == ()


def test_another_title_than_the_one_that_was_voted_on_is_a_warning() -> None:
    other = replace(PREPARED, voted_title="Raise the fee")
    assert "not that of the vote off chain" in other.warnings[0]
    assert replace(PREPARED, voted_title="lower  the FEE").warnings == ()


@pytest.mark.parametrize(
    ("flavour", "votes", "may"),
    [
        (Flavour.GOVERNOR_ALPHA, 500, False),
        (Flavour.GOVERNOR_ALPHA, 501, True),
        (Flavour.GOVERNOR_BRAVO, 500, False),
        (Flavour.NOUNS, 500, False),
        (Flavour.OPENZEPPELIN, 499, False),
        (Flavour.OPENZEPPELIN, 500, True),
        (Flavour.OPENZEPPELIN, None, None),
    ],
)
def test_the_threshold_is_enough_or_one_too_few(
    flavour: Flavour,
    votes: int | None,
    may: bool | None,  # noqa: FBT001 - of the table
) -> None:
    assert may_propose(power(votes), TokenUnits(500), flavour) is may
    assert may_propose(power(votes), None, flavour) is None
    assert may_propose(replace(power(0), is_whitelisted=True), None, flavour) is True
    lacking = missing_to_propose(power(votes), TokenUnits(500), flavour)
    assert lacking == (None if may is not False else 500 - (votes or 0))


def test_power_that_is_not_known_is_not_zero() -> None:
    unknown = WalletPower(power=power(None, balance=None, to=None), counted=())
    text = whole(chain_power_page([powers(unknown, threshold=None)]))
    assert "own not known · votes not known" in text
    assert "Whether it can propose is not known." in text
    assert "is not known" in text
    assert "0 BTRST" not in text


def test_idle_tokens_are_the_next_step() -> None:
    idle = WalletPower(power=power(0, balance=10**18), counted=())
    text = whole(chain_power_page([powers(idle)]))
    assert "they have no vote until they are" in text
    assert f"call `delegate` of `{ADDRESS}` with your own address" in text


def test_until_when_to_delegate_is_said_about_and_by_block() -> None:
    window = VoteWindow(
        id=GovernorProposalId(3),
        title="Lower the fee",
        fixing=Fixing.OPEN,
        counted_at=Timepoint(13_000_000),
        about=UnixSeconds(1_790_000_000),
        is_estimate=True,
        ends_at=None,
    )
    wallet = WalletPower(power=power(5), counted=(CountedPower(window=window, votes=None),))
    text = whole(chain_power_page([powers(wallet)]))
    assert "delegate until about <t:1790000000:F>" in text
    assert "up to block 13,000,000" in text
    fixed = replace(window, fixing=Fixing.FIXED)
    wallet = WalletPower(power=power(5), counted=(CountedPower(window=fixed, votes=None),))
    assert "the chain does not tell yet" in whole(chain_power_page([powers(wallet)]))


def test_a_silent_chain_is_not_an_empty_one() -> None:
    silent = replace(powers(), is_silent=True)
    text = whole(chain_power_page([silent]))
    assert "nothing is known just now" in text
    assert "try again" in text


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.text(max_size=4_000), st.integers(1, 20))
def test_whatever_is_typed_fits(text: str, count: int) -> None:
    typed = TypedCall(target=text, function=text, arguments=text, value=text)
    problem = PreparedCall(typed=typed, problem="x" * 300)
    reverts = SimulatedCall(outcome=Outcome.REVERTS, why=text[:300])
    calls = (problem, replace(WELL, typed=typed, simulation=reverts)) * count
    preparation = replace(PREPARED.preparation, title=text[:256], text=text, links=(text,))
    page = preparation_page(
        replace(PREPARED, preparation=preparation, calls=calls, voted_title=text)
    )
    assert len(page) <= 6_000
    assert all(len(field.value or "") <= 1_024 for field in page.fields)
    label, about = call_option(20, problem if count % 2 else replace(WELL, typed=typed))
    assert 0 < len(label) <= 100
    assert 0 < len(about) <= 100
    assert len(sending_words(replace(PREPARED, voted_title=text, calls=calls))) <= 2_000
