"""`kentongan demo` before it serves: whose folder it may empty, and what it leaves for the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_settings, write_practice_file
from domain.errors import OperatorError
from simulator.__main__ import main, practice_folder


def test_a_folder_that_practice_did_not_make_is_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "data"
    real.mkdir()
    (real / "kentongan.db").write_text("penting")
    with pytest.raises(OperatorError, match="not a practice folder"), practice_folder(real):
        pass
    assert (real / "kentongan.db").read_text() == "penting"


def test_it_starts_empty_and_a_second_practice_keeps_out(tmp_path: Path) -> None:
    folder = tmp_path / "latihan"
    with practice_folder(folder):
        (folder / "kentongan.db").write_text("lama")
        (folder / "attachments" / "ab").mkdir(parents=True)
        with pytest.raises(OperatorError, match="another practice runs there"), practice_folder(folder):
            pass
        assert (folder / "kentongan.db").exists()
    with practice_folder(folder) as again:
        assert [path.name for path in again.iterdir()] == ["INI-DATA-LATIHAN"]


def test_the_command_line_reads_the_practice_and_the_environment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENTONGAN_DATABASE_URL", "sqlite+aiosqlite:////nowhere/real.db")
    monkeypatch.setenv("KENTONGAN_SECRET_KEYS", "kunci-sungguhan")
    real = load_settings()
    kept = real.model_copy(update={"database_url": "sqlite+aiosqlite:////latihan/x.db", "profile": "balangan"})
    write_practice_file(tmp_path, kept)
    assert (tmp_path / "latihan.env").stat().st_mode & 0o077 == 0
    found = load_settings(tmp_path)
    assert (found.database, found.keys, found.profile) == (kept.database, kept.keys, "balangan")


@pytest.mark.parametrize("port", ["99999", "abc", "-1"])
def test_a_wrong_port_is_one_line(
    port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["kentongan demo", f"--port={port}", "--data", str(tmp_path / "latihan")])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "port" in said
    assert not (tmp_path / "latihan").exists()
