"""The guided form: every question, back, skip, save, resume, cancel, undo; clumsy thumbs, odd input, forged taps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.agency import Agency
from tests.dialog.script import Row, labels, newest, play
from tests.dialog.test_guided_report import GUIDED, walk
from tests.dialog.test_nihil import EVENT, cases

OPENS: tuple[Row, ...] = (
    ("agen", "tulis", "/lapinfo"),
    ("agen", "ketuk", "Ada kejadian"),
    ("agen", "lihat", "Bidang (1/11)"),
)
TO_APA: tuple[Row, ...] = (
    *OPENS,
    ("agen", "ketuk", "Politik"),
    ("agen", "ketuk", "Kajen"),
    ("agen", "ketuk", "Lewati"),
)
TO_WHERE: tuple[Row, ...] = (*TO_APA, ("agen", "tulis", "Kebakaran kios"), ("agen", "tulis", "Pedagang pasar"))
TO_WHEN: tuple[Row, ...] = (*TO_WHERE, ("agen", "tulis", "Pasar Kajen"))
TO_PHOTO: tuple[Row, ...] = (
    *TO_WHEN,
    ("agen", "tulis", "pukul 04.15"),
    ("agen", "ketuk", "Lewati"),
    ("agen", "tulis", "Sudah padam"),
)
TO_SUMMARY: tuple[Row, ...] = (
    *TO_PHOTO,
    ("agen", "ketuk", "Lewati"),
    ("agen", "ketuk", "Lewati"),
    ("agen", "ketuk", "Biasa"),
    ("agen", "lihat", "Ringkasan laporan"),
)
TABLES: dict[str, tuple[Row, ...]] = {
    "choices may be typed, misspelt too": (
        *OPENS,
        ("agen", "tulis", "sosbud"),
        ("agen", "lihat", "Kecamatan (2/11)"),
        ("agen", "tulis", "kec. kjaen"),
        ("agen", "lihat", "Desa/Kelurahan"),
        ("agen", "tulis", "Dusun Lor"),
        ("agen", "lihat", "Apa (4/12)"),
    ),
    "a typed choice that is none": (
        *OPENS,
        ("agen", "tulis", "entahlah"),
        ("agen", "lihat", "Pilihan itu tidak ada"),
        ("agen", "lihat", "Bidang (1/11)"),
    ),
    "what was tapped is what is kept": (
        *TO_SUMMARY,
        ("agen", "lihat", "Bidang: Politik"),
        ("agen", "lihat", "Kecamatan: Kajen"),
        ("agen", "lihat", "Derajat: Biasa"),
        ("agen", "ketuk", "Ubah Kecamatan"),
        ("agen", "ketuk", "Doro"),
        ("agen", "lihat", "Kecamatan: Doro"),
    ),
    "back keeps the answer, which can be left or replaced": (
        *TO_APA,
        ("agen", "tulis", "Kebakaran kios"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Isian sekarang: Kebakaran kios"),
        ("agen", "ketuk", "Lewati (tetap)"),
        ("agen", "lihat", "Siapa"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "tulis", "Banjir"),
        ("agen", "lihat", "Siapa"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Isian sekarang: Banjir"),
    ),
    "required answers cannot be skipped": (*TO_APA, ("agen", "lihat", "Apa"), ("agen", "tanpa", "Lewati")),
    "skip and back by words": (
        *TO_WHEN,
        ("agen", "tulis", "pukul 04.15"),
        ("agen", "lihat", "Mengapa"),
        ("agen", "tulis", "lewati"),
        ("agen", "lihat", "Bagaimana"),
        ("agen", "tulis", "kembali"),
        ("agen", "lihat", "Mengapa"),
    ),
    "an optional answer can be emptied": (
        *TO_WHEN,
        ("agen", "tulis", "pukul 04.15"),
        ("agen", "tulis", "korsleting"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "ketuk", "Kosongkan"),
        ("agen", "lihat", "Bagaimana"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Mengapa"),
        ("agen", "tidak", "korsleting"),
    ),
    "save and resume": (
        *TO_APA,
        ("agen", "ketuk", "Simpan draf"),
        ("agen", "lihat", "sampai 21 November 2026 pukul 04.55 WIB"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "1. Politik, Kajen"),
        ("agen", "ketuk", "Lanjutkan nomor 1"),
        ("agen", "lihat", "Apa"),
    ),
    "cancel and undo": (
        *TO_APA,
        ("agen", "tulis", "Kebakaran kios"),
        ("agen", "ketuk", "Batal"),
        ("agen", "lihat", "Isian dibatalkan"),
        ("agen", "ketuk", "Kembali ke isian"),
        ("agen", "lihat", "Siapa"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Isian sekarang: Kebakaran kios"),
    ),
    "a cancelled form is not listed": (
        *TO_APA,
        ("agen", "tulis", "Kebakaran kios"),
        ("agen", "ketuk", "Batal"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "Tidak ada draf"),
    ),
    "a cancelled form is gone after an hour": (
        ("agen", "jam", "14.00"),
        *TO_APA,
        ("agen", "ketuk", "Batal"),
        ("agen", "maju", "61"),
        ("agen", "lihat", "Isian dibatalkan"),
        ("agen", "ketuk", "Kembali ke isian"),
        ("agen", "jawab", "sudah kedaluwarsa"),
    ),
    "cancel by command": (
        *TO_APA,
        ("agen", "tulis", "/batal"),
        ("agen", "lihat", "Isian dibatalkan"),
        ("agen", "tulis", "/batal"),
        ("agen", "lihat", "Tidak ada isian yang sedang berjalan"),
    ),
    "begun twice is one form": (
        *OPENS,
        ("agen", "tulis", "/lapinfo"),
        ("agen", "ketuk", "Ada kejadian"),
        ("agen", "ketuk", "Simpan draf"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "1."),
        ("agen", "tidak", "2."),
    ),
    "a form begun over another one keeps the other": (
        *TO_APA,
        ("agen", "tulis", "Kebakaran kios"),
        ("agen", "tulis", "/lapinfo"),
        ("agen", "lihat", "belum terkirim"),
        ("agen", "ketuk", "Ada kejadian"),
        ("agen", "lihat", "Isian sebelumnya disimpan sebagai draf: /draf"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "2. Kebakaran kios, Kajen"),
    ),
    "where, by position": (*TO_WHERE, ("agen", "lokasi", ""), ("agen", "lihat", "Kapan")),
    "a position at another question is kept": (
        *TO_APA,
        ("agen", "lokasi", ""),
        ("agen", "lihat", "Lokasi sudah disimpan"),
        ("agen", "lihat", "Apa"),
        ("agen", "tulis", "Banjir"),
        ("agen", "tulis", "Warga"),
        ("agen", "lihat", "Di mana"),
    ),
    "a position begins a report": (
        ("agen", "lokasi", ""),
        ("agen", "lihat", "Lokasi sudah disimpan"),
        ("agen", "lihat", "Bidang"),
    ),
    "31 February": (
        *TO_WHEN,
        ("agen", "tulis", "31 Feb pukul 10.00"),
        ("agen", "lihat", "tidak ada di kalender"),
        ("agen", "lihat", "Kapan"),
    ),
    "pukul 25.90": (
        *TO_WHEN,
        ("agen", "tulis", "pukul 25.90"),
        ("agen", "lihat", "tidak ada di jam"),
        ("agen", "lihat", "Kapan"),
    ),
    "a zone of elsewhere": (*TO_WHEN, ("agen", "tulis", "pukul 04.00 GMT"), ("agen", "lihat", "Mohon pakai WIB")),
    "another Indonesian zone is confirmed": (
        *TO_WHEN,
        ("agen", "tulis", "tadi pukul 05.15 WITA"),
        ("agen", "lihat", "itu sama dengan 20 November 2026 pukul 04.15 WIB"),
        ("agen", "lihat", "Mengapa"),
    ),
    "just now, by tap": (
        *TO_WHEN,
        ("agen", "ketuk", "Baru saja"),
        ("agen", "lihat", "Mengapa"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Isian sekarang: 20/11/2026 pukul 04.55 WIB"),
    ),
    "just now, typed": (
        *TO_WHEN,
        ("agen", "tulis", "Baru saja"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Isian sekarang: Baru saja (20/11/2026 pukul 04.55 WIB)"),
    ),
    "blank, invisible and marks only": (
        *TO_APA,
        ("agen", "tulis", "\u200b\u200d \ufeff"),
        ("agen", "lihat", "Jawabannya masih kosong"),
        ("agen", "lihat", "Apa"),
        ("agen", "tulis", "..."),
        ("agen", "lihat", "Jawabannya masih kosong"),
        ("agen", "tulis", "\u3164\u2800"),
        ("agen", "lihat", "Jawabannya masih kosong"),
    ),
    "sticker, poll, contact": (
        *TO_APA,
        ("agen", "stiker", ""),
        ("agen", "lihat", "Mohon dijawab dengan teks"),
        ("agen", "lihat", "Apa"),
        ("agen", "jajak", ""),
        ("agen", "lihat", "Mohon dijawab dengan teks"),
        ("agen", "kontak", ""),
        ("agen", "lihat", "Mohon dijawab dengan teks"),
        ("agen", "lihat", "Apa"),
    ),
    "personal numbers are pointed out and masked": (
        *TO_APA,
        ("agen", "tulis", "Adu mulut, hp 081234567890"),
        ("agen", "lihat", "nomor identitas atau telepon"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "hp ••••••••••••"),
        ("agen", "tidak", "0812"),
    ),
    "opinion is pointed out once": (
        *TO_APA,
        ("agen", "tulis", "Sepertinya kebakaran"),
        ("agen", "lihat", "«Sepertinya» terbaca sebagai pendapat"),
        ("agen", "tulis", "Menurut saya warga"),
        ("agen", "tidak", "terbaca sebagai pendapat"),
    ),
    "an answer edited before sending": (
        *TO_WHERE,
        ("agen", "sunting", "Kebakaran kios > Kebakaran tiga kios"),
        ("agen", "lihat", "Suntingan pesan sudah masuk"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Isian sekarang: Kebakaran tiga kios"),
    ),
    "an older answer edited does not undo the newer one": (
        *TO_APA,
        ("agen", "tulis", "Kebakaran kios"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "tulis", "Banjir rob"),
        ("agen", "sunting", "Kebakaran kios > Kebakaran"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "sekarang: Banjir rob"),
    ),
    "an edit that is no answer is refused": (
        *TO_WHEN,
        ("agen", "tulis", "pukul 04.15"),
        ("agen", "sunting", "pukul 04.15 > pukul 30.15"),
        ("agen", "lihat", "tidak ada di jam"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "sekarang: pukul 04.15"),
    ),
    "an edit while the draft is put aside": (
        *TO_WHERE,
        ("agen", "ketuk", "Simpan draf"),
        ("agen", "sunting", "Kebakaran kios > Kebakaran tiga kios"),
        ("agen", "lihat", "sudah masuk ke draf"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "1. Kebakaran tiga kios"),
    ),
    "the bot ends and starts in mid-sentence": (
        *TO_WHERE,
        ("agen", "mulai ulang", ""),
        ("agen", "tulis", "Pasar Kajen"),
        ("agen", "lihat", "Kapan"),
    ),
    "a reminder, once, then expiry, told to the owner": (
        ("agen", "jam", "14.00"),
        *TO_WHERE,
        ("agen", "maju", "119"),
        ("agen", "lihat", "Di mana"),
        ("agen", "maju", "2"),
        ("agen", "lihat", "Masih ada isian yang belum selesai tentang «Kebakaran kios»"),
        ("agen", "ketuk", "Kembali ke isian"),
        ("agen", "lihat", "Di mana"),
        ("agen", "maju", "600"),
        ("agen", "tidak", "Laporan belum terkirim"),
        ("agen", "maju", "900"),
        ("agen", "lihat", "Draf kedaluwarsa"),
        ("agen", "lihat", "silakan mulai lagi: /lapinfo"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "Tidak ada draf"),
    ),
    "a field changed from the summary": (
        *TO_SUMMARY,
        ("agen", "ketuk", "Ubah Apa"),
        ("agen", "lihat", "Isian sekarang: Kebakaran kios"),
        ("agen", "tulis", "Kebakaran tiga kios"),
        ("agen", "lihat", "Apa: Kebakaran tiga kios"),
        ("agen", "ketuk", "Ubah Siapa"),
        ("agen", "ketuk", "Kembali"),
        ("agen", "lihat", "Siapa: Pedagang pasar"),
    ),
    "a text at the summary is not lost sight of": (
        *TO_SUMMARY,
        ("agen", "tulis", "sudah ya"),
        ("agen", "lihat", "Laporan ini belum terkirim"),
        ("agen", "tulis", "Kirim"),
        ("agen", "lihat", "Laporan diterima"),
    ),
    "a photo at the summary": (
        *TO_SUMMARY,
        ("agen", "foto", ""),
        ("agen", "lihat", "Foto diterima"),
        ("agen", "lihat", "Foto: 1 foto"),
    ),
    "a report pasted into the form": (
        *OPENS,
        ("agen", "ketuk", "Politik"),
        ("agen", "tulis", EVENT),
        ("agen", "lihat", "Ringkasan laporan"),
        ("agen", "lihat", "Bidang: Politik"),
        ("agen", "lihat", "Apa: Unjuk rasa warga"),
    ),
    "a whole report while an old form lies about": (
        *TO_WHERE,
        ("agen", "maju", "61"),
        ("agen", "tulis", "Terjadi tawuran pelajar di Alun-alun Kajen pukul 05.30, 20 orang, sudah bubar"),
        ("agen", "lihat", "Isian sebelumnya disimpan"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "2. Kebakaran kios"),
    ),
    "commands work at any time": (
        *TO_WHERE,
        ("agen", "tulis", "/status"),
        ("agen", "lihat", "Belum ada laporan"),
        ("agen", "tulis", "Pasar Kajen"),
        ("agen", "lihat", "Kapan"),
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_what_the_agent_does_and_sees(desa: Agency, table: tuple[Row, ...]) -> None:
    await play(desa, table)


async def test_old_buttons_and_double_taps_change_nothing(desa: Agency) -> None:
    agen = desa.phone("agen")
    await play(desa, (*OPENS, ("agen", "ketuk", "Politik")))
    here = newest(agen)
    for data in ("p:bidang:0", "l:bidang", "k:bidang", "d", "n", "x:bidang"):
        answer = await agen.taps_data(here, f"f:1:{data}")
        assert "sudah dijawab" in answer.text, data
        assert not answer.alert, data
    await desa.quiet()
    assert newest(agen).text.startswith("Kecamatan")


FORGED = (
    "f",
    "f:",
    "f:x",
    "f:1",
    "f:1:p",
    "f:1:p:bidang",
    "f:1:p:bidang:99",
    "f:1:p:bidang:-1",
    "f:1:p:bidang:²",
    "f:1:u:perihal",
    "f:1:u:<b>",
    "f:99999999999999999999999999999999999999:go",
    "f:¹:go",
    "f:+1:go",
    "f:\u0661:go",
    "f:1:zz",
    "f:1:u:desa",
    "l",
    "l:zz",
    "n",
    "n:b",
    "n:b:²:1",
    "n:b:999999999999999999999999999:1",
    "n:b:1:1",
    "c:a:1",
    "z:1",
    ":::",
    "f:2:go",
    "f:2:ok",
    "f:2:b",
    "f:1:x:bidang",
    "f:1:l:bidang",
    "f:1:ok",
)


async def test_forged_taps_are_refused_and_the_form_stays(desa: Agency) -> None:
    other = desa.phone("agen2")
    await play(desa, OPENS)
    await other.says("/lapinfo")
    await other.taps("Ada kejadian")
    await desa.quiet()
    agen = desa.phone("agen")
    here = newest(agen)
    for data in FORGED:
        answer = await agen.taps_data(here, data)
        assert answer.text, data
        assert "belum dapat diproses" not in answer.text, data
    await desa.quiet()
    assert newest(agen).text.endswith("Kejadian ini termasuk bidang apa?")
    assert newest(other).text.endswith("Kejadian ini termasuk bidang apa?")
    assert await cases(desa) == []
    assert (await desa.app.status())["inbox_dead"] == 0


async def test_a_double_tap_on_kirim_makes_one_report(desa: Agency) -> None:
    agen = desa.phone("agen")
    await play(desa, TO_SUMMARY)
    here = newest(agen)
    first, second = agen.tap(here, "f:1:ok"), agen.tap(here, "f:1:ok")
    await agen.answered(first)
    assert "sudah terkirim: LI-261120-0001" in (await agen.answered(second)).text
    await desa.quiet()
    assert len(await cases(desa)) == 1


async def test_each_text_is_one_call_and_each_tap_two(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapinfo")
    await agen.sees("Laporan pagi")
    await agen.taps("Ada kejadian")
    for question, how, words in GUIDED:
        await agen.sees(question)
        await desa.quiet()
        before = calls(desa)
        await (agen.taps(words) if how == "tap" else agen.says(words))
        await desa.quiet()
        assert calls(desa) - before == (2 if how == "tap" else 1), question


def calls(desa: Agency) -> int:
    """Calls that the bot made, those that any bot makes once or while waiting left out."""
    apart = ("getUpdates", "getMe", "setMyCommands", "deleteWebhook", "getFile", "getWebhookInfo")
    return sum(count for method, count in desa.world.counts().items() if method not in apart)


HOSTILE = (
    "<b>&</i> &lt; <script>",
    "\u202eterbalik\u0000 NUL",
    '=HYPERLINK("x")',
    "'; DROP TABLE cases; --",
    "{{ 7*7 }}{% raw %}",
    "😀" * 2048,
    "a\u0301" * 300,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_in_every_field_is_kept_exactly_and_shown_harmlessly(desa: Agency, text: str) -> None:
    agen = desa.phone("agen")
    fields = ("Apa", "Siapa", "Di mana", "Bagaimana", "Pendapat pelapor", "Mengapa")
    table = tuple(
        (question, "say", text) if question in fields else (question, how, words) for question, how, words in GUIDED
    )
    await agen.says("/lapinfo")
    await agen.sees("Laporan pagi")
    await agen.taps("Ada kejadian")
    for _, how, words in table:
        await desa.quiet()
        desa.clock.advance(timedelta(seconds=5))  # what follows a very long text at once is its second part
        await (agen.taps(words) if how == "tap" else agen.says(words))
    await agen.taps("Kirim")
    await agen.sees("Laporan diterima")
    await desa.quiet()
    (case,) = await cases(desa)
    for key in ("apa", "siapa", "dimana", "bagaimana", "pendapat", "mengapa"):
        assert case.fields[key] == text.strip()
    assert not any("\u202e" in m.text or "\u0000" in m.text for m in agen.messages() if not m.mine)
    assert (await desa.app.status())["outbox_dead"] == 0


async def test_the_own_kecamatan_comes_first(desa: Agency) -> None:
    await play(
        desa, (("agen2", "tulis", "/lapinfo"), ("agen2", "ketuk", "Ada kejadian"), ("agen2", "ketuk", "Politik"))
    )
    assert labels(desa.phone("agen2"))[:3] == ["Doro", "Kandangserang", "Paninggaran"]


async def test_the_receipt_takes_the_place_of_the_summary(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapinfo")
    await agen.taps("Ada kejadian")
    await walk(agen)
    summary = await agen.sees("Ringkasan laporan")
    await agen.taps("Kirim")
    assert (await agen.sees("Laporan diterima")).id == summary.id
    assert labels(agen) == []
