"""The laws of the cards: whatever is said, and whoever wrote the words in it, Discord takes it.

Every member of the union of speech is built from hostile text and extreme numbers by its own type
hints, so that a new member is under these laws without a line being added here.
"""

import dataclasses
import re
import sys
import time
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.live_card import Board, ProposalCard, TallyCard
from bot.domain.offchain.announcement import VoteDecided
from bot.domain.offchain.snapshot import VotingType
from bot.domain.outbox import Post, PostState
from bot.domain.speech import Speech
from bot.domain.text import utf16_units
from bot.domain.types import ChannelId, GuildId, ProposalId, RoleId
from cogs.cards import render, thread_name

LAWS = settings(max_examples=30)
_DEEP = 2  # inside of what is said, inside of what that carries
KINDS = typing.get_args(Speech)

_HOSTILE = (
    "@everyone",
    "<@987654321987>",
    "<@&987654321987>",
    "<#987654321987>",
    "</idea new:123>",
    "<t:1:d>",
    "<:cat:987654321987>",
    "[text](https://evil.example)",
    "https://evil.example",
    "```",
    "`",
    "**",
    "~~",
    "||",
    "\n# heading",
    "\n-# small",
    "\n>>> all quoted",
    "\n- item",
    "\n1. item",
    "\\",
    "{reference}",
    "{0}",
    "\u202e",
    "\u200b",
    "\ud800",
    "e" + "\u0301" * 40,
    "\u1fef\u1fef\u1fef",
    "\n" * 9,
    "👍" * 30,
    "x" * 300,
)
_TEXTS = st.lists(st.sampled_from(_HOSTILE) | st.text(max_size=8), max_size=12).map("".join)
_INTEGERS = st.integers(0, 10**6) | st.integers(0, 2**256)
_AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False) | st.integers(0, 10**60).map(Decimal)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXTS,
    int: _INTEGERS,
    Decimal: _AMOUNTS,
    bool: st.booleans(),
    type(None): st.none(),
}


def values_of(hint: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Make values of a type as the domain writes types; what is deep inside is short."""
    if isinstance(hint, typing.NewType):
        return values_of(hint.__supertype__)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if dataclasses.is_dataclass(hint):
        return _whole(hint, depth + 1)
    return _values_of_generic(typing.get_origin(hint), typing.get_args(hint), depth)


def _whole(kind: Any, depth: int) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    make = typing.cast("Callable[..., Any]", kind)
    # What may hold its own kind, as a call may hold calls, holds one layer of it.
    inside = {name for name, hint in hints.items() if kind in typing.get_args(hint)}
    names = [field.name for field in dataclasses.fields(kind) if field.name not in inside]
    parts = {name: values_of(hints[name], depth) for name in names}
    nested = {name: st.lists(st.builds(make, **parts), max_size=2).map(tuple) for name in inside}
    return st.builds(make, **parts, **nested)


def _values_of_generic(
    origin: Any, arguments: tuple[Any, ...], depth: int
) -> st.SearchStrategy[Any]:
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(values_of(each, depth) for each in arguments))
    assert origin is tuple, origin
    if arguments[-1] is Ellipsis:
        most = 11 if depth < _DEEP else 2
        return st.lists(values_of(arguments[0], depth), max_size=most).map(tuple)
    return st.tuples(*(values_of(each, depth) for each in arguments))


def post_of(speech: Speech, *, is_withdrawn: bool = False, role_id: int | None = None) -> Post:
    return Post(
        id=1,
        key="key",
        guild_id=GuildId(1),
        proposal_id=ProposalId(12),
        speech=speech,
        role_id=None if role_id is None else RoleId(role_id),
        state=PostState.DUE,
        revision=1,
        is_withdrawn=is_withdrawn,
        generation=0,
        attempts=0,
        claimed_at=None,
        channel_id=ChannelId(5),
        is_forum=False,
        message_id=None,
        wants_thread=False,
    )


def texts(embed: discord.Embed) -> list[str]:
    """Give every text of an embed in which Discord looks for Markdown."""
    payload = embed.to_dict()
    fields = payload.get("fields", [])
    return [
        payload.get("title") or "",
        payload.get("description", ""),
        *(field["name"] for field in fields),
        *(field["value"] for field in fields),
    ]


_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_THEIRS = re.compile(
    r"@everyone|@here|<@!?&?987654321987>|<#987654321987>|</|<t:\d+:d|<a?:\w+:987654321987>|<id:|https?://|\]\(|"
    r"```|\|\||__|^(?:> )?\s*(?:#{1,3}|-#|>>>|[-*])\s",
    re.MULTILINE,
)
# An address on the page of a chain that we know: ends and link are made of its own digits alone.
_LINKED = re.compile(
    r"\[(0x[0-9a-fA-F]{4})…([0-9a-fA-F]{4})\]\(https://[a-z.]+/address/\1[0-9a-fA-F]{32}\2\)"
)
_OURS = re.compile(
    r"`(?:/[a-z]+(?: [a-z]+){1,2}|delegate|python -m bot backfill"
    r"|0x[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?)`|<t:\d+:[FRfD]>|<@&?\d+>|<#\d+>|<a?:\w{2,32}:\d{15,20}>"
)


def check_limits(embed: discord.Embed) -> None:
    payload = embed.to_dict()
    fields = payload.get("fields", [])
    footer = payload.get("footer", {}).get("text", "")
    assert 1 <= utf16_units(payload.get("title") or "") <= 256
    assert utf16_units(payload.get("description", "")) <= 4_096
    assert 1 <= len(fields) <= 25
    assert all(1 <= utf16_units(field["name"].strip()) <= 256 for field in fields)
    assert all(1 <= utf16_units(field["value"].strip()) <= 1_024 for field in fields)
    assert utf16_units(footer) <= 2_048
    assert utf16_units("".join(texts(embed)) + footer) <= 6_000


def check_words(embed: discord.Embed) -> None:
    for text in texts(embed):
        text.encode()  # no lone surrogate
        bare = _ESCAPE.sub("\ufffc", _LINKED.sub("", text))
        assert _THEIRS.findall(bare) == []
        left = _OURS.sub("", bare)
        assert "`" not in left
        assert "<" not in left
        assert "[" not in left
    assert [field.name for field in embed.fields].count("Next") == 1
    assert embed.fields[-1].name == "Next"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("is_withdrawn", [False, True])
@LAWS
@given(data=st.data(), role_id=st.none() | st.just(77))
def test_whatever_is_said_keeps_discords_limits_and_stays_text(
    kind: Any, *, is_withdrawn: bool, data: st.DataObject, role_id: int | None
) -> None:
    post = post_of(data.draw(values_of(kind)), is_withdrawn=is_withdrawn, role_id=role_id)
    rendered = render(post)
    check_limits(rendered.embed)
    check_words(rendered.embed)
    check_buttons(rendered.view)
    called = role_id is not None and not is_withdrawn
    assert rendered.content == ("<@&77>" if called else None)
    assert rendered.allowed_mentions.to_dict().get("parse") == []
    assert rendered.allowed_mentions.to_dict().get("roles", []) == ([77] if called else [])
    assert render(post).embed.to_dict() == rendered.embed.to_dict()


def check_buttons(view: discord.ui.View | None) -> None:
    for row in view.to_components() if view else []:
        assert 1 <= len(row["components"]) <= 5
        for button in row["components"]:
            assert utf16_units(button["label"]) <= 80
            assert len(button.get("custom_id", "")) <= 100
            assert button.get("url", "https://").startswith("https://")


@LAWS
@given(reference=_TEXTS, title=_TEXTS)
def test_a_threads_name_always_fits(reference: str, title: str) -> None:
    name = thread_name(reference, title)
    assert 1 <= utf16_units(name) <= 100
    assert "\n" not in name


def calls_made(action: Callable[[], object]) -> int:
    """Count the calls of functions, Python's and C's: a measure of work that no load changes."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def filled(hint: Any, text: str, inside: tuple[Any, ...] = ()) -> Any:
    """Make one value of a type with `text` in every place where text can be.

    What can carry more of its kind, as a call can carry calls, does so once.
    """
    hint = hint.__supertype__ if isinstance(hint, typing.NewType) else hint
    if hint in (str, int, Decimal, bool):
        return text if hint is str else hint(1)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        within = (*inside, hint)
        parts = {f.name: filled(hints[f.name], text, within) for f in dataclasses.fields(hint)}
        return typing.cast("Callable[..., Any]", hint)(**parts)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        parts_of = arguments[:1] * 3 if arguments[-1] is Ellipsis else arguments
        if inside.count(parts_of[0]) > 1:
            return ()
        return tuple(filled(part, text, inside) for part in parts_of)
    return arguments[0] if origin is typing.Literal else filled(arguments[0], text, inside)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("unit", ["[a](b)", "e\u0301", "<@1>", "`"])
def test_a_megabyte_in_every_place_is_no_more_work_than_a_tenth_of_it(kind: Any, unit: str) -> None:
    large = post_of(filled(kind, unit * (100_000 // len(unit))))
    huge = post_of(filled(kind, unit * (1_000_000 // len(unit))))
    check_limits(render(huge).embed)
    # The marker of a message is a hash of its key, and keys are ours: 1.1 is for odd lengths.
    assert calls_made(lambda: render(huge)) <= 1.1 * calls_made(lambda: render(large)) + 50


_SYSTEMS = st.sampled_from([*VotingType, "", "new-system"]) | _TEXTS


@st.composite
def counted(draw: st.DrawFn, kind: type[Any]) -> Any:
    """Make a card or news of a vote in which every choice, however many, has a score."""
    count = draw(st.sampled_from([1, 2, 10, 11, 100]))
    parts = draw(st.lists(st.sampled_from(_HOSTILE), min_size=1, max_size=8))
    scores = draw(st.lists(_AMOUNTS.map(abs), min_size=1, max_size=3))
    return dataclasses.replace(
        draw(values_of(kind)),
        choices=tuple(f"{n}{''.join(parts[n % len(parts) :] * 9)}"[:256] for n in range(count)),
        scores=tuple(scores[n % len(scores)] for n in range(count)),
        scores_total=draw(_AMOUNTS),
        voting_type=draw(_SYSTEMS),
        **({"is_spam": False, "state": None} if kind is TallyCard else {}),
    )


@pytest.mark.parametrize("kind", [TallyCard, VoteDecided])
@LAWS
@given(data=st.data())
def test_a_hundred_choices_with_scores_keep_the_limits_and_stay_text(
    kind: type[Any], data: st.DataObject
) -> None:
    speech = data.draw(counted(kind))
    embed = render(post_of(speech)).embed
    check_limits(embed)
    check_words(embed)
    # The end of the card is there too: nothing was cut off for the sake of the choices.
    assert "…" not in (embed.description or "").split("\n")
    is_public = kind is VoteDecided or not speech.is_hidden or speech.is_final
    shown = (embed.description or "").count("\n█") + (embed.description or "").count("\n░")
    assert shown == (min(len(speech.choices), 10) if is_public else 0)


def test_a_hundred_hostile_choices_are_written_in_a_moment() -> None:
    hostile = "<@987654321987>*_`e\u0301\u0301\u0301" * 20
    whole = filled(TallyCard, "text")
    card = dataclasses.replace(
        whole,
        is_spam=False,
        is_hidden=False,
        voting_type=VotingType.WEIGHTED,
        choices=tuple(f"{number} {hostile}"[:256] for number in range(100)),
        scores=tuple(Decimal(number) for number in range(100)),
    )
    post = post_of(card)
    render(post)
    taken = []
    for _ in range(5):
        before = time.perf_counter()
        render(post)
        taken.append(time.perf_counter() - before)
    # The best of five: a busy machine makes some slow, and none quick.
    assert min(taken) < 0.05


def test_only_live_cards_gather_reactions_and_name_threads() -> None:
    for kind in KINDS:
        rendered = render(post_of(filled(kind, "text")))
        is_card = kind is ProposalCard
        assert (rendered.thread_name is not None) == (is_card or kind is Board)
        assert bool(rendered.reactions) == is_card
    assert TallyCard in KINDS
