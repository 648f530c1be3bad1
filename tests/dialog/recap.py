"""What the tests of the recap share."""

from __future__ import annotations

from simulator.agency import Agency
from simulator.views import MessageView
from tests.dialog.morning import pass_to, who_is, work
from tests.dialog.script import newest, play

EVENT = """Apa: {what}
Siapa: sekitar 50 orang
Di mana: depan pasar
Kapan: pukul 04.40 WIB
Mengapa: upah
Bagaimana: tertib
Bidang: Ekonomi"""
HOSTILE = "Unjuk <b>rasa</b> & $x^2$ {{ kantor }} *buruh* %s"


async def event(desa: Agency, who: str = "agen", what: str = "Unjuk rasa buruh", urgency: str = "") -> None:
    """The agent reports an event in one message."""
    text = EVENT.format(what=what) + (f"\nDerajat: {urgency}" if urgency else "")
    await play(desa, ((who, "tulis", "/lapinfo"), (who, "tulis", text), (who, "ketuk", "Kirim")))


async def verified(desa: Agency) -> None:
    """The verifier lets the newest card of the group pass, with the value offered first."""
    group = desa.groups["verifikasi"]
    for _ in range(2):
        await desa.phone("verifikator").taps("Setujui", in_chat=group)
        await desa.quiet()


async def morning(desa: Agency) -> None:
    """One event, one nihil, then six o'clock."""
    await event(desa)
    await play(desa, (("agen2", "tulis", "/nihil"),))
    await pass_to(desa, "05.45", "06.00")


def preview(desa: Agency, who: str = "kepala") -> MessageView:
    """The newest message of the bot that shows a recap to approve."""
    return next(m for m in reversed(desa.phone(who).messages()) if not m.mine and "Rekap" in m.text and m.photo)


def pushed(desa: Agency, who: str = "pimpinan") -> list[MessageView]:
    """The pictures that leadership has got."""
    return [message for message in desa.phone(who).messages() if not message.mine and message.photo]


__all__ = ["EVENT", "HOSTILE", "event", "morning", "newest", "preview", "pushed", "verified", "who_is", "work"]
