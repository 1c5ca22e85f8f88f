"""What happens to votes on Snapshot: changed, deleted, signed in a browser, made elsewhere."""

from functools import partial

import httpx

from sandbox.browser import Browser
from sandbox.discord import Message, Reply
from sandbox.ports import free_port
from sandbox.snapshot.ledger import ProposalRecord
from sandbox.snapshot.provider import Provider
from sandbox.story.seeing import card, card_thread, expect, labels
from sandbox.story.stage import SPACE, NotSeenError, Stage
from sandbox.story.together import approve

DAY = 86_400
MISSPELT = "Lower it to 90 %"
CHOICES = (
    "Lower it to 8 %",
    "Lower it to 9 %",
    "Lower it to 5 %",
    "Let it fall with the volume",
    "Raise it to 12 %",
    "Make no change",
)


async def announce(stage: Stage, name: str) -> None:
    """Ana publishes the draft, with its confirmation; the notice is given."""
    server = stage.server
    await stage.worlds.chain.mine()  # voting power is counted at the newest block
    await stage.until("Publish on the card", lambda: "Publish…" in labels(card(stage)))
    offer = await server.ana.press(card(stage), "Publish…")
    expect(offer, "This is what Snapshot will get")
    confirmed = await server.ana.press(offer, "Announce the vote")
    expect(confirmed, "is announced; it opens")
    stage.tell("Ana presses Publish…, reads the preview and confirms.")
    await stage.seen(server.votes, name, "BTRST-1", "business days")


async def changed_before_it_opens(stage: Stage) -> None:
    """The space lets a day pass before a vote opens: time to mend a mistake, or to think again."""
    server = stage.server
    stage.worlds.snapshot.ledger.spaces[SPACE].voting["delay"] = DAY
    stage.tell("The space's admins decide: a vote opens a day after it was posted.")
    await _write_choices(stage, (CHOICES[0], MISSPELT, *CHOICES[2:]))
    stage.tell("Mara puts six choices into the consensus draft, by shares (weighted voting).")
    await _name_the_call(stage)
    await approve(stage)
    await announce(stage, "Consensus Check")
    stage.worlds.clock.jump(4 * DAY)
    await stage.seen(server.votes, "On Snapshot", "Consensus Check", "Voting opens")
    form = await server.ana.run("/proposal edit", server.moderators, proposal="BTRST-1")
    stage.tell(f"Mara sees her mistake, “{MISSPELT}”. The text is approved: Ana mends it.")
    offered = await server.ana.submit(form.modal, choices="\n".join(CHOICES))
    expect(offered, "This is what changes on Snapshot")
    await server.ana.press(offered, "Change it on Snapshot")
    await stage.seen(server.votes, "was changed", "the choices")
    posted = stage.worlds.snapshot.proposals[-1]
    if tuple(posted.choices) != CHOICES:
        raise NotSeenError(f"Snapshot has the choices {posted.choices}")
    warned = await server.ana.run(
        "/proposal delete",
        server.moderators,
        proposal="BTRST-1",
        reason="The treasury asks for another week to check the figures.",
    )
    expect(warned, "Delete it on Snapshot")
    await server.ana.press(warned, "Delete it on Snapshot")
    await stage.seen(server.votes, "The vote was deleted", "another week")
    stage.tell("The treasury asks for time: Ana deletes the vote, with a reason for everybody.")


async def signed_in_the_browser(stage: Stage) -> None:
    """Assent has no key at all; Mara signs what it made with a wallet of her own."""
    server, port = stage.server, free_port()
    await stage.bot.restart(
        SNAPSHOT_KEY_FILE="", PAGE_URL=f"http://127.0.0.1:{port}", PAGE_PORT=str(port)
    )
    stage.tell("Assent is started again without any key; members sign on a page of its own.")
    form = await server.mara.run("/draft edit", server.general, proposal="BTRST-1", section="Cost")
    saved = await server.mara.submit(form.modal, text="The treasury's figure: 19 % of the fees.")
    expect(saved, "Saved", CHOICES[1])
    stage.tell("Mara writes the treasury's figure into the draft, which has kept the correction.")
    await approve(stage)
    await announce(stage, "Consensus Check")
    stage.worlds.clock.jump(7 * DAY)
    wanted = await stage.seen(card_thread(stage), "A signature is wanted", "[Consensus Check] - ")
    given = await server.mara.press(wanted, "Sign with your wallet")
    expect(given, "The link is yours alone")
    stage.tell("Mara presses Sign with your wallet and gets a link, for her alone and once.")
    await _signed(stage, given, "mara")
    stage.tell("The page shows exactly what is signed; her wallet signs (eth_signTypedData_v4).")
    await stage.until("it on Snapshot", lambda: len(_posted(stage)) > 1)
    vote = _posted(stage)[-1]
    if vote.author != stage.wallets["mara"].address:
        raise NotSeenError(f"the vote's author is {vote.author}")
    stage.facts["votes signed in a browser, without any key"] = "1"


async def weighed_by_six_choices(stage: Stage) -> None:
    """Shares of one's voting power for six choices; the hub's scores, a picture at the end."""
    server = stage.server
    stage.worlds.clock.jump(DAY + 60)
    await stage.seen(server.votes, "Voting is open", "[Consensus Check] - ", CHOICES[3])
    tally = await stage.seen(server.votes, "CONSENSUS CHECK", "voting open")
    link = await server.kofi.run("/wallet link", server.general)
    await _signed(stage, link, "kofi")
    mine = await server.kofi.run("/vote mine", server.general)
    expect(mine, "BTRST-1")
    stage.tell("Kofi links his wallet; /vote mine reminds him of what he has not voted on.")
    days: tuple[dict[str, object], ...] = (
        {"mara": {"1": 70, "2": 30}, "lin": {"6": 100}},
        {"joel": {"1": 50, "3": 50}},
        {"kofi": {"2": 60, "4": 40}, "sora": {"1": 80, "4": 20}},
        {"teo": {"1": 90, "5": 10}},
    )
    for voted, ballots in zip(("2 votes", "3 votes", "5 votes", "6 votes"), days, strict=True):
        await _vote(stage, **ballots)
        await stage.until(f"{voted} in the tally", partial(_says, tally, voted))
        stage.worlds.clock.jump(DAY)
    stage.tell("Six members vote within four days, each by shares; the tally follows in place.")
    voters = await server.newcomer.run("/vote voters", server.general, vote="BTRST-1")
    expect(voters, "90 %")
    stage.tell("Noor reads with /vote voters who gave how much to what.")
    stage.worlds.clock.jump(2 * DAY + 3_600)
    await stage.seen(server.votes, "Voting ends in 1 day", "Consensus Check")
    stage.worlds.clock.jump(DAY)
    result = await stage.seen(server.votes, "Passed", "Consensus Check")
    if not result.attachments:
        raise NotSeenError("the result has no picture")
    stage.tell("The result comes with a picture of how the vote went, and its text for all.")
    await stage.seen(server.moderators, "BTRST-1", "on chain")


async def made_elsewhere(stage: Stage) -> None:
    """Teo posts a proposal on Snapshot himself; Assent takes it in and tells of it all the same."""
    server = stage.server
    title = "Pay the referrals weekly"
    body = "Monthly is slow for small clients. The treasury has agreed."
    await stage.wallets["teo"].propose(
        SPACE, title, body=body, type="basic", choices=["For", "Against", "Abstain"]
    )
    stage.tell("Teo posts a proposal on Snapshot himself, without Assent.")
    await stage.seen(server.votes, "On Snapshot", title, "outside Assent")
    stage.worlds.clock.jump(DAY + 60)
    await stage.seen(server.votes, "Voting is open", title)
    tally = await stage.seen(server.votes, title, "voting open", "For")
    await _vote(stage, mara=1, joel=1, kofi=3, lin=2)
    await stage.until("four votes in its tally", lambda: "4 votes" in tally.text)
    listed = await server.newcomer.run("/vote list", server.general)
    expect(listed, title)
    stage.tell("It has a tally like any other, and stands in /vote list.")


async def shielded(stage: Stage) -> None:
    """Another community's space is watched; its votes are encrypted until they are over."""
    server, snapshot = stage.server, stage.worlds.snapshot
    joel = stage.wallets["joel"]
    snapshot.space(
        "agencies.eth",
        name="Agencies",
        symbol="AGY",
        members=[joel.address],
        network=str(stage.worlds.chain.chain_id),
        turbo=True,
        voting={"privacy": "shutter"},
    )
    added = await server.ana.run("/watch add snapshot", server.moderators, space="agencies.eth")
    expect(added, "agencies.eth")
    stage.tell("Ana lets Assent watch a neighbour: /watch add snapshot agencies.eth.")
    title = "Answer Braintrust with a fee of 7 %"
    vote_id = await joel.propose("agencies.eth", title, choices=["Yes", "No"])
    tally = await stage.seen(server.votes, title, "voting open", "hidden until")
    await joel.vote(vote_id, 1)
    await stage.wallets["lin"].vote(vote_id, 2)
    await stage.until("two votes in its tally", lambda: "2 votes" in tally.text)
    stage.tell("Votes there are shielded: who votes is seen, for what is hidden until the end.")
    ends = snapshot.proposal(vote_id)
    assert ends is not None, "it was just made"
    stage.worlds.clock.jump(ends.end - stage.worlds.clock.now() + 60)
    await stage.until("it is being counted", lambda: "being counted" in tally.text)
    snapshot.release_key(vote_id)
    stage.worlds.clock.jump(120)
    stage.tell("The vote is over and the key is released; only now there is a result.")
    await stage.seen(server.votes, title, "final")


async def _name_the_call(stage: Stage) -> None:
    server, call = stage.server, f"call: {stage.dao.target_address}: setMarketplaceFee(uint8) 8"
    form = await server.mara.run(
        "/draft edit", server.general, proposal="BTRST-1", section="Specification"
    )
    text = f"The fee becomes 8 % on 1 January.\n\n{call}"
    expect(await server.mara.submit(form.modal, text=text), "Saved")
    stage.tell("She names the call that the contract is to get: it will be compared on chain.")


async def _write_choices(stage: Stage, choices: tuple[str, ...]) -> None:
    server = stage.server
    await stage.until("the draft on the card", lambda: "Edit" in labels(card(stage)))
    menu = await server.mara.run("/draft edit", server.general, proposal="BTRST-1")
    form = await server.mara.choose(
        menu, "What do you want to edit?", values=["Title, choices and voting type"]
    )
    saved = await server.mara.submit(form.modal, choices="\n".join(choices), type=["weighted"])
    expect(saved, "Saved", choices[1])


async def _signed(stage: Stage, given: Reply, name: str) -> None:
    """Open the link of a private answer in a browser, and sign what is there."""
    assert given.message is not None, "it has the button"
    address = next(button["url"] for button in given.message.buttons if "url" in button)
    async with httpx.AsyncClient(trust_env=False) as http:
        await Browser(address, http).sign(Provider(wallet=stage.wallets[name]))


def _says(message: Message, words: str) -> bool:
    return words in message.text


def _posted(stage: Stage) -> list[ProposalRecord]:
    return [each for each in stage.worlds.snapshot.proposals if each.space == SPACE]


async def _vote(stage: Stage, **ballots: object) -> None:
    """Let members vote on the newest proposal of the space, each with a really signed vote."""
    proposal = _posted(stage)[-1]
    for name, choice in ballots.items():
        await stage.wallets[name].vote(proposal.id, choice)
