"""Ready-made values: each test changes what it is about."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.announcement import Subject
from bot.domain.drafting.draft import Draft
from bot.domain.lifecycle import Phase
from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.policy import BRAINTRUST, Policy
from bot.domain.proposal import Actor, Community, Idea, Proposal
from bot.domain.support import Reaction, Reactor, Seen, Stance, Via, rules
from bot.domain.types import (
    ChannelId,
    GuildId,
    ProposalId,
    RoleId,
    SnapshotProposalId,
    SpaceId,
    UnixSeconds,
    UserId,
)

GUILD = GuildId(900)
IDEAS, VOTING, ANNOUNCEMENTS, MODERATION = (ChannelId(number) for number in (901, 902, 903, 904))
ANNOUNCED_TO = RoleId(906)

MARA = UserId(1)
AUTHOR = Actor(user_id=MARA, name="mara", is_moderator=False)
MODERATOR = Actor(user_id=UserId(2), name="joel", is_moderator=True)
MEMBER = Actor(user_id=UserId(3), name="ana", is_moderator=False)


def policy(**changes: Any) -> Policy:
    """Make Braintrust's policy with three supporters enough, and without a board."""
    return replace(BRAINTRUST, **{"support_threshold": 3, "board_size": 0, **changes})


def community(**changes: Any) -> Community:
    """Make a community that is set up completely."""
    whole = Community(
        guild_id=GUILD,
        policy=policy(),
        ideas_channel_id=IDEAS,
        ideas_channel_is_forum=False,
        voting_channel_id=VOTING,
        announcements_channel_id=ANNOUNCEMENTS,
        moderators_channel_id=MODERATION,
        moderator_role_id=RoleId(905),
        announcement_role_id=ANNOUNCED_TO,
        space=SpaceId("usebraintrust.eth"),
    )
    return replace(whole, **changes)


def proposal(**changes: Any) -> Proposal:
    """Make an idea of mara's."""
    whole = Proposal(
        id=ProposalId(1),
        guild_id=GUILD,
        number=1,
        reference="BTRST-1",
        title="Lower the marketplace fee",
        idea=Idea(problem="Ten per cent is too much."),
        author_id=MARA,
        author_name="mara",
        phase=Phase.IDEA,
        phase_since=UnixSeconds(1_000),
        move_count=0,
        created_at=UnixSeconds(1_000),
        reason="",
        thread_id=None,
        governor_key=None,
    )
    return replace(whole, **changes)


def subject() -> Subject:
    """Name the proposal of `proposal()`."""
    whole = proposal()
    return Subject(proposal_id=whole.id, reference=whole.reference, title=whole.title)


def seen(*reactors: Reactor, of: Policy | None = None) -> Seen:
    """Make a look at Discord that has found these members to support."""
    return Seen(
        rules=rules(of or policy()),
        reactions=frozenset(
            Reaction(user_id=each.user_id, stance=Stance.SUPPORT, via=Via.REACTION)
            for each in reactors
        ),
        reactors={each.user_id: each for each in reactors},
    )


def on_snapshot(draft: Draft) -> SnapshotProposal:
    """Show a draft as the hub does once it is posted."""
    return SnapshotProposal(
        id=SnapshotProposalId("0xabc"),
        space=SpaceId("usebraintrust.eth"),
        author="0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
        type=draft.voting_type,
        title=draft.title,
        body=draft.body,
        discussion="",
        choices=draft.choices,
        created=UnixSeconds(1),
        start=UnixSeconds(2),
        end=UnixSeconds(3),
        snapshot_block=None,
        state=SnapshotState.PENDING,
        scores=(),
        scores_total=Decimal(0),
        scores_final=False,
        votes=0,
        quorum=Decimal(0),
        flagged=False,
        privacy="",
        link="https://snapshot.box/",
    )
