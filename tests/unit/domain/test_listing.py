"""A list in a button's id: everything comes back, nothing is too long, nothing can be forged."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.listing import (
    CODE,
    LAST_PAGE,
    PHASES_OF,
    Kind,
    Listing,
    Order,
    Status,
    listing_of,
    topic_called,
    topic_code,
)
from bot.domain.types import UserId
from tests import builders

LONGEST = Listing(
    kind=Kind.PROPOSALS,
    standing=Phase.TEMPERATURE_NOTICE,
    order=Order.SUPPORT,
    author_id=UserId(2**63 - 1),
    topic_code=topic_code("fees" * 500),
    page=LAST_PAGE,
)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("standing", [*Status, *Phase])
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("author_id", [None, UserId(1), UserId(2**63 - 1)])
def test_a_list_comes_back_from_its_code_and_fits_into_a_buttons_id(
    kind: Kind, standing: Status | Phase, order: Order, author_id: UserId | None
) -> None:
    listing = Listing(kind=kind, standing=standing, order=order, author_id=author_id, page=7)
    for each in (listing, replace(listing, topic_code=topic_code("fees"))):
        match = re.fullmatch(CODE, each.code)
        assert match is not None
        assert listing_of(match.groupdict()) == each
        assert len(f"list:{each.code}") <= 100


def test_the_longest_list_fits_too() -> None:
    assert re.fullmatch(CODE, LONGEST.code)
    assert len(f"list:{LONGEST.code}") <= 100


@pytest.mark.parametrize(
    "forged",
    [
        "ideas:gathering:support:-1::",
        "ideas:gathering:support:100000::",
        "ideas:anything:support:0::",
        "ideas:gathering:support:0:1e9:",
        "ideas:gathering:support:0::FEES",
        "votes:gathering:support:0::",
    ],
)
def test_what_is_no_list_is_none(forged: str) -> None:
    assert re.fullmatch(CODE, forged) is None


def test_a_member_with_an_impossible_id_is_one_that_the_database_can_look_for() -> None:
    match = re.fullmatch(CODE, "ideas:all:newest:0:99999999999999999999:")
    assert match is not None
    assert listing_of(match.groupdict()).author_id == 2**63 - 1


def test_every_phase_can_be_asked_for_and_stands_in_one_status() -> None:
    apart = {status: PHASES_OF[status] for status in set(Status) - {Status.ALL, Status.READY}}
    phases = [phase for shown in apart.values() for phase in shown]
    assert sorted(phases) == sorted(Phase)
    assert PHASES_OF[Status.ALL] == frozenset(Phase)
    assert len(get_args(Status | Phase)) == 2


def test_a_topic_is_found_by_its_code_whatever_its_case() -> None:
    policy = builders.policy(topics=("Fees", "Platform rules"))
    assert topic_called(topic_code(" fees "), policy) == "Fees"
    assert topic_called("", policy) == ""
    with pytest.raises(Refusal, match="There is: Fees, Platform rules"):
        topic_called(topic_code("football"), policy)
    with pytest.raises(Refusal, match="There is: none"):
        topic_called(topic_code("fees"), builders.policy(topics=()))
