"""The quick look never passes by a message that the whole reading takes for a nihil."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.recognition.nihil import may_speak_of_nihil

HERE = Path(__file__).parent
CORPUS = [
    json.loads(line)
    for name in ("laporan-contoh.jsonl", "laporan-lapangan.jsonl", "laporan-baru.jsonl", "laporan-lagi.jsonl")
    for line in (HERE / name).read_text(encoding="utf-8").splitlines()
    if line.strip()
]
NIHIL = [entry["teks"] for entry in CORPUS if entry["harapan"]["jenis"] == "nihil"]


@pytest.mark.parametrize("text", NIHIL)
def test_no_nihil_is_passed_by(text: str) -> None:
    assert may_speak_of_nihil(text)


@pytest.mark.parametrize(
    "text", ["Pasar Kajen blok B", "Api padam pukul 04.40", "Pedagang pasar, sekitar 10 orang", "04.15"]
)
def test_an_ordinary_answer_is_passed_by(text: str) -> None:
    assert not may_speak_of_nihil(text)
