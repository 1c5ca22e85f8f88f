"""The text of a vote on Snapshot: back in its draft, and what may be changed of it."""

from dataclasses import replace

import pytest

from bot.domain.drafting.draft import Section, first_draft
from bot.domain.drafting.posted import VoteEdit, change_findings, edited, redrafted, text_of
from bot.domain.errors import Refusal
from bot.domain.offchain.alias import ALIAS_LASTS, Alias, endings
from bot.domain.offchain.snapshot import Space, excess_rights
from bot.domain.policy import BRAINTRUST, DAY
from bot.domain.types import Address, GuildId, SpaceId, UnixSeconds, UserId
from tests import builders
from tests.builders import MARA, on_snapshot

DRAFT = first_draft(builders.proposal(), BRAINTRUST, "https://discord.com/1", MARA, UnixSeconds(1))


def test_a_changed_section_is_found_again_in_its_place() -> None:
    text = replace(
        text_of(on_snapshot(DRAFT)), body=DRAFT.body.replace("Ten per cent", "Eleven per cent")
    )
    after = redrafted(DRAFT, text)
    assert [each.name for each in after.sections] == [each.name for each in DRAFT.sections]
    assert "Eleven per cent" in after.section("Motivation")
    assert after.credit == DRAFT.credit


def test_a_section_that_was_taken_out_is_empty_afterwards() -> None:
    kept = (Section(name="Summary", text="Short."), Section(name="Motivation", text="Because."))
    draft = replace(DRAFT, sections=kept)
    text = replace(
        text_of(on_snapshot(draft)), body=f"## Summary\n\nShort.\n\n---\n\n{draft.credit}"
    )
    after = redrafted(draft, text)
    assert after.section("Motivation") == ""
    assert after.body == text.body


def test_an_edit_of_an_older_text_is_refused() -> None:
    now = replace(on_snapshot(DRAFT), updated=UnixSeconds(5))
    with pytest.raises(Refusal, match="changed on Snapshot since"):
        edited(now, VoteEdit(updated=None, body="Mine."))
    assert edited(now, VoteEdit(updated=UnixSeconds(5), body=" Mine.\r\n")).body == "Mine."


def test_what_was_not_asked_stays() -> None:
    now = on_snapshot(DRAFT)
    after = edited(now, VoteEdit(updated=None, title="  Another \n title "))
    assert after.title == "Another title"
    assert (after.body, after.choices) == (now.body, now.choices)


def space(**changes: object) -> Space:
    whole = Space(
        id=SpaceId("a.eth"),
        name="A",
        network="1",
        symbol="A",
        members=(),
        moderators=(),
        admins=(),
        only_members=True,
        voting_delay=None,
        voting_period=None,
        voting_type=None,
        privacy="",
        quorum=None,
        hibernated=False,
        verified=True,
        turbo=False,
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # fields by name


KEY = Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")


def test_a_key_that_may_only_post_has_no_more_rights_than_it_needs() -> None:
    assert excess_rights(space(members=(KEY,)), KEY) is None
    assert excess_rights(space(admins=(Address("0x1"),)), KEY) is None


def test_a_key_of_an_admin_or_a_moderator_is_warned_of_whatever_its_letters_case() -> None:
    admin = excess_rights(space(admins=(Address(KEY.lower()),)), KEY)
    assert admin is not None
    assert "may change the settings" in admin
    assert "an author of the space" in admin
    moderator = excess_rights(space(moderators=(KEY,)), KEY)
    assert moderator is not None
    assert "may delete what others have proposed" in moderator


def test_of_several_reminders_only_the_latest_is_news() -> None:
    alias = Alias(
        guild_id=GuildId(1),
        principal=KEY,
        alias=Address("0x1"),
        user_id=UserId(1),
        signed_at=UnixSeconds(0),
    )

    def due(left: int) -> dict[int, bool]:
        found = endings(alias, UnixSeconds(ALIAS_LASTS - left))
        return {news.lead: is_news for news, is_news in found.items()}

    assert due(7 * DAY + 1) == {}
    assert due(7 * DAY) == {7 * DAY: True}
    assert due(DAY) == {7 * DAY: False, DAY: True}
    assert due(-1) == {7 * DAY: False, DAY: False, 0: True}


def test_no_edit_of_a_copeland_vote_is_taken() -> None:
    seen = replace(on_snapshot(DRAFT), type="copeland")
    said = change_findings(seen, space(), UnixSeconds(seen.start - 1))
    assert [each for each in said if "copeland" in each]
    assert not change_findings(replace(seen, type="basic"), space(), UnixSeconds(seen.start - 1))
