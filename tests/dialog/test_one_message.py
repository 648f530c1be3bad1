"""A report in one message: labels, SMS, free text. What is recognised shows in the summary or in a note."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.agency import Agency
from simulator.people import Phone
from tests.dialog.script import Row, newest, play
from tests.dialog.test_form import calls
from tests.dialog.test_nihil import EVENT, cases

EXAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "recognition" / "laporan-contoh.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
LABELS = ("Apa", "Siapa", "Di mana", "Kapan", "Mengapa", "Bagaimana", "Pendapat pelapor")


async def finish(desa: Agency, agen: Phone) -> str:
    """Answer whatever is still asked, and give the summary."""
    answers = {
        "Bidang": "Lainnya",
        "Kecamatan": desa.office.profile.regions[0],
        "Siapa": "Warga",
        "Kapan": "pukul 04.00",
        "Bagaimana": "Terkendali",
        "Mengapa": "Belum diketahui",
        "Di mana": "Balai desa",
        "Apa": "Kejadian",
    }
    for _ in range(12):
        text = newest(agen).text
        if "Ringkasan laporan" in text:
            return text
        if "foto" in text.lower() and "Kirim lagi, atau ketuk Selesai" in text:
            await agen.taps("Selesai")
        elif "memerlukan paling sedikit satu foto" in text:
            await agen.sends_photo()
        else:
            lines = text.split("\n")
            asked = next(key for key in answers if any(line == key or line.startswith(f"{key} (") for line in lines))
            await agen.says(answers[asked])
        await desa.quiet()
    raise AssertionError(agen.transcript())


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
class TestExamples:
    """The sixteen messages as agents really write them, end to end at their own agency."""

    @pytest.fixture
    def profile(self, example: dict[str, str]) -> str:
        return example["profil"]

    async def test_is_understood(self, desa: Agency, example: dict[str, object]) -> None:
        agen, wanted = desa.phone("agen"), example["harapan"]
        assert isinstance(wanted, dict)
        await agen.says(str(example["teks"]))
        await desa.quiet()
        first = newest(agen).text
        if wanted["jenis"] == "tidak_jelas":
            assert "Silakan pilih, atau ceritakan kejadiannya" in first
            return
        if wanted["jenis"] == "nihil":
            assert "Nihil diterima" in first
            assert f"Kecamatan {wanted['kecamatan']}" in first
            return
        if wanted.get("opini"):
            assert "terbaca sebagai pendapat" in first
        if wanted.get("data_pribadi"):
            assert "nomor identitas atau telepon" in first
        summary = await finish(desa, agen)
        if "kecamatan" in wanted:
            assert f"Kecamatan: {wanted['kecamatan']}" in summary
        for label in LABELS:
            if label in wanted:
                block = summary.split(f"{label}: ", 1)[1]
                assert wanted[label].lower() in block.split("\n\n")[0].lower(), (label, summary)
        for number in wanted.get("data_pribadi", ()):
            assert number not in summary
        await agen.taps("Kirim")
        await agen.sees("Laporan diterima")
        (case,) = await cases(desa)
        assert case.fields["_teks"] == example["teks"], "what recognition leaves out is not lost"


FREE = (
    "Lapor, pukul 04.15 terjadi kebakaran dua kios di Pasar Kajen Kec. Kajen, pedagang sekitar 10 orang, "
    "api sudah padam, akibat korsleting"
)
TABLES: dict[str, tuple[Row, ...]] = {
    "only the rest is asked": (
        ("agen", "tulis", "Apa: Tawuran\nSiapa: pelajar\nDi mana: Alun-alun Kajen"),
        ("agen", "lihat", "Terbaca: Bidang, Kecamatan, "),
        ("agen", "lihat", "Kapan"),
    ),
    "a guess is marked, until it is confirmed": (
        (
            "agen",
            "tulis",
            "Apa: Tawuran\nSiapa: pelajar\nDi mana: depan SMA\nKapan: pukul 04.00\nBagaimana: sudah bubar",
        ),
        ("agen", "lihat", "Kecamatan: Kajen (dugaan sistem)"),
        ("agen", "ketuk", "Ubah Kecamatan"),
        ("agen", "ketuk", "Doro"),
        ("agen", "lihat", "Kecamatan: Doro"),
        ("agen", "tidak", "Doro (dugaan sistem)"),
    ),
    "an impossible date is asked again": (
        ("agen", "tulis", EVENT.replace("hari ini pkl 04.40 WIB", "31 Februari 2026 pkl 04.40 WIB")),
        ("agen", "lihat", "tidak ada di kalender"),
        ("agen", "lihat", "Kapan"),
        ("agen", "tulis", "hari ini pukul 04.40"),
        ("agen", "lihat", "Kapan: hari ini pukul 04.40"),
    ),
    "another zone is shown for confirmation": (
        ("agen", "tulis", EVENT.replace("04.40 WIB", "05.40 WITA")),
        ("agen", "lihat", "itu sama dengan 20 November 2026 pukul 04.40 WIB"),
        ("agen", "lihat", "Kapan: hari ini pkl 05.40 WITA (= 20 November 2026 pukul 04.40 WIB)"),
    ),
    "the message edited before sending": (
        ("agen", "tulis", EVENT),
        ("agen", "sunting", f"Unjuk rasa > {EVENT.replace('50 warga', '80 warga')}"),
        ("agen", "lihat", "Suntingan pesan sudah masuk"),
        ("agen", "lihat", "sekitar 80 warga"),
    ),
    "an edit leaves alone what was changed since": (
        ("agen", "tulis", EVENT),
        ("agen", "ketuk", "Ubah Siapa"),
        ("agen", "tulis", "Sekitar 60 petani"),
        ("agen", "sunting", f"Unjuk rasa > {EVENT.replace('50 warga', '80 warga').replace('tertib', 'bubar')}"),
        ("agen", "lihat", "Siapa: Sekitar 60 petani"),
        ("agen", "lihat", "orasi, bubar"),
    ),
    "edited after sending: a new version": (
        ("agen", "tulis", EVENT),
        ("agen", "ketuk", "Kirim"),
        ("agen", "sunting", f"Unjuk rasa > {EVENT.replace('50 warga', '80 warga')}"),
        ("agen", "lihat", "LI-261120-0001 kini versi 2"),
        ("verifikator", "grup", "80 warga"),
    ),
    "an edit that tells no event": (
        ("agen", "tulis", EVENT),
        ("agen", "sunting", "Unjuk rasa > Nihil"),
        ("agen", "lihat", "isian tetap seperti semula"),
        ("agen", "lihat", "Apa: Unjuk rasa warga"),
    ),
    "an edit that tells no event, after sending": (
        ("agen", "tulis", EVENT),
        ("agen", "ketuk", "Kirim"),
        ("agen", "sunting", "Unjuk rasa > Nihil"),
        ("agen", "lihat", "LI-261120-0001 tetap seperti semula"),
    ),
    "opinion in the reporter's own section is no opinion among the facts": (
        ("agen", "tulis", f"{EVENT}\nPendapat: menurut saya perlu dialog"),
        ("agen", "tidak", "terbaca sebagai pendapat"),
        ("agen", "lihat", "Pendapat pelapor: menurut saya perlu dialog"),
    ),
    "the same text twice is one form": (
        ("agen", "tulis", FREE),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "1."),
        ("agen", "tidak", "2."),
    ),
    "a duty officer's own text is a report of theirs": (
        ("piket", "tulis", EVENT),
        ("piket", "lihat", "Ringkasan laporan"),
    ),
    "texts of those who do not report": (
        ("verifikator", "tulis", EVENT),
        ("verifikator", "lihat", "Silakan pilih dari /menu"),
        ("verifikator", "tulis", "halo"),
        ("verifikator", "lihat", "Siap membantu, Garuda-01. Silakan pilih dari /menu"),
        ("pimpinan", "tulis", "Nihil"),
        ("pimpinan", "lihat", "Silakan pilih dari /menu"),
    ),
    "small talk": (
        ("agen", "tulis", "p"),
        ("agen", "lihat", "Siap membantu, Elang-07. Silakan pilih, atau ceritakan kejadiannya"),
        ("agen", "tombol", "Nihil"),
        ("agen", "tombol", "Ada kejadian"),
        ("agen", "stiker", ""),
        ("agen", "lihat", "Stiker belum dapat dibaca di sini. Silakan pilih, atau ceritakan kejadiannya"),
        ("agen", "tulis", "apakah besok ada rapat di kantor?"),
        ("agen", "lihat", "belum terbaca sebagai laporan"),
    ),
    "an event told in pictures": (
        ("agen", "tulis", "Apa: \U0001f525\U0001f525"),
        ("agen", "lihat", "Terbaca: Kecamatan, Apa. Sisanya mohon dijawab."),
        ("agen", "lihat", "Bidang (5 pertanyaan lagi)"),
    ),
    "a labelled choice is taken from the office's list, another is asked": (
        ("agen", "tulis", f"{EVENT}\nSumber: Masyarakat\nCara memperoleh: melihat sendiri\nDerajat: segera"),
        ("agen", "lihat", "Sumber: Masyarakat"),
        ("agen", "lihat", "Cara memperoleh: Melihat sendiri"),
        ("agen", "lihat", "Derajat: Segera"),
    ),
    "a labelled choice on no list is asked": (
        ("agen", "tulis", f"{EVENT}\nSumber: warga pasar\nDerajat: darurat sekali"),
        ("agen", "lihat", "Sumber (2 pertanyaan lagi)"),
        ("agen", "ketuk", "Masyarakat"),
        ("agen", "lihat", "Derajat"),
        ("agen", "ketuk", "Sangat Segera"),
        ("agen", "lihat", "Sumber: Masyarakat"),
        ("agen", "lihat", "Derajat: Sangat Segera"),
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_what_the_agent_does_and_sees(desa: Agency, table: tuple[Row, ...]) -> None:
    await play(desa, table)


async def test_a_report_in_one_message_takes_four_calls_with_its_card(desa: Agency) -> None:
    agen = desa.phone("agen")
    await desa.quiet()
    before = calls(desa)
    await agen.says(EVENT)
    await agen.taps("Kirim")
    await agen.sees("Laporan diterima")
    await desa.quiet()
    assert calls(desa) - before - queue_calls(desa) <= 4


def queue_calls(desa: Agency) -> int:
    """Calls for the pinned queue message, which is kept by the minute and not by the report."""
    return sum(
        call.method == "pinChatMessage" or "Menunggu verifikasi:" in str(call.params.get("text", ""))
        for call in desa.world.calls
    )


async def test_nihil_takes_two_calls(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapinfo")
    await desa.quiet()
    before = calls(desa)
    await agen.taps("Nihil")
    await desa.quiet()
    assert calls(desa) - before == 2
    other = desa.phone("agen2")
    await other.says("Nihil")
    await desa.quiet()
    assert calls(desa) - before == 3


async def test_a_user_without_a_role_gets_a_sensible_answer(desa: Agency) -> None:
    def work(uow: object) -> None:
        person = uow.people.by_telegram_id(desa.users["agen"].id)  # type: ignore[attr-defined]
        uow.people.change(person.id, roles=frozenset())  # type: ignore[attr-defined]

    await desa.app.database.run(work)
    await play(
        desa,
        (
            ("agen", "tulis", EVENT),
            ("agen", "lihat", "Silakan pilih dari /menu"),
            ("agen", "tulis", "/lapinfo"),
            ("agen", "lihat", "di luar kewenangan"),
            ("agen", "tulis", "/nihil"),
            ("agen", "lihat", "di luar kewenangan"),
        ),
    )


async def test_the_role_is_looked_up_at_kirim(desa: Agency) -> None:
    await play(desa, (("agen", "tulis", EVENT), ("agen", "lihat", "Ringkasan laporan")))

    def work(uow: object) -> None:
        person = uow.people.by_telegram_id(desa.users["agen"].id)  # type: ignore[attr-defined]
        uow.people.change(person.id, roles=frozenset())  # type: ignore[attr-defined]

    await desa.app.database.run(work)
    await play(desa, (("agen", "ketuk", "Kirim"), ("agen", "jawab", "di luar kewenangan")))
    assert await cases(desa) == []


async def test_a_labelled_derajat_is_kept(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says(
        "Apa: Pohon tumbang\nSiapa: pengendara\nDi mana: Jalan Sindoro Kajen\nKapan: pkl 04.10\nDerajat: Sangat Segera"
    )
    await desa.quiet()
    draft = await desa.app.database.run(lambda uow: uow.drafts.active(1))
    assert draft is not None
    assert draft.state["answers"]["derajat"] == "Sangat Segera"
