"""The commands around reports: /lapinfo /nihil /lapor /draf /status /catat, and the buttons that do the same."""

from __future__ import annotations

from domain.errors import NotFound, Stale
from domain.model import Draft, Person
from domain.notices import Ack, Button, Json, View
from domain.privacy import mask
from domain.roles import Role
from domain.sop.schema import Sop
from domain.usecases import drafts, reports
from handlers import receipts
from handlers.context import Context
from handlers.form_steps import show

LISTED = 10
"""Own reports that /status shows."""
CHANNELS = {"t": "Telepon", "s": "SMS", "l": "Datang langsung"}


def lapinfo(ctx: Context) -> Ack | None:
    """/lapinfo: Nihil or Ada kejadian."""
    sop = _lapinfo(ctx)
    ctx.need(*sop.first.roles)
    if not (sop.nihil and ctx.me.has(Role.AGEN)):
        return _event(ctx, sop)
    morning = ctx.office.profile.morning
    active = ctx.uow.drafts.active(ctx.me.id)
    rows: list[tuple[Button, ...]] = [(Button("laporan.nihil", "l:nihil"), Button("laporan.ada", "l:ada"))]
    if active is not None:
        rows.append((Button("laporan.lanjutkan_draf", f"f:{active.id}:go"),))
    ctx.show(View("laporan/pilih", {
        "kecamatan": list(ctx.me.regions), "batas": f"{morning.due:%H.%M}" if morning else None}, tuple(rows)))
    return None


def _lapinfo(ctx: Context) -> Sop:
    """The lapinfo procedure, or what the agency runs instead."""
    if ctx.office.profile.procedure("lapinfo") is not None:
        return drafts.sop_for(ctx.office, "lapinfo")
    return drafts.primary_sop(ctx.office)


def nihil(ctx: Context) -> Ack | None:
    """/nihil and the *Nihil* button."""
    ctx.need(Role.AGEN)
    return receipts.nihil(ctx, _lapinfo(ctx))


def lapor(ctx: Context) -> Ack | None:
    """/lapor: the SIKANDA form."""
    return _event(ctx, drafts.sop_for(ctx.office, "lapor"))


def _event(ctx: Context, sop: Sop, *, duty: bool = False, author: Person | None = None, via: str | None = None) -> Ack | None:
    sources = {} if via is None or author is None else {
        "cara": via, "sumber": author.source or author.alias, "pencatatan": f"{via} dari {author.alias}, dicatat piket"}
    draft, state = drafts.begin(
        ctx.uow, ctx.office, ctx.me, ctx.inc.chat_id, sop, ctx.now, via="catat" if author else "form", duty=duty,
        author=author, sources=sources)
    show(ctx, draft, state, [])
    return None


def tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """Menu and reminder buttons: ``l:nihil``, ``l:ada`` and so on."""
    match parts:
        case ["nihil"]:
            return nihil(ctx)
        case ["ada"]:
            return _event(ctx, _lapinfo(ctx))
        case ["pagi"]:
            return _event(ctx, _lapinfo(ctx), duty=True)
        case ["lapor"]:
            return lapor(ctx)
        case ["draf"]:
            return list_drafts(ctx)
        case ["status"]:
            return status(ctx)
        case ["catat"]:
            return record(ctx)
        case _:
            raise Stale


def nihil_tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """``n:b:<case>``: take the nihil back."""
    if len(parts) != 2 or parts[0] != "b" or not parts[1].isdigit():
        raise Stale
    case = reports.cancel_nihil(ctx.uow, ctx.office, ctx.me, int(parts[1]), ctx.now)
    ctx.show_here(View("laporan/nihil_dibatalkan", {"ref": case.ref}, (
        (Button("laporan.nihil", "l:nihil"), Button("laporan.ada", "l:ada")),)), reference=case.ref)
    return None


def list_drafts(ctx: Context) -> Ack | None:
    """/draf: the unfinished reports."""
    found = list(ctx.uow.drafts.open(ctx.me.id))
    ctx.show(View("isian/daftar_draf", {"draf": [_line(ctx, draft) for draft in found]}, tuple(
        (Button("isian.lanjutkan_nomor", f"f:{draft.id}:go", {"nomor": number}),) for number, draft in enumerate(found, 1))))
    return None


def _line(ctx: Context, draft: Draft) -> dict[str, Json]:
    state = drafts.state_of(draft)
    case = ctx.uow.cases.get(draft.case_id) if draft.case_id else None
    return {
        "apa": mask(state.answers.get("apa", ""))[:60], "bidang": state.answers.get("bidang"),
        "kecamatan": state.answers.get("kecamatan"), "pada": draft.updated_at.isoformat(), "ref": case.ref if case else None,
        "sampai": draft.expires_at.isoformat() if draft.expires_at else None,
    }


def status(ctx: Context) -> Ack | None:
    """/status: where each own report stands."""
    lines: list[Json] = []
    for case in ctx.uow.cases.of_author(ctx.me.id, LISTED):
        step = ctx.office.sop_of(case.sop, case.sop_version).step(case.step)
        lines.append({
            "ref": case.ref, "status": case.status, "nihil": case.nihil, "tepat": case.lateness,
            "perihal": mask(case.fields.get("apa", ""))[:60], "kecamatan": case.region,
            "menunggu": ctx.office.title(step.actor) if step.actor and case.closed_at is None else None,
            "batas": case.due_at.isoformat() if case.due_at and case.closed_at is None else None,
            "diterima": case.received_at.isoformat(),
        })
    ctx.show(View("laporan/status", {"laporan": lines}))
    return None


def record(ctx: Context) -> Ack | None:
    """/catat [nama sandi]: the duty officer writes down a report that came by telephone, SMS or in person."""
    ctx.need(Role.PIKET)
    wanted = ctx.inc.args.casefold().strip()
    agents = [p for p in ctx.uow.people.holding(Role.AGEN, Role.MITRA, Role.KOORDINATOR_WILAYAH) if p.id != ctx.me.id]
    chosen = [p for p in agents if wanted and wanted in f"{p.alias} {' '.join(p.regions)}".casefold()] or agents
    buttons = [Button("catat.pelapor", f"c:a:{p.id}", {"alias": p.alias, "wilayah": ", ".join(p.regions) or "-"}) for p in chosen[:90]]
    ctx.show(View("catat/pelapor", {"jumlah": len(chosen), "dicari": wanted or None}, tuple((b,) for b in buttons)))
    return None


def record_tapped(ctx: Context, parts: list[str]) -> Ack | None:
    """``c:a:<agent>``, ``c:v:<agent>:<channel>``, ``c:n|e:<agent>:<channel>``."""
    ctx.need(Role.PIKET)
    agent = ctx.uow.people.get(int(parts[1])) if len(parts) > 1 and parts[1].isdigit() else None
    if agent is None or not agent.active or agent.id == ctx.me.id:
        raise NotFound
    slot = f"catat:{ctx.me.id}"
    match parts:
        case ["a", _]:
            ctx.show_here(View("catat/saluran", {"alias": agent.alias}, tuple(
                (Button("catat.saluran", f"c:v:{agent.id}:{key}", {"teks": name}),) for key, name in CHANNELS.items())), slot)
        case ["v", _, channel] if channel in CHANNELS:
            ctx.show_here(View("catat/jenis", {"alias": agent.alias, "saluran": CHANNELS[channel]}, (
                (Button("laporan.nihil", f"c:n:{agent.id}:{channel}"), Button("laporan.ada", f"c:e:{agent.id}:{channel}")),)), slot)
        case ["n", _, channel] if channel in CHANNELS:
            return receipts.nihil(ctx, _lapinfo(ctx), author=agent, sources={
                "cara": CHANNELS[channel], "pencatatan": f"{CHANNELS[channel]} dari {agent.alias}, dicatat piket"})
        case ["e", _, channel] if channel in CHANNELS:
            return _event(ctx, _lapinfo(ctx), author=agent, via=CHANNELS[channel])
        case _:
            raise Stale
    return None


COMMANDS = {"lapinfo": lapinfo, "nihil": nihil, "lapor": lapor, "draf": list_drafts, "status": status, "catat": record}
TAPS = {"l": tapped, "n": nihil_tapped, "c": record_tapped}
