"""The story at an execution, in one message."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.call import Argument, Change, DecodedCall
from bot.domain.onchain.proposal import Moment
from bot.domain.onchain.story import Story, StoryIdea, StoryVote
from bot.domain.types import UnixSeconds, UserId

Read = Callable[..., Any]
SNAPSHOT = "https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc"
THREAD = "https://discord.com/channels/1/2"


@pytest.fixture
def executed(news: GovernorNews) -> GovernorNews:
    story = Story(
        idea=StoryIdea(
            author_id=UserId(501),
            author_name="Mara",
            spoken_at=UnixSeconds(1_780_000_000),
            thread=THREAD,
        ),
        votes=(
            StoryVote(
                name="Temperature Check",
                ended_at=UnixSeconds(1_781_000_000),
                passed=True,
                leading="Yes",
                votes=143,
                link=SNAPSHOT,
            ),
        ),
        proposed_at=UnixSeconds(1_782_000_000),
        queued_at=UnixSeconds(1_783_000_000),
        executed_at=UnixSeconds(1_784_000_000),
        changes=(Change(what="marketplace fee", before="10", after="8"),),
    )
    return replace(news, moment=Moment.EXECUTED, story=story)


def test_an_execution_tells_the_way_from_the_idea_to_what_it_changed(
    read: Read, executed: GovernorNews
) -> None:
    shown = read(executed)
    assert shown.fields["What changed on chain"] == "marketplace fee: 10 ➜ **8**"
    assert shown.fields["How it came about"].split("\n") == [
        "💡 <t:1780000000:D> · the idea of <@501>",
        ("🗳 <t:1781000000:D> · Temperature Check passed ✔ · 143 votes, most for “Yes”"),
        ("📣 <t:1782000000:D> · proposed on chain by 0x799e…2824"),
        "🗳 about <t:1790086400:D> · passed on chain",
        "**For** 1.02M BTRST · **Against** 236.4K BTRST · quorum 100K BTRST",
        "⏳ <t:1783000000:D> · into the timelock",
        "✔ <t:1784000000:D> · executed",
    ]
    assert shown.buttons["The discussion"] == THREAD
    assert shown.buttons["Temperature Check on Snapshot"] == SNAPSHOT


def test_the_story_says_what_part_of_all_tokens_took_part(
    read: Read, executed: GovernorNews
) -> None:
    told = read(replace(executed, participation=Decimal("0.124")))
    assert "quorum 100K BTRST\n12.4 % of all BTRST took part\n" in told.fields["How it came about"]


def test_what_is_not_known_is_left_out(read: Read, executed: GovernorNews) -> None:
    bare = Story(
        idea=None,
        votes=(),
        proposed_at=UnixSeconds(1_782_000_000),
        queued_at=None,
        executed_at=None,
        changes=(),
    )
    shown = read(replace(executed, story=bare))
    assert "idea" not in shown.fields["How it came about"]
    assert "timelock" not in shown.fields["How it came about"]
    assert "setMarketplaceFee" in shown.fields["What it did"]
    told_by_an_earlier_version = read(replace(executed, story=None))
    assert "How it came about" not in told_by_an_earlier_version.fields


def test_a_story_of_strangers_words_fits_and_pings_nobody(
    read: Read, executed: GovernorNews
) -> None:
    assert executed.story is not None
    odd = "@everyone **[x](https://a.b)**\n# " * 60
    change = Change(what=odd, before=odd, after=odd)
    vote = replace(executed.story.votes[0], name=odd, leading=odd)
    story = replace(executed.story, changes=(change,) * 30, votes=(vote,) * 9)
    argument = Argument(type=odd, value=odd)
    call = DecodedCall(
        target=executed.calls[0].target,
        value=executed.calls[0].value,
        function=odd,
        arguments=(argument,) * 9,
        selector="0x00000000",
    )
    shown = read(replace(executed, story=story, calls=(call,) * 9, title=odd, proposer_name=odd))
    assert len(shown.rendered.embed) <= 6_000
    assert shown.rendered.content is None
    assert (
        "… and 22 more changes" in shown.fields["What changed on chain"]
        or "…" in (shown.fields["What changed on chain"])
    )
