"""Ideas: spoken, supported by recounts, promoted once, or put aside."""

import asyncio

import pytest

from bot.domain.announcement import PhaseChanged
from bot.domain.errors import IllegalTransitionError, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.outbox import PostState
from bot.domain.proposal import Idea, Proposal, SpokenIdea
from bot.domain.types import ChannelId, GuildId
from bot.services.delivery import Delivery
from tests.builders import AUTHOR, GUILD, MARA, MEMBER, MODERATOR
from tests.town import DAY, Town


async def supporters(town: Town, idea: Proposal) -> int:
    async with town.database.reading() as store:
        return await store.reactions.supporter_count(idea.id)


async def test_a_spoken_idea_gets_a_number_a_card_and_a_first_line_of_history(town: Town) -> None:
    idea = await town.idea("  Lower   the fee ", " Ten per cent is too much. ")
    assert (idea.reference, idea.title) == ("BTRST-1", "Lower the fee")
    card = await town.only(ProposalCard)
    assert (card.idea, card.supporters, card.threshold) == ("Ten per cent is too much.", 0, 3)
    assert [heard.destination for heard, _ in await town.heard(ProposalCard)] == ["channel:901"]
    _, entries = await town.records.history(GUILD, "btrst-1 ")
    assert [(entry.what, entry.actor_id) for entry in entries] == [("spoken", MARA)]


async def test_numbers_are_never_given_twice_even_to_ideas_spoken_at_once(town: Town) -> None:
    ideas = await asyncio.gather(*(town.idea(f"Idea {n}") for n in range(8)))
    assert sorted(idea.number for idea in ideas) == list(range(1, 9))


async def test_an_idea_in_a_server_that_is_not_set_up_is_refused(town: Town) -> None:
    spoken = SpokenIdea(
        guild_id=GuildId(1), author_id=MARA, author_name="mara", title="A", idea=Idea(problem="B")
    )
    with pytest.raises(Refusal, match="/governance setup"):
        await town.ideas.speak(spoken, AUTHOR)


async def test_two_promotions_at_once_promote_once(town: Town) -> None:
    idea = await town.idea()
    await town.support(idea, 3)
    town.clock.wait(2 * DAY)
    both = await asyncio.gather(
        *(town.ideas.promote(GUILD, idea.reference, MODERATOR) for _ in range(2)),
        return_exceptions=True,
    )
    (refused,) = [each for each in both if isinstance(each, Exception)]
    assert isinstance(refused, IllegalTransitionError)
    assert f"<@{MODERATOR.user_id}> promoted BTRST-1 <t:{town.clock()}:R>" in str(refused)
    promoted = await town.proposal(idea)
    assert (promoted.phase, promoted.move_count) == (Phase.TEMPERATURE_DRAFT, 2)
    assert len(await town.heard(PhaseChanged)) == 1


async def test_a_promoted_idea_has_a_draft_that_names_its_author_and_its_thread(
    town: Town,
) -> None:
    idea = await town.idea("Lower the fee", "Ten per cent is too much.")
    await Delivery(town.database, town.clock).thread_opened(
        (await Delivery(town.database, town.clock).due())[0], ChannelId(77)
    )
    await town.support(idea, 3)
    town.clock.wait(2 * DAY)
    await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    draft = (await town.drafts.view(GUILD, idea.reference)).draft
    assert draft.title == "[Temperature Check] - Lower the fee"
    assert draft.section("Motivation") == "Ten per cent is too much."
    assert draft.body.startswith("## Motivation\n\nTen per cent is too much.")
    assert "Proposed by mara as BTRST-1." in draft.body
    assert "https://discord.com/channels/900/77" in draft.body
    assert draft.choices == ("Yes", "No")


async def test_promoting_too_early_says_what_is_missing(town: Town) -> None:
    idea = await town.idea()
    await town.support(idea, 2)
    with pytest.raises(Refusal, match=r"needs 1 more supporter before .* \(2 of 3\)"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    await town.support(idea, 1)
    with pytest.raises(Refusal, match="needs 2 more supporters"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    await town.support(idea, 3)
    with pytest.raises(Refusal, match=rf"discussion time.*<t:{idea.created_at + 2 * DAY}:R>"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    town.clock.wait(2 * DAY)
    await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    with pytest.raises(Refusal, match=r"promoted BTRST-1 .*it stands at “temperature draft” now"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR)


async def test_members_may_neither_promote_nor_park_nor_reject_nor_reopen(town: Town) -> None:
    idea = await town.idea()
    before = town.dump()
    asked = (
        town.ideas.promote(GUILD, idea.reference, MEMBER),
        town.ideas.park(GUILD, idea.reference, MEMBER, "because"),
        town.ideas.reject(GUILD, idea.reference, AUTHOR, "because"),
        town.ideas.reopen(GUILD, idea.reference, AUTHOR, "because"),
    )
    for ask in asked:
        with pytest.raises(Refusal, match="Only moderators may do this"):
            await ask
    assert town.dump() == before


async def test_a_parked_idea_keeps_its_support_and_can_be_reopened(town: Town) -> None:
    idea = await town.idea()
    await town.support(idea, 2)
    parked = await town.ideas.park(GUILD, idea.reference, MODERATOR, "  After   the audit. ")
    assert (parked.phase, parked.reason) == (Phase.PARKED, "After the audit.")
    assert (await town.only(ProposalCard)).reason == "After the audit."
    reopened = await town.ideas.reopen(GUILD, idea.reference, MODERATOR, "The audit is done.")
    assert reopened.phase is Phase.IDEA
    assert await supporters(town, idea) == 2


async def test_parking_twice_is_said_twice(town: Town) -> None:
    idea = await town.idea()
    for _ in range(2):
        await town.ideas.park(GUILD, idea.reference, MODERATOR, "Later.")
        await town.ideas.reopen(GUILD, idea.reference, MODERATOR, "Now.")
    said = [speech.phase for _, speech in await town.heard(PhaseChanged)]
    assert said == [Phase.PARKED, Phase.IDEA, Phase.PARKED, Phase.IDEA]
    assert all(heard.state is PostState.DUE for heard, _ in await town.heard(PhaseChanged))


async def test_a_rejection_needs_a_public_reason_of_readable_length(town: Town) -> None:
    idea = await town.idea()
    with pytest.raises(Refusal, match="everybody can read it"):
        await town.ideas.reject(GUILD, idea.reference, MODERATOR, " \n ")
    with pytest.raises(Refusal, match="501 characters; at most 500"):
        await town.ideas.reject(GUILD, idea.reference, MODERATOR, "x" * 501)
    rejected = await town.ideas.reject(GUILD, idea.reference, MODERATOR, "Twice the same.")
    assert rejected.phase is Phase.REJECTED
    with pytest.raises(IllegalTransitionError, match="stands at “rejected”"):
        await town.ideas.park(GUILD, idea.reference, MODERATOR, "Later.")


async def test_the_author_may_withdraw_and_nobody_else_may(town: Town) -> None:
    idea = await town.idea()
    for somebody_else in (MEMBER, MODERATOR):
        with pytest.raises(Refusal, match="Only its author can withdraw BTRST-1"):
            await town.ideas.withdraw(GUILD, idea.reference, somebody_else)
    assert (await town.ideas.withdraw(GUILD, idea.reference, AUTHOR)).phase is Phase.WITHDRAWN


async def test_an_illegal_move_changes_nothing_at_all(town: Town) -> None:
    idea = await town.opened()
    before = town.dump()
    with pytest.raises(IllegalTransitionError):
        await town.ideas.withdraw(GUILD, idea.reference, AUTHOR)
    with pytest.raises(IllegalTransitionError):
        await town.implementations.report(GUILD, idea.reference, MODERATOR, "Done.")
    assert town.dump() == before
