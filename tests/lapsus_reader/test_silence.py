"""Whatever is no opening keeps silent about secret reports: words nowhere, references to the cleared only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cli.cases import HIDDEN, case_json
from domain.roles import Clearance, Role
from domain.usecases import incidents, sla
from tests.lapsus_reader.desk import HIGH, WORD, Reading


async def _sweep(desk: Reading) -> None:
    while await desk.db.run(lambda uow: sla.fire_deadlines(uow, desk.office, desk.clock.now())):
        pass
    await desk.deliver()


@pytest.mark.parametrize(
    "command", ["/tugas", "/status", "/menu", "/bantuan", "/draf", "/monev", "/rekap", "/pengguna"]
)
async def test_commands_show_no_word_of_it_and_the_reference_to_the_entitled_only(desk: Reading, command: str) -> None:
    await desk.hire("korwil", Role.KOORDINATOR_WILAYAH, clearance=HIGH)
    await desk.hire("kabid2", Role.KABID, code_name="Kutilang-08")
    case = await desk.secret()
    desk.later(hours=3)
    for who in desk.people:
        before = set(desk.chats.get(desk.chat(who), {}))
        await desk.command(who, command)
        new = [
            m for key, m in desk.chats.get(desk.chat(who), {}).items() if key not in before and "SENDIRI" not in m.text
        ]
        words = " ".join(m.text + " ".join(m.buttons) for m in new)
        assert WORD not in words
        entitled = who in ("kabid", "agen") or (who == "kepala" and command == "/tugas")
        assert entitled or case.ref not in words, (who, words)
        if command == "/menu" and who not in ("kabid", "agen"):
            assert "menunggu" not in words.lower() or "0" in words, (who, words)


async def test_calls_and_escalation_carry_no_content_and_reach_the_cleared_only(desk: Reading) -> None:
    await desk.hire("kabid2", Role.KABID, code_name="Kutilang-08")
    await desk.hire("kepala2", Role.KEPALA, code_name="Jalak-09")
    case = await desk.secret()
    for _ in range(60):
        desk.later(minutes=3)
        await _sweep(desk)
    for who in desk.everywhere():
        assert not desk.sees(who), who
        assert desk.sees(who, case.ref) == (who in ("kabid", "kepala", "pimpinan")), who


async def test_a_secret_report_is_like_no_other(desk: Reading) -> None:
    facts = {"apa": WORD, "siapa": WORD, "dimana": WORD, "bagaimana": WORD}
    secret = await desk.secret(fields={"cara_lapor": "tulis", **facts})
    plain = await desk.report(facts=facts)
    for one in (secret, plain):
        assert await desk.db.run(lambda uow, one=one: incidents.similar(uow, desk.office, one)) == ()  # type: ignore[misc]
    assert not incidents.linkable(plain, secret)
    assert not incidents.linkable(secret, plain)
    assert secret.ref not in desk.card(-1001, plain.ref).text


async def test_the_command_line_shows_no_field_of_it_without_reveal(desk: Reading) -> None:
    case = await desk.secret(files=1)
    await desk.press("kabid", "Buka")
    await desk.press("kabid", "Revisi")
    await desk.press("kabid", "Alasan lain")
    await desk.answers("kabid", "alasan", f"Perjelas {WORD}")
    now = await desk.case(case)
    shown = await desk.db.run(lambda uow: case_json(uow, now, reveal=False))
    assert WORD not in str(shown)
    assert "Bojong" not in str(shown)
    assert shown["fields"]["kronologi"] == HIDDEN
    assert WORD in str(await desk.db.run(lambda uow: case_json(uow, now, reveal=True)))


async def test_groups_are_told_nothing_at_any_step(desk: Reading) -> None:
    await desk.secret()
    for who in ("kabid", "kepala"):
        await desk.press(who, "Buka")
        await desk.press(who, "Setujui")
    assert desk.texts(-1001) == []


async def test_the_one_who_holds_a_deputys_place_needs_clearance_of_their_own(desk: Reading) -> None:
    await desk.hire("wakil", Role.KASUBBID, clearance=Clearance.BIASA)
    await desk.hire("wakil2", Role.VERIFIKATOR, clearance=HIGH)
    now = desk.clock.now()
    for deputy, reads in (("wakil", False), ("wakil2", True)):
        absence = await desk.db.run(
            lambda uow, deputy=deputy: uow.absences.add(  # type: ignore[misc]
                desk.people["kabid"].id,
                now,
                now + timedelta(days=1),
                "plh",
                None,
                now,
                deputy_id=desk.people[deputy].id,
            )
        )
        case = await desk.secret()
        await desk.raw(deputy, f"rs:b:{case.id}")
        assert desk.sees(deputy) == reads
        await desk.db.run(lambda uow, absence=absence: uow.absences.end(absence.id, now))  # type: ignore[misc]
