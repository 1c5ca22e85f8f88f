"""Voting power as a governor and its token tell it after one block."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.delegation import ChainPower
from bot.domain.onchain.governor import Governor
from bot.domain.types import Address, Timepoint, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.questions import Question, number, question

_LARGEST_ADDRESS: Final = 1 << 160
# ERC-5805 and Compound's token call the same by two names: whichever answers is right.
_VOTES_NOW: Final = ("getVotes(address)", "getCurrentVotes(address)")
_VOTES_THEN: Final = ("getPastVotes(address,uint256)", "getPriorVotes(address,uint256)")


async def powers(
    client: ChainClient, governor: Governor, addresses: Sequence[Address], at: BlockId
) -> tuple[TokenUnits | None, tuple[ChainPower, ...]]:
    """Give the proposal threshold as it is now, and what each address has, parallel to them.

    One HTTP request for some hundred addresses.

    Raises:
        ChainError: The node did not answer.
    """
    threshold = question(governor.address, "proposalThreshold()")
    asked = {address: _questions(governor, address) for address in addresses}
    flat = [one for questions in asked.values() for one in questions]
    answers = await client.ask([threshold, *flat], at)
    found = tuple(_power(address, asked[address], answers) for address in addresses)
    return _units(answers[threshold]), found


def _questions(governor: Governor, address: Address) -> tuple[Question, ...]:
    token = governor.token_address
    whitelisted = question(governor.address, "isWhitelisted(address)", address)
    if token is None:
        return (whitelisted,)
    return (
        whitelisted,
        question(token, "balanceOf(address)", address),
        question(token, "delegates(address)", address),
        *(question(token, name, address) for name in _VOTES_NOW),
    )


def _power(
    address: Address, asked: Sequence[Question], answers: Mapping[Question, bytes | None]
) -> ChainPower:
    whitelisted, *rest = (answers[one] for one in asked)
    balance, delegate, *votes = rest or (None, None, None)
    return ChainPower(
        address=address,
        balance=_units(balance),
        delegate=_delegate(delegate),
        votes=next((told for each in votes if (told := _units(each)) is not None), None),
        is_whitelisted=number(whitelisted) == 1,
    )


async def votes_at(
    client: ChainClient,
    governor: Governor,
    asked: Sequence[tuple[Address, Timepoint]],
    at: BlockId,
) -> tuple[TokenUnits | None, ...]:
    """Give what each address can cast in a vote that counts at a timepoint, parallel to `asked`.

    The governor itself is asked where it tells; `None`: nobody told, for example since the
    timepoint is not over yet.

    Raises:
        ChainError: The node did not answer.
    """
    questions = [_past(governor, *each) for each in asked]
    answers = await client.ask([one for each in questions for one in each], at)
    return tuple(
        next((told for one in each if (told := _units(answers[one])) is not None), None)
        for each in questions
    )


def _past(governor: Governor, address: Address, timepoint: Timepoint) -> tuple[Question, ...]:
    own = question(governor.address, "getVotes(address,uint256)", address, timepoint)
    token = governor.token_address
    if token is None:
        return (own,)
    return (own, *(question(token, name, address, timepoint) for name in _VOTES_THEN))


def _units(answer: bytes | None) -> TokenUnits | None:
    found = number(answer)
    return None if found is None else TokenUnits(found)


def _delegate(answer: bytes | None) -> Address | None:
    found = number(answer)
    if found is None or found >= _LARGEST_ADDRESS:
        return None
    return checksummed(f"0x{found:040x}")
