from dataclasses import replace

import pytest

from bot.domain.errand import (
    LINK_LASTS,
    DeadLinkError,
    LinkProblem,
    LinkWallet,
    PageLink,
    opened,
)
from bot.domain.types import GuildId, UnixSeconds, UserId

MADE = UnixSeconds(1_800_000_000)
END = UnixSeconds(MADE + LINK_LASTS)
LINK = PageLink(
    guild_id=GuildId(900), user_id=UserId(3), errand=LinkWallet(), made_at=MADE, expires_at=END
)


def problem(link: PageLink | None, now: int) -> LinkProblem:
    with pytest.raises(DeadLinkError) as dead:
        opened(link, UnixSeconds(now))
    assert str(dead.value).endswith(".")
    return dead.value.problem


def test_a_link_is_good_for_half_an_hour() -> None:
    assert LINK_LASTS == 1_800
    assert opened(LINK, MADE) is LINK
    assert opened(LINK, UnixSeconds(END - 1)) is LINK
    assert problem(LINK, END) is LinkProblem.EXPIRED


def test_a_used_link_says_so_even_when_it_is_also_old() -> None:
    used = replace(LINK, used_at=UnixSeconds(MADE + 5))
    assert problem(used, MADE + 6) is LinkProblem.USED
    assert problem(used, END + 1) is LinkProblem.USED


def test_a_link_that_never_was_is_unknown() -> None:
    assert problem(None, MADE) is LinkProblem.UNKNOWN
