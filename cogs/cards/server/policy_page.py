"""A policy for people: every value by name, and what a change of it means."""

import io
from collections.abc import Sequence

import discord

from bot.domain.policy import Policy
from bot.domain.policy.file import policy_file
from bot.domain.policy.row import PolicyValue
from bot.domain.policy.values import VALUES, Difference
from bot.domain.text import line
from cogs.cards.attachments import TextFile
from cogs.cards.fitting import Colour, Page, embed

_VALUE_SHOWN = 100
_ONE_SHOWN = 800
_CHANGES_SHOWN = 20
_GROUPS = (
    ("Ideas", "ideas."),
    ("Support", "support."),
    ("Drafts", "drafts."),
    ("Votes", "votes."),
    ("Temperature check", "temperature."),
    ("Consensus check", "consensus."),
    ("On chain", "chain."),
)


def policy_page(policy: Policy) -> discord.Embed:
    """Show every value of a policy; the file beside it has them in full."""
    general = [row for row in VALUES if "." not in row.name]
    return embed(
        Page(
            title="The policy of this community",
            lines=tuple(_valued(row, policy) for row in general),
            fields=tuple(
                (heading, "\n".join(_valued(row, policy) for row in _of(prefix)))
                for heading, prefix in _GROUPS
            ),
            next_step=(
                "`/governance policy show name:` explains one value; the file explains them all. "
                "An administrator changes one with `/governance policy set`."
            ),
            source="",
            colour=Colour.TALK,
        )
    )


def _of(prefix: str) -> list[PolicyValue]:
    return [row for row in VALUES if row.name.startswith(prefix)]


def _valued(row: PolicyValue, policy: Policy) -> str:
    short = row.name.partition(".")[2] or row.name
    return f"`{short}` {_shown(row.written(policy), _VALUE_SHOWN)}"


def _shown(text: str, limit: int) -> str:
    return f"**{line(text, limit)}**"


def value_page(row: PolicyValue, policy: Policy) -> discord.Embed:
    """Explain one value: what it means, what it is, what it may be."""
    return embed(
        Page(
            title=row.name,
            lines=(row.means, "", f"Now: {_shown(row.written(policy), _ONE_SHOWN)}"),
            fields=(("It may be", line(row.kind.expects.replace("`", ""), _ONE_SHOWN)),),
            next_step=f"An administrator changes it with `/governance policy set name:{row.name}`.",
            source="",
            colour=Colour.TALK,
        )
    )


def changes_page(changes: Sequence[Difference], *, is_done: bool) -> discord.Embed:
    """Show values before and after, with what each means."""
    rows = [_changed(each) for each in changes[:_CHANGES_SHOWN]]
    if (more := len(changes) - _CHANGES_SHOWN) > 0:
        rows.append(f"… and {more} more")
    return embed(
        Page(
            title="✔ The policy is changed" if is_done else "What this file would change",
            lines=tuple(rows),
            next_step=(
                "Cards show it in a moment. `/governance audit` keeps who changed what."
                if is_done
                else "Confirm below if this is what was decided. Until then nothing is changed."
            ),
            source="",
            colour=Colour.GOOD if is_done else Colour.WAIT,
        )
    )


def _changed(each: Difference) -> str:
    before, after = line(each.before, _VALUE_SHOWN), line(each.after, _VALUE_SHOWN)
    return f"`{each.row.name}` {before} → **{after}**\n{each.row.means}"


def policy_attachment(policy: Policy) -> TextFile:
    """Give the policy as a file that can be voted on, and imported."""
    return TextFile(io.BytesIO(policy_file(policy).encode()), filename="policy.toml")
