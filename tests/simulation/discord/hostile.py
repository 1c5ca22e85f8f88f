"""What people type to do harm, and what must not be seen of it afterwards."""

import re
from collections.abc import Iterator

from sandbox.discord import Message
from tests.simulation.discord.home import Home

EVIL = "https://evil.example"
NAMED = 111_222_333_444_555_666  # somebody no card of ours would ever name


def texts(home: Home) -> dict[str, str]:
    """Give what is typed, by what it is."""
    role, person = home.moderator_role.id, NAMED
    return {
        "nothing": "",
        "blanks": " \n\t ",
        "much": "long " * 2_000,
        "one word": "w" * 4_000,
        "emoji": "🔥👩‍👩‍👧‍👦🏳️‍🌈" * 20,
        "right to left": "\u202egnisol\u2066\u2067 txet\u200b\u200d\ufeff",
        "invisible": "\u200b\u2060\u3164\u2800",
        "mentions": f"@everyone @here <@&{role}> <@{person}> <@!{person}> <#{home.ideas.id}>",
        "masked link": f"[free tokens]({EVIL}) [x](<{EVIL}>) <{EVIL}|x>",
        "code fence": "```\n@everyone\n`` ` ```py\nx",
        "table": "| a | b |\n| --- | --- |\n| ||c|| | **d** |\n\n# e\n> f\n-# g\n1. h",
        "broken text": "a\x00b\ud800c\udfffd\x1b[31m\x07\r\n\u2028e",
        "time": "<t:0:R> <t:99999999999999999999:F> </idea new:1> <:x:1> <id:home>",
        "marks": "Z" + "\u0301" * 3_000,
        "database": "'; DROP TABLE proposals; -- %s {0} {x} $1 \\ \" &lt; &#64;everyone",
        "numbers": "9" * 400,
        "unicode digits": "٣²①",
    }


def harm(message: Message) -> Iterator[str]:
    """Say what is wrong with a message of the bot, whoever sees it."""
    if message.mention_everyone or message.pinged_everyone:
        yield "everybody is mentioned"
    if any(user.id == NAMED for user in message.mentions):
        yield "somebody is mentioned"
    for piece in _pieces(message):
        yield from _harm_in(piece)


def _pieces(message: Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield from (embed.get("title", ""), embed.get("description", ""))
        for field in embed.get("fields", []):
            yield from (field["name"], field["value"])
    for button in message.buttons:
        yield button.get("label") or ""


def _harm_in(piece: str) -> Iterator[str]:
    if len(re.findall(r"(?<!\\)(?:\\\\)*```", piece)) % 2:
        yield f"an open code fence in {piece[:200]!r}"
    shown = re.sub(r"```.*?```", "", piece, flags=re.DOTALL)
    for what, pattern in _HARMFUL.items():
        if found := re.search(pattern, shown):
            yield f"{what} in {shown[max(0, found.start() - 60) :][:160]!r}"


_HARMFUL = {
    "a mention of everybody": r"(?<!\\)@(?:everyone|here)\b",
    "a mention of somebody": rf"(?<!\\)<(?:\\?)@!?{NAMED}>",
    "a masked link": rf"(?<!\\)\]\(<?{EVIL}",
    "a disguised time or command": r"(?<!\\)<(?:t:0:R|t:9{9,}|/idea new:1|id:home)",
    "text that runs backwards or cannot be seen": "[\u202e\u2066\u2067\u200b\ufeff\u2060]",
    "a control character": "[\x00\x07\x1b\ud800\udfff]",
    "a spoiler": r"(?<!\\)\|\|c",
}
