"""A second governor, and a technical review that keeps something from being executed."""

import re

from sandbox.chain.daos import OpenZeppelinDao
from sandbox.chain.wallet import Wallet
from sandbox.discord import Thread
from sandbox.story.chain import CONFIRMED
from sandbox.story.seeing import expect
from sandbox.story.stage import Stage, read

TITLE = "Open a category for translators"


async def another_governor(stage: Stage) -> None:
    """An OpenZeppelin governor is recognised by its address alone."""
    server, chain = stage.server, stage.worlds.chain
    stage.second_dao = dao = await chain.openzeppelin(supply=1_000_000)
    for name in ("ana", "teo"):
        await dao.give(chain.wallet(name), 150_000)
    await chain.mine(CONFIRMED)
    found = await server.ana.run(
        "/watch add governor", server.moderators, address=dao.governor_address
    )
    expect(found, "OpenZeppelin", "TimelockController")
    stage.tell("Ana gives Assent the address of the Lisbon chapter's governor, and nothing else.")
    followed = await server.ana.press(found, "Follow it")
    expect(followed, "followed")
    stage.tell("Assent knows: an OpenZeppelin Governor with a TimelockController. It is followed.")


async def a_review_that_stops_it(stage: Stage) -> None:
    """One call more than was approved: everybody is warned, and the guardian cancels it."""
    server, chain = stage.server, stage.worlds.chain
    dao, wallets = _dao(stage), [chain.wallet(name) for name in ("ana", "teo")]
    reference = await _decided(stage, dao)
    proposal_id = await _proposed(stage, dao, wallets[0], reference)
    await dao.open_voting(proposal_id)
    for wallet in wallets:
        await dao.vote(wallet, proposal_id, 1, "For Lisbon!")
    await dao.close_voting(proposal_id)
    await dao.queue(proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.announcements, "In the timelock", TITLE)
    review = await stage.seen(_thread(stage, reference), "final technical review", "would succeed")
    stage.tell("In its thread stands the technical review: what differs, and what a try-run says.")
    offer = await server.ana.press(review, "Sign checks")
    await server.ana.choose(offer, "The checks that you have made", values=["addresses"])
    form = await server.ana.press(review, "Raise a concern")
    await server.ana.submit(form.modal, text="Nobody has decided on a fee of 90 %.")
    await stage.until("the concern on the card", lambda: "Nobody has decided" in read(review))
    stage.tell("Ana signs the addresses, and raises a concern that stands on the card.")
    await dao.cancel_operation(proposal_id)
    await chain.mine(CONFIRMED)
    stage.tell("The guardian cancels it on the timelock; the governor itself emits no event.")
    await stage.seen(server.votes, "Canceled", TITLE)
    await stage.until("the review closed", lambda: "canceled" in read(review).lower())


async def _decided(stage: Stage, dao: OpenZeppelinDao) -> str:
    """Let an idea that names its call be decided on elsewhere, and give its reference."""
    server = stage.server
    form = await server.lin.run("/idea new", server.general)
    answers = {
        "title": TITLE,
        "problem": "Translators cannot be found in Lisbon.",
        "change": f'call: {dao.target_address}: addMarketplaceCategory(string) "translators"',
        "topic": "categories",
    }
    spoken = await server.lin.submit(form.modal, answers)
    named = re.search(r"BTRST-\d+", spoken.text)
    assert named is not None, spoken.text
    reference = named[0]
    await stage.seen(server.ideas, reference, "gathering support", TITLE)
    moved = await server.ana.run(
        "/proposal set-status",
        server.moderators,
        proposal=reference,
        status="passed",
        reason="Decided at the chapter's assembly.",
    )
    expect(moved, reference)
    stage.tell(f"Lin's {reference} names its call. Ana notes that the assembly has decided it.")
    return reference


async def _proposed(stage: Stage, dao: OpenZeppelinDao, wallet: Wallet, reference: str) -> int:
    server, chain = stage.server, stage.worlds.chain
    calls = [dao.add_category("translators"), dao.set_fee(90)]
    proposal_id = await dao.propose(wallet, calls, f"# {TITLE}")
    await chain.mine(CONFIRMED)
    await stage.seen(server.votes, "Proposed on chain", TITLE)
    linked = await server.ana.run(
        "/proposal link", server.moderators, proposal=reference, on_chain=str(proposal_id)
    )
    expect(linked, reference)
    stage.tell("On chain it has two calls: the category, and a fee of 90 %.")
    await stage.seen(server.announcements, "Not what was approved", TITLE)
    return proposal_id


def _thread(stage: Stage, reference: str) -> Thread:
    card = next(each for each in stage.server.ideas.messages if reference in read(each))
    assert card.thread is not None, "it was opened with the card"
    return card.thread


def _dao(stage: Stage) -> OpenZeppelinDao:
    assert stage.second_dao is not None, "it is followed"
    return stage.second_dao
