"""From the agent's *Kirim* to the leadership, through real HTTP: tables of who does what and sees what."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from simulator.agency import Agency
from simulator.model import Answer
from simulator.people import Phone
from tests.dialog.test_guided_report import GUIDED, walk

REF = "LI-261120-0001"
Row = tuple[str, str, str]
"""Who, what they do, and the words.

``ketuk`` a button in the group, ``ketuk sendiri`` in private, ``balas`` the question put to them in the group; ``grup``
and ``lihat`` wait to see it there or in private; ``jawab`` is the last tap's answer; ``tunggu`` lets seconds pass.
"""


async def report(desa: Agency, who: str = "agen") -> None:
    """The guided report, sent."""
    phone = desa.phone(who)
    await phone.says("/lapinfo")
    await phone.sees("Laporan pagi")
    await phone.taps("Ada kejadian")
    await walk(phone)
    await phone.sees("Ringkasan laporan")
    await phone.taps("Kirim")
    await phone.sees("Laporan diterima")
    await desa.quiet()


async def play(desa: Agency, table: tuple[Row, ...]) -> None:
    """Do and see each row in turn."""
    group, answer = desa.groups["verifikasi"], Answer("", False)
    for who, how, words in table:
        phone = desa.phone(who)
        match how:
            case "ketuk":
                answer = await phone.taps(words, group)
            case "ketuk sendiri":
                answer = await phone.taps(words)
            case "balas":
                prompt = await phone.sees("sebagai balasan", group)
                await desa.quiet()  # nobody types an answer within the milliseconds in which its id is stored
                await phone.says(words, group, reply_to=prompt.id)
            case "grup":
                await phone.sees(words, group)
            case "lihat":
                await phone.sees(words)
            case "tunggu":
                desa.clock.advance(timedelta(seconds=int(words)))
            case "jawab":
                assert words in (answer.text or ""), (who, answer)
            case _:
                raise AssertionError(how)


APPROVED: tuple[Row, ...] = (
    ("verifikator", "grup", f"{REF} · SEGERA"),
    ("verifikator", "grup", "Menunggu verifikasi: 1 laporan"),
    ("verifikator", "ketuk", "Setujui"),
    ("verifikator", "grup", "Pilih nilai sumber"),
    ("verifikator", "ketuk", "Setujui B2"),
    ("verifikator", "jawab", "disetujui, nilai B2"),
    ("verifikator2", "grup", "04.55 WIB disetujui Garuda-01 (Verifikator), nilai B2"),
    ("agen", "lihat", "menunggu Kepala Kantor"),
    ("verifikator2", "tunggu", "15"),
    ("verifikator2", "grup", "Tidak ada yang menunggu"),
    ("kepala", "lihat", "Nilai informasi: B2"),
    ("kepala", "ketuk sendiri", "Setujui"),
    ("pimpinan", "lihat", "Kebakaran dua kios – Pasar Kajen blok B"),
    ("pimpinan", "ketuk sendiri", "Buka"),
    ("pimpinan", "lihat", "naskah lengkap"),
    ("agen", "lihat", "disampaikan kepada Bupati"),
)
TWO_TAPS: tuple[Row, ...] = (
    ("verifikator", "ketuk", "Setujui"),
    ("verifikator2", "ketuk", "A Sangat dipercaya"),
    ("verifikator2", "ketuk", "A1"),
    ("verifikator", "grup", "disetujui Rajawali-02 (Verifikator), nilai A1"),
)
SENT_BACK: tuple[Row, ...] = (
    ("verifikator", "ketuk", "Revisi"),
    ("verifikator", "grup", "Apa yang perlu diperbaiki?"),
    ("verifikator", "ketuk", "Alasan lain"),
    ("verifikator2", "balas", "Bukan saya yang ditanya"),
    ("verifikator2", "grup", "hanya dapat diisi Garuda-01"),
    ("verifikator", "balas", "Foto belum ada"),
    ("verifikator", "grup", "dikembalikan Garuda-01 (Verifikator): Foto belum ada"),
    ("agen", "lihat", "Foto belum ada"),
)
REJECTED: tuple[Row, ...] = (
    ("verifikator", "ketuk", "Tolak"),
    ("verifikator", "ketuk", "Laporan ganda"),
    ("verifikator", "grup", "ditolak Garuda-01 (Verifikator): Sudah dilaporkan dalam laporan lain"),
    ("agen", "lihat", "ditolak oleh Verifikator"),
)
DENIED: tuple[Row, ...] = (
    ("admin", "ketuk", "Setujui"),
    ("admin", "jawab", "hanya untuk Verifikator"),
    ("piket", "ketuk", "Buka"),
    ("piket", "jawab", "hanya untuk Verifikator"),
    ("verifikator", "ketuk", "Setujui"),
)


@pytest.mark.parametrize(
    "table",
    [APPROVED, TWO_TAPS, SENT_BACK, REJECTED, DENIED],
    ids=["approved", "two taps", "sent back", "rejected", "denied"],
)
async def test_what_each_does_and_sees(desa: Agency, table: tuple[Row, ...]) -> None:
    await report(desa)
    await play(desa, table)


async def test_two_verifiers_at_the_same_instant(desa: Agency) -> None:
    await report(desa)
    group = desa.groups["verifikasi"]
    one, two = desa.phone("verifikator"), desa.phone("verifikator2")
    card = await one.sees(REF, group, button="Setujui")
    case = next(button.value for row in card.buttons for button in row if "Setujui" in button.label).split(":", 2)[2]
    taps = (one.tap(card.id, f"v:n:{case}:B2", group), two.tap(card.id, f"v:tq:{case}:hoaks", group))
    answers = await asyncio.gather(one.answered(taps[0]), two.answered(taps[1]))
    assert sorted((a.text or "").split()[0] for a in answers) == [REF, "Sudah"]
    lost = next(a for a in answers if (a.text or "").startswith("Sudah"))
    assert lost.alert
    assert "pukul 04.55 WIB" in (lost.text or "")


async def test_the_pinned_message_is_pinned_once(desa: Agency) -> None:
    await report(desa)
    await desa.phone("verifikator").sees("Menunggu verifikasi", desa.groups["verifikasi"])
    await desa.quiet()
    pinned = desa.groups["verifikasi"].pinned
    assert len(pinned) == 1


async def test_a_photo_card_is_edited_as_a_photo(desa: Agency) -> None:
    phone, group = desa.phone("agen"), desa.groups["verifikasi"]
    await phone.says("/lapinfo")
    await phone.sees("Laporan pagi")
    await phone.taps("Ada kejadian")
    await walk(phone, GUIDED[:9])
    await phone.sees("Foto")
    await phone.sends_photo()
    await phone.sees("1 foto sudah diterima")
    await phone.sends_photo()
    await phone.sees("2 foto sudah diterima")
    await phone.taps("Selesai")
    await walk(phone, GUIDED[10:])
    await phone.sees("Ringkasan laporan")
    await phone.taps("Kirim")
    card = await desa.phone("verifikator").sees(REF, group, button="Foto (1)")
    assert card.kind == "photo"
    await play(desa, (("verifikator", "ketuk", "Foto (1)"),))
    shown = await desa.phone("verifikator").sees("foto", group, after=card.id)
    assert shown.kind == "photo"
    await play(desa, TWO_TAPS)
    assert (await phone.sees("menunggu Kepala Kantor")).kind == "text"
    assert [m.kind for m in desa.phone("kepala").messages()][-1] == "photo"


async def resend(phone: Phone) -> None:
    """Answer what is asked again and send."""
    await phone.sends_photo()
    await phone.taps("Selesai")
    await phone.taps("Kirim")


async def test_the_new_version_is_a_new_card_and_the_old_one_says_so(desa: Agency) -> None:
    await report(desa)
    group, verifier = desa.groups["verifikasi"], desa.phone("verifikator")
    old = await verifier.sees(REF, group, button="Setujui")
    data = next(button.value for row in old.buttons for button in row if "Setujui" in button.label)
    await play(desa, (SENT_BACK[0], ("verifikator", "ketuk", "Foto belum ada")))
    await desa.phone("agen").sees("Foto belum ada")
    await resend(desa.phone("agen"))
    new = await verifier.sees("Versi 2", group, button="Setujui")
    assert new.id > old.id
    answer = await verifier.taps_data(old.id, data, group)
    assert "Sudah dikembalikan Garuda-01" in (answer.text or "")
