"""What a lapsus form asks, by the way it is told and by how much the agency lets be written. Pure."""

from __future__ import annotations

from domain.forms.questions import BY_KEY, ORDER
from domain.forms.state import FormState
from domain.office import Office

WAY = "cara_lapor"
WRITTEN, PHONE, VISIT, ORAL = "tulis", "telepon", "menghadap", "lisan"
"""The values of ``cara_lapor``; ``lisan`` is what the duty officer took by telephone or in person (/catat)."""
ARRANGED = frozenset({PHONE, VISIT})
NOTICE = "pemberitahuan"
TIME, PLACE = "waktu_usulan", "tempat_usulan"
PARTS = ("dasar", "kronologi", "massa", "tuntutan", "korban", "analisa", "prediksi", "langkah", "saran")
"""The written parts, in the order of the SOP's format; ``kronologi`` to ``korban`` are the facts."""


def is_secret(office: Office, state: FormState) -> bool:
    """Whether the form is a secret procedure's."""
    return office.sops.get(state.sop, state.sop_version).secret


def is_arranged(state: FormState) -> bool:
    """Whether only a call or a meeting is arranged: no content at all."""
    return state.answers.get(WAY) in ARRANGED and state.via != "written_down"


def keys(office: Office, state: FormState) -> tuple[str, ...]:
    """The questions of this form, in order."""
    if state.via == "written_down":
        return (*PARTS, "lampiran")
    match state.answers.get(WAY):
        case "telepon":
            return (TIME,)
        case "menghadap":
            return (TIME, PLACE)
        case _ if _full(office):
            return (*PARTS, "lampiran", "derajat")
        case _:
            return (NOTICE, "derajat")


def needed(office: Office, state: FormState) -> tuple[str, ...]:
    """What must be there before *Kirim*."""
    sop = office.sops.get(state.sop, state.sop_version)
    asked = keys(office, state)
    wanted = {*sop.written_needs, NOTICE, TIME, PLACE}
    return (*(key for key in sop.first.needs if key not in BY_KEY), *(key for key in asked if key in wanted))


def first_asks(office: Office, state: FormState) -> tuple[str, ...]:
    """What is asked one after the other; the urgency is set already and can be changed from the summary."""
    wanted = keys(office, state)
    return tuple(key for key in ORDER if key in wanted and key != "derajat")


def takes_files(office: Office, state: FormState) -> bool:
    """Whether files may be sent: they are content."""
    return "lampiran" in keys(office, state)


def _full(office: Office) -> bool:
    return office.profile.lapsus is not None and office.profile.lapsus.content == "isi"
