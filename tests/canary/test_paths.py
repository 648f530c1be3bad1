"""Every way of a lapsus through the whole application, in peace and broken at every step: no word comes out."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import structlog

from bot.clock import PracticeClock
from bot.logs import configure
from simulator.agency import TOKEN, Agency, agency
from tests.canary import faults
from tests.canary.people import Step
from tests.canary.story import DELIVERED, LED_ASTRAY, MAIN, PIN, READ, REST, REVISED, WRITTEN, cast
from tests.canary.watch import Watch
from tests.canary.words import WORDS, found, in_files
from tests.dialog.conftest import KEY, MORNING, fast_parts

SHOWN = frozenset(WORDS) - {
    "argumen", "di_grup", "diucapkan", "pin", "alasan_izin", "alasan_identitas", "alasan_tolak", "isi_berkas",
    "dibatalkan", "disimpan", "nama_pejabat",
}  # fmt: skip
"""What the stories show to somebody who may see it: that these words went the whole way."""


@pytest.fixture
async def impatient(tmp_path: Path, temporary: Path) -> AsyncIterator[Agency]:
    """The agency, whose bot waits a fifth of a second for an answer."""
    clock = PracticeClock(MORNING, frozen=True)
    parts = replace(fast_parts(), read_timeout=0.2)
    async with agency(tmp_path / "data", KEY, clock=clock, parts=parts) as made:
        yield made
        assert made.world.violations == []


def _nowhere(watch: Watch, folder: Path, logs: StringIO) -> None:
    assert in_files([folder]) == []
    assert found(logs.getvalue()) == set()
    assert watch.wrong() == []


async def test_no_word_comes_out_on_any_way(desa: Agency, tmp_path: Path, logs: StringIO) -> None:
    watch, people = Watch(desa), await cast(desa)
    await people.play(*LED_ASTRAY, *WRITTEN)
    assert {chat for chat, text, _ in watch.shown if found(text)} == {desa.users["agen"].id}
    assert watch.standing() == []
    await people.play(*PIN, *READ, *REVISED, *DELIVERED)
    assert watch.standing() == []
    assert in_files([tmp_path]) == []
    await people.play(*REST)
    _nowhere(watch, tmp_path, logs)
    assert watch.standing() == []
    assert watch.told() == SHOWN
    await desa.stop()
    assert in_files([tmp_path]) == []


@pytest.mark.parametrize("what", ["refused", "passing", "lost"])
async def test_no_word_comes_out_when_telegram_fails_at_every_step(
    impatient: Agency, tmp_path: Path, logs: StringIO, what: str
) -> None:
    watch, people = Watch(impatient), await cast(impatient)
    kinds = {"refused": faults.REFUSED, "passing": faults.PASSING, "lost": faults.LOST}[what]
    people.before, people.after = faults.telegram(impatient, kinds)
    await people.play(*MAIN)
    assert in_files([tmp_path]) == []
    assert found(logs.getvalue()) == set()
    # Where the message to tap was refused, these people tap another one, and see their own words in it.
    assert [hit for hit in watch.wrong() if what != "refused" or not hit.endswith("unprotected before agen")] == []
    assert {"kronologi", "berikut", "sandi"} <= watch.told()
    # What Telegram refuses to delete stays; a copy whose answer was lost is not known and stays too, protected.
    if what == "passing":
        assert watch.standing() == []
    elsewhere = [
        hit for hit in watch.standing() if hit.split()[-1] not in ("agen", "kabid", "kepala", "pimpinan", "piket")
    ]
    assert elsewhere == (["di_grup in a group"] if what == "refused" else [])  # what was written there by hand


async def test_what_was_read_leaves_no_copy_behind_when_its_first_answer_is_lost(impatient: Agency) -> None:
    watch, people = Watch(impatient), await cast(impatient)
    await people.play(*WRITTEN, *PIN)
    world, reader = impatient.world, impatient.users["kabid"].id

    def lose() -> None:
        for method in ("sendMessage", "editMessageText"):
            world.faults.lost_answer(method, reader, times=2)

    people.before, people.after = lose, world.faults.clear
    await people.play(Step("kabid", "ketuk", "Buka"), Step("kabid", "tulis", WORDS["pin"]))
    assert "kronologi before kabid" in watch.standing()
    await people.play(Step("kabid", "maju", "11"))
    assert watch.standing() == []
    waiting = [text for chat, text, _ in watch.shown if chat == reader and "sedang dibuka" in text]
    assert len(waiting) > 1, "nothing was lost"


@pytest.mark.parametrize("what", ["storage", "program"])
async def test_no_word_comes_out_when_the_storage_or_the_program_fails_at_every_step(
    desa: Agency, tmp_path: Path, logs: StringIO, what: str
) -> None:
    watch, people = Watch(desa), await cast(desa)
    people.before, people.after = (faults.storage if what == "storage" else faults.program)(desa)
    await people.play(*MAIN)
    _nowhere(watch, tmp_path, logs)
    said = logs.getvalue()
    assert ("not stored, will try again" if what == "storage" else "handler failed") in said
    assert {"kronologi", "berikut", "sandi"} <= watch.told()
    assert watch.standing() == []


async def test_json_lines_hold_no_word_either(desa: Agency, tmp_path: Path) -> None:
    written = StringIO()
    configure("json", "DEBUG", secrets=(TOKEN, KEY), stream=written)
    people = await cast(desa)
    people.before, people.after = faults.program(desa)
    await people.play(*WRITTEN)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert any("exception" in line for line in lines)
    assert found(written.getvalue()) == set()
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


async def test_a_template_that_breaks_shows_nothing_of_what_it_was_given(
    desa: Agency, tmp_path: Path, logs: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, people = Watch(desa), await cast(desa)
    await people.play(*WRITTEN)

    def broken(*given: object, **named: object) -> object:
        raise ValueError(faults.ALL)

    desa.app.sender._renderer._templates.clear()
    monkeypatch.setattr(desa.app.sender._renderer, "_load", broken)
    desa.phone("kabid").tap(next(iter(desa.phone("kabid").chat().messages)), "rs:b:1")
    await desa.quiet()
    _nowhere(watch, tmp_path, logs)
    assert "template" in logs.getvalue()
