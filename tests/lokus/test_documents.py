"""The papers of a lokus through the whole product: who gets which, with names or code names, again, and with photos."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.cli.exposure import of_case
from bot.clock import PracticeClock
from bot.render import Renderer
from bot.split import plain
from domain.model import Event
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry
from domain.usecases import identity, lokus_board, lokus_papers
from simulator.agency import Agency
from tests.dialog.conftest import MORNING
from tests.dialog.script import newest, play
from tests.lokus.pdf import text
from tests.lokus.report import ROUNDS
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY, lokus
from tests.lokus.test_rounds import to_the_rounds
from tests.lokus.test_unhappy import forged

AT, REF = MORNING.isoformat(), "LO-261120-0001"


def paper(desa: Agency, who: str) -> bytes:
    """The newest document in that phone's chat."""
    found = [one for one in desa.phone(who).messages() if one.kind == "document" and not one.mine]
    assert isinstance(found[-1].media, dict)
    return desa.world.files[found[-1].media["file_id"]].data


async def named(desa: Agency, *who: str) -> dict[str, Any]:
    """The persons of those phones."""

    def work(uow):  # type: ignore[no-untyped-def]
        return {one: uow.people.by_telegram_id(desa.users[one].id) for one in who}

    return await desa.app.database.run(work)


async def looked(desa: Agency, who: str) -> list[Event]:
    """Who was told who that phone's person is."""
    person = (await named(desa, who))[who]
    events = await desa.app.database.run(lambda uow: list(uow.events.of(f"person:{person.id}")))
    return [one for one in events if one.action == identity.OPENED]


async def fetched(desa: Agency) -> dict[int, str]:
    """By attachment id where its file is, once every photo of the lokus is on this machine."""
    case, _ = await lokus(desa)
    while await desa.app.downloader.step():
        pass
    kept = await desa.app.database.run(lambda uow: uow.attachments.of_case(case.id))
    assert {one.state for one in kept} == {"stored"}
    return {one.id: one.clean_path or one.path or "" for one in kept}


async def test_letters_are_numbered_once_and_carry_the_code_name_only(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED, *READY))
    people = await named(desa, "anggota1", "anggota2", "koordinator_lapangan", "kasubbid", "kepala")
    numbers = []
    for who in ("anggota1", "anggota1", "anggota2"):
        await play(desa, ((who, "ketuk", "Surat tugas"), (who, "lihat", "Surat Perintah Tugas")))
        told = text(paper(desa, who))
        numbers.append(told.split("Nomor: ")[1].split()[0])
        assert {"anggota1": "Camar-01", "anggota2": "Camar-02"}[who] in told
        assert people[who].name not in told
        assert "Anggota Mitigasi" in told
        assert "Halaman kantor kecamatan" in told
    assert numbers == [f"200.1.3.1/00{n}/SPT/XI/2026" for n in (1, 1, 2)]

    case, _ = await lokus(desa)
    office, now = desa.app.office, desa.clock.now()

    def params(uow, names: bool):  # type: ignore[no-untyped-def]
        return repr(lokus_papers.letter(uow, office, case, lokus_board.team(uow, case), names=names))

    for who in ("anggota1", "anggota2"):
        for names in (False, True):  # what is not printed does not travel either
            given = await desa.app.database.run(lambda uow, names=names: params(uow, names))  # type: ignore[misc]
            assert (people[who].name in given) == names, who

    # The office's copy: everybody by name, under the same numbers; whom it names is recorded.
    for who in ("anggota1", "koordinator_lapangan", "mitra", "pimpinan", "verifikator"):
        assert "ditemukan" in ((await forged(desa, who, f"lp:s:{case.id}")).text or "")
        assert not any("arsip" in one.text for one in desa.phone(who).messages())
    await play(desa, (("koordinator_lapangan", "tanpa", "arsip"), ("kasubbid", "ketuk", "Surat tugas (arsip)")))
    await play(desa, (("kasubbid", "lihat", "untuk arsip, 3 orang"),))
    assert not newest(desa.phone("kasubbid")).protected  # it is there to be printed and signed
    told = text(paper(desa, "kasubbid"))
    for who in ("anggota1", "anggota2", "koordinator_lapangan"):
        assert people[who].name in told
        assert people[who].alias in told
        events = await looked(desa, who)
        assert [(one.actor_id, one.data["case"]) for one in events] == [(people["kasubbid"].id, REF)]
    assert people["kepala"].name in told
    assert [f"Nomor: {number}" in told for number in numbers] == [True, True, True]
    assert "/003/SPT" in told
    exposed = (await desa.app.database.run(lambda uow: of_case(uow, office, case, None, now)))["exposed"]
    assert [one["who"] for one in exposed if one["how"] == "was told who it is"] == [people["kasubbid"].alias] * 3
    denied = await desa.app.database.run(lambda uow: list(uow.events.of(f"case:{case.id}")))
    assert sum(one.action == "denied" for one in denied) == 5


async def test_the_photos_are_in_the_paper_and_one_whose_file_is_lost_keeps_nothing_back(desa: Agency) -> None:
    await to_the_rounds(desa)
    stored = await fetched(desa)
    assert len(stored) == 2
    await play(desa, ROUNDS)
    pushed = paper(desa, "pimpinan")
    told = text(pushed)
    assert "Foto 1. Jumat, 20 November 2026 pukul 04.55 WIB, Camar-01: Orasi di depan pendopo" in told
    assert "Camar-02: Spanduk tuntutan upah" in told
    assert "Foto tidak dapat dimuat" not in told
    assert b"/DCTDecode" in pushed
    assert b"Kamera Latihan" not in pushed

    desa.app.files.delete(next(iter(stored.values())))
    await play(desa, (("kabid", "ketuk", "PDF"),))
    told = text(paper(desa, "kabid"))
    assert told.count("Foto tidak dapat dimuat.") == 1
    assert (newest(desa.phone("pimpinan")).protected, newest(desa.phone("kabid")).protected) == (True, False)
    assert b"/DCTDecode" in paper(desa, "kabid")
    assert len(await looked(desa, "anggota1")) == 1  # the chain of command reads names


async def test_minutes_are_listed_and_had_again_by_those_who_may_read_the_report(desa: Agency) -> None:
    await to_the_rounds(desa)
    case, _ = await lokus(desa)
    for matter in ("Upah naik", "Massa bubar"):
        words = f"isi berita acara > Pihak: Perwakilan buruh\nPokok: {matter}"
        await play(desa, (("kasubbid", "ketuk", "Berita acara"), ("kasubbid", "balas", words)))
    first = newest(desa.phone("kasubbid"))
    assert not first.protected  # likewise
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Dokumen"),
            ("kasubbid", "lihat", "naskah, belum disetujui"),
            ("kasubbid", "lihat", "1. Berita Acara 200.1.3.1/001/BA/XI/2026: "),
            ("kasubbid", "tombol", "Surat tugas (arsip)"),
            ("kasubbid", "ketuk", "Berita Acara 1"),
            ("kasubbid", "lihat", "200.1.3.1/001/BA/XI/2026"),
        ),
    )
    assert "Upah naik" in text(paper(desa, "kasubbid"))
    for who in ("anggota1", "mitra", "pimpinan"):
        for what in (f"lp:d:{case.id}", f"lp:a:{case.id}:1"):
            assert "ditemukan" in ((await forged(desa, who, what)).text or ""), (who, what)
    for what in (f"lp:a:{case.id}:0", f"lp:a:{case.id}:3", f"lp:a:{case.id}:x", "lp:a", f"lp:z:{case.id}", "lp:d:99"):
        assert (await forged(desa, "kasubbid", what)).text
    await play(
        desa,
        (
            *(row for row in ROUNDS if row[1] == "ketuk"),
            ("pimpinan", "ketuk", "Dokumen"),
            ("pimpinan", "lihat", "agenda 0001"),
            ("pimpinan", "tanpa", "arsip"),
            ("pimpinan", "ketuk", "Berita Acara 2"),
        ),
    )
    assert "Massa bubar" in text(paper(desa, "pimpinan"))


MINUTES = {"urut": 1, "nomor": None, "pada": AT, "oleh": None}
MESSAGES: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "dokumen/daftar",
        {"ref": REF, "selesai": True, "agenda": "0001", "acara": [MINUTES]},
        "1. Berita Acara: 20 November 2026 pukul 04.55 WIB",
    ),
    ("dokumen/daftar", {"ref": REF, "selesai": False, "agenda": None, "acara": []}, "belum disetujui"),
    ("dokumen/arsip", {"ref": REF, "jumlah": 3}, "permintaannya dicatat"),
)


@pytest.mark.parametrize(("template", "params", "said"), MESSAGES)
def test_it_says_what_it_should(template: str, params: dict[str, Any], said: str) -> None:
    clock = PracticeClock(datetime.fromisoformat(AT), frozen=True)
    renderer = Renderer(load_profile("tangerang", SopRegistry.load()), clock)
    told = plain(renderer.text(template, params))
    assert said in told, told
    assert "\n\n\n" not in told
    assert "None" not in told
    shipped = {name for name in renderer.names() if name.startswith("dokumen/")}
    assert shipped == {name for name, _, _ in MESSAGES}
