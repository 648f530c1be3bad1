"""Papers and pictures that the bot draws itself: made when they are sent, from what the notice's parameters say.

One module per paper, named in ``PAPERS``, with one function ``make(profile, params) -> bytes``. The modules are
imported when first needed, for drawing libraries cost a second and a lot of memory. A use case asks for a paper with
``Media("photo", make="recap_picture", params={...}, file_name="rekap.png")``; the parameters must be JSON and are
encrypted in the outbox like everything else there. A paper that cannot be made is logged by its name and the kind of
failure, never with content, and its message goes out with the words alone.
"""

from __future__ import annotations

import asyncio
import importlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import structlog

from domain.errors import KentonganError
from domain.notices import Json
from domain.profile import Profile

Pictures: TypeAlias = Mapping[int, Callable[[], bytes]]
"""By attachment id, how to read a picture that the paper shows; called in the drawing thread, and may raise."""
Maker: TypeAlias = Callable[..., bytes]
"""``make(profile, params)``; of a paper that shows attachments ``make(profile, params, pictures)``."""

PAPERS: Final = (
    "berita_acara",
    "laporan_kegiatan",
    "surat_tugas",
    "invitation_qr",
    "monev_picture",
    "monev_table",
    "recap_picture",
)
"""The modules of this package that make something."""
KEPT: Final = 4
"""Papers kept in memory, so that three readers of the same one do not cost three drawings."""

log = structlog.get_logger("documents")


class Unmade(KentonganError):
    """A paper or picture could not be made; the message goes without it."""


def _maker(name: str) -> Maker:
    def make(profile: Profile, params: Mapping[str, Json], *pictures: Pictures) -> bytes:
        found: Maker = importlib.import_module(f"bot.documents.{name}").make
        return found(profile, params, *pictures)

    return make


MAKERS: Mapping[str, Maker] = {name: _maker(name) for name in PAPERS}


class Documents:
    """Makes papers off the event loop, one at a time: the drawing libraries are not made for several threads."""

    def __init__(self, profile: Profile, makers: Mapping[str, Maker] = MAKERS) -> None:
        self._profile, self._makers = profile, makers
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def make(self, name: str, params: Mapping[str, Json], key: str, pictures: Pictures | None = None) -> bytes:
        """The paper; ``key`` stands for name and parameters together. Raises Unmade, logged.

        ``pictures`` are of the attachments that it shows. One that lacked some is drawn anew once they are there.
        """
        shown = (pictures,) if pictures else ()
        key = f"{key} {sorted(pictures)}" if pictures else key
        async with self._drawing:
            if (known := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return known
            maker = self._makers.get(name)
            if maker is None:
                log.error("paper_unknown", paper=name)
                raise Unmade
            try:
                made = await asyncio.to_thread(maker, self._profile, params, *shown)
            except Exception as error:  # noqa: BLE001 - whatever a drawing library raises, the words must go out
                log.error("paper_failed", paper=name, error=type(error).__name__)
                raise Unmade from None
            self._made[key] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
            return made
