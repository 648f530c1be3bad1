"""The settings: every one is in .env.example, and a wrong one is refused by name in one line with exit code 2."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]


def test_env_example_lists_every_setting_and_no_other() -> None:
    listed = set(
        re.findall(rf"^#? ?({PREFIX}[A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert listed == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


GOOD = {
    "KENTONGAN_TOKEN": "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0",
    "KENTONGAN_SECRET_KEYS": "bGF0aWhhbi1rdW5jaS1kaWFsb2ctdGVzLTMyLWJ5dGU=",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KENTONGAN_TOKEN", ""),
        ("KENTONGAN_TOKEN", "not-a-token"),
        ("KENTONGAN_SECRET_KEYS", ""),
        ("KENTONGAN_SECRET_KEYS", "too-short"),
        ("KENTONGAN_API_URL", "telegram.org"),
        ("KENTONGAN_DATABASE_URL", "mysql://x/y"),
        ("KENTONGAN_DATABASE_URL", "nonsense"),
        ("KENTONGAN_PROFILE", "atlantis"),
        ("KENTONGAN_MODE", "carrier-pigeon"),
        ("KENTONGAN_LISTEN", "8081"),
        ("KENTONGAN_LOG_FORMAT", "xml"),
        ("KENTONGAN_LOG_LEVEL", "LOUD"),
        ("KENTONGAN_WEBHOOK_SECRET", "short"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    environment = {"PATH": os.environ["PATH"], "KENTONGAN_DATA_DIR": str(tmp_path / "data"), **GOOD, name: value}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert name in done.stderr
    if value and name in {"KENTONGAN_TOKEN", "KENTONGAN_SECRET_KEYS", "KENTONGAN_WEBHOOK_SECRET"}:
        assert value not in done.stderr


def test_webhook_mode_needs_its_address_and_secret(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "KENTONGAN_DATA_DIR": str(tmp_path / "data"),
        **GOOD,
        "KENTONGAN_MODE": "webhook",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "KENTONGAN_WEBHOOK_URL" in done.stderr) == (2, True)


def test_the_example_as_it_is_says_what_is_not_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "KENTONGAN_TOKEN is not set")
