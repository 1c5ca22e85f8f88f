"""What moderators and administrators read: within limits, and never a stranger's markup."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.announcement import IdeaReady, Subject
from bot.domain.lifecycle import Phase
from bot.domain.outbox import PostState, Said
from bot.domain.policy import BRAINTRUST
from bot.domain.policy.values import VALUES, differences
from bot.domain.types import BlockNumber, ChainId, ChannelId, GuildId, MessageId, UnixSeconds
from bot.scheduler import Turn
from bot.services.oversight import ChainStanding, ServerStatus
from cogs.cards import (
    announced_name,
    announced_page,
    changes_page,
    error_in_words,
    policy_page,
    status_page,
    value_page,
)
from tests import builders

NOW = UnixSeconds(1_790_000_000)
HOSTILE = "@everyone [x](https://evil.example) `" + "🜏" * 150


def said(subject: Subject, **changes: Any) -> Said:
    whole = Said(
        id=7,
        key="k",
        reference="BTRST-12",
        speech=IdeaReady(subject=replace(subject, title=HOSTILE), supporters=3, move_number=1),
        audience="moderators",
        state=PostState.PARKED,
        at=NOW,
        channel_id=None,
        message_id=None,
        error="403 Forbidden (error code: 50013): Missing Permissions",
        is_rehearsal=False,
        is_withdrawn=False,
    )
    return replace(whole, **changes)


def standing(**changes: Any) -> ChainStanding:
    whole = ChainStanding(
        chain_id=ChainId(1),
        read=BlockNumber(90),
        read_at=UnixSeconds(NOW - 300),
        head=BlockNumber(115),
        head_at=NOW,
    )
    return replace(whole, **changes)


def status(**changes: Any) -> ServerStatus:
    whole = ServerStatus(
        community=builders.community(),
        is_rehearsing=False,
        phases={Phase.IDEA: 2, Phase.ON_CHAIN: 1},
        outbox={PostState.SAID: 12},
        failing=(),
        chains=(standing(),),
        now=NOW,
    )
    return replace(whole, **changes)


def text(embed: Any) -> str:
    return "\n".join([embed.title, embed.description or "", *(f.value for f in embed.fields)])


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        (standing(), "read to block 90, 25 blocks behind block 115 (300 s)"),
        (standing(head=None, head_at=None), "its node does not answer now"),
        (standing(read=None, read_at=None), "nothing is read yet"),
        (standing(read_at=None), "25 blocks behind block 115"),
    ],
)
def test_a_chain_is_shown_with_its_lag_or_as_unknown(chain: ChainStanding, words: str) -> None:
    assert words in text(status_page(status(chains=(chain,)), {}))


def test_the_status_tells_failures_and_parked_messages(subject: Subject) -> None:
    failing = status(failing=(said(subject),), outbox={PostState.PARKED: 1}, is_rehearsing=True)
    turns = {
        "publishing": Turn(at=NOW, took_seconds=0.2, failures=3, error="ReadTimeout"),
        "tallies": Turn(at=NOW, took_seconds=0.1, error="ReadTimeout", error_at=NOW),
    }
    shown = text(status_page(failing, turns))
    for words in (
        "Something needs a look",
        "3 failures in a row, ReadTimeout",
        "last failure",
        "Assent lacks a permission there",
        "parked 1",
        "Dry run",
        "2 ideas",
    ):
        assert words in shown


def test_an_error_nobody_knows_is_shown_as_it_is() -> None:
    assert error_in_words("odd <@1>") == "odd \\<\\@1\\>"


def test_what_was_said_is_listed_without_a_strangers_markup(subject: Subject) -> None:
    there = said(subject, state=PostState.SAID, error="", channel_id=ChannelId(5))
    there = replace(there, message_id=MessageId(6))
    page = announced_page([said(subject), *[there] * 30], GuildId(9))
    shown = text(page)
    assert len(page) < 6_000
    assert "https://discord.com/channels/9/5/6" in shown
    assert "and 19 more" in shown
    assert "[x](" not in shown
    assert "Nothing of this kind" in text(announced_page([], GuildId(9)))
    assert len(announced_name(there)) <= 100


def test_every_value_of_a_hostile_policy_is_shown_within_the_limits() -> None:
    policy = replace(
        BRAINTRUST,
        sections=(HOSTILE,) * 15,
        temperature=replace(BRAINTRUST.temperature, choices=(HOSTILE,) * 20),
    )
    assert len(policy_page(policy)) < 6_000
    for row in VALUES:
        assert len(value_page(row, policy)) < 6_000
    changes = changes_page(differences(BRAINTRUST, policy), is_done=False)
    assert len(changes) < 6_000
    assert "[x](" not in text(changes)
    assert "@everyone" not in text(policy_page(policy)).replace("\\@", "")
