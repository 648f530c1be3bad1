"""What holds for every text: nothing raised, nothing invented, no nihil against an event, and no slow text."""

import importlib
import pkgutil
import re
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import domain.recognition
from domain import privacy
from domain.recognition import opinion_phrases, recognise
from tests.recognition.regions import NOW, PEKALONGAN

_WORDS = (
    "Apa:", "Siapa :", "di mana", "Kapan =", "nihil", "korban", "kejadian", "menonjol", "unjuk rasa", "kebakaran",
    "Kec.", "Doro", "Kajen", "ds", "Bligo", "pkl 03.15", "WIB", "td mlm", "karena", "oleh", "30 org", "warga", "tetapi",
    "tidak ada", "aman", "menurut saya", "perlu koordinasi", ",", ".", "\n", ":", "-", "1.", "A. FAKTA\n", "Dumm", "😀",
    "\u200b", "\u202e", "\x00", "31 Feb", "25.90", "penyebab", "masih dicek", "datangi", "balai desa", "(", ")", "rob",
)  # fmt: skip
MESSAGES = st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join)


def _plain(text: str) -> str:
    return " ".join(text.split())


@given(st.one_of(MESSAGES, st.text(max_size=200)))
@example("")
@example("\ud800 apa: x")
@settings(max_examples=300)
def test_every_line_of_every_value_stands_in_the_message(text: str) -> None:
    result = recognise(text, PEKALONGAN, NOW)
    whole = _plain(text)
    for value in result.fields.values():
        assert value.strip()
        for line in value.splitlines():
            assert _plain(line) in whole
    for phrase in result.opinions + opinion_phrases(text):
        assert _plain(phrase) in whole
    assert result.kecamatan is None or result.kecamatan in PEKALONGAN.kecamatan
    assert result.occurred_at is None or result.occurred_at.utcoffset() is not None
    assert result.kind == "kejadian" or not result.fields


@given(MESSAGES, st.sampled_from(("terjadi kebakaran rumah", "ada tawuran pelajar", "banjir rob 40 cm")), MESSAGES)
def test_nihil_never_stands_against_an_event(before: str, event: str, after: str) -> None:
    text = f"{before}.\nTadi {event} di pasar.\nSekian.\n{after.replace('nihil', '')}"
    assert recognise(text, PEKALONGAN, NOW).kind != "nihil"


_VALUE = st.lists(
    st.sampled_from(("warga", "depan", "pasar", "Kajen", "orasi", "damai", "rusak", "bubar", "tertib", "polsek", "40")),
    min_size=1,
    max_size=6,
).map(" ".join)
_LABELS = {
    "apa": ("Apa", "1. APA", "- apa", "WHAT", "*Apa*", "Kejadian"),
    "siapa": ("Siapa", "2. SIAPA", "- siapa", "WHO", "Pelaku"),
    "dimana": ("Di mana", "3. DIMANA", "- dimana", "WHERE", "Lokasi", "TKP"),
    "kapan": ("Kapan", "4. BILAMANA", "- kapan", "WHEN", "Waktu"),
    "mengapa": ("Mengapa", "5. MENGAPA", "- kenapa", "WHY", "Penyebab"),
    "bagaimana": ("Bagaimana", "6. BAGAIMANA", "- bagaimana", "HOW", "Kronologi"),
    "pendapat": ("Pendapat pelapor", "Saran", "Pendapat"),
}


@given(st.dictionaries(st.sampled_from(tuple(_LABELS)), _VALUE, min_size=2), st.randoms(use_true_random=False))
def test_labelled_answers_come_back_as_written(answers: dict[str, str], random: Any) -> None:
    answers = {"apa": "Unjuk rasa"} | answers
    names = list(answers)
    random.shuffle(names)
    mark = random.choice((": ", " : ", " = ", ":"))
    text = "\n".join(f"{random.choice(_LABELS[name])}{mark}{answers[name]}" for name in names)
    result = recognise(text, PEKALONGAN, NOW)
    assert result.kind == "kejadian"
    assert {name: result.fields.get(name) for name in answers} == answers


def test_a_message_of_the_greatest_length_keeps_its_last_answer() -> None:
    story = "warga bubar dengan tertib 😀 " * 120
    result = recognise(f"Apa: demo\nBagaimana: {story}\nSiapa: pelajar", PEKALONGAN, NOW)
    assert (result.fields["apa"], result.fields["siapa"]) == ("demo", "pelajar")
    assert result.fields["bagaimana"] == story.strip().removesuffix(" 😀")


_HOSTILE = (
    "roboh di x ",
    "dari: a\n",
    "beredar video tentang ",
    "tidak ada unras maupun ",
    "a", "1.", "08 ", "0812 345 678 ", "nihil,", "karena ", "apa: ", "\n-", "(", "pkl 03.15 ", "pkl 03.15 x, ",
    "di ", "ds ", "unras ",
    "kec Karang ", "1. apa\n", "menurut ", "hari senin, ", "sekitar ", "kurang lebih ", "tgl 1 feb 2 ", "\u202e",
    "30 org ",
)  # fmt: skip


def _steps(text: str) -> int:
    """Calls and lines of our Python run while reading `text`: a count, so the machine's load plays no part."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        if "domain" not in frame.f_code.co_filename:
            return None
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        recognise(text, PEKALONGAN, NOW)
        privacy.mask(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", _HOSTILE)
def test_the_work_grows_with_the_length_only(piece: str) -> None:
    small, large = (_steps((piece * 1000)[:size]) for size in (800, 3200))
    assert large < small * 5.5  # linear would be 4, quadratic 16


def _patterns() -> list[Any]:
    names = [f"domain.recognition.{info.name}" for info in pkgutil.iter_modules(domain.recognition.__path__)]
    modules = [privacy, *map(importlib.import_module, names)]
    found = [
        pytest.param(value.pattern, id=f"{module.__name__}.{name}")
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    ]
    assert len(found) > 10
    return found


def _unbounded(tree: Any) -> int:
    """How many repeats without an upper bound a parsed pattern holds."""
    parser = importlib.import_module("re._constants")
    total = 0
    for operation, argument in tree:
        if operation in (parser.MAX_REPEAT, parser.MIN_REPEAT) and argument[1] is parser.MAXREPEAT:
            total += 1
        parts = argument if isinstance(argument, (tuple, list)) else (argument,)
        for part in parts:
            if hasattr(part, "data"):
                total += _unbounded(part)
            elif isinstance(part, list):
                total += sum(_unbounded(branch) for branch in part if hasattr(branch, "data"))
    return total


@pytest.mark.parametrize("pattern", _patterns())
def test_no_pattern_can_backtrack_far(pattern: str) -> None:
    """Every repeat has a bound; the one that cuts words consumes what it matches and never goes back."""
    parser = importlib.import_module("re._parser")
    allowed = 1 if pattern.startswith("[^\\W_]+|") else 0
    assert _unbounded(parser.parse(pattern)) == allowed


def test_a_hundred_thousand_characters_are_read() -> None:
    assert recognise("unras " * 20_000, PEKALONGAN, NOW).kind == "kejadian"
    assert privacy.mask("0812 345 678 " * 8_000).count("0812") == 0
