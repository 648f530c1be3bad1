"""``audit verify``: every seal, chain, count and ciphertext of the database, and every stored file, one by one.

Found: any change to a sealed row or an event; a row deleted anywhere but among the slots; a stored value that does not
decrypt in its place; a file that is missing or was changed. Not found: a row, or the whole database, put back to an
older genuine state (compare it with a backup). Rows of the queues are sealed as far as that costs no statement of its
own: how often a notice was tried is not. On PostgreSQL, whose numbers have gaps, a deleted update, draft or notice is
not missed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, func, or_, select, text

from domain.errors import NotFound, TamperedError
from storage import tables as t
from storage.audit import SALT_BYTES, TOMBSTONE, data_aad, link
from storage.cases import fields_aad
from storage.counters import PURGED, TALLIED
from storage.crypto import Vault, same
from storage.drafts import OPEN, check_draft, state_aad
from storage.files import AttachmentFiles
from storage.hidden import reveal_to
from storage.lokus import SECRET
from storage.lokus import content_aad as lokus_aad
from storage.outbox import action_aad
from storage.pins import secret_aad as pin_aad
from storage.queue_seals import check_fixed, inbox_holds, outbox_holds
from storage.recaps import content_aad
from storage.seal import SealedTable

SEALED = (
    t.persons, t.invitations, t.groups, t.cases, t.case_versions, t.counters, t.chains, t.attachments, t.deadlines,
    t.occurrences, t.absences, t.recaps, t.pins, t.meta, *SECRET,
)  # fmt: skip


def problems(conn: Connection, vault: Vault) -> list[str]:
    """One line each, naming table and row but no content."""
    reveal_to(conn.dialect, vault.identities)
    checks = [
        *(_seals(conn, vault, table) for table in SEALED), _chains(conn, vault), _counts(conn), _references(conn),
        _versions(conn), _drafts(conn, vault), _queue(conn, vault, t.inbox, inbox_holds),
        _queue(conn, vault, t.outbox, outbox_holds), _numbers(conn),
        *(_values(conn, vault, *place) for place in places(_all_refs(conn))),
    ]  # fmt: skip
    return [problem for check in checks for problem in _readable(check)]


def _readable(found: Iterator[str]) -> Iterator[str]:
    """What a check finds; a value of a kind that never stood in its column is a finding too, not a crash."""
    try:
        yield from found
    except (ValueError, TypeError, TamperedError) as error:
        yield f"a row holds what cannot be read ({type(error).__name__})"


def _seals(conn: Connection, vault: Vault, table: Table) -> Iterator[str]:
    sealed = SealedTable(table)
    for row in conn.execute(select(table)):
        try:
            sealed.row(vault, row)
        except TamperedError as error:
            yield str(error)


def _drafts(conn: Connection, vault: Vault) -> Iterator[str]:
    for row in conn.execute(select(t.drafts)):
        try:
            check_draft(vault, row)
        except TamperedError as error:
            yield str(error)


def _queue(conn: Connection, vault: Vault, table: Table, holds: Callable[[Vault, Any], bool]) -> Iterator[str]:
    for row in conn.execute(select(table)):
        try:
            check_fixed(vault, table.name, row)
        except TamperedError as error:
            yield str(error)
        if not holds(vault, row):
            yield f"the state of {table.name} row {row.id} was changed"


def _numbers(conn: Connection) -> Iterator[str]:
    """SQLite's own bookkeeping says how many rows were ever made: here a deleted update, draft or notice is missed."""
    if conn.dialect.name != "sqlite":
        return
    made = {row[0]: row[1] for row in conn.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    counted = {row.name: row.value for row in conn.execute(select(t.counters.c.name, t.counters.c.value))}
    for table in (t.inbox, t.drafts, t.outbox):
        gone = counted.get(PURGED[table.name], 0)
        query = select(func.count(), func.min(table.c.id), func.max(table.c.id)).select_from(table)
        count, first, last = conn.execute(query).one()
        total = made.get(table.name, 0)
        if count and (first < 1 or last > total):
            yield f"{table.name}: a row has a number that was never given"
        if count + gone != total:
            yield f"{table.name}: {count} rows where {total - gone} were made"


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
    for name in (*TALLIED, *PURGED.values()):
        if name not in counted:
            yield f"the counter of {name} is missing"
    for name in TALLIED:
        there = conn.execute(select(func.count()).select_from(t.metadata.tables[name])).scalar_one()
        if there != counted.get(name, 0):
            yield f"{name}: {there} rows where {counted.get(name, 0)} were made"


def _references(conn: Connection) -> Iterator[str]:
    counted = {row.name: row.value for row in conn.execute(select(t.counters.c.name, t.counters.c.value))}
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
    cases = {f"case:{case_id}" for (case_id,) in conn.execute(select(t.cases.c.id))}
    for (subject,) in conn.execute(select(t.chains.c.subject).where(t.chains.c.subject.startswith("case:"))):
        if subject not in cases:
            yield f"the chain of {subject} has no case"


def _all_refs(conn: Connection) -> Callable[[int], str]:
    refs: dict[int, str] = {row.id: row.ref for row in conn.execute(select(t.cases.c.id, t.cases.c.ref))}
    return lambda case_id: refs.get(case_id, "")


Place = tuple[Table, str, Callable[[Row[Any]], bytes]]
"""A table, its column of ciphertexts, and what the one in a row is bound to."""


def places(ref_of: Callable[[int], str]) -> list[Place]:
    """Where ciphertexts stand, except in events (their seal is over the plain text); ``ref_of`` names a case."""
    return [
        (t.persons, "private", lambda row: b"persons:private:" + row.uid.encode()),
        (t.invitations, "grant", lambda row: b"invitations:grant:" + row.digest.hex().encode()),
        (t.case_versions, "fields", lambda row: fields_aad(ref_of(row.case_id), row.version)),
        (t.pins, "secret", lambda row: pin_aad(row.person_id)),
        (t.recaps, "content", lambda row: content_aad(row.ref)),
        *(
            (table, column, lambda row, table=table, column=column: lokus_aad(table, column, row._mapping))
            for table, columns in SECRET.items()
            for column in columns
        ),
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


StoredFile = tuple[int, str, str | None]
"""Attachment, path and, for the file as it came, the digest of its content."""


def stored_files(conn: Connection) -> list[StoredFile]:
    """What should lie below the data directory. Files that cleaning removes, before their rows, are left out."""
    columns = (t.attachments.c.id, t.attachments.c.path, t.attachments.c.clean_path, t.attachments.c.sha256)
    kept = or_(t.attachments.c.case_id.is_not(None), t.drafts.c.status.in_(OPEN))
    joined = t.attachments.outerjoin(t.drafts, t.drafts.c.id == t.attachments.c.draft_id)
    rows = conn.execute(select(*columns).select_from(joined).where(kept).order_by(t.attachments.c.id)).all()
    originals = [(row.id, row.path, row.sha256) for row in rows if row.path is not None]
    return [*originals, *((row.id, row.clean_path, None) for row in rows if row.clean_path is not None)]


def file_problems(files: AttachmentFiles, stored: list[StoredFile]) -> dict[StoredFile, str]:
    """Reads every file; blocking. The bytes must decrypt under their path and be what was downloaded."""
    found = {}
    for one in stored:
        number, path, digest = one
        try:
            data = files.read(path)
        except NotFound:
            found[one] = f"a file of attachment {number} is missing"
        except (TamperedError, OSError):
            found[one] = f"a file of attachment {number} was changed or cannot be read"
        else:
            if digest is not None and hashlib.sha256(data).hexdigest() != digest:
                found[one] = f"a file of attachment {number} is not what was received"
    return found
