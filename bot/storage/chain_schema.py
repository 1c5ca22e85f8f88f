"""The tables of what is known of chains: governors, what was read of them, and reviews of it."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from bot.storage.schema import metadata

governors = Table(
    "governors",
    metadata,
    Column("guild_id", ForeignKey("communities.guild_id"), primary_key=True),
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    Column("body", Text, nullable=False),  # Governor
    Column("watched_since", BigInteger, nullable=False),  # block: what is older is shown quietly
)

scans = Table(
    "scans",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("scanned", BigInteger, nullable=False),  # the last block whose events are recorded
    Column("undone_at", BigInteger),  # after a reorganisation, until every state was asked again
    Column("finalized", BigInteger),  # the last block that the chain says can never be undone
)

# What the endpoints of a chain have taught us; they may hold keys, so only a digest names them.
endpoints = Table(
    "endpoints",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, primary_key=True),
    Column("span", Integer, nullable=False),  # how many blocks it answers for at once
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("timestamp", BigInteger),  # `None`: noted by a version that did not keep it
)

chain_events = Table(
    "chain_events",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("emitter", Text, nullable=False),
    Column("governor_proposal_id", Text),  # `None`: an event of a timelock
    Column("body", Text, nullable=False),  # GovernorEvent
    Index(None, "chain_id", "emitter", "governor_proposal_id"),
)

# Votes are kept in pages: there are tens of thousands, and nobody reads them one by one.
vote_pages = Table(
    "vote_pages",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("governor", Text, primary_key=True),
    Column("governor_proposal_id", Text, primary_key=True),
    Column("first_block", BigInteger, primary_key=True, autoincrement=False),
    Column("first_log_index", Integer, primary_key=True, autoincrement=False),
    Column("last_block", BigInteger, nullable=False),
    Column("votes", Text, nullable=False),  # JSON: a list of what `VotesCast` calls lines
    Index(None, "chain_id", "last_block"),
)

# How far the past of a contract was read backwards, below where the reading began.
backfills = Table(
    "backfills",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    Column("first", BigInteger, nullable=False),  # the block it is to begin with
    Column("reached", BigInteger, nullable=False),  # the last block that was read of it
)

# Operations of a timelock, whether a governor has put them there or somebody else.
operations = Table(
    "operations",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("timelock", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("is_live", Boolean, nullable=False, index=True),
    Column("body", Text, nullable=False),  # Operation
)

# The names of addresses (ENS), each verified forward; `""`: it has none.
address_names = Table(
    "address_names",
    metadata,
    Column("address", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
)

# What is known of contracts that proposals call: ABI, token, the implementation behind a proxy.
contracts = Table(
    "contracts",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    Column("body", Text, nullable=False),  # ContractFacts
    Column("checked_at", BigInteger, nullable=False),
)

# The technical review of what waits in a timelock, one for each server that watches it.
technical_reviews = Table(
    "technical_reviews",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("governor", Text, primary_key=True),
    Column("governor_proposal_id", Text, primary_key=True),
    Column("is_open", Boolean, nullable=False, index=True),
    Column("body", Text, nullable=False),  # TechnicalReview
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("governor", Text, primary_key=True),
    Column("governor_proposal_id", Text, primary_key=True),
    Column("check", Text, primary_key=True),  # the line of the checklist
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),  # as the member was called then
    Column("at", BigInteger, nullable=False),
)

governor_proposals = Table(
    "governor_proposals",
    metadata,
    Column("chain_id", BigInteger, primary_key=True, autoincrement=False),
    Column("governor", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("is_live", Boolean, nullable=False, index=True),
    Column("body", Text, nullable=False),  # GovernorProposal
)
