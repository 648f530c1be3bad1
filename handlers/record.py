"""/catat: the duty officer writes down a report that came by telephone, SMS or in person, on an agent's behalf."""

from __future__ import annotations

from domain.errors import NotFound, Stale
from domain.model import Person
from domain.notices import Ack, Button, View
from domain.roles import Role
from domain.usecases import lapsus
from handlers import lapsus as secret
from handlers import receipts, reports
from handlers.context import Context, number, rows

CHANNELS = {"t": "Telepon", "s": "SMS", "l": "Datang langsung"}
MOST = 90
"""Persons that one message can offer (Telegram allows 100 buttons)."""


def command(ctx: Context) -> Ack | None:
    """/catat [nama sandi atau kecamatan]: who reports?"""
    ctx.need(Role.PIKET)
    wanted = ctx.inc.args.casefold().strip()
    agents = [p for p in ctx.uow.people.holding(Role.AGEN, Role.MITRA, Role.KOORDINATOR_WILAYAH) if p.id != ctx.me.id]
    chosen = [p for p in agents if wanted in f"{p.alias} {' '.join(p.regions)}".casefold()]
    shown = chosen or agents
    buttons = [
        Button("catat.pelapor", f"c:a:{p.id}", {"alias": p.alias, "wilayah": ", ".join(p.regions)})
        if p.regions
        else Button("catat.pelapor_saja", f"c:a:{p.id}", {"alias": p.alias})
        for p in shown[:MOST]
    ]
    ctx.show(
        View("catat/pelapor", {"jumlah": len(shown), "dicari": wanted or None, "cocok": bool(chosen)}, rows(buttons, 1))
    )
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """``c:a:<agent>``, ``c:v:<agent>:<channel>``, ``c:n|e:<agent>:<channel>``; ``c:mulai`` is the command."""
    ctx.need(Role.PIKET)
    if parts == ["mulai"]:
        return command(ctx)
    agent = ctx.uow.people.get(number(parts[1])) if len(parts) > 1 else None
    if agent is None or not agent.active or agent.id == ctx.me.id:
        raise NotFound
    slot = f"catat:{ctx.me.id}"
    match parts:
        case ["a", _]:
            ctx.show_here(
                View(
                    "catat/saluran",
                    {"alias": agent.alias},
                    tuple(
                        (Button("catat.saluran", f"c:v:{agent.id}:{key}", {"teks": name}),)
                        for key, name in CHANNELS.items()
                    ),
                ),
                slot,
            )
        case ["v", _, channel] if channel in CHANNELS:
            ctx.show_here(
                View(
                    "catat/jenis",
                    {"alias": agent.alias, "saluran": CHANNELS[channel]},
                    (
                        (
                            Button("laporan.nihil", f"c:n:{agent.id}:{channel}"),
                            Button("laporan.ada", f"c:e:{agent.id}:{channel}"),
                        ),
                        *(
                            ((Button("catat.lapsus", f"c:k:{agent.id}:{channel}"),),)
                            if lapsus.may_record(ctx.office, ctx.me) and _may_tell(ctx, agent)
                            else ()
                        ),
                        (Button("catat.kembali", f"c:a:{agent.id}"),),
                    ),
                ),
                slot,
            )
        case ["n", _, channel] if channel in CHANNELS:
            receipts.nihil(
                ctx,
                reports.main_sop(ctx),
                author=agent,
                sources={
                    "cara": CHANNELS[channel],
                    "pencatatan": f"{CHANNELS[channel]} dari {agent.alias}, dicatat piket",
                },
            )
        case ["k", _, channel] if channel in CHANNELS:
            if not (lapsus.may_record(ctx.office, ctx.me) and _may_tell(ctx, agent)):
                raise NotFound
            return secret.record(ctx, agent, CHANNELS[channel])
        case ["e", _, channel] if channel in CHANNELS:
            return reports.event(ctx, reports.main_sop(ctx), author=agent, via=CHANNELS[channel])
        case _:
            raise Stale
    return None


def _may_tell(ctx: Context, agent: Person) -> bool:
    return agent.has(*lapsus.rules(ctx.office)[0].first.roles)


COMMANDS = {"catat": command}
TAPS = {"c": tapped}
