"""The lives of a timelock's operations, made of its events."""

from dataclasses import replace

from bot.domain.onchain.call import Call
from bot.domain.onchain.event import OperationCancelled, OperationExecuted, OperationScheduled
from bot.domain.onchain.operation import OperationKey, lives
from bot.domain.types import Address, ChainId, OperationId, Seconds, UnixSeconds, Wei
from tests.unit.domain.test_onchain import at

TIMELOCK = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
ID = OperationId("0x" + "aa" * 32)
KEY = OperationKey(chain_id=ChainId(1), timelock=TIMELOCK, id=ID)


def call(number: int) -> Call:
    return Call(target=TIMELOCK, value=Wei(number), signature="", calldata="0x")


def scheduled(number: int, index: int = 0) -> OperationScheduled:
    return OperationScheduled(
        emitter=TIMELOCK,
        position=at(number),
        operation_id=ID,
        index=index,
        delay=Seconds(600),
        call=call(index),
    )


def executed(number: int, index: int = 0) -> OperationExecuted:
    return OperationExecuted(
        emitter=TIMELOCK, position=at(number), operation_id=ID, index=index, call=call(index)
    )


def cancelled(number: int) -> OperationCancelled:
    return OperationCancelled(emitter=TIMELOCK, position=at(number), operation_id=ID)


def test_an_operation_of_several_calls_is_one() -> None:
    (operation,) = lives(KEY, [scheduled(1_000, 0), scheduled(1_000, 1)])
    assert operation.calls == (call(0), call(1))
    assert (operation.ready_at, operation.is_live) == (at(1_000).block_time + 600, True)
    (done,) = lives(
        KEY, [scheduled(1_000), scheduled(1_000, 1), executed(1_100), executed(1_100, 1)]
    )
    assert (done.executed, done.calls, done.is_live) == (at(1_100), operation.calls, False)


def test_what_was_put_in_before_we_looked_has_no_beginning() -> None:
    (operation,) = lives(KEY, [executed(1_100)])
    assert (operation.scheduled, operation.ready_at, operation.calls) == (None, None, (call(0),))


def test_an_id_that_comes_again_begins_another_life() -> None:
    first, second = lives(KEY, [scheduled(1_000), cancelled(1_001), scheduled(1_002)])
    assert (first.life, first.cancelled) == (1, at(1_001))
    assert (second.life, second.scheduled, second.is_live) == (2, at(1_002), True)


def test_a_compound_timelock_says_itself_when() -> None:
    told = replace(scheduled(1_000), delay=None, eta=UnixSeconds(77_777))
    assert lives(KEY, [told])[0].ready_at == 77_777


def test_no_events_are_no_life() -> None:
    assert lives(KEY, []) == ()
