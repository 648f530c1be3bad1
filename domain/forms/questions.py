"""The questions that a report form can ask, by field key, in the order they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.model import Person
from domain.office import Office
from domain.sop.schema import Sop

Kind = Literal["choice", "text", "place", "when", "photos"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its wording is the template ``isian/<key>``."""

    key: str
    kind: Kind
    fact: bool = False
    """Facts are read for opinions and personal data; the reporter's view is not a fact."""


QUESTIONS: tuple[Question, ...] = (
    Question("bidang", "choice"),
    Question("kecamatan", "choice"),
    Question("desa", "choice"),
    Question("sumber", "choice"),
    Question("cara", "choice"),
    Question("apa", "text", fact=True),
    Question("siapa", "text", fact=True),
    Question("dimana", "place", fact=True),
    Question("kapan", "when", fact=True),
    Question("mengapa", "text", fact=True),
    Question("bagaimana", "text", fact=True),
    Question("foto", "photos"),
    Question("pendapat", "text"),
    Question("derajat", "choice"),
)
BY_KEY: Mapping[str, Question] = {question.key: question for question in QUESTIONS}
ORDER: tuple[str, ...] = tuple(BY_KEY)
FACTS: tuple[str, ...] = tuple(question.key for question in QUESTIONS if question.fact)
URGENCIES: tuple[str, ...] = ("Biasa", "Segera", "Sangat Segera")
LISTED = frozenset({"bidang", "kecamatan", "sumber", "cara", "derajat"})
"""Choices whose answer must be one of the options; a desa may also be typed."""


def options(office: Office, key: str, answers: Mapping[str, str], regions: Sequence[str]) -> tuple[str, ...]:
    """What may be tapped for a choice question; the person's own kecamatan come first."""
    profile = office.profile
    match key:
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
