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
        for name in (
            "laporan-contoh.jsonl",
            "laporan-lapangan.jsonl",
            "laporan-baru.jsonl",
            "laporan-lagi.jsonl",
            "laporan-wa.jsonl",
        )
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
        case "juga":
            return list(result.also)
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


def test_the_bidang_and_a_contact_are_no_facts_of_the_event() -> None:
    text = "Sosial budaya, di Kec. Doro terjadi penolakan warga di balai desa Kalimojosari pkl 20.00, hub 081234567892"
    result = recognise(text, PROFILES["pekalongan"], NOW)
    assert "bagaimana" not in result.fields
    assert result.fields["dimana"].splitlines() == ["balai desa Kalimojosari", "Kec. Doro"]
    assert [datum.text for datum in result.personal] == ["081234567892"]


def test_a_letters_heading_is_no_fact_and_its_note_is_an_opinion() -> None:
    text = "Dari: Agen wil. Tirto\nPerihal: Banjir\n\nBanjir di Desa Karangjompo.\nCatatan: perlu pompa"
    result = recognise(text, PROFILES["pekalongan"], NOW)
    assert result.fields["pendapat"] == "perlu pompa"
    assert "Agen" not in " ".join(result.fields.values())


@pytest.mark.parametrize(
    ("text", "bidang"),
    [
        ("Mogok kerja karyawan pabrik di Kec. Doro menuntut upah", "Ekonomi"),
        ("Tawuran pelajar di Kec. Doro", "Pertahanan dan Keamanan"),
        ("Politik uang pilkades di Kec. Doro", "Politik"),
        ("Banjir di Kec. Doro pkl 02.00", None),
        ("Kebakaran pasar di Kec. Doro", None),
        ("Pembakaran lahan di Kec. Doro", None),
        ("Warga menolak pembangunan TPS di Kec. Doro", None),
    ],
)
def test_a_bidang_is_guessed_only_where_practice_is_clear(text: str, bidang: str | None) -> None:
    assert recognise(text, PROFILES["pekalongan"], NOW).bidang == bidang


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Banjir di Kec. Tirto jam 3 pagi, sebagian mengungsi di balai desa", "Kec. Tirto"),
        ("Pohon tumbang di jalur Doro - Talun jam 4 pagi", "jalur Doro - Talun"),
        ("Kebakaran gudang kayu di Karangdadap", "gudang kayu di Karangdadap"),
    ],
)
def test_where_is_the_site_of_the_event(text: str, where: str) -> None:
    assert recognise(text, PROFILES["pekalongan"], NOW).fields["dimana"] == where


def test_a_quarrel_that_ended_in_peace_is_no_nihil() -> None:
    text = "Bu lurah Bligo dilabrak ibu2 arisan kemarin pagi, berakhir damai"
    assert recognise(text, PROFILES["pekalongan"], NOW).kind == "kejadian"
