"""When the calls of proposals are put into words anew."""

from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from bot.domain.onchain.block import Position
from bot.domain.onchain.call import Call
from bot.domain.onchain.contract import ContractFacts
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationExecuted,
    OperationScheduled,
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalQueued,
)
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.onchain.operation import OperationKey
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import (
    Address,
    BlockNumber,
    GovernorProposalId,
    GuildId,
    OperationId,
    Timepoint,
    TransactionHash,
    UnixSeconds,
    Wei,
)
from bot.gateways.chain.calling.published import Published
from bot.gateways.chain.codec import encode
from bot.services.governance.describing import Describing, Sources
from bot.services.governance.known import Known
from bot.services.governance.naming import Naming
from bot.services.governance.wording import MOST_REWORDED, Described, reworded
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from tests import builders
from tests.answering_chain import AnsweringChain, a_governor
from tests.watched import HandClock, WatchedDatabase

DECISIONS = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
EXECUTED_IN = 50


@pytest.fixture
def chain() -> AnsweringChain:
    """A market whose fee was 10 until it was set to 8."""
    chain = AnsweringChain()
    chain.answer_raw(
        DECISIONS,
        "marketplaceFee()",
        lambda height: encode(["uint8"], [8 if height >= EXECUTED_IN else 10]),
    )
    return chain


@pytest.fixture
def describing(database: WatchedDatabase, chain: AnsweringChain, clock: HandClock) -> Describing:
    chains = {chain.chain_id: chain.client()}
    sources = Sources(published=Published(), sourcify=None)
    return Describing(database, chains, clock, Naming(database, chains, clock), sources)


@pytest.fixture
def governor(chain: AnsweringChain) -> Governor:
    return replace(a_governor(), chain_id=chain.chain_id)


def fee_call(fee: int) -> Call:
    data = "0x" + encode(["uint8"], [fee]).hex()
    signature = "setMarketplaceFee(uint8)"
    return Call(target=DECISIONS, value=Wei(0), signature=signature, calldata=data)


def position(chain: AnsweringChain, number: int) -> Position:
    return Position(
        block=chain.block(number),
        transaction_hash=TransactionHash("0x" + "ab" * 32),
        log_index=0,
        block_time=UnixSeconds(0),
    )


def created(chain: AnsweringChain, governor: Governor, id_: int, fee: int = 8) -> ProposalCreated:
    return ProposalCreated(
        emitter=governor.address,
        position=position(chain, 40),
        id=GovernorProposalId(id_),
        proposer=DECISIONS,
        calls=(fee_call(fee),),
        vote_start=Timepoint(41),
        vote_end=Timepoint(45),
        description="# A fee",
    )


def key_of(governor: Governor, id_: int) -> ProposalKey:
    return ProposalKey(
        chain_id=governor.chain_id, governor=governor.address, id=GovernorProposalId(id_)
    )


def known(chain: AnsweringChain, governor: Governor, *ids: int) -> Known:
    """Remember these proposals as ones that wait."""
    waiting = {}
    for id_ in ids:
        event = created(chain, governor, id_)
        waiting[key_of(governor, id_)] = GovernorProposal(
            key=key_of(governor, id_),
            proposer=event.proposer,
            calls=event.calls,
            vote_start=event.vote_start,
            vote_end=event.vote_end,
            title="A fee",
            description=event.description,
            created=event.position,
        )
    return Known(
        scan=Scan(chain_id=chain.chain_id, scanned=BlockNumber(40)),
        checkpoints=[chain.block(40)],
        policies={GuildId(1): builders.policy()},
        watched=[WatchedGovernor(guild_id=GuildId(1), governor=governor, since=BlockNumber(0))],
        confirmations=0,
        again=0,
        places=frozenset(),
        time=UnixSeconds(0),
        seconds_per_block=None,
        asked=waiting,
        in_turn=frozenset(),
        finalized=None,
    )


def seen(described: Described, key: ProposalKey | OperationKey) -> list[tuple[str, str]]:
    return [(each.before, each.after) for call in described[key] for each in call.changes]


async def test_a_proposal_that_was_made_is_told_with_the_values_of_now(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    events = [created(chain, governor, 1)]
    described = await reworded(describing, known(chain, governor), events, chain.block(45))
    assert seen(described, key_of(governor, 1)) == [("10", "")]


class Broken(Describing):
    """A mistake of ours shows at the first proposal."""

    is_broken = True

    @override
    async def _facts(self, *args: Any) -> dict[Address, ContractFacts]:
        if self.is_broken:
            self.is_broken = False
            raise KeyError("a mistake of ours")
        return await super()._facts(*args)


async def test_words_that_fail_leave_what_the_bytes_tell_and_hold_up_nothing_else(
    database: WatchedDatabase, chain: AnsweringChain, clock: HandClock, governor: Governor
) -> None:
    chains = {chain.chain_id: chain.client()}
    sources = Sources(published=Published(), sourcify=None)
    broken = Broken(database, chains, clock, Naming(database, chains, clock), sources)
    events = [created(chain, governor, 1), created(chain, governor, 2)]
    described = await reworded(broken, known(chain, governor), events, chain.block(45))
    assert described[key_of(governor, 1)][0].function == "setMarketplaceFee"
    assert seen(described, key_of(governor, 1)) == []
    assert seen(described, key_of(governor, 2)) == [("10", "")]


async def test_a_proposal_that_was_queued_is_told_anew(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    queued = ProposalQueued(
        emitter=governor.address,
        position=position(chain, 60),
        id=GovernorProposalId(1),
        eta=UnixSeconds(9),
    )
    described = await reworded(describing, known(chain, governor, 1), [queued], chain.block(60))
    assert seen(described, key_of(governor, 1)) == [("8", "")]


def executed(chain: AnsweringChain, governor: Governor, id_: int) -> ProposalExecuted:
    where = position(chain, EXECUTED_IN)
    return ProposalExecuted(emitter=governor.address, position=where, id=GovernorProposalId(id_))


async def test_an_execution_is_told_with_before_and_after_and_what_waits_with_the_new_value(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    events = [executed(chain, governor, 1)]
    described = await reworded(
        describing, known(chain, governor, 1, 2), events, chain.block(EXECUTED_IN)
    )
    assert seen(described, key_of(governor, 1)) == [("10", "8")]
    assert seen(described, key_of(governor, 2)) == [("8", "")]


async def test_a_whole_life_in_one_look_is_told_as_executed(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    events: list[GovernorEvent] = [created(chain, governor, 1), executed(chain, governor, 1)]
    described = await reworded(describing, known(chain, governor), events, chain.block(EXECUTED_IN))
    assert seen(described, key_of(governor, 1)) == [("10", "8")]


async def test_what_is_canceled_or_not_known_or_not_watched_is_left_alone(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    canceled = ProposalCanceled(
        emitter=governor.address, position=position(chain, 45), id=GovernorProposalId(1)
    )
    stranger = replace(created(chain, governor, 3), emitter=DECISIONS)
    events: list[GovernorEvent] = [canceled, executed(chain, governor, 2), stranger]
    described = await reworded(describing, known(chain, governor), events, chain.block(60))
    assert described == {}


async def test_of_many_years_read_at_once_the_newest_are_asked_for_and_all_put_into_words(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    events = [created(chain, governor, id_) for id_ in range(MOST_REWORDED + 30)]
    described = await reworded(describing, known(chain, governor), events, chain.block(45))
    asked = [key for key in described if seen(described, key)]
    assert asked == [key_of(governor, id_) for id_ in range(30, MOST_REWORDED + 30)]
    assert list(described) == [key_of(governor, id_) for id_ in range(MOST_REWORDED + 30)]
    assert {calls[0].function for calls in described.values()} == {"setMarketplaceFee"}


def in_timelock(
    chain: AnsweringChain, governor: Governor, kind: type[Any], number: int, *fees: int
) -> list[Any]:
    """Make what a timelock tells of an operation of these calls, the last call first."""
    events = [
        kind(
            emitter=governor.timelock_address,
            position=position(chain, number),
            operation_id=OperationId("0x0b"),
            index=index,
            call=fee_call(fee),
        )
        for index, fee in enumerate(fees)
    ]
    return events[::-1]


async def test_an_operation_that_no_proposal_asks_for_is_told_as_proposals_are(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    assert governor.timelock_address is not None
    key = OperationKey(
        chain_id=chain.chain_id, timelock=governor.timelock_address, id=OperationId("0x0b")
    )
    none, one = known(chain, governor), known(chain, governor, 1)
    scheduled = in_timelock(chain, governor, OperationScheduled, 45, 7, 8)
    described = await reworded(describing, none, scheduled, chain.block(45))
    assert [call.arguments[0].value for call in described[key]] == ["7", "8"]
    assert seen(described, key) == [("10", ""), ("10", "")]
    ran = in_timelock(chain, governor, OperationExecuted, EXECUTED_IN, 8)
    described = await reworded(describing, none, ran, chain.block(EXECUTED_IN + 9))
    assert seen(described, key) == [("10", "8")]
    assert await reworded(describing, one, ran, chain.block(60)) == {}, "the proposal's own"
    elsewhere = [replace(each, emitter=DECISIONS) for each in scheduled]
    assert await reworded(describing, none, elsewhere, chain.block(45)) == {}


async def test_while_nothing_happens_nothing_is_asked(
    describing: Describing, chain: AnsweringChain, governor: Governor
) -> None:
    assert await reworded(describing, known(chain, governor, 1), [], chain.block(45)) == {}
    assert chain.requests == 0
