"""Which reactions say something, who counts, and when it has to be read who reacted."""

from dataclasses import replace

import pytest

from bot.domain.emoji import identity, is_custom
from bot.domain.lifecycle import Phase
from bot.domain.support import (
    Membership,
    Reaction,
    Reactor,
    Stance,
    SupportCount,
    Via,
    counts,
    emojis,
    is_known,
    is_ready,
    needs_paging,
    stance_of,
    tally,
)
from bot.domain.types import RoleId, UnixSeconds, UserId
from tests import builders
from tests.builders import MARA

NOW = UnixSeconds(1_000_000)
SOMEBODY = Reactor(user_id=UserId(9), is_bot=False)


def member(*roles: int, since: int | None = 0) -> Reactor:
    joined_at = None if since is None else UnixSeconds(since)
    membership = Membership(role_ids=frozenset(RoleId(each) for each in roles), joined_at=joined_at)
    return replace(SOMEBODY, membership=membership)


def test_support_is_a_member_who_is_neither_a_bot_nor_the_author() -> None:
    idea, policy = builders.proposal(), builders.policy()
    author = replace(SOMEBODY, user_id=MARA)
    assert counts(idea, SOMEBODY, policy, NOW)
    assert not counts(idea, replace(SOMEBODY, is_bot=True), policy, NOW)
    assert not counts(idea, author, policy, NOW)
    generous = builders.policy(author_counts=True)
    assert counts(idea, author, generous, NOW)
    assert not counts(idea, replace(author, is_bot=True), generous, NOW)


@pytest.mark.parametrize(
    ("reactor", "expected"),
    [
        (member(1), True),
        (member(2, 3), True),
        (member(3), False),
        (member(), False),
        (SOMEBODY, False),
        (replace(member(1), is_bot=True), False),
    ],
)
def test_one_of_the_roles_is_needed_where_the_policy_names_any(
    reactor: Reactor, *, expected: bool
) -> None:
    policy = builders.policy(supporter_roles=(RoleId(1), RoleId(2)))
    assert counts(builders.proposal(), reactor, policy, NOW) is expected


@pytest.mark.parametrize(
    ("since", "expected"), [(0, True), (NOW - 60, True), (NOW - 59, False), (None, False)]
)
def test_who_has_not_been_here_long_enough_does_not_count(
    since: int | None, *, expected: bool
) -> None:
    policy = builders.policy(minimum_membership=60)
    assert counts(builders.proposal(), member(since=since), policy, NOW) is expected
    both = builders.policy(minimum_membership=60, supporter_roles=(RoleId(1),))
    assert not counts(builders.proposal(), member(since=since), both, NOW)


def test_a_policy_that_asks_for_nothing_needs_to_know_nothing() -> None:
    assert is_known(SOMEBODY, builders.policy())
    asking = builders.policy(minimum_membership=60)
    assert not is_known(SOMEBODY, asking)
    assert is_known(member(), asking)
    assert is_known(replace(SOMEBODY, is_bot=True), asking)


def test_only_an_idea_becomes_ready_and_at_the_threshold() -> None:
    policy = builders.policy()
    ready = [is_ready(builders.proposal(), count, policy) for count in (2, 3, 4)]
    assert ready == [False, True, True]
    assert not is_ready(builders.proposal(phase=Phase.READY), 9, policy)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("👍", "👍", True),
        ("👍", "👎", False),
        ("👍", "👍🏽", False),
        ("❤", "❤️", True),
        ("<:yes:123456789012345678>", "<a:aye:123456789012345678>", True),
        ("<:yes:123456789012345678>", "<:yes:123456789012345679>", False),
        ("<:yes:123456789012345678>", "<:_:123456789012345678>", True),
    ],
)
def test_emoji_are_told_apart_by_what_they_are_and_not_by_their_names(
    one: str, other: str, *, expected: bool
) -> None:
    assert (identity(one) == identity(other)) is expected


def test_only_discord_s_own_markup_is_a_custom_emoji() -> None:
    assert is_custom("<:yes:123456789012345678>")
    assert is_custom("<a:yes:123456789012345678>")
    for other in ("👍", "<@123456789012345678>", "<:yes:1>", ":yes:", "<:y s:123456789012345678>"):
        assert not is_custom(other)


def test_one_emoji_says_one_thing() -> None:
    policy = builders.policy(opposition_emoji="👎")
    said = [stance_of(emoji, policy) for emoji in ("👍", "👎", "🎉")]
    assert said == [Stance.SUPPORT, Stance.OPPOSITION, None]
    assert stance_of("", builders.policy()) is None
    same = builders.policy(opposition_emoji="👍")
    assert emojis(same) == {Stance.SUPPORT: "👍"}


@pytest.mark.parametrize(
    ("shown", "known", "seems_ready", "rules_have_changed", "expected"),
    [
        ({}, {}, False, False, False),
        ({Stance.SUPPORT: 3}, {Stance.SUPPORT: 3}, False, False, False),
        ({Stance.OPPOSITION: 0}, {}, False, False, False),
        ({Stance.SUPPORT: 3}, {Stance.SUPPORT: 2}, False, False, True),
        ({}, {Stance.SUPPORT: 1}, False, False, True),
        ({Stance.OPPOSITION: 1}, {}, False, False, True),
        ({Stance.SUPPORT: 3}, {Stance.SUPPORT: 3}, True, False, True),
        ({Stance.SUPPORT: 3}, {Stance.SUPPORT: 3}, False, True, True),
    ],
)
def test_who_reacted_is_read_where_the_number_differs_or_does_not_do(
    shown: dict[Stance, int],
    known: dict[Stance, int],
    *,
    seems_ready: bool,
    rules_have_changed: bool,
    expected: bool,
) -> None:
    needed = needs_paging(
        shown, known, seems_ready=seems_ready, rules_have_changed=rules_have_changed
    )
    assert needed is expected


def test_a_member_is_one_supporter_in_however_many_ways() -> None:
    everything = {
        Reaction(user_id=UserId(user), stance=stance, via=via): user != 3
        for user in (1, 2, 3)
        for stance in Stance
        for via in Via
    }
    assert tally(everything) == SupportCount(supporters=2, opposers=2)
    assert tally({}) == SupportCount(supporters=0)
