"""Step 6 of a lokus: the draft merged from everybody's log, edited, photos chosen; with preset B each member's part."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.lokus import result
from domain.lokus.model import LogEntry
from simulator.agency import Agency
from tests.dialog.script import play
from tests.lokus.report import FINISHED, REPORTED, SENT
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_unhappy import forged

ZONE = ZoneInfo("Asia/Jakarta")


def entry(number: int, at: datetime, person: int, kind: str, **content) -> LogEntry:  # type: ignore[no-untyped-def]
    return LogEntry(number, f"u{number}", 1, person, at, at, kind, None, None, None, content, 1)  # type: ignore[arg-type]  # kinds of the log


def test_the_chronology_is_by_time_whoever_sent_first_and_says_a_new_day_once() -> None:
    def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=UTC)

    entries = [
        entry(1, at(16, 30), 1, "text", teks="Massa  mulai\nbubar"),
        entry(2, at(6), 2, "start"),
        entry(3, at(7), 1, "check"),
        entry(4, at(8), 2, "location", titik=[-6.2, 106.6], langsung=True),
        entry(5, at(8, 5), 2, "location", titik=[-6.2, 106.6]),
        entry(6, at(17, 10), 2, "photo", teks="Jalan lengang"),
        entry(7, at(17, 20), 1, "level", tingkat="kondusif"),
        entry(8, at(17, 30), 1, "emergency"),
    ]
    told = result.chronology(entries, {1: "Camar-01", 2: "Camar-02"}, ZONE, "WIB", at(6).astimezone(ZONE).date())
    assert told.split("\n") == [
        "13.00 WIB Camar-02: mulai menjalankan tugas",
        "15.05 WIB Camar-02: posisi -6.20000, 106.60000",
        "23.30 WIB Camar-01: Massa mulai bubar",
        "Sabtu, 21 November 2026:",
        "00.10 WIB Camar-02: foto (Jalan lengang)",
        "00.20 WIB Camar-01: keadaan massa kondusif",
        "00.30 WIB Camar-01: menyatakan DARURAT",
    ]


def test_opinion_is_pointed_out_in_the_facts_only_and_nothing_is_rewritten() -> None:
    content = {"bagaimana": "Massa sepertinya dibayar", "pendapat": "Sepertinya akan ada aksi lagi"}
    assert result.opinions(content) == (("bagaimana", "sepertinya"),)
    assert content["bagaimana"] == "Massa sepertinya dibayar"


def test_a_version_keeps_the_plan_and_tells_what_changed() -> None:
    plan = {"kegiatan": "Unjuk rasa"}
    one = {**plan, **result.stored({"apa": "A", "hasil": " "}, (3, 5))}
    two = {**result.without(one), **result.stored({"apa": "B", "hasil": "H"}, (5, 3))}
    assert one == {"kegiatan": "Unjuk rasa", "hasil_apa": "A", "hasil_foto": "3,5"}
    assert two["kegiatan"] == "Unjuk rasa"
    assert result.photos_of(two) == (5, 3)
    assert [(edit.key, edit.old, edit.new) for edit in result.edits(one, two)] == [
        ("apa", "A", "B"),
        ("hasil", "", "H"),
        ("foto", "3,5", "5,3"),
    ]


async def to_the_report(desa: Agency) -> None:
    """Live steps 1 to 5."""
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED))
    assert (await lokus(desa))[0].step == "laporan"


async def test_the_coordinator_gets_a_draft_of_everything_and_sends_it(desa: Agency) -> None:
    await to_the_report(desa)
    await play(
        desa,
        (
            ("koordinator_lapangan", "lihat", "Unjuk rasa buruh"),
            ("koordinator_lapangan", "lihat", "Serikat pekerja, 200 orang (perkiraan rencana)"),
            ("koordinator_lapangan", "lihat", "Depan Pendopo, Kecamatan Kandangserang"),
            ("koordinator_lapangan", "lihat", "Camar-02: foto (Spanduk tuntutan upah)"),
            ("koordinator_lapangan", "lihat", "Foto pilihan: 0 dari 2"),
            ("koordinator_lapangan", "lihat", "Camar-01: 2 catatan"),
            ("kasubbid", "lihat", "Menunggu laporan koordinator"),
            ("koordinator_lapangan", "ketuk", "Kronologi"),
            ("koordinator_lapangan", "ketuk", "Tulis ulang semua"),
            ("koordinator_lapangan", "balas", "isi baru untuk Bagaimana > Massa sepertinya dibayar"),
            ("koordinator_lapangan", "lihat", "“sepertinya” terbaca sebagai pendapat"),
            ("koordinator_lapangan", "lihat", "Massa sepertinya dibayar"),
            ("koordinator_lapangan", "ketuk", "Siapa"),
            ("koordinator_lapangan", "balas", "isi baru untuk Siapa > ..."),
            ("koordinator_lapangan", "lihat", "wajib diisi"),
            ("koordinator_lapangan", "balas", "isi baru untuk Siapa > Serikat pekerja"),
            *REPORTED[2:],
        ),
    )
    case, _ = await lokus(desa)
    assert (case.step, case.version) == ("terima_1", 2)
    assert case.fields["hasil_bagaimana"] == "Massa sepertinya dibayar"
    assert case.fields["kegiatan"] == "Unjuk rasa buruh"
    assert len(result.photos_of(case.fields)) == 2


async def test_a_preview_that_is_not_the_newest_cannot_be_sent(desa: Agency) -> None:
    await to_the_report(desa)
    case, row = await lokus(desa)
    assert row is not None
    await play(
        desa,
        (
            ("koordinator_lapangan", "ketuk", "Hasil"),
            ("koordinator_lapangan", "balas", "isi baru untuk Hasil > Bubar tertib"),
        ),
    )
    old = await forged(desa, "koordinator_lapangan", f"lh:k:{case.id}:{case.version}:{row.revision}:0")
    assert old.text
    assert (await lokus(desa))[0].step == "laporan"


async def test_what_arrives_late_is_offered_and_nothing_edited_is_lost(desa: Agency) -> None:
    await to_the_report(desa)
    await play(
        desa,
        (
            ("koordinator_lapangan", "ketuk", "Kronologi"),
            ("koordinator_lapangan", "ketuk", "Tulis ulang semua"),
            ("koordinator_lapangan", "balas", "isi baru untuk Bagaimana > Aksi berlangsung tertib"),
        ),
    )
    case, _ = await lokus(desa)

    def late(uow) -> None:  # type: ignore[no-untyped-def]
        member = next(one for one in uow.lokus.team(case.id) if not one.lead)
        uow.lokus.log(
            case.id, member.person_id, "text", member.finished_at, desa.clock.now(), {"teks": "Datang terlambat"}
        )

    await desa.app.database.run(late)
    await play(
        desa,
        (
            ("koordinator_lapangan", "ketuk", "Pratinjau"),
            ("koordinator_lapangan", "lihat", "1 catatan baru"),
            ("koordinator_lapangan", "ketuk", "Kembali"),
            ("koordinator_lapangan", "ketuk", "Masukkan catatan baru (1)"),
            ("koordinator_lapangan", "lihat", "Aksi berlangsung tertib"),
            ("koordinator_lapangan", "lihat", "Datang terlambat"),
            ("koordinator_lapangan", "tanpa", "Masukkan catatan"),
        ),
    )


async def test_only_the_coordinator_and_the_desk_touch_the_draft(desa: Agency) -> None:
    await to_the_report(desa)
    case, _ = await lokus(desa)
    taps = ("m", "i:{}:apa", "f:{}:0", "t:{}:1:0", "a:{}:0", "n", "p:{}:0", "k:{}:1:1:0", "l:{}:1")
    data = [f"lh:{tap.format(case.id)}" if "{}" in tap else f"lh:{tap}:{case.id}" for tap in taps]
    for who in ("anggota1", "mitra", "agen", "kabid"):
        for one in data:
            assert "ditemukan" in ((await forged(desa, who, one)).text or ""), (who, one)
    for bad in (f"lh:t:{case.id}:999:0", f"lh:i:{case.id}:kotak", "lh:s:1", "lh:w:1", f"lh:l:{case.id}:1"):
        assert (await forged(desa, "koordinator_lapangan", bad)).text, bad
    assert (await lokus(desa))[1].result is None  # type: ignore[union-attr]
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Susun sendiri"),
            ("kasubbid", "lihat", "Menyusun laporan hasil"),
            # Both write the same part: who comes second is told, and overwrites nothing.
            ("kasubbid", "ketuk", "Hasil"),
            ("koordinator_lapangan", "ketuk", "Hasil"),
            ("koordinator_lapangan", "balas", "isi baru untuk Hasil > Bubar tertib"),
            ("kasubbid", "balas", "isi baru untuk Hasil > Bubar sendiri"),
            ("kasubbid", "lihat", "Hasil dan tindak lanjut sudah berubah sejak pertanyaan ini"),
            ("koordinator_lapangan", "ketuk", "Pratinjau"),
            ("koordinator_lapangan", "lihat", "Bubar tertib"),
        ),
    )
