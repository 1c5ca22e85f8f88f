"""Revisions: every change kept, changes of others merged, and nothing that was typed lost."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.drafting.draft import DISCUSSION
from bot.domain.drafting.file import as_file
from bot.domain.drafting.revision import Quotation, SectionEdit
from bot.domain.errors import Denial, Refusal
from bot.domain.live_card import ProposalCard
from bot.domain.offchain.snapshot import VotingType
from bot.domain.policy import Step
from bot.domain.proposal import COAUTHORS_LIMIT, Proposal
from bot.domain.types import ChannelId, UserId
from bot.services.delivery import Delivery
from bot.services.revisions import Collision
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.town import Town

THREAD = ChannelId(77)
QUOTATION = Quotation(
    author_name="Kofi", text="And the referrals?", address="https://discord.com/channels/900/77/5"
)


async def write(
    town: Town, idea: Proposal, text: str, revision: int, *, section: str = "Summary"
) -> object:
    """Write a section as the author, who had this revision before them."""
    edit = SectionEdit(step=Step.TEMPERATURE, revision=revision, section=section, text=text)
    return await town.revisions.write(GUILD, idea.reference, AUTHOR, edit)


async def collide(town: Town, idea: Proposal) -> Collision:
    """Let a moderator and then the author write the same section."""
    await town.edit(idea, text="Theirs.", by=MODERATOR)
    done = await write(town, idea, "Mine.", 1)
    assert isinstance(done, Collision)
    return done


async def section(town: Town, idea: Proposal, name: str = "Summary") -> str:
    return (await town.drafts.view(GUILD, idea.reference)).draft.section(name)


async def test_others_may_not_write(town: Town) -> None:
    idea = await town.promoted()
    for attempt in (
        town.edit(idea, text="Mine", by=MEMBER),
        town.edit(idea, title="Mine", by=MEMBER),
        town.revisions.upload(GUILD, idea.reference, MEMBER, "Mine", None),
        town.revisions.restore(GUILD, idea.reference, MEMBER, 1),
        town.revisions.editable(GUILD, idea.reference, MEMBER),
    ):
        with pytest.raises(Denial, match="Only the author"):
            await attempt


async def test_a_change_of_another_section_is_merged(town: Town) -> None:
    idea = await town.promoted()
    await town.edit(idea, section="Cost", text="None.", by=MODERATOR)
    await write(town, idea, "Short.", 1)
    assert await section(town, idea) == "Short."
    assert await section(town, idea, "Cost") == "None."


async def test_a_change_of_the_same_section_is_kept_aside_and_changes_nothing(town: Town) -> None:
    idea = await town.promoted()
    done = await collide(town, idea)
    assert (done.mine, done.theirs, done.now.revision) == ("Mine.", "Theirs.", 2)
    assert await section(town, idea) == "Theirs."
    typed, _ = await town.revisions.typed(GUILD, AUTHOR, done.typed_id)
    assert typed.text == "Mine."


async def test_the_same_words_twice_are_no_collision(town: Town) -> None:
    idea = await town.promoted()
    await town.edit(idea, text="The same.", by=MODERATOR)
    assert not isinstance(await write(town, idea, "The same.", 1), Collision)
    assert (await town.drafts.view(GUILD, idea.reference)).draft.revision == 2


async def test_two_who_write_at_the_same_moment_both_keep_their_words(town: Town) -> None:
    idea = await town.promoted()
    done = await asyncio.gather(write(town, idea, "One.", 1), write(town, idea, "Two.", 1))
    (collision,) = [each for each in done if isinstance(each, Collision)]
    assert {collision.mine, collision.theirs} == {"One.", "Two."}


async def test_mine_can_be_used_after_a_restart_once(town: Town) -> None:
    idea = await town.promoted()
    done = await collide(town, idea)
    town.restart()
    await town.revisions.use_mine(GUILD, AUTHOR, done.typed_id, done.now.revision)
    assert await section(town, idea) == "Mine."
    with pytest.raises(Refusal, match="dealt with already"):
        await town.revisions.use_mine(GUILD, AUTHOR, done.typed_id, done.now.revision)


async def test_theirs_can_be_kept_and_mine_comes_back(town: Town) -> None:
    idea = await town.promoted()
    done = await collide(town, idea)
    assert await town.revisions.keep_theirs(GUILD, AUTHOR, done.typed_id) == "Mine."
    assert await section(town, idea) == "Theirs."
    with pytest.raises(Refusal, match="dealt with already"):
        await town.revisions.typed(GUILD, AUTHOR, done.typed_id)


async def test_what_somebody_typed_is_for_them_alone(town: Town) -> None:
    idea = await town.promoted()
    done = await collide(town, idea)
    for attempt in (
        town.revisions.use_mine(GUILD, MODERATOR, done.typed_id, 2),
        town.revisions.keep_theirs(GUILD, MODERATOR, done.typed_id),
        town.revisions.typed(GUILD, MODERATOR, done.typed_id),
        town.revisions.typed(GUILD, AUTHOR, 10**30),
    ):
        with pytest.raises(Refusal, match=r"not yours|dealt with already"):
            await attempt


async def test_a_third_change_is_shown_before_mine_is_used(town: Town) -> None:
    idea = await town.promoted()
    done = await collide(town, idea)
    await town.edit(idea, text="Theirs again.", by=MODERATOR)
    again = await town.revisions.use_mine(GUILD, AUTHOR, done.typed_id, done.now.revision)
    assert isinstance(again, Collision)
    assert (again.mine, again.theirs) == ("Mine.", "Theirs again.")
    await town.revisions.use_mine(GUILD, AUTHOR, again.typed_id, again.now.revision)
    assert await section(town, idea) == "Mine."


async def test_a_forged_section_is_no_section(town: Town) -> None:
    idea = await town.promoted()
    with pytest.raises(Refusal, match="has no section “Passwords”"):
        await write(town, idea, "x", 1, section="Passwords")
    with pytest.raises(Refusal, match="There is no revision"):
        await write(town, idea, "x", 10**20)


async def test_a_new_title_is_the_proposals_title_too(town: Town) -> None:
    idea = await town.promoted()
    view = await town.edit(idea, title="  A fee of   8 % ")
    assert view.draft.title == "[Temperature Check] - A fee of 8 %"
    assert (await town.proposal(idea)).title == "A fee of 8 %"
    assert (await town.only(ProposalCard)).subject.title == "A fee of 8 %"
    _, entries = await town.records.history(GUILD, idea.reference)
    assert entries[-1].what == "title: A fee of 8 %"


async def test_of_a_head_that_two_have_changed_the_same_is_refused_and_the_rest_is_merged(
    town: Town,
) -> None:
    idea = await town.in_consensus()
    choices = ("8 %", "Make no change")
    await town.edit(idea, choices=choices, by=MODERATOR)
    merged = await town.edit(idea, title="Another title", revision=1)
    assert merged.draft.choices == choices
    with pytest.raises(Refusal, match="Somebody has changed the choices"):
        await town.edit(idea, choices=("9 %", "Make no change"), revision=1, title="Another title")


async def test_the_voting_type_is_chosen_where_the_choices_are(town: Town) -> None:
    idea = await town.promoted()
    fixed = await town.edit(idea, voting_type=VotingType.APPROVAL, choices=("Up", "Down"))
    assert fixed.draft.revision == 1
    idea = await town.decide(await town.opened_from(idea), 1, 1)
    view = await town.edit(idea, voting_type=VotingType.APPROVAL)
    assert view.draft.voting_type is VotingType.APPROVAL
    await town.notice(idea)
    assert (await town.record(await town.publish(idea))).type == "approval"


async def test_an_uploaded_download_changes_nothing(town: Town) -> None:
    idea = await town.promoted()
    await town.edit(idea, text="See\n\n## Motivation\n\nand \\## Cost")
    before = (await town.drafts.view(GUILD, idea.reference)).draft
    file = as_file(await town.revisions.every_section(GUILD, idea.reference))
    assert "## Discussion" in file
    done = await town.revisions.upload(GUILD, idea.reference, AUTHOR, file, None)
    assert (done.view.draft, done.absent) == (before, ())


async def test_a_file_changes_the_sections_it_has(town: Town) -> None:
    idea = await town.promoted()
    text = "Preface.\n\n## Summary\n\nShort.\n\n## Risks\n\nFew.\n\n## Cost\n\n"
    done = await town.revisions.upload(GUILD, idea.reference, AUTHOR, text, None)
    draft = done.view.draft
    assert draft.section("") == "Preface."
    assert draft.section("Summary") == "Short.\n\n## Risks\n\nFew."
    assert draft.section("Motivation") == "Why."
    assert done.absent == ("Motivation", "The question")
    assert draft.body.startswith("Preface.\n\n## Summary\n\nShort.")
    one = await town.revisions.upload(GUILD, idea.reference, AUTHOR, "All.", "motivation")
    assert one.view.draft.section("Motivation") == "All."


async def test_a_draft_that_would_be_too_large_is_refused(town: Town) -> None:
    idea = await town.promoted()
    half = "ü" * 120_000
    await town.revisions.upload(GUILD, idea.reference, AUTHOR, half, "Summary")
    with pytest.raises(Refusal, match="larger than 400 kB"):
        await town.revisions.upload(GUILD, idea.reference, AUTHOR, half, "Cost")


async def test_an_old_revision_can_be_compared_and_restored(town: Town) -> None:
    idea = await town.promoted()
    await town.edit(idea, text="New.")
    await town.edit(idea, section="Cost", text="None.", by=MODERATOR)
    before, after = await town.revisions.pair(GUILD, idea.reference, None, None)
    assert (before.revision, after.revision) == (2, 3)
    view = await town.revisions.restore(GUILD, idea.reference, AUTHOR, 1)
    assert view.draft.sections == (await town.revisions.pair(GUILD, "1", 1, 1))[0].sections
    assert (view.draft.revision, view.draft.change) == (4, "revision 1 restored")
    listing = await town.revisions.listing(GUILD, idea.reference)
    assert [each.revision for each in listing.revisions] == [4, 3, 2, 1]
    with pytest.raises(Refusal, match="There is no revision 9"):
        await town.revisions.restore(GUILD, idea.reference, AUTHOR, 9)


async def test_a_long_history_has_pages(town: Town) -> None:
    idea = await town.promoted()
    for number in range(14):
        await town.edit(idea, text=str(number))
    last = await town.revisions.listing(GUILD, idea.reference, 99)
    assert (last.page, last.pages) == (2, 2)
    assert [each.revision for each in last.revisions] == [3, 2, 1]


async def in_thread(town: Town) -> Proposal:
    """Bring a proposal with a thread into drafting."""
    await town.idea()
    delivery = Delivery(town.database, town.clock)
    await delivery.thread_opened((await delivery.due())[0], THREAD)
    idea = (await town.records.find(GUILD, "1")).proposal
    await town.support(idea, 3)
    town.clock.wait(2 * 86_400)
    return await town.ideas.promote(GUILD, "1", MODERATOR)


async def test_a_message_of_the_thread_is_quoted_once(town: Town) -> None:
    idea = await in_thread(town)
    await town.revisions.quote(GUILD, THREAD, AUTHOR, QUOTATION)
    assert await section(town, idea, DISCUSSION) == (
        "> And the referrals?\n\nKofi, https://discord.com/channels/900/77/5"
    )
    with pytest.raises(Refusal, match="quoted in the draft already"):
        await town.revisions.quote(GUILD, THREAD, AUTHOR, QUOTATION)
    hostile = replace(
        QUOTATION,
        text="# Big\n![x](https://evil.example)\n<@1> " + "x" * 5_000,
        author_name="[me](https://evil.example)",
        address="https://discord.com/channels/900/77/6",
    )
    await town.revisions.quote(GUILD, THREAD, MODERATOR, hostile)
    text = await section(town, idea, DISCUSSION)
    assert "> \\# Big\n> !\\[x\\](https://evil.example)\n> \\<@1>" in text
    assert len(text) < 1_400


async def test_only_authors_quote_and_only_from_the_thread(town: Town) -> None:
    await in_thread(town)
    with pytest.raises(Denial, match="Only the author"):
        await town.revisions.quote(GUILD, THREAD, MEMBER, QUOTATION)
    with pytest.raises(Refusal, match="in the thread of a proposal"):
        await town.revisions.quote(GUILD, ChannelId(78), AUTHOR, QUOTATION)


async def test_a_coauthor_may_what_the_author_may_until_taken_back(town: Town) -> None:
    idea = await town.promoted()
    name = town.drafts.coauthor
    with pytest.raises(Denial, match="names co-authors"):
        await name(GUILD, idea.reference, MEMBER, MEMBER.user_id, remove=False)
    await name(GUILD, idea.reference, AUTHOR, MEMBER.user_id, remove=False)
    assert (await town.only(ProposalCard)).coauthors == (MEMBER.user_id,)
    await town.edit(idea, text="Ours.", by=MEMBER)
    with pytest.raises(Refusal, match="an author of BTRST-1 already"):
        await name(GUILD, idea.reference, AUTHOR, MEMBER.user_id, remove=False)
    with pytest.raises(Denial, match="names co-authors"):
        await name(GUILD, idea.reference, MEMBER, UserId(50), remove=False)
    await name(GUILD, idea.reference, MODERATOR, MEMBER.user_id, remove=True)
    with pytest.raises(Denial, match="Only the author"):
        await town.edit(idea, text="Mine.", by=MEMBER)
    with pytest.raises(Refusal, match="no co-author"):
        await name(GUILD, idea.reference, AUTHOR, MEMBER.user_id, remove=True)


async def test_there_are_only_so_many_coauthors(town: Town) -> None:
    idea = await town.promoted()
    for number in range(COAUTHORS_LIMIT):
        member = UserId(100 + number)
        await town.drafts.coauthor(GUILD, idea.reference, AUTHOR, member, remove=False)
    with pytest.raises(Refusal, match="at most 10"):
        await town.drafts.coauthor(GUILD, idea.reference, AUTHOR, UserId(99), remove=False)
