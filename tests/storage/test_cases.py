"""Cases, their versions, references and deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import StaleWrite
from domain.model import Case, CaseVersion, Person
from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.parts import MINUTE, NOW, TODAY, case, person


async def test_a_case_is_found_as_it_was_added(db: Database) -> None:
    made = await db.run(lambda uow: case(uow, person(uow), value="B2", closed_at=NOW))
    assert (made.ref, made.revision, made.fields["apa"]) == ("LI-261121-0001", 1, "Rapat terbuka")
    assert await db.run(lambda uow: (uow.cases.get(made.id), uow.cases.by_ref(made.ref), uow.cases.by_ref("LI"))) == (
        made,
        made,
        None,
    )
    with pytest.raises(TypeError):
        await db.run(lambda uow: uow.cases.add(ref="LI"))
    with pytest.raises(IntegrityError):
        await db.run(lambda uow: case(uow, person(uow, 2), ref=made.ref))
    with pytest.raises(IntegrityError):
        await db.run(lambda uow: case(uow, person(uow, 3), status="selesai"))


async def test_the_slower_of_two_verifiers_is_refused(db: Database) -> None:
    made = await db.run(lambda uow: case(uow, person(uow)))
    changed = await db.run(lambda uow: uow.cases.change(made, status="verified", step="kepala", due_at=None))
    assert changed == replace(made, status="verified", step="kepala", due_at=None, revision=2)
    assert await db.run(lambda uow: uow.cases.get(made.id)) == changed
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.cases.change(made, status="rejected"))
    with pytest.raises(StaleWrite):
        await db.run(lambda uow: uow.cases.add_version(made, {"apa": "lain"}, made.author_id, NOW))
    with pytest.raises(TypeError):
        await db.run(lambda uow: uow.cases.change(changed, ref="LI-1"))


async def test_older_versions_stay(db: Database) -> None:
    made = await db.run(lambda uow: case(uow, person(uow)))
    newer = await db.run(lambda uow: uow.cases.add_version(made, {"apa": "Dikoreksi"}, made.author_id, NOW + MINUTE))
    assert (newer.version, newer.fields) == (2, {"apa": "Dikoreksi"})
    assert await db.run(lambda uow: uow.cases.get(made.id)) == newer
    assert list(await db.run(lambda uow: uow.cases.versions(made.id))) == [
        CaseVersion(made.id, 1, made.fields, made.author_id, NOW),
        CaseVersion(made.id, 2, {"apa": "Dikoreksi"}, made.author_id, NOW + MINUTE),
    ]


async def test_lists_of_cases(db: Database) -> None:
    def seed(uow: UnitOfWork) -> tuple[Person, list[Case]]:
        author, other = person(uow, 1), person(uow, 2)
        first = case(uow, author, entered_at=NOW + MINUTE)
        return author, [
            first,
            case(uow, author, status="verified", entered_at=NOW, incident_id=first.id),
            case(uow, author, status="cancelled", closed_at=NOW),
            case(uow, author, nihil=True, status="closed", closed_at=NOW, region="Doro"),
            case(uow, other, kind="lapsus", received_at=NOW - 60 * MINUTE, duty_date=None),
            case(uow, other, kind="lokus", status="handling", closed_at=NOW, received_at=NOW - 90 * MINUTE),
        ]

    author, made = await db.run(seed)
    refs = {item.id: number for number, item in enumerate(made)}

    async def numbers(found: Callable[[UnitOfWork], Sequence[Case]]) -> list[int]:
        return [refs[item.id] for item in await db.run(found)]

    assert await numbers(lambda uow: uow.cases.of_author(author.id, 3)) == [3, 2, 1]
    assert await numbers(lambda uow: uow.cases.waiting()) == [1, 4, 0]
    assert await numbers(lambda uow: uow.cases.waiting(status="submitted")) == [4, 0]
    assert await numbers(lambda uow: uow.cases.waiting(status="submitted", kind="lapsus")) == [4]
    assert await numbers(lambda uow: uow.cases.duty(author.id, TODAY)) == [0, 1, 3]
    assert await numbers(lambda uow: uow.cases.duty(author.id, TODAY, "Doro")) == [3]
    assert await numbers(lambda uow: uow.cases.duty(author.id, TODAY + timedelta(days=1))) == []
    assert await numbers(lambda uow: uow.cases.nearby(made[0], NOW - 60 * MINUTE)) == [1, 4]
    assert await numbers(lambda uow: uow.cases.nearby(made[0], NOW - 120 * MINUTE)) == [1, 4]
    assert await numbers(lambda uow: uow.cases.nearby(made[0], NOW)) == [1]
    assert await numbers(lambda uow: uow.cases.nearby(made[0], NOW - 60 * MINUTE, 1)) == [4]
    assert await numbers(lambda uow: uow.cases.linked(made[0].id)) == [1]
    assert await db.run(lambda uow: uow.cases.count_since(NOW)) == 4


async def test_what_waits_is_counted_unopened(db: Database) -> None:
    def seed(uow: UnitOfWork) -> list[Case]:
        author = person(uow)
        return [
            case(uow, author, entered_at=NOW + MINUTE),
            case(uow, author, entered_at=NOW),
            case(uow, author, entered_at=NOW + 2 * MINUTE, urgency="segera"),
            case(uow, author, status="verified"),
            case(uow, author, closed_at=NOW),
        ]

    made = await db.run(seed)
    found = sorted(await db.run(lambda uow: uow.cases.backlog("submitted")), key=lambda heap: heap.oldest_at)
    assert [(heap.count, heap.urgency, heap.oldest_at, heap.oldest_ref) for heap in found] == [
        (2, made[1].urgency, NOW, made[1].ref),
        (1, "segera", NOW + 2 * MINUTE, made[2].ref),
    ]
    assert (found[0].sop, found[0].step, found[0].classification) == (made[0].sop, made[0].step, made[0].classification)
    assert not await db.run(lambda uow: uow.cases.backlog("rejected"))


async def test_references_have_no_gap_after_a_rollback(db: Database) -> None:
    def fail(uow: UnitOfWork) -> None:
        assert uow.references.next("LI", TODAY) == "LI-261121-0001"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.run(fail)
    given = await asyncio.gather(*(db.run(lambda uow: uow.references.next("LI", TODAY)) for _ in range(20)))
    assert sorted(given) == [f"LI-261121-{number:04d}" for number in range(1, 21)]
    assert await db.run(lambda uow: uow.references.next("LS", TODAY)) == "LS-261121-0001"
    assert await db.run(lambda uow: uow.references.next("LI", TODAY + timedelta(days=1))) == "LI-261122-0001"


async def test_a_deadline_fires_once(db: Database) -> None:
    def seed(uow: UnitOfWork) -> None:
        uow.deadlines.add("batas", "case:1", NOW + MINUTE)
        uow.deadlines.add("ingat", "case:1", NOW)
        uow.deadlines.add("ingat", "case:1", NOW)
        uow.deadlines.add("ingat", "case:2", NOW)

    await db.run(seed)
    await db.run(lambda uow: uow.deadlines.cancel("case:2"))
    assert list(await db.run(lambda uow: uow.deadlines.claim(NOW - MINUTE, 9))) == []
    both = await asyncio.gather(*(db.run(lambda uow: uow.deadlines.claim(NOW + MINUTE, 1)) for _ in range(4)))
    assert sorted((item.kind, item.subject) for claimed in both for item in claimed) == [
        ("batas", "case:1"),
        ("ingat", "case:1"),
    ]


async def test_a_cancelled_deadline_can_be_set_again_and_a_fired_one_cannot(db: Database) -> None:
    await db.run(lambda uow: uow.deadlines.add("batas", "case:1", NOW))
    await db.run(lambda uow: uow.deadlines.cancel("case:1"))
    assert list(await db.run(lambda uow: uow.deadlines.claim(NOW, 9))) == []
    for fired in (1, 0):
        await db.run(lambda uow: uow.deadlines.add("batas", "case:1", NOW))
        assert len(await db.run(lambda uow: uow.deadlines.claim(NOW, 9))) == fired
