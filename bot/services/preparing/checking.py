"""A preparation encoded, and tried on the chain as it is now."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.delegation import Proposers, may_propose, proposers
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.preparation import (
    COMPOUND_CALLS,
    MOST_CALLS,
    Prepared,
    PreparedCall,
    TypedCall,
    description,
    executor,
    takes_signatures,
)
from bot.domain.onchain.simulation import Outcome
from bot.domain.types import ChainId, Wei
from bot.gateways.chain.calls import describe
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.powers import powers
from bot.gateways.chain.questions import number, question
from bot.gateways.chain.typed_calls import encoded, propose_payload
from bot.gateways.chain.typed_values import MistypedError
from bot.services.preparing.beginning import Case

# On which chain, what, after which block, and whose calls they would be.
Describe = Callable[
    [ChainId, Sequence[Call], BlockId, Governor], Awaitable[tuple[DecodedCall, ...]]
]

_ATTEMPTS = 3  # addresses from which `propose` itself is tried


def in_code(case: Case) -> Prepared:
    """Encode what was typed, as far as it can be, without asking the chain."""
    flavour, text = case.governor.flavour, description(case.preparation)
    prepared = Prepared(
        typed_id=case.typed_id,
        preparation=case.preparation,
        reference=case.reference,
        governor=case.governor,
        calls=tuple(_prepared_call(each, case.governor) for each in case.preparation.calls),
        description=text,
        most_calls=COMPOUND_CALLS if takes_signatures(flavour) else MOST_CALLS,
        block=None,
        is_decided=case.is_decided,
        voted_title=case.voted_title,
    )
    made = [each.call for each in prepared.calls if each.call is not None]
    if prepared.obstacles:
        return prepared
    return replace(prepared, payload=propose_payload(made, text, flavour))


async def checked(
    client: ChainClient, describing: Describe, case: Case, prepared: Prepared
) -> Prepared:
    """Add what the chain says after its newest block.

    Raises:
        ChainError: The node did not answer.
    """
    governor, at = case.governor, (await client.head()).id
    calls = await _tried(client, describing, governor, prepared.calls, at)
    operations = question(governor.address, "proposalMaxOperations()")
    told = number((await client.ask([operations], at))[operations])
    found = replace(
        prepared,
        calls=calls,
        block=at,
        most_calls=prepared.most_calls if told is None else min(told, MOST_CALLS),
        proposers=await _proposers(client, case, at),
    )
    return await _attempted(client, found, at)


async def _tried(
    client: ChainClient,
    describing: Describe,
    governor: Governor,
    calls: Sequence[PreparedCall],
    at: BlockId,
) -> tuple[PreparedCall, ...]:
    made = [each.call for each in calls if each.call is not None]
    decoded = iter(await describing(governor.chain_id, made, at, governor))
    sender = executor(governor)
    found = []
    for each in calls:
        if each.call is None:
            found.append(each)
            continue
        code = await client.code(each.call.target, at)
        found.append(
            replace(
                each,
                decoded=next(decoded),
                warnings=_warnings(each.call, has_code=bool(code)),
                simulation=await client.simulate(sender, each.call, at),
            )
        )
    return tuple(found)


def _warnings(call: Call, *, has_code: bool) -> tuple[str, ...]:
    is_transfer = not call.signature and call.calldata == "0x"
    if has_code or (is_transfer and call.value):
        return ()
    return (
        "there is no contract at this address: the call would do nothing, and still count as done",
    )


def _prepared_call(typed: TypedCall, governor: Governor) -> PreparedCall:
    try:
        found = encoded(typed, governor.flavour)
    except MistypedError as error:
        return PreparedCall(typed=typed, problem=str(error))
    return PreparedCall(
        typed=typed, call=found.call, decoded=describe(found.call), notes=found.notes
    )


async def _proposers(client: ChainClient, case: Case, at: BlockId) -> Proposers:
    who = case.electorate
    addresses = (*who.own, *who.known, *who.linked)
    threshold, found = await powers(client, case.governor, addresses, at)
    return proposers(found, threshold, case.governor.flavour, known=who.known, linked=who.linked)


async def _attempted(client: ChainClient, prepared: Prepared, at: BlockId) -> Prepared:
    """Try `propose` itself, from those who may and whose addresses are no secret to the asker.

    One that would succeed is enough: another may just have a proposal under way.
    """
    who, governor = prepared.proposers, prepared.governor
    if who is None or not prepared.payload or prepared.obstacles:
        return prepared
    own = [each for each in who.own if may_propose(each, who.threshold, governor.flavour)]
    call = Call(target=governor.address, value=Wei(0), signature="", calldata=prepared.payload)
    for power in (*own, *who.known)[:_ATTEMPTS]:
        attempt = await client.simulate(power.address, call, at)
        prepared = replace(prepared, attempt=attempt, attempted_by=power.address)
        if attempt.outcome is Outcome.SUCCEEDS:
            break
    return prepared
