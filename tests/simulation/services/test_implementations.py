"""Who carries a decision out where no contract does, and that everybody sees that it was done."""

import pytest

from bot.domain.errors import Denial, IllegalTransitionError, Refusal
from bot.domain.implementation import (
    Implementation,
    ImplementationAgreed,
    ImplementationDue,
    Implemented,
    Reminder,
)
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.outbox import PostState
from bot.domain.proposal import Proposal
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.town import DAY, Town

WHO = f"<@{MEMBER.user_id}>"


async def agreed(town: Town, until: str = "in 10 days", who: str = WHO) -> Proposal:
    idea = await town.passed()
    await town.implementations.agree(GUILD, idea.reference, MODERATOR, who, until)
    return idea


async def plan(town: Town, idea: Proposal) -> Implementation:
    async with town.database.reading() as store:
        found = await store.implementations.of(idea.id)
    assert found is not None
    return found


async def reminded(town: Town) -> list[Reminder]:
    """Give the reminders that were news, each once however many places heard it."""
    await town.implementations.tick()
    await town.implementations.tick()
    heard = await town.heard(ImplementationDue)
    return list({n.key: n.reminder for h, n in heard if h.state is not PostState.SKIPPED}.values())


async def test_everybody_is_told_who_carries_it_out_and_until_when(town: Town) -> None:
    idea = await agreed(town)
    news = await town.only(ImplementationAgreed)
    places = [heard.destination for heard, _ in await town.heard(ImplementationAgreed)]
    assert places == ["channel:903", f"thread:{idea.id}"]
    assert (news.who.user_id, news.is_change) == (MEMBER.user_id, False)
    (card,) = [card for _, card in await town.heard(ProposalCard)]
    assert card.implementation == await plan(town, idea)


async def test_reminders_come_before_the_date_at_it_and_once_a_week_after_it(town: Town) -> None:
    idea = await agreed(town)
    due_at = (await plan(town, idea)).due_at
    assert due_at is not None
    assert await reminded(town) == []
    town.clock.time = due_at - 3 * DAY
    assert await reminded(town) == [Reminder.COMING]
    town.clock.time = due_at
    assert await reminded(town) == [Reminder.COMING, Reminder.DUE]
    town.clock.wait(6 * DAY)
    assert await reminded(town) == [Reminder.COMING, Reminder.DUE]
    town.clock.wait(DAY)
    assert (await reminded(town))[2:] == [Reminder.OVERDUE]
    town.clock.wait(21 * DAY)
    assert (await reminded(town))[2:] == [Reminder.OVERDUE] * 2, "nobody is told of missed weeks"


async def test_another_date_is_announced_as_a_change_and_reminded_of_anew(town: Town) -> None:
    idea = await agreed(town, until="in 1 day")
    town.clock.wait(2 * DAY)
    assert await reminded(town) == [Reminder.DUE]
    await town.implementations.agree(GUILD, idea.reference, MODERATOR, "The web team", "in 2 weeks")
    assert [n.is_change for _, n in await town.heard(ImplementationAgreed)][-1]
    assert (await plan(town, idea)).who.name == "The web team"
    _, history = await town.records.history(GUILD, idea.reference)
    assert sum("is carried out by" in entry.what for entry in history) == 2
    with pytest.raises(Refusal, match="agreed so already"):
        await town.implementations.agree(
            GUILD, idea.reference, MODERATOR, "The web team", "in 2 weeks"
        )


async def test_the_member_who_carries_it_out_may_report_it_and_a_stranger_may_not(
    town: Town,
) -> None:
    idea = await agreed(town)
    with pytest.raises(Denial, match="Only moderators"):
        await town.implementations.report(GUILD, idea.reference, AUTHOR, "Done.")
    done = await town.implementations.report(GUILD, idea.reference, MEMBER, "The page says 8 %.")
    assert done.phase is Phase.IMPLEMENTED
    news = await town.only(Implemented)
    assert (news.by, news.evidence) == (MEMBER.user_id, "The page says 8 %.")
    places = [heard.destination for heard, _ in await town.heard(Implemented)]
    assert places[:1] == ["channel:903"]
    assert (await plan(town, idea)).done_at == town.clock.time
    town.clock.wait(60 * DAY)
    assert await reminded(town) == []


@pytest.mark.parametrize("until", ["tomorrow", "31.02.2027", "2020-01-01", "in -3 days", "9" * 40])
async def test_what_is_no_date_to_come_changes_nothing(town: Town, until: str) -> None:
    idea = await town.passed()
    before = town.dump()
    with pytest.raises(Refusal, match=r"[Nn]othing was changed"):
        await town.implementations.agree(GUILD, idea.reference, MODERATOR, WHO, until)
    assert town.dump() == before


async def test_only_what_has_passed_is_carried_out_and_only_moderators_say_by_whom(
    town: Town,
) -> None:
    idea = await town.idea()
    with pytest.raises(Denial):
        await town.implementations.agree(GUILD, idea.reference, MEMBER, WHO, "")
    with pytest.raises(IllegalTransitionError):
        await town.implementations.agree(GUILD, idea.reference, MODERATOR, WHO, "")
    with pytest.raises(IllegalTransitionError):
        await town.implementations.report(GUILD, idea.reference, MODERATOR, "Done.")
