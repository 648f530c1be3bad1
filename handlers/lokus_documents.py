"""The papers of a lokus (``lp:<what>:<case>``): which there are, a Berita Acara again, the letters for the archive."""

from __future__ import annotations

from domain.errors import Stale
from domain.notices import Ack
from domain.usecases import lokus_documents
from handlers.context import Context, number


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """The buttons; anything else is an old one."""
    match parts:
        case ["d", case]:
            found, view = lokus_documents.listing(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            ctx.show(view, f"berkas:{found.id}@{ctx.me.telegram_id}", fresh=True, reference=found.ref)
            return None
        case ["a", case, place]:
            lokus_documents.record(ctx.uow, ctx.office, ctx.me, number(case), number(place), ctx.now)
            return None
        case ["s", case]:
            done = lokus_documents.letters(ctx.uow, ctx.office, ctx.me, number(case), ctx.now)
            return done if isinstance(done, Ack) else None
        case _:
            raise Stale


TAPS = {"lp": tapped}
