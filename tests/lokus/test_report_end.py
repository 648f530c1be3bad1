"""The end of a lokus: who stands on its paper, who gets it, each once, and what the deputy of leadership may."""

from __future__ import annotations

from domain.ports import UnitOfWork
from domain.usecases import lokus_papers
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.field import begun
from tests.lokus.pdf import text
from tests.lokus.report import ROUNDS
from tests.lokus.story import TO_THE_FIELD, lokus
from tests.lokus.test_documents import looked, paper
from tests.lokus.test_rounds_people import away, person
from tests.lokus.test_unhappy import forged

LEAD = "koordinator_lapangan"


def papers(desa: Agency, who: str) -> tuple[int, int]:
    """How often the final card and a PDF were sent to that chat, whether they stand there still or not."""
    chat = desa.users[who].id
    sent = [call for call in desa.world.calls if call.ok and call.chat_id == chat]
    cards = sum("agenda 0001" in str(call.params.get("caption") or call.params.get("text")) for call in sent)
    return cards, sum(call.method == "sendDocument" for call in sent)


async def test_the_paper_names_who_was_there_and_reaches_leadership_once(desa: Agency) -> None:
    await play(
        desa,
        (
            *TO_THE_FIELD,
            *begun("anggota1", "anggota2"),
            ("anggota2", "tulis", "Massa mulai bergerak"),
            ("kasubbid", "ketuk", "Ubah penugasan"),
            ("kasubbid", "ketuk", "Tim"),
            ("kasubbid", "ketuk", "Camar-02"),
            ("kasubbid", "ketuk", "Camar-03"),
            ("kasubbid", "ketuk", "Camar-04"),
            ("kasubbid", "ketuk", "Selesai"),
            ("kasubbid", "ketuk", "Pratinjau"),
            ("kasubbid", "ketuk", "Kirim"),
            ("anggota4", "ketuk", "Buka"),
            ("anggota4", "ketuk", "Berhalangan"),
            ("anggota4", "balas", "halangannya > Sakit"),
            ("kasubbid", "ketuk", "Tanpa pengganti"),
            ("anggota3", "ketuk", "Buka"),
            ("anggota3", "ketuk", "Siap"),
            *begun("anggota3"),
            ("anggota1", "ketuk", "Selesai"),
            ("anggota1", "ketuk", "Ya, selesai"),
            ("anggota3", "tulis", "Arus lalu lintas lancar"),
            ("anggota3", "ketuk", "Selesai"),
            ("anggota3", "ketuk", "Ya, selesai"),
            (LEAD, "lihat", "Camar-02: Massa mulai bergerak"),
            (LEAD, "ketuk", "Pratinjau"),
        ),
    )
    lines = newest(desa.phone(LEAD)).text.split("\n")
    assert "Belum menyampaikan catatan: Camar-01" in lines, "nobody who is not in the team any more"
    await away(desa, "pimpinan", "piket")
    await play(desa, ((LEAD, "ketuk", "Kirim"), *ROUNDS[:-1]))
    case, _ = await lokus(desa)
    for what in (f"lr:b:{case.id}:0", f"lr:p:{case.id}"):
        for who in ("pimpinan", "piket"):
            assert "ditemukan" in ((await forged(desa, who, what)).text or ""), (who, what)
    # The bot ends in the middle of sending; what went out is not sent again.
    await desa.phone("kepala").taps("Setujui")
    await desa.restart()
    await play(desa, (("kepala", "mulai ulang", ""), ("kepala", "lihat", "agenda 0001")))
    assert (await lokus(desa))[0].step == "final"
    for who in ("pimpinan", "piket"):
        assert papers(desa, who) == (1, 1), who
        told = text(paper(desa, who))
        team = told.split("TIM PELAKSANA")[1].split("FAKTA-FAKTA")[0]
        assert [team.count(f"Camar-0{n}") for n in (1, 2, 3, 4, 9)] == [1, 1, 1, 0, 1]
        assert "Camar-02 Anggota Mitigasi, sampai Jumat, 20 November 2026 pukul 04.55 WIB" in team
    await play(desa, (("piket", "ketuk", "PDF"), ("kabid", "ketuk", "PDF")))
    kabid = await person(desa, "kabid")
    assert [event.actor_id for event in await looked(desa, "anggota2")] == [kabid], "the name was on the paper"
    assert await looked(desa, "anggota4") == []

    def had_to_go(uow: UnitOfWork) -> list[tuple[str, str | None]]:
        """The same when Camar-01, who had begun, fell ill out there, and Camar-04 had come to the meeting point."""
        one = next(one for one in uow.lokus.team(case.id) if one.started_at is not None)
        uow.lokus.change_member(one, ready=False, answered_at=desa.clock.now())
        fourth = uow.people.by_telegram_id(desa.users["anggota4"].id)
        assert fourth is not None
        uow.lokus.log(case.id, fourth.id, "arrive", desa.clock.now(), desa.clock.now(), {})
        media = lokus_papers.report(uow, desa.app.office, case, names=False)
        return [(line["sandi"], line["pada"]) for line in (media.params or {})["tim"]]

    now = desa.clock.now().isoformat()
    told_of = [("Camar-09", None), ("Camar-03", None), ("Camar-01", now), ("Camar-02", now), ("Camar-04", now)]
    assert await desa.app.database.run(had_to_go) == told_of
