"""A preparation as it grows, and until when delegating counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.onchain.block import BlockId, Position
from bot.domain.onchain.call_file import LARGEST_FILE, of_json, read_calls
from bot.domain.onchain.delegation import (
    ChainPower,
    Fixing,
    needed_to_propose,
    proposers,
    vote_window,
)
from bot.domain.onchain.governor import (
    ClockMode,
    Flavour,
    Governor,
    GovernorState,
    ProposalKey,
    QuorumRule,
    TimelockKind,
)
from bot.domain.onchain.preparation import (
    MOST_CALLS,
    Preparation,
    Prepared,
    PreparedCall,
    TypedCall,
    call_at,
    description,
    moved_up,
    takes_signatures,
    titled,
    with_call,
    with_calls,
    without_call,
)
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    Timepoint,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
)

ADDRESS = Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824")
EMPTY = Preparation(
    proposal_id=None,
    chain_id=ChainId(1),
    governor=ADDRESS,
    title="Lower the fee",
    text="",
    links=(),
)
GOVERNOR = Governor(
    chain_id=ChainId(1),
    address=ADDRESS,
    name="Governor",
    flavour=Flavour.OPENZEPPELIN,
    clock_mode=ClockMode.BLOCK_NUMBER,
    quorum_rule=QuorumRule.FOR,
    token_address=ADDRESS,
    token_symbol="T",
    token_decimals=18,
    voting_delay=Timepoint(10),
    voting_period=Timepoint(100),
    proposal_threshold=TokenUnits(5),
    timelock_kind=TimelockKind.NONE,
    timelock_address=None,
    timelock_delay=None,
    grace_period=None,
)
PROPOSAL = GovernorProposal(
    key=ProposalKey(chain_id=ChainId(1), governor=ADDRESS, id=GovernorProposalId(7)),
    proposer=ADDRESS,
    calls=(),
    vote_start=Timepoint(1_000),
    vote_end=Timepoint(1_100),
    title="Lower the fee",
    description="# Lower the fee",
    created=Position(
        block=BlockId(number=BlockNumber(990), hash=BlockHash("0x" + "11" * 32)),
        transaction_hash=TransactionHash("0x" + "22" * 32),
        log_index=0,
        block_time=UnixSeconds(1_790_000_000),
    ),
    state=GovernorState.PENDING,
    vote_starts_at=UnixSeconds(1_790_000_120),
)


def call(arguments: str = "8") -> TypedCall:
    return TypedCall(target=ADDRESS, function="f(uint8)", arguments=arguments, value="")


def order(preparation: Preparation) -> list[str]:
    return [each.arguments for each in preparation.calls]


def three() -> Preparation:
    return with_calls(EMPTY, [call("1"), call("2"), call("3")])


def power(address: str, votes: int | None, *, is_whitelisted: bool = False) -> ChainPower:
    return ChainPower(
        address=Address(address),
        balance=TokenUnits(0),
        delegate=Address(address),
        votes=None if votes is None else TokenUnits(votes),
        is_whitelisted=is_whitelisted,
    )


def test_every_change_is_a_new_list() -> None:
    changes = [
        three(),
        with_call(three(), call("9"), 1, 1),
        without_call(three(), 0, 1),
        moved_up(three(), 2, 1),
        titled(three(), "Another", ""),
    ]
    assert [each.change for each in changes] == [1, 2, 2, 2, 2]
    assert [order(each) for each in changes] == [
        ["1", "2", "3"],
        ["1", "9", "3"],
        ["2", "3"],
        ["1", "3", "2"],
        ["1", "2", "3"],
    ]


def test_the_first_call_cannot_be_made_earlier() -> None:
    assert order(moved_up(three(), 0, 1)) == ["1", "2", "3"]


@pytest.mark.parametrize("place", [-1, 3, 99])
def test_a_place_that_is_not_there_is_refused(place: int) -> None:
    for act in (without_call, moved_up, call_at):
        with pytest.raises(Refusal, match="has changed"):
            act(three(), place, 1)
    assert order(with_call(three(), call("9"), place if place > 0 else 3, 1))[-1] == "9"


def test_a_list_that_is_out_of_date_is_not_acted_on() -> None:
    for act in (without_call, moved_up, call_at):
        with pytest.raises(Refusal, match="has changed"):
            act(three(), 0, 0)
    assert order(with_call(three(), call("9"), 0, 0)) == ["1", "2", "3", "9"]


def test_there_are_not_too_many_calls() -> None:
    full = with_calls(EMPTY, [call()] * MOST_CALLS)
    assert len(full.calls) == MOST_CALLS
    with pytest.raises(Refusal, match="at most 20 calls"):
        with_calls(full, [call()])
    with pytest.raises(Refusal, match="at most 20 calls"):
        with_call(full, call(), None, 0)


def test_the_description_is_the_title_the_text_and_the_links() -> None:
    whole = replace(EMPTY, text="Why.\n\nHow.", links=("Vote: https://a", "Discussion: https://b"))
    assert description(whole) == (
        "# Lower the fee\n\nWhy.\n\nHow.\n\nVote: https://a\nDiscussion: https://b"
    )
    assert description(EMPTY) == "# Lower the fee"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lower   the fee ", "Lower the fee"),
        ("# Lower the fee", "Lower the fee"),
        ("Lower\nthe fee", "Lower the fee"),
        ("\ud800\u202e", "?"),
        ("", ""),
    ],
)
def test_a_title_is_one_line_without_a_mark_before_it(typed: str, kept: str) -> None:
    assert titled(EMPTY, typed, "").title == kept


@given(st.text(max_size=5_000), st.text(max_size=5_000))
def test_whatever_title_is_typed_the_first_line_is_the_title(title: str, text: str) -> None:
    kept = titled(EMPTY, title, text)
    first = description(kept).split("\n", 1)[0]
    assert first == f"# {kept.title}"
    assert len(kept.title) <= 256
    assert len(kept.text) <= 3_500
    description(kept).encode()


def test_what_is_missing_is_said_before_anything_is_sent() -> None:
    prepared = Prepared(
        typed_id=1,
        preparation=titled(EMPTY, "", ""),
        reference="",
        governor=GOVERNOR,
        calls=(),
        description="",
        most_calls=1,
        block=None,
    )
    assert "no call yet" in prepared.obstacles[0]
    assert "no title yet" in prepared.obstacles[-1]
    bad = PreparedCall(typed=call(), problem="no")
    several = replace(prepared, calls=(bad, bad))
    assert "calls 1, 2 cannot be encoded" in several.obstacles[0]
    assert "at most 1 calls" in several.obstacles[1]
    undecided = replace(prepared, reference="BTRST-1", is_decided=False)
    assert undecided.warnings == ("BTRST-1 has not passed its votes off chain yet.",)


def test_compounds_family_takes_signatures() -> None:
    family = {each for each in Flavour if takes_signatures(each)}
    assert family == {Flavour.GOVERNOR_ALPHA, Flavour.GOVERNOR_BRAVO, Flavour.NOUNS}
    assert {each for each in Flavour if needed_to_propose(TokenUnits(5), each) == 6} == family


@pytest.mark.parametrize(
    ("clock", "state", "fixing"),
    [
        (990, GovernorState.PENDING, Fixing.OPEN),
        (999, GovernorState.PENDING, Fixing.OPEN),
        # Whatever is sent now comes into a later block.
        (1_000, GovernorState.PENDING, Fixing.FIXED),
        (1_001, GovernorState.ACTIVE, Fixing.FIXED),
        # The contract knows better than a clock that is behind.
        (999, GovernorState.ACTIVE, Fixing.FIXED),
    ],
)
def test_delegating_counts_until_the_block_with_which_voting_starts(
    clock: int, state: GovernorState, fixing: Fixing
) -> None:
    window = vote_window(replace(PROPOSAL, state=state), GOVERNOR, Timepoint(clock))
    assert window is not None
    assert (window.fixing, window.counted_at) == (fixing, 1_000)
    assert window.is_estimate


def test_seconds_are_no_estimate() -> None:
    exact = replace(GOVERNOR, clock_mode=ClockMode.TIMESTAMP)
    window = vote_window(PROPOSAL, exact, Timepoint(990))
    assert window is not None
    assert not window.is_estimate


@pytest.mark.parametrize(
    "state",
    [
        GovernorState.DEFEATED,
        GovernorState.CANCELED,
        GovernorState.EXECUTED,
        GovernorState.UNKNOWN,
    ],
)
def test_what_is_over_has_no_window(state: GovernorState) -> None:
    assert vote_window(replace(PROPOSAL, state=state), GOVERNOR, Timepoint(990)) is None


def test_who_may_propose_is_told_by_what_is_public_of_them() -> None:
    mine, known, weak, linked = (f"0x{number:040x}" for number in (1, 2, 3, 4))
    found = [
        power(mine, 1),
        power(known, 5),
        power(weak, 4),
        power(linked, 9),
        power("0x" + "05" * 20, None),
    ]
    who = proposers(
        found,
        TokenUnits(5),
        Flavour.OPENZEPPELIN,
        known=[Address(known), Address(weak), Address("0x" + "05" * 20)],
        linked=[Address(linked)],
    )
    assert [each.address for each in who.own] == [mine]
    assert [each.address for each in who.known] == [known]
    assert (who.linked, who.looked_at) == (1, 5)


def test_a_whitelisted_address_needs_no_votes_and_an_unknown_threshold_is_no_zero() -> None:
    found = [power("0x" + "01" * 20, 0, is_whitelisted=True), power("0x" + "02" * 20, 10**30)]
    known = [each.address for each in found]
    who = proposers(found, None, Flavour.GOVERNOR_BRAVO, known=known, linked=())
    assert [each.address for each in who.known] == [known[0]]
    assert who.threshold is None


def test_a_tuple_of_the_safe_transaction_builder_is_put_together() -> None:
    text = """{"transactions": [{"to": "0x1", "value": "5", "contractMethod": {"name": "pay",
        "inputs": [{"name": "whom", "type": "tuple[]", "components": [
            {"name": "to", "type": "address"}, {"name": "amount", "type": "uint256"}]},
            {"name": "note", "type": "string"}]},
        "contractInputsValues": {"whom": [["0x2", "7"]], "note": "two\\nlines"}}]}"""
    (read,) = read_calls(text).calls
    assert read.function == "pay((address,uint256)[],string)"
    assert read.arguments == '[["0x2", "7"]]\n"two\\nlines"'
    assert (read.target, read.value) == ("0x1", "5")


@pytest.mark.parametrize(
    ("chain", "meant"),
    [('"1"', 1), ("1", 1), ('"0x1"', None), ("null", None), ('"²"', None), ('{"a": 1}', None)],
)
def test_a_chain_is_read_or_not_known(chain: str, meant: int | None) -> None:
    text = '{"chainId": ' + chain + ', "transactions": [{"to": "0x1"}]}'
    assert read_calls(text).chain_id == meant


@given(st.text(alphabet='[]{}",:\\ 1a', max_size=400))
def test_no_json_breaks_the_reader(text: str) -> None:
    try:
        of_json(text)
    except ValueError:
        return


def test_brackets_within_texts_nest_nothing() -> None:
    assert of_json('["' + "[" * 1_000 + '"]') == ["[" * 1_000]
    with pytest.raises(ValueError, match="nested"):
        of_json("[" * (LARGEST_FILE // 2))
