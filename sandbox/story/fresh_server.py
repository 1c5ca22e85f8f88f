"""A server that has nothing yet: set up in a private conversation, channels included."""

from sandbox.discord import DEFAULT_BOT_PERMISSIONS, Permission
from sandbox.story.seeing import expect
from sandbox.story.stage import Stage


async def set_up_a_fresh_server(stage: Stage) -> None:
    """An administrator sets another server up, leaves in the middle, and comes back."""
    guild = stage.worlds.discord.guild(
        "Lighthouse DAO", bot_permissions=DEFAULT_BOT_PERMISSIONS | Permission.MANAGE_CHANNELS
    )
    lobby, keepers = guild.text_channel("lobby"), guild.role("Keepers")
    owner, member = guild.owner, guild.member("Iris")
    lost = await member.run("/idea new", lobby)
    expect(lost, "/governance setup")
    stage.tell("In another server nothing is set up; who speaks an idea is told who can do that.")
    page = await owner.run("/governance setup", lobby)
    await owner.choose(page, "setup:role:moderators", values=[keepers])
    await owner.press(page, "Next")
    expect(await owner.press(page, "Create them for me"), "Shall it?")
    await owner.press(page, "Yes, create them")
    stage.tell("Its owner chooses the moderators' role and lets Assent create the channels.")
    again = await owner.run("/governance setup", lobby)
    expect(again, "2 of 6: Channels")
    stage.tell("Called away and back, the owner runs /governance setup again: it goes on there.")
    await owner.press(again, "Next")
    await owner.choose(again, "setup:option:preset", values=["single-vote"])
    for _ in range(3):
        await owner.press(again, "Next")
    done = await owner.press(again, "Finish")
    expect(done, "Assent is set up", "nothing is missing", "What will happen to the next idea")
    stage.tell("One vote on Snapshot is enough here. At the end: what happens to the next idea.")
    helped = await member.run("/help", lobby)
    expect(helped, "/idea new")
    stage.tell("Iris asks /help: the phases in plain words, and what she can do next.")
