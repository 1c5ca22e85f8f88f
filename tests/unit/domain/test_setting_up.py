"""The conversation that sets a server up, as values."""

from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.onchain.chains import chain_name
from bot.domain.policy import BRAINTRUST, WATCH_ONLY
from bot.domain.setting_up import (
    MOST_GOVERNORS,
    Duty,
    Place,
    Question,
    SetupChoices,
    begun,
    channel_for,
    community_of,
    following,
    missing,
    preceding,
    space_named,
    with_channel,
    with_found,
    with_role,
    without_governor,
)
from bot.domain.types import Address, ChainId, ChannelId, RoleId
from tests import builders
from tests.builders import GUILD
from tests.unit.cards.test_setup_page import GOVERNOR

NOTHING = SetupChoices(guild_id=GUILD)


def test_questions_follow_each_other_and_stop_at_both_ends() -> None:
    question, asked = Question.ROLES, [Question.ROLES]
    while following(question) is not question:
        question = following(question)
        asked.append(question)
    assert asked == list(Question)
    assert [preceding(each) for each in asked] == [Question.ROLES, *asked[:-1]]


def test_what_is_set_up_is_where_it_begins_and_what_it_ends_with() -> None:
    for community in (
        builders.community(),
        builders.community(announcements_channel_id=builders.VOTING, space=None),
        builders.community(moderators_channel_id=None, announcement_role_id=None),
        builders.community(policy=replace(WATCH_ONLY, preset="watch-only")),
    ):
        assert community_of(begun(GUILD, community, []), community) == community


def test_a_server_that_only_watches_needs_no_channel_for_ideas() -> None:
    choices = replace(
        NOTHING,
        preset="watch-only",
        moderator_role_id=RoleId(5),
        voting_channel_id=ChannelId(6),
    )
    assert missing(choices) == ()
    community = community_of(choices, None)
    assert community.policy == WATCH_ONLY
    assert begun(GUILD, community, []).ideas_channel_id is None


def test_what_is_missing_is_named_and_nothing_is_made() -> None:
    assert len(missing(NOTHING)) == 3
    with pytest.raises(Refusal, match="the moderators' role and the channel for votes and"):
        community_of(NOTHING, None)


def test_rules_that_were_changed_survive_until_another_preset_is_chosen() -> None:
    community = builders.community(policy=replace(BRAINTRUST, support_threshold=77))
    choices = begun(GUILD, community, [])
    assert community_of(choices, community).policy.support_threshold == 77
    other = community_of(replace(choices, preset="single-vote"), community)
    assert (other.policy.preset, other.policy.support_threshold) == ("single-vote", 10)


def test_a_dry_run_goes_on_through_a_new_set_up() -> None:
    community = builders.community(is_rehearsing=True)
    assert community_of(begun(GUILD, community, []), community).is_rehearsing


@pytest.mark.parametrize("place", list(Place))
def test_each_channel_is_chosen_and_taken_back(place: Place) -> None:
    chosen = with_channel(NOTHING, place, ChannelId(9), is_forum=True)
    assert channel_for(chosen, place) == 9
    assert [channel_for(chosen, other) for other in Place if other is not place] == [None] * 3
    assert chosen.ideas_channel_is_forum is (place is Place.IDEAS)
    assert channel_for(with_channel(chosen, place, None), place) is None


@pytest.mark.parametrize("duty", list(Duty))
def test_everybodys_role_is_refused_in_words(duty: Duty) -> None:
    with pytest.raises(Refusal, match="@everyone cannot be"):
        with_role(NOTHING, duty, RoleId(int(GUILD)))
    chosen = with_role(NOTHING, duty, RoleId(5))
    assert {chosen.moderator_role_id, chosen.announcement_role_id} == {5, None}
    assert with_role(chosen, duty, None) == NOTHING


def test_governors_are_added_once_each_and_removed() -> None:
    one = with_found(replace(NOTHING, found=GOVERNOR))
    again = with_found(replace(one, found=replace(GOVERNOR, name="Renamed")))
    assert [each.name for each in again.governors] == ["Renamed"]
    other = replace(GOVERNOR, chain_id=ChainId(10))
    two = with_found(replace(again, found=other))
    assert without_governor(two, f"1:{GOVERNOR.address}").governors == (other,)
    assert without_governor(two, "1:0x0") == two


def test_a_governor_that_nobody_has_found_is_not_added() -> None:
    with pytest.raises(Refusal, match="dealt with already"):
        with_found(NOTHING)


def test_there_are_not_more_governors_than_fit() -> None:
    many = tuple(
        replace(GOVERNOR, address=Address(f"0x{number:040x}")) for number in range(MOST_GOVERNORS)
    )
    with pytest.raises(Refusal, match="At most 10"):
        with_found(replace(NOTHING, governors=many, found=GOVERNOR))


@pytest.mark.parametrize(
    "typed",
    [
        "usebraintrust.eth",
        " UseBraintrust.eth ",
        "https://snapshot.org/#/usebraintrust.eth",
        "https://snapshot.org/#/s:usebraintrust.eth/",
        "https://snapshot.box/#/s:usebraintrust.eth/proposal/0x0123",
        "snapshot.box/#/s:usebraintrust.eth?app=x",
    ],
)
def test_a_space_is_read_from_its_name_and_from_its_addresses(typed: str) -> None:
    assert space_named(typed) == "usebraintrust.eth"


@pytest.mark.parametrize("typed", ["", "  ", "https://snapshot.org/", "two words", "x" * 81])
def test_what_is_no_space_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refusal, match=r"usebraintrust\.eth"):
        space_named(typed)


def test_chains_are_named_where_people_know_a_name() -> None:
    assert chain_name(ChainId(1)) == "Ethereum (chain 1)"
    assert chain_name(ChainId(5)) == "chain 5"
