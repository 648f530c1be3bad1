"""An agency as data: its name, zone, titles, letterhead, lists and places. Everything about the office, no rules."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from string import Formatter
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, model_validator

from domain.recognition import Gazetteer
from domain.retention import Retention
from domain.roles import Role
from domain.sop.clock import OfficeHours
from domain.sop.schema import Duration, Frozen, StepId, Text, Wall

Command = Literal["lapinfo", "lapsus", "lapsida", "lapor", "rencana"]
ZoneLabel = Literal["WIB", "WITA", "WIT"]

_LABELS: Mapping[str, ZoneLabel] = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
_PLACEHOLDERS = {"urut", "kode", "bulan", "bulan_romawi", "tahun"}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _known_zone(zone: str) -> str:
    if zone not in _LABELS:
        raise ValueError(f"{zone!r} is not an Indonesian zone: use one of {', '.join(_LABELS)}")
    return zone


def _label_of_zone(label: ZoneLabel, info: ValidationInfo) -> ZoneLabel:
    zone = info.data.get("zone")  # absent when the zone itself was refused, which is reported first
    if zone is not None and _LABELS[zone] != label:
        raise ValueError(f"{label} contradicts zone {zone}, which is {_LABELS[zone]}: correct one")
    return label


VIGILANCE = "200.1.3.1"
"""Kewaspadaan Dini, in the archive classification of the Ministry of Home Affairs."""


def _pattern(pattern: str) -> str:
    try:
        names = {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
        unknown = names - _PLACEHOLDERS
        if not unknown:
            pattern.format(urut=1, kode="x", bulan=1, bulan_romawi="I", tahun=2026)
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError(f"number pattern {pattern!r}: {error}") from None
    if unknown:
        raise ValueError(f"unknown {{{min(unknown)}}} in {pattern!r}; use {', '.join(sorted(_PLACEHOLDERS))}")
    if "urut" not in names:
        raise ValueError(f"number pattern {pattern!r} lacks {{urut}}, so two papers would share a number")
    return pattern


def _all_titles(titles: Any) -> Any:
    if isinstance(titles, dict) and (missing := [role.value for role in Role if role.value not in titles]):
        raise ValueError(f"no title for {', '.join(missing)}: add it")
    return titles


def _unique(items: tuple[str, ...]) -> tuple[str, ...]:
    folded = [item.casefold() for item in items]
    for item in items:
        if folded.count(item.casefold()) > 1:
            raise ValueError(f"{item!r} is listed twice: remove one")
    return items


Names = Annotated[tuple[Text, ...], AfterValidator(_unique)]


class Letterhead(Frozen):
    """Kop surat: what stands below the office's name; what is not known stays out."""

    place: Text
    """Where letters are dated from."""
    address: str = ""
    phone: str = ""
    web: str = ""
    email: str = ""
    logo: str = ""
    """A PNG or SVG left of the office's name: a path from the profile's own folder; absolute once loaded."""


class Complaints(Frozen):
    """What /pengaduan answers."""

    phone: Names = ()
    email: Names = ()
    other: Names = ()


class Kecamatan(Frozen):
    """A district and the villages in it, as far as they are listed."""

    name: Text
    desa: Names = ()
    kelurahan: Names = ()


class Procedure(Frozen):
    """A procedure the agency runs, and the command that starts it."""

    sop: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    command: Command
    preset: Annotated[str, Field(pattern=r"^[A-Z]$")] = "A"
    """Which arrangement of its actors; ``A`` is the procedure as it is written."""

    @property
    def definition(self) -> str:
        """The name of the definition that new cases start with."""
        return self.sop if self.preset == "A" else f"{self.sop}-{self.preset.lower()}"


def _rising(times: tuple[time, ...]) -> tuple[time, ...]:
    for one, other in pairwise(times):
        if one >= other:
            raise ValueError(f"{other:%H.%M} does not come after {one:%H.%M}: put them in order, each once")
    return times


def _day_off(value: object) -> int | date:
    if isinstance(value, date) or (type(value) is int and 0 <= value <= 6):
        return value
    raise ValueError(f"{value!r} is no day: use 0 (Monday) to 6 (Sunday), or a date such as 2026-08-17 without quotes")


DayOff = Annotated[int | date, PlainValidator(_day_off)]


def _some_day_left(days: tuple[int | date, ...]) -> tuple[int | date, ...]:
    if len({day for day in days if not isinstance(day, date)}) == 7:
        raise ValueError("every day of the week is off: leave one, or remove [morning]")
    return days


class Morning(Frozen):
    """The morning duty, all times local: who has not reported is reminded, told late, and reported upward.

    ``days_off`` holds weekdays (0 = Monday) and dates on which nobody owes a report.
    """

    sop: str
    due: Wall
    reminders: Annotated[tuple[Wall, ...], AfterValidator(_rising)] = ()
    late_notice: Wall
    """When an agent who has not reported, and the coordinators of their area, are told."""
    escalation: Wall
    """When the list of those missing goes to the Kabid."""
    recap: Wall
    """When the morning's recap is made."""
    recap_limit: Duration = timedelta(minutes=30)
    """How long the head has to approve it; reminded at half of it, then the ladder, again at this interval."""
    voluntary: tuple[Text, ...] = ()
    """Sources (unsur) whose agents report of their own free will: invited, never chased."""
    days_off: Annotated[tuple[DayOff, ...], AfterValidator(_some_day_left)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Morning:
        if late := [at for at in self.reminders if at >= self.due]:
            raise ValueError(f"the reminder {late[0]:%H.%M} is not before due {self.due:%H.%M}: move it earlier")
        if self.late_notice <= self.due:
            raise ValueError(f"late_notice {self.late_notice:%H.%M} is not after due {self.due:%H.%M}: move it later")
        if self.escalation <= self.late_notice:
            raise ValueError(
                f"escalation {self.escalation:%H.%M} is not after late_notice {self.late_notice:%H.%M}: move it later"
            )
        if self.recap < self.escalation:
            raise ValueError(f"recap {self.recap:%H.%M} is before escalation {self.escalation:%H.%M}: move it later")
        return self

    def is_off(self, day: date) -> bool:
        """Whether nobody owes a report on that local day."""
        return day in self.days_off or day.weekday() in self.days_off


class Drafts(Frozen):
    """A half-done form gets one reminder, then expires."""

    remind_after: Duration
    expires_after: Duration

    @model_validator(mode="after")
    def _remind_first(self) -> Drafts:
        if self.remind_after >= self.expires_after:
            raise ValueError("remind_after must be shorter than expires_after")
        return self


class Lapsus(Frozen):
    """How much of a lapsus may be written at all, and how carefully what was written is shown.

    ``content``: ``isi`` (content may be written), ``terbatas`` (one short notice that is not secret), ``tanpa_isi`` (no
    content ever: the bot only arranges the call or the meeting).
    """

    content: Literal["isi", "terbatas", "tanpa_isi"]
    show_for: Duration
    """How long an opened content stays in the reader's chat."""
    pin: Literal["off", "required"] = "off"
    """Whether readers must give their PIN before *Buka*; with "off" whoever has set one is asked for it."""
    pin_remember: Duration = timedelta(minutes=10)
    """How long a PIN that was given is not asked again."""
    pin_tries: Annotated[int, Field(ge=3, le=10)] = 5
    """So many wrong tries lock it for ``pin_lock``."""
    pin_lock: Duration = timedelta(minutes=30)
    record: bool = False
    """Whether the duty officer may write one down that came by telephone or in person."""
    place: Text
    """Where one comes in person, offered first."""
    remind_after: Duration
    expires_after: Duration
    """A half-done secret form is reminded of and expires sooner than others; well below Telegram's 48 hours for
    deleting, or its messages could not be taken back any more."""

    @model_validator(mode="after")
    def _in_time(self) -> Lapsus:
        if self.remind_after >= self.expires_after:
            raise ValueError("remind_after must be shorter than expires_after")
        if self.expires_after > timedelta(hours=24):
            raise ValueError("expires_after must be at most 24h: later its messages could not be deleted any more")
        return self


class Lokus(Frozen):
    """How a lokus is looked after."""

    remind_before: Annotated[tuple[Duration, ...], Field(min_length=1)]
    """How long before the start the team is reminded, the longest first."""
    silent_after: Duration
    """Who has not answered the order for so long is pointed out to the coordinator."""
    field_before: Duration = timedelta(hours=1)
    """How long before the start the field opens for those who are ready, whoever is still silent."""
    check_every: Duration
    """How often somebody in the field is asked whether all is well."""
    emergency_repeat: Duration
    """How often an emergency is told again until somebody acknowledges it."""
    lasts: Duration
    """How long an activity takes whose plan says nothing else."""
    radius_m: Annotated[int, Field(ge=50, le=5000)]
    """Metres around the meeting point within which somebody counts as arrived there; never a reason to refuse."""
    contacts: Mapping[Text, str] = {}
    """The security forces to turn to when it gets dangerous, and their telephone numbers ("" while not known)."""
    basis: tuple[Text, ...] = ()
    """Dasar of letters of assignment and reports, as they are printed."""

    @model_validator(mode="after")
    def _falling(self) -> Lokus:
        if any(one <= other for one, other in pairwise(self.remind_before)):
            raise ValueError('remind_before must fall, as in ["1d", "2h"]')
        return self


class Hours(Frozen):
    """The office's hours, for definitions that count in them."""

    opens: Wall
    closes: Wall
    workdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    """0 = Monday."""


class Quiet(Frozen):
    """Quiet hours of the agency: what can wait is told after them. They may pass midnight."""

    begins: Annotated[Wall, Field(alias="from")]
    until: Wall

    @model_validator(mode="after")
    def _some_time(self) -> Quiet:
        if self.begins == self.until:
            raise ValueError("from and until are the same time: quiet hours need a length, or remove quiet")
        return self

    def over_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end in which ``now`` lies (aware UTC), or None outside of them."""
        local = now.astimezone(zone)
        at = local.time()
        if not (self.begins <= at < self.until if self.begins < self.until else at >= self.begins or at < self.until):
            return None
        day = local.date() if at < self.until else local.date() + timedelta(days=1)
        return datetime.combine(day, self.until, zone).astimezone(UTC)

    def began_at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the last quiet hours before ``now`` began (aware UTC): the ones in which it lies, if it lies in any."""
        local = now.astimezone(zone)
        day = local.date() if local.time() >= self.begins else local.date() - timedelta(days=1)
        return datetime.combine(day, self.begins, zone).astimezone(UTC)


def _one_each(procedures: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
    _unique(tuple(procedure.sop for procedure in procedures))
    _unique(tuple(procedure.command for procedure in procedures))
    return procedures


def _named_once(kecamatan: tuple[Kecamatan, ...]) -> tuple[Kecamatan, ...]:
    _unique(tuple(entry.name for entry in kecamatan))
    return kecamatan


class Profile(Frozen):
    """One agency. ``titles`` has every role; places and lists are in the order in which they are offered."""

    name: StepId
    office: Text
    """Nama perangkat daerah."""
    government: Text
    """The first line of the letterhead."""
    region: Text
    """"Kabupaten Pekalongan": the area as it is said in a sentence."""
    level: Literal["kabupaten", "kota"]
    zone: Annotated[str, AfterValidator(_known_zone)]
    zone_label: Annotated[ZoneLabel, AfterValidator(_label_of_zone)]
    letterhead: Letterhead
    complaints: Complaints
    titles: Annotated[Mapping[Role, Text], BeforeValidator(_all_titles)]
    numbers: Mapping[StepId, Annotated[str, AfterValidator(_pattern)]]
    archive: Mapping[StepId, Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]] = {}
    """The archive code of each paper, ``{kode}`` of its number; ``VIGILANCE`` for one that is not named."""
    bidang: Annotated[Names, Field(min_length=1)]
    sources: Annotated[Names, Field(min_length=1)]
    """Sumber/unsur."""
    means: Annotated[Names, Field(min_length=1)]
    """Cara memperoleh."""
    default_value: Annotated[str, Field(pattern=r"^[A-F][1-6]$")]
    """Nilai informasi offered first."""
    drafts: Drafts
    group_grace: Duration
    """How long an unbound group is waited for."""
    hours: Hours
    quiet: Quiet | None = None
    """None: everything is told at once, by night too."""
    procedures: Annotated[tuple[Procedure, ...], Field(min_length=1), AfterValidator(_one_each)]
    lapsus: Lapsus | None = None
    """None: no lapsus here; a procedure with the command lapsus needs it."""
    lokus: Lokus | None = None
    """None: no lokus here; a procedure with the command rencana needs it."""
    morning: Morning | None = None
    """None: nobody owes a morning report, so nothing can be late."""
    retention: Retention = Retention()
    """How long what is held is kept."""
    kecamatan: Annotated[tuple[Kecamatan, ...], Field(min_length=1), AfterValidator(_named_once)]

    @property
    def tz(self) -> ZoneInfo:
        """The zone, for computing with."""
        return ZoneInfo(self.zone)

    @property
    def regions(self) -> tuple[str, ...]:
        """The names of the kecamatan."""
        return tuple(kecamatan.name for kecamatan in self.kecamatan)

    def villages(self, kecamatan: str) -> tuple[str, ...]:
        """Kelurahan and desa of a kecamatan by name; empty for an unknown one or where none are listed."""
        return next((entry.kelurahan + entry.desa for entry in self.kecamatan if entry.name == kecamatan), ())

    def procedure(self, command: str) -> Procedure | None:
        """What the command starts at this agency, or None."""
        return next((procedure for procedure in self.procedures if procedure.command == command), None)

    def number(self, paper: str, sequence: int, day: date) -> str:
        """The number of a paper by the agency's pattern; KeyError for a paper without one."""
        code = self.archive.get(paper, VIGILANCE)
        return self.numbers[paper].format(
            urut=sequence, kode=code, bulan=day.month, bulan_romawi=_ROMAN[day.month - 1], tahun=day.year
        )

    def calendar(self, holidays: Container[date] = frozenset()) -> OfficeHours:
        """The office's hours, without these days."""
        return OfficeHours(self.hours.opens, self.hours.closes, frozenset(self.hours.workdays), holidays)

    def gazetteer(self) -> Gazetteer:
        """The places and lists that a report's text is searched for."""
        return Gazetteer(
            kecamatan=self.regions,
            desa={name: self.villages(name) for name in self.regions},
            zone=self.zone,
            zone_label=self.zone_label,
            bidang=self.bidang,
            sources=self.sources,
            means=self.means,
        )
