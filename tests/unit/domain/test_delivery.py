"""How long a signed vote is sent, and when a wallet's signature still fits what is voted on."""

from dataclasses import replace

import pytest

from bot.domain.offchain.delivery import Dates, Standing, standing
from bot.domain.offchain.unsigned import is_fresh, is_same_but_for_time
from bot.domain.types import UnixSeconds
from tests.unit.domain.test_preflight import MESSAGE, NOW

DAY = 86_400


@pytest.mark.parametrize(
    ("delay", "period", "age", "wanted"),
    [
        (0, 3 * DAY, 3_600, Standing.SEND),
        (0, 3 * DAY, 3_601, Standing.WAIT),
        (0, 3 * DAY, 4_500, Standing.WAIT),
        (0, 3 * DAY, 4_501, Standing.LOST),
        (DAY, 3 * DAY, DAY + 3_600, Standing.SEND),
        (DAY, 3 * DAY, DAY + 4_501, Standing.LOST),
        (30 * DAY, 3 * DAY, 6 * DAY, Standing.SEND),
        (30 * DAY, 3 * DAY, 6 * DAY + 1, Standing.WAIT),
        (30 * DAY, 3 * DAY, 6 * DAY + 901, Standing.LOST),
        (0, 600, 600, Standing.WAIT),
    ],
)
def test_a_vote_is_sent_while_it_gets_its_promised_time(
    delay: int, period: int, age: int, wanted: Standing
) -> None:
    start = UnixSeconds(NOW + delay)
    dates = Dates(timestamp=NOW, start=start, end=UnixSeconds(start + period))
    assert standing(dates, UnixSeconds(NOW + age)) is wanted


def test_a_message_may_be_signed_for_ten_minutes() -> None:
    assert is_fresh(MESSAGE, UnixSeconds(NOW + 600))
    assert not is_fresh(MESSAGE, UnixSeconds(NOW + 601))
    assert not is_fresh(MESSAGE, UnixSeconds(NOW - 1))


def test_messages_are_the_same_whenever_they_were_made() -> None:
    later = replace(
        MESSAGE,
        timestamp=UnixSeconds(NOW + 5),
        start=UnixSeconds(NOW + 5),
        end=UnixSeconds(MESSAGE.end + 5),
    )
    assert is_same_but_for_time(MESSAGE, later)
    assert not is_same_but_for_time(MESSAGE, replace(later, end=MESSAGE.end))
    assert not is_same_but_for_time(MESSAGE, replace(later, start=NOW))
    assert not is_same_but_for_time(MESSAGE, replace(later, body="Other."))
