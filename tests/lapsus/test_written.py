"""A written lapsus from the first tap to the receipt: asked, deleted, nothing left in the agent's chat."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.ports import UnitOfWork
from domain.sop.commands import Revise
from domain.usecases import revision
from domain.usecases.lapsus import DELETABLE
from domain.usecases.transitions import actor_of, apply, judge
from simulator.agency import Agency
from tests.dialog.script import labels, newest, play
from tests.lapsus.story import SECRET, case_of, chat, newest_case, own, sends, writes


async def test_the_safer_ways_come_first_and_writing_only_after_one_warning(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "lihat", "Yang paling aman"),
        ),
    )
    assert [label.split(maxsplit=1)[1] for label in labels(desa.phone("agen"))] == [
        "Minta dihubungi",
        "Menghadap langsung",
        "Tulis laporan",
    ]
    await play(
        desa,
        (
            ("agen", "ketuk", "Tulis laporan"),
            ("agen", "lihat", "tidak terenkripsi dari ujung ke ujung"),
            ("agen", "lihat", "Telegram menyimpan salinannya"),
            ("agen", "tombol", "Minta dihubungi"),
            ("agen", "ketuk", "Kembali"),
            ("agen", "tombol", "Tulis laporan"),
        ),
    )


async def test_after_kirim_nothing_of_the_conversation_stands_in_the_chat(desa: Agency) -> None:
    case = await sends(desa)
    phone = desa.phone("agen")
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")
    assert "Kronologi" not in chat(desa, "agen")
    assert case.ref in newest(phone).text
    assert "Kepala Bidang sudah diberi tahu" in newest(phone).text
    assert case.kind == "lapsus"
    assert case.classification == "rahasia"
    assert case.urgency == "segera"
    assert case.fields["kronologi"] == f"Kronologi {SECRET}"
    assert "_pesan" not in case.fields


async def test_every_question_replaces_the_one_before_it(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "ketuk", "Tulis laporan"),
            ("agen", "ketuk", "Saya mengerti"),
            ("agen", "tulis", "Perintah lisan"),
            ("agen", "tulis", "Pukul 02.00 berkumpul"),
            ("agen", "tulis", "Sekitar dua ratus orang"),
        ),
    )
    bots = [message for message in desa.phone("agen").messages() if not message.mine]
    assert len(bots) == 1, chat(desa, "agen")
    assert "Tuntutan" in bots[0].text
    assert bots[0].protected


async def test_files_go_with_the_report_and_leave_the_chat(desa: Agency) -> None:
    await play(
        desa,
        (
            *writes(),
            ("agen", "ketuk", "Ubah Lampiran"),
            ("agen", "foto", f"foto {SECRET}"),
            ("agen", "dokumen", ""),
            ("agen", "suara", ""),
            ("agen", "lihat", "3 berkas"),
            ("agen", "ketuk", "Selesai"),
            ("agen", "lihat", "Lampiran: 3 berkas"),
            ("agen", "ketuk", "Kirim"),
        ),
    )
    case = await newest_case(desa)
    files = await desa.app.database.run(lambda uow: uow.attachments.of_case(case.id))
    assert sorted(file.kind for file in files) == ["document", "photo", "voice"]
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")


async def test_a_long_report_still_is_one_message_that_can_be_deleted(desa: Agency) -> None:
    table = [("agen", "tulis", "/lapsus"), ("agen", "ketuk", "Tulis laporan"), ("agen", "ketuk", "Saya mengerti")]
    table += [("agen", "tulis", f"{SECRET} " + "😡" * 1800) for _ in range(9)]
    await play(desa, (*table, ("agen", "ketuk", "Lewati"), ("agen", "lihat", "Ringkasan laporan khusus")))
    assert len([m for m in desa.phone("agen").messages() if not m.mine]) == 1
    await play(desa, (("agen", "ketuk", "Kirim"),))
    assert SECRET not in chat(desa, "agen")
    case = await newest_case(desa)
    assert all(len(case.fields[key]) > 1800 for key in ("dasar", "kronologi", "saran"))


async def test_batal_destroys_answers_and_conversation_at_once(desa: Agency) -> None:
    await play(desa, (*writes(), ("agen", "ketuk", "Batal"), ("agen", "lihat", "tidak dapat dikembalikan")))
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")
    states = await desa.app.database.run(lambda uow: [uow.drafts.get(n) for n in (1, 2)])
    assert [(d.status, SECRET in str(d.state)) for d in states if d is not None] == [("cancelled", False)]


async def test_the_command_batal_does_the_same(desa: Agency) -> None:
    await play(desa, (*writes(), ("agen", "tulis", "/batal"), ("agen", "lihat", "tidak dapat dikembalikan")))
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")


async def test_a_secret_draft_expires_sooner_and_takes_its_messages_with_it(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "jam", "10.00"),
            *writes(),
            ("agen", "maju", "31"),
            ("agen", "lihat", "Laporan khusus belum terkirim"),
            ("agen", "tidak", SECRET),
            ("agen", "maju", "91"),
            ("agen", "lihat", "Draf laporan khusus dihapus"),
        ),
    )
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")
    draft = await desa.app.database.run(lambda uow: uow.drafts.get(1))
    assert draft is not None
    assert draft.status == "expired"
    assert SECRET not in str(draft.state)


async def test_a_saved_draft_shows_nothing_and_can_be_taken_up(desa: Agency) -> None:
    await play(
        desa,
        (
            *writes(),
            ("agen", "ketuk", "Simpan draf"),
            ("agen", "lihat", "Isinya tidak ditampilkan"),
            ("agen", "tidak", SECRET),
            ("agen", "tulis", "/draf"),
            ("agen", "lihat", "Laporan khusus, isi tidak ditampilkan"),
            ("agen", "tidak", SECRET),
            ("agen", "ketuk", "Lanjutkan nomor 1"),
            ("agen", "lihat", "Ringkasan laporan khusus"),
            ("agen", "ketuk", "Kirim"),
            ("agen", "lihat", "Laporan khusus diterima"),
        ),
    )
    assert SECRET not in chat(desa, "agen")


async def test_what_telegram_does_not_delete_any_more_is_said(desa: Agency) -> None:
    await play(desa, (*writes(), ("agen", "ketuk", "Simpan draf")))
    for _ in range(25):
        # Taken up and put aside again, the draft lives on; its messages grow older than Telegram lets a bot delete.
        desa.clock.advance(timedelta(hours=1, minutes=58))
        await play(
            desa, (("agen", "tulis", "/draf"), ("agen", "ketuk", "Lanjutkan nomor 1"), ("agen", "ketuk", "Simpan"))
        )
    assert timedelta(hours=25 * 2) > DELETABLE
    await play(desa, (("agen", "tulis", "/draf"), ("agen", "ketuk", "Lanjutkan nomor 1"), ("agen", "ketuk", "Kirim")))
    assert "1 pesan tidak dapat dihapus, mohon hapus sendiri" in chat(desa, "agen")


async def test_nothing_in_it_is_taken_for_an_ordinary_report_or_a_nihil(desa: Agency) -> None:
    whole = f"Apa: {SECRET}\nSiapa: warga\nDi mana: Kajen\nKapan: hari ini pukul 03.00\nBagaimana: membakar ban"
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "ketuk", "Tulis laporan"),
            ("agen", "ketuk", "Saya mengerti"),
            ("agen", "tulis", whole),
            ("agen", "lihat", "Kronologi"),
            ("agen", "tulis", "Situasi Kecamatan Kajen aman, nihil. Sepertinya begitu."),
            ("agen", "lihat", "Massa"),
            ("agen", "tidak", "pendapat"),
            ("agen", "maju", "61"),
        ),
    )
    assert await desa.app.database.run(lambda uow: list(uow.cases.of_author(1, 5))) == []


async def test_an_answer_may_be_edited_before_kirim(desa: Agency) -> None:
    await play(
        desa,
        (
            *writes(),
            ("agen", "sunting", f"Kronologi {SECRET} > Kronologi BARU"),
            ("agen", "lihat", "Kronologi BARU"),
            ("agen", "ketuk", "Kirim"),
        ),
    )
    case = await newest_case(desa)
    assert case.fields["kronologi"] == "Kronologi BARU"
    assert own(desa, "agen") == []


async def test_stickers_places_and_missing_answers_are_asked_again_politely(desa: Agency) -> None:
    await play(
        desa,
        (
            ("agen", "tulis", "/lapsus"),
            ("agen", "ketuk", "Tulis laporan"),
            ("agen", "ketuk", "Saya mengerti"),
            ("agen", "stiker", ""),
            ("agen", "lihat", "dijawab dengan teks"),
            ("agen", "lokasi", ""),
            ("agen", "lihat", "dijawab dengan teks"),
            ("agen", "ketuk", "Lewati"),
            ("agen", "lihat", "Kronologi"),
            ("agen", "tanpa", "Lewati"),
            ("agen", "tulis", "lewati"),
            ("agen", "lihat", "Massa"),
        ),
    )


async def test_a_lapsus_leaves_the_morning_and_its_nihil_alone(desa: Agency) -> None:
    # Without a kecamatan of their own the nihil has none either, like every lapsus.
    await desa.app.database.run(lambda uow: uow.people.change(1, regions=()))
    await play(desa, (("agen", "tulis", "/nihil"), ("agen", "lihat", "NIHIL")))
    case = await sends(desa)
    nihil = await desa.app.database.run(lambda uow: next(c for c in uow.cases.of_author(1, 9) if c.nihil))
    assert nihil.status == "closed"
    assert (case.supersedes_id, case.duty_date, case.lateness) == (None, None, "not_applicable")


async def test_status_says_who_read_it_by_role_and_no_content(desa: Agency) -> None:
    case = await sends(desa)
    await play(
        desa,
        (
            ("agen", "tulis", "/status"),
            ("agen", "lihat", case.ref),
            ("agen", "tidak", SECRET),
            ("agen", "tidak", "Dibaca"),
            ("kabid", "ketuk", "Buka"),
            ("agen", "tulis", "/status"),
            ("agen", "lihat", "Dibaca Kepala Bidang"),
            ("agen", "tidak", "Kutilang"),
            ("agen", "tidak", SECRET),
        ),
    )


async def test_sent_back_it_says_no_reason_until_it_is_opened(desa: Agency) -> None:
    case = await sends(desa)

    def back(uow: UnitOfWork) -> None:
        kabid, seen, now = uow.people.by_telegram_id(7311), uow.cases.get(case.id), desa.clock.now()
        assert kabid is not None
        assert seen is not None
        command = Revise(actor_of(kabid), f"kurang {SECRET}", ("apa",), 1, "verifikasi")
        moved = apply(uow, seen, judge(uow, desa.office, seen, command, now), kabid.id, now)
        revision.ask_author(uow, desa.office, moved, kabid, f"kurang {SECRET}", ("apa",), now)

    await desa.app.database.run(back)
    await play(
        desa,
        (
            ("agen", "lihat", "Mohon diperbaiki"),
            ("agen", "lihat", case.ref),
            ("agen", "tidak", SECRET),
            ("agen", "ketuk", "Perbaiki"),
            ("agen", "lihat", f"kurang {SECRET}"),
            ("agen", "ketuk", "Ubah Kronologi"),
            ("agen", "lihat", f"Isian sekarang: Kronologi {SECRET}"),
            ("agen", "tulis", "Kronologi lengkap"),
            ("agen", "ketuk", "Kirim"),
            ("agen", "lihat", "Versi 2 diterima"),
        ),
    )
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")
    assert (await case_of(desa, case)).status == "submitted"


@pytest.mark.parametrize("content", ["terbatas", "tanpa_isi"])
async def test_where_content_is_not_allowed_it_is_not_taken(desa: Agency, content: str) -> None:
    await play(desa, (("agen", "tulis", "/lapsus"),))
    offered = "Tulis laporan" in " ".join(labels(desa.phone("agen")))
    assert offered == (content == "terbatas")
    if not offered:
        return
    await play(
        desa,
        (
            ("agen", "ketuk", "Tulis laporan"),
            ("agen", "lihat", "hanya satu pemberitahuan singkat yang tidak rahasia"),
            ("agen", "ketuk", "Saya mengerti"),
            ("agen", "lihat", "paling banyak 200 huruf"),
            ("agen", "tulis", SECRET * 20),
            ("agen", "lihat", "Terlalu panjang"),
            ("agen", "foto", SECRET),
            ("agen", "lihat", "Berkas tidak diterima"),
            ("agen", "tulis", "Ada hal penting, mohon dihubungi"),
            ("agen", "lihat", "Ringkasan laporan khusus"),
        ),
    )
    assert SECRET not in chat(desa, "agen")
    await play(desa, (("agen", "ketuk", "Kirim"), ("agen", "lihat", "Laporan khusus diterima")))
    case = await newest_case(desa)
    assert case.fields["pemberitahuan"] == "Ada hal penting, mohon dihubungi"
    assert await desa.app.database.run(lambda uow: list(uow.attachments.of_case(case.id))) == []
    assert own(desa, "agen") == []


async def test_an_album_part_that_comes_after_kirim_joins_the_case_and_leaves_the_chat(desa: Agency) -> None:
    await play(desa, (*writes(), ("agen", "ketuk", "Ubah Lampiran")))
    phone = desa.phone("agen")
    await phone.sends_album([None, None], media_group="lambat-1")
    await play(desa, (("agen", "ketuk", "Selesai"), ("agen", "ketuk", "Kirim"), ("agen", "lihat", "diterima")))
    case = await newest_case(desa)
    await phone.sends_photo(caption=SECRET, media_group="lambat-1")
    await play(desa, (("agen", "lihat", case.ref),))
    assert own(desa, "agen") == []
    assert SECRET not in chat(desa, "agen")
    assert len(await desa.app.database.run(lambda uow: uow.attachments.of_case(case.id))) == 3


async def test_another_form_puts_the_secret_one_out_of_sight(desa: Agency) -> None:
    await play(
        desa,
        (
            *writes(),
            ("agen", "tulis", "/lapor") if "lapor" in desa.phone("agen").commands() else ("agen", "tulis", "/lapinfo"),
            ("agen", "ketuk", "Ada kejadian"),
            ("agen", "lihat", "Bidang"),
        ),
    )
    assert "Ringkasan laporan khusus" not in chat(desa, "agen")


async def test_what_carried_content_is_emptied_in_both_queues(desa: Agency) -> None:
    await sends(desa)

    def left(uow: UnitOfWork) -> list[tuple[str, int]]:
        query = "SELECT '{0}', count(*) FROM {0} WHERE {1} IS NOT NULL"
        rows = (uow.conn.exec_driver_sql(query.format(*one)).one() for one in (("inbox", "body"), ("outbox", "action")))  # type: ignore[attr-defined]
        return [(str(name), int(count)) for name, count in rows]

    assert await desa.app.database.run(left) == [("inbox", 0), ("outbox", 0)]
