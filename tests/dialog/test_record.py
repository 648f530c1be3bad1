"""/catat: the duty officer writes down what was told by telephone, SMS or in person; revisions; edits after *Kirim*."""

from __future__ import annotations

import pytest

from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.dialog.test_form import TO_SUMMARY
from tests.dialog.test_guided_report import walk
from tests.dialog.test_nihil import EVENT, cases

CALL: tuple[Row, ...] = (
    ("piket", "tulis", "/catat"),
    ("piket", "lihat", "Siapa yang melapor?"),
    ("piket", "ketuk", "Elang-07"),
    ("piket", "lihat", "diterima lewat apa"),
    ("piket", "ketuk", "Telepon"),
    ("piket", "lihat", "Apa isi laporannya?"),
)
SENT: tuple[Row, ...] = (("agen", "tulis", EVENT), ("agen", "ketuk", "Kirim"), ("agen", "lihat", "Laporan diterima"))
TABLES: dict[str, tuple[Row, ...]] = {
    "a nihil by telephone": (
        *CALL,
        ("piket", "ketuk", "Nihil"),
        ("piket", "lihat", "Nihil diterima\nLI-261120-0001"),
        ("piket", "lihat", "Dicatat atas nama Elang-07"),
        ("piket", "tanpa", "Batalkan"),
        ("agen", "lihat", "Nihil dicatat atas nama Anda\nLI-261120-0001"),
        ("agen", "lihat", "lewat telepon, dicatat Kenari-05"),
        ("agen", "tulis", "/nihil"),
        ("agen", "lihat", "sudah diterima: LI-261120-0001"),
    ),
    "an event by telephone": (
        *CALL,
        ("piket", "ketuk", "Ada kejadian"),
        ("piket", "lihat", "Bidang (1/11)"),
        ("piket", "ketuk", "Politik"),
        ("piket", "lihat", "Kecamatan"),
        ("piket", "tulis", EVENT),
        ("piket", "lihat", "Sumber: FKDM"),
        ("piket", "lihat", "Cara memperoleh: Telepon"),
        ("piket", "jam", "05.45"),
        ("piket", "ketuk", "Kirim"),
        ("piket", "lihat", "Diterima 20 November 2026 pukul 04.55 WIB, tepat waktu."),
        ("piket", "lihat", "Dicatat atas nama Elang-07"),
        ("agen", "lihat", "Laporan dicatat atas nama Anda"),
        ("verifikator", "grup", "Elang-07 (dicatat Kenari-05)"),
        ("verifikator", "grup", "Sumber: FKDM, Telepon"),
        ("agen", "tulis", "/status"),
        ("agen", "lihat", "LI-261120-0001"),
    ),
    "back to another channel": (
        *CALL,
        ("piket", "ketuk", "Kembali"),
        ("piket", "ketuk", "Datang langsung"),
        ("piket", "lihat", "Datang langsung"),
    ),
    "searched by kecamatan": (
        ("piket", "tulis", "/catat doro"),
        ("piket", "tombol", "Merak-03"),
        ("piket", "tanpa", "Elang-07"),
    ),
    "searched in vain": (
        ("piket", "tulis", "/catat zzz"),
        ("piket", "lihat", "«zzz» tidak ditemukan"),
        ("piket", "tombol", "Elang-07"),
    ),
    "only the duty officer": (("agen", "tulis", "/catat"), ("agen", "lihat", "di luar kewenangan")),
    "from the menu": (
        ("piket", "tulis", "/menu"),
        ("piket", "ketuk", "Catat laporan"),
        ("piket", "lihat", "Siapa yang melapor?"),
    ),
    "status of the own reports": (
        *SENT,
        ("agen", "tulis", "/status"),
        ("agen", "lihat", "menunggu verifikasi"),
        ("agen", "lihat", "tepat waktu. Menunggu Verifikator, paling lambat 05.55 WIB"),
        ("agen2", "tulis", "/status"),
        ("agen2", "lihat", "Belum ada laporan"),
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_what_each_does_and_sees(desa: Agency, table: tuple[Row, ...]) -> None:
    await play(desa, table)


async def test_the_duty_officer_cannot_record_their_own(desa: Agency) -> None:
    piket = desa.phone("piket")
    await piket.says("/catat")
    here = await piket.sees("Siapa yang melapor?")
    mine = await desa.app.database.run(lambda uow: uow.people.by_telegram_id(desa.users["piket"].id).id)  # type: ignore[union-attr]
    for data in (f"c:n:{mine}:t", f"c:e:{mine}:t", "c:n:99:t", "c:n:1:z", "c:n", "c:n:²:t"):
        assert (await piket.taps_data(here, data)).text
    assert await cases(desa, "piket") == []


async def test_the_duty_officers_edit_is_theirs_and_the_agents_messages_are_not_mixed_up(desa: Agency) -> None:
    await play(desa, (*CALL, ("piket", "ketuk", "Ada kejadian"), ("piket", "tulis", EVENT)))
    numbered = {message.id for message in desa.phone("piket").messages() if message.mine}
    agen = desa.phone("agen")
    while max((message.id for message in agen.messages()), default=0) < max(numbered):
        await agen.says("p")
    await desa.quiet()
    await play(desa, (("piket", "ketuk", "Kirim"), ("piket", "lihat", "Laporan diterima")))
    for message in [message for message in agen.messages() if message.mine]:
        await agen.edits(agen.chat().messages[message.id], EVENT.replace("50 warga", "900 warga"))
    await desa.quiet()
    (case,) = await cases(desa)
    assert case.version == 1
    await play(
        desa,
        (
            ("piket", "sunting", f"Unjuk rasa > {EVENT.replace('50 warga', '80 warga')}"),
            ("piket", "lihat", "kini versi 2"),
        ),
    )


class TestAfterKirim:
    """What an edit does, by status; and the way back from the verifier."""

    async def revise(self, desa: Agency, words: str) -> None:
        verifier, group = desa.phone("verifikator"), desa.groups["verifikasi"]
        await verifier.taps("Revisi", group)
        await verifier.taps(words, group)
        await desa.quiet()

    async def approve(self, desa: Agency) -> None:
        verifier, group = desa.phone("verifikator"), desa.groups["verifikasi"]
        await verifier.taps("Setujui", group)
        await verifier.taps("Setujui B2", group)
        await desa.quiet()

    async def test_a_field_answer_edited_makes_a_version(self, desa: Agency) -> None:
        await play(
            desa,
            (
                *TO_SUMMARY,
                ("agen", "ketuk", "Kirim"),
                ("agen", "sunting", "Kebakaran kios > Kebakaran tiga kios"),
                ("agen", "lihat", "kini versi 2"),
                ("verifikator", "grup", "Kebakaran tiga kios"),
            ),
        )
        (case,) = await cases(desa)
        versions = await desa.app.database.run(lambda uow: uow.cases.versions(case.id))
        assert [version.fields["apa"] for version in versions] == ["Kebakaran kios", "Kebakaran tiga kios"]

    async def test_an_edit_after_approval_is_refused_and_recorded(self, desa: Agency) -> None:
        await play(desa, SENT)
        await self.approve(desa)
        await play(
            desa,
            (
                ("agen", "sunting", f"Unjuk rasa > {EVENT.replace('50', '80')}"),
                ("agen", "lihat", "LI-261120-0001 sudah diverifikasi, sehingga suntingan pesan tidak mengubahnya"),
            ),
        )
        (case,) = await cases(desa)
        events = await desa.app.database.run(lambda uow: uow.events.of(f"case:{case.id}"))
        assert [event.action for event in events][-1] == "edit_refused"
        assert "50 warga" in case.fields["siapa"]

    async def test_only_the_fields_concerned_are_asked_and_a_second_version_comes(self, desa: Agency) -> None:
        await play(desa, SENT)
        await self.revise(desa, "Waktu/tempat tidak jelas")
        await play(
            desa,
            (
                ("agen", "lihat", "Mohon diperbaiki\nLI-261120-0001"),
                ("agen", "lihat", "Waktu atau tempat tidak jelas"),
                ("agen", "lihat", "Bagian: Di mana, Kapan"),
                ("agen", "ketuk", "Perbaiki"),
                ("agen", "lihat", "Isian sekarang: Balai Desa Kajen"),
                ("agen", "tanpa", "Batal"),
                ("agen", "ketuk", "Lewati (tetap)"),
                ("agen", "lihat", "Kapan"),
                ("agen", "tulis", "hari ini pukul 04.30"),
                ("agen", "lihat", "Ringkasan laporan"),
                ("agen", "lihat", "Siapa: sekitar 50 warga"),
                ("agen", "ketuk", "Kirim"),
                ("agen", "lihat", "Versi 2 diterima"),
                ("verifikator", "grup", "Versi 2, berubah: Kapan"),
            ),
        )
        (case,) = await cases(desa)
        assert (case.version, case.status, case.fields["kapan"]) == (2, "submitted", "hari ini pukul 04.30")

    async def test_the_answer_may_be_sent_at_once_or_as_a_reply(self, desa: Agency) -> None:
        await play(desa, SENT)
        await self.revise(desa, "Foto belum ada")
        await play(
            desa,
            (
                ("agen", "foto", ""),
                ("agen", "lihat", "1 foto"),
                ("agen", "ketuk", "Selesai"),
                ("agen", "ketuk", "Kirim"),
                ("agen", "lihat", "Versi 2 diterima"),
            ),
        )

    async def test_a_revision_that_comes_into_another_form_waits_and_takes_a_reply(self, desa: Agency) -> None:
        await play(
            desa, (*SENT, ("agen", "tulis", "/lapinfo"), ("agen", "ketuk", "Ada kejadian"), ("agen", "ketuk", "Agama"))
        )
        await self.revise(desa, "Pihak/jumlah tidak jelas")
        await play(
            desa,
            (
                ("agen", "tidak", "langsung kirim"),
                ("agen", "balas", "Mohon diperbaiki > Sekitar 70 petani"),
                ("agen", "lihat", "Bagaimana"),
                ("agen", "tulis", "tertib"),
                ("agen", "lihat", "Siapa: Sekitar 70 petani"),
                ("agen", "tulis", "/draf"),
                ("agen", "lihat", "Perbaikan LI-261120-0001"),
                ("agen", "lihat", "Agama"),
            ),
        )

    async def test_a_revision_does_not_expire_and_can_be_found_again(self, desa: Agency) -> None:
        await play(desa, SENT)
        await self.revise(desa, "Foto belum ada")
        await play(
            desa,
            (
                ("agen", "maju", "3000"),
                ("agen", "tidak", "kedaluwarsa"),
                ("agen", "tulis", "Kajen nihil"),
                ("agen", "lihat", "Nihil diterima"),
                ("agen", "tulis", "/status"),
                ("agen", "lihat", "diminta perbaikan"),
                ("agen", "ketuk", "Perbaiki LI-261120-0001"),
                ("agen", "lihat", "Foto"),
            ),
        )

    async def test_a_message_edited_while_it_is_being_revised_goes_into_the_revision(self, desa: Agency) -> None:
        await play(desa, SENT)
        await self.revise(desa, "Pihak/jumlah tidak jelas")
        await play(
            desa,
            (
                ("agen", "sunting", f"Unjuk rasa > {EVENT.replace('50 warga', '80 warga')}"),
                ("agen", "lihat", "Suntingan pesan sudah masuk"),
                ("agen", "lihat", "sekitar 80 warga"),
            ),
        )
        (case,) = await cases(desa)
        assert case.version == 1


async def test_the_guided_form_of_sikanda_in_an_office_with_both(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapor")
    await walk(agen, (("Bidang", "tap", "Agama"), ("Kecamatan", "tap", "Kajen")))
    await desa.quiet()
    assert "Desa/Kelurahan" in newest(agen).text
