"""A labelled bidang is never overruled by a guess from the words of the event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.profile_loader import load_profile
from domain.recognition import recognise
from domain.sop.loader import SopRegistry

NOW = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
EVENT = "Apa: Unjuk rasa\nSiapa: buruh pabrik\nMengapa: menuntut upah\nDi mana: Alun-alun Kajen"


@pytest.mark.parametrize(
    ("label", "bidang"),
    [
        ("Bidang: Keamanan\n", "Pertahanan dan Keamanan"),
        ("Bidang: pertahanan keamanan\n", "Pertahanan dan Keamanan"),
        ("Bidang: sosbud\n", "Sosial Budaya"),
        ("Bidang: perburuhan\n", None),
        ("", "Ekonomi"),
    ],
)
def test_the_label_decides(label: str, bidang: str | None) -> None:
    gazetteer = load_profile("pekalongan", SopRegistry.load()).gazetteer()
    assert recognise(label + EVENT, gazetteer, NOW).bidang == bidang
