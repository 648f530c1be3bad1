"""Who is shown what of a lokus: generic buttons, forged ids, the team, the partner, what may leave the chat."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.exposure import of_case
from domain.sop.schema import Sop
from domain.usecases.cardview import REJECT_REASONS
from handlers import disposition, leadership, lokus_gate, router, verification
from simulator.agency import Agency
from tests.dialog.script import newest, play
from tests.lokus.field import alerts, begun, called
from tests.lokus.forged import Said, answer, lokus_buttons, trying
from tests.lokus.report import FINISHED, REPORTED, ROUNDS, SENT
from tests.lokus.story import CHOSEN, ORDERED, PLAN, READY, lokus, to_the_field
from tests.lokus.test_unhappy import forged

MISSING: Said = ("galat/tidak_ditemukan", {})
CHOICES = {"h": "A", "n": "B2", "rq": "waktu", "tq": REJECT_REASONS[0]}
GENERIC = (
    *(f"v:{what}:{{id}}:{{version}}:{{step}}:{CHOICES.get(what, '1')}" for what in verification._ACTIONS),
    *(f"lihat:{what}:{{id}}" for what in ("b", *leadership._FILES)),
    "ds:m:k:{id}",
    "ds:i:k:{id}:k:t",
    "ds:t:{id}:{version}:{step}",
)
"""Buttons of the other procedures that carry the id of a case."""


async def test_no_button_of_another_procedure_touches_a_lokus_at_any_step(desa: Agency) -> None:
    assert {"v", "lihat", "ds"} == {*verification.TAPS, *leadership.TAPS, *disposition.TAPS}
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED, *REPORTED))
    known, _ = await lokus(desa)
    sop: Sop = desa.app.office.sop_of(known.sop, known.sop_version)
    people = {"kasubbid": "kasubbid", "kabid": "kabid", "kepala": "kepala", "koordinator_lapangan": "anggota1"}

    def work(uow: Any) -> None:
        for step in sop.steps[1:]:
            closed = desa.clock.now() if step.final else None
            at = {"step": step.id, "status": step.status_on_enter, "closed_at": closed}
            case = uow.cases.change(uow.cases.get(known.id), **at)
            whose = people.get(step.actor.value if step.actor else "", "koordinator_lapangan")
            for who in (whose, "pimpinan"):
                for data in GENERIC:
                    said = data.format(id=case.id, version=case.version, step=case.step)
                    assert answer(uow, desa, who, said) == MISSING, (who, said)
            now = uow.cases.get(case.id)
            assert (now.step, now.status, now.version) == (case.step, case.status, case.version)
        denied = [one for one in uow.events.of(f"case:{known.id}") if one.action == "denied"]
        assert len(denied) > 200, "attempts are recorded"

    await trying(desa, work)


async def test_nobody_passes_the_last_step_by_the_button_of_another_procedure(desa: Agency) -> None:
    """Only *Setujui* of the card gives the agenda number and the papers."""
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED, *REPORTED, *ROUNDS[:-1]))
    case, _ = await lokus(desa)
    for who, data in (("kepala", "v:s"), ("kabid", "v:k"), ("pimpinan", "lihat:b"), ("anggota1", "lihat:f")):
        said = await forged(desa, who, f"{data}:{case.id}:{case.version}:persetujuan")
        assert "tidak ditemukan" in (said.text or ""), (who, data, said)
    assert (await lokus(desa))[0].step == "persetujuan"
    for who in ("pimpinan", "anggota1"):
        assert not any("Nuri-01" in message.text for message in desa.phone(who).messages())


async def test_a_forged_id_tells_an_outsider_nothing(desa: Agency) -> None:
    """The partner of another plan, an agent, a member of another lokus and one taken out: as if there were none."""
    assert {*lokus_gate.GUARDED, "ld"} == {
        prefix for module in router._MODULES if ".lokus_" in module.__name__ for prefix in module.TAPS
    }
    buttons = lokus_buttons()
    assert len(buttons) > 70
    parts = {(head, what) for head, what, *more in (one.split(":") for one in buttons) if more[:1] == ["{member}"]}
    assert parts == {(head, what) for head, found in lokus_gate.OWN_PART.items() for what in found}
    other = tuple(("mitra2", how, words) for _, how, words in PLAN)
    await to_the_field(desa)
    await play(
        desa,
        (
            ("anggota2", "ketuk", "Berhalangan"),
            ("anggota2", "balas", "halangannya > Sakit"),
            ("kasubbid", "ketuk", "Tanpa pengganti"),
            *other,
        ),
    )
    case, _ = await lokus(desa)
    second, _ = await lokus(desa, 2)

    def work(uow: Any) -> None:
        now = desa.clock.now()
        people = {who: uow.people.by_telegram_id(desa.users[who].id) for who in ("anggota1", "anggota3", "mitra2")}
        uow.lokus.add(second.id, {}, now)
        uow.lokus.add_member(second.id, people["anggota3"].id, people["mitra2"].id, now)
        inside = next(one for one in uow.lokus.team(case.id) if one.person_id == people["anggota1"].id)
        content: dict[str, Any] = {"kepada": [], "terima": {}, "sampai": {}, "titik": None, "titik_pada": None}
        alarm = uow.lokus.raise_emergency(case.id, people["anggota1"].id, content, now)
        for who in ("mitra2", "agen", "anggota3", "anggota2"):
            for data in (*buttons, "tg:k:{case}", "tg:h:{case}"):
                none = answer(uow, desa, who, data.format(case=9999, member=9999, emergency=9999, step="verifikasi_1"))
                assert "ref" not in none[1], (who, data, none)
                for step, status, closed in (("pelaksanaan", "handling", None), ("final", "published", now)):
                    uow.cases.change(uow.cases.get(case.id), step=step, status=status, closed_at=closed)
                    ids = {"case": case.id, "member": inside.id, "emergency": alarm.id}
                    got = answer(uow, desa, who, data.format(**ids, step="verifikasi_1"))
                    assert got == none, (who, data, step)

    await trying(desa, work)


async def test_a_partner_learns_nothing_of_their_own_plan_by_the_offices_buttons(desa: Agency) -> None:
    await play(desa, (*PLAN, *CHOSEN, *ORDERED))
    case, _ = await lokus(desa)
    for data in ("rp:j:{}:1", "rp:b:{}", "la:m:{}", "lk:l:{}:pelaksanaan", "lh:m:{}", "lr:b:{}:0", "tg:k:{}"):
        said = await forged(desa, "mitra", data.format(case.id))
        assert (said.text or "") == "Mohon maaf, tidak ditemukan.", (data, said)


@pytest.mark.parametrize("over", ["batal", "final"])
async def test_the_team_never_reads_who_sent_the_plan_and_nothing_of_it_is_forwarded(desa: Agency, over: str) -> None:
    await to_the_field(desa)
    if over == "batal":
        rows = (
            ("anggota2", "ketuk", "Berhalangan"),
            ("anggota2", "balas", "halangannya > Sakit"),
            ("kasubbid", "ketuk", "Ganti dengan Camar-04"),
            ("anggota4", "ketuk", "Buka"),
            *begun("anggota1"),
            ("kasubbid", "ketuk", "Batalkan"),
            ("kasubbid", "balas", "Mengapa lokus ini > Ditunda"),
        )
    else:
        rows = (*SENT, *FINISHED, *REPORTED, *ROUNDS)
    await play(desa, rows)
    team = ("anggota1", "anggota2", "anggota4", "koordinator_lapangan")
    for who in (*team, "kasubbid", "kabid", "kepala", "pimpinan"):
        said = [message for message in desa.phone(who).messages() if not message.mine]
        assert over == "final" or who in ("kabid", "kepala", "pimpinan") or said
        for message in said:
            assert message.protected or "LO-261120-0001" not in message.text, (who, message.text)
        for word in ("Nuri-01", "Polri)", "dijadikan lokus") if who in team else ():
            assert not any(word in message.text for message in said), (who, word)
    if over == "batal":
        left = [message.text for message in desa.phone("anggota2").messages()]
        for word in ("Camar-09", "Halaman kantor"):
            assert not any(word in text for text in left), "who was taken out keeps nothing of the order"


NEUTRAL = "LO-261120-0001: suntingan pesan tidak mengubah rencana. Bila ada yang berubah"


@pytest.mark.parametrize("at", ["ditolak", "penugasan", "verifikasi_1", "final"])
async def test_a_partner_who_edits_the_plan_later_changes_and_learns_nothing(desa: Agency, at: str) -> None:
    await play(desa, PLAN)
    if at == "ditolak":
        await play(desa, (("kasubbid", "ketuk", "Tidak"), ("kasubbid", "balas", "Mengapa > Kegiatan rutin saja")))
    else:
        await play(desa, CHOSEN)
    if at in ("verifikasi_1", "final"):
        await play(desa, (*ORDERED, *READY, *SENT, *FINISHED, *REPORTED, ("kasubbid", "ketuk", "Terima")))
    if at == "final":
        await play(desa, ROUNDS[2:])
    before, _ = await lokus(desa)
    await play(
        desa,
        (("mitra", "sunting", "Unjuk rasa buruh > Pengajian rutin"), ("mitra", "lihat", NEUTRAL)),
    )
    after, _ = await lokus(desa)
    assert (after.version, after.fields) == (before.version, before.fields)
    refused = await desa.app.database.run(lambda uow: [one.action for one in uow.events.of(f"case:{after.id}")])
    assert refused[-1] == "edit_refused"


async def test_a_partner_may_still_correct_a_plan_that_waits_to_be_chosen(desa: Agency) -> None:
    await play(desa, (*PLAN, ("mitra", "sunting", "Unjuk rasa buruh > Unjuk rasa guru")))
    case, _ = await lokus(desa)
    assert (case.version, case.fields["kegiatan"]) == (2, "Unjuk rasa guru")
    assert "Unjuk rasa guru" in newest(desa.phone("kasubbid")).text


async def test_exposure_names_everybody_who_may_open_the_lokus(desa: Agency) -> None:
    async def entitled() -> set[str]:
        case, _ = await lokus(desa)
        found = await desa.app.database.run(lambda uow: of_case(uow, desa.app.office, case, None, desa.clock.now()))
        return {role for one in found["entitled_now"] for role in one["roles"]}

    await to_the_field(desa)
    chain = {"kasubbid", "kabid", "kepala", "koordinator_lapangan", "anggota_mitigasi"}
    assert await entitled() == chain
    await play(desa, (*SENT, *FINISHED, *REPORTED, *ROUNDS))
    assert await entitled() == chain | {"pimpinan"}


async def test_a_kabid_of_other_regions_is_called_in_an_emergency(desa: Agency) -> None:
    await to_the_field(desa)

    def elsewhere(uow: Any) -> None:
        for who in ("kabid", "kasubbid"):
            uow.people.change(uow.people.by_telegram_id(desa.users[who].id).id, regions=("Doro",))

    await desa.app.database.run(elsewhere)
    await play(desa, (*begun("anggota1"), *called("anggota1"), ("kabid", "ketuk", "Saya tangani")))
    assert [alerts(desa, who) for who in ("kabid", "kasubbid", "koordinator_lapangan")] == [1, 1, 1]
    status = [message.text for message in desa.phone("anggota1").messages() if "Koordinator Camar-09" in message.text]
    assert "Kabid Kutilang-02: menanggapi" in status[-1]
