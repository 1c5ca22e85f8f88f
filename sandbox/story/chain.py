"""What else happens on chain: a fork, a quorum that is missed, and a grace period that runs out."""

from sandbox.chain.daos import GRACE_PERIOD
from sandbox.story.seeing import struck_out
from sandbox.story.stage import Stage

CONFIRMED = 14  # blocks: more than the policy wants on top of a block
DAY = 86_400
MEETUP = "Sponsor the winter meetup"
CATEGORY = "Open a category for lawyers"


async def undone_by_a_fork(stage: Stage) -> None:
    """A fork takes back the block of an announced proposal; later the proposal is there again."""
    server, dao, chain = stage.server, stage.dao, stage.worlds.chain
    kofi = chain.wallet("kofi")
    await chain.mine(2)
    before = chain.head_number
    await dao.propose(kofi, [dao.add_category("meetups")], f"# {MEETUP}")
    await chain.mine(CONFIRMED)
    message = await stage.seen(server.votes, "Proposed on chain", MEETUP)
    pings = len(server.votes.messages)
    stage.tell(f"Kofi proposes “{MEETUP}” on chain; Assent announces it.")
    await chain.reorganise(chain.head_number - before)
    stage.tell("The chain turns out to be another: a fork of 15 blocks, without Kofi's proposal.")
    await stage.until("the announcement struck out", lambda: struck_out(message))
    stage.tell("Assent strikes the announcement out where it stands, says why, and calls nobody.")
    await dao.propose(kofi, [dao.add_category("meetups")], f"# {MEETUP}")
    await chain.mine(CONFIRMED)
    await stage.until("the announcement standing again", lambda: not struck_out(message))
    stage.tell("Kofi's transaction is mined again: the same message stands again, in its place.")
    stage.facts["messages that a fork of 15 blocks cost"] = str(len(server.votes.messages) - pings)


async def defeated(stage: Stage) -> None:
    """It has more votes for than against, and too few of them."""
    server, dao, chain = stage.server, stage.dao, stage.worlds.chain
    proposal_id = max(dao.proposals)
    await dao.vote(chain.wallet("kofi"), proposal_id, 1)
    stage.tell("Kofi votes for his proposal, with 60,000 BTRST. Nobody else votes.")
    await dao.close_voting(proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.votes, "Defeated", MEETUP)
    stage.tell("Everybody was for it, and yet it is defeated: the quorum is 100,000 BTRST.")


async def expired(stage: Stage) -> None:
    """It passes and waits, and nobody executes it in time."""
    server, dao, chain = stage.server, stage.dao, stage.worlds.chain
    voters = [chain.wallet(name) for name in ("mara", "joel")]
    proposal_id = await dao.propose(voters[0], [dao.add_category("law")], f"# {CATEGORY}")
    await dao.open_voting(proposal_id)
    for wallet in voters:
        await dao.vote(wallet, proposal_id, 1)
    await dao.close_voting(proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.votes, "Passed on chain", CATEGORY)
    await dao.queue(proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.announcements, "In the timelock", CATEGORY)
    await dao.wait_for_eta(proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.announcements, "Can be executed now", CATEGORY)
    await chain.jump(GRACE_PERIOD - DAY)
    await chain.mine(CONFIRMED)
    await stage.seen(server.announcements, "Expires soon", CATEGORY)
    await dao.let_expire(proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.announcements, "Expired", CATEGORY)
    stage.tell("Nobody sent the transaction within the grace period: it can never be executed.")
