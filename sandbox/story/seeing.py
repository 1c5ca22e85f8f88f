"""What the story looks at: answers, the proposal's card and its thread."""

from sandbox.discord import Message, Reply, Thread
from sandbox.story.stage import NotSeenError, Stage


def expect(reply: Reply, *words: str) -> None:
    """Make sure that a private answer says what it should."""
    text = reply.text.replace("\\", "")
    missing = [word for word in words if word not in text]
    if missing:
        raise NotSeenError(f"{missing} in the answer: {reply.text}")


def card(stage: Stage) -> Message:
    """Give the proposal's live card."""
    assert stage.card is not None, "the idea was spoken"
    return stage.card


def card_thread(stage: Stage) -> Thread:
    """Give the proposal's thread."""
    thread = card(stage).thread
    assert thread is not None, "it was opened with the card"
    return thread


def footer(message: Message) -> str:
    """Give the footer that identifies a message of the bot."""
    return next((embed["footer"]["text"] for embed in message.embeds if "footer" in embed), "")


def labels(message: Message) -> list[str]:
    """Give what stands on a message's buttons."""
    return [str(button.get("label")) for button in message.buttons]


def struck_out(message: Message) -> bool:
    """Say whether a fork has taken back what the message says."""
    return "~~" in message.text
