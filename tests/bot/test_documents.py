"""Papers made when sent: drawn once for several readers, off the loop, and never in the way of the words."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.documents import KEPT, MAKERS, PAPERS, Documents, Pictures, Unmade
from domain.notices import Json, Media
from domain.profile import Profile
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from simulator.media import sample_photo
from storage.unit import UnitOfWork
from tests.bot.conftest import AGENT, OTHER, Office, say, until
from tests.storage.parts import attach, case, person


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile("pekalongan", SopRegistry.load())


class Drawn:
    """A maker that counts."""

    def __init__(self) -> None:
        self.times = 0
        self.threads: set[int] = set()

    def __call__(self, profile: Profile, params: Mapping[str, Json]) -> bytes:
        self.times += 1
        self.threads.add(threading.get_ident())
        if params.get("rusak"):
            raise ValueError(params["rusak"])
        return sample_photo()


def picture(**params: Any) -> Media:
    return Media("photo", make="gambar", params=params, file_name="rekap.png")


async def test_three_readers_of_one_picture_cost_one_drawing_and_a_restart_draws_again(
    office: Office, profile: Profile
) -> None:
    drawn = Drawn()
    await office.post(say("Rekap", AGENT, media=picture(hari=1)))  # found by the next process
    async with office.running(documents=Documents(profile, {"gambar": drawn})):
        await office.post(say("Rekap", OTHER, media=picture(hari=1)), say("Rekap", AGENT, media=picture(hari=1)))
        await until(lambda: len(office.calls("sendPhoto")) == 3)
    assert drawn.times == 1
    assert drawn.threads.isdisjoint({threading.get_ident()})
    message = office.agent.messages()[-1]
    assert message.text == "Rekap"
    assert message.photo


async def test_a_picture_that_cannot_be_made_leaves_the_words_and_no_content_in_the_log(
    office: Office, profile: Profile
) -> None:
    with capture_logs() as logs:
        async with office.running(documents=Documents(profile, {"gambar": Drawn()})):
            await office.post(say("Rekap", slot="r", media=picture(rusak="rahasia sekali")))
            await until(lambda: len(office.calls()) == 1)
            await office.post(say("Kedua", slot="r", media=Media("photo", make="tiada")))
            await until(lambda: len(office.calls()) == 2)
    assert [call.method for call in office.calls()] == ["sendMessage", "sendMessage"]
    assert all("belum dapat dibuat" in text for text in office.texts())
    assert "Rekap" in office.texts()[0]
    assert {entry["event"] for entry in logs if "paper" in entry} == {"paper_failed", "paper_unknown"}
    assert "rahasia sekali" not in repr(logs)


async def test_only_a_few_papers_are_kept(profile: Profile) -> None:
    drawn = Drawn()
    documents = Documents(profile, {"gambar": drawn})
    for number in (*range(KEPT + 1), KEPT, 0):
        await documents.make("gambar", {"n": number}, str(number))
    assert drawn.times == KEPT + 2
    with pytest.raises(Unmade):
        await documents.make("gambar", {"rusak": "x"}, "x")


async def test_a_paper_that_lacked_a_picture_is_drawn_anew_once_it_is_there(profile: Profile) -> None:
    seen: list[list[bytes]] = []

    def album(profile: Profile, params: Mapping[str, Json], pictures: Pictures | None = None) -> bytes:
        seen.append([read() for _, read in sorted((pictures or {}).items())])
        return b"album"

    documents = Documents(profile, {"album": album})
    first, second = (lambda: b"satu"), (lambda: b"dua")
    for pictures in ({}, {1: first}, {1: first}, {2: second, 1: first}, {1: first, 2: second}):
        await documents.make("album", {}, "album", pictures)
    assert seen == [[], [b"satu"], [b"satu", b"dua"]]


async def test_the_sender_hands_over_what_is_stored_and_passed_examination(office: Office, profile: Profile) -> None:
    shown: list[dict[int, bytes]] = []

    def album(profile: Profile, params: Mapping[str, Json], pictures: Pictures | None = None) -> bytes:
        shown.append({one: read() for one, read in (pictures or {}).items()})
        return sample_photo()

    class Files:
        def read(self, path: str) -> bytes:
            return path.encode()

    def kept(uow: UnitOfWork) -> list[int]:
        made, home = [], case(uow, person(uow, 91))
        for number, (state, clean) in enumerate(
            (("stored", None), ("stored", "bersih"), ("pending", None), ("set_aside", None), ("failed", None))
        ):
            one = attach(uow, f"f{number}", case_id=home.id)
            uow.attachments.settle(one.id, state, path=f"asli{number}", clean_path=clean)  # type: ignore[arg-type]
            made.append(one.id)
        return made

    ids = await office.database.run(kept)
    media = Media("document", make="album", shows=(*ids, 999), file_name="album.pdf")
    async with office.running(documents=Documents(profile, {"album": album}), files=Files()):
        await office.post(say("Album", AGENT, media=media))
        await until(lambda: len(office.calls("sendDocument")) == 1)
    assert shown == [{ids[0]: b"asli0", ids[1]: b"bersih"}]


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_named_has_its_maker(name: str) -> None:
    assert callable(importlib.import_module(f"bot.documents.{name}").make)
    assert name in MAKERS


def test_a_medium_comes_from_exactly_one_source() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Media("photo")
    with pytest.raises(ValueError, match="exactly one"):
        Media("photo", file_id="a", make="b")
    with pytest.raises(ValueError, match="exactly one"):
        Media("photo", file_id="a", path="ab/cd")


def test_starting_the_bot_loads_no_drawing_library() -> None:
    code = "import sys, bot.app; print([m for m in ('matplotlib', 'xlsxwriter', 'typst') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
