"""The search can fail: it finds a planted word wherever and however one could come to stand."""

from __future__ import annotations

import base64
import html
import io
import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus

import orjson
import pytest
import structlog

from simulator.agency import Agency
from tests.canary.story import BEGUN, cast
from tests.canary.watch import Watch
from tests.canary.words import WORDS, found, in_files

WRITINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda word: word.encode(),
    "small": lambda word: word.lower().encode(),
    "capitals": lambda word: word.upper().encode(),
    "UTF-16": lambda word: word.encode("utf-16"),
    "UTF-16 big endian": lambda word: word.encode("utf-16-be"),
    "JSON": lambda word: orjson.dumps({"kronologi": word}),
    "JSON in ASCII": lambda word: json.dumps({"kronologi": word}).encode(),
    "JSON in JSON": lambda word: json.dumps(json.dumps({"kronologi": word})).encode(),
    "HTML": lambda word: f"<b>{html.escape(word)}</b>".encode(),
    "repr": lambda word: repr({"kronologi": word}).encode(),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64 after one": lambda word: base64.b64encode(b"x" + word.encode() + b"y"),
    "base64 after two": lambda word: base64.b64encode(b"xy" + word.encode() + b"y"),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(word.encode()),
    "base64 of UTF-16": lambda word: base64.b64encode(word.encode("utf-16-le")),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "a form's field": lambda word: f"text={quote_plus(word)}".encode(),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_every_word_is_found_in_every_writing(writing: str) -> None:
    for name, word in WORDS.items():
        noise = WRITINGS[writing](word)
        assert found(b"\x00\xff" + noise + b"\xfe") == {name}, name
    assert found(zlib.compress(b"nothing here")) == set()


def test_a_word_is_found_in_a_database_in_its_log_and_in_a_name(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "satu.db") as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE hal (isi)")
        base.execute("INSERT INTO hal VALUES (?)", (f"Pukul 02.00 {WORDS['kronologi']}",))
        base.commit()
        assert in_files([tmp_path]) == ["kronologi in satu.db-wal"]
    base.close()
    assert in_files([tmp_path]) == ["kronologi in satu.db"]
    (tmp_path / f"{WORDS['nama_berkas']}.jpg").touch()
    assert in_files([tmp_path])[0].startswith("nama_berkas in the name")


async def test_a_word_told_to_the_wrong_one_is_found(desa: Agency) -> None:
    watch = Watch(desa)
    people = await cast(desa)
    await people.play(*BEGUN)
    assert watch.wrong() == []
    bot = desa.world.bot()
    said = f"Isi {WORDS['analisa']}"
    desa.world.post(desa.groups["verifikasi"], bot.user, {"text": said}, by_bot=bot)
    desa.world.post(desa.world.private_chat(bot, desa.users["verifikator"]), bot.user, {"text": said}, by_bot=bot)
    desa.world.post(desa.world.private_chat(bot, desa.users["kabid"]), bot.user, {"text": said}, by_bot=bot)
    assert set(watch.wrong()) == {
        "analisa unprotected before a group",
        "analisa shown to a group",
        "analisa unprotected before verifikator",
        "analisa shown to verifikator",
        "analisa unprotected before kabid",
    }
    assert set(watch.standing()) == {"analisa in a group", "analisa before verifikator", "analisa before kabid"}


def test_a_word_in_a_log_is_found(logs: io.StringIO) -> None:
    structlog.get_logger("percobaan").warning("planted", what=WORDS["saran"])
    assert found(logs.getvalue()) == {"saran"}
