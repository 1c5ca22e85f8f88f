"""votes in pages."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_VOTES_EACH = 500  # on one page


def upgrade() -> None:
    """Put the votes, a row each until now, into pages."""
    op.create_table(
        "vote_pages",
        sa.Column("chain_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("governor", sa.Text(), nullable=False),
        sa.Column("governor_proposal_id", sa.Text(), nullable=False),
        sa.Column("first_block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_block", sa.BigInteger(), nullable=False),
        sa.Column("votes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "chain_id",
            "governor",
            "governor_proposal_id",
            "first_block",
            "first_log_index",
            name=op.f("pk_vote_pages"),
        ),
    )
    with op.batch_alter_table("vote_pages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vote_pages_chain_id_last_block"),
            ["chain_id", "last_block"],
            unique=False,
        )
    connection = op.get_bind()
    rows = connection.exec_driver_sql(
        "SELECT chain_id, governor, governor_proposal_id, block_number, log_index, voter, support, "
        "weight, reason, transaction_hash, fractions FROM votes_cast "
        "ORDER BY chain_id, governor, governor_proposal_id, block_number, log_index"
    )
    for proposal, votes in groupby(rows, key=lambda row: tuple(row)[:3]):
        for page in _pages([_line(*tuple(row)[3:]) for row in votes]):
            connection.exec_driver_sql(
                "INSERT INTO vote_pages VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*proposal, page[0][0], page[0][1], page[-1][0], json.dumps(page)),
            )
    op.drop_table("votes_cast")


def downgrade() -> None:
    """Give each vote a row of its own again; nobody asks for the hashes of their blocks."""
    op.create_table(
        "votes_cast",
        sa.Column("chain_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("governor", sa.Text(), nullable=False),
        sa.Column("governor_proposal_id", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("support", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fractions", sa.Text(), nullable=True),
        sa.Column("block_hash", sa.Text(), nullable=False),
        sa.Column("transaction_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "chain_id", "block_number", "log_index", name=op.f("pk_votes_cast")
        ),
    )
    with op.batch_alter_table("votes_cast", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_votes_cast_chain_id_governor_governor_proposal_id"),
            ["chain_id", "governor", "governor_proposal_id"],
            unique=False,
        )
    connection = op.get_bind()
    pages = connection.exec_driver_sql(
        "SELECT chain_id, governor, governor_proposal_id, votes FROM vote_pages"
    ).all()
    for chain_id, governor, proposal_id, votes in pages:
        for number, index, voter, support, weight, reason, transaction, parts in json.loads(votes):
            connection.exec_driver_sql(
                "INSERT INTO votes_cast VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
                (
                    chain_id,
                    number,
                    index,
                    governor,
                    proposal_id,
                    voter,
                    support,
                    weight,
                    reason,
                    None if parts is None else ",".join(parts),
                    transaction,
                ),
            )
    op.drop_table("vote_pages")


def _line(*row: Any) -> list[Any]:
    number, index, voter, support, weight, reason, transaction_hash, fractions = row
    parts = None if fractions is None else fractions.split(",")
    return [number, index, voter, support, weight, reason, transaction_hash, parts]


def _pages(lines: list[list[Any]]) -> Iterator[list[list[Any]]]:
    for start in range(0, len(lines), _VOTES_EACH):
        yield lines[start : start + _VOTES_EACH]
