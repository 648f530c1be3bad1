"""Schema revisions; ``HEAD`` is what this code needs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from domain.errors import SchemaTooNew

HEAD = "0001"
KNOWN = ("0001",)
"""All revisions, oldest first."""


def current(conn: Connection) -> str | None:
    """The database's revision, None when it has no tables of ours; raises SchemaTooNew for an unknown one."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    revision: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in KNOWN:
        raise SchemaTooNew(
            f"the database has schema {revision}, this Kentongan knows up to {HEAD}; install the newer version"
        )
    return revision


def upgrade(conn: Connection) -> None:
    """Bring the schema to HEAD inside the caller's transaction: killed half way, nothing of it happened."""
    from alembic import command  # noqa: PLC0415  # 100 ms that a start on an up-to-date database does not need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
