"""The questions that a report form can ask, by field key, in the order they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from domain.model import Person
from domain.office import Office
from domain.recognition.stated import URGENCIES
from domain.sop.schema import Sop

Kind = Literal["choice", "text", "place", "when", "schedule", "photos"]
Sheet = Literal["laporan", "lapsus", "rencana"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its wording is the template ``isian/<key>``."""

    key: str
    kind: Kind
    fact: bool = False
    """Facts are read for opinions and personal data; the reporter's view is not a fact."""
    sheets: tuple[Sheet, ...] = ("laporan",)
    """On whose form it stands: an ordinary report's, a lapsus's, the plan's of an activity."""
    most: int | None = None
    """The longest answer in characters; None where Telegram's own limit is enough."""


QUESTIONS: tuple[Question, ...] = (
    Question("bidang", "choice"),
    Question("kecamatan", "choice", sheets=("laporan", "rencana")),
    Question("desa", "choice", sheets=("laporan", "rencana")),
    Question("kegiatan", "text", sheets=("rencana",)),
    Question("penyelenggara", "text", sheets=("rencana",)),
    Question("sumber", "choice"),
    Question("cara", "choice"),
    Question("apa", "text", fact=True),
    Question("siapa", "text", fact=True),
    Question("dimana", "place", fact=True, sheets=("laporan", "rencana")),
    Question("waktu", "schedule", sheets=("rencana",)),
    Question("perkiraan", "text", sheets=("rencana",)),
    Question("kapan", "when", fact=True),
    Question("mengapa", "text", fact=True),
    Question("bagaimana", "text", fact=True),
    Question("dasar", "text", sheets=("lapsus",)),
    Question("kronologi", "text", sheets=("lapsus",)),
    Question("massa", "text", sheets=("lapsus",)),
    Question("tuntutan", "text", sheets=("lapsus",)),
    Question("korban", "text", sheets=("lapsus",)),
    Question("analisa", "text", sheets=("lapsus",)),
    Question("prediksi", "text", sheets=("lapsus",)),
    Question("langkah", "text", sheets=("lapsus",)),
    Question("saran", "text", sheets=("lapsus",)),
    Question("lampiran", "photos", sheets=("lapsus", "rencana")),
    Question("pemberitahuan", "text", sheets=("lapsus",), most=200),
    Question("waktu_usulan", "choice", sheets=("lapsus",), most=80),
    Question("tempat_usulan", "choice", sheets=("lapsus",), most=120),
    Question("foto", "photos"),
    Question("pendapat", "text"),
    Question("derajat", "choice", sheets=("laporan", "lapsus")),
)
BY_KEY: Mapping[str, Question] = {question.key: question for question in QUESTIONS}
ORDER: tuple[str, ...] = tuple(BY_KEY)
ON_SHEET: Mapping[Sheet, frozenset[str]] = {
    sheet: frozenset(question.key for question in QUESTIONS if sheet in question.sheets) for sheet in get_args(Sheet)
}
FACTS: tuple[str, ...] = tuple(question.key for question in QUESTIONS if question.fact)
SOON: tuple[str, ...] = ("Secepatnya", "15 menit lagi", "30 menit lagi", "1 jam lagi", "2 jam lagi")
"""Times offered for a call or a meeting; another one is typed."""
LISTED = frozenset({"bidang", "kecamatan", "sumber", "cara", "derajat"})
"""Choices whose answer must be one of the options; a desa may also be typed."""


def options(office: Office, key: str, answers: Mapping[str, str], regions: Sequence[str]) -> tuple[str, ...]:
    """What may be tapped for a choice question; the person's own kecamatan come first."""
    profile = office.profile
    match key:
        case "waktu_usulan":
            return SOON
        case "tempat_usulan":
            return () if profile.lapsus is None else (profile.lapsus.place,)
        case "bidang":
            return tuple(profile.bidang)
        case "kecamatan":
            return own_first(office, regions)
        case "desa":
            return tuple(office.gazetteer.desa.get(answers.get("kecamatan", ""), ()))
        case "sumber":
            return tuple(profile.sources)
        case "cara":
            return tuple(profile.means)
        case "derajat":
            return URGENCIES
        case _:
            return ()


def own_first(office: Office, regions: Sequence[str]) -> tuple[str, ...]:
    """The kecamatan, the person's own first."""
    own = [name for name in regions if name in office.gazetteer.kecamatan]
    return (*own, *(name for name in office.gazetteer.kecamatan if name not in own))


def required(sop: Sop, *, oral: bool) -> tuple[str, ...]:
    """The keys that the author must give before *Kirim*, by the SOP."""
    needs = sop.oral_needs if oral and sop.oral_needs else sop.first.needs
    return (*(key for key in ORDER if key in needs), *(key for key in needs if key not in BY_KEY))


def defaults(person: Person) -> dict[str, str]:
    """What is known of the reporter already, so that it need not be asked."""
    known = {"sumber": person.source, "cara": person.means}
    return {key: value for key, value in known.items() if value}
