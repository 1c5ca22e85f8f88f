"""Runs migrations on the database that alembic's configuration names."""

from alembic import context
from sqlalchemy import create_engine

from bot.storage.schema import metadata

engine = create_engine(context.config.get_alembic_option("sqlalchemy.url") or "sqlite:///assent.db")
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
