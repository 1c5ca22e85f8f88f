"""A wallet that lets Assent's key propose for it: for how long, and when to renew that."""

from dataclasses import dataclass

from bot.domain.policy import DAY
from bot.domain.types import Address, GuildId, Seconds, UnixSeconds, UserId

# Source: the sequencer honours an alias for thirty days from the timestamp of its message.
ALIAS_LASTS = Seconds(30 * DAY)
RENEWAL_LEADS = (Seconds(7 * DAY), Seconds(DAY), Seconds(0))  # how long before the end people hear


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """The right to propose for a principal: a wallet's, whose member has signed for it."""

    guild_id: GuildId
    principal: Address  # the author of what is proposed
    alias: Address  # whose key signs
    user_id: UserId  # the member whose wallet it is
    signed_at: UnixSeconds
    is_known: bool  # read back from the hub

    @property
    def expires_at(self) -> UnixSeconds:
        """When Snapshot honours it no longer."""
        return UnixSeconds(self.signed_at + ALIAS_LASTS)

    def is_valid(self, key: Address, now: UnixSeconds) -> bool:
        """Say whether a key may sign for the principal now."""
        return self.is_known and self.alias == key and now < self.expires_at


def due_lead(alias: Alias, now: UnixSeconds) -> Seconds | None:
    """Give the reminder whose time has come, the latest of them; `None`: none has.

    A reminder that nobody was there to give is not made up for: the next one says what holds then.
    """
    due = [lead for lead in RENEWAL_LEADS if now >= alias.expires_at - lead]
    return due[-1] if due else None
