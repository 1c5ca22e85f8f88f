"""Voting power read from answers of any token, also of one that answers nonsense."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from eth_abi.abi import encode

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.governor import Governor
from bot.domain.types import Address, BlockHash, BlockNumber, Timepoint
from bot.gateways.chain.powers import powers, votes_at
from bot.gateways.chain.questions import Question, selector
from tests.unit.cards.test_preparation import GOVERNOR, OTHER

AT = BlockId(number=BlockNumber(7), hash=BlockHash("0x" + "11" * 32))
WHO = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")


def number(value: int) -> bytes:
    return encode(["uint256"], [value])


@dataclass(slots=True)
class Chain:
    """Answers questions by what they call; what it does not know is reverted."""

    answers: Mapping[str, bytes]
    asked: int = 0

    async def ask(
        self, questions: Iterable[Question], _at: BlockId
    ) -> dict[Question, bytes | None]:
        self.asked += 1
        by_selector = {selector(name).hex(): value for name, value in self.answers.items()}
        return {one: by_selector.get(one.data[2:10]) for one in questions}


async def look(chain: Chain, governor: Governor = GOVERNOR) -> Any:
    return await powers(chain, governor, [WHO], AT)  # type: ignore[arg-type] # it is asked alone


@pytest.mark.parametrize("name", ["getVotes(address)", "getCurrentVotes(address)"])
async def test_votes_are_read_by_either_name(name: str) -> None:
    chain = Chain({name: number(5), "balanceOf(address)": number(7)})
    threshold, (found,) = await look(chain)
    assert (found.votes, found.balance, found.delegate) == (5, 7, None)
    assert threshold is None
    assert chain.asked == 1


async def test_whatever_does_not_answer_is_not_known() -> None:
    _, (found,) = await look(Chain({}))
    assert (found.votes, found.balance, found.delegate) == (None, None, None)
    assert not found.is_whitelisted
    assert not found.is_idle


@pytest.mark.parametrize("nonsense", [b"", b"\x01", b"\xff" * 32, b"\xff" * 31])
async def test_a_delegate_that_is_no_address_is_not_known(nonsense: bytes) -> None:
    _, (found,) = await look(Chain({"delegates(address)": nonsense}))
    assert found.delegate is None


async def test_a_delegate_is_checksummed_and_nobody_is_somebody() -> None:
    held = {"balanceOf(address)": number(1)}
    _, (found,) = await look(Chain({**held, "delegates(address)": number(int(OTHER, 16))}))
    assert found.delegate == OTHER
    assert found.is_own_delegate
    _, (found,) = await look(Chain({**held, "delegates(address)": number(0)}))
    assert found.is_idle


async def test_a_whitelist_and_a_threshold_are_the_governors() -> None:
    chain = Chain({"isWhitelisted(address)": number(1), "proposalThreshold()": number(500)})
    threshold, (found,) = await look(chain)
    assert threshold == 500
    assert found.is_whitelisted


@pytest.mark.parametrize(
    "name",
    [
        "getVotes(address,uint256)",
        "getPastVotes(address,uint256)",
        "getPriorVotes(address,uint256)",
    ],
)
async def test_votes_of_the_past_are_read_by_each_name(name: str) -> None:
    asked: Callable[..., Any] = votes_at
    found = await asked(Chain({name: number(9)}), GOVERNOR, [(WHO, Timepoint(5))], AT)
    assert found == (9,)
    assert await asked(Chain({}), GOVERNOR, [(WHO, Timepoint(5))], AT) == (None,)


async def test_a_governor_without_a_known_token_is_asked_alone() -> None:
    lonely = replace(GOVERNOR, token_address=None)
    _, (found,) = await look(Chain({"getVotes(address)": number(5)}), lonely)
    assert found.votes is None
    asked: Callable[..., Any] = votes_at
    chain = Chain({"getVotes(address,uint256)": number(9)})
    assert await asked(chain, lonely, [(WHO, Timepoint(5))], AT) == (9,)
