"""A server in which everything can be done, and another one beside it, for those who may not."""

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.chain.daos import OpenZeppelinDao
from sandbox.discord import Message, Modal, Permission, Person, Reply, Rules, Upload
from sandbox.discord.direct_channels import DirectChannel, direct_channel
from sandbox.ports import free_port
from sandbox.worlds import open_worlds
from tests.simulation.discord.home import DAY, SPACE, TUESDAY, Assent, Home, awake
from tests.simulation.discord.rewind import Moment

CONFIRMED = 14  # blocks: more than the policy wants on top of a block


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A proposal, or whatever somebody says is one; a text that was kept has no reference."""

    id: Any
    reference: str
    thread: int = 0


@dataclass(kw_only=True, repr=False)  # pytest would write all the worlds out
class Scene:
    """What the entries of the table speak of by name, and the moment it all goes back to."""

    assent: Assent
    home: Home
    other: Home
    known: dict[str, Any]
    second: Person  # another moderator
    chief: Person  # another administrator
    remark: Message  # by a member, in the channel for everything
    argument: Message  # by the same, in the thread of a draft
    moment: Moment
    forms: dict[str, Modal] = field(default_factory=dict)  # opened before the restart

    async def back(self) -> None:
        await self.moment.come_back()

    def private(self, person: Person) -> DirectChannel:
        return direct_channel(self.home.world.state, person.member.user)

    def public(self) -> list[tuple[int, str]]:
        """Give what everybody can read."""
        return [(each.id, each.text) for each in self.home.world.messages()]

    def counts(self) -> dict[str, int]:
        """Count what is remembered, table by table, but for attempts."""
        tables = [
            name for (name,) in self.home.rows("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        counted = {
            name: self.home.rows(f"SELECT count(*) FROM {name}")[0][0]  # noqa: S608 - our own names
            for name in tables
        }
        counted["history"] -= len(
            self.home.rows("SELECT 1 FROM history WHERE what LIKE 'refused: %'")
        )
        return counted

    def names(self, wrong: Named | None = None) -> Mapping[str, Any]:
        """Give what the entries speak of; with `wrong`, every proposal is that one."""
        if wrong is None:
            return self.known
        return {
            name: wrong
            if isinstance(thing, Named) and (thing.reference or wrong is not self.known["ended"])
            else thing
            for name, thing in self.known.items()
        }


@asynccontextmanager
async def open_scene(
    folder: Path, migrated_file: Path, open_forms: Callable[[Scene], Awaitable[dict[str, Modal]]]
) -> AsyncIterator[Scene]:
    """Bring proposals everywhere they can be, and open every form; then start the bot anew."""
    shutil.copy(migrated_file, folder / "assent.db")
    async with open_worlds(folder, start=TUESDAY, rules=Rules(rate_limits=False)) as worlds:
        home, other = Home(worlds), Home(worlds, "Another server")
        home.open_space()
        port = str(free_port())
        page = f"http://127.0.0.1:{port}"
        async with awake(home, PAGE_URL=page, PAGE_PORT=port) as assent:
            scene = await _prepared(assent, home, other)
            scene.forms = await open_forms(scene)
        await scene.back()
        async with awake(home, PAGE_URL=page, PAGE_PORT=port) as assent:
            scene.assent = assent
            yield scene
        scene.moment.close()


async def _prepared(assent: Assent, home: Home, other: Home) -> Scene:
    known: dict[str, Any] = {"mara": home.mara, "joel": home.joel, "kofi": home.kofi}
    second = home.noor = home.guild.member("Noor", roles=[home.moderator_role])
    administrators = home.guild.role(
        "Administrators", permissions=Permission.MANAGE_GUILD | Permission.MANAGE_CHANNELS
    )
    chief = home.guild.member("Chief", roles=[administrators])
    dao = await home.worlds.chain.openzeppelin()
    chain = home.worlds.chain.chain_id
    unwatched = await home.worlds.chain.braintrust()
    known |= {"governor": dao.governor_address, "chain": chain}
    known["unwatched"] = unwatched.governor_address
    await home.set_up(governor=dao.governor_address, chain=chain)
    await _proposed_on_chain(assent, home, dao, known)
    await _pending(assent, home, known)
    known["vote"] = (await assent.open_vote()).id
    known["voting"] = newest(home)
    for name in ("ready", "draft", "fresh", "submitted", "clash", "noticed", "adopted"):
        await _STAGES[name](assent, TITLES[name])
        known[name] = newest(home)
    for name, phase in _BY_HAND.items():
        await home.speak(title=TITLES[name])
        known[name] = newest(home)
        _put(home, known[name], phase)
    await _under_review(assent, home, dao, known)
    await _voted_elsewhere(assent, home, known)
    await _reviewed(home, chief, known)
    await _typed(home, known)
    await _in_preparation(home, second, known)
    _linked(home, known)
    await assent.settle()
    await other.set_up()
    await other.speak(title="Of another server")
    await assent.settle()
    thread = next(each for each in home.guild.threads if each.id == known["draft"].thread)
    return Scene(
        assent=assent,
        home=home,
        other=other,
        known=known,
        second=second,
        chief=chief,
        remark=await home.mara.say(home.general, "Cats should be allowed to vote."),
        argument=await home.mara.say(thread, "It would be fairer."),
        moment=Moment(home),
    )


async def _voted_elsewhere(assent: Assent, home: Home, known: dict[str, Any]) -> None:
    """Watch a space of others; in our own, let votes be made without Assent."""
    snapshot = home.worlds.snapshot
    for space in ("aave.eth", "ens.eth"):
        snapshot.space(space)
    await home.ana.run("/watch add snapshot", home.general, options={"space": "aave.eth"})
    await assent.run("tallies")
    known["elsewhere"] = snapshot.place(SPACE, "Something else").id
    known["linked"] = snapshot.place(
        SPACE, f"On {known['adopted'].reference}", author=home.worlds.bot_address
    ).id
    await assent.run("tallies", "outbox")


def _linked(home: Home, known: dict[str, Any]) -> None:
    """Let a member have shown that a wallet is theirs, and another one have been proposed for."""
    known["wallet"] = home.worlds.snapshot.wallet("Kofi").address
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute(
            "INSERT INTO wallets VALUES (?, ?, ?, 1, ?)",
            (home.guild.id, home.kofi.id, known["wallet"], home.clock.now()),
        )
        lena, old_key = (home.worlds.snapshot.wallet(name).address for name in ("Lena", "old key"))
        connection.execute(
            "INSERT INTO aliases VALUES (?, ?, ?, ?, ?)",
            (home.guild.id, lena, old_key, home.ana.id, home.clock.now()),
        )


async def _pending(assent: Assent, home: Home, known: dict[str, Any]) -> None:
    """Bring a vote to Snapshot that does not start while we look; somebody wants it deleted."""
    rules = home.worlds.snapshot.ledger.spaces[SPACE].voting
    rules["delay"] = 60 * DAY
    await assent.open_vote(TITLES["pending"])
    del rules["delay"]
    known["pending"] = newest(home)
    options = {"proposal": known["pending"].reference, "reason": "It is wrong."}
    offer = await home.mara.run("/proposal delete", home.general, options=options)
    _, typed_id, _ = _buttons(offer)[0]["custom_id"].split(":")
    known["deletion"] = Named(id=typed_id, reference="")


async def _typed(home: Home, known: dict[str, Any]) -> None:
    """Let people type what needs another answer: an idea, a section, a policy."""
    alike = await home.submit_idea(home.kofi, title=TITLES["idea"], problem="x", change="y")
    state = next(
        each["custom_id"] for each in _buttons(alike) if each["custom_id"].endswith("post")
    )
    known["kept"] = Named(id=state.split(":")[1], reference="")
    options = {"proposal": known["clash"].reference, "section": "Specification"}
    forms = [await home.mara.run("/draft edit", home.general, options=options) for _ in range(2)]
    for number, form in enumerate(forms):
        reply = await home.mara.submit(form.modal, text=f"Text {number}")
    state = next(each["custom_id"] for each in _buttons(reply) if ":mine:" in each["custom_id"])
    _, typed_id, _, seen = state.split(":")
    known["text"], known["seen"] = Named(id=typed_id, reference=""), seen
    policy = await home.owner.run("/governance policy export", home.general)
    text = policy.files["policy.toml"].decode()
    assert "support.threshold = 2" in text
    file = Upload(
        name="policy.toml",
        content=text.replace("support.threshold = 2", "support.threshold = 9").encode(),
    )
    known["policy_file"] = file
    offered = await home.owner.run("/governance policy import", home.general, file=file)
    known["policy"] = _buttons(offered)[0]["custom_id"]


async def _in_preparation(home: Home, moderator: Person, known: dict[str, Any]) -> None:
    """Let a moderator prepare a proposal on chain, with one call so far."""
    call = {"target": known["governor"], "function": "setVotingDelay(uint48)", "arguments": [5]}
    file = Upload(name="calls.json", content=json.dumps([call]).encode())
    page = await moderator.run(
        "/onchain prepare", home.general, proposal=known["passed"].reference, file=file
    )
    _, typed_id, _, _ = _buttons(page)[0]["custom_id"].split(":")
    known["preparation"] = Named(id=typed_id, reference="")


def _buttons(reply: Reply) -> list[dict[str, Any]]:
    return [button for message in reply.messages for button in message.buttons]


async def _reviewed(home: Home, chief: Person, known: dict[str, Any]) -> None:
    """Ask for approvals from now on; one draft has its own already."""
    home.change_policy(approvers=1)
    for name in ("draft", "submitted"):
        options = {"proposal": known[name].reference}
        await home.mara.run("/draft submit", home.general, options=options)
    offer = await chief.run(
        "/draft approve", home.general, options={"proposal": known["draft"].reference}
    )
    await chief.press(offer, "Approve revision 1")


async def _noticed(assent: Assent, title: str) -> None:
    card = await assent.draft(title)
    offer = await assent.home.ana.press(card, "Publish…")
    await assent.home.ana.press(offer, "Announce the vote")
    await assent.settle()


_STAGES: dict[str, Callable[[Assent, str], Awaitable[object]]] = {
    "ready": Assent.ready_idea,
    "draft": Assent.draft,
    "fresh": Assent.draft,
    "submitted": Assent.draft,
    "clash": Assent.draft,
    "adopted": Assent.draft,
    "noticed": _noticed,
}
# Unlike each other, or they would be taken for one idea.
TITLES = {
    "ready": "Publish salaries of freelancers",
    "draft": "Translate our documentation into Portuguese",
    "fresh": "Sponsor a hackathon",
    "submitted": "Burn unclaimed airdrop tokens",
    "clash": "Hire an auditor",
    "adopted": "Lend books to newcomers",
    "noticed": "Open an office at the lake",
    "pending": "Paint the bridge green",
    "idea": "Weekly calls with engineers",
    "parked": "Print stickers",
    "rejected": "Buy a yacht",
    "passed": "Renew hosting contract",
    "onchain": "Move treasury to a multisig",
    "ended": "Rename the newsletter",
    "reviewed": "Cap the fee of referrals",
}
# What would take votes, or has no more to it than its phase.
_BY_HAND = {
    "idea": "idea",
    "parked": "parked",
    "rejected": "rejected",
    "passed": "passed",
    "onchain": "on chain",
    "ended": "implemented",
    "reviewed": "on chain",
}


def _put(home: Home, proposal: Named, phase: str) -> None:
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        values = {"phase": phase, "id": proposal.id}
        connection.execute("UPDATE proposals SET phase = :phase WHERE id = :id", values)


async def _proposed_on_chain(
    assent: Assent, home: Home, dao: OpenZeppelinDao, known: dict[str, Any]
) -> None:
    chain = home.worlds.chain
    ana = chain.wallet("ana")
    await dao.give(ana, 200_000)
    await chain.mine(CONFIRMED)
    known["on_chain"] = await dao.propose(ana, [dao.set_fee(8)], "# On chain")
    await chain.mine(CONFIRMED)
    for _ in range(3):
        await assent.run(f"chain {chain.chain_id}", "outbox")


async def _under_review(
    assent: Assent, home: Home, dao: OpenZeppelinDao, known: dict[str, Any]
) -> None:
    """Queue what carries a proposal out, so that it is under review; its node was just asked."""
    chain = home.worlds.chain
    ana = chain.wallet("ana")
    on_chain = await dao.propose(ana, [dao.set_fee(7)], f"# {TITLES['reviewed']}")
    await dao.open_voting(on_chain)
    await dao.vote(ana, on_chain, 1)
    await dao.close_voting(on_chain)
    await dao.queue(on_chain)
    await chain.mine(CONFIRMED)
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute(
            "UPDATE proposals SET chain_id = ?, governor = ?, governor_proposal_id = ? "
            "WHERE id = ?",
            (chain.chain_id, dao.governor_address, str(on_chain), known["reviewed"].id),
        )
    for _ in range(3):
        await assent.run(f"chain {chain.chain_id}", "reviews", "outbox")


def newest(home: Home) -> Named:
    """Name the proposal that was spoken last in this server."""
    ((reference,),) = home.rows(
        f"SELECT reference FROM proposals WHERE guild_id = {home.guild.id} "  # noqa: S608 - a test's own words
        "ORDER BY number DESC LIMIT 1"
    )
    return named(home, reference)


def named(home: Home, reference: str) -> Named:
    """Name a proposal of this server."""
    ((id_, thread),) = home.rows(
        f"SELECT id, thread_id FROM proposals WHERE reference = '{reference}' "  # noqa: S608 - a test's own words
        f"AND guild_id = {home.guild.id}"
    )
    return Named(id=id_, reference=reference, thread=thread or 0)
