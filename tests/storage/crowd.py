"""A database with something in every column that holds ciphertext; and a process that rekeys it until it is killed:
``python -m tests.storage.crowd URL DATA_DIR KEYS``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from domain.model import Pin
from domain.notices import Notice, Show, View
from storage.database import Database
from storage.files import AttachmentFiles
from storage.rekey import Progress, rekey
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, FixedClock, attach, case, draft, grant, person, raw

SECRET = "kelabu-senja"
"""What no file may show."""


def fill(uow: UnitOfWork, files: AttachmentFiles, count: int) -> None:
    """``count`` of each kind, closed cases with a file each."""
    for number in range(count):
        owner = person(uow, 700_000_001 + number, f"Elang-{number}", name=f"{SECRET} {number}")
        uow.invitations.add(b"%32d" % number, grant(f"Rajawali-{number}"), None, NOW, NOW + MINUTE)
        draft(uow, owner)
        made = case(uow, owner, fields={"apa": f"{SECRET} {number}"}, closed_at=NOW, status="archived")
        uow.events.append(f"case:{made.id}", "submitted", owner.id, NOW, {"reason": f"{SECRET} {number}"})
        uow.events.append(f"case:{made.id}", "opened", owner.id, NOW, {"version": 1})
        file = attach(uow, f"u{number}", case_id=made.id, file_name=f"{SECRET}.jpg")
        uow.attachments.settle(file.id, "stored", path=files.write(SECRET.encode() * 50))
        uow.pins.put(owner.id, Pin(hash=SECRET))
        uow.recaps.add(NOW.date().replace(day=number % 28 + 1, month=number // 28 + 1), f"RK-{number}",
                       {"isi": SECRET}, NOW, NOW)  # fmt: skip
        uow.inbox.store([raw(number + 1, owner.telegram_id)], NOW)
        show = Show(View("umum/salam", {"teks": SECRET}), f"kartu:{made.id}@{owner.telegram_id}")
        uow.outbox.add(Notice(owner.telegram_id, show, reference=made.ref))


def field(uow: UnitOfWork) -> int:
    """A lokus with a row of each of its kinds; its case id."""
    lead = person(uow, 700_900_001, "Camar-09", name=SECRET)
    plan = case(uow, lead, kind="lokus", fields={"kegiatan": SECRET})
    desk = uow.lokus.add(plan.id, {"masalah": SECRET}, NOW)
    uow.lokus.change(desk, edition=1, starts_at=NOW, ends_at=NOW + MINUTE, coordinator_id=lead.id)
    uow.lokus.change_member(uow.lokus.add_member(plan.id, lead.id, lead.id, NOW), content={"alasan": SECRET})
    uow.lokus.log(plan.id, lead.id, "text", NOW, NOW, {"teks": SECRET}, chat_id=lead.telegram_id, message_id=1)
    uow.lokus.raise_emergency(plan.id, lead.id, {"kata": SECRET}, NOW)
    return plan.id


async def _run(url: str, data_dir: Path, keys: list[str]) -> None:
    database = await Database.open(url, keys, data_dir=data_dir, create=False, practice=False, clock=FixedClock())

    def tell(progress: Progress) -> None:
        sys.stdout.write(f"{progress.rows} {progress.files}\n")
        sys.stdout.flush()

    await rekey(database, keys, AttachmentFiles(data_dir, database.vault), tell)
    await database.close()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(",")))
