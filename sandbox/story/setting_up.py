"""An administrator goes through the set-up, from its first question to Finish."""

from dataclasses import dataclass

from sandbox.discord import Channel, Person, Reply
from sandbox.discord.guilds import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What an administrator answers; what is `None` is left as it is."""

    ideas: Channel | None = None
    voting: Channel | None = None
    moderator_role: Role | None = None
    announcement_role: Role | None = None
    announcements: Channel | None = None
    moderators: Channel | None = None
    preset: str | None = None
    space: str | None = None
    governor: str | None = None
    chain: int | None = None


class _Refused(Exception):  # noqa: N818 - it ends the walk, and is no error
    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(slots=True)
class _Walk:
    owner: Person
    page: Reply

    def check(self, reply: Reply) -> None:
        """Stop where something is refused: that comes as a message of its own."""
        if not reply.updated or reply.interaction.followups:
            raise _Refused(reply)

    async def press(self, button: str) -> Reply:
        reply = await self.owner.press(self.page, button)
        self.check(reply)
        return reply

    async def choose(self, menu: str, *things: object) -> None:
        self.check(await self.owner.choose(self.page, menu, values=things))

    async def fill(self, button: str, **typed: object) -> None:
        form = await self.owner.press(self.page, button)
        self.check(await self.owner.submit(form.modal, **typed))


async def walk_through_setup(
    owner: Person, channel: Channel, /, *, answers: Answers | None = None, **named: object
) -> Reply:
    """Answer every question of `/governance setup`, and press Finish.

    The answers are those of `Answers`, together or by name. Gives what was said last: how the
    server is set up, or what was refused.
    """
    given = answers or Answers(**named)  # type: ignore[arg-type] # by name, as in `Answers`
    walk = _Walk(owner, await owner.run("/governance setup", channel))
    if walk.page.message is None or not walk.page.message.components:
        return walk.page
    try:
        return await _answered(walk, given)
    except _Refused as refused:
        return refused.reply


async def _answered(walk: _Walk, given: Answers) -> Reply:
    await _choose(
        walk, given, "role", {"moderators": "moderator_role", "called": "announcement_role"}
    )
    await walk.press("setup:do:go:channels")
    places = ("ideas", "voting", "announcements", "moderators")
    await _choose(walk, given, "channel", {place: place for place in places})
    await walk.press("setup:do:go:preset")
    await _choose(walk, given, "option", {"preset": "preset"})
    await walk.press("setup:do:go:space")
    if given.space is not None:
        await walk.fill("setup:do:space:name", space=given.space)
    await walk.press("setup:do:go:governors")
    if given.governor is not None:
        chain = {} if given.chain is None else {"chain": str(given.chain)}
        await walk.fill("setup:do:governor:name", address=given.governor, **chain)
        await walk.press("Add it")
    await walk.press("setup:do:go:summary")
    return await walk.press("Finish")


async def _choose(walk: _Walk, given: Answers, kind: str, menus: dict[str, str]) -> None:
    for menu, answer in menus.items():
        thing = getattr(given, answer)
        if thing is not None:
            await walk.choose(f"setup:{kind}:{menu}", thing)
