"""The chronology of a result report changed line by line, so that nobody types a long one anew.

The same for the coordinator's draft and for an official in the rounds: what is changed there is a further version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import Stale, UserError
from domain.lokus import chronicle, result
from domain.model import Case, Person
from domain.notices import Button, Json, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.privacy import mask
from domain.usecases import history, lokus_parts, lokus_result, lokus_rounds
from domain.usecases.lokus_draft import AUTHOR, is_stored, told
from domain.usecases.lokus_rounds import Seen
from domain.usecases.lokus_versions import turning, versions

KEY = "bagaimana"
LINES = 8
"""Lines on one page."""
_SHOWN, _WHOLE = 160, 3000
"""Units of a line in the list, and by itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """Which line a button was made for: its place, and its stamp, by which it is found when lines moved."""

    place: int
    mark: str


def text_of(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime) -> tuple[Case, str]:
    """The chronology as the person may change it now. Raises NotFound, or Stale for an older version or step."""
    if seen.step == AUTHOR:
        case, _, draft = lokus_result.drafting(uow, office, me, seen.case_id, now)
        return case, draft.content.get(KEY, "")
    case = lokus_rounds.may_change(uow, office, me, seen, now)
    return case, result.content_of(case.fields).get(KEY, "")


def line_of(
    uow: UnitOfWork, office: Office, me: Person, seen: Seen, line: Line, now: datetime
) -> tuple[Case, int, str]:  # fmt: skip
    """Where that line is now, and what it says; Stale when it is gone."""
    case, text = text_of(uow, office, me, seen, now)
    place = chronicle.find(text, line.place, line.mark)
    if place is None:
        raise Stale("hasil/baris_hilang", ref=case.ref)
    return case, place, chronicle.lines(text)[place]


def rewrite(uow: UnitOfWork, office: Office, me: Person, seen: Seen, line: Line, words: str, now: datetime) -> Case:
    """Other words for that line, one line or several. UserError for none."""
    return _change(uow, office, me, seen, line, words, chronicle.replaced, now)


def add_below(uow: UnitOfWork, office: Office, me: Person, seen: Seen, line: Line, words: str, now: datetime) -> Case:
    """Further lines below that one. UserError for none."""

    def below(text: str, place: int, said: str) -> str:
        return chronicle.inserted(text, place + 1, said)

    return _change(uow, office, me, seen, line, words, below, now)


def _change(
    uow: UnitOfWork,
    office: Office,
    me: Person,
    seen: Seen,
    line: Line,
    words: str,
    how: Callable[[str, int, str], str],
    now: datetime,
) -> Case:
    case, place, before = line_of(uow, office, me, seen, line, now)
    if not lokus_parts.spoken(words):
        raise UserError("hasil/baris_kosong", ref=case.ref)
    words = lokus_parts.whole(case, before, words)
    _, text = text_of(uow, office, me, seen, now)
    return _put(uow, office, me, seen, how(text, place, words), now)


def drop(uow: UnitOfWork, office: Office, me: Person, seen: Seen, line: Line, now: datetime) -> Case:
    """Without that line; it can be had back."""
    _, place, _ = line_of(uow, office, me, seen, line, now)
    _, text = text_of(uow, office, me, seen, now)
    return _put(uow, office, me, seen, chronicle.removed(text, place), now)


def undo(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime) -> Case:
    """As it was before the person's last change of it; Stale when there is none."""
    case, _ = text_of(uow, office, me, seen, now)
    before = before_of(uow, case, me)
    if before is None:
        raise Stale("hasil/baris_hilang", ref=case.ref)
    return _put(uow, office, me, seen, before, now, final=True)


def from_log(uow: UnitOfWork, office: Office, me: Person, seen: Seen, now: datetime) -> Case:
    """The draft's chronology made anew of the log; what is offered as late stays so. Stale where it is no draft."""
    if seen.step != AUTHOR:
        raise Stale
    case, lokus, draft = lokus_result.drafting(uow, office, me, seen.case_id, now)
    entries = [one for one in uow.lokus.entries(case.id) if one.id <= draft.upto]
    return lokus_result.chronicled(uow, case, lokus, draft, told(uow, office, case, lokus, entries))


def before_of(uow: UnitOfWork, case: Case, me: Person) -> str | None:
    """What it said before the last change: of the draft, or of the person's own newest version; None without one."""
    if case.step == AUTHOR:
        lokus = uow.lokus.get(case.id)
        if lokus is None or lokus.result is None or not is_stored(case, lokus):
            return None
        before: str | None = lokus.result.get("semula")
        return before
    known = versions(uow, case)
    if len(known) < 2 or known[-1].created_by != me.id:
        return None
    edits = result.edits(known[-2].fields, known[-1].fields)
    return edits[0].old if [edit.key for edit in edits] == [KEY] else None


def _put(
    uow: UnitOfWork, office: Office, me: Person, seen: Seen, text: str, now: datetime, *, final: bool = False
) -> Case:  # fmt: skip
    if seen.step != AUTHOR:
        return lokus_rounds.write(uow, office, me, seen, KEY, text, now)
    case, lokus, draft = lokus_result.drafting(uow, office, me, seen.case_id, now)
    if final:
        lokus_result.put(uow, lokus, replace(draft, content={**draft.content, KEY: text}, before=None))
        return case
    return lokus_result.chronicled(uow, case, lokus, draft, text)


def _here(case: Case) -> str:
    return f"{case.id}:{case.version}:{case.step}"


def editor(uow: UnitOfWork, office: Office, me: Person, case: Case, page: int, now: datetime) -> View:
    """The lines by number, a page of them; each one is a tap away."""
    case, text = text_of(uow, office, me, Seen(case.id, case.version, case.step), now)
    known = chronicle.lines(text)
    pages = max(1, (len(known) + LINES - 1) // LINES)
    page = min(page, pages - 1)
    shown = list(enumerate(known))[page * LINES : (page + 1) * LINES]
    buttons = [
        Button("hasil.baris", f"lc:j:{_here(case)}:{place}:{chronicle.stamp(line)}", {"nomor": place + 1})
        for place, line in shown
    ]
    rows = [tuple(buttons[i : i + 4]) for i in range(0, len(buttons), 4)]
    rows += turning(f"lc:e:{_here(case)}", page, pages)
    before = before_of(uow, case, me)
    gone = [] if before is None else [one.line for one in chronicle.changed(before, text) if one.sign == "-"]
    if before is not None:
        rows.append((Button("hasil.urungkan", f"lc:u:{_here(case)}"),))
    author = case.step == AUTHOR
    if author:
        rows.append((Button("hasil.dari_catatan", f"lc:m:{_here(case)}"),))
    whole = f"lh:i:{case.id}:{KEY}" if author else f"lr:u:{_here(case)}:{KEY}"
    back = f"lh:m:{case.id}" if author else f"lr:k:{_here(case)}"
    rows.append((Button("hasil.tulis_ulang", whole), Button("hasil.kembali", back)))
    params: dict[str, Json] = {
        "ref": case.ref,
        "dari": shown[0][0] + 1 if shown else 0,
        "sampai": shown[-1][0] + 1 if shown else 0,
        "jumlah": len(known),
        "baris": [{"nomor": place + 1, "isi": history.clip(mask(line), _SHOWN)} for place, line in shown],
        "dibuang": history.clip(mask("\n".join(gone)), _SHOWN) or None,
        "versi": not author,
    }
    return View("hasil/kronologi", params, tuple(rows), protect=True)


def single(case: Case, place: int, words: str) -> View:
    """One line whole, and what can be done with it."""
    line = f"{_here(case)}:{place}:{chronicle.stamp(words)}"
    rows = (
        (Button("hasil.ubah_baris", f"lc:w:{line}"), Button("hasil.hapus_baris", f"lc:x:{line}")),
        (Button("hasil.tambah_baris", f"lc:s:{line}"), Button("hasil.kembali", f"lc:e:{_here(case)}:{place // LINES}")),
    )
    shown = {"ref": case.ref, "nomor": place + 1, "isi": history.clip(mask(words), _WHOLE)}
    return View("hasil/baris", shown, rows, protect=True)
