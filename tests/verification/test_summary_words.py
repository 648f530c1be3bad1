"""The summary for leadership says nothing twice."""

from tests.verification.desk import GROUP, Desk


async def test_people_told_within_the_course_of_events_are_not_repeated(desk: Desk) -> None:
    case = await desk.report(siapa="50 petani tebu", bagaimana="Orasi oleh 50 petani tebu, lalu bubar.")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui")
    await desk.tap("nuri", desk.card(GROUP, case.ref), "Setujui B2")
    await desk.tap("kepala", desk.card("kepala", case.ref), "Setujui", "kepala")
    final = desk.card("pimpinan", case.ref).text
    assert final.count("50 petani tebu") == 1
    assert "belum disebut" not in final
