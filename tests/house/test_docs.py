"""The pages of the house promise only what there is: targets, commands, settings, files, button words, phones."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image

from bot.__main__ import app
from bot.app import make_office
from bot.config import PREFIX, Settings
from simulator.agency import call_name, field_seats, seats

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "GLOSSARY.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/performance.md",
    "docs/operations.md",
)
BUTTONS = frozenset(
    (
        "Nihil",
        "Ada kejadian",
        "Kirim",
        "Ubah",
        "Simpan draf",
        "Batal",
        "Kembali",
        "Lewati",
        "Setujui",
        "Revisi",
        "Tolak",
        "Ambil",
        "Terima",
        "Siap",
        "Berhalangan",
        "Tiba",
        "Mulai",
        "Selesai",
        "Darurat",
        "Jadikan lokus",
        "Tidak",
        "Publikasikan",
        "Disposisi",
        "Tindak lanjut",
        "Rakor",
        "Arsip",
        "Buka",
        "Minta dihubungi",
        "Menghadap langsung",
    )
)
"""The button words that others rely on."""
CHAT = frozenset(
    (
        "start",
        "menu",
        "lapinfo",
        "nihil",
        "lapsus",
        "lapsida",
        "lapor",
        "rencana",
        "catat",
        "tugas",
        "darurat",
        "draf",
        "status",
        "cari",
        "agenda",
        "rekap",
        "monev",
        "disposisi",
        "undang",
        "pengguna",
        "ikat",
        "siaran",
        "pengaduan",
        "bantuan",
        "batal",
    )
)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


README = page("README.md")


def offered(line: str, command: Any) -> bool:
    """Whether these words begin with a command of that command line, its options included."""
    words = line.split()
    while hasattr(command, "commands"):
        if words[:1] == ["--practice"]:
            words = words[2:]
        elif not words or words[0] not in command.commands:
            return False
        else:
            command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    return {word for word in words if word.startswith("--")} <= known


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    named = {target for name in PAGES for target in re.findall(r"(?:^|`)make ([a-z]+)", page(name), re.MULTILINE)}
    assert {"demo", "test", "setup", "run", "check", "bench"} <= named
    assert named <= targets


@pytest.mark.parametrize("name", PAGES)
def test_every_command_named_exists(name: str) -> None:
    pattern = r"(?:^ *(?:\.venv/bin/)?|`(?:\.venv/bin/)?|Start=\S*/)kentongan +([a-z-][^`#\n]*)"
    named = [line.strip() for line in re.findall(pattern, page(name), re.MULTILINE)]
    group = typer.main.get_command(app)
    assert [line for line in named if not offered(line, group)] == []
    if name == "README.md":
        assert len(named) > 15


def test_every_setting_named_exists() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in PAGES:
        assert set(re.findall(rf"{PREFIX}[A-Z_]+", page(name))) <= known, name


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    text = page(name)
    anchors = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
            assert ((ROOT / name).parent / target.partition("#")[0]).exists(), target


def test_the_button_words_are_those_of_the_labels() -> None:
    labels = [
        text
        for file in (ROOT / "templates/labels").glob("*.toml")
        for text in tomllib.loads(file.read_text(encoding="utf-8")).values()
    ]
    listed = README.partition("Tombol pada isian")[2].partition("\n\n")[0]
    named = set(re.findall(r"\*\*([^*]+)\*\*", listed))
    assert len(named) > 10
    assert named <= BUTTONS
    for word in set(re.findall(r"\*\*([^*]+)\*\*", README)) & BUTTONS | named:
        assert any(word in label for label in labels), word


def test_the_commands_of_the_chat_are_those_agreed_on_and_offered() -> None:
    table = README.partition("| perintah | siapa")[2].partition("\n\n")[0]
    named = set(re.findall(r"`/([a-z]+)", table))
    described = tomllib.loads(page("templates/commands.toml"))
    assert named <= CHAT
    assert named | {"start"} == set(described)


def test_the_phones_named_are_those_of_the_practice_page() -> None:
    office = make_office("lengkap")
    names = {call_name(office, seat) for seat in (*seats(office), *field_seats(office))} | {"Calon Petugas"}
    steps = README.partition("## Coba dahulu")[2].partition("## Perintah")[0]
    named = set(re.findall(r"telepon \*\*([^*]+)\*\*", steps))
    assert len(named) >= 4
    assert named <= names


def test_the_picture_is_crisp_and_light() -> None:
    file = ROOT / "docs/latihan.png"
    assert file.stat().st_size < 400_000
    with Image.open(file) as picture:
        assert picture.width >= 1400
