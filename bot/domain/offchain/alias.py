"""A wallet that lets Assent's key propose for it: for how long, and what is said of that."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.domain.policy import DAY
from bot.domain.types import Address, GuildId, Seconds, SnapshotProposalId, UnixSeconds, UserId

# Source: the sequencer honours an alias for thirty days from the timestamp of its message.
ALIAS_LASTS = Seconds(30 * DAY)
ENDING_LEADS = (Seconds(7 * DAY), Seconds(DAY), Seconds(0))  # before the end; 0: it has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """The right to propose for a principal: a wallet's, whose member has signed for it.

    It is one only once it was read back from the hub.
    """

    guild_id: GuildId
    principal: Address  # the author of what is proposed
    alias: Address  # whose key signs
    user_id: UserId  # the member whose wallet it is
    signed_at: UnixSeconds

    @property
    def expires_at(self) -> UnixSeconds:
        """When Snapshot honours it no longer."""
        return UnixSeconds(self.signed_at + ALIAS_LASTS)

    def may_sign(self, key: Address, now: UnixSeconds) -> bool:
        """Say whether a key may sign for the principal now."""
        return self.alias == key and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAlias:
    """An alias as the hub shows it."""

    principal: Address
    alias: Address
    created: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasNews:
    """What all news of the right to propose for a wallet carry."""

    principal: Address
    user_id: UserId  # the member whose wallet it is

    what: ClassVar[str]  # what there is one of


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasLinked(AliasNews):
    """A wallet lets Assent propose for it, read back from the hub; or has renewed that."""

    kind: Literal["alias linked"] = "alias linked"
    what: ClassVar[str] = "linked"
    signed_at: UnixSeconds
    expires_at: UnixSeconds

    @property
    def key(self) -> str:
        """One for each signature."""
        return f"alias:{self.principal}:{self.signed_at}:{self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasEnding(AliasNews):
    """The right ends soon, or has ended (`lead` is 0): it has to be renewed."""

    kind: Literal["alias ending"] = "alias ending"
    what: ClassVar[str] = "ending"
    signed_at: UnixSeconds
    expires_at: UnixSeconds
    lead: Seconds

    @property
    def key(self) -> str:
        """One for each signature and lead time."""
        return f"alias:{self.principal}:{self.signed_at}:{self.what}-{self.lead}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRefused(AliasNews):
    """Snapshot refused for good what a wallet has signed."""

    kind: Literal["alias refused"] = "alias refused"
    what: ClassVar[str] = "refused"
    message_id: SnapshotProposalId
    text: str  # the sequencer's own words, or ours
    meaning: str

    @property
    def key(self) -> str:
        """One for each signature."""
        return f"alias:{self.message_id}:{self.what}"


def endings(alias: Alias, now: UnixSeconds) -> dict[AliasEnding, bool]:
    """Give each reminder whose time has come, and whether it is still news.

    Only the latest is: after an outage nobody is told that seven days are left when it is one.
    """
    due = [lead for lead in ENDING_LEADS if now >= alias.expires_at - lead]
    return {
        AliasEnding(
            principal=alias.principal,
            user_id=alias.user_id,
            signed_at=alias.signed_at,
            expires_at=alias.expires_at,
            lead=lead,
        ): lead == due[-1]
        for lead in due
    }
