"""The answer to /help: the phases in plain words, where the server stands, what one can do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord

from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED
from bot.domain.outlook import OpenVote, Outlook, Task, TaskKind, Waiting
from bot.domain.policy import Policy
from bot.domain.proposal import Community, Proposal, thread_link
from bot.domain.text import line
from cogs.cards.buttons import Link, view
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import ago, channel, many
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN
from cogs.cards.server.setting_up import button
from cogs.cards.server.way import days

_LISTED = 3
_LOOK_UP = (
    "`/vote list` shows every open vote and `/vote mine` those that wait for you, once a wallet is "
    "linked (`/wallet link`); `/calendar` has every deadline, `/watch list` says whose votes are "
    "followed."
)
_TITLE_SHOWN = 70
_STEP_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What a person gets who asks for help."""

    embed: discord.Embed
    view: discord.ui.View | None


def help_page(outlook: Outlook, tasks: Sequence[Task]) -> Help:
    """Explain the phases with where this server stands, and what this person can do."""
    community = outlook.community
    rows = [_said(task) for task in tasks]
    page = Page(
        title="How an idea becomes real here",
        lines=(
            "Assent carries an idea from this server to its votes and to the chain.",
            "It says each step once, for everybody.",
        ),
        fields=(
            *(_phases(outlook, community) if community else _phases_in_general()),
            ("What you can do now", "\n".join(rows)),
        ),
        next_step=_next(tasks[0]),
        source="",
        colour=Colour.TALK,
    )
    return Help(embed=embed(page), view=_view(tasks[0]))


def _phases_in_general() -> Iterator[tuple[str, str]]:
    yield "1 · Ideas", "Members speak ideas, discuss them and support them."
    yield "2 · Drafts", "What has enough support becomes an exact text."
    yield "3 · Votes", "Token holders vote, on Snapshot and on chain."
    yield "4 · Timelock and execution", "What passed waits, can be reviewed, and is executed."


def _phases(outlook: Outlook, community: Community) -> Iterator[tuple[str, str]]:
    policy = community.policy
    if policy.takes_ideas:
        gathering = outlook.in_phases(GATHERING)
        yield (
            "1 · Ideas",
            f"Anybody speaks one with `/idea new` in {channel(community.ideas_channel_id)}; "
            f"{many(policy.support_threshold, 'supporter makes', 'supporters make')} it ready.\n"
            + _count(gathering, "open idea", "open ideas"),
        )
        drafts = outlook.in_phases(DRAFTING | NOTICED)
        yield (
            "2 · Drafts",
            "A moderator promotes it, and its author writes the exact text.\n"
            + _count(drafts, "draft", "drafts"),
        )
    votes = [_vote(each) for each in outlook.votes]
    yield (
        "3 · Votes",
        f"{_ballots(policy)} They are announced in {channel(community.voting_channel_id)}.\n"
        + _listed(votes, "open vote", "open votes")
        + f"\n{_LOOK_UP}",
    )
    waiting = [_waits(each) for each in outlook.timelock]
    yield (
        "4 · Timelock and execution",
        "What passed on chain waits, can be reviewed, and is executed: "
        f"{channel(community.announcements_channel_id)}.\n"
        + _listed(waiting, "proposal in the timelock", "proposals in the timelock"),
    )


def _ballots(policy: Policy) -> str:
    steps = [policy.step(step) for step in policy.steps]
    if not steps:
        return "Token holders vote on chain."
    named = ", then ".join(
        f"a {line(step.name, _STEP_SHOWN)} of {days(step.voting_period)}" for step in steps
    )
    return f"On Snapshot {named}; then on chain, where a contract has to change."


def _count(proposals: Sequence[Proposal], one: str, more: str) -> str:
    return _listed([_named(each) for each in proposals], one, more)


def _listed(rows: Sequence[str], one: str, more: str) -> str:
    if not rows:
        return f"○ no {one} now"
    others = len(rows) - _LISTED
    more_of_them = f" · and {others} more" if others > 0 else ""
    return f"**{many(len(rows), one, more)}**: {' · '.join(rows[:_LISTED])}{more_of_them}"


def _named(proposal: Proposal) -> str:
    """Name a proposal, with its thread as a link."""
    reference = line(proposal.reference, REFERENCE_SHOWN)
    return reference if proposal.thread_id is None else f"{reference} {channel(proposal.thread_id)}"


def _titled(proposal: Proposal | None, title: str) -> str:
    return _named(proposal) if proposal else line(title, _TITLE_SHOWN) or NO_TITLE


def _vote(vote: OpenVote) -> str:
    ends = f", ends {ago(vote.ends_at)}" if vote.ends_at else ""
    return f"{_titled(vote.proposal, vote.title)}{ends}"


def _waits(waiting: Waiting) -> str:
    since = f", executable {ago(waiting.eta)}" if waiting.eta else ""
    return f"{_titled(waiting.proposal, waiting.title)}{since}"


_WORDS = {
    TaskKind.SET_UP: "You manage this server, and Assent is not set up yet: `/governance setup`.",
    TaskKind.ASK_FOR_SET_UP: (
        "Assent is not set up here yet. Ask somebody who manages this server to run "
        "`/governance setup`."
    ),
    TaskKind.EDIT: "Your draft {named} waits for you: `/draft edit`.",
    TaskKind.PROMOTE: "{named} has enough support: promote it with `/idea promote`, or park it.",
    TaskKind.PUBLISH: "The draft {named} waits to be announced: `/proposal publish`.",
    TaskKind.CARRY_OUT: (
        "{named} has passed: it goes on chain, or is carried out (`/proposal implemented`)."
    ),
    TaskKind.VOTE: "Vote on {named}",
    TaskKind.SUPPORT: "Read {named}, and support it with a reaction if you agree.",
    TaskKind.SPEAK: "Speak an idea of your own: `/idea new`.",
    TaskKind.WATCH: "Nothing has to be done now: what happens is announced.",
}


def _said(task: Task) -> str:
    named = ""
    if task.proposal is not None:
        named = _named(task.proposal)
    elif task.vote is not None:
        named = f"{_vote(task.vote)}."
    others = f" ({many(task.others, 'more like it', 'more like it')})" if task.others else ""
    return f"→ {_WORDS[task.kind].format(named=named)}{others}"


def _next(task: Task) -> str:
    match task.kind:
        case TaskKind.SET_UP:
            return "Press the button: it takes five minutes, and nothing is posted before the end."
        case TaskKind.WATCH | TaskKind.ASK_FOR_SET_UP | TaskKind.SPEAK:
            return "`/proposal list` shows everything there is, `/proposal show` one of them."
        case _:
            return "Begin with the first of these; `/proposal list` shows everything there is."


def _view(task: Task) -> discord.ui.View | None:
    """Give the button of the one next step, where there is one."""
    if task.kind is TaskKind.SET_UP:
        row = discord.ui.View(timeout=None)
        row.add_item(button("begin", "Run set-up", is_primary=True))
        row.stop()
        return row
    if task.vote is not None:
        return view([Link(label="Vote", address=task.vote.link)])
    if task.proposal is not None:
        return view([Link(label="Open its thread", address=thread_link(task.proposal))])
    return None
