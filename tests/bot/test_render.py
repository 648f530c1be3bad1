"""Views into Telegram's terms, and words of others made harmless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import PracticeClock
from bot.filters import Filters, duration, number
from bot.render import Renderer, RenderError
from bot.text import neutral
from domain.notices import Ack, Button, View
from tests.bot.conftest import Agency

FILTERS = Filters("Asia/Jakarta", "WIB", {"kepala": "Kepala Kantor"}, PracticeClock(frozen=True))
MORNING = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)


def write(root: Path, key: str, text: str) -> None:
    path = root / "messages" / f"{key}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_view_is_escaped_and_trimmed(renderer: Renderer) -> None:
    rendered = renderer.view(View("kartu", {"judul": "<b>&</i>", "isi": "a\x00b\u202ec\u200bd"}))
    assert rendered.text == "<b>&lt;b&gt;&amp;&lt;/i&gt;</b>\nabcd"
    assert (rendered.markup, rendered.inline) == (None, True)


def test_blocks_leave_no_blank_lines(templates: Path, renderer: Renderer) -> None:
    write(templates, "a/b", "{% if ya %}\nsatu\n{% endif %}\n\n\n\ndua {{ kosong }}\n")
    assert renderer.text("a/b", {"ya": True, "kosong": None}) == "satu\n\ndua"
    assert renderer.text("a/b", {"ya": False, "kosong": ""}) == "dua"


@pytest.mark.parametrize(
    ("key", "params"),
    [("kata", {}), ("tidak/ada", {}), ("../labels", {}), ("kartu", {"judul": "isi rahasia"})],
)
def test_what_cannot_be_rendered_names_the_key_and_no_value(
    renderer: Renderer, key: str, params: dict[str, str]
) -> None:
    with pytest.raises(RenderError) as caught:
        renderer.text(key, params)
    assert "isi rahasia" not in str(caught.value)


def test_a_failing_filter_gives_no_value_away(templates: Path, renderer: Renderer) -> None:
    write(templates, "w", "{{ kapan | waktu }}")
    with pytest.raises(RenderError) as caught:
        renderer.text("w", {"kapan": "isi rahasia"})
    assert "isi rahasia" not in str(caught.value)


def test_each_agency_reads_its_own_words_in_the_same_template(templates: Path, clock: PracticeClock) -> None:
    # Jinja works out a filter of a constant when it compiles, and what it compiled is kept for the next renderer.
    write(templates, "kepada", '{{ "kepala"|judul_peran }}, {{ "2026-11-19T22:30:00+00:00"|jam }}')
    agencies = (Agency(), Agency(titles={"kepala": "Kepala Badan"}), Agency(zone="Asia/Makassar", zone_label="WITA"))
    words = [Renderer(agency, clock, templates).text("kepada", {}) for agency in (*agencies, Agency())]
    assert words == [
        "Kepala Kantor, 05.30 WIB",
        "Kepala Badan, 05.30 WIB",
        "Kepala Kantor, 06.30 WITA",
        "Kepala Kantor, 05.30 WIB",
    ]


def test_a_template_that_changed_is_compiled_anew(templates: Path, clock: PracticeClock) -> None:
    for words in ("lama", "baru"):
        write(templates, "kata", words)
        assert Renderer(Agency(), clock, templates).text("kata", {}) == words


def test_keyboards(renderer: Renderer) -> None:
    rows = ((Button("foto", "f:1", {"jumlah": "3\u202e"}), Button("setujui", url="https://contoh.go.id")), ())
    assert renderer.view(View("kata", {"kata": "x"}, keyboard=rows)).markup == {
        "inline_keyboard": [
            [{"text": "Foto (3)", "callback_data": "f:1"}, {"text": "✅ Setujui", "url": "https://contoh.go.id"}]
        ]
    }
    forced = renderer.view(View("kata", {"kata": "x"}, force_reply=True))
    assert (forced.markup, forced.inline) == ({"force_reply": True, "selective": True}, False)
    asked = renderer.view(View("kata", {"kata": "x"}, request="location")).markup
    assert asked == {
        "keyboard": [[{"text": "Bagikan lokasi", "request_location": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    assert renderer.view(View("kata", {"kata": "x"}, request="remove")).markup == {"remove_keyboard": True}


@pytest.mark.parametrize(
    "view",
    [
        View("kata", {"kata": "x"}, keyboard=((Button("tidak ada", "x"),),)),
        View("kata", {"kata": "x"}, keyboard=((Button("foto", "x"),),)),
        View("kata", {"kata": "x"}, keyboard=((Button("setujui", "é" * 33),),)),
        View("kata", {"kata": "x"}, keyboard=((Button("setujui", ""),),)),
        View("kata", {"kata": "x"}, keyboard=((Button("setujui", "x"),),), force_reply=True),
    ],
)
def test_keyboards_that_telegram_would_refuse(renderer: Renderer, view: View) -> None:
    with pytest.raises(RenderError):
        renderer.view(view)


def test_acks_are_plain_and_short(renderer: Renderer) -> None:
    assert renderer.ack(Ack()) is None
    assert renderer.ack(Ack("kartu", {"judul": "A & B", "isi": "c"})) == "A & B\nc"
    assert len(renderer.ack(Ack("kata", {"kata": "x" * 300})) or "") == 200


def test_commands(renderer: Renderer) -> None:
    assert renderer.commands(["menu"]) == [{"command": "menu", "description": "Menu"}]
    with pytest.raises(RenderError):
        renderer.commands(["tidak_ada"])


def test_label_files_are_merged_and_doubles_refused(templates: Path, clock: PracticeClock) -> None:
    (templates / "labels").mkdir()
    (templates / "labels" / "verifikasi.toml").write_text('[verifikasi]\ntolak = "Tolak"\n')
    assert "verifikasi/tolak" in Renderer(Agency(), clock, templates).label_names()
    (templates / "labels" / "lain.toml").write_text('setujui = "Dua kali"\n')
    with pytest.raises(RenderError, match="setujui"):
        Renderer(Agency(), clock, templates)


def test_parameters_of_a_template_are_known(renderer: Renderer) -> None:
    assert renderer.parameters("kartu") == {"judul", "isi"}
    assert "kartu" in renderer.names()


def test_the_shipped_templates_parse_and_their_labels_load(clock: PracticeClock) -> None:
    shipped = Renderer(Agency(), clock)
    for key in shipped.names():
        shipped.parameters(key)
        shipped._load(key)


def test_times_are_written_as_the_office_writes_them() -> None:
    assert FILTERS.moment(MORNING) == "20 November 2026 pukul 05.30 WIB"
    assert FILTERS.moment("2026-11-19T22:30:00+00:00") == "20 November 2026 pukul 05.30 WIB"
    assert FILTERS.day(MORNING) == "Jumat, 20 November 2026"
    assert FILTERS.day("2026-11-20") == "Jumat, 20 November 2026"
    assert FILTERS.hour(MORNING) == "05.30 WIB"
    assert FILTERS.role_title("kepala") == "Kepala Kantor"
    with pytest.raises(ValueError, match="zone"):
        FILTERS.moment("2026-11-20T05:30:00")


@pytest.mark.parametrize(
    ("utc_hour", "word"), [(22, "pagi"), (3, "pagi"), (4, "siang"), (7, "siang"), (8, "sore"), (11, "malam")]
)
def test_greetings(utc_hour: int, word: str) -> None:
    assert FILTERS.greeting(datetime(2026, 11, 20, utc_hour, 59, tzinfo=UTC)) == word


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (4800, "1 jam 20 menit"), (59, "0 menit"), (60, "1 menit"), (86_400, "1 hari"), (90_061, "1 hari 1 jam"),
        (timedelta(hours=2), "2 jam"), (-4800, "1 jam 20 menit"), (86_460, "1 hari 1 menit"),
    ],
)  # fmt: skip
def test_durations(value: float | timedelta, words: str) -> None:
    assert duration(value) == words


def test_numbers() -> None:
    assert (number(1250), number(3.5)) == ("1.250", "3,5")


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("biasa", "biasa"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("kiri\u202enanak", "kirinanak"),
        ("\u200b\ufeff", ""),
        ("baris\r\ndua\u2028tiga", "baris\ndua\ntiga"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("a\u200db", "ab"),
        ("\ud83d", "\ufffd"),
        ("tab\tdan\nbaris", "tab\tdan\nbaris"),
    ],
)
def test_words_of_others_are_made_harmless(given: str, seen: str) -> None:
    assert neutral(given) == seen
