"""Drafts in Discord: written in parts, as files and by several; reviewed; read page by page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.proposal import Actor
from bot.domain.types import GuildId, UserId
from sandbox.discord import Person, Reply, Upload
from sandbox.discord.modals import Modal
from tests.simulation.discord.home import TEXT, TITLE, Assent, Home, awake, read

REFERENCE: Mapping[str, Any] = {"proposal": "BTRST-1"}


async def run(home: Home, person: Person, command: str, **options: Any) -> Reply:
    """Run a command of /draft about the one proposal."""
    return await person.run(f"/draft {command}", home.general, options={**REFERENCE, **options})


async def form(home: Home, person: Person, section: str = "Summary") -> Modal:
    """Open the form of a section."""
    modal = (await run(home, person, "edit", section=section)).modal
    assert modal is not None
    return modal


async def write(home: Home, person: Person, text: str, section: str = "Summary") -> Reply:
    """Fill in the form of a section."""
    return await person.submit(await form(home, person, section), text=text)


async def draft_file(home: Home) -> str:
    """Give the whole draft, as everybody can read it."""
    shown = await run(home, home.joel, "show")
    (file,) = shown.files.values()
    return file.decode()


async def ask_for_approvals(assent: Assent, home: Home, approvers: int = 1) -> None:
    """Let the community ask for approvals."""
    setup = assent.bot.services.setup
    community = await setup.community(GuildId(home.guild.id))
    assert community is not None
    policy = replace(community.policy, approvers=approvers)
    actor = Actor(user_id=UserId(home.owner.id), name="owner", is_moderator=True)
    await setup.set_up(replace(community, policy=policy), actor)


async def test_a_person_chooses_what_to_edit(assent: Assent, home: Home) -> None:
    card = await assent.draft()
    menu = await home.mara.press(card, "Edit")
    assert menu.ephemeral
    offered = {
        each["label"]: each["description"]
        for each in menu.component("What do you want to edit?")["options"]
    }
    assert offered["Title"] == f"[Temperature Check] - {TITLE}"
    assert offered["Summary"] == "○ empty: left out of what is posted"
    assert offered["Motivation"] == f"{len(TEXT)} characters"
    opened = await home.mara.choose(menu, "What do you want to edit?", values=["Summary"])
    saved = await home.mara.submit(opened.modal, text="In short: 8 %.")
    assert "Saved" in saved.text
    assert "## Summary\n\nIn short: 8 %." in await draft_file(home)
    titled = await home.mara.choose(menu, "What do you want to edit?", values=["Title"])
    await home.mara.submit(titled.modal, title="A fee of 8 %")
    await assent.settle()
    assert read(home.card()).startswith("BTRST-1 · A fee of 8 %")
    home.check_that_all_is_said_once()


async def test_a_menu_outlives_a_restart_and_asks_again_who_may(home: Home) -> None:
    async with awake(home) as assent:
        await home.set_up()
        card = await assent.draft()
        menu = await home.ana.press(card, "Edit")
    home.guild.take(home.ana, home.moderator_role)
    async with awake(home):
        refused = await home.ana.choose(menu, "What do you want to edit?", values=["Summary"])
        assert refused.modal is None
        assert "Only the author of BTRST-1" in refused.text


async def test_choices_and_the_voting_type_are_chosen_where_the_policy_lets_them(
    assent: Assent, home: Home
) -> None:
    setup = assent.bot.services.setup
    community = await setup.community(GuildId(home.guild.id))
    assert community is not None
    free = replace(community.policy.temperature, choices_are_fixed=False)
    actor = Actor(user_id=UserId(home.owner.id), name="owner", is_moderator=True)
    policy = replace(community.policy, temperature=free)
    await setup.set_up(replace(community, policy=policy), actor)
    card = await assent.draft()
    menu = await home.mara.press(card, "Edit")
    head = ["Title, choices and voting type"]
    opened = await home.mara.choose(menu, "What do you want to edit?", values=head)
    saved = await home.mara.submit(opened.modal, choices="Up\n\n Down ", type=["approval"])
    assert "Choices · approval" in saved.text
    assert "1. Up\n2. Down" in saved.text


async def test_a_text_that_no_form_holds_is_edited_as_a_file(assent: Assent, home: Home) -> None:
    await assent.draft()
    long = Upload(name="long.md", content=("word " * 1_000).encode())
    uploaded = await run(home, home.mara, "upload", file=long, section="Summary")
    assert "Saved as revision 2" in uploaded.text
    told = await run(home, home.mara, "edit", section="Summary")
    assert told.modal is None
    assert "4,999 characters" in told.text
    assert told.files["BTRST-1-section.md"].decode() == ("word " * 1_000).strip()


async def test_a_download_that_is_uploaded_changes_nothing(assent: Assent, home: Home) -> None:
    await assent.draft()
    file = (await run(home, home.joel, "download")).files["draft.md"]
    assert b"## Arguments against" in file
    same = await run(home, home.mara, "upload", file=Upload(name="draft.md", content=file))
    assert "nothing was changed" in same.text
    changed = file.replace(b"## Cost\n", "## Cost\n\n8 €, and 日本.\n".encode())
    saved = await run(home, home.mara, "upload", file=Upload(name="draft.md", content=changed))
    assert "Saved as revision 2" in saved.text
    assert "## Cost\n\n8 €, and 日本." in await draft_file(home)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("draft.pdf", b"%PDF", "is a text file"),
        ("draft.md", b"x" * 400_001, "at most 400 kB"),
        ("draft.md", b"caf\xe9", "no UTF-8"),
        ("draft.txt", b"a\x00b", "NUL"),
    ],
)
async def test_a_file_that_is_no_draft_is_refused_in_words(
    assent: Assent, home: Home, name: str, content: bytes, words: str
) -> None:
    await assent.draft()
    before = home.memory()
    refused = await run(home, home.mara, "upload", file=Upload(name=name, content=content))
    assert refused.ephemeral
    assert words in refused.text
    assert home.memory() == before


async def test_what_a_file_does_not_have_stays_and_is_named(assent: Assent, home: Home) -> None:
    await assent.draft()
    file = Upload(name="a.md", content=b"## Summary\n\nShort.\n\n## Risks\n\nFew.")
    saved = await run(home, home.mara, "upload", file=file)
    assert "left as they were: Motivation, Specification, The question" in saved.text
    assert "Short.\n\n## Risks\n\nFew.\n\n## Motivation" in await draft_file(home)


async def test_two_who_write_different_sections_disturb_nobody(assent: Assent, home: Home) -> None:
    await assent.draft()
    mine, theirs = await form(home, home.mara), await form(home, home.ana, "Cost")
    await home.ana.submit(theirs, text="None.")
    assert "Saved" in (await home.mara.submit(mine, text="Short.")).text
    file = await draft_file(home)
    assert "Short." in file
    assert "None." in file


async def test_two_who_write_the_same_section_both_keep_their_words_over_a_restart(
    home: Home,
) -> None:
    async with awake(home) as assent:
        await home.set_up()
        await assent.draft()
        mine = await form(home, home.mara)
        await write(home, home.ana, "The fee becomes 8 % next year.")
        collided = await home.mara.submit(mine, text="The fee becomes 9 % next year.")
        assert collided.ephemeral
        assert "Somebody else has changed the same section" in collided.text
        assert "⟦8⟧" in collided.text
        assert "⟦9⟧" in collided.text
        assert collided.files == {"your-text.md": b"The fee becomes 9 % next year."}
        assert "8 %" in await draft_file(home)
    async with awake(home):
        again = await home.mara.press(collided, "Open the form again with mine")
        assert again.modal is not None
        assert again.modal.field("text").value == "The fee becomes 9 % next year."
        stranger = await home.ana.forge_component(
            home.general, collided.button("Use mine")["custom_id"]
        )
        assert "not yours" in stranger.text
        used = await home.mara.press(collided, "Use mine")
        assert "Saved" in used.text
        assert "The fee becomes 9 % next year." in await draft_file(home)
        assert "dealt with already" in (await home.mara.press(collided, "Keep theirs")).text


async def test_who_keeps_the_others_words_gets_their_own_back(assent: Assent, home: Home) -> None:
    await assent.draft()
    mine = await form(home, home.mara)
    await write(home, home.ana, "Theirs.")
    collided = await home.mara.submit(mine, text="Mine.")
    kept = await home.mara.press(collided, "Keep theirs")
    assert kept.files == {"your-text.md": b"Mine."}
    assert "Theirs." in await draft_file(home)


async def test_a_refused_form_gives_the_text_back(assent: Assent, home: Home) -> None:
    await assent.draft()
    mine = await form(home, home.mara)
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    refused = await home.mara.submit(mine, text="What took me an hour.")
    assert "its text is fixed" in refused.text
    assert refused.files == {"your-text.md": b"What took me an hour."}


async def test_a_member_who_forges_a_form_is_denied_and_keeps_the_text(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    before = home.memory()
    refused = await home.joel.forge_modal(
        home.general, "section:1:temperature:1:Summary", fields={"text": "Mine now."}
    )
    assert "Only the author" in refused.text
    assert refused.files == {"your-text.md": b"Mine now."}
    assert home.memory() == before


async def test_every_revision_can_be_seen_compared_and_restored(assent: Assent, home: Home) -> None:
    await assent.draft()
    for number in range(13):
        await write(home, home.mara, f"The fee is {number} %.")
    history = await run(home, home.joel, "history")
    assert "page 1 of 2" in history.text
    older = await home.joel.press(history, "Page after ▶")
    assert older.updated
    assert "written from the idea" in older.text
    compared = await run(home, home.joel, "diff", **{"from": 2, "to": 14})
    assert "⟦0⟧" in compared.text
    assert "+The fee is 12 %." in compared.files["BTRST-1-2-14.diff"].decode()
    restored = await run(home, home.mara, "restore", revision=2)
    assert "Revision 2 is back, as revision 15" in restored.text
    assert "The fee is 0 %." in await draft_file(home)


async def test_a_long_draft_is_read_page_by_page_as_it_was(assent: Assent, home: Home) -> None:
    await assent.draft()
    words = "\n\n".join(f"Paragraph {number} about the fee." for number in range(120))
    file = Upload(name="a.md", content=words.encode())
    await run(home, home.mara, "upload", file=file, section="Summary")
    shown = await home.joel.press(home.card(), "Read the draft")
    assert "Paragraph 0 " in shown.text
    await write(home, home.mara, "All is new.")
    second = await home.joel.press(shown, "Page after ▶")
    assert second.updated
    assert "page 2 of" in second.text
    assert "Paragraph 60 " in second.text
    assert "All is new." not in second.text


async def test_a_message_of_the_thread_is_quoted_by_an_author(assent: Assent, home: Home) -> None:
    await assent.draft()
    said = await home.joel.say(home.thread(), "And the <@1> [referrals](https://evil.example)?")
    quoted = await home.mara.use_on(said, "Quote in the draft")
    assert "Quoted, under “Discussion”" in quoted.text
    file = await draft_file(home)
    assert "## Discussion\n\n> And the \\<@1> \\[referrals\\](https://evil.example)?" in file
    assert f"Joel, https://discord.com/channels/{home.guild.id}/{said.channel.id}/{said.id}" in file
    assert (
        "quoted in the draft already" in (await home.mara.use_on(said, "Quote in the draft")).text
    )
    assert "Only the author" in (await home.joel.use_on(said, "Quote in the draft")).text
    elsewhere = await home.joel.say(home.general, "Hello.")
    assert (
        "in the thread of a proposal"
        in (await home.mara.use_on(elsewhere, "Quote in the draft")).text
    )


async def test_a_coauthor_writes_like_the_author_and_stands_on_the_card(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    robot = home.guild.robot("News")
    assert "An app cannot" in (await run(home, home.mara, "coauthor", member=robot)).text
    named = await run(home, home.mara, "coauthor", member=home.joel)
    assert "like its author now" in named.text
    await assent.settle()
    assert f"with {home.joel.mention}" in home.card().text
    assert "Saved" in (await write(home, home.joel, "Ours.")).text
    await run(home, home.mara, "coauthor", member=home.joel, remove=True)
    assert "Only the author" in (await run(home, home.joel, "edit", section="Summary")).text


async def test_a_draft_goes_through_its_review_to_its_vote(assent: Assent, home: Home) -> None:
    await ask_for_approvals(assent, home)
    await assent.draft()
    noor = home.guild.member("Noor", roles=[home.moderator_role])
    await home.mara.press(home.card(), "Submit for review")
    await assent.settle()
    assert home.saying(home.thread(), "Submitted for review", "revision 1")
    approved = await home.ana.press(home.card(), "Approve revision 1")
    assert "1 of 1" in approved.text
    await assent.settle()
    assert home.saying(home.thread(), "Approved", home.ana.mention)
    assert "Publish…" in [each.get("label") for each in home.card().buttons]
    await write(home, home.mara, "One more word.", "Specification")
    await assent.settle()
    (void,) = home.saying(home.thread(), "To be reviewed again")
    assert f"approval by {home.ana.mention} of revision 1" in read(void)
    assert f"{home.mara.mention} changed Specification" in read(void)
    assert "of revision 1 is void" in read(home.card())
    refused = await noor.run("/proposal publish", home.general, options=REFERENCE)
    assert "cannot be published yet" in refused.text
    assert "Announce the vote" not in refused.text
    await run(home, home.mara, "submit")
    offered = await run(home, noor, "approve")
    await noor.press(offered, "Approve revision 2")
    await assent.settle()
    offer = await noor.press(home.card(), "Publish…")
    assert "is announced" in (await noor.press(offer, "Announce the vote")).text
    await assent.settle()
    home.check_that_all_is_said_once()


async def test_an_approval_of_an_outdated_card_approves_nothing(assent: Assent, home: Home) -> None:
    await ask_for_approvals(assent, home)
    await assent.draft()
    await home.mara.press(home.card(), "Submit for review")
    await assent.settle()
    await write(home, home.mara, "Changed.")
    refused = await home.ana.forge_component(home.general, "proposal:1:approve:temperature:1")
    assert "was for an earlier draft" in refused.text
    assert home.rows("SELECT count(*) FROM reviews WHERE act = 'approved'") == [(0,)]


async def test_sections_are_suggested_while_a_person_types(assent: Assent, home: Home) -> None:
    await assent.draft()
    offered = await home.mara.autocomplete(
        "/draft edit", home.general, proposal="BTRST-1", section="arg"
    )
    assert [each.value for each in offered] == ["Arguments for", "Arguments against"]
    assert await home.mara.autocomplete("/draft edit", home.general, proposal="x", section="") == []
