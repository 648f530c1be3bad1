"""Building blocks of the store tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.model import Case, Draft, NewPerson, Person
from domain.ports import RawUpdate
from domain.roles import Clearance, Role
from storage.database import Database
from storage.unit import UnitOfWork

KEY = "A" * 43
OTHER_KEY = "B" * 42 + "A"
NOW = datetime(2026, 11, 20, 22, 30, 15, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 21)
MINUTE = timedelta(minutes=1)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


async def open_database(url: str, clock: FixedClock, data_dir: Path, **changes: Any) -> Database:
    settings: dict[str, Any] = {"create": True, "practice": False, **changes}
    keys = settings.pop("keys", [KEY])
    return await Database.open(url, keys, data_dir=data_dir, clock=clock, **settings)


def grant(code_name: str | None = None, **changes: Any) -> NewPerson:
    values: dict[str, Any] = {
        "roles": frozenset({Role.AGEN}),
        "regions": ("Kajen", "Doro"),
        "clearance": Clearance.TERBATAS,
        **changes,
    }
    return NewPerson(code_name=code_name, **values)


def person(uow: UnitOfWork, telegram_id: int = 1001, code_name: str | None = None, **changes: Any) -> Person:
    return uow.people.add(telegram_id, "Petugas Satu", grant(code_name, **changes), NOW)


def draft(uow: UnitOfWork, owner: Person, **changes: Any) -> Draft:
    return uow.drafts.add(owner.id, owner.telegram_id, "lapinfo", {"langkah": "apa"}, NOW, **changes)


def case(uow: UnitOfWork, author: Person, **changes: Any) -> Case:
    """A submitted lapinfo of the author with its next reference."""
    values: dict[str, Any] = {
        "ref": uow.references.next("LI", TODAY),
        "kind": "lapinfo",
        "sop": "lapinfo-pekalongan",
        "sop_version": 1,
        "step": "verifikasi",
        "status": "submitted",
        "round": 1,
        "version": 1,
        "author_id": author.id,
        "recorded_by": None,
        "region": "Kajen",
        "bidang": "Politik",
        "classification": "biasa",
        "urgency": "biasa",
        "nihil": False,
        "duty_date": TODAY,
        "lateness": "on_time",
        "received_at": NOW,
        "entered_at": NOW,
        "due_at": NOW + 60 * MINUTE,
        "closed_at": None,
        "value": None,
        "incident_id": None,
        "supersedes_id": None,
        "fields": {"apa": "Rapat terbuka", "siapa": "sekitar 200 orang"},
        **changes,
    }
    return uow.cases.add(**values)


def attach(uow: UnitOfWork, unique: str, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "draft_id": None,
        "case_id": None,
        "version": 1,
        "kind": "photo",
        "file_id": f"id-{unique}",
        "file_unique_id": unique,
        "size": 1200,
        "mime": "image/jpeg",
        "file_name": None,
        "media_group": None,
        "message_id": 5,
        "now": NOW,
        **changes,
    }
    return uow.attachments.add(**values)


def raw(update_id: int, chat: int = 1001) -> RawUpdate:
    return RawUpdate(update_id=update_id, chat_key=chat, body=b'{"update_id":%d,"message":{"text":"isi"}}' % update_id)
