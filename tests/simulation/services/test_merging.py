"""Ideas that are one: merged once, with their support, and taken up again."""

import asyncio

import pytest

from bot.domain.announcement import IdeaJoined, IdeaMerged, PhaseChanged
from bot.domain.errors import Denial, IllegalTransitionError, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.proposal import Actor, Proposal, SpokenIdea
from bot.domain.support import Reactor
from bot.domain.types import GuildId, UserId
from tests import builders
from tests.builders import AUTHOR, GUILD, MARA, MEMBER, MODERATOR
from tests.town import DAY, Town

KOFI = Actor(user_id=UserId(44), name="kofi", is_moderator=False)
WHY = "They ask for the same."


async def idea_of(town: Town, author: Actor, title: str) -> Proposal:
    spoken = SpokenIdea(
        guild_id=GUILD,
        author_id=author.user_id,
        author_name=author.name,
        title=title,
        idea=builders.proposal().idea,
    )
    return await town.ideas.speak(spoken, author)


async def pair(town: Town) -> tuple[Proposal, Proposal]:
    """Speak two ideas: mara's, with members 1 and 2 for it, and kofi's, with 2, 3 and mara."""
    idea = await idea_of(town, AUTHOR, "Lower the fee")
    into = await idea_of(town, KOFI, "Cut the marketplace fee")
    await support(town, idea, 101, 102)
    await support(town, into, 102, MARA)
    return idea, into


async def support(town: Town, idea: Proposal, *users: int) -> None:
    await town.seen(idea, *(Reactor(user_id=UserId(user), is_bot=False) for user in users))


async def count(town: Town, idea: Proposal) -> int:
    async with town.database.reading() as store:
        return await store.reactions.supporter_count(idea.id)


async def merge(town: Town, idea: Proposal, into: Proposal, actor: Actor = MODERATOR) -> Proposal:
    references = (idea.reference, into.reference)
    return (await town.merging.merge(GUILD, references, actor, WHY)).idea


async def test_a_merged_idea_gives_its_support_and_nobody_counts_twice(town: Town) -> None:
    idea, into = await pair(town)
    merged = await town.merging.merge(GUILD, (idea.reference, into.reference), MODERATOR, WHY)
    assert (merged.gained, merged.supporters) == (1, 3)
    assert await count(town, into) == 3
    moved = await town.proposal(idea)
    assert (moved.phase, moved.merged_into, moved.reason) == (Phase.MERGED, into.id, WHY)


async def test_a_merger_is_told_in_both_threads_and_in_both_histories(town: Town) -> None:
    idea, into = await pair(town)
    await merge(town, idea, into)
    ((gone, merged),) = await town.heard(IdeaMerged)
    ((came, joined),) = await town.heard(IdeaJoined)
    assert (gone.destination, came.destination) == (f"thread:{idea.id}", f"thread:{into.id}")
    assert (merged.into.reference, joined.joined.reference) == ("BTRST-2", "BTRST-1")
    assert (joined.gained, joined.supporters) == (1, 3)
    assert not await town.heard(PhaseChanged)
    _, there = await town.records.history(GUILD, into.reference)
    assert "BTRST-1 was merged into this, new supporters: 1; They ask" in there[-1].what
    _, here = await town.records.history(GUILD, idea.reference)
    assert here[-1].what == f"idea → merged: {WHY}"


async def test_the_card_of_a_merged_idea_names_the_other(town: Town) -> None:
    idea, into = await pair(town)
    await merge(town, idea, into)
    cards = {card.subject.reference: card for _, card in await town.heard(ProposalCard)}
    named = cards["BTRST-1"].merged_into
    assert named is not None
    assert (named.reference, named.title) == ("BTRST-2", "Cut the marketplace fee")
    assert cards["BTRST-2"].supporters == 3


async def test_the_author_of_the_other_does_not_count_for_it_after_a_merger(town: Town) -> None:
    idea, into = await pair(town)
    await support(town, idea, KOFI.user_id, 105)
    await merge(town, idea, into)
    assert await count(town, into) == 3  # 102, mara and 105


async def test_at_the_threshold_a_recount_after_a_merger_makes_ready(town: Town) -> None:
    idea, into = await pair(town)
    await merge(town, idea, into)
    assert (await town.proposal(into)).phase is Phase.IDEA
    await support(town, into, 102, MARA)
    assert (await town.proposal(into)).phase is Phase.READY


async def test_two_mergers_at_once_merge_once_and_the_other_is_told_who_did_it(town: Town) -> None:
    idea, into = await pair(town)
    both = await asyncio.gather(
        merge(town, idea, into), merge(town, idea, into), return_exceptions=True
    )
    (refused,) = [each for each in both if isinstance(each, Exception)]
    assert isinstance(refused, IllegalTransitionError)
    assert f"<@2> merged BTRST-1 <t:{town.clock()}:R>" in str(refused)
    assert await count(town, into) == 3
    assert len(await town.heard(IdeaJoined)) == 1


async def test_the_author_may_merge_their_idea_into_an_open_one_and_nobody_elses(
    town: Town,
) -> None:
    idea, into = await pair(town)
    before = town.dump()
    for somebody in (MEMBER, KOFI):
        with pytest.raises(Denial, match="Only the author of BTRST-1 or a moderator"):
            await merge(town, idea, into, somebody)
    assert town.dump() == before
    assert (await merge(town, idea, into, AUTHOR)).phase is Phase.MERGED


async def test_the_author_does_not_merge_into_what_is_no_open_idea(town: Town) -> None:
    idea, into = await pair(town)
    await town.ideas.park(GUILD, into.reference, MODERATOR, "Later.")
    with pytest.raises(Denial, match="BTRST-2 is no open idea, but “parked”"):
        await merge(town, idea, into, AUTHOR)
    assert (await merge(town, idea, into)).merged_into == into.id


async def test_nothing_is_merged_into_itself(town: Town) -> None:
    idea, _ = await pair(town)
    with pytest.raises(Refusal, match="cannot be merged into itself"):
        await merge(town, idea, idea)


async def test_nothing_is_merged_into_what_has_ended(town: Town) -> None:
    idea, into = await pair(town)
    await town.ideas.reject(GUILD, into.reference, MODERATOR, "No.")
    before = town.dump()
    with pytest.raises(Refusal, match="BTRST-2 has ended"):
        await merge(town, idea, into)
    assert town.dump() == before


async def test_mergers_go_in_no_circle(town: Town) -> None:
    idea, into = await pair(town)
    await merge(town, idea, into)
    with pytest.raises(Refusal, match="BTRST-1 was merged into BTRST-2 itself"):
        await merge(town, into, idea)
    await town.ideas.reopen(GUILD, idea.reference, MODERATOR, "They differ after all.")
    await merge(town, into, idea)
    assert (await town.proposal(idea)).merged_into is None
    assert await count(town, idea) == 2  # mara has spoken it


async def test_nothing_is_merged_into_another_servers_proposal(town: Town) -> None:
    await town.found(builders.community(guild_id=GuildId(901)))
    idea = await town.idea()
    with pytest.raises(Refusal, match=r"There is no proposal “BTRST\\-9”"):
        await town.merging.merge(GUILD, (idea.reference, "BTRST-9"), MODERATOR, WHY)
    with pytest.raises(Refusal, match=r"There is no proposal “BTRST\\-1”"):
        await town.merging.merge(GuildId(901), (idea.reference, "BTRST-1"), MODERATOR, WHY)


async def test_a_draft_is_no_idea_that_can_be_merged(town: Town) -> None:
    draft = await town.promoted()
    other = await town.idea("Something else")
    with pytest.raises(IllegalTransitionError, match="nobody can merge it"):
        await merge(town, draft, other)
    assert (await merge(town, other, draft)).merged_into == draft.id


async def test_a_merger_needs_a_reason(town: Town) -> None:
    idea, into = await pair(town)
    with pytest.raises(Refusal, match="Please give a reason"):
        await town.merging.merge(GUILD, (idea.reference, into.reference), MODERATOR, " ")


async def test_a_merged_idea_that_is_reopened_is_an_idea_with_its_own_support(town: Town) -> None:
    idea, into = await pair(town)
    await merge(town, idea, into)
    reopened = await town.ideas.reopen(GUILD, idea.reference, MODERATOR, "It is another.")
    assert (reopened.phase, reopened.merged_into) == (Phase.IDEA, None)
    assert await count(town, idea) == 2
    cards = {card.subject.reference: card for _, card in await town.heard(ProposalCard)}
    assert cards["BTRST-1"].merged_into is None


@pytest.mark.parametrize("end", ["reject", "withdraw"])
async def test_what_was_rejected_or_withdrawn_can_be_taken_up_again(town: Town, end: str) -> None:
    idea = await town.idea()
    if end == "reject":
        await town.ideas.reject(GUILD, idea.reference, MODERATOR, "No.")
    else:
        await town.ideas.withdraw(GUILD, idea.reference, AUTHOR)
    reopened = await town.ideas.reopen(GUILD, idea.reference, MODERATOR, "After all.")
    assert reopened.phase is Phase.IDEA


async def test_a_rejected_draft_that_is_taken_up_again_keeps_its_draft(town: Town) -> None:
    draft = await town.promoted()
    await town.edit(draft, text="Every word of it was weighed.")
    await town.edit(draft, title="Less")
    await town.ideas.reject(GUILD, draft.reference, MODERATOR, "Not now.")
    reopened = await town.ideas.reopen(GUILD, draft.reference, MODERATOR, "Now.")
    assert reopened.phase is Phase.IDEA
    await town.support(draft, 3)
    town.clock.wait(2 * DAY)
    await town.ideas.promote(GUILD, draft.reference, MODERATOR)
    kept = (await town.drafts.view(GUILD, draft.reference)).draft
    assert kept.title == "[Temperature Check] - Less"
    assert "Every word of it was weighed." in kept.body
