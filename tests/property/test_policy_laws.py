"""Every value of every policy can be read, written, exported, imported, and changed or refused."""

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.policy import BRAINTRUST, PRESETS, Policy, StepPolicy
from bot.domain.policy.file import policy_file, read_policy_file
from bot.domain.policy.kinds import Duration, Kind, OneOf, Percent, Quorum, WholeNumber, YesNo
from bot.domain.policy.row import PolicyValue
from bot.domain.policy.text_kinds import Emoji, Pattern, Role, Several, Words
from bot.domain.policy.values import (
    VALUES,
    changed,
    differences,
    fingerprint,
    problems,
)
from bot.domain.share import share
from bot.domain.types import RoleId

VISIBLE = st.characters(exclude_categories=["C", "Z"]) | st.sampled_from([" ", '"', ",", "\\"])


def words(kind: Words) -> st.SearchStrategy[str]:
    texts = st.text(VISIBLE, min_size=kind.shortest, max_size=min(kind.longest, 30))
    return texts.filter(lambda text: not text or (text.isprintable() and bool(text.strip())))


def emoji(kind: Emoji) -> st.SearchStrategy[str]:
    some = st.sampled_from(["👍", "🇩🇪", "❤️", "👩‍💻", "1️⃣", "👍🏽", "<:up:123456789012345678>"])
    return some | st.just("") if kind.may_be_empty else some


def several(kind: Several) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(
        values(kind.item),
        min_size=kind.least,
        max_size=min(kind.most, 5),
        unique_by=lambda item: str(item).casefold(),
    ).map(tuple)


SHARES = st.integers(1, 999_999).flatmap(
    lambda whole: st.integers(1, whole).map(lambda part: share(part, whole))
)
MAKERS: dict[type[Kind], Callable[[Any], st.SearchStrategy[Any]]] = {
    WholeNumber: lambda kind: st.integers(kind.low, kind.high),
    Duration: lambda kind: st.integers(kind.low, kind.high),
    YesNo: lambda _: st.booleans(),
    Words: words,
    Emoji: emoji,
    Role: lambda _: st.integers(1, 2**63 - 1).map(RoleId),
    Pattern: lambda kind: st.from_regex(kind.pattern, fullmatch=True, alphabet="ABC019"),
    OneOf: lambda kind: st.sampled_from(list(kind.choices.values())),
    Percent: lambda _: st.none() | SHARES,
    Quorum: lambda _: st.none() | SHARES | st.decimals(0, 10**20, places=6),
    Several: several,
}


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Make any value of a kind."""
    return MAKERS[type(kind)](kind)


Result = TypeVar("Result")


def tried(make: Callable[[], Result]) -> tuple[Result | None, str]:
    """Give what is made, or the reason why it is not."""
    try:
        return make(), ""
    except Refusal as refusal:
        return None, str(refusal)


ANY_CHANGE = st.sampled_from(VALUES).flatmap(lambda row: st.tuples(st.just(row), values(row.kind)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Make a policy without a conflict."""
    policy = draw(st.sampled_from(list(PRESETS.values())))
    for row, value in draw(st.lists(ANY_CHANGE, max_size=6)):
        after = row.set_in(policy, value)
        policy = policy if problems(after) else after
    return policy


def test_every_field_of_a_policy_has_a_row() -> None:
    paths = {row.path for row in VALUES}
    plain = {(field.name,) for field in fields(Policy)} - {("temperature",), ("consensus",)}
    steps = {
        (step, field.name) for step in ("temperature", "consensus") for field in fields(StepPolicy)
    }
    assert paths == plain | steps
    assert len({row.name for row in VALUES}) == len(VALUES)


def test_every_row_explains_itself_in_a_sentence() -> None:
    for row in VALUES:
        assert row.means[0].isupper()
        assert row.means.endswith(".")
        assert row.kind.expects


@pytest.mark.parametrize("policy", PRESETS.values(), ids=list(PRESETS))
def test_no_preset_has_a_conflict(policy: Policy) -> None:
    assert problems(policy) == []


@pytest.mark.parametrize("row", VALUES, ids=lambda row: row.name)
def test_every_example_is_a_value(row: PolicyValue) -> None:
    for example in row.kind.examples:
        row.kind.read(example)


@given(ANY_CHANGE)
def test_the_text_of_every_value_comes_back_equal(change: tuple[PolicyValue, Any]) -> None:
    row, value = change
    assert row.kind.read(row.kind.write(value)) == value
    assert row.kind.from_file(row.kind.to_file(value)) == value


@given(policies(), ANY_CHANGE)
def test_a_change_is_made_or_refused_with_a_reason(
    policy: Policy, change: tuple[PolicyValue, Any]
) -> None:
    row, value = change
    after, reason = tried(lambda: changed(policy, row.name, row.kind.write(value)))
    if after is None:
        assert row.name in reason
        assert len(reason) > len(row.name) + 10
    else:
        assert after == row.set_in(policy, value)
        assert problems(after) == []


@given(st.sampled_from(VALUES), st.text(max_size=60))
def test_any_text_is_a_value_or_is_refused(row: PolicyValue, text: str) -> None:
    value, reason = tried(lambda: row.kind.read(text))
    assert reason or row.kind.read(row.kind.write(value)) == value


@given(policies(), policies())
def test_an_export_that_is_imported_makes_the_same_policy(one: Policy, other: Policy) -> None:
    assert read_policy_file(policy_file(one), one) == one
    assert read_policy_file(policy_file(one), other) == one
    assert policy_file(read_policy_file(policy_file(one), other)) == policy_file(one)


@given(policies(), policies())
def test_fingerprints_tell_policies_apart(one: Policy, other: Policy) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (differences(one, other) == ())


@given(st.text(max_size=300))
def test_any_file_is_a_policy_or_is_refused_in_few_words(text: str) -> None:
    policy, reason = tried(lambda: read_policy_file(text, BRAINTRUST))
    assert len(reason) < 2_000
    assert policy is None or problems(policy) == []


def test_a_number_may_be_typed_with_separators() -> None:
    assert Quorum().read("100,000") == Decimal(100_000)
    with pytest.raises(Refusal):
        Quorum().read("1,5")
