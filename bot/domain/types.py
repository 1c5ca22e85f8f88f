"""Ids and units: a number that may be seconds, blocks or wei says which."""

from typing import NewType

# Time. Wall clock, chain, Snapshot and Discord's `<t:…>` all speak unix seconds.
UnixSeconds = NewType("UnixSeconds", int)
Seconds = NewType("Seconds", int)

# Discord. Snowflakes: 64-bit, time-ordered.
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)  # a channel, a thread or a forum
MessageId = NewType("MessageId", int)
RoleId = NewType("RoleId", int)
UserId = NewType("UserId", int)

# Assent. `ProposalId` is the row; what people say is the reference, `BTRST-12`.
ProposalId = NewType("ProposalId", int)

# Snapshot.
SpaceId = NewType("SpaceId", str)  # e.g. `usebraintrust.eth`, lower case
SnapshotProposalId = NewType("SnapshotProposalId", str)  # `0x` and 64 hex digits, lower case

# EVM chains.
ChainId = NewType("ChainId", int)
BlockNumber = NewType("BlockNumber", int)
BlockHash = NewType("BlockHash", str)  # `0x` and 64 hex digits, lower case
TransactionHash = NewType("TransactionHash", str)  # `0x` and 64 hex digits, lower case
Address = NewType("Address", str)  # EIP-55 checksummed
GovernorProposalId = NewType("GovernorProposalId", int)  # uint256: stored as decimal text
OperationId = NewType("OperationId", str)  # bytes32 of a TimelockController, lower-case hex
Timepoint = NewType("Timepoint", int)  # a block number or unix seconds: the governor's clock says
TokenUnits = NewType("TokenUnits", int)  # base units of the governance token
Wei = NewType("Wei", int)
