"""What people do together with ideas and drafts: merge, reject, park, collide, review."""

import re

from sandbox.discord import Person, Reply
from sandbox.story.seeing import card, card_thread, expect, labels
from sandbox.story.stage import Stage


async def other_ideas(stage: Stage) -> None:
    """One idea is merged into the first, one is rejected, and one is parked and reopened."""
    await _merged(stage)
    await _rejected(stage)
    await _parked_and_reopened(stage)


async def _merged(stage: Stage) -> None:
    server = stage.server
    shown = await _speak(stage, server.joel, "Lower the marketplace fee to 8 %", "It is too high.")
    expect(shown, "BTRST-1", "reads like your idea")
    stage.tell("Joel speaks nearly the same idea. Assent shows him, privately, the one there is.")
    posted = await server.joel.press(shown, "Post anyway")
    expect(posted, "BTRST-2")
    second = await stage.seen(server.ideas, "BTRST-2", "gathering support")
    await server.newcomer.react(second, "👍")
    await stage.until("1 of 10 on BTRST-2", lambda: "1 of 10" in second.text)
    stage.tell("He posts it anyway, and Noor supports it.")
    merged = await server.ana.run(
        "/idea merge",
        server.moderators,
        idea="BTRST-2",
        into="BTRST-1",
        reason="Both ask for the same.",
    )
    expect(merged, "BTRST-2 is merged into BTRST-1")
    await stage.until("MERGED on the card", lambda: "MERGED" in second.text)
    await stage.until("11 of 10 on the card", lambda: "11 of 10" in card(stage).text)
    stage.tell("Ana merges it into BTRST-1: Noor's support moves along, 11 of 10 now.")
    await stage.seen(card_thread(stage), "BTRST-2 was merged into this")


async def _rejected(stage: Stage) -> None:
    server = stage.server
    reply = await _speak(stage, server.lin, "Paint the logo green", "Green calms people.", "other")
    expect(reply, "BTRST-3")
    rejected = await server.ana.run(
        "/idea reject",
        server.moderators,
        idea="BTRST-3",
        reason="The logo is the foundation's to choose.",
    )
    expect(rejected, "BTRST-3", "is rejected")
    await stage.seen(server.ideas, "BTRST-3", "REJECTED", "The logo is the foundation's")
    stage.tell("Lin's idea is none of governance: Ana rejects it, with a reason for everybody.")


async def _parked_and_reopened(stage: Stage) -> None:
    server = stage.server
    chosen = await server.teo.run("/idea updates", server.general, how="as direct messages")
    expect(chosen, "direct message")
    stage.tell("Teo wants to hear of his ideas by direct message: /idea updates.")
    reply = await _speak(stage, server.teo, "Pay referrals weekly", "Monthly is slow.", "treasury")
    expect(reply, "BTRST-4")
    await server.ana.run(
        "/idea park", server.moderators, idea="BTRST-4", reason="After the audit in spring."
    )
    parked = await stage.seen(server.ideas, "BTRST-4", "PARKED", "After the audit")
    await stage.until("a direct message", lambda: server.teo.direct_messages)
    stage.tell("Ana parks BTRST-4 until the audit; Teo reads so in his direct messages.")
    await server.ana.run(
        "/idea reopen", server.moderators, idea="BTRST-4", reason="The audit came early."
    )
    await stage.until("BTRST-4 open again", lambda: "gathering support" in parked.text)
    stage.tell("The audit comes early: Ana reopens it, and it gathers support again.")
    listed = await server.newcomer.run("/idea list", server.general)
    expect(listed, "BTRST-1", "BTRST-4")
    stage.tell("Noor looks at /idea list; the board, pinned in #ideas, shows the same in place.")


async def _speak(
    stage: Stage, person: Person, title: str, problem: str, topic: str = "fees"
) -> Reply:
    form = await person.run("/idea new", stage.server.general)
    assert form.modal is not None, "the command opens a form"
    answers = {"title": title, "problem": problem, "change": f"{title}.", "topic": topic}
    return await person.submit(form.modal, answers)


async def two_writers(stage: Stage) -> None:
    """Mara and Ana edit the same section at once; both texts are kept, and the choice is hers."""
    server = stage.server
    asked = {"proposal": "BTRST-1", "section": "Specification"}
    mine = await server.mara.run("/draft edit", card_thread(stage), options=asked)
    theirs = await server.ana.run("/draft edit", server.moderators, options=asked)
    stage.tell("Mara opens the specification to edit it, and so does Ana.")
    saved = await server.ana.submit(theirs.modal, text="The fee becomes 8 % on 1 March.")
    expect(saved, "Saved")
    collided = await server.mara.submit(mine.modal, text="The fee becomes 8 % on 1 January.")
    expect(collided, "Somebody else has changed the same section", "⟦March.⟧", "⟦January.⟧")
    stage.tell("Ana is faster. Mara is shown what differs between both texts; none is lost.")
    used = await server.mara.press(collided, "Use mine")
    expect(used, "Saved")
    stage.tell("She presses Use mine; Ana's text stays in the history of the draft.")
    history = await server.ana.run("/draft history", server.moderators, proposal="BTRST-1")
    expect(history, "Specification")


async def review(stage: Stage) -> None:
    """From now on one moderator has to approve; a change after that voids the approval."""
    server = stage.server
    rule = await server.owner.run(
        "/governance policy set", server.general, name="drafts.approvers", value="1"
    )
    expect(rule, "drafts.approvers")
    stage.tell("The owner sets drafts.approvers to 1: a second pair of eyes on every draft.")
    await approve(stage)
    form = await server.mara.run(
        "/draft edit", card_thread(stage), proposal="BTRST-1", section="Cost"
    )
    await server.mara.submit(form.modal, text="About 20 % of the fees of a year.")
    stage.tell("Mara adds what it costs, after the approval.")
    await stage.seen(card_thread(stage), "To be reviewed again", "is void")
    stage.tell("The approval is void, and everybody can see why.")
    await approve(stage)


async def approve(stage: Stage) -> None:
    """Mara submits the draft for review, and Ana approves exactly what she has read."""
    server = stage.server
    submitted = await server.mara.run("/draft submit", card_thread(stage), proposal="BTRST-1")
    revision = re.search(r"[Rr]evision (\d+)", submitted.text)
    assert revision is not None, submitted.text
    label = f"Approve revision {revision[1]}"
    await stage.until(f"{label} on the card", lambda: label in labels(card(stage)))
    expect(await server.ana.press(card(stage), label), "1 of 1")
    stage.tell("Mara submits the draft for review; Ana reads it and approves it.")
