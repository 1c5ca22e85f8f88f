"""Two servers with two spaces and two governors never see anything of each other."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from sandbox.discord import Reply
from sandbox.discord.uploads import Upload
from tests.simulation.discord.home import SPACE, Assent, Home, awake
from tests.simulation.discord.test_authority import read_reply

REASON = "To see whose it is."
NOTHING: Mapping[str, Any] = {}
COMMANDS: list[tuple[str, Mapping[str, Any]]] = [
    ("/governance status", NOTHING),
    ("/governance audit", NOTHING),
    ("/governance policy show", NOTHING),
    ("/governance policy export", NOTHING),
    ("/announcement list", NOTHING),
    *(
        ("/governance export", {"what": what, "format": file})
        for what in ("ideas", "proposals", "votes", "announcements")
        for file in ("csv", "json")
    ),
]
TYPED: list[tuple[str, Mapping[str, Any]]] = [
    ("/governance audit", {"proposal": ""}),
    ("/proposal relink", {"proposal": ""}),
    ("/proposal relink", {"on_chain": ""}),
    ("/proposal set-status", {"proposal": ""}),
    ("/announcement list", {"proposal": ""}),
    ("/announcement resend", {"announcement": ""}),
    ("/governance policy set", {"name": "ideas.topics", "value": ""}),
]
_CONFIRMED = 14


class Neighbour(Home):
    """A server with a space, a governor and words of its own."""

    def __init__(self, home: Home, word: str, space: str) -> None:
        super().__init__(home.worlds, f"{word} DAO")
        self.word = word
        self.space = space
        self.governor = ""

    async def move_in(self, assent: Assent) -> None:
        """Set the server up, and bring one proposal to its vote and another on chain."""
        chain = self.worlds.chain
        self.worlds.snapshot.space(
            self.space,
            name=self.word,
            symbol=self.word.upper(),
            members=[self.worlds.bot_address],
            network=str(chain.chain_id),
            turbo=True,
        )
        dao = await chain.openzeppelin()
        self.governor = dao.governor_address
        proposer = chain.wallet(f"proposer of {self.word}")
        await dao.give(proposer, 200_000)
        await chain.mine(_CONFIRMED)
        await self.set_up(space=self.space, governor=self.governor, chain=chain.chain_id)
        await self.owner.run(
            "/governance policy set",
            self.general,
            name="ideas.topics",
            value=f"{self.word} topic, fees",
        )
        await self.speak(title=f"{self.word} idea", text=f"{self.word} text")
        await assent.support(self.card(), self.joel, self.kofi)
        await assent.settle()
        await self.ana.press(self.card(), "Promote")
        await assent.settle()
        offer = await self.ana.press(self.card(), "Publish…")
        await self.ana.press(offer, "Announce the vote")
        await dao.propose(proposer, [dao.set_fee(8)], f"# {self.word} on chain")
        await chain.mine(_CONFIRMED)
        for _ in range(3):
            await assent.run(f"chain {chain.chain_id}")
        await assent.settle()

    @property
    def marks(self) -> list[str]:
        """Give what shows that something is of this server."""
        channels = (self.ideas, self.votes, self.announcements, self.moderators)
        people = (self.mara, self.ana, self.joel, self.kofi, self.owner)
        ids = [str(each.id) for each in (*channels, *people, self.guild)]
        return [self.word, self.word.upper(), self.space, self.governor, *ids]


@pytest.fixture
async def neighbours(home: Home) -> AsyncIterator[tuple[Assent, Neighbour, Neighbour]]:
    async with awake(home) as assent:
        alpha = Neighbour(home, "Alpha", SPACE.replace("use", "alpha"))
        beta = Neighbour(home, "Beta", SPACE.replace("use", "beta"))
        for each in (alpha, beta):
            await each.move_in(assent)
        yield assent, alpha, beta


def everything(reply: Reply) -> str:
    return read_reply(reply) + "".join(data.decode() for data in reply.files.values())


def check_nothing_of(other: Neighbour, text: str, where: str) -> None:
    assert not [mark for mark in other.marks if mark in text], where


async def test_no_command_and_no_file_shows_anything_of_another_server(
    neighbours: tuple[Assent, Neighbour, Neighbour],
) -> None:
    _, alpha, beta = neighbours
    for here, other in ((alpha, beta), (beta, alpha)):
        seen = ""
        for command, options in COMMANDS:
            text = everything(await here.ana.run(command, here.general, options=options))
            check_nothing_of(other, text, command)
            seen += text
        assert {here.word, here.governor} <= {mark for mark in here.marks if mark in seen}


async def test_nothing_of_another_server_is_offered_while_one_types(
    neighbours: tuple[Assent, Neighbour, Neighbour],
) -> None:
    _, alpha, beta = neighbours
    for here, other in ((alpha, beta), (beta, alpha)):
        seen = ""
        for command, typed in TYPED:
            offered = await here.ana.autocomplete(command, here.general, **typed)
            text = "\n".join(f"{each.name} {each.value}" for each in offered)
            check_nothing_of(other, text, command)
            seen += text
        assert here.word in seen


async def test_what_is_another_servers_cannot_be_named_or_changed(
    neighbours: tuple[Assent, Neighbour, Neighbour],
) -> None:
    assent, alpha, beta = neighbours
    await alpha.speak(title="Alpha's second")
    await assent.settle()
    second = {"proposal": "BTRST-2", "reason": REASON}
    theirs = alpha.rows(f"SELECT max(id) FROM posts WHERE guild_id = {alpha.guild.id}")[0][0]  # noqa: S608 - a number of ours
    before = alpha.memory()
    for command, options in (
        ("/proposal set-status", {**second, "status": "parked"}),
        ("/proposal relink", {**second, "on_chain": "none"}),
        ("/governance audit", {"proposal": "BTRST-2"}),
        ("/announcement list", {"proposal": "BTRST-2"}),
        ("/announcement resend", {"announcement": str(theirs)}),
    ):
        reply = await beta.ana.run(command, beta.general, options=options)
        assert "here" in reply.text, command
        check_nothing_of(alpha, reply.text, command)
    assert alpha.memory() == before


async def test_a_policy_that_was_shown_in_one_server_is_confirmed_in_no_other(
    neighbours: tuple[Assent, Neighbour, Neighbour],
) -> None:
    _, alpha, beta = neighbours
    file = Upload(name="policy.toml", content=b"support.threshold = 77")
    offer = await alpha.owner.run("/governance policy import", alpha.general, file=file)
    custom_id = offer.button("Change the policy so")["custom_id"]
    message = beta.said_in(beta.moderators)[-1]
    button = {"type": 2, "style": 1, "label": "Press me", "custom_id": custom_id, "id": 2}
    message.components = [{"type": 1, "id": 1, "components": [button]}]
    reply = await beta.owner.press(message, "Press me")
    assert "not yours" in reply.text
    count = "SELECT count(*) FROM communities WHERE body LIKE '%\"support_threshold\":77%'"
    assert alpha.rows(count) == [(0,)]
