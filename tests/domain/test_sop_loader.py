"""Definitions: the shipped ones say what their SOP says, and a bad one is refused by line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from domain.forms.lapsus import WAY
from domain.forms.questions import BY_KEY
from domain.roles import Role
from domain.sop.loader import SHIPPED, SopError, SopRegistry, load_sop, parse_sop
from domain.sop.schema import VOICE, FieldKey, parse_duration
from domain.sop.text import describe, spell

GOOD = """\
name = "contoh"
version = 1
title = "Contoh"
kind = "lapinfo"
ref_prefix = "LI"
stated_total = "2h"
source = "SOP contoh"
form = "lapinfo"

[[steps]]
id = "laporan"
title = "Laporan"
actor = "agen"
counts = false
yes = "verifikasi"
yes_label = "terima"
status_on_enter = "revision"

[[steps]]
id = "verifikasi"
title = "Verifikasi"
actor = "verifikator"
limit = "2h"
yes = "terbit"
yes_label = "setujui"
no = "laporan"
no_label = "revisi"
reminders = [0.5, 0.8]
escalation = [{ after = "15m", role = "kabid" }]
status_on_enter = "submitted"

[[steps]]
id = "terbit"
title = "Terbit"
status_on_enter = "published"
final = true
"""

LIMITLESS = ('limit = "2h"', "counts = false")

UNLED = """\
[[steps]]
id = "lain"
title = "Lain"
actor = "kabid"
counts = false
yes = "terbit"
yes_label = "setujui"
status_on_enter = "verified"

"""

SIDE_LOOP = """\
final = true
[[steps]]
id = "diskusi"
title = "Diskusi"
actor = "kabid"
counts = false
yes = "rapat"
yes_label = "rakor"
status_on_enter = "handling"
[[steps]]
id = "rapat"
title = "Rapat"
actor = "kabid"
counts = false
yes = "diskusi"
yes_label = "rakor"
status_on_enter = "handling"
"""

REFUSED = [
    # what is changed, the line named, words of the refusal
    ([('yes = "verifikasi"\nyes_label = "terima"\n', "")], 11, "dead end"),
    ([('yes = "terbit"', 'yes = "laporan"')], 24, "never ends"),
    (
        [('no = "laporan"\nno_label = "revisi"', 'no = "diskusi"\nno_label = "rakor"'), ("final = true\n", SIDE_LOOP)],
        38,
        "no way from it reaches a final step",
    ),
    (
        [('[[steps]]\nid = "terbit"', UNLED + '[[steps]]\nid = "terbit"')],
        33,
        "unreachable",
    ),
    ([('actor = "verifikator"', 'actor = "verifikatur"')], 22, "unknown role 'verifikatur'"),
    ([('role = "kabid"', 'role = "camat"')], 29, "unknown role 'camat'"),
    ([("final = true", 'alert_repeat = "2m"\nfinal = true')], 36, "a final step has no alert_repeat"),
    ([('actor = "agen"', 'actor = "agen"\nalert_repeat = "2m"')], 14, "alerts without a limit"),
    ([("final = true", 'deliver_to = ["raja"]\nfinal = true')], 36, "unknown role 'raja'"),
    ([('yes = "terbit"', 'yes = "terbitt"')], 24, 'unknown step "terbitt"'),
    ([('no = "laporan"', 'no = "lapor"')], 26, 'unknown step "lapor"'),
    ([('stated_total = "2h"', 'stated_total = "3h"')], 6, "stated_total is 3 jam but the steps take 2 jam"),
    ([('id = "terbit"\n', 'id = "verifikasi"\n')], 33, "two steps"),
    ([('actor = "agen"', 'actor = "agen"\nneeds = ["apa", "di_mana"]')], 14, "'di_mana': use one of"),
    ([('limit = "2h"', 'limit = "2 jam"')], 23, "not a duration"),
    ([('limit = "2h"', "limit = 120")], 23, "not a duration"),
    ([('limit = "2h"', 'limit = "0m"')], 23, "longer than zero"),
    ([("[0.5, 0.8]", "[0.5, 1.0]")], 28, "fraction between 0 and 1"),
    ([("[0.5, 0.8]", "[0, 0.8]")], 28, "fraction between 0 and 1"),
    ([("[0.5, 0.8]", "[0.8, 0.5]")], 28, "must rise"),
    (
        [
            (
                'escalation = [{ after = "15m", role = "kabid" }]',
                'escalation = [{ after = "15m", role = "kabid" }, { after = "5m", role = "kepala" }]',
            )
        ],
        29,
        "come later",
    ),
    (
        [('escalation = [{ after = "15m", role = "kabid" }]\n', 'escalation_repeat = "5m"\n')],
        29,
        "no escalation to repeat",
    ),
    ([LIMITLESS, ('stated_total = "2h"', 'stated_total = "1h"'), ("[0.5, 0.8]", "[0.5]")], 28, "can never fire"),
    ([('limit = "2h"\n', "")], 20, "has no limit"),
    ([("final = true\n", 'final = true\nlimit = "1h"\n')], 37, "final step has no limit"),
    ([("final = true\n", 'yes = "laporan"\nyes_label = "setujui"\n')], 33, "nobody acts here"),
    (
        [("final = true\n", 'actor = "kabid"\ncounts = false\nyes = "verifikasi"\nyes_label = "setujui"\n')],
        32,
        "no step is final",
    ),
    ([('form = "lapinfo"', 'form = "lapinfo"\n[wall_clock]\ndue = "5:30"')], 10, "not a time of day"),
    ([('form = "lapinfo"', 'form = "lapinfo"\n[wall_clock]\ndue = "24.00"')], 10, "not a time of day"),
    ([('form = "lapinfo"', 'form = "lapinfo"\n[wall_clock]\nrole = "agen"')], 9, "due is missing"),
    ([('form = "lapinfo"', 'form = "lapinfo"\nnihil_to = "verifikasi"')], 9, "must name a final step"),
    ([('no_label = "revisi"\n', "")], 26, "go together"),
    ([('no_label = "revisi"', 'no_label = "ulangi"')], 27, "use one of"),
    ([('yes_label = "setujui"\n', "")], 24, "yes_label"),
    ([('status_on_enter = "submitted"', 'status_on_enter = "terkirim"')], 30, "use one of"),
    ([('title = "Terbit"', 'judul = "Terbit"')], 32, "missing"),
    ([('title = "Terbit"', 'title = "Terbit"\nwarna = "merah"')], 35, "not a key"),
    ([("version = 1", "version = 0")], 2, "version"),
    ([('no = "laporan"', 'no = "verifikasi"')], 26, "back to itself"),
    ([('title = "Verifikasi"', "title = Verifikasi")], 21, "not valid TOML"),
]


def changed(changes: list[tuple[str, str]]) -> str:
    text = GOOD
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def test_the_example_itself_is_accepted() -> None:
    assert parse_sop(GOOD, "contoh.toml").name == "contoh"


@pytest.mark.parametrize(("changes", "line", "words"), REFUSED, ids=[f"{line}-{words}" for _, line, words in REFUSED])
def test_a_bad_definition_is_refused_by_line(changes: list[tuple[str, str]], line: int, words: str) -> None:
    with pytest.raises(SopError) as refusal:
        parse_sop(changed(changes), "contoh.toml")
    message = str(refusal.value)
    assert message.startswith(f"contoh.toml:{line}: ")
    assert words in message
    assert "\n" not in message


def test_a_multi_line_array_does_not_shift_the_line() -> None:
    text = changed(
        [("[0.5, 0.8]", "[\n  0.5, # separuh [\n  0.8,\n]"), ('status_on_enter = "submitted"', 'status_on_enter = "x"')]
    )
    with pytest.raises(SopError, match=r"contoh\.toml:33: "):
        parse_sop(text, "contoh.toml")


def test_a_file_that_cannot_be_read_is_an_operators_line(tmp_path: Path) -> None:
    with pytest.raises(SopError, match="cannot be read"):
        load_sop(tmp_path / "tiada.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "caf\xe9"')
    with pytest.raises(SopError, match="UTF-8"):
        load_sop(tmp_path / "latin.toml")


@pytest.mark.parametrize(("text", "minutes"), [("60m", 60), ("6h", 360), ("1h30m", 90), ("2d", 2880), ("1d2h3m", 1563)])
def test_durations(text: str, minutes: int) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "h", "-1h", "1.5h", "30m1h", "60", "1 h", None, 60])
def test_what_is_not_a_duration(text: object) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_shipped_lapinfo_follows_the_sop() -> None:
    sop = SopRegistry.load().get("lapinfo")
    assert spell(sop.total) == "2 jam"
    assert [(row.id, row.actor, row.limit) for row in describe(sop, {Role.KEPALA: "Kepala Kantor"})][:3] == [
        ("laporan", "agen", "sebelum pukul 05.30"),
        ("verifikasi", "verifikator", "1 jam"),
        ("persetujuan", "Kepala Kantor", "1 jam"),
    ]
    assert sop.step("terbit").deliver_to == (Role.PIMPINAN,)
    assert sop.nihil


def test_shipped_sikanda_follows_the_sop() -> None:
    sop = SopRegistry.load().get("sikanda")
    rows = describe(sop)
    assert [(row.limit, row.limit_minutes) for row in rows[:4]] == [
        ("6 jam", 360),
        ("2 jam", 120),
        ("6 jam", 360),
        ("4 jam", 240),
    ]
    assert spell(sop.total) == "18 jam"
    assert {"apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana", "foto"} <= set(sop.first.needs)
    assert (rows[1].no, rows[3].yes, rows[3].no) == ("Pelaporan informasi", "Rakor berlangsung", "Arsip")


def test_the_clock_of_a_step_is_told_with_its_ladder() -> None:
    row = describe(SopRegistry.load().get("lapsus"), {Role.PIMPINAN: "Bupati"})[1]
    assert (row.acknowledge, row.limit) == ("10 menit", "50 menit")
    assert row.clock[0] == "alarm diulang tiap 2 menit sampai dibuka"
    assert "Bupati diberi tahu 15 menit setelah batas" in row.clock


def test_every_question_of_the_forms_can_be_needed() -> None:
    assert {*BY_KEY, VOICE, WAY} == set(get_args(FieldKey))


def test_several_versions_live_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.toml").write_text(GOOD.replace("version = 1", "version = 2"), encoding="utf-8")
    registry = SopRegistry.load(tmp_path, SHIPPED)
    assert registry.get("contoh").version == 2
    assert registry.get("contoh", 1).version == 1
    assert {"contoh", "lapinfo", "sikanda"} <= set(registry.names())
    with pytest.raises(KeyError, match="version 9"):
        registry.get("contoh", 9)


def test_the_same_version_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(SopError, match=r"b\.toml:1: contoh version 1 is already in a\.toml"):
        SopRegistry.load(tmp_path)
