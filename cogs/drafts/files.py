"""A draft as a file: downloaded whole, and uploaded whole or as one section."""

import discord

from bot.domain.drafting.file import UploadedFile, as_file, check_file, decoded
from bot.domain.text import bare
from bot.interactions import Asked, actor_of, guild_of, tell
from cogs.cards import text_file
from cogs.drafts.forms import saved


async def download(interaction: Asked, reference: str) -> None:
    """Give the whole draft as a file, with a heading for every section."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    services, guild_id = interaction.client.services, guild_of(interaction)
    sections = await services.revisions.every_section(guild_id, reference)
    await tell(
        interaction,
        "The whole draft. Keep the headings, change what stands below them, and give the file to "
        "`/draft upload`; one that is unchanged changes nothing.",
        file=text_file(as_file(sections), "draft.md"),
    )


async def upload(
    interaction: Asked, reference: str, file: discord.Attachment, section: str | None
) -> None:
    """Take a file as the whole draft, or as one section."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    revisions, guild_id = interaction.client.services.revisions, guild_of(interaction)
    actor = await actor_of(interaction)
    before = await revisions.editable(guild_id, reference, actor)
    check_file(UploadedFile(name=file.filename, size=file.size))
    text = decoded(await file.read())
    done = await revisions.upload(guild_id, reference, actor, text, section)
    if done.view.draft.revision == before.draft.revision:
        await tell(interaction, "The file reads like the draft: nothing was changed.")
        return
    what = f"Saved as revision {done.view.draft.revision}. This is how it reads now:"
    if done.absent:
        names = ", ".join(bare(name, 45) or "the text" for name in done.absent)
        what = f"Not in the file, so left as they were: {names}.\n{what}"
    await saved(interaction, done.view, what)
