"""What an agent writes ends in a field: a witness's number, an event told in pictures."""

from __future__ import annotations

import pytest

from domain.privacy import mask
from domain.recognition import recognise
from tests.recognition.regions import NOW, PEKALONGAN


@pytest.mark.parametrize(
    "contact",
    [
        "Saksi hp 081234567890",
        "saksi mata pemilik warung hp 0812-3456-7890",
        "Ketua RT tlp 081234567890",
        "korlap wa 081234567890",
    ],
)
def test_a_witness_and_the_number_belong_to_the_people(contact: str) -> None:
    for text in (
        f"Tawuran pelajar SMK di Pasar Doro jam 02.00, {contact}",
        f"Tawuran pelajar SMK di Pasar Doro jam 02.00. {contact}. Sudah bubar.",
    ):
        found = recognise(text, PEKALONGAN, NOW)
        assert contact in found.fields["siapa"], found.fields
        assert len(found.personal) == 1
        assert not any(char.isdigit() for char in mask(contact))


def test_the_writers_own_number_is_no_fact() -> None:
    found = recognise("Tawuran pelajar di Pasar Doro jam 02.00, bisa hub saya di 081234567890", PEKALONGAN, NOW)
    assert not any("0812" in value for value in found.fields.values())


@pytest.mark.parametrize(
    ("text", "apa"),
    [
        ("Apa: \U0001f525\U0001f525\U0001f525", "\U0001f525\U0001f525\U0001f525"),
        ("*Apa* : \U0001f525\U0001f3e0\nDi mana: Pasar Doro", "\U0001f525\U0001f3e0"),
        ("Selamat pagi\n1. Apa = \U0001f30a\nKec. Doro", "\U0001f30a"),
    ],
)
def test_an_event_told_in_pictures_opens_a_report(text: str, apa: str) -> None:
    found = recognise(text, PEKALONGAN, NOW)
    assert (found.kind, found.fields["apa"]) == ("kejadian", apa)
    assert found.kecamatan == ("Doro" if "Doro" in text else None)
    assert "bagaimana" not in found.fields


@pytest.mark.parametrize("text", ["\U0001f525\U0001f525", "Apa:", "Apa: -", "Apa: ..."])
def test_pictures_alone_or_an_empty_label_tell_nothing(text: str) -> None:
    assert recognise(text, PEKALONGAN, NOW).kind == "tidak_jelas"
