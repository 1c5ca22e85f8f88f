"""A gateway session: numbered events, kept so that they can be replayed after a drop."""

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.discord.intents import Intent, blanked, is_readable, is_wanted
from sandbox.discord.permissions import may_see

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.outbound import Outbound
    from sandbox.discord.state import Event, State

REPLAYED_EVENTS: Final = 50_000
RESUMABLE_MS: Final = 300_000  # "a few minutes", by the sandbox's clock


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """What one IDENTIFY began; it outlives its connection for a while."""

    id: str
    state: "State"
    intents: int
    sequence: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAYED_EVENTS))
    outbound: "Outbound | None" = None
    left_at_ms: int | None = None

    @property
    def is_resumable(self) -> bool:
        """Say whether a RESUME would still be accepted."""
        now_ms = self.state.clock.now_ms()
        return self.left_at_ms is None or now_ms - self.left_at_ms <= RESUMABLE_MS

    def tell(self, event: "Event") -> None:
        """Send an event, if this session asked for it and the bot may see it."""
        if not is_wanted(event, self.intents, self.state.bot) or not self._sees(event):
            return
        self.dispatch(event.name, json.dumps(self._worded(event), separators=(",", ":")))

    def dispatch(self, name: str, data: str) -> None:
        """Number an event, keep it for a replay and send it."""
        self.sequence += 1
        text = f'{{"op":0,"s":{self.sequence},"t":"{name}","d":{data}}}'
        self.sent.append((self.sequence, text))
        if self.outbound is not None:
            self.outbound.put(text)

    def missed(self, sequence: int) -> Iterable[str] | None:
        """List the events after `sequence`; `None` if some are forgotten."""
        if sequence > self.sequence:
            return None
        first_kept = self.sent[0][0] if self.sent else self.sequence + 1
        if sequence + 1 < first_kept:
            return None
        return [text for number, text in self.sent if number > sequence]

    def _sees(self, event: "Event") -> bool:
        if event.place is None or event.guild_id is None or event.name == "CHANNEL_DELETE":
            return True
        return may_see(self.state.guilds[event.guild_id], self.state.bot.id, event.place)

    def _worded(self, event: "Event") -> "Json":
        message = event.message
        if message is None or self.intents & Intent.MESSAGE_CONTENT:
            return event.data
        return event.data if is_readable(message, self.state.bot) else blanked(event.data)
