"""The tables. Snowflakes and unix seconds are 64-bit; uint256 and hashes are text.

Values that are read and written as a whole (a policy, a governor, what is to be said) are JSON of
their domain dataclass; what is searched for has a column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

communities = Table(
    "communities",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # Community
    Column("next_number", Integer, nullable=False, server_default="1"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", ForeignKey("communities.guild_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reference", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("idea", Text, nullable=False),  # Idea
    Column("topic", Text, nullable=False, server_default=""),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("coauthors", Text, nullable=False, server_default="[]"),
    Column("source", Text, nullable=False, server_default=""),
    Column("phase", Text, nullable=False, index=True),
    Column("phase_since", BigInteger, nullable=False),
    Column("move_count", Integer, nullable=False, server_default="0"),
    Column("moved_by", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("thread_id", BigInteger),
    Column("is_members_post", Boolean, nullable=False, server_default="0"),
    Column("merged_into", Integer),
    Column("chain_id", BigInteger),
    Column("governor", Text),
    Column("governor_proposal_id", Text),
    UniqueConstraint("guild_id", "number"),
    Index(None, "chain_id", "governor", "governor_proposal_id"),
)

reactions = Table(
    "reactions",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stance", Text, primary_key=True),  # support or opposition
    # How it was given: by a reaction or a super-reaction in Discord, by a button, or to an idea
    # that was merged into this one. What Discord shows replaces the first two, and only those.
    Column("via", Text, primary_key=True),
    Column("counts", Boolean, nullable=False),  # by the policy: bots, for example, do not
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # Draft
)

reviews = Table(
    "reviews",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),  # the one that was read
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("act", Text, primary_key=True),  # submitted or approved
    Column("at", BigInteger, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False, index=True),
    Column("opens_at", BigInteger, nullable=False),
    Column("snapshot_id", Text, unique=True),
    Column("envelope", Text),  # the exact text that is posted
)

# Proposals on Snapshot as the hub last showed them, whoever made them.
snapshot_proposals = Table(
    "snapshot_proposals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("space", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),  # SnapshotProposal
    Column("seen_at", BigInteger, nullable=False),  # when it was last seen to differ
    Column("missing_since", BigInteger),  # the hub, which had it, shows it no more since
    Column("supply", Text),  # of its token at its block, in the unit of scores
)

# Its scores over time, one row for each change, for the picture of the vote.
score_points = Table(
    "score_points",
    metadata,
    Column("snapshot_id", ForeignKey("snapshot_proposals.id"), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # ScorePoint
)

followed_spaces = Table(
    "followed_spaces",
    metadata,
    Column("guild_id", ForeignKey("communities.guild_id"), primary_key=True),
    Column("space", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("is_own", Boolean, nullable=False),
)

followed_votes = Table(
    "followed_votes",
    metadata,
    Column("guild_id", ForeignKey("communities.guild_id"), primary_key=True),
    Column("snapshot_id", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("news_key", Text, nullable=False),
    Column("is_quiet", Boolean, nullable=False),
    Index(None, "snapshot_id"),
)

# Signed messages that are no proposals: edits, deletions, aliases. Stored before they are sent.
snapshot_messages = Table(
    "snapshot_messages",
    metadata,
    Column("id", Text, primary_key=True),  # the EIP-712 digest
    Column("kind", Text, nullable=False),
    Column("guild_id", ForeignKey("communities.guild_id"), nullable=False),
    Column("snapshot_id", Text),  # the proposal it is about; `None`: an alias
    Column("user_id", BigInteger, nullable=False),  # whose wish it is
    Column("reason", Text, nullable=False, server_default=""),
    Column("envelope", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("answer", Text, nullable=False, server_default=""),  # the sequencer's last words
)

# The right to propose for somebody: a wallet that lets our key sign for it, for thirty days.
aliases = Table(
    "aliases",
    metadata,
    Column("guild_id", ForeignKey("communities.guild_id"), primary_key=True),
    Column("principal", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),  # the member whose wallet it is
    Column("signed_at", BigInteger, nullable=False),
)

wallets = Table(
    "wallets",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    Column("chain_id", BigInteger, nullable=False),  # on which it was proven
    Column("linked_at", BigInteger, nullable=False),
    Index(None, "guild_id", "address"),
)

# Links to the page on which members sign. The secret in the link is not stored, only its hash.
page_links = Table(
    "page_links",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # PageErrand, with what the wallet was handed
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("destination", Text, nullable=False),  # channel:<id>, forum:<id> or thread:<proposal>
    Column("proposal_id", ForeignKey("proposals.id")),
    Column("body", Text, nullable=False),  # Speech
    Column("role_id", BigInteger),  # the role that is pinged
    Column("mentioned_id", BigInteger),  # the member who is
    Column("is_rehearsal", Boolean, nullable=False, server_default="0"),  # said in a dry run
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("delivered_revision", Integer, nullable=False, server_default="0"),
    Column("is_withdrawn", Boolean, nullable=False, server_default="0"),
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", BigInteger),
    Column("not_before", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("channel_id", BigInteger),  # where the message really is
    Column("message_id", BigInteger, index=True),
    Column("wants_thread", Boolean, nullable=False, server_default="0"),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("shown", Text, nullable=False, server_default=""),  # a digest of what the message reads
    # Not the destination: a community that moves its channels is not told everything again.
    UniqueConstraint("guild_id", "key", "audience"),
    Index(None, "state", "not_before"),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("proposal_id", ForeignKey("proposals.id"), index=True),
    Column("at", BigInteger, nullable=False),
    Column("actor_id", BigInteger),  # `None`: Assent itself, Snapshot or a chain
    Column("what", Text, nullable=False),
)

# What people have typed, kept until it has become something: nothing they wrote is lost.
typed = Table(
    "typed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # Typed
    Column("at", BigInteger, nullable=False),
    Index(None, "guild_id", "user_id"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("wants_direct_messages", Boolean, nullable=False),
)

# A set-up that is under way: it can be left and resumed.
setups = Table(
    "setups",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # SetupChoices
    Column("at", BigInteger, nullable=False),
)

# Snapshot's spaces as they were last seen, for what is shown without asking anew.
spaces = Table(
    "spaces",
    metadata,
    Column("id", Text, primary_key=True),
    Column("body", Text, nullable=False),  # Space
    Column("limits", Text, nullable=False),  # SpaceLimits
    Column("seen_at", BigInteger, nullable=False),
)

# What is in the way of a proposal, or of a whole server, until it is mended.
troubles = Table(
    "troubles",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),  # natural: the kind and what it is about
    Column("proposal_id", ForeignKey("proposals.id"), index=True),
    Column("kind", Text, nullable=False),
    Column("place", BigInteger),  # the channel, role or member it is about
    Column("since", BigInteger, nullable=False),
)

memory = Table(
    "memory",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Who carries a decision out where no contract does, and what shows that it was done.
implementations = Table(
    "implementations",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("body", Text, nullable=False),  # Implementation
    Column("due_at", BigInteger, index=True),  # `None`: no date was given
    Column("done_at", BigInteger),
)

# Deadlines as calendars show them: their events in Discord, and the files of calendar apps.
deadlines = Table(
    "deadlines",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("ends_at", BigInteger, nullable=False, index=True),
    Column("body", Text, nullable=False),  # Entry
)
