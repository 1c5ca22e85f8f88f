"""The chapters of Braintrust's story, in order; each ends when everything it tells was seen."""

from collections.abc import Awaitable, Callable

from sandbox.story.chain import CONFIRMED, defeated, expired, undone_by_a_fork
from sandbox.story.fresh_server import set_up_a_fresh_server
from sandbox.story.lisbon import a_review_that_stops_it, another_governor
from sandbox.story.seeing import card, card_thread, expect, footer
from sandbox.story.setting_up import walk_through_setup
from sandbox.story.stage import SPACE, NotSeenError, Stage, read
from sandbox.story.together import other_ideas, review, two_writers
from sandbox.story.votes import (
    announce,
    changed_before_it_opens,
    made_elsewhere,
    shielded,
    signed_in_the_browser,
    weighed_by_six_choices,
)

DAY = 86_400
TITLE = "Lower the marketplace fee from 10 % to 8 %"
PROBLEM = "Clients compare us with agencies that take 5 %, and some of them leave."
CHANGE = "Take 8 %. Two points less bring more of them, and the fee still pays for the network."
IDEA = f"{PROBLEM} {CHANGE}"


async def set_up(stage: Stage) -> None:
    """An administrator sets the server up."""
    server = stage.server
    reply = await walk_through_setup(
        server.owner,
        server.general,
        ideas=server.ideas,
        voting=server.votes,
        moderator_role=server.moderator_role,
        announcement_role=server.voter_role,
        announcements=server.announcements,
        moderators=server.moderators,
        space=SPACE,
        governor=stage.dao.governor_address,
        chain=stage.worlds.chain.chain_id,
    )
    expect(reply, "Assent is set up", "nothing is missing")
    stage.tell(
        "An administrator ran /governance setup and chose, in one private message: roles, "
        "channels, the preset, the Snapshot space and the governor, each checked live."
    )
    stage.tell("After Finish Assent said: nothing is missing, and what happens to the next idea.")
    rule = await server.owner.run(
        "/governance policy set", server.general, name="calendar.events", value="yes"
    )
    expect(rule, "calendar.events")
    stage.tell("With calendar.events on, every deadline stands in Discord's own list of events.")


async def speak(stage: Stage) -> None:
    """Mara speaks an idea; people discuss and support it."""
    server = stage.server
    lost = "Another client left for an agency. It is the fee again."
    await stage.say(server.joel, server.general, lost)
    await stage.say(server.mara, server.general, "I have an idea for that, give me a minute.")
    form = await server.mara.run("/idea new", server.general)
    assert form.modal is not None, "the command opens a form"
    answers = {"title": TITLE, "problem": PROBLEM, "change": CHANGE, "topic": "fees"}
    reply = await server.mara.submit(form.modal, answers)
    expect(reply, "BTRST-1")
    stage.tell("Mara filled in /idea new.")
    stage.card = await stage.seen(server.ideas, "BTRST-1", "gathering support", "0 of 10")
    await stage.until("the idea's thread", lambda: card(stage).thread)
    thread = card_thread(stage)
    await stage.say(server.kofi, thread, "Would 8 % still cover the referral rewards?")
    await stage.say(server.mara, thread, "Yes: they take three points of it today.")
    for person in (server.mara, server.joel, server.kofi, server.lin):
        await person.react(stage.card, "👍")
    stage.tell(
        "Joel, Kofi and Lin support it with 👍; Mara does too, but the author does not count."
    )
    await stage.until("3 of 10 on the card", lambda: "3 of 10" in card(stage).text)
    stage.tell("The card counts: 3 of 10.")


async def support_while_away(stage: Stage) -> None:
    """The connection is lost for good; a reaction comes meanwhile, and is counted after it."""
    server = stage.server
    stage.tell("Assent loses its connection, and Discord forgets the session.")
    away = (server.sora, server.teo, *server.crowd)
    stage.worlds.discord.faults.lose_events(r"MESSAGE_REACTION_ADD", times=len(away))
    for person in away:
        await person.react(card(stage), "👍")
    stage.tell("Sora, Teo and five others react while nobody listens.")
    await stage.worlds.discord.faults.drop_session(resumable=False)
    await stage.until("Assent's return", lambda: stage.worlds.discord.connected)
    await stage.until("10 of 10 on the card", lambda: "10 of 10" in card(stage).text)
    stage.tell("Assent is back, asks Discord who has reacted, and the card counts: 10 of 10.")
    await stage.seen(server.moderators, "BTRST-1", "ready")


async def promote(stage: Stage) -> None:
    """A moderator promotes the idea; its author refines the draft."""
    server = stage.server
    early = await server.ana.run("/idea promote", server.moderators, idea="BTRST-1")
    expect(early, "still in its discussion time")
    stage.tell("Ana tries to promote at once, and reads privately when it is possible.")
    stage.worlds.clock.jump(2 * DAY)
    stage.tell("Two days of discussion pass.")
    refused = await server.joel.press(card(stage), "Promote")
    expect(refused, "Only moderators")
    stage.tell("Joel presses Promote on the card: only moderators may, he is told.")
    promoted = await server.ana.press(card(stage), "Promote")
    expect(promoted, "is a draft now")
    stage.tell("Ana presses it: BTRST-1 is a draft, pre-filled from the idea.")
    form = await server.mara.run(
        "/draft edit", card_thread(stage), proposal="BTRST-1", section="The question"
    )
    assert form.modal is not None, "the command opens a form"
    saved = await server.mara.submit(
        form.modal, text="Should the marketplace fee be lowered to 8 %?"
    )
    expect(saved, "Saved", "Revision 2")
    stage.tell("Mara asks the neutral question in the draft, and sees it as Snapshot will get it.")


async def temperature_check(stage: Stage) -> None:
    """Noticed two business days ahead, posted once whatever happens, voted on, passed."""
    server = stage.server
    await announce(stage, "Temperature Check")
    stage.worlds.snapshot.faults.lose_answer(on="sequencer")
    stage.worlds.clock.jump(4 * DAY)
    stage.tell("The two business days (and a weekend) pass; Assent signs and posts the proposal …")
    await wait_for_proposals(stage, 1)
    await stage.bot.kill()
    stage.tell("… Snapshot's answer is lost, and right then Assent is killed (SIGKILL).")
    await stage.bot.start()
    stage.tell("It starts again, asks Snapshot by the proposal's id, and finds that it arrived.")
    await stage.seen(server.votes, "Voting is open", "[Temperature Check] - ", "Yes")
    tally = await stage.seen(server.votes, "TEMPERATURE CHECK", "voting open")
    await vote(stage, {"mara": 1, "joel": 1, "kofi": 1, "lin": 2, "sora": 1})
    await stage.until("five votes in the tally", lambda: "5 votes" in tally.text)
    stage.tell("Five members vote on Snapshot with signed votes; the tally follows in place.")
    stage.worlds.clock.jump(2 * DAY + 3_600)
    await stage.seen(server.votes, "Voting ends in 1 day", "Temperature Check")
    stage.worlds.clock.jump(DAY)
    await stage.seen(server.votes, "Passed", "Temperature Check")
    await stage.seen(server.moderators, "BTRST-1", "/draft edit")
    if len(stage.worlds.snapshot.proposals) != 1:
        raise NotSeenError("there has to be one proposal on Snapshot, not several")


async def on_chain_vote(stage: Stage) -> None:
    """The proposal goes to the GovernorAlpha under the same title, and is voted on."""
    server, dao, chain = stage.server, stage.dao, stage.worlds.chain
    voters = [chain.wallet(name) for name in ("mara", "joel", "kofi")]
    for wallet in voters:
        await dao.give(wallet, 60_000)
    stage.proposal_id = await dao.propose(
        voters[0], [dao.set_fee(8)], f"# {TITLE}\n\nAs decided in the consensus check."
    )
    await chain.mine(CONFIRMED)
    stage.tell("Mara proposes it on the GovernorAlpha, with a call of setMarketplaceFee(8).")
    await stage.seen(server.votes, "Proposed on chain", TITLE, "setMarketplaceFee")
    await stage.seen(server.votes, "On-chain voting is open", TITLE)
    await stage.until(
        "ON CHAIN on the card", lambda: "ON-CHAIN VOTE ·" in read(card(stage)).replace("*", "")
    )
    stage.tell("By its title Assent knows what it carries out: BTRST-1's card follows the chain.")
    for wallet in voters:
        await dao.vote(wallet, stage.proposal_id, 1)
    await chain.mine(2)
    stage.tell("Mara, Joel and Kofi vote for it.")
    _, last_block = await dao.window(stage.proposal_id)
    await chain.mine(last_block + CONFIRMED // 2 - chain.head_number)
    await stage.seen(server.votes, "On-chain voting ends soon", TITLE)
    await dao.close_voting(stage.proposal_id)
    await chain.mine(CONFIRMED)
    await stage.seen(server.votes, "Passed on chain", TITLE)


async def timelock(stage: Stage) -> None:
    """Queued, seven days in the timelock, executed; the fee on the contract has changed."""
    server, dao, chain = stage.server, stage.dao, stage.worlds.chain
    await dao.queue(stage.proposal_id)
    await chain.mine(CONFIRMED)
    stage.tell("Somebody queues it.")
    await stage.seen(server.announcements, "In the timelock", TITLE)
    await sign_review(stage)
    await dao.wait_for_eta(stage.proposal_id)
    await chain.mine(CONFIRMED)
    stage.tell("Seven days pass in the timelock.")
    await stage.seen(server.announcements, "Can be executed now", TITLE)
    before = await dao.fee()
    transaction = await dao.execute(stage.proposal_id)
    await chain.mine(CONFIRMED)
    stage.tell("Somebody sends the execute transaction.")
    await stage.seen(server.announcements, "✔ Executed", TITLE, transaction[:8])
    after = await dao.fee()
    stage.facts["marketplaceFee on the contract"] = f"{before} % → {after} %"
    stage.tell(f"marketplaceFee() of the contract, read from the chain: {before} → {after}.")
    if after != 8:
        raise NotSeenError(f"the marketplace fee is {after} and not 8")
    await stage.until(
        "EXECUTED on the card", lambda: "DONE ·" in read(card(stage)).replace("*", "")
    )


async def sign_review(stage: Stage) -> None:
    """The community's last look: what was approved is compared and tried, and people sign."""
    server = stage.server
    review = await stage.seen(card_thread(stage), "final technical review", "would succeed")
    stage.tell("The review: the same title and the same call as approved; a try-run would succeed.")
    offer = await server.ana.press(review, "Sign checks")
    checks = ["calls", "amounts", "addresses", "simulation"]
    await server.ana.choose(offer, "The checks that you have made", values=checks)
    await stage.until("the checks signed", lambda: "4 of 4 checks signed" in read(review))
    stage.tell("Ana makes the four checks, and signs each with her name.")
    events = await stage.until("the events", server.events)
    stage.tell(f"Discord's own list of events: {', '.join(each.name for each in events)}.")


async def look_back(stage: Stage) -> None:
    """A newcomer reads the record; and nothing was lost or said twice."""
    server = stage.server
    reply = await server.newcomer.run("/proposal show", server.general, proposal="BTRST-1")
    expect(reply, "BTRST-1", TITLE)
    history = await server.newcomer.run("/proposal history", server.general, proposal="BTRST-1")
    expect(history, "History of BTRST")
    stage.tell("Noor, who is new here, asks /proposal show and /proposal history.")
    await server.newcomer.run("/calendar", server.general)
    stage.facts["events in Discord's own list"] = str(len(server.events(are_ahead=False)))
    stage.tell("With /calendar she takes the deadlines into her own calendar.")
    proposals = stage.worlds.snapshot.proposals
    ballots = sum(len(stage.worlds.snapshot.votes(proposal.id)) for proposal in proposals)
    stage.facts["votes on Snapshot, really signed"] = str(ballots)
    stage.facts["proposals on Snapshot"] = str(len(proposals))
    stage.facts["kills survived"] = str(stage.bot.kills)
    said = [message for message in stage.worlds.discord.messages() if message.author.bot]
    markers = [footer(message) for message in said if not message.ephemeral_to and footer(message)]
    doubled = len(markers) - len(set(markers))
    stage.facts["announcements and cards"] = str(len(markers))
    stage.facts["said twice"] = str(doubled)
    stage.tell(f"{len(markers)} messages of Assent stand in the server; {doubled} of them twice.")
    if doubled:
        raise NotSeenError("something was said twice")


CHAPTERS: tuple[tuple[str, Callable[[Stage], Awaitable[None]]], ...] = (
    ("The server is set up", set_up),
    ("An idea is spoken", speak),
    ("Support, also while Assent is away", support_while_away),
    ("What becomes of other ideas", other_ideas),
    ("The idea becomes a draft", promote),
    ("Two people edit it at once", two_writers),
    ("A review, and a change that voids it", review),
    ("The temperature check", temperature_check),
    ("A vote changed, and deleted, before it opens", changed_before_it_opens),
    ("A vote signed in the browser, without any key", signed_in_the_browser),
    ("The consensus check: six choices, weighed", weighed_by_six_choices),
    ("The vote on chain", on_chain_vote),
    ("The timelock and the execution", timelock),
    ("A fork, and what was said is mended", undone_by_a_fork),
    ("Defeated, without a quorum", defeated),
    ("Passed, and executed by nobody", expired),
    ("Another governor, on the same chain", another_governor),
    ("A review that keeps something from being executed", a_review_that_stops_it),
    ("A vote made elsewhere", made_elsewhere),
    ("A shielded vote of a neighbour", shielded),
    ("A fresh server", set_up_a_fresh_server),
    ("Looking back", look_back),
)


async def vote(stage: Stage, ballots: dict[str, int]) -> None:
    """Let members vote on the newest Snapshot proposal, each with a really signed vote."""
    proposal = stage.worlds.snapshot.proposals[-1]
    for name, choice in ballots.items():
        await stage.wallets[name].vote(proposal.id, choice)


async def wait_for_proposals(stage: Stage, count: int) -> None:
    """Wait until Snapshot has so many proposals."""
    await stage.until(
        "a proposal on Snapshot", lambda: len(stage.worlds.snapshot.proposals) >= count
    )
