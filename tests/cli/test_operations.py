"""status, key new, audit verify, sop …, show: what operators' scripts read."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.config import load_settings, write_practice_file
from domain.model import NewPerson
from domain.roles import Role
from storage.crypto import new_key, parse_key
from storage.database import Database
from storage.unit import UnitOfWork
from tests.cli.conftest import Run

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
FIELDS = {"apa": "Unjuk rasa, hubungi 0812-3456-7890", "siapa": "Warga, NIK 3326160101900001", "dimana": "Pasar Kajen"}


def _case(*, classification: str = "biasa", practice: bool = False) -> str:
    async def inside() -> str:
        data = Path(os.environ["KENTONGAN_DATA_DIR"])
        database = await Database.open(
            f"sqlite+aiosqlite:///{data / 'kentongan.db'}",
            [os.environ["KENTONGAN_SECRET_KEYS"]],
            data_dir=data,
            create=True,
            practice=practice,
            clock=SystemClock(),
        )

        def work(uow: UnitOfWork) -> str:
            author = uow.people.add(5, "Nama Asli", NewPerson(frozenset({Role.AGEN}), code_name="Elang-07"), NOW)
            columns: dict[str, Any] = {
                "kind": "lapinfo",
                "sop": "lapinfo",
                "sop_version": 1,
                "step": "verifikasi",
                "status": "submitted",
                "round": 0,
                "version": 1,
                "author_id": author.id,
                "recorded_by": None,
                "region": "Kajen",
                "bidang": "Politik",
                "classification": classification,
                "urgency": "biasa",
                "nihil": False,
                "duty_date": None,
                "lateness": "not_applicable",
                "received_at": NOW,
                "entered_at": NOW,
                "due_at": NOW,
                "closed_at": None,
                "value": None,
                "incident_id": None,
                "supersedes_id": None,
                "fields": FIELDS,
            }
            case = uow.cases.add(ref=uow.references.next("LI", NOW.date()), **columns)
            uow.events.append(f"case:{case.id}", "report.submitted", author.id, NOW, {"catatan": "WA 0812-3456-7890"})
            return case.ref

        ref = await database.run(work)
        await database.close()
        return ref

    return asyncio.run(inside())


def test_status_has_the_contracts_keys(kentongan: Run) -> None:
    kentongan("init", "--json")
    status = kentongan("status", "--json").json
    assert set(status) == {
        "inbox_pending",
        "inbox_dead",
        "outbox_pending",
        "outbox_dead",
        "cases_open",
        "overdue",
        "last_update_at",
        "schema",
    }
    _case()
    assert (kentongan("status", "--json").json["cases_open"], kentongan("status", "--json").json["overdue"]) == (1, 1)
    assert "cases open" in kentongan("status").out


def test_show_tells_the_history_and_masks_personal_data(kentongan: Run) -> None:
    kentongan("init", "--json")
    ref = _case()
    shown = kentongan("show", ref.lower(), "--json")
    assert {
        "ref",
        "kind",
        "status",
        "step",
        "version",
        "author",
        "region",
        "classification",
        "fields",
        "attachments",
        "due_at",
        "events",
    } <= set(shown.json)
    assert (shown.json["author"], shown.json["fields"]["dimana"]) == ("Elang-07", "Pasar Kajen")
    for secret in ("0812", "3326160101900001", "Nama Asli"):
        assert secret not in shown.out
        assert secret not in kentongan("show", ref).out
    assert [event["action"] for event in shown.json["events"]] == ["report.submitted"]


def test_revealing_is_an_event(kentongan: Run) -> None:
    kentongan("init", "--json")
    ref = _case()
    opened = kentongan("show", ref, "--reveal", "--json")
    assert opened.json["fields"] == FIELDS
    assert [event["action"] for event in opened.json["events"]] == ["report.submitted", "case.revealed"]


@pytest.mark.parametrize(
    ("classification", "open_"), [("biasa", True), ("terbatas", True), ("rahasia", False), ("sangat_rahasia", False)]
)
def test_secret_fields_show_only_when_revealed(kentongan: Run, classification: str, open_: bool) -> None:
    kentongan("init", "--json")
    ref = _case(classification=classification)
    assert ("Pasar Kajen" in kentongan("show", ref, "--json").out) is open_
    assert "Pasar Kajen" in kentongan("show", ref, "--json", "--reveal").out


def test_a_practice_database_is_read_and_named_but_not_upgraded(kentongan: Run) -> None:
    ref = _case(practice=True)
    shown = kentongan("show", ref, "--json")
    assert (shown.code, shown.json["ref"]) == (0, ref)
    assert "LATIHAN" in shown.err
    assert kentongan("init").code == 2


def test_audit_verify_fails_after_a_change_to_a_row(kentongan: Run) -> None:
    kentongan("init", "--json")
    _case()
    held = kentongan("audit", "verify", "--json")
    assert (held.code, held.json) == (0, {"ok": True, "problems": []})
    connection = sqlite3.connect(Path(os.environ["KENTONGAN_DATA_DIR"]) / "kentongan.db")
    connection.execute("UPDATE events SET actor_id = 99 WHERE subject LIKE 'case:%'")
    connection.commit()
    connection.close()
    broken = kentongan("audit", "verify", "--json")
    assert (broken.code, broken.json["ok"]) == (1, False)
    assert len(broken.json["problems"]) == 1


def test_key_new_needs_no_settings(kentongan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENTONGAN_SECRET_KEYS")
    monkeypatch.setenv("KENTONGAN_API_URL", "not an address")
    keys = [kentongan("key", "new", "--json").json["key"], kentongan("key", "new").out.strip()]
    assert keys[0] != keys[1]
    assert [len(parse_key(key)) for key in keys] == [32, 32]


def test_sops_are_listed_shown_and_checked(kentongan: Run, tmp_path: Path) -> None:
    listed = {sop["name"]: sop for sop in kentongan("sop", "list", "--json").json}
    assert listed["lapinfo"]["total_minutes"] == 120
    shown = kentongan("sop", "show", "lapinfo", "--json").json
    assert [step["limit_minutes"] for step in shown["steps"]][1:3] == [60, 60]
    assert "2 jam" in kentongan("sop", "show", "lapinfo").out
    good = Path(__file__).resolve().parents[2] / "domain" / "sops" / "lapinfo-pekalongan.toml"
    assert kentongan("sop", "check", str(good), "--json").json["ok"] is True
    bad = tmp_path / "buruk.toml"
    bad.write_text(good.read_text().replace('stated_total = "2h"', 'stated_total = "3h"'))
    refused = kentongan("sop", "check", str(bad))
    assert refused.code == 2
    assert refused.err.startswith(f"{bad}:")


def test_the_installed_command_speaks_json_on_stdout_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "key", "new", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().startswith("{")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KENTONGAN_DATA_DIR", "/proc/tidak-ada"),
        ("KENTONGAN_DATABASE_URL", "sqlite+aiosqlite:////proc/tidak-ada/kentongan.db"),
        ("KENTONGAN_DATABASE_URL", "sqlite+aiosqlite:///{folder}"),
        ("KENTONGAN_DATABASE_URL", "postgresql+asyncpg://petugas:sandi-rahasia@127.0.0.1:1/kentongan"),
    ],
)
def test_a_place_that_cannot_be_used_is_named_in_one_line(
    kentongan: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv(name, value.format(folder=folder))
    refused = kentongan("init")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert refused.err.startswith(name)
    assert "sandi-rahasia" not in refused.err


def test_practice_data_are_asked_for_by_their_folder(
    kentongan: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(tmp_path / "latihan"))
    ref = _case(practice=True)
    write_practice_file(tmp_path / "latihan", load_settings())
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KENTONGAN_SECRET_KEYS", new_key())
    kentongan("init")
    assert kentongan("show", ref).code == 2
    shown = kentongan("--practice", str(tmp_path / "latihan"), "show", ref, "--json")
    assert (shown.code, shown.json["ref"]) == (0, ref)
    assert "LATIHAN" in shown.err
    assert kentongan("show", ref).code == 2, "the next command looks at the real data again"
    nowhere = kentongan("--practice", str(tmp_path / "tidak-ada"), "status")
    assert (nowhere.code, nowhere.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "command", [("key", "new"), ("init",), ("person", "list"), ("sop", "list"), ("audit", "verify")]
)
def test_a_malformed_token_stops_only_what_needs_it(
    kentongan: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    kentongan("init")
    monkeypatch.setenv("KENTONGAN_TOKEN", "not-a-token")
    assert kentongan(*command).code == 0
    refused = kentongan("run")
    assert (refused.code, refused.err.splitlines()) == (
        2,
        ["KENTONGAN_TOKEN is not a bot token (digits, a colon, letters); copy it from BotFather"],
    )
