"""What alembic runs: migrates over the connection that `store.migrations.upgrade` hands in."""

from alembic import context
from sqlmodel import SQLModel

from store import tables  # noqa: F401  (fills the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # we are already inside the caller's one transaction
)
context.run_migrations()
