"""The quiet morning: one tap or one text; changed until 05.30, never counted twice, replaced by a later event."""

from __future__ import annotations

import pytest

from domain.model import Case
from domain.roles import Role
from simulator.agency import Agency
from tests.dialog.script import Row, play

EVENT = (
    "Apa: Unjuk rasa warga\nSiapa: sekitar 50 warga\nDi mana: Balai Desa Kajen, Kec. Kajen\n"
    "Kapan: hari ini pkl 04.40 WIB\nMengapa: menolak tambang\nBagaimana: orasi, tertib\nBidang: Sosial Budaya"
)
SENDS: tuple[Row, ...] = (("agen", "tulis", EVENT), ("agen", "lihat", "Ringkasan laporan"), ("agen", "ketuk", "Kirim"))
TABLES: dict[str, tuple[Row, ...]] = {
    "by tap": (
        ("agen", "tulis", "/lapinfo"),
        ("agen", "lihat", "Batas 05.30 WIB"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "lihat", "Nihil diterima\nLI-261120-0001"),
        ("agen", "lihat", "Diterima 20 November 2026 pukul 04.55 WIB, tepat waktu."),
        ("agen", "lihat", "Masih dapat diubah sampai 05.30 WIB"),
    ),
    "by command": (
        ("agen", "tulis", "/nihil"),
        ("agen", "lihat", "Kecamatan Kajen s.d. pukul 05.30 WIB terpantau aman"),
    ),
    "twice by text": (
        ("agen", "tulis", "Nihil"),
        ("agen", "lihat", "LI-261120-0001"),
        ("agen", "tulis", "nihil ndan"),
        ("agen", "lihat", "Nihil pagi ini sudah diterima: LI-261120-0001, 04.55 WIB."),
    ),
    "twice by tap": (
        ("agen", "tulis", "/menu"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "tulis", "/lapinfo"),
        ("agen", "lihat", "Hari ini sudah diterima: LI-261120-0001"),
        ("agen", "tanpa", "Nihil"),
        ("agen", "tombol", "Ada kejadian"),
    ),
    "changed before 05.30": (
        ("agen", "tulis", "/nihil"),
        ("agen", "ketuk", "Batalkan"),
        ("agen", "lihat", "Nihil dibatalkan\nLI-261120-0001"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "lihat", "Nihil diterima\nLI-261120-0002"),
    ),
    "not changed after 05.30": (
        ("agen", "tulis", "/nihil"),
        ("agen", "jam", "05.31"),
        ("agen", "ketuk", "Batalkan"),
        ("agen", "jawab", "tidak dapat ditarik lagi setelah 05.30 WIB"),
        ("agen", "lihat", "Nihil diterima"),
    ),
    "on the minute is on time": (
        ("agen", "jam", "05.30"),
        ("agen", "tulis", "/nihil"),
        ("agen", "lihat", "tepat waktu"),
    ),
    "late": (
        ("agen", "jam", "05.31"),
        ("agen", "tulis", "/nihil"),
        ("agen", "lihat", "pukul 05.31 WIB, terlambat."),
        ("agen", "tanpa", "Batalkan"),
    ),
    "the receipt stays when an event follows": (
        ("agen", "tulis", "/nihil"),
        ("agen", "ketuk", "Ada kejadian"),
        ("agen", "lihat", "Bidang"),
        ("agen", "ketuk", "Batal"),
        ("agen", "lihat", "Isian dibatalkan"),
    ),
    "a later event takes its place": (
        ("agen", "tulis", "/nihil"),
        ("agen", "jam", "14.00"),
        *SENDS,
        ("agen", "lihat", "menggantikan nihil tadi"),
        ("agen", "tidak", "terlambat"),
        ("agen", "tulis", "/nihil"),
        ("agen", "lihat", "Laporan kejadian pagi ini sudah diterima: LI-261120-0002"),
        ("agen", "tulis", "/status"),
        ("agen", "lihat", "LI-261120-0001 · nihil, dibatalkan"),
    ),
    "not after an event": (*SENDS, ("agen", "tulis", "Kajen nihil"), ("agen", "lihat", "Nihil tidak diperlukan")),
    "an event at 05.31 is late": (("agen", "jam", "05.31"), *SENDS, ("agen", "lihat", "terlambat")),
    "an event at 14.00 is simply reported": (
        ("agen", "jam", "14.00"),
        *SENDS,
        ("agen", "lihat", "pukul 14.00 WIB."),
        ("agen", "tidak", "terlambat"),
        ("agen", "tidak", "tepat waktu"),
    ),
    "the duty's own button is late at 14.00": (
        ("agen", "jam", "14.00"),
        ("agen", "tulis", "/lapinfo"),
        ("agen", "tidak", "05.30"),
        ("agen", "ketuk", "Nihil"),
        ("agen", "lihat", "terlambat"),
    ),
    "a picture with a nihil below it": (
        ("agen", "foto", "Lapor. Kajen aman. Nihil"),
        ("agen", "lihat", "Nihil diterima\nLI-261120-0001"),
    ),
    "with a form left open since yesterday": (
        ("agen", "jam", "20.00"),
        ("agen", "tulis", "/lapinfo"),
        ("agen", "ketuk", "Ada kejadian"),
        ("agen", "ketuk", "Politik"),
        ("agen", "ketuk", "Kajen"),
        ("agen", "jam", "05.10"),
        ("agen", "tulis", "Nihil"),
        ("agen", "lihat", "Nihil diterima\nLI-261121-0001"),
        ("agen", "tulis", "/draf"),
        ("agen", "lihat", "1. Politik, Kajen"),
    ),
    "named while a form is open": (
        ("agen", "tulis", "/lapinfo"),
        ("agen", "ketuk", "Ada kejadian"),
        ("agen", "ketuk", "Politik"),
        ("agen", "tulis", "Lapor. Kec Kajen aman. Nihil"),
        ("agen", "lihat", "Nihil diterima"),
    ),
    "only agents": (
        ("verifikator", "tulis", "/nihil"),
        ("verifikator", "lihat", "di luar kewenangan"),
        ("piket", "tulis", "Nihil"),
        ("piket", "lihat", "belum terbaca sebagai laporan"),
        ("piket", "tanpa", "Nihil"),
    ),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
async def test_what_the_agent_does_and_sees(desa: Agency, table: tuple[Row, ...]) -> None:
    await play(desa, table)


TEXTS = (
    "Nihil",
    "nihil ndan",
    "NIHIL",
    "Selamat pagi, situasi aman kondusif, kejadian menonjol nihil",
    "Kajen aman. Nihil",
    "86 nihil",
    "tidak ada kejadian menonjol",
    "nihl",
    "Lapor pagi Kec Kajen: KEJADIAN MENONJOL : NIHIL. Trims",
    "0 kejadian",
    "Kec. Kajen aman terkendali",
    "Ijin lapor, wilayah kajen terpantau aman dan kondusif",
)


@pytest.mark.parametrize("text", TEXTS)
async def test_nihil_as_agents_write_it_is_one_message_and_one_answer(desa: Agency, text: str) -> None:
    agen = desa.phone("agen")
    await agen.says(text)
    receipt = await agen.sees("Nihil diterima")
    assert "Kecamatan Kajen" in receipt.text
    assert len(agen.messages()) == 2


async def test_the_same_message_turns_into_the_receipt_and_a_double_tap_makes_one(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapinfo")
    asked = await agen.sees("Laporan pagi", button="Nihil")
    first, second = agen.tap(asked, "l:nihil"), agen.tap(asked, "l:nihil")
    await agen.answered(first)
    assert "sudah diterima" in (await agen.answered(second)).text
    receipt = await agen.sees("Nihil diterima")
    assert receipt.id == asked.id
    await desa.quiet()
    assert len(agen.messages()) == 2


async def cases(desa: Agency, who: str = "agen") -> list[Case]:
    """The person's reports, oldest first."""

    def work(uow: object) -> list[Case]:
        person = uow.people.by_telegram_id(desa.users[who].id)  # type: ignore[attr-defined]
        return list(reversed(uow.cases.of_author(person.id, 50)))  # type: ignore[attr-defined]

    return await desa.app.database.run(work)


async def test_the_event_in_place_of_a_nihil_keeps_the_duty_answered(desa: Agency) -> None:
    await play(desa, TABLES["a later event takes its place"])
    nihil, event = await cases(desa)
    assert (nihil.status, nihil.lateness) == ("cancelled", "on_time")
    assert event.supersedes_id == nihil.id
    assert event.duty_date == nihil.duty_date is not None
    assert event.lateness == "not_applicable"


async def give(desa: Agency, who: str, regions: tuple[str, ...], *roles: Role) -> None:
    """Change what a seat's person is responsible for."""

    def work(uow: object) -> None:
        person = uow.people.by_telegram_id(desa.users[who].id)  # type: ignore[attr-defined]
        uow.people.change(person.id, regions=regions, **({"roles": frozenset(roles)} if roles else {}))  # type: ignore[attr-defined]

    await desa.app.database.run(work)


async def test_an_agent_with_several_kecamatan_reports_them_one_by_one_or_all_at_once(desa: Agency) -> None:
    await give(desa, "agen", ("Kajen", "Doro", "Talun"))
    await play(
        desa,
        (
            ("agen", "tulis", "Doro aman. Nihil"),
            ("agen", "lihat", "Situasi wilayah Kecamatan Doro s.d."),
            ("agen", "lihat", "Belum dilaporkan: Kajen, Talun."),
            ("agen", "ketuk", "Nihil juga: Kajen, Talun"),
            ("agen", "lihat", "LI-261120-0002, LI-261120-0003"),
            ("agen", "tidak", "Belum dilaporkan"),
            ("agen", "ketuk", "Batalkan"),
            ("agen", "lihat", "Nihil dibatalkan\nLI-261120-0002, LI-261120-0003"),
        ),
    )
    assert [(case.region, case.status) for case in await cases(desa)] == [
        ("Doro", "closed"),
        ("Kajen", "cancelled"),
        ("Talun", "cancelled"),
    ]


async def test_two_kecamatan_named_in_one_text(desa: Agency) -> None:
    await give(desa, "agen", ("Kajen", "Doro", "Talun"))
    await play(
        desa,
        (
            ("agen", "tulis", "Kec Kajen dan Kec Doro nihil"),
            ("agen", "lihat", "Kecamatan Kajen, Doro s.d."),
            ("agen", "lihat", "Belum dilaporkan: Talun."),
        ),
    )


async def test_pictures_below_a_nihil_are_kept_late_parts_too(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.sends_album([None, None], "Kec Kajen nihil", media_group="77")
    await agen.sees("Nihil diterima")
    await agen.sends_album([None], media_group="77")
    await desa.quiet()
    (case,) = await cases(desa)
    files = await desa.app.database.run(lambda uow: uow.attachments.of_case(case.id))
    assert len(files) == 3
    assert not any("tidak dapat ditambahkan" in message.text for message in agen.messages())


class TestWithoutMorningDuty:
    """Balangan's SIKANDA knows no morning duty: nothing speaks of 05.30, nothing is late."""

    @pytest.fixture
    def profile(self) -> str:
        return "balangan"

    async def test_nihil_is_a_report_without_a_limit(self, desa: Agency) -> None:
        await play(
            desa,
            (
                ("agen", "tulis", "/lapor"),
                ("agen", "lihat", "Bidang"),
                ("agen", "ketuk", "Batal"),
                ("agen", "tulis", "Paringin Selatan: kondusif, nihil, cuaca hujan ringan"),
                ("agen", "lihat", "Situasi wilayah Kecamatan Paringin Selatan terpantau aman"),
                ("agen", "lihat", "Diterima 20 November 2026 pukul 05.55 WITA."),
                ("agen", "tidak", "05.30"),
                ("agen", "tidak", "waktu."),
                ("agen", "tanpa", "Batalkan"),
                ("agen", "tulis", "Paringin Selatan nihil"),
                ("agen", "lihat", "Nihil hari ini sudah diterima: SK-261120-0001"),
                ("agen", "tulis", "/lapinfo"),
                ("agen", "tidak", "05.30"),
                ("agen", "tidak", "pagi"),
            ),
        )
