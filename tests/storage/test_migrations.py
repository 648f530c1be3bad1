"""The revisions build exactly what ``storage.tables`` says."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from storage import migrations
from storage.database import Database
from storage.tables import metadata


def _schema(path: Path) -> dict[str, list[str]]:
    """Each table and index by its parts; constraints may stand in any order, columns not (rows are read in order)."""
    conn = sqlite3.connect(path)
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    conn.close()
    return {name: _parts(sql) for name, sql in rows if name not in {"alembic_version", "sqlite_sequence"}}


def _parts(sql: str) -> list[str]:
    head, _, body = re.sub(r"\s+", " ", sql).partition("(")
    parts, depth = [""], 0
    for character in body:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    constraints = [part for part in parts if "CONSTRAINT" in part.split()[0]]
    columns = [part for part in parts if part not in constraints]
    return [head, *(part.rstrip(") ") for part in [*columns, *sorted(constraints)])]


async def test_on_sqlite_to_the_letter(sqlite_db: Database, tmp_path: Path) -> None:
    direct = tmp_path / "direct.db"
    engine = create_engine(f"sqlite:///{direct}")
    metadata.create_all(engine)
    engine.dispose()
    await sqlite_db.close()
    assert _schema(tmp_path / "kentongan.db") == _schema(direct)


_CONSTRAINTS = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = CAST(:schema AS regnamespace) AND conrelid <> 0 ORDER BY 1, 2"
)
_INDEXES = text(
    "SELECT tablename, indexname, replace(indexdef, :schema || '.', '') FROM pg_indexes "
    "WHERE schemaname = :schema ORDER BY 1, 2"
)


async def test_on_postgresql(postgres_db: Database) -> None:
    def compare(conn: Connection) -> None:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
        conn.execute(text("CREATE SCHEMA direct"))
        conn.execute(text("SET LOCAL search_path TO direct"))
        metadata.create_all(conn, checkfirst=False)
        for query in (_CONSTRAINTS, _INDEXES):
            direct = [
                tuple(str(part).replace("direct.", "") for part in row)
                for row in conn.execute(query, {"schema": "direct"})
            ]
            conn.execute(text("SET LOCAL search_path TO public"))
            migrated = [
                tuple(map(str, row)) for row in conn.execute(query, {"schema": "public"}) if "alembic" not in row[0]
            ]
            conn.execute(text("SET LOCAL search_path TO direct"))
            assert direct == migrated
        conn.execute(text("DROP SCHEMA direct CASCADE"))

    await postgres_db.run(lambda uow: compare(uow.conn))


def test_the_code_knows_its_revisions() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [migrations.HEAD]
    assert [revision.revision for revision in scripts.walk_revisions()][::-1] == list(migrations.KNOWN)
