"""What is said of the right to propose for a wallet."""

from collections.abc import Callable
from typing import Any

from bot.domain.offchain.alias import Alias, AliasEnding, AliasLinked, AliasRefused
from bot.domain.types import Address, GuildId, Seconds, SnapshotProposalId, UnixSeconds, UserId
from bot.services.aliases import Standing
from cogs.cards.votes.aliases import standing_text

Read = Callable[..., Any]
DAY = 86_400
WALLET = Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
END = UnixSeconds(1_790_000_000)
WHEN = "<t:1790000000:F>"
WHOSE = {"principal": WALLET, "user_id": UserId(7)}
DATES = {"signed_at": UnixSeconds(END - 30 * DAY), "expires_at": END}


def test_a_linked_wallet_is_told_with_what_it_allows_and_until_when(read: Read) -> None:
    shown = read(AliasLinked(**WHOSE, **DATES))  # type: ignore[arg-type] # two dicts of fields
    assert shown.title == "✔ Assent may propose for a wallet"
    assert "<@7>" in shown.text
    assert WALLET in shown.text
    assert "moves no tokens" in shown.text
    assert WHEN in shown.text


def test_an_ending_says_how_long_is_left_and_how_to_renew(read: Read) -> None:
    week = read(AliasEnding(**WHOSE, **DATES, lead=Seconds(7 * DAY)))  # type: ignore[arg-type] # as above
    assert week.title == "⏳ In 7 days Assent may no longer propose for a wallet"
    assert "/governance alias link" in week.fields["Next"]
    day = read(AliasEnding(**WHOSE, **DATES, lead=Seconds(DAY)))  # type: ignore[arg-type] # as above
    assert day.title == "⏳ In 1 day Assent may no longer propose for a wallet"
    end = read(AliasEnding(**WHOSE, **DATES, lead=Seconds(0)))  # type: ignore[arg-type] # as above
    assert end.title == "⚠ Assent may no longer propose for a wallet"
    assert "nothing is posted" in end.text


def test_a_refusal_has_its_meaning_and_its_own_words(read: Read) -> None:
    refused = AliasRefused(
        **WHOSE,  # type: ignore[arg-type] # a dict of fields
        message_id=SnapshotProposalId("0xabc"),
        text="alias is already linked to another address",
        meaning="The bot's key already signs for another address.",
    )
    shown = read(refused)
    assert "already signs for another address" in shown.text
    assert "> alias is already linked to another address" in shown.text


def test_a_text_that_nobody_foresaw_is_shown_once(read: Read) -> None:
    refused = AliasRefused(
        **WHOSE,  # type: ignore[arg-type] # a dict of fields
        message_id=SnapshotProposalId("0xabc"),
        text="no, thank you",
        meaning="no, thank you",
    )
    assert read(refused).text.count("no, thank you") == 1


def test_how_things_stand_is_said_in_every_case() -> None:
    alias = Alias(
        guild_id=GuildId(1),
        principal=WALLET,
        alias=Address("0x1"),
        user_id=UserId(7),
        signed_at=UnixSeconds(END - 30 * DAY),
    )
    says = {
        standing_text(Standing(alias=None, is_valid=False, has_key=False)): "no key here",
        standing_text(Standing(alias=None, is_valid=False, has_key=True)): "its own key",
        standing_text(Standing(alias=alias, is_valid=True, has_key=True)): "✔ Assent proposes for",
        standing_text(Standing(alias=alias, is_valid=False, has_key=True)): "✖ Assent may not",
    }
    assert all(words in text for text, words in says.items())
    assert sum(WHEN in text for text in says) == 2
