"""The laws of what administrators and newcomers read, whatever contracts and spaces are called."""

from dataclasses import replace
from typing import Any

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.offchain.author import Author
from bot.domain.offchain.snapshot import Space
from bot.domain.onchain.governor import Governor
from bot.domain.outlook import Outlook, tasks
from bot.domain.proposal import Actor
from bot.domain.setting_up import (
    MOST_GOVERNORS,
    Question,
    SetupChoices,
    community_of,
    governor_name,
    missing,
)
from bot.domain.types import Address, ChainId, SpaceId, UserId
from bot.storage.codec import SETUP_CHOICES
from cogs.cards import setup_page
from cogs.cards.server.help_page import help_page
from cogs.cards.server.setting_up import Surroundings, asking
from tests import builders
from tests.property.test_card_laws import _ESCAPE, _THEIRS, LAWS, check_limits, texts, values_of

ADDRESSES = st.integers(0, 2**160 - 1).map(lambda number: Address(f"0x{number:040x}"))
CHAINS = st.integers(1, 2**64).map(ChainId)


def storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


GOVERNORS = st.builds(
    # Names and symbols are strangers' words; addresses and chains were checked when it was found.
    lambda governor, address, chain_id: replace(
        governor,
        address=address,
        chain_id=chain_id,
        token_address=address,
        implementation=address,
        token_decimals=18,
    ),
    values_of(Governor),
    ADDRESSES,
    CHAINS,
)
AUTHORS = st.builds(
    # The addresses are a key's own, or were proven when they were linked.
    lambda author, address: replace(
        author,
        address=author.address and address,
        alias=author.alias and replace(author.alias, principal=address, alias=address),
    ),
    values_of(Author),
    ADDRESSES,
)
CHOICES = st.builds(
    lambda choices, governors, found: replace(
        choices, governors=governors, found=found, preset="braintrust"
    ),
    values_of(SetupChoices),
    st.lists(GOVERNORS, max_size=MOST_GOVERNORS, unique_by=governor_name).map(tuple),
    st.none() | GOVERNORS,
)


def check(embed: discord.Embed) -> None:
    check_limits(embed)
    for text in texts(embed):
        text.encode()
        assert _THEIRS.findall(_ESCAPE.sub("\ufffc", text)) == []


def check_menus(view: discord.ui.View) -> None:
    rows = view.to_components()
    assert 1 <= len(rows) <= 5
    for row in rows:
        parts: list[dict[str, Any]] = row["components"]
        assert 1 <= len(parts) <= 5
        assert all(len(part["custom_id"]) <= 100 for part in parts)
        for option in (each for part in parts for each in part.get("options", ())):
            assert 1 <= len(option["label"]) <= 100
            assert 1 <= len(option["value"]) <= 100
            assert len(option["description"]) <= 100


@LAWS
@given(
    choices=CHOICES,
    space=st.none() | values_of(Space),
    author=st.none() | AUTHORS,
    is_unread=st.booleans(),
    offers=st.booleans(),
)
def test_every_question_fits_whatever_was_answered(
    choices: SetupChoices,
    space: Space | None,
    author: Author | None,
    *,
    is_unread: bool,
    offers: bool,
) -> None:
    community = None if missing(choices) else community_of(choices, None)
    around = Surroundings(
        author=author,
        space=space,
        space_is_unread=is_unread,
        community=community,
        offers_channels=offers,
    )
    for question in Question:
        page = asking(replace(choices, question=question), around)
        check(page.embed)
        check_menus(page.view)


@LAWS
@given(governors=st.lists(GOVERNORS, max_size=MOST_GOVERNORS))
def test_the_page_of_a_server_fits_whatever_its_contracts_call_themselves(
    governors: list[Governor],
) -> None:
    check(setup_page(builders.community(), governors, []))


@LAWS
@given(
    outlook=values_of(Outlook),
    is_moderator=st.booleans(),
    is_administrator=st.booleans(),
    user=st.integers(0, 10),
)
def test_help_fits_on_one_page_whoever_asks(
    outlook: Outlook, *, is_moderator: bool, is_administrator: bool, user: int
) -> None:
    community = outlook.community and builders.community()
    outlook = replace(outlook, community=community)
    actor = Actor(
        user_id=UserId(user),
        name="somebody",
        is_moderator=is_moderator,
        is_administrator=is_administrator,
    )
    found = tasks(outlook, actor)
    assert found
    page = help_page(outlook, found)
    check(page.embed)


@LAWS
@given(choices=CHOICES)
def test_answers_come_back_as_they_were_kept(choices: SetupChoices) -> None:
    space = choices.space and SpaceId(storable(choices.space))
    clean = replace(choices, space=space, governors=(), found=None)
    assert SETUP_CHOICES.load(SETUP_CHOICES.dump(clean)) == clean
