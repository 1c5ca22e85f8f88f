"""What contracts do beside proposals, and single votes that weigh much: each told once."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.onchain.announcement import LargeVote, OperationNews, OperationStep, ParameterNews
from bot.domain.onchain.block import Block, BlockId, Position
from bot.domain.onchain.call import Call, Change
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationExecuted,
    OperationScheduled,
    ParameterChanged,
    ProposalCreated,
    ProposalQueued,
    VoteCast,
)
from bot.domain.onchain.governor import GovernorState, ProposalKey
from bot.domain.onchain.news import Sighting
from bot.domain.onchain.operation import OperationKey
from bot.domain.outbox import PostState
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    GovernorProposalId,
    OperationId,
    Seconds,
    Timepoint,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
    Wei,
)
from bot.gateways.chain.calls import describe
from bot.gateways.chain.operations import transaction_id
from bot.services.governance.facts import refold
from bot.services.governance.operations import correct_operations, tell_operations
from bot.services.governance.parameters import correct_parameters, tell_parameters
from bot.services.governance.telling import VOTES_ARE_NEWS, Telling
from bot.services.governance.wording import Described
from bot.storage.codec import SPEECH
from bot.storage.schema import posts
from tests.builders import GUILD
from tests.following import Follower
from tests.forkable_chain import CHAIN, GOVERNOR, TIMELOCK, VOTES, ForkableChain
from tests.watched import WatchedDatabase

LOCK, GOV = Address(TIMELOCK), Address(GOVERNOR)
CALL = Call(target=LOCK, value=Wei(1), signature="", calldata="0x")
OTHER = replace(CALL, value=Wei(2))
ID = OperationId("0x" + "aa" * 32)
KEY = ProposalKey(chain_id=CHAIN, governor=GOV, id=GovernorProposalId(7))
LATER = 10_000  # a block after the bot began


@pytest.fixture
async def follower(database: WatchedDatabase) -> Follower:
    return await Follower.set_up(database, ForkableChain())


def at(number: int, index: int = 0, transaction: str = "") -> Position:
    return Position(
        block=BlockId(number=BlockNumber(number), hash=BlockHash(hex(number))),
        block_time=UnixSeconds(number * 12),
        transaction_hash=TransactionHash(transaction or hex(number)),
        log_index=index,
    )


def scheduled(number: int, transaction: str = "", call: Call = CALL) -> OperationScheduled:
    return OperationScheduled(
        emitter=LOCK,
        position=at(number, 1, transaction),
        operation_id=ID,
        index=0,
        delay=Seconds(600),
        call=call,
    )


def ended(number: int, kind: type[Any], **values: Any) -> Any:
    return kind(emitter=LOCK, position=at(number, 2), operation_id=ID, **values)


def created() -> ProposalCreated:
    return ProposalCreated(
        emitter=GOV,
        position=at(LATER - 9),
        id=KEY.id,
        proposer=GOV,
        calls=(CALL,),
        vote_start=Timepoint(LATER - 8),
        vote_end=Timepoint(LATER + 99),
        description="# Lower the fee",
    )


async def happen(
    follower: Follower,
    *what: GovernorEvent | VoteCast,
    undone_at: int | None = None,
    described: Described | None = None,
) -> None:
    """Let the bot read these events, as a look does."""
    events = [each for each in what if not isinstance(each, VoteCast)]
    votes = [each for each in what if isinstance(each, VoteCast)]
    async with follower.database.transaction() as store:
        await store.votes_cast.add(CHAIN, votes)
        await store.chain.add_events(CHAIN, events)
        if any(isinstance(event, ProposalCreated | ProposalQueued) for event in events):
            await refold(store, KEY)
        telling = Telling(
            store=store,
            watched=await store.communities.watched(CHAIN),
            now=UnixSeconds(5),
            undone_at=None if undone_at is None else UnixSeconds(undone_at),
        )
        await tell_operations(telling, CHAIN, events, described or {})
        await tell_parameters(telling, CHAIN, events)
        if undone_at is not None:
            governors = {each.governor.address: each.governor for each in telling.watched}
            await correct_operations(telling, CHAIN, governors)
            await correct_parameters(telling, CHAIN, governors)


async def test_an_operation_of_several_calls_is_told_once_with_all_of_them(
    follower: Follower,
) -> None:
    batch = [
        scheduled(LATER),
        replace(scheduled(LATER, call=OTHER), index=1, position=at(LATER, 2)),
    ]
    await happen(follower, *batch)
    await happen(follower, *batch)
    ((told, _),) = await heard(follower, OperationNews)
    assert [call.value for call in told.calls] == [1, 2]


async def test_the_words_for_an_operations_calls_are_kept_until_it_ends(follower: Follower) -> None:
    key = OperationKey(chain_id=CHAIN, timelock=LOCK, id=ID)
    change = Change(what="fee", before="10", after="8")
    waits = replace(describe(CALL), target_name="the treasury")
    done = replace(waits, changes=(change,))
    await happen(follower, scheduled(LATER), described={key: [waits]})
    await happen(follower, ended(LATER + 1, OperationExecuted, index=0), described={key: [done]})
    told = [claim for claim, _ in await heard(follower, OperationNews)]
    assert [each.calls for each in told] == [(waits,), (done,)]
    async with follower.database.transaction() as store:
        await store.chain.undo_above(CHAIN, BlockNumber(LATER))
    await happen(follower, undone_at=LATER * 12)
    await happen(follower, ended(LATER + 3, OperationCancelled))
    told = [claim for claim, _ in await heard(follower, OperationNews)]
    assert [(each.step, each.calls) for each in told] == [
        (OperationStep.SCHEDULED, (waits,)),
        (OperationStep.CANCELLED, (waits,)),
    ]


async def heard(follower: Follower, kind: type[Any]) -> list[tuple[Any, PostState]]:
    """Give what is told in the channel for announcements."""
    return [
        (claim, state)
        for (_, place), (state, claim) in (await follower.said()).items()
        if isinstance(claim, kind) and place == "channel:903"
    ]


async def steps(follower: Follower) -> list[OperationStep]:
    return [claim.step for claim, _ in await heard(follower, OperationNews)]


async def test_an_operation_from_outside_is_told_step_by_step_and_once(follower: Follower) -> None:
    begun = scheduled(LATER)
    for _ in range(2):
        await happen(follower, begun)
    ((news, state),) = await heard(follower, OperationNews)
    assert (news.step, news.ready_at, state) == (
        OperationStep.SCHEDULED,
        LATER * 12 + 600,
        PostState.DUE,
    )
    done = ended(LATER + 9, OperationExecuted, index=0, call=CALL)
    for _ in range(2):
        await happen(follower, begun, done)
    assert await steps(follower) == [OperationStep.SCHEDULED, OperationStep.EXECUTED]
    async with follower.database.reading() as store:
        assert not await store.operations.waiting(CHAIN)


async def test_a_proposals_operation_is_told_by_the_proposal_alone(follower: Follower) -> None:
    queue = ProposalQueued(emitter=GOV, position=at(LATER), id=KEY.id, eta=UnixSeconds(LATER * 13))
    await happen(follower, created(), queue, scheduled(LATER))
    await happen(follower, ended(LATER + 9, OperationExecuted, index=0, call=CALL))
    assert await steps(follower) == []


async def test_a_call_smuggled_into_the_transaction_that_queues_is_told(
    follower: Follower,
) -> None:
    queue = ProposalQueued(emitter=GOV, position=at(LATER), id=KEY.id, eta=UnixSeconds(LATER * 13))
    await happen(follower, created(), queue, scheduled(LATER, call=OTHER))
    assert await steps(follower) == [OperationStep.SCHEDULED]


async def test_a_proposals_operation_is_known_by_its_id_wherever_it_comes_from(
    follower: Follower,
) -> None:
    eta = UnixSeconds(LATER * 13)
    queue = ProposalQueued(emitter=GOV, position=at(LATER - 1), id=KEY.id, eta=eta)
    own = replace(scheduled(LATER), operation_id=transaction_id(CALL, eta))
    await happen(follower, created(), queue, own)
    assert await steps(follower) == []


async def test_what_goes_along_with_a_proposal_from_before_the_watch_is_not_from_outside(
    follower: Follower,
) -> None:
    queue = ProposalQueued(emitter=GOV, position=at(LATER), id=KEY.id, eta=UnixSeconds(LATER * 13))
    await happen(follower, queue, scheduled(LATER))
    assert await steps(follower) == []
    await happen(follower, ended(LATER + 9, OperationExecuted, index=0, call=CALL))
    assert await steps(follower) == []


async def test_what_is_cancelled_and_was_never_there_is_nothing_to_tell(
    follower: Follower,
) -> None:
    await happen(follower, ended(LATER, OperationCancelled))
    assert await steps(follower) == []


async def test_an_operation_from_before_the_watch_is_recorded_and_not_told(
    follower: Follower,
) -> None:
    await happen(follower, scheduled(3))
    ((_, state),) = await heard(follower, OperationNews)
    assert state is PostState.SKIPPED


async def test_a_fork_strikes_out_what_was_told_of_an_operation(follower: Follower) -> None:
    await happen(follower, scheduled(LATER), parameter(LATER + 1))
    async with follower.database.transaction() as store:
        await store.chain.undo_above(CHAIN, BlockNumber(LATER - 1))
    await happen(follower, undone_at=(LATER - 1) * 12)
    assert await steps(follower) == []
    assert await heard(follower, ParameterNews) == []
    await happen(follower, scheduled(LATER + 2), undone_at=(LATER - 1) * 12)
    ((news, _),) = await heard(follower, OperationNews)
    assert news.transaction_hash == hex(LATER + 2)


def parameter(number: int, index: int = 0, emitter: Address = GOV) -> ParameterChanged:
    return ParameterChanged(
        emitter=emitter, position=at(number, index), name="VotingPeriodSet", before="1", after="2"
    )


async def test_a_changed_rule_is_warned_of_once_for_each_change(follower: Follower) -> None:
    changes = [parameter(LATER, 3), parameter(LATER, 4)]
    for _ in range(2):
        await happen(follower, *changes)
    told = await heard(follower, ParameterNews)
    assert [(news.number, state) for news, state in told] == [
        (1, PostState.DUE),
        (2, PostState.DUE),
    ]
    await happen(follower, parameter(LATER + 1, emitter=Address(VOTER)))
    assert len(await heard(follower, ParameterNews)) == 2


VOTER = "0x00000000000000000000000000000000000000B2"


def vote(number: int, weight: int, index: int = 0) -> VoteCast:
    return VoteCast(
        block_number=BlockNumber(number),
        log_index=index,
        transaction_hash=at(number, index).transaction_hash,
        emitter=GOV,
        id=KEY.id,
        voter=Address(VOTER),
        support=1,
        weight=TokenUnits(weight),
        reason="Because.",
    )


async def look(
    follower: Follower, state: GovernorState, undone_at: UnixSeconds | None = None
) -> None:
    async with follower.database.transaction() as store:
        known = await store.chain.proposal(KEY)
        assert known is not None
        (watched,) = await store.communities.watched(CHAIN)
        seen = replace(known, state=state, quorum=TokenUnits(2 * VOTES))
        place = at(LATER + 20)
        head = Block(id=place.block, parent_hash=BlockHash("0x"), timestamp=place.block_time)
        telling = Telling(store=store, watched=[watched], now=UnixSeconds(5), undone_at=undone_at)
        await telling.tell(Sighting(proposal=seen, governor=watched.governor, head=head))


async def test_a_large_vote_is_told_once_with_its_reason_also_when_the_vote_has_ended_since(
    follower: Follower,
) -> None:
    await happen(follower, created(), vote(LATER, VOTES), vote(LATER, VOTES // 10, 1))
    for _ in range(2):
        await look(follower, GovernorState.ACTIVE)
    told = [
        (claim, state)
        for state, claim in (await follower.said()).values()
        if isinstance(claim, LargeVote)
    ]
    assert [(vote.weight, vote.reason, state) for vote, state in told] == [
        (Decimal(60), "Because.", PostState.DUE)
    ]
    await happen(follower, vote(LATER + 1, VOTES, 5))
    await look(follower, GovernorState.DEFEATED)
    late = [
        (claim.is_over, state)
        for state, claim in (await follower.said()).values()
        if isinstance(claim, LargeVote)
    ]
    assert late == [(False, PostState.DUE), (True, PostState.DUE)], "The last may have decided it."


async def test_a_large_vote_of_days_ago_is_recorded_and_not_told(follower: Follower) -> None:
    await happen(follower, created(), vote(LATER - VOTES_ARE_NEWS // 12, VOTES))
    await look(follower, GovernorState.ACTIVE)
    told = [
        state for state, claim in (await follower.said()).values() if isinstance(claim, LargeVote)
    ]
    assert told == [PostState.SKIPPED]


async def test_one_who_votes_twice_is_told_of_twice(follower: Follower) -> None:
    await happen(follower, created(), vote(LATER, VOTES), vote(LATER, VOTES // 10, 1))
    await happen(follower, vote(LATER + 1, VOTES))
    await look(follower, GovernorState.ACTIVE)
    keys = {key.rpartition(":")[2] for key, _ in await follower.said() if ":vote:" in key}
    assert keys == {VOTER, f"{VOTER}-no3"}


async def test_a_vote_that_an_earlier_version_has_told_of_keeps_the_key_it_has(
    follower: Follower,
) -> None:
    await happen(follower, created(), vote(LATER, VOTES))
    await look(follower, GovernorState.ACTIVE)
    claims = [claim for _, claim in (await follower.said()).values()]
    (now,) = (claim for claim in claims if isinstance(claim, LargeVote))
    before = replace(now, ordinal=None)
    async with follower.database.transaction() as store:
        change = update(posts).where(posts.c.key == now.key)
        await store.outbox._connection.execute(
            change.values(key=before.key, body=SPEECH.dump(before))
        )
    await look(follower, GovernorState.ACTIVE)
    await look(follower, GovernorState.ACTIVE, undone_at=UnixSeconds(0))
    keys = [key for key, _ in await follower.said() if ":vote:" in key]
    assert keys == [before.key], "neither told again nor struck out"


async def test_voters_are_counted_where_every_vote_was_read(follower: Follower) -> None:
    await happen(follower, created(), vote(LATER, VOTES), vote(LATER, VOTES // 10, 1))
    async with follower.database.reading() as store:
        turnout = await store.votes_cast.turnout(KEY)
        assert await store.communities.watched(CHAIN, GUILD)
    assert turnout.voters == 1
    assert turnout.weight == pytest.approx(VOTES * 1.1)
