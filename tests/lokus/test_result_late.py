"""What the field says after the report was made: offered where the report is, put in by its time, never in unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.lokus import result
from domain.ports import UnitOfWork
from domain.usecases import lokus_field
from domain.usecases.lokus_draft import log_photos
from domain.usecases.lokus_versions import photos
from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lokus.field import entries
from tests.lokus.report import FINISHED, SENT
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_unhappy import forged

LEAD = "koordinator_lapangan"
PHOTO = {
    "kind": "photo",
    "file_id": "foto-susulan",
    "file_unique_id": "foto-susulan",
    "size": 10,
    "mime": "image/jpeg",
    "file_name": None,
    "media_group": None,
}


async def comes(desa: Agency, who: str, words: str, at: datetime, file: dict[str, Any] | None = None) -> None:
    """Something that was said then reaches us only now."""
    case, _ = await lokus(desa)

    def work(uow: UnitOfWork) -> None:
        me = uow.people.by_telegram_id(desa.users[who].id)
        assert me is not None
        member = uow.lokus.member(case.id, me.id)
        there = uow.cases.get(case.id)
        assert member is not None
        assert there is not None
        sent = lokus_field.Sent("photo" if file else "text", at, me.telegram_id, 90_000 + at.second, words, file=file)
        assert lokus_field.collect(uow, desa.office, me, there, member, sent, desa.clock.now()) is not None

    await desa.app.database.run(work)
    desa.app.sender.wake()
    await desa.quiet()


async def test_what_comes_late_is_offered_at_each_hand_and_stands_in_its_time(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, SENT)
    desa.clock.advance(timedelta(minutes=10))
    await play(desa, FINISHED)
    began = (await entries(desa, "anggota1"))[0].at
    await comes(desa, "anggota1", "Massa bertambah", began + timedelta(minutes=2))
    # Nobody has touched the draft: it simply has it, in its time, and nobody is asked.
    await play(
        desa,
        (
            (LEAD, "lihat", "04.57 WIB Camar-01: Massa bertambah"),
            (LEAD, "tanpa", "Masukkan"),
            (LEAD, "ketuk", "Pratinjau"),
            (LEAD, "lihat", "04.57 WIB Camar-01: Massa bertambah"),
        ),
    )
    case, row = await lokus(desa)
    assert row is not None
    seen = f"lh:k:{case.id}:{case.version}:{row.revision}:0"
    # From the preview on it is offered: what was seen cannot be sent without being asked once more.
    await comes(desa, "anggota2", "Jalan ditutup", began + timedelta(minutes=3, seconds=1))
    await play(
        desa, ((LEAD, "lihat", "1 catatan lapangan tiba setelah laporan disusun"), (LEAD, "lihat", "Jalan ditutup"))
    )
    assert "ada catatan lapangan yang baru tiba" in ((await forged(desa, LEAD, seen)).text or "")
    await play(
        desa,
        (
            (LEAD, "ketuk", "Masukkan ke kronologi"),
            (LEAD, "tidak", "tiba setelah laporan"),
            (LEAD, "ketuk", "Pratinjau"),
            (LEAD, "ketuk", "Kirim"),
        ),
    )
    case, _ = await lokus(desa)
    told = case.fields["hasil_bagaimana"].split("\n")
    assert case.step == "terima_1"
    assert [line[:9] for line in told] == sorted(line[:9] for line in told)
    assert "04.58 WIB Camar-02: Jalan ditutup" in told
    # In the rounds: a photo, a corrected note; received first, taken in while verifying.
    await comes(desa, "anggota1", "Ban dibakar", began + timedelta(minutes=4, seconds=2), PHOTO)
    await play(
        desa,
        (
            ("kasubbid", "lihat", "1 catatan lapangan tiba setelah laporan disusun dan belum dimasukkan, 1"),
            ("kasubbid", "lihat", "Dapat dimasukkan pada tahap verifikasi"),
            ("kasubbid", "tanpa", "Masukkan"),
            ("kasubbid", "ketuk", "Terima"),
            ("anggota1", "sunting", "Massa sekitar 200 orang > Massa sekitar 300 orang, tertib"),
            ("kasubbid", "lihat", "2 catatan lapangan"),
            ("kasubbid", "lihat", "04.55 WIB Camar-01: Massa sekitar 300 orang, tertib"),
        ),
    )
    for who in ("kabid", "anggota1", "mitra", LEAD):
        assert (await forged(desa, who, f"lh:n:{case.id}")).text, who
    before = (await lokus(desa))[0]
    await play(desa, (("kasubbid", "ketuk", "Masukkan ke kronologi"), ("kasubbid", "jawab", "perubahan disimpan")))
    case, _ = await lokus(desa)
    assert case.version == before.version + 1
    told = case.fields["hasil_bagaimana"].split("\n")
    assert [line for line in told if "Massa sekitar" in line] == ["04.55 WIB Camar-01: Massa sekitar 300 orang, tertib"]
    assert "04.59 WIB Camar-01: foto (Ban dibakar)" in told
    assert len(result.photos_of(case.fields)) == 1
    assert "tiba setelah laporan" not in newest(desa.phone("kasubbid")).text
    assert (await forged(desa, "kasubbid", f"lh:n:{case.id}")).text, "a second tap changes nothing"
    assert (await lokus(desa))[0].version == case.version
    # What nobody has taken in goes on to the next hand with the report.
    await comes(desa, "anggota2", "Aparat datang", began + timedelta(minutes=5, seconds=3))
    goes_on: tuple[Row, ...] = (
        ("kasubbid", "ketuk", "Verifikasi"),
        ("kasubbid", "ketuk", "Kirim ke Kepala Bidang"),
        ("kabid", "lihat", "1 catatan lapangan tiba"),
        ("kabid", "ketuk", "Terima"),
        ("kabid", "ketuk", "Catatan susulan (1)"),
        ("kabid", "lihat", "05.00 WIB Camar-02: Aparat datang"),
    )
    await play(desa, goes_on)
    assert "Aparat datang" not in newest(desa.phone("kasubbid")).text
    (photo,) = result.photos_of(case.fields)

    def refused(uow: UnitOfWork) -> tuple[int, list[int]]:
        """How many photos are shown once that one was set aside, and which are offered."""
        uow.attachments.settle(photo, "set_aside")
        return len(photos(uow, case)), [one.id for _, one in log_photos(uow, case)]

    shown, offered = await desa.app.database.run(refused)
    assert shown == 0
    assert photo not in offered
    assert len(offered) == 2
