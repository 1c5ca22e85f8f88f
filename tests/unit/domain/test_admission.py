"""Who may speak another idea now."""

import pytest

from bot.domain.admission import check_pace, check_takes_ideas, check_topic
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.policy import PRESETS
from bot.domain.types import ChannelId, Seconds, UnixSeconds
from tests import builders

SPOKEN_AT = 1_000


def test_who_has_spoken_nothing_may_always_speak() -> None:
    strict = builders.policy(idea_cooldown=Seconds(3_600), open_ideas_limit=1)
    check_pace(strict, [], UnixSeconds(0))


def test_between_two_ideas_there_is_a_pause_and_the_message_says_until_when() -> None:
    policy = builders.policy(idea_cooldown=Seconds(3_600))
    last = [builders.proposal(phase=Phase.WITHDRAWN, thread_id=ChannelId(77))]
    until = SPOKEN_AT + 3_600
    with pytest.raises(Refusal) as refused:
        check_pace(policy, last, UnixSeconds(until - 1))
    assert f"<t:{until}:R>" in str(refused.value)
    assert "BTRST-1 https://discord.com/channels/900/77" in str(refused.value)
    check_pace(policy, last, UnixSeconds(until))


def test_without_limits_nobody_waits() -> None:
    check_pace(builders.policy(), [builders.proposal()] * 50, UnixSeconds(SPOKEN_AT))


def test_only_so_many_may_gather_support_at_a_time_and_the_message_names_them() -> None:
    policy = builders.policy(open_ideas_limit=2)
    open_ones = [
        builders.proposal(reference="BTRST-3", phase=Phase.READY),
        builders.proposal(reference="BTRST-2", phase=Phase.TEMPERATURE_DRAFT),
        builders.proposal(reference="BTRST-1", thread_id=ChannelId(77)),
    ]
    with pytest.raises(Refusal) as refused:
        check_pace(policy, open_ones, UnixSeconds(SPOKEN_AT))
    said = str(refused.value)
    assert "- BTRST-3\n- BTRST-1 https://discord.com/channels/900/77" in said
    assert "BTRST-2" not in said
    assert "`/idea withdraw`" in said
    check_pace(policy, open_ones[1:], UnixSeconds(SPOKEN_AT))


def test_a_refusal_fits_into_a_message_however_much_is_open() -> None:
    policy = builders.policy(open_ideas_limit=1)
    many = [builders.proposal(reference="BTRST-" + "9" * 30, thread_id=ChannelId(2**63 - 1))] * 99
    with pytest.raises(Refusal) as refused:
        check_pace(policy, many, UnixSeconds(SPOKEN_AT))
    assert len(str(refused.value)) < 1_500


@pytest.mark.parametrize("name", PRESETS)
def test_only_who_just_watches_takes_no_ideas(name: str) -> None:
    if name != "watch-only":
        check_takes_ideas(PRESETS[name])
        return
    with pytest.raises(Refusal, match="No ideas are taken in this server"):
        check_takes_ideas(PRESETS[name])


def test_a_topic_is_one_of_the_communitys_or_none() -> None:
    policy = builders.policy(topics=("fees", "treasury"))
    check_topic(policy, "fees")
    check_topic(policy, "")
    with pytest.raises(Refusal, match="there is: fees, treasury"):
        check_topic(policy, "weather")
    with pytest.raises(Refusal, match="there is: none"):
        check_topic(builders.policy(topics=()), "fees")
