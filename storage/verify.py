"""``audit verify``: every seal, chain, count and ciphertext of the database, checked one by one.

Found: any change to a sealed row or an event; an event, case, person or invitation deleted anywhere; a stored value
that does not decrypt in its place. Not found: the whole database put back to an older state (compare it with a backup).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from domain.errors import TamperedError
from storage import tables as t
from storage.audit import SALT_BYTES, TOMBSTONE, data_aad, link
from storage.cases import fields_aad
from storage.crypto import Vault, same
from storage.drafts import state_aad
from storage.outbox import action_aad
from storage.seal import SealedTable

_SEALED = (
    t.persons, t.invitations, t.groups, t.cases, t.case_versions, t.counters, t.chains, t.attachments, t.deadlines,
    t.occurrences, t.absences,
)  # fmt: skip


def problems(conn: Connection, vault: Vault) -> list[str]:
    """One line each, naming table and row but no content."""
    checks = [*(_seals(conn, vault, table) for table in _SEALED), _chains(conn, vault), _counts(conn), _versions(conn),
              *(_values(conn, vault, *place) for place in _places(conn))]  # fmt: skip
    return [problem for check in checks for problem in _readable(check)]


def _readable(found: Iterator[str]) -> Iterator[str]:
    """What a check finds; a value of a kind that never stood in its column is a finding too, not a crash."""
    try:
        yield from found
    except (ValueError, TypeError) as error:
        yield f"a row holds what cannot be read ({type(error).__name__})"


def _seals(conn: Connection, vault: Vault, table: Table) -> Iterator[str]:
    sealed = SealedTable(table)
    for row in conn.execute(select(table)):
        try:
            sealed.row(vault, row)
        except TamperedError as error:
            yield str(error)


def _chains(conn: Connection, vault: Vault) -> Iterator[str]:
    heads = {row.subject: row for row in conn.execute(select(t.chains))}
    by_subject: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(select(t.events).order_by(t.events.c.subject, t.events.c.seq)):
        by_subject[row.subject].append(row)
    for subject, rows in by_subject.items():
        yield from _chain(vault, subject, rows, heads.pop(subject, None))
    for subject in heads:
        yield f"events of {subject} are missing"


def _chain(vault: Vault, subject: str, rows: list[Row[Any]], head: Row[Any] | None) -> Iterator[str]:
    through = max((_destroyed_through(row.action) for row in rows), default=0)
    previous = b""
    for expected, row in enumerate(rows, start=1):
        if row.seq != expected:
            yield f"event {subject}#{expected} is missing"
            return
        if not same(link(vault, previous, subject, row.seq, row.at, row.actor_id, row.action, row.digest), row.mac):
            yield f"event {subject}#{row.seq} was changed"
            return
        yield from _content(vault, row, through)
        previous = row.mac
    if head is None:
        yield f"the chain of {subject} is missing"
    elif head.seq != len(rows) or not same(head.head, previous):
        yield f"the newest events of {subject} are missing"


def _content(vault: Vault, row: Row[Any], through: int) -> Iterator[str]:
    name = f"event {row.subject}#{row.seq}"
    if row.data is None:
        if row.seq > through:
            yield f"the content of {name} was destroyed without a tombstone"
        return
    try:
        salted = vault.decrypt(row.data, data_aad(row.subject, row.seq))
    except TamperedError:
        yield f"the content of {name} was changed"
        return
    if len(salted) < SALT_BYTES or not same(hashlib.sha256(salted).digest(), row.digest):
        yield f"the content of {name} was changed"


def _destroyed_through(action: str) -> int:
    number = action.removeprefix(TOMBSTONE)
    return int(number) if action.startswith(TOMBSTONE) and number.isdigit() else 0


def _counts(conn: Connection) -> Iterator[str]:
    counted = {row.name: row.value for row in conn.execute(select(t.counters.c.name, t.counters.c.value))}
    for table in (t.persons, t.invitations, t.chains):
        there = conn.execute(select(func.count()).select_from(table)).scalar_one()
        if there != counted.get(table.name, 0):
            yield f"{table.name}: {there} rows where {counted.get(table.name, 0)} were made"
    refs: dict[str, set[str]] = defaultdict(set)
    for (ref,) in conn.execute(select(t.cases.c.ref)):
        day, _, _number = ref.rpartition("-")
        refs[day].add(ref)
    for name, value in counted.items():
        if name.startswith("ref:"):
            day = name.removeprefix("ref:")
            there_refs = refs.pop(day, set())
            for number in range(1, value + 1):
                ref = f"{day}-{number:04d}"
                if ref not in there_refs:
                    yield f"case {ref} is missing"
    for day in refs:
        yield f"references of {day} were never given"


def _versions(conn: Connection) -> Iterator[str]:
    numbers: dict[int, list[int]] = defaultdict(list)
    for case_id, number in conn.execute(select(t.case_versions.c.case_id, t.case_versions.c.version)):
        numbers[case_id].append(number)
    for case_id, ref, version in conn.execute(select(t.cases.c.id, t.cases.c.ref, t.cases.c.version)):
        if sorted(numbers.pop(case_id, [])) != list(range(1, version + 1)):
            yield f"versions of case {ref} are missing"
    for case_id in numbers:
        yield f"versions of case {case_id} have no case"


def _places(conn: Connection) -> list[tuple[Table, str, Callable[[Row[Any]], bytes]]]:
    """Where ciphertexts stand, and what each is bound to."""
    refs: dict[int, str] = {row.id: row.ref for row in conn.execute(select(t.cases.c.id, t.cases.c.ref))}
    return [
        (t.persons, "private", lambda row: b"persons:private:" + row.uid.encode()),
        (t.invitations, "grant", lambda row: b"invitations:grant:" + row.digest.hex().encode()),
        (t.case_versions, "fields", lambda row: fields_aad(refs.get(row.case_id, ""), row.version)),
        (t.attachments, "file_name", lambda row: b"attachments:file_name:" + row.uid.encode()),
        (t.drafts, "state", lambda row: state_aad(row.uid, row.person_id, row.chat_id, row.form, row.case_id)),
        (t.inbox, "body", lambda row: b"inbox:body:%d" % row.update_id),
        (t.outbox, "action", lambda row: action_aad(row.uid, row.chat_id, row.slot, row.reference)),
    ]


def _values(
    conn: Connection, vault: Vault, table: Table, column: str, aad: Callable[[Row[Any]], bytes]
) -> Iterator[str]:
    """Ciphertexts: each must decrypt in its own row."""
    key = next(iter(table.primary_key.columns))
    for row in conn.execute(select(table).where(table.c[column].is_not(None)).order_by(key)):
        try:
            vault.decrypt(getattr(row, column), aad(row))
        except TamperedError:
            yield f"{table.name}.{column} does not decrypt in row {row[0]}"
