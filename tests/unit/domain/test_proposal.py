"""Who counts, who may, and what makes an idea."""

import pytest

from bot.domain.calendar import after_business_days
from bot.domain.errors import Refusal
from bot.domain.outbox import edit_pause, retry_pause
from bot.domain.policy import BRAINTRUST, PRESETS, Step, preset
from bot.domain.proposal import (
    Idea,
    checked_idea,
    checked_reason,
    checked_title,
    thread_link,
)
from bot.domain.types import ChannelId, UnixSeconds
from tests import builders

FRIDAY = UnixSeconds(1_800_000_000)  # 2027-01-15, 08:00 UTC
DAY = 86_400


@pytest.mark.parametrize(
    ("title", "refusal"),
    [
        (" \n ", "needs a title"),
        ("…!?", "needs a title"),
        ("x" * 201, "The title has 201 characters; at most 200 fit"),
    ],
)
def test_what_makes_no_title_is_refused_with_what_is_missing(title: str, refusal: str) -> None:
    with pytest.raises(Refusal, match=refusal):
        checked_title(title)


@pytest.mark.parametrize(
    ("idea", "refusal"),
    [
        (Idea(problem="  "), "say in a few sentences"),
        (Idea(problem="…", change="\u200b", why_now="!"), "say in a few sentences"),
        (Idea(problem="x" * 4_001), "“The problem” has 4,001 characters; at most 4,000 fit"),
        (Idea(problem="x", change="y" * 4_001), "“The change” has 4,001 characters"),
        (Idea(problem="x", why_now="y" * 4_001), "“Why now” has 4,001 characters"),
    ],
)
def test_what_makes_no_idea_is_refused_with_what_is_missing(idea: Idea, refusal: str) -> None:
    with pytest.raises(Refusal, match=refusal):
        checked_idea(idea)


def test_an_idea_is_trimmed_and_may_fill_its_limits() -> None:
    assert checked_title(" A \n title ") == "A title"
    assert checked_idea(Idea(problem="\n Text. \n")) == Idea(problem="Text.")
    whole = Idea(problem="x" * 4_000, change="y" * 4_000, why_now="z" * 4_000)
    assert checked_idea(whole) == whole


def test_a_lone_surrogate_of_a_stranger_is_replaced_before_it_is_stored() -> None:
    assert checked_title("Fee \ud83d") == "Fee ?"
    assert checked_idea(Idea(problem="Because\udc00.")).problem == "Because?."
    assert checked_reason("no \udfff") == "no ?"


def test_a_thread_is_linked_once_it_exists() -> None:
    assert thread_link(builders.proposal()) == ""
    link = thread_link(builders.proposal(thread_id=ChannelId(77)))
    assert link == "https://discord.com/channels/900/77"


@pytest.mark.parametrize(
    ("start", "days", "time_zone", "seconds"),
    [
        (FRIDAY, 0, "UTC", 0),
        (FRIDAY, 1, "UTC", 3 * DAY),  # over the weekend
        (FRIDAY + DAY, 1, "UTC", 2 * DAY),  # from a Saturday counting begins with Monday
        (FRIDAY + 3 * DAY, 2, "UTC", 2 * DAY),
        (FRIDAY, 10, "UTC", 14 * DAY),
        (1_806_048_000, 1, "Europe/Berlin", 3 * DAY - 3_600),  # the clocks go forward
        (1_824_796_800, 1, "Europe/Berlin", 3 * DAY + 3_600),  # and back
        (1_799_978_400, 1, "America/Los_Angeles", DAY),  # still Thursday there
    ],
)
def test_business_days_skip_weekends_and_keep_the_local_hour(
    start: int, days: int, time_zone: str, seconds: int
) -> None:
    assert after_business_days(UnixSeconds(start), days, time_zone) == start + seconds


def test_the_policy_knows_its_steps_and_its_presets() -> None:
    assert BRAINTRUST.step(Step.TEMPERATURE) is BRAINTRUST.temperature
    assert BRAINTRUST.step(Step.CONSENSUS) is BRAINTRUST.consensus
    assert all(preset(name) is policy for name, policy in PRESETS.items())
    with pytest.raises(Refusal, match="There is no preset “compound”"):
        preset("compound")


def test_pauses_grow_and_have_a_limit() -> None:
    assert [retry_pause(attempts) for attempts in (1, 2, 9, 10, 99)] == [2, 4, 512, 600, 600]
    young, old = UnixSeconds(10_000), UnixSeconds(6_399)
    assert [edit_pause(said_at, UnixSeconds(10_000)) for said_at in (young, old)] == [10, 30]
