"""The whole product at an agency that allows content, only a notice, or nothing of a lapsus to be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.profile_loader import PROFILES
from tests.dialog.conftest import desa, fast_parts, logs

__all__ = ["desa", "fast_parts", "logs"]


def written_profile(folder: Path, content: str, **changes: str) -> str:
    """A profile file like Pekalongan's with that much of a lapsus in writing; other keys of [lapsus] by name."""
    text = (PROFILES / "pekalongan.toml").read_text(encoding="utf-8")
    text = text.replace('content = "isi"', f'content = "{content}"')
    for key, value in changes.items():
        lines = [f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in text.split("\n")]
        assert f"{key} = {value}" in lines, key
        text = "\n".join(lines)
    path = folder / f"kantor-{content}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def content() -> str:
    """How much may be written; a test module or a parameter overrides it."""
    return "isi"


@pytest.fixture
def record() -> str:
    """Whether the duty officer may record one."""
    return "true"


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory, content: str, record: str) -> str:
    return written_profile(tmp_path_factory.mktemp("profil"), content, record=record)
