"""Looking closer at a report, for officials and leadership: ``lihat:<what>:<case>[:<skip>]``."""

from __future__ import annotations

from domain.errors import Stale
from domain.notices import Ack
from domain.usecases import reading, viewing
from domain.usecases.cards import Tap
from handlers.context import Context

_FILES: dict[str, viewing.What] = {"f": "foto", "l": "lampiran", "s": "suara"}


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """*Buka*, *Foto*, *Lampiran*, *Putar suara*."""
    try:
        what, case_id = parts[0], parts[1]
        skip = 1 if parts[2:] == ["1"] else 0
    except IndexError:
        raise Stale from None
    if not (case_id.isascii() and case_id.isdecimal() and len(case_id) <= 15):
        raise Stale
    tap = Tap(ctx.inc.chat_id, ctx.inc.message_id)
    if reading.concerns(ctx.uow, int(case_id)):
        read = reading.open_ if what == "b" else reading.files if what in _FILES else None
        if read is None:
            raise Stale
        return read(ctx.uow, ctx.office, ctx.me, int(case_id), ctx.now, tap)
    if what == "b":
        return viewing.open_full(ctx.uow, ctx.office, ctx.me, int(case_id), ctx.now, tap)
    if what in _FILES:
        return viewing.show_files(ctx.uow, ctx.office, ctx.me, int(case_id), _FILES[what], ctx.now, tap, skip)
    raise Stale


TAPS = {"lihat": tapped}
