"""Runs the migrations on the connection that migrate.py passes."""

from alembic import context

from ngnpro_server.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    user_module_prefix="types.",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
