"""Messages as agents write them, each with what must be recognised (a value stands somewhere in its field)."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.recognition import Recognised, recognise
from tests.recognition.regions import NOW, PROFILES

_HERE = Path(__file__).parent
_FIELDS = {
    "Apa": "apa",
    "Siapa": "siapa",
    "Di mana": "dimana",
    "Kapan": "kapan",
    "Mengapa": "mengapa",
    "Bagaimana": "bagaimana",
    "Pendapat pelapor": "pendapat",
}


def _examples() -> list[Any]:
    lines = [
        line
        for name in ("laporan-contoh.jsonl", "laporan-lapangan.jsonl")
        for line in (_HERE / name).read_text(encoding="utf-8").splitlines()
    ]
    return [pytest.param(example, id=example["id"]) for example in map(json.loads, lines)]


def _seen(result: Recognised, wanted: str) -> object:
    """What the result holds for an expectation's name, in the form that the expectation is written in."""
    match wanted:
        case "jenis":
            return result.kind
        case "opini":
            return bool(result.opinions)
        case "waktu":
            return result.occurred_at.isoformat() if result.occurred_at else None
        case "data_pribadi":
            return [datum.text for datum in result.personal]
        case "kecamatan" | "desa" | "bidang":
            return getattr(result, wanted)
        case _:
            return " ".join(result.fields[_FIELDS[wanted]].split()) if _FIELDS[wanted] in result.fields else None


@pytest.mark.parametrize("example", _examples())
def test_a_message_is_recognised(example: dict[str, Any]) -> None:
    result = recognise(example["teks"], PROFILES[example["profil"]], NOW)
    for wanted, value in example["harapan"].items():
        seen = _seen(result, wanted)
        if wanted in _FIELDS and value is not None:
            assert isinstance(seen, str), wanted
            assert value.casefold() in seen.casefold(), wanted
        else:
            assert seen == value, wanted


def test_the_samples_are_many_and_of_every_kind() -> None:
    kinds = [example.values[0]["harapan"]["jenis"] for example in _examples()]
    assert len(kinds) > 200
    assert {kind: kinds.count(kind) > 25 for kind in set(kinds)} == dict.fromkeys(
        ("nihil", "kejadian", "tidak_jelas"), True
    )
