"""Profiles: the shipped agencies are complete, and a bad file is refused in one line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from domain.profile_loader import LOGO_BYTES, PROFILES, ProfileError, load_profile, profile_names
from domain.roles import Role
from domain.sop.loader import SopRegistry

SOPS = SopRegistry.load()
PNG = b"\x89PNG\r\n\x1a\n"

FACTS = {
    # name: zone, label, kecamatan, kelurahan, desa, head, leader
    "pekalongan": ("Asia/Jakarta", "WIB", 19, 13, 272, "Kepala Kantor", "Bupati"),
    "balangan": ("Asia/Makassar", "WITA", 8, 3, 154, "Kepala Badan", "Bupati"),
    "tangerang": ("Asia/Jakarta", "WIB", 13, 104, 0, "Kepala Badan", "Wali Kota"),
    "lengkap": ("Asia/Jakarta", "WIB", 19, 13, 272, "Kepala Kantor", "Bupati"),
}

REFUSED = [
    # what is changed in Pekalongan's file, the key named, words of the refusal
    ('zone = "Asia/Jakarta"', 'zone = "Asia/Jakata"', "zone", "not an Indonesian zone"),
    ('zone_label = "WIB"', 'zone_label = "WITA"', "zone_label", "Asia/Jakarta, which is WIB"),
    ('pimpinan = "Bupati"\n', "", "titles", "no title for pimpinan"),
    ('mitra = "Mitra"', 'mitra = "Mitra"\nraja = "Raja"', "titles.raja", "raja"),
    ('default_value = "B2"', 'default_value = "Z9"', "default_value", "Z9"),
    ('group_grace = "15m"', 'group_grace = "15 menit"', "group_grace", "not a duration"),
    ('expires_after = "24h"', 'expires_after = "1h"', "drafts", "shorter"),
    ('agenda = "{urut:04d}"', 'agenda = "{nomor}"', "numbers.agenda", "unknown {nomor}"),
    ('agenda = "{urut:04d}"', 'agenda = "{tahun}"', "numbers.agenda", "lacks {urut}"),
    ('surat_tugas = "200.1.3.1"', 'surat_tugas = "200/1"', "archive.surat_tugas", "pattern"),
    ('agenda = "{urut:04d}"', 'agenda = "{urut"', "numbers.agenda", "number pattern"),
    ('"Orkemas/LSM"', '"kominda"', "sources", "listed twice"),
    (
        '[[procedures]]\nsop = "lapinfo"',
        '[[procedures]]\nsop = "lapinfoo"',
        "procedures.0.sop",
        'no procedure "lapinfoo"',
    ),
    ('content = "isi"', 'content = "semua"', "lapsus.content", "'isi', 'terbatas' or 'tanpa_isi'"),
    ('remind_after = "30m"\nexpires_after = "2h"', 'remind_after = "3h"\nexpires_after = "2h"', "lapsus", "shorter"),
    (
        'remind_after = "30m"\nexpires_after = "2h"',
        'remind_after = "30m"\nexpires_after = "3d"',
        "lapsus",
        "at most 24h",
    ),
    (
        '[[procedures]]\nsop = "lapsus"\ncommand = "lapsus"',
        '[[procedures]]\nsop = "lapsus"\ncommand = "lapor"',
        "procedures.1.command",
        'give it command = "lapsus"',
    ),
    ('[morning]\nsop = "lapinfo"', '[morning]\nsop = "sikanda"', "morning.sop", "not among the procedures"),
    (
        '[[procedures]]\nsop = "lapinfo"\ncommand = "lapinfo"',
        '[[procedures]]\nsop = "sikanda"\ncommand = "lapor"',
        "morning.sop",
        "not among the procedures",
    ),
    ('due = "05.30"', 'due = "05.25"', "morning.due", "the procedure says 05.30"),
    ('reminders = ["05.00", "05.20"]', 'reminders = ["05.45"]', "morning", "not before due"),
    ('reminders = ["05.00", "05.20"]', 'reminders = ["05.20", "05.00"]', "morning.reminders", "put them in order"),
    ('late_notice = "05.35"', 'late_notice = "05.30"', "morning", "late_notice 05.30 is not after due 05.30"),
    ('late_notice = "05.35"\n', "", "morning.late_notice", "missing"),
    ('escalation = "05.45"', 'escalation = "05.32"', "morning", "escalation 05.32 is not after late_notice"),
    ('recap = "06.00"', 'recap = "05.40"', "morning", "recap 05.40 is before escalation"),
    ("days_off = []", "days_off = [7]", "morning.days_off.0", "7 is no day"),
    ("days_off = []", 'days_off = ["Minggu"]', "morning.days_off.0", "is no day"),
    ("days_off = []", "days_off = [0, 1, 2, 3, 4, 5, 6]", "morning.days_off", "every day of the week is off"),
    ('voluntary = ["Masyarakat"]', 'voluntary = ["Wartawan"]', "morning.voluntary.0", "not among the sources"),
    ('place = "Kajen"', 'kota = "Kajen"', "letterhead.place", "missing"),
    ('place = "Kajen"', 'place = "Kajen"\nlogo = "tiada.png"', "letterhead.logo", "correct the path"),
    ('place = "Kajen"', 'place = "Kajen"\nlogo = "."', "letterhead.logo", "cannot be read"),
    ('place = "Kajen"', 'place = "Kajen"\nlogo = "kami.toml"', "letterhead.logo", "no whole PNG or SVG"),
    ('place = "Kajen"', 'place = "Kajen"\nlogo = 7', "letterhead.logo", "string"),
    ('name = "Kandangserang"', 'nama = "Kandangserang"', "kecamatan.0.name", "missing"),
    ('name = "Paninggaran"', 'name = "Kandangserang"', "kecamatan", "listed twice"),
    ('level = "kabupaten"', "level = kabupaten", "", "not valid TOML"),
]


def test_the_names_of_the_contract() -> None:
    assert set(profile_names()) == set(FACTS)


@pytest.mark.parametrize("name", FACTS)
def test_shipped_profiles(name: str) -> None:
    profile = load_profile(name, SOPS)
    kecamatan = profile.kecamatan
    assert (
        profile.zone,
        profile.zone_label,
        len(kecamatan),
        sum(len(one.kelurahan) for one in kecamatan),
        sum(len(one.desa) for one in kecamatan),
        profile.titles[Role.KEPALA],
        profile.titles[Role.PIMPINAN],
    ) == FACTS[name]
    assert set(profile.titles) == set(Role)
    assert profile.name == name


def test_lengkap_is_pekalongans_office_with_all_procedures() -> None:
    base, full = load_profile("pekalongan", SOPS), load_profile("lengkap", SOPS)
    changed = {key for key in type(base).model_fields if getattr(base, key) != getattr(full, key)}
    assert changed == {"name", "procedures", "lokus", "letterhead"}
    # Leadership begins a disposition at a button; presets are chosen by the profile.
    begun = {sop.name for sop in SOPS.latest() if sop.kind != "disposisi" and sop.preset is None}
    assert {procedure.sop for procedure in full.procedures} == begun


def test_the_morning_duty_is_where_the_sop_has_one() -> None:
    morning = load_profile("pekalongan", SOPS).morning
    assert morning is not None
    assert morning.due == time(5, 30)
    assert load_profile("balangan", SOPS).morning is None


@pytest.mark.parametrize(
    ("old", "new", "key", "words"), REFUSED, ids=[f"{key}-{words}" for _, _, key, words in REFUSED]
)
def test_a_bad_profile_is_refused(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    text = (PROFILES / "pekalongan.toml").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = tmp_path / "kami.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileError) as refusal:
        load_profile(str(path), SOPS)
    message = str(refusal.value)
    assert message.startswith(f"{path}:")
    assert words in message
    assert refusal.value.key == key
    assert "\n" not in message
    if key:  # the line is the key's own
        leaf = [part for part in key.split(".") if not part.isdigit()][-1]
        line = path.read_text(encoding="utf-8").splitlines()[refusal.value.line - 1]
        assert leaf in line or key.split(".", maxsplit=1)[0] in line


def test_a_logo_lies_beside_the_profile_that_names_it(tmp_path: Path) -> None:
    head = '[letterhead]\nplace = "Kajen"\nlogo = "gambar/logo"\n'
    profile, logo = tmp_path / "kami.toml", tmp_path / "gambar" / "logo"
    profile.write_text(f'extends = "pekalongan"\nname = "kami"\n{head}', encoding="utf-8")
    logo.parent.mkdir()
    good = (b'<svg xmlns="http://www.w3.org/2000/svg"/>', PNG + b"IEND\xaeB`\x82")
    bad = (
        (PNG, "no whole PNG"),
        (b"<html/>", "no SVG"),
        (b"<svg>", "no whole PNG"),
        (b"\xff\xfe", "no whole PNG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + b" " * LOGO_BYTES + b"</svg>", "make it smaller"),
    )
    for content in good:
        logo.write_bytes(content)
        assert load_profile(str(profile), SOPS).letterhead.logo == str(logo)
    for content, words in bad:
        logo.write_bytes(content)
        with pytest.raises(ProfileError, match=words) as refusal:
            load_profile(str(profile), SOPS)
        assert (refusal.value.key, "\n" in str(refusal.value)) == ("letterhead.logo", False)
    assert load_profile("pekalongan", SOPS).letterhead.logo == ""  # no office's emblem is shipped


def test_a_path_may_extend_a_shipped_profile(tmp_path: Path) -> None:
    path = tmp_path / "kami.toml"
    path.write_text('extends = "balangan"\nname = "kami"\ngroup_grace = "30m"\n', encoding="utf-8")
    profile = load_profile(str(path), SOPS)
    assert (profile.name, profile.zone_label, profile.group_grace.total_seconds()) == ("kami", "WITA", 1800)


def test_a_mistake_in_an_extending_file_is_named_there(tmp_path: Path) -> None:
    path = tmp_path / "kami.toml"
    path.write_text('extends = "balangan"\nname = "kami"\nzone_label = "WUB"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match=r"kami\.toml:3: zone_label"):
        load_profile(str(path), SOPS)
    path.write_text('extends = "bali"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match=r"kami\.toml:1: extends: 'bali' is not a shipped profile"):
        load_profile(str(path), SOPS)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="balangan, lengkap, pekalongan, tangerang"):
        load_profile("pekalongn", SOPS)
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(str(tmp_path / "tiada.toml"), SOPS)


def test_numbers_and_villages_and_the_gazetteer() -> None:
    profile = load_profile("pekalongan", SOPS)
    assert profile.number("lapinfo", 7, date(2026, 11, 20)) == "R/007/LI/XI/2026"
    assert profile.number("surat", 12, date(2026, 11, 20)) == "200.1.3.1/012/2026"
    other = profile.model_copy(update={"archive": {"surat": "200.1.4"}})
    assert other.number("surat", 12, date(2026, 11, 20)) == "200.1.4/012/2026"
    assert profile.villages("Buaran")[:2] == ("Sapugarut", "Bligo")
    assert profile.villages("Atlantis") == ()
    gazetteer = profile.gazetteer()
    assert gazetteer.kecamatan == profile.regions
    assert "Rowokembu" in gazetteer.desa["Wonopringgo"]
    assert profile.calendar().opens == time(7, 30)
    procedure = profile.procedure("lapinfo")
    assert procedure is not None
    assert procedure.sop == "lapinfo"
