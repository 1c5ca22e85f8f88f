"""Recorded logs, read in any pieces and at any times: none is lost, and the same is said."""

import json
from functools import cache
from pathlib import Path

import pytest
from eth_abi.abi import decode
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.onchain.announcement import GovernorNews, LargeVote
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import Moment
from tests.following import differences
from tests.recorded_chain import CREATED, VOTED_ON_ALPHA, VOTES, lives, topic, vote_in
from tests.recordings import LIVES, Log, Recording, compound, excerpts, life, needs_recordings
from tests.replaying import CONFIRMATIONS, LARGE, Left, Way, replayed

pytestmark = needs_recordings

# What governors and timelocks tell beside what Assent follows.
BESIDE = {
    topic("RoleGranted(bytes32,address,address)"),
    topic("CallSalt(bytes32,bytes32)"),
    topic(
        "ProposalCreatedWithRequirements(uint256,address,address[],uint256[],string[],bytes[],"
        "uint256,uint256,uint256,uint256,string)"
    ),
    topic("VoteCastWithClientId(address,uint256,uint32)"),
}
# GovernorAlpha takes the calls of what it cancels out of a timelock also if they are not in it.
CANCEL = topic("CancelTransaction(bytes32,address,uint256,string,bytes,uint256)")
NEVER_QUEUED = f"{0:064x}"
# What is said of every life in which it happened, however late it was seen.
SAID_LATE = (
    *(Moment.CREATED, Moment.SUCCEEDED, Moment.DEFEATED, Moment.CANCELED),
    *(Moment.QUEUED, Moment.EXPIRED, Moment.EXECUTED),
)
# By a chain's rate it is a day after the end, and a recording's rate is none: months lie between
# two of its blocks, where whoever recorded it has let time pass.
DATED_BY_RATE = Moment.UNQUEUED.replace(" ", "-")


@cache
def recording(name: str) -> Recording:
    return compound() if name == "compound" else life(name)


AT_ONCE: dict[str, Left] = {}


async def at_once(template: Path, name: str) -> Left:
    if name not in AT_ONCE:
        AT_ONCE[name] = await replayed(template, recording(name), Way())
    return AT_ONCE[name]


def place(log: Log) -> tuple[int, int]:
    return int(log["blockNumber"], 16), int(log["logIndex"], 16)


def ballot(log: Log) -> tuple[object, ...]:
    """Read a vote without the bot: where it is, its proposal, voter, support, weight, reason."""
    id_, support, weight = vote_in(log)
    data = bytes.fromhex(log["data"][2:])
    if log["topics"][0] == VOTED_ON_ALPHA:
        voter, reason = data[12:32], b""
    else:
        voter = bytes.fromhex(log["topics"][1][-40:])
        *_, reason = decode(["uint256", "uint8", "uint256", "bytes"], data)
    told = (id_, voter.hex(), support, weight, reason.decode(), log["transactionHash"])
    return (*place(log), *told)


def is_followed(log: Log) -> bool:
    event, eta = log["topics"][0], log["data"][2 + 3 * 64 : 2 + 4 * 64]
    return event not in BESIDE and (event, eta) != (CANCEL, NEVER_QUEUED)


def check_that_nothing_is_lost(left: Left, recorded: Recording) -> None:
    votes = [log for log in recorded.family if log["topics"][0] in VOTES]
    others = [log for log in recorded.family if log not in votes and is_followed(log)]
    kept = [(*vote[:2], vote.id, vote.voter[2:].lower(), *vote[5:9]) for vote in left.votes]
    assert kept == [ballot(log) for log in votes]
    assert [row[1:3] for row in left.events] == [place(log) for log in others]
    for row, log in zip(left.events, others, strict=True):
        assert log["transactionHash"] in row[5]


@pytest.mark.parametrize("name", [*LIVES, "compound"])
async def test_every_recorded_log_is_read_without_loss(migrated_file: Path, name: str) -> None:
    check_that_nothing_is_lost(await at_once(migrated_file, name), recording(name))


def moments(left: Left) -> dict[Moment, set[int]]:
    """Give of which proposals each moment is said."""
    told: dict[Moment, set[int]] = {moment: set() for moment in SAID_LATE}
    for _, claim in left.said.values():
        if isinstance(claim, GovernorNews) and claim.moment in told:
            told[claim.moment].add(int(claim.governor_key.id))
    return told


def expected(recorded: Recording) -> dict[Moment, set[int]]:
    """Tell from the logs alone, by the contracts' rules, what there is to be said."""
    ends = {id_: one.at(recorded.last, recorded) for id_, one in lives(recorded.family).items()}
    end_time = recorded.times[-1][1]
    clock = recorded.last if recorded.governor.clock_mode == "blocknumber" else end_time
    states = {
        id_: GovernorState(list(GovernorState)[one.state(clock + CONFIRMATIONS, end_time)])
        for id_, one in ends.items()
    }
    queued = {id_ for id_, one in ends.items() if one.eta}
    found = {
        moment: {id_ for id_, state in states.items() if state.value == moment.value}
        for moment in SAID_LATE
    }
    return found | {
        Moment.CREATED: set(ends),
        Moment.QUEUED: queued,
        Moment.SUCCEEDED: found[Moment.SUCCEEDED] | queued,
    }


@pytest.mark.parametrize("name", [*LIVES, "compound"])
async def test_what_is_said_follows_from_the_logs(migrated_file: Path, name: str) -> None:
    assert moments(await at_once(migrated_file, name)) == expected(recording(name))


async def test_the_history_of_compounds_first_governor_is_told_as_it_was(
    migrated_file: Path,
) -> None:
    left = await at_once(migrated_file, "compound")
    defeated, canceled = {12, 14, 32, 38}, {13, 28}
    passed = {*range(1, 43)} - defeated - canceled
    assert moments(left) == {
        Moment.CREATED: {*range(1, 43)},
        Moment.SUCCEEDED: passed,
        Moment.DEFEATED: defeated,
        Moment.CANCELED: canceled,
        Moment.QUEUED: passed,
        Moment.EXPIRED: set(),
        Moment.EXECUTED: passed,
    }
    assert left.proposals[1].title == "Add USDT Support"
    claims = [claim for _, claim in left.said.values() if isinstance(claim, LargeVote)]
    logs = [log for log in recording("compound").family if log["topics"][0] == VOTED_ON_ALPHA]
    large = [log for log in logs if vote_in(log)[2] * LARGE.whole >= 400_000 * 10**18 * LARGE.part]
    assert len(claims) == len(large)
    for proposal in left.proposals.values():
        votes = [vote_in(log) for log in logs if vote_in(log)[0] == int(proposal.key.id)]
        assert proposal.for_votes == sum(weight for _, is_for, weight in votes if is_for)
        assert proposal.against_votes == sum(weight for _, is_for, weight in votes if not is_for)


# What single logs of other families come to: events, votes, and what is said.
EXCERPTS: dict[str, tuple[int, int, set[str]]] = {
    "a vote as another index tells it": (0, 1, set()),
    "a deadline that moved": (1, 0, set()),  # of what began before, nothing is known to be said
    "an operation of a timelock": (1, 0, {"scheduled"}),
    "a proposal and a vote among a DAO's other events": (1, 1, {"created", "tally"}),
}


@pytest.mark.parametrize("name", EXCERPTS)
async def test_single_logs_of_other_families_are_read_without_loss(
    migrated_file: Path, name: str
) -> None:
    recorded = excerpts()[name]
    left = await replayed(migrated_file, recorded, Way())
    check_that_nothing_is_lost(left, recorded)
    steps = {key.rpartition(":")[2] for (key, _), (state, _) in left.said.items() if state == "due"}
    assert (len(left.events), len(left.votes), steps) == EXCERPTS[name]
    length = recorded.last - recorded.first
    in_pieces = Way(looks=[[1], [0], [length]], blocks=(9_973,), mixed=True)
    same(await replayed(migrated_file, recorded, in_pieces), left)


def same(left: Left, right: Left) -> None:
    """See that two replays have come to the same, but for times that are about."""
    assert left.votes == right.votes
    assert left.events == right.events
    assert left.proposals == right.proposals
    found = differences(left.said, right.said)
    assert [each for each in found if DATED_BY_RATE not in each] == []


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=3, deadline=None)
@given(data=st.data())
async def test_any_pieces_and_any_order_of_looks_leave_the_same(
    migrated_file: Path, name: str, data: st.DataObject
) -> None:
    recorded = recording(name)
    length = recorded.last - recorded.first
    endpoints = data.draw(st.integers(1, 3))
    heads = st.lists(st.integers(0, length), min_size=endpoints, max_size=endpoints)
    spans = st.sampled_from([1, 3, 7, 47, 1_009, 100_000_000])
    way = Way(
        looks=data.draw(st.lists(heads, max_size=8)),
        blocks=[max(data.draw(spans), length // 200) for _ in range(endpoints)],
        mixed=data.draw(st.booleans()),
    )
    same(await replayed(migrated_file, recorded, way), await at_once(migrated_file, name))


WEEK = 45_000  # blocks, about

# Of Compound's 2.2 million blocks.
WAYS = {
    "a look a week": Way(looks=[[WEEK * week] for week in range(1, 48)]),
    "in prime pieces, each of them out of order": Way(blocks=(9_973,), mixed=True),
    "through two nodes, now one and now the other ahead": Way(
        looks=[[WEEK * week, WEEK * (week ^ 3)] for week in range(1, 48, 2)],
        blocks=(19_997, 49_999),
    ),
    "repeatedly, and with a head that goes back": Way(
        looks=[[700_000], [700_000], [10], [1_400_000], [1_399_999], [0], [1_400_000]],
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_real_history_is_the_same_in_any_pieces_and_at_any_times(
    migrated_file: Path, way: str
) -> None:
    left = await replayed(migrated_file, recording("compound"), WAYS[way])
    same(left, await at_once(migrated_file, "compound"))


async def test_real_history_is_the_same_block_by_block(migrated_file: Path) -> None:
    whole = recording("compound")
    *_, made = [log for log in whole.logs if log["topics"][0] == CREATED]
    first, _ = place(made)
    few = whole.cut(first, first + 400)
    by_block = Way(looks=[[head] for head in range(0, few.last - first, 3)], blocks=(1,))
    left = await replayed(migrated_file, few, by_block)
    same(left, await replayed(migrated_file, few, Way()))
    check_that_nothing_is_lost(left, few)
    assert json.loads(left.events[0][5])["kind"] == "proposal created"
