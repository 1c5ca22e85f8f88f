"""What a person sees who speaks an idea: the form, what reads like it, and that it is out."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.domain.lookalike import Lookalike, Lookalikes
from bot.domain.policy import Policy
from bot.domain.proposal import IDEA_LIMIT, TITLE_LIMIT, Idea, Proposal
from bot.domain.text import bare
from cogs.cards.buttons import Kept, view
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import channel, many
from cogs.cards.proposals.announcements import named_as

_MOST_TOPICS = 25  # in a menu, by Discord's word
_TOPIC_LIMIT = 100
_LOOKALIKES_SHOWN = 4  # of the five buttons of a row, one posts the idea anyway

FormField = discord.ui.Label[Any]


def idea_fields(policy: Policy, text: str = "") -> list[FormField]:
    """Give the parts of the form for an idea; `text` is a message that it is made of."""
    fields = [
        _title(),
        _answer("problem", "What is the problem?", text=text),
        _answer("change", "What should change?", is_required=not text),
        _answer("why_now", "Why now?", is_required=False),
    ]
    return [*fields, _topic(policy.topics)] if policy.topics else fields


def _title() -> FormField:
    return discord.ui.Label(
        text="Your idea in one line",
        component=discord.ui.TextInput(
            custom_id="title",
            placeholder="Lower the marketplace fee from 10 % to 8 %",
            max_length=TITLE_LIMIT,
        ),
    )


def _answer(name: str, question: str, *, text: str = "", is_required: bool = True) -> FormField:
    return discord.ui.Label(
        text=question,
        component=discord.ui.TextInput(
            custom_id=name,
            style=discord.TextStyle.paragraph,
            default=text[:IDEA_LIMIT] or None,
            required=is_required,
            max_length=IDEA_LIMIT,
        ),
    )


def _topic(topics: Sequence[str]) -> FormField:
    options = [
        discord.SelectOption(label=bare(topic, _TOPIC_LIMIT) or "-", value=topic[:_TOPIC_LIMIT])
        for topic in topics[:_MOST_TOPICS]
    ]
    return discord.ui.Label(
        text="What is it about?",
        component=discord.ui.Select(
            custom_id="topic", placeholder="Pick a topic", options=options, required=True
        ),
    )


def written_out(idea: Idea, topic: str) -> str:
    """Give all that was typed, to be given back as a file."""
    parts = {"The problem": idea.problem, "The change": idea.change, "Why now": idea.why_now}
    rows = [f"## {heading}\n\n{text}" for heading, text in parts.items() if text.strip()]
    return "\n\n".join([*rows, f"Topic: {topic}"] if topic else rows)


def idea_is_out(proposal: Proposal, link: str) -> str:
    """Say that an idea is out, where, and what comes next."""
    return (
        f"**{proposal.reference}** is out.{f' {link}' if link else ''}\n"
        "Members support it with a reaction and discuss it in its thread. You can take it back "
        "with `/idea withdraw`; `/idea updates` says how you are told of what becomes of it."
    )


def lookalikes(alike: Lookalikes) -> dict[str, Any]:
    """Show the ideas that read like a new one, before it is posted, with what can be done."""
    page = _lookalikes_page(alike)
    return {"embed": embed(page), "view": view(page.buttons)}


def _lookalikes_page(alike: Lookalikes) -> Page:
    shown = alike.found[:_LOOKALIKES_SHOWN]
    support = tuple(
        Kept(
            label=f"Support {each.proposal.reference} instead",
            typed_id=alike.typed_id,
            name=f"support:{int(each.proposal.id)}",
        )
        for each in shown
        if each.takes_support
    )
    return Page(
        title="Is it one of these?",
        lines=(
            "There is something here already that reads like your idea. Nothing is posted yet.",
            *(row for each in shown for row in ("", *_row(each))),
        ),
        next_step=(
            "Support one of them instead, which helps it more than a second one would; or post "
            "yours anyway. What you wrote is kept until then, and nobody else sees this."
        ),
        source="",
        colour=Colour.WAIT,
        buttons=(Kept(label="Post anyway", typed_id=alike.typed_id, name="post"), *support),
    )


def _row(alike: Lookalike) -> tuple[str, str]:
    proposal = alike.proposal
    reference, title = named_as(proposal.reference, proposal.title)
    thread = "" if proposal.thread_id is None else f" · {channel(proposal.thread_id)}"
    return (
        f"**{reference}** · {title}",
        (
            f"{alike.score} % alike in words · {proposal.phase} · "
            f"{many(alike.supporters, 'supporter')}{thread}"
        ),
    )
