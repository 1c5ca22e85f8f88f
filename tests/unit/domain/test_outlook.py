"""What somebody can do now, by their rights and their own proposals."""

from bot.domain.lifecycle import Phase
from bot.domain.outlook import MOST_TASKS, OpenVote, Outlook, TaskKind, tasks
from bot.domain.policy import WATCH_ONLY
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import ProposalId, UnixSeconds, UserId
from tests import builders
from tests.builders import MARA

MARA_HERSELF = Actor(user_id=MARA, name="mara", is_moderator=False)
SOMEBODY = Actor(user_id=UserId(77), name="joel", is_moderator=False)
MODERATOR = Actor(user_id=UserId(78), name="ana", is_moderator=True)
OWNER = Actor(user_id=UserId(79), name="o", is_moderator=True, is_administrator=True)
VOTE = OpenVote(title="A vote", proposal=None, ends_at=UnixSeconds(5), link="")


def at(phase: Phase, number: int = 1) -> Proposal:
    return builders.proposal(id=ProposalId(number), phase=phase)


def outlook(*proposals: Proposal, votes: tuple[OpenVote, ...] = ()) -> Outlook:
    return Outlook(community=builders.community(), proposals=proposals, votes=votes)


def kinds(here: Outlook, actor: Actor) -> list[TaskKind]:
    return [task.kind for task in tasks(here, actor)]


def test_without_a_set_up_administrators_do_it_and_others_ask_for_it() -> None:
    nowhere = Outlook(community=None)
    assert kinds(nowhere, OWNER) == [TaskKind.SET_UP]
    assert kinds(nowhere, SOMEBODY) == [TaskKind.ASK_FOR_SET_UP]


def test_a_newcomer_to_an_empty_server_speaks_the_first_idea() -> None:
    assert kinds(outlook(), SOMEBODY) == [TaskKind.SPEAK]


def test_where_nobody_speaks_ideas_one_watches() -> None:
    here = Outlook(community=builders.community(policy=WATCH_ONLY))
    assert kinds(here, SOMEBODY) == [TaskKind.WATCH]


def test_an_author_edits_their_draft_and_does_not_support_their_own_idea() -> None:
    here = outlook(at(Phase.TEMPERATURE_DRAFT), at(Phase.IDEA, 2))
    assert kinds(here, MARA_HERSELF) == [TaskKind.EDIT, TaskKind.SPEAK]
    assert kinds(here, SOMEBODY) == [TaskKind.SUPPORT, TaskKind.SPEAK]


def test_moderators_see_what_waits_for_them_first_and_never_too_much() -> None:
    here = outlook(
        at(Phase.READY), at(Phase.CONSENSUS_DRAFT, 2), at(Phase.PASSED, 3), votes=(VOTE, VOTE)
    )
    found = tasks(here, MODERATOR)
    assert [each.kind for each in found] == [
        TaskKind.PROMOTE,
        TaskKind.PUBLISH,
        TaskKind.CARRY_OUT,
        TaskKind.VOTE,
    ]
    assert len(found) == MOST_TASKS
    assert found[-1].others == 1


def test_members_vote_before_they_support() -> None:
    here = outlook(at(Phase.IDEA), votes=(VOTE,))
    assert kinds(here, SOMEBODY) == [TaskKind.VOTE, TaskKind.SUPPORT, TaskKind.SPEAK]
