"""rekey, backup, restore, purge, doctor, audit exposure: what operators type and what their scripts read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from domain.notices import Notice, Show, View
from domain.roles import Clearance, Role
from storage.crypto import new_key
from storage.database import Database
from storage.files import AttachmentFiles
from storage.outbox import Settled
from storage.unit import UnitOfWork
from tests.cli.conftest import Run
from tests.storage.crowd import SECRET, fill
from tests.storage.parts import NOW, case, grant

OLD = datetime(2019, 1, 2, tzinfo=UTC)


def transact(work: Callable[[UnitOfWork, AttachmentFiles], Any]) -> Any:
    async def inside() -> Any:
        data = Path(os.environ["KENTONGAN_DATA_DIR"])
        url, keys = f"sqlite+aiosqlite:///{data / 'kentongan.db'}", os.environ["KENTONGAN_SECRET_KEYS"].split(",")
        database = await Database.open(url, keys, data_dir=data, create=False, practice=False, clock=SystemClock())
        result = await database.run(lambda uow: work(uow, AttachmentFiles(data, database.vault)))
        await database.close()
        return result

    return asyncio.run(inside())


@pytest.fixture
def house(kentongan: Run) -> Run:
    kentongan("init", "--json")
    transact(lambda uow, files: fill(uow, files, 3))
    return kentongan


def test_a_key_is_changed_step_by_step(house: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = os.environ["KENTONGAN_SECRET_KEYS"], new_key()
    monkeypatch.setenv("KENTONGAN_SECRET_KEYS", f"{new},{old}")
    found = house("doctor", "--json").json
    assert "run kentongan rekey" in next(check["detail"] for check in found["checks"] if check["name"] == "keys")
    done = house("rekey", "--json")
    assert (done.code, done.json["remaining"], done.json["files"], done.json["broken"]) == (0, 0, 3, [])
    assert done.json["renewed"] > 20
    monkeypatch.setenv("KENTONGAN_SECRET_KEYS", new)
    assert house("audit", "verify", "--json").json["ok"] is True
    assert "0 remain" in house("rekey").out
    monkeypatch.setenv("KENTONGAN_SECRET_KEYS", old)
    refused = house("rekey")
    assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_a_backup_goes_elsewhere_and_back(house: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = str(tmp_path / "cadangan.kbak")
    made = house("backup", file, "--json")
    assert (made.code, made.json["files"], made.json["missing"]) == (0, 3, 0)
    for again in (("backup", file), ("restore", file), ("backup", "/proc/x/y"), ("restore", "/proc/version")):
        refused = house(*again)
        assert (refused.code, refused.err.count("\n")) == (2, 1), again
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(tmp_path / "lain"))
    back = house("restore", file, "--json")
    assert (back.code, back.json["problems"], back.json["rows"]) == (0, [], made.json["rows"])
    assert house("audit", "verify", "--json").json["ok"] is True
    assert house("show", "LI-261121-0001", "--reveal", "--json").json["fields"]["apa"] == f"{SECRET} 0"
    assert house("restore", file, "--force").code == 0


def test_a_damaged_backup_changes_nothing(house: Run, tmp_path: Path) -> None:
    file = tmp_path / "cadangan.kbak"
    house("backup", str(file))
    file.write_bytes(file.read_bytes()[:-7])
    refused = house("restore", str(file), "--force")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert house("show", "LI-261121-0001", "--json").code == 0


def test_purge_says_what_and_why_before_it_does(house: Run) -> None:
    def age(uow: UnitOfWork, _: AttachmentFiles) -> None:
        found = uow.cases.get(2)
        assert found is not None
        uow.cases.change(found, closed_at=OLD)

    transact(age)
    planned = house("purge", "--dry-run", "--json").json
    assert [(line["what"], line["ref"]) for line in planned["due"] if line["ref"]] == [("lapinfo", "LI-261121-0002")]
    assert SECRET not in house("purge", "--dry-run").out
    assert "730d active" in house("purge", "--dry-run").out
    assert house("show", "LI-261121-0002", "--reveal", "--json").json["fields"] != {}
    assert house("purge", "--json").json["destroyed"] >= 1
    shown = house("show", "LI-261121-0002", "--reveal", "--json").json
    assert (shown["fields"], shown["attachments"]) == ({}, [])
    assert house("purge", "--dry-run", "--json").json["due"] == []
    assert house("audit", "verify", "--json").json["ok"] is True


def test_exposure_of_a_report_and_of_a_person(house: Run) -> None:
    def work(uow: UnitOfWork, _: AttachmentFiles) -> None:
        cleared = {"roles": frozenset({Role.KEPALA}), "clearance": Clearance.SANGAT_RAHASIA, "regions": ()}
        head = uow.people.add(90, "Kepala", grant("Garuda-1", **cleared), NOW)
        guest = uow.people.add(91, "Tamu", grant("Garuda-2", **cleared), NOW)
        author = uow.people.get(1)
        assert author is not None
        made = case(uow, author, kind="lapsus", sop="lapsus", classification="rahasia", fields={"isi": SECRET})
        subject = f"case:{made.id}"
        uow.events.append(subject, "opened", head.id, NOW + timedelta(hours=1), {"version": 1})
        uow.events.append(subject, "admitted", head.id, NOW + timedelta(hours=2), {"person": guest.id, "reason": "x"})
        uow.events.append(f"person:{guest.id}", "person.changed", None, NOW + timedelta(hours=3))
        looked = {"reason": "x", "case": made.ref}
        uow.events.append("person:1", "person.identity_opened", head.id, NOW + timedelta(hours=3), looked)
        uow.outbox.add(Notice(head.telegram_id, Show(View("kata", {"isi": SECRET})), reference=made.ref))
        uow.outbox.settle([Settled(uow.outbox.added[-1].id, "sent", message_id=5)])

    transact(work)
    ref = "LI-261121-0004"
    found = house("audit", "exposure", ref.lower(), "--json").json
    assert {(line["who"], line["how"]) for line in found["exposed"]} == {
        ("Elang-0", "wrote"), ("Garuda-1", "opened"), ("Garuda-1", "acted: admitted"), ("Garuda-2", "was admitted"),
        ("Garuda-1", "was sent"), ("Garuda-1", "was told who it is"),
    }  # fmt: skip
    assert [one["who"] for one in found["changed_since"] + found["entitled_now"] if one["changed"]] == ["Garuda-2"]
    later = house("audit", "exposure", ref, "--since", (NOW + timedelta(minutes=90)).isoformat(), "--json").json
    assert "opened" not in {line["how"] for line in later["exposed"]}
    for who, how in (("Garuda-1", {"opened", "acted: admitted", "was sent"}), ("garuda-2", {"was admitted"})):
        listed = house("audit", "exposure", who, "--json").json
        of_reports = [line for line in listed["exposed"] if line["ref"] != "person:1"]
        assert {(line["ref"], line["how"]) for line in of_reports} == {(ref, one) for one in how}
        names = [line["how"] for line in listed["exposed"] if line["ref"] == "person:1"]
        assert names == (["was told who it is"] if who == "Garuda-1" else [])
    printed = house("audit", "exposure", ref).out + house("audit", "exposure", "Garuda-1").out
    assert SECRET not in printed
    assert "Garuda-1" in printed
    events = house("show", ref, "--json").json["events"]
    assert [event["action"] for event in events].count("exposure.listed") == 3
    for wrong in (("LI-000000-0001",), ("siapa",), (ref, "--since", "kemarin")):
        refused = house("audit", "exposure", *wrong)
        assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_doctor_names_what_is_wrong(house: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_TOKEN", "123456:" + "A" * 30)
    monkeypatch.setenv("KENTONGAN_API_URL", "http://127.0.0.1:9")
    found = house("doctor", "--json")
    verdicts = {check["name"]: check["verdict"] for check in found.json["checks"]}
    assert (found.code, found.json["ok"], verdicts["telegram"]) == (1, False, "wrong")
    for name in ("settings", "profile", "disk", "file system", "database", "integrity", "wal", "keys", "clock"):
        assert verdicts[name] == "ok", name
    monkeypatch.setattr("bot.cli.doctor.MIN_FREE", 1 << 62)
    monkeypatch.setattr("bot.cli.doctor.network_file_system", lambda _: "nfs4")
    worse = {check["name"]: check["verdict"] for check in house("doctor", "--json").json["checks"]}
    assert (worse["disk"], worse["file system"]) == ("wrong", "wrong")
    data = Path(os.environ["KENTONGAN_DATA_DIR"])
    (data / "kentongan.db").write_bytes(b"bukan basis data" * 9)
    damaged = house("doctor")
    assert damaged.code == 1
    assert "database" in damaged.out
