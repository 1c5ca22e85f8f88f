"""Runs migrations on the database that alembic's configuration names."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine

from bot.storage import chain_schema  # noqa: F401 - its tables belong to the schema
from bot.storage.schema import metadata


def default_has_changed(*comparison: Any) -> bool | None:
    """Say no where only SQLite's spelling of an empty text differs; leave the rest to alembic."""
    *_, in_database, _, in_schema = comparison
    return False if (in_database, in_schema) == ("('')", "") else None


engine = create_engine(context.config.get_alembic_option("sqlalchemy.url") or "sqlite:///assent.db")
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=default_has_changed,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
