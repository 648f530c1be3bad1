"""Statements of every step, compiled once: on SQLite they run on the driver's own connection.

SQLAlchemy's general way around a statement (its caches, its contexts, its result) costs several times what SQLite
needs for it. Text, bound values and column types still come from SQLAlchemy, so that what lies on disk is the same
whichever way it went, and so do its exceptions. On PostgreSQL a statement takes the general way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]
_PLACE = "kentongan_prepared"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as the driver takes it. ``fixed`` holds the values that stand in the statement itself."""

    sql: str
    binds: tuple[tuple[str, _Convert | None], ...]
    fixed: Values
    row: Callable[[Sequence[Any]], Any]
    columns: tuple[tuple[int, _Convert], ...]

    def arguments(self, values: Values) -> list[Any]:
        given = {**self.fixed, **values} if self.fixed else values
        return [given[name] if convert is None else convert(given[name]) for name, convert in self.binds]

    def value(self, found: Sequence[Any]) -> Any:
        row = list(found)
        for index, convert in self.columns:
            row[index] = convert(row[index])
        return self.row(row)


class Prepared:
    """A statement without lists of changing length (``expanding``). Rows are tuples with their columns as attributes.

    Raises what SQLAlchemy raises: subclasses of ``DBAPIError``, without any values.
    """

    __slots__ = ("statement",)

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self.statement = statement

    def first(self, conn: Connection, values: Values) -> Any | None:
        """The first row, if any."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self.statement, values).first()
        plan, cursor = self._run(conn, values)
        found = cursor.fetchone()
        return None if found is None else plan.value(found)

    def all(self, conn: Connection, values: Values) -> Sequence[Any]:
        """Every row; also of a statement that changes rows and returns them."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self.statement, values).all()
        plan, cursor = self._run(conn, values)
        return [plan.value(found) for found in cursor.fetchall()]

    def change(self, conn: Connection, values: Values) -> int:
        """How many rows were changed."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self.statement, values).rowcount
        return self._run(conn, values)[1].rowcount

    def insert(self, conn: Connection, values: Values) -> int:
        """The number that the database gave to the new row."""
        if conn.dialect.name != "sqlite":
            key = conn.execute(self.statement, values).inserted_primary_key
            assert key is not None
            return int(key[0])
        number = self._run(conn, values)[1].lastrowid
        assert number is not None
        return number

    def each(self, conn: Connection, rows: Sequence[Values]) -> None:
        """Once for each; they name the same columns."""
        if conn.dialect.name != "sqlite":
            conn.execute(self.statement, rows)
            return
        plan = self._plan(conn.dialect, rows[0])
        try:
            _driver(conn).executemany(plan.sql, [plan.arguments(row) for row in rows])
        except sqlite3.Error as error:
            raise _told(plan, error, conn.dialect) from error

    def _run(self, conn: Connection, values: Values) -> tuple[_Plan, sqlite3.Cursor]:
        plan = self._plan(conn.dialect, values)
        try:
            return plan, _driver(conn).execute(plan.sql, plan.arguments(values))
        except sqlite3.Error as error:
            raise _told(plan, error, conn.dialect) from error

    def _plan(self, dialect: Dialect, values: Values) -> _Plan:
        """Types convert by the connection's dialect, so each has its plans; an insert has one for each set of names."""
        plans = vars(dialect).setdefault(_PLACE, {})
        key = (self, *values)
        plan: _Plan | None = plans.get(key)
        if plan is None:
            plan = plans[key] = _compiled(self.statement, dialect, values)
        return plan


def _compiled(statement: Select[Any] | Insert | Update | Delete, dialect: Dialect, values: Values) -> _Plan:
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    if compiled.post_compile_params:
        raise TypeError("a list of changing length cannot be prepared")
    names = compiled.positiontup or ()
    binds, fixed = [], {}
    for name in names:
        bind = compiled.binds[name]
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if name not in values and not bind.required:
            fixed[name] = bind.effective_value if convert is None else convert(bind.effective_value)
            convert = None
        binds.append((name, convert))
    exported = statement.exported_columns
    named: Any = namedtuple("Row", map(str, exported.keys()), rename=True)  # type: ignore[misc]  # known when run only
    row: Any = type("Row", (named,), {"__slots__": (), "_mapping": property(named._asdict)})
    converts = ((index, column.type.dialect_impl(dialect).result_processor(dialect, None))
                for index, column in enumerate(exported))  # fmt: skip
    columns = tuple((index, convert) for index, convert in converts if convert is not None)
    return _Plan(compiled.string, tuple(binds), fixed, row._make, columns)


def _driver(conn: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", conn.connection.dbapi_connection)


def _told(plan: _Plan, error: sqlite3.Error, dialect: Dialect) -> BaseException:
    return DBAPIError.instance(plan.sql, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect)
