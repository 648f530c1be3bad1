"""A practice agency: people at their phones, their groups, and the real bot, all on one clock.

The demo shows it on a page, the tests drive it from Python: both compose the product through ``bot.app``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette

from bot.app import App, Parts
from bot.clock import PracticeClock
from bot.config import Settings
from domain.commands import commands_for
from domain.model import Group, NewPerson, Person
from domain.notices import Notice, Priority, SetCommands
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Clearance, Role
from simulator.model import Chat, User
from simulator.people import Phone
from simulator.server import Server, create_app, serve
from simulator.world import World

TOKEN = "7000000001:LATIHAN-bukan-token-sungguhan-000000"  # noqa: S105 - the practice server's, worth nothing anywhere
USERNAME = "kentongan_latihan_bot"


PHONES = (
    "agen",
    "agen2",
    "verifikator",
    "kepala",
    "pimpinan",
    "admin",
    "piket",
    "koordinator_wilayah",
    "verifikator2",
    "publikator",
    "tamu",
    "kasubbid",
    "koordinator_lapangan",
    "anggota1",
    "anggota2",
    "kabid",
    "mitra",
    "anggota3",
    "anggota4",
)
"""The order of the phones on the page; those of a lokus only where its people are seated."""
LOKUS_PHONES = ("kasubbid", "koordinator_lapangan", "anggota1", "anggota2", "kabid", "mitra")
"""Who is shown together for a lokus: the team that was sent and those who look after it."""
STANDING = {"Kajen": (-7.02667, 109.58333)}
"""Where the page's phones are (latitude, longitude), by the kecamatan of the lokus; elsewhere ``ELSEWHERE``."""
ELSEWHERE = (-6.17810, 106.63000)


@dataclass(frozen=True, slots=True)
class Seat:
    """One person of the practice agency, already registered."""

    key: str
    telegram_id: int
    roles: tuple[Role, ...]
    code_name: str
    regions: tuple[str, ...] = ()
    clearance: Clearance = Clearance.BIASA
    source: str | None = None
    means: str | None = None
    groups: tuple[str, ...] = ()


def seats(office: Office) -> tuple[Seat, ...]:
    """The people of every practice agency; agents get kecamatan of the profile."""
    places = office.profile.regions
    first, second = ("Kajen", "Doro") if "Kajen" in places else (places[0], places[1])
    unit = "FKDM" if "FKDM" in office.profile.sources else office.profile.sources[0]
    means = office.profile.means[0]
    high = Clearance.SANGAT_RAHASIA
    return (
        Seat("agen", 7101, (Role.AGEN,), "Elang-07", (first,), source=unit, means=means),
        Seat("agen2", 7102, (Role.AGEN,), "Merak-03", (second,), source=unit, means=means),
        Seat("verifikator", 7201, (Role.VERIFIKATOR,), "Garuda-01", groups=("verifikasi",)),
        Seat("verifikator2", 7202, (Role.VERIFIKATOR,), "Rajawali-02", groups=("verifikasi",)),
        Seat("publikator", 7251, (Role.PUBLIKATOR,), "Kutilang-01", clearance=Clearance.TERBATAS),
        Seat("kepala", 7301, (Role.KEPALA,), "Jalak-01", clearance=high, groups=("koordinasi",)),
        Seat("kabid", 7311, (Role.KABID,), "Kutilang-02", clearance=high, groups=("koordinasi",)),
        Seat("koordinator_wilayah", 7651, (Role.KOORDINATOR_WILAYAH,), "Murai-04", groups=("koordinasi",)),
        Seat("pimpinan", 7401, (Role.PIMPINAN,), "Cendrawasih-01", clearance=high),
        Seat("admin", 7501, (Role.ADMINISTRATOR,), "Pipit-01", groups=("verifikasi", "koordinasi")),
        Seat(
            "piket", 7601, (Role.PIKET,), "Kenari-05", clearance=Clearance.RAHASIA, groups=("verifikasi", "koordinasi")
        ),
    )


def field_seats(office: Office) -> tuple[Seat, ...]:
    """Who a lokus needs beside them: two partners, the Kasubbid, a field coordinator, four members."""
    here, there = office.profile.regions[0], office.profile.regions[1]
    know = Clearance.TERBATAS
    coordinator, member = (Role.KOORDINATOR_LAPANGAN,), (Role.ANGGOTA_MITIGASI,)
    return (
        Seat("mitra", 7811, (Role.MITRA,), "Nuri-01", source="Polri"),
        Seat("mitra2", 7812, (Role.MITRA,), "Nuri-02", source="Kecamatan"),
        Seat("kasubbid", 7821, (Role.KASUBBID,), "Beo-01", clearance=know),
        Seat("koordinator_lapangan", 7831, coordinator, "Camar-09", clearance=know),
        Seat("anggota1", 7841, member, "Camar-01", (here,), know),
        Seat("anggota2", 7842, member, "Camar-02", (here,), know),
        Seat("anggota3", 7843, member, "Camar-03", (there,), know),
        Seat("anggota4", 7844, member, "Camar-04", clearance=know),
    )


def runs_lokus(office: Office) -> bool:
    """Whether the profile has the procedure of a lokus."""
    return office.profile.lokus is not None and office.profile.procedure("rencana") is not None


def field_place(office: Office) -> tuple[str, tuple[float, float]]:
    """The kecamatan of the practice lokus, and its meeting point some 60 m from where the page's phones are."""
    places = office.profile.regions
    kecamatan = "Kajen" if "Kajen" in places else places[0]
    latitude, longitude = STANDING.get(kecamatan, ELSEWHERE)
    return kecamatan, (latitude + 0.0005, longitude)


def call_name(office: Office, seat: Seat) -> str:
    """What stands above the phone: role and kecamatan, never a personal name."""
    title = office.title(seat.roles[0])
    same = [other for other in (*seats(office), *field_seats(office)) if other.roles == seat.roles]
    if seat.regions:
        near = [other for other in same if other.regions[:1] == seat.regions[:1]]
        return f"{title} {seat.regions[0]}" + (f" {near.index(seat) + 1}" if len(near) > 1 else "")
    return f"{title} {same.index(seat) + 1}" if len(same) > 1 else title


@dataclass
class Agency:
    """Everything that is running: the world, the bot's application, the people and what they hold."""

    world: World
    server: Server
    clock: PracticeClock
    settings: Settings
    app: App
    users: Mapping[str, User]
    groups: Mapping[str, Chat]
    people: tuple[Seat, ...]
    """Everybody who is registered."""
    phones: dict[str, Phone] = field(default_factory=dict)
    _stop: asyncio.Event | None = None
    _running: asyncio.Task[None] | None = None

    @property
    def office(self) -> Office:
        """The office the bot works for."""
        return self.app.office

    def phone(self, key: str) -> Phone:
        """The phone of a seat."""
        if key not in self.phones:
            self.phones[key] = Phone(self.world, self.users[key])
        return self.phones[key]

    async def start(self) -> None:
        """Start the bot on this event loop."""
        self._stop = asyncio.Event()
        self._running = asyncio.get_running_loop().create_task(self.app.run(self._stop))

    async def stop(self) -> None:
        """SIGTERM, as it were: drain and end."""
        if self._running is None or self._stop is None:
            return
        self._stop.set()
        await self._running
        self._running = None

    async def restart(self, parts: Parts | None = None) -> None:
        """End the bot and start a new one on the same database."""
        await self.stop()
        self.app = await App.compose(self.settings, parts or self.app.parts)
        await self.start()

    async def quiet(self, seconds: float = 30.0) -> None:
        """Wait until everything that came in was handled and everything that may go now went out."""
        bot = self.world.bot()
        async with asyncio.timeout(seconds):
            await self.world.taken(bot, seconds)
            sender = self.app.sender
            # Three counters of the bot's own parts say so; none of them signals.
            while not (  # noqa: ASYNC110 - see above
                self.app.dispatcher.idle and sender.waiting <= sender.delayed and not sender.unsettled
            ):
                await asyncio.sleep(0.005)

    async def greet(self) -> None:
        """Let everybody open their chat, and the administrator bind the groups, so that no phone is empty."""
        for seat in self.people:
            await self.phone(seat.key).says("/start")
        for purpose, group in self.groups.items():
            await self.phone("admin").says(f"/ikat {purpose}", group)
        await self.quiet()

    async def sweep(self) -> None:
        """Let what became due happen, without waiting for the next sweep; nothing while Telegram is out of reach."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                while not self.app.caught_up():  # noqa: ASYNC110 - it is asked for, nobody signals it
                    await asyncio.sleep(0.005)
        await self.app.sweeper.sweep()


def practice_settings(
    data_dir: Path,
    server: Server,
    profile: str,
    key: str,
    database_url: str | None = None,
) -> Settings:
    """Settings of practice mode; nothing is read from the environment or .env, so it can never touch real data."""
    values = {
        "token": TOKEN,
        "api_url": server.url,
        "data_dir": data_dir,
        "profile": profile,
        "secret_keys": key,
        "mode": "polling",
        "listen": "127.0.0.1:0",
        "log_format": "console",
        "log_level": "INFO",
        "webhook_url": None,
        "webhook_secret": None,
        "database_url": database_url or f"sqlite+aiosqlite:///{data_dir / 'kentongan.db'}",
    }
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def populate(
    world: World, office: Office, people: Sequence[Seat] | None = None
) -> tuple[dict[str, User], dict[str, Chat]]:  # fmt: skip
    """Put the agency's people and groups into the practice Telegram."""
    people = people or seats(office)
    bot = world.add_bot(TOKEN, USERNAME, "Kentongan (LATIHAN)")
    users = {seat.key: world.add_user(seat.telegram_id, call_name(office, seat)) for seat in people}
    titles = {"verifikasi": "Verifikasi Laporan", "koordinasi": "Koordinasi Pagi"}
    groups = {
        purpose: world.add_group(
            title,
            [users[seat.key] for seat in people if purpose in seat.groups and seat.key != "admin"],
            creator=users["admin"],
            bots=[bot],
            bots_are_admins=True,
        )
        for purpose, title in titles.items()
    }
    for user in users.values():
        world.private_chat(bot, user).started = True
    # Nobody's seat: for trying an invitation on the page.
    users["tamu"] = world.add_user(7701, "Calon Petugas")
    return users, groups


def register(
    uow: UnitOfWork,
    office: Office,
    people: Sequence[Seat],
    groups: Mapping[str, Chat],
    now: datetime,
) -> dict[str, Person]:
    """Register the people and bind the groups, as if invitations and /ikat had been used."""
    made: dict[str, Person] = {}
    for seat in people:
        grant = NewPerson(
            frozenset(seat.roles),
            seat.regions,
            seat.clearance,
            call_name(office, seat),
            seat.code_name,
            seat.source,
            seat.means,
        )
        person = uow.people.add(seat.telegram_id, call_name(office, seat), grant, now)
        uow.events.append(f"person:{person.id}", "person.seeded", None, now, {"roles": sorted(seat.roles)})
        uow.outbox.add(Notice(seat.telegram_id, SetCommands(commands_for(person, office)), Priority.BROADCAST))
        made[seat.key] = person
    for purpose, chat in groups.items():
        uow.groups.put(Group(chat.id, chat.title, purpose, made["admin"].id, None))  # type: ignore[arg-type]
    return made


@asynccontextmanager
async def agency(
    data_dir: Path,
    key: str,
    *,
    profile: str = "lengkap",
    clock: PracticeClock | None = None,
    parts: Parts | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    page: bool = False,
    database_url: str | None = None,
    run: bool = True,
    world: World | None = None,
    lokus: bool = False,
) -> AsyncIterator[Agency]:
    """A running practice agency until the block ends; ``lokus`` seats the people of a lokus too.

    OSError when the port is taken.
    """
    clock = clock or PracticeClock()
    world = world or World(clock.now)
    app = create_app(world)
    async with serve(world, app, host, port) as server:
        settings = practice_settings(data_dir, server, profile, key, database_url)
        parts = replace(parts or Parts(), clock=clock, practice=True, serve_http=False)
        bot = await App.compose(settings, parts)
        office = bot.office
        everybody = (*seats(office), *(field_seats(office) if lokus else ()))
        users, groups = populate(world, office, everybody)
        await bot.database.run(lambda uow: register(uow, office, everybody, groups, clock.now()))
        made = Agency(world, server, clock, settings, bot, users, groups, everybody)
        # Looked up when the clock moves: restart() puts another bot there.
        clock.on_move(lambda: made.app.sweeper.wake())  # noqa: PLW0108 - see above
        clock.on_move(lambda: made.app.sender.wake())  # noqa: PLW0108 - see above
        if page:
            _mount_page(app, made)
        if run:
            await made.start()
        try:
            yield made
        finally:
            if run:
                await made.stop()
            else:
                await made.app.close()


def _mount_page(app: Starlette, made: Agency) -> None:
    from simulator.page import mount  # noqa: PLC0415 - tests without the page need not load it

    office = made.office
    used = {procedure.definition for procedure in office.profile.procedures}
    acting = {role for sop in office.sops.latest() if sop.name in used for step in sop.steps for role in step.roles}
    # A rung that this profile's procedures do not have needs no phone.
    idle = {seat.key for seat in seats(office) if seat.key == "publikator" and not acting & set(seat.roles)}
    first = "Ada kejadian atau Nihil" if office.profile.morning else "Lapor"
    order = [key for key in PHONES if key in made.users and key not in idle]
    field = [key for key in LOKUS_PHONES if key in order]
    reporting = [key for key in order if key not in {seat.key for seat in field_seats(office)}]
    lokus = len(reporting) < len(order)
    near = STANDING.get(field_place(office)[0], ELSEWHERE)
    mount(
        app,
        made.world,
        made.clock,
        {
            "name": f"{office.profile.office} {office.profile.region}",
            "subtitle": f"Kentongan · mulai dari telepon Agen: ketuk {first}",
            "zone": office.profile.zone,
            "roles": {made.users[seat.key].id: seat.code_name for seat in made.people}
            | {made.users["tamu"].id: "belum terdaftar"},
            "phones": [made.users[key].id for key in order],
            "sets": [
                {"name": name, "phones": [made.users[key].id for key in keys]}
                for name, keys in (("Laporan", reporting), ("Lokus", field), ("Semua", order))
                if lokus
            ],
            "location": {"latitude": near[0], "longitude": near[1]},
            "first": {made.users["verifikator"].id: made.groups["verifikasi"].id},
            "jumps": _moments(office),
        },
    )


def _moments(office: Office) -> list[str]:
    """Where the clock's buttons lead: the moments of the office's morning, or two of any morning."""
    morning = office.profile.morning
    if morning is None:
        return ["05.00", "05.30"]
    times = {*morning.reminders, morning.due, morning.late_notice, morning.escalation, morning.recap}
    return [f"{at:%H.%M}" for at in sorted(times)]
