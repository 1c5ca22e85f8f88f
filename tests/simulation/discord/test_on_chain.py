"""A governor followed through a whole life, from its blocks to what people read."""

from sandbox.chain.daos import AlphaDao, OpenZeppelinDao
from sandbox.chain.wallet import Wallet
from tests.simulation.discord.home import Assent, Home, footer, read

CONFIRMED = 14  # blocks: more than the policy wants on top of a block
TITLE = "# Lower the marketplace fee to 8 %\n\nAs decided."


async def found(home: Home) -> tuple[OpenZeppelinDao, Wallet]:
    """Deploy a governor with a timelock, and a member with enough votes."""
    dao = await home.worlds.chain.openzeppelin()
    ana = home.worlds.chain.wallet("ana")
    await dao.give(ana, 200_000)
    await home.worlds.chain.mine(CONFIRMED)
    return dao, ana


async def follow(home: Home, dao: AlphaDao | OpenZeppelinDao) -> None:
    chain = home.worlds.chain.chain_id
    reply = await home.set_up(governor=dao.governor_address, chain=chain)
    assert dao.governor_address in reply.text


async def catch_up(assent: Assent, home: Home) -> None:
    """Let blocks pass until everything is believed, and the bot read and say it."""
    chain = home.worlds.chain
    await chain.mine(CONFIRMED)
    for _ in range(3):
        await assent.run(f"chain {chain.chain_id}", "outbox")
    await assent.settle()


async def test_a_proposal_with_a_timelock_is_followed_from_its_first_block_to_its_execution(
    assent: Assent, home: Home
) -> None:
    dao, ana = await found(home)
    await follow(home, dao)
    proposal = await dao.propose(ana, [dao.set_fee(8)], TITLE)
    await dao.open_voting(proposal)
    await catch_up(assent, home)
    (said,) = home.saying(home.votes, "Proposed on chain")
    assert "setMarketplaceFee" in read(said)
    await dao.vote(ana, proposal, 1)
    await dao.close_voting(proposal)
    await catch_up(assent, home)
    await dao.queue(proposal)
    await catch_up(assent, home)
    assert len(home.saying(home.announcements, "In the timelock")) == 1
    await dao.wait_for_eta(proposal)
    await catch_up(assent, home)
    assert len(home.saying(home.announcements, "Can be executed now")) == 1
    transaction = await dao.execute(proposal)
    await catch_up(assent, home)
    (executed,) = home.saying(home.announcements, "Executed")
    assert transaction[:8] in read(executed)
    titles = [read(each).split(":")[0].strip().split("\n")[-1] for each in home.said_in(home.votes)]
    assert any("Passed on chain" in title for title in titles)
    assert await dao.fee() == 8
    home.check_that_all_is_said_once()


async def test_what_a_reorganisation_undoes_is_struck_out_in_place_and_said_anew_if_it_returns(
    assent: Assent, home: Home
) -> None:
    dao, ana = await found(home)
    await follow(home, dao)
    chain = home.worlds.chain
    before = chain.head_number
    await dao.propose(ana, [dao.set_fee(8)], TITLE)
    await catch_up(assent, home)
    (said,) = home.saying(home.votes, "Proposed on chain")
    news = len(home.said_in(home.votes))
    await chain.reorganise(chain.head_number - before)
    await catch_up(assent, home)
    assert "No longer true" in read(said)
    assert said.edits
    assert not said.content
    assert len(home.said_in(home.votes)) == news
    home.check_that_all_is_said_once()
    pings = set(home.pings())
    await dao.propose(ana, [dao.set_fee(8)], TITLE)
    await catch_up(assent, home)
    assert "No longer true" not in read(said)
    assert len(home.saying(home.votes, "Proposed on chain")) == 1
    assert footer(said) == footer(home.saying(home.votes, "Proposed on chain")[0])
    assert said.id not in set(home.pings()) - pings
    home.check_that_all_is_said_once()


async def test_a_governor_that_is_in_use_already_is_followed_without_telling_its_past(
    assent: Assent, home: Home
) -> None:
    dao, ana = await found(home)
    old = await dao.propose(ana, [dao.set_fee(9)], "# Long ago")
    await dao.open_voting(old)
    await dao.vote(ana, old, 0)
    await dao.close_voting(old)
    still_open = await dao.propose(ana, [dao.set_fee(7)], "# Still open")
    await dao.open_voting(still_open)
    await home.worlds.chain.mine(2)
    await follow(home, dao)
    await catch_up(assent, home)
    assert not home.saying(home.votes, "Long ago")
    assert not home.saying(home.votes, "Proposed on chain")
    assert not home.pings()
    (tally,) = home.saying(home.votes, "Still open")
    await dao.vote(ana, still_open, 1)
    await catch_up(assent, home)
    assert "200,000" in read(tally) or "200K" in read(tally)
    await dao.close_voting(still_open)
    await catch_up(assent, home)
    assert len(home.saying(home.votes, "Passed on chain", "Still open")) == 1
    home.check_that_all_is_said_once()


async def test_a_passed_proposal_is_linked_by_hand_where_the_title_differs(
    assent: Assent, home: Home
) -> None:
    dao, ana = await found(home)
    await follow(home, dao)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "# Something else entirely")
    await catch_up(assent, home)
    await home.speak()
    choices = await home.ana.autocomplete(
        "/proposal link", home.general, proposal="BTRST-1", on_chain="something"
    )
    assert [(choice.name, choice.value) for choice in choices] == [
        ("Something else entirely", str(proposal))
    ]
    early = await home.ana.run(
        "/proposal link", home.general, proposal="BTRST-1", on_chain=str(proposal)
    )
    assert early.ephemeral
    assert "This is not possible now" in early.text


async def test_what_two_governors_call_the_same_is_offered_with_its_governor(
    assent: Assent, home: Home
) -> None:
    ana = home.worlds.chain.wallet("ana")
    values = []
    for title in ("# The one", "#"):
        dao = await home.worlds.chain.braintrust()
        await dao.give(ana, 2_000_000)
        await home.worlds.chain.mine(CONFIRMED)
        await follow(home, dao)
        assert await dao.propose(ana, [dao.set_fee(8)], title) == 1
        values.append(f"{dao.governor_address[-8:].lower()}:1")
    await catch_up(assent, home)
    await home.speak()
    choices = await home.ana.autocomplete(
        "/proposal link", home.general, proposal="BTRST-1", on_chain=":1"
    )
    assert {choice.value: choice.name.split(" · ")[0] for choice in choices} == {
        values[0]: "The one",
        values[1]: "(no title)",
    }
    early = await home.ana.run(
        "/proposal link", home.general, proposal="BTRST-1", on_chain=values[1]
    )
    assert "This is not possible now" in early.text


async def test_a_node_that_fails_for_a_while_costs_no_announcement(
    assent: Assent, home: Home
) -> None:
    dao, ana = await found(home)
    await follow(home, dao)
    chain = home.worlds.chain
    proposal = await dao.propose(ana, [dao.set_fee(8)], TITLE)
    await dao.open_voting(proposal)
    await chain.mine(CONFIRMED)
    chain.faults.status(503, times=2)
    chain.faults.empty_logs(times=1)
    for _ in range(6):
        await assent.bot.scheduler._guarded(assent.bot.scheduler._jobs[f"chain {chain.chain_id}"])
    await catch_up(assent, home)
    assert len(home.saying(home.votes, "Proposed on chain")) == 1
    assert len(home.saying(home.votes, "On-chain voting is open")) == 1
    home.check_that_all_is_said_once()
