"""Run by alembic: migrates over the connection it is given, inside the caller's transaction."""

from alembic import context

from journey_assistant.adapters.store_sql.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
