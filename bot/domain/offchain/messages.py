"""The messages Assent may put its name to on Snapshot, as data, and how far one of them has come.

There are four kinds and no other: nothing here changes the settings of a space, or deletes one.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from bot.domain.offchain.snapshot import SequencerAnswer, SignedEnvelope, Verdict, VotingType
from bot.domain.types import (
    Address,
    BlockNumber,
    GuildId,
    SnapshotProposalId,
    SpaceId,
    UnixSeconds,
    UserId,
)


class MessageKind(StrEnum):
    """What a message is for, as the sequencer calls it."""

    PROPOSAL = "proposal"
    UPDATE = "update-proposal"
    CANCEL = "delete-proposal"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMessage:
    """The message of a proposal, as it is signed; field names are Snapshot's but for two.

    `author` is `from` on the wire, `snapshot_block` is `snapshot`. Times are unix seconds.
    """

    kind: ClassVar[MessageKind] = MessageKind.PROPOSAL
    author: Address
    space: SpaceId
    timestamp: UnixSeconds
    type: VotingType
    title: str
    body: str
    discussion: str
    choices: tuple[str, ...]
    start: UnixSeconds
    end: UnixSeconds
    snapshot_block: BlockNumber
    labels: tuple[str, ...] = ()
    plugins: str = "{}"
    privacy: str = ""
    app: str = "assent"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMessage:
    """A proposal's new text; its times, its block and its space stay. All of it is written anew."""

    kind: ClassVar[MessageKind] = MessageKind.UPDATE
    proposal: SnapshotProposalId
    author: Address
    space: SpaceId
    timestamp: UnixSeconds
    type: VotingType
    title: str
    body: str
    discussion: str
    choices: tuple[str, ...]
    labels: tuple[str, ...] = ()
    plugins: str = "{}"
    privacy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMessage:
    """A proposal deleted, with the votes that were cast on it."""

    kind: ClassVar[MessageKind] = MessageKind.CANCEL
    author: Address
    space: SpaceId
    timestamp: UnixSeconds
    proposal: SnapshotProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasMessage:
    """The right to sign for `author`, given to `alias` for thirty days from `timestamp`."""

    kind: ClassVar[MessageKind] = MessageKind.ALIAS
    author: Address
    alias: Address
    timestamp: UnixSeconds


Message = ProposalMessage | UpdateMessage | CancelMessage | AliasMessage


class MessageStatus(StrEnum):
    """How far a signed message that is no proposal has come."""

    SIGNED = "signed"  # stored; whether Snapshot has it is not known yet
    ACCEPTED = "accepted"  # by the sequencer; the hub does not show it yet
    DONE = "done"  # read back from the hub
    REFUSED = "refused"  # for good


UNDERWAY = frozenset({MessageStatus.SIGNED, MessageStatus.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A signed message that is stored before it is sent, and whose wish it is."""

    envelope: SignedEnvelope  # its id is the message's EIP-712 digest
    kind: MessageKind
    guild_id: GuildId
    snapshot_id: SnapshotProposalId | None  # the proposal it is about; `None`: an alias
    user_id: UserId
    reason: str = ""  # public; `""` where none is asked for
    status: MessageStatus = MessageStatus.SIGNED
    at: UnixSeconds  # when it was signed: its `timestamp`
    answer: str = ""  # the sequencer's last words


def answered(sent: SentMessage, answer: SequencerAnswer) -> SentMessage:
    """Note what the sequencer said; after trouble that passes it waits to be sent again."""
    status = {
        Verdict.STORED: MessageStatus.ACCEPTED,
        Verdict.ALREADY_KNOWN: MessageStatus.ACCEPTED,
        Verdict.TRY_AGAIN: sent.status,
        Verdict.REFUSED: MessageStatus.REFUSED,
    }[answer.verdict]
    return replace(sent, status=status, answer=answer.text)
