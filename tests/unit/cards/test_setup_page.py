"""What an administrator reads after the set-up."""

import discord

from bot.domain.offchain.alias import Alias
from bot.domain.offchain.author import Author, author_of
from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import (
    Address,
    ChainId,
    ChannelId,
    GuildId,
    RoleId,
    Seconds,
    SpaceId,
    Timepoint,
    TokenUnits,
    UnixSeconds,
    UserId,
)
from cogs.cards import (
    MissingPermission,
    MissingRole,
    setup_page,
)
from tests import builders

GOVERNOR = Governor(
    chain_id=ChainId(1),
    address=Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"),
    name="BTRST Governor Alpha",
    flavour=Flavour.GOVERNOR_ALPHA,
    clock_mode=ClockMode.BLOCK_NUMBER,
    quorum_rule=QuorumRule.FOR,
    token_address=None,
    token_symbol="BTRST",
    token_decimals=18,
    voting_delay=Timepoint(1),
    voting_period=Timepoint(17_280),
    proposal_threshold=TokenUnits(500 * 10**18),
    timelock_kind=TimelockKind.COMPOUND,
    timelock_address=None,
    timelock_delay=Seconds(604_800),
    grace_period=Seconds(1_209_600),
)


def field(embed: discord.Embed, name: str) -> str:
    return next(str(each.value) for each in embed.fields if each.name == name)


def test_a_complete_set_up_says_what_happens_to_the_next_idea_in_six_lines() -> None:
    page = setup_page(builders.community(), [GOVERNOR], [])
    assert page.title == "Assent is set up"
    lines = [row for row in str(page.description).splitlines() if row[:2].rstrip(".").isdigit()]
    assert len(lines) == 6
    assert field(page, "Permissions") == "✔ nothing is missing"
    assert "/idea new" in field(page, "Next")


def test_the_parameters_of_the_contract_are_shown_for_confirmation() -> None:
    followed = field(setup_page(builders.community(), [GOVERNOR], []), "What it follows")
    assert "BTRST Governor Alpha" in followed
    assert "voting period 17,280 blocks" in followed
    assert "proposal threshold 500 BTRST" in followed
    assert "timelock 7 days" in followed


def test_each_missing_permission_names_its_channel_and_what_it_is_for() -> None:
    missing = MissingPermission(
        channel_id=ChannelId(77), name="Add Reactions", needed_for="offer the reaction of support"
    )
    page = setup_page(builders.community(), [GOVERNOR], [missing])
    assert page.title == "Assent is set up, but something is missing"
    told = field(page, "Permissions")
    assert told == "✖ <#77>: **Add Reactions**, to offer the reaction of support"
    assert "/governance check" in field(page, "Next")


def test_a_role_that_was_deleted_is_named_with_what_to_do() -> None:
    page = setup_page(builders.community(), [GOVERNOR], [MissingRole(name="Moderators")])
    told = field(page, "Permissions")
    assert told == ("✖ **Moderators**: the role was deleted: run `/governance setup` with another")


def test_what_is_not_followed_yet_is_said() -> None:
    page = setup_page(builders.community(space=None), [], [])
    assert "no Snapshot space yet" in field(page, "What it follows")
    assert "no governor yet" in field(page, "What it follows")


def test_every_place_and_role_that_was_chosen_is_shown() -> None:
    chosen = builders.community(
        space=SpaceId("usebraintrust.eth"),
        moderators_channel_id=ChannelId(88),
        announcement_role_id=RoleId(99),
    )
    where = field(setup_page(chosen, [GOVERNOR], []), "Where")
    assert "Hints for moderators: <#88>" in where
    assert "Called for votes: <@&99>" in where


def test_the_page_says_who_signs_votes() -> None:
    key, wallet = Address("0x" + "ab" * 20), Address("0x" + "cd" * 20)
    alias = Alias(
        guild_id=GuildId(1),
        principal=wallet,
        alias=key,
        user_id=UserId(501),
        signed_at=UnixSeconds(1_790_000_000),
    )

    def signs(author: Author | None) -> str:
        return field(
            setup_page(builders.community(), [GOVERNOR], [], (), author), "How votes are signed"
        )

    assert "PAGE_URL, so that members sign in the browser" in signs(None)
    browser = signs(author_of(None, None, can_sign_in_browser=True))
    assert browser.startswith("✔ In the browser")
    assert "No key is needed" in browser
    assert signs(author_of(key, None, can_sign_in_browser=True)).endswith(f"own key `{key}`.")
    assert f"for the wallet `{wallet}`" in signs(author_of(key, alias, can_sign_in_browser=False))
