"""Persons: who may do what. Names are encrypted; a code name is kept unique by a blind index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, or_, select

from domain.errors import NameTaken, StaleWrite
from domain.model import NewPerson, Person
from domain.roles import Clearance, Role
from storage.counters import Counters
from storage.crypto import Vault, new_uid
from storage.prepared import Prepared
from storage.seal import SealedTable
from storage.tables import persons

_PERSONS = SealedTable(persons)
_BY_TELEGRAM = Prepared(select(persons).where(persons.c.telegram_id == bindparam("telegram_id")))
_BY_ID = Prepared(select(persons).where(persons.c.id == bindparam("id")))
_ALL = select(persons).order_by(persons.c.id)
_ACTIVE = select(persons).where(persons.c.active).order_by(persons.c.id)
_BY_CODE_NAME = select(persons.c.id).where(persons.c.code_name_index == bindparam("index"))
_PRIVATE = frozenset({"name", "code_name"})
_PLAIN = frozenset({"clearance", "source", "means", "active", "unreachable_at", "telegram_id"})
CACHE_SIZE = 2048

PersonCache = dict[tuple[Any, ...], Person]
"""A row as stored → the person: decrypting and checking the same bytes again would give the same answer."""


class PeopleStore:
    """``domain.ports.People``."""

    def __init__(self, conn: Connection, vault: Vault, cache: PersonCache) -> None:
        self._conn = conn
        self._vault = vault
        self._cache = cache

    def by_telegram_id(self, telegram_id: int) -> Person | None:
        row = _BY_TELEGRAM.first(self._conn, {"telegram_id": telegram_id})
        return None if row is None else self._person(row)

    def get(self, person_id: int) -> Person | None:
        row = _BY_ID.first(self._conn, {"id": person_id})
        return None if row is None else self._person(row)

    def all(self, *, active_only: bool = True) -> Sequence[Person]:
        return [self._person(row) for row in self._conn.execute(_ACTIVE if active_only else _ALL)]

    def holding(self, *roles: Role) -> Sequence[Person]:
        """Active persons holding one of the roles, by id."""
        if not roles:
            return []
        return [self._person(row) for row in _holding(roles).all(self._conn, {})]

    def add(self, telegram_id: int, name: str, grant: NewPerson, now: datetime) -> Person:
        """A new person, or the revoked one brought back; raises NameTaken, and StaleWrite when already registered."""
        index = self._index(grant.code_name, telegram_id)
        known = _BY_TELEGRAM.first(self._conn, {"telegram_id": telegram_id})
        uid = new_uid() if known is None else known.uid
        values = {
            "uid": uid,
            "telegram_id": telegram_id,
            "private": self._seal_names(uid, grant.name or name, grant.code_name),
            "code_name_index": index,
            "roles": _dump(grant.roles),
            "regions": orjson.dumps(grant.regions).decode(),
            "clearance": grant.clearance.value,
            "source": grant.source,
            "means": grant.means,
            "active": True,
            "unreachable_at": None,
        }
        if known is None:
            Counters(self._conn, self._vault).next("persons")
            return self._value(_PERSONS.insert(self._conn, self._vault, {**values, "created_at": now}))
        row = _PERSONS.row(self._vault, known)
        if row["active"]:
            raise StaleWrite("person")
        return self._value(_PERSONS.update(self._conn, self._vault, row, values))

    def change(self, person_id: int, **columns: Any) -> Person:
        """Set columns by name; raises StaleWrite when there is no such person, NameTaken for a code name in use."""
        found = _BY_ID.first(self._conn, {"id": person_id})
        if found is None:
            raise StaleWrite("person")
        row = _PERSONS.row(self._vault, found)
        changes: dict[str, Any] = {}
        for name, value in columns.items():
            if name == "roles":
                changes[name] = _dump(value)
            elif name == "regions":
                changes[name] = orjson.dumps(tuple(value)).decode()
            elif name in _PLAIN:
                changes[name] = value.value if isinstance(value, Clearance) else value
            elif name not in _PRIVATE:
                raise TypeError(f"persons has no column {name}")
        if _PRIVATE & columns.keys():
            names = {**self._names(row), **{key: columns[key] for key in _PRIVATE & columns.keys()}}
            changes["private"] = self._seal_names(row["uid"], names["name"], names["code_name"])
            changes["code_name_index"] = self._index(names["code_name"], row["telegram_id"])
        return self._value(_PERSONS.update(self._conn, self._vault, row, changes))

    def _index(self, code_name: str | None, telegram_id: int) -> bytes | None:
        if code_name is None:
            return None
        index = self._vault.blind("persons:code_name", code_name.casefold())
        holder = self._conn.execute(_BY_CODE_NAME, {"index": index}).scalar()
        if holder is not None:
            (row,) = _BY_ID.all(self._conn, {"id": holder})
            if row.telegram_id != telegram_id:
                raise NameTaken
        return index

    def _seal_names(self, uid: str, name: str, code_name: str | None) -> bytes:
        return self._vault.encrypt(orjson.dumps([name, code_name]), _aad(uid))

    def _names(self, row: dict[str, Any]) -> dict[str, str | None]:
        name, code_name = orjson.loads(self._vault.decrypt(row["private"], _aad(row["uid"])))
        return {"name": name, "code_name": code_name}

    def _person(self, row: Any) -> Person:
        key = tuple(row)
        person = self._cache.get(key)
        if person is None:
            person = self._value(_PERSONS.row(self._vault, row))
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[key] = person
        return person

    def _value(self, row: dict[str, Any]) -> Person:
        names = self._names(row)
        return Person(
            id=row["id"],
            telegram_id=row["telegram_id"],
            name=names["name"] or "",
            code_name=names["code_name"],
            roles=frozenset(Role(role) for role in orjson.loads(row["roles"])),
            regions=tuple(orjson.loads(row["regions"])),
            clearance=Clearance(row["clearance"]),
            source=row["source"],
            means=row["means"],
            active=row["active"],
            unreachable_at=row["unreachable_at"],
            created_at=row["created_at"],
        )


@cache
def _holding(roles: tuple[Role, ...]) -> Prepared:
    held = or_(*(persons.c.roles.contains(f'"{role.value}"', autoescape=True) for role in roles))
    return Prepared(_ACTIVE.where(held))


def _dump(roles: Any) -> str:
    return orjson.dumps(sorted(Role(role).value for role in roles)).decode()


def _aad(uid: str) -> bytes:
    return b"persons:private:" + uid.encode()
