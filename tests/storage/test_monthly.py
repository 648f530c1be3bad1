"""What the month's evaluation reads: cases unopened, histories of many at once, absences as long as they lasted."""

from __future__ import annotations

from datetime import timedelta

from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, case, person

DAY = timedelta(days=1)


async def test_events_open_at_some_time_of_the_month(db: Database) -> None:
    def write(uow: UnitOfWork) -> dict[str, int]:
        author = person(uow)
        made = {
            "before": case(uow, author, received_at=NOW - 9 * DAY, closed_at=NOW - MINUTE),
            "ends at the start": case(uow, author, received_at=NOW - 9 * DAY, closed_at=NOW),
            "still open": case(uow, author, received_at=NOW - 90 * DAY),
            "ends after": case(uow, author, received_at=NOW + DAY, closed_at=NOW + 99 * DAY),
            "nihil": case(uow, author, received_at=NOW + DAY, closed_at=NOW + DAY, nihil=True),
            "comes at the end": case(uow, author, received_at=NOW + 30 * DAY),
        }
        return {name: one.id for name, one in made.items()}

    ids = await db.run(write)
    found = await db.run(lambda uow: uow.cases.courses(NOW, NOW + 30 * DAY))
    assert [course.id for course in found] == [ids["still open"], ids["ends at the start"], ids["ends after"]]
    first = found[1]
    assert (first.kind, first.sop, first.sop_version, first.status) == ("lapinfo", "lapinfo-pekalongan", 1, "submitted")
    assert (first.region, first.classification, first.closed_at) == ("Kajen", "biasa", NOW)


async def test_the_histories_of_many_are_those_of_each(db: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        for number in range(1, 1202):
            uow.events.append(f"case:{number}", "submitted", None, NOW, {"step": "verifikasi", "n": number})
        uow.events.append("case:7", "verified", 3, NOW + MINUTE, {"step": "persetujuan"})
        uow.events.append("person:7", "person.changed", None, NOW, {"before": {"regions": ["Kajen"]}})

    await db.run(write)
    names = [f"case:{number}" for number in range(1, 1203)]
    found = await db.run(lambda uow: uow.events.of_each(names))
    assert len(found) == 1201
    assert found["case:7"] == await db.run(lambda uow: uow.events.of("case:7"))
    assert found["case:1201"][0].data == {"step": "verifikasi", "n": 1201}
    some = await db.run(
        lambda uow: uow.events.of_each(["case:7", "case:8", "person:7"], ["verified", "person.changed"])
    )
    assert {name: [event.action for event in events] for name, events in some.items()} == {
        "case:7": ["verified"],
        "person:7": ["person.changed"],
    }
    assert await db.run(lambda uow: uow.events.of_each([])) == {}


async def test_absences_of_a_time_and_how_long_they_lasted(db: Database) -> None:
    def write(uow: UnitOfWork) -> list[int]:
        away = person(uow)
        spans = [(-5, -1), (-5, 0), (-5, 1), (3, 4), (10, 12), (-5, 9)]
        made = [
            uow.absences.add(away.id, NOW + begin * DAY, NOW + end * DAY, "cuti", None, NOW) for begin, end in spans
        ]
        assert uow.absences.end(made[3].id, NOW + 3 * DAY + MINUTE)
        assert uow.absences.end(made[5].id, NOW - DAY)
        return [one.id for one in made]

    ids = await db.run(write)
    found = await db.run(lambda uow: uow.absences.between(NOW, NOW + 10 * DAY))
    assert [one.id for one in found] == [ids[2], ids[3]]
    assert found[1].ended_at == NOW + 3 * DAY + MINUTE
