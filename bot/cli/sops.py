"""sop list|show|check: the procedures, without a database and without secrets."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.house import JsonFlag, emit, say, settings, table
from domain.errors import OperatorError
from domain.profile_loader import load_profile
from domain.sop.loader import SopRegistry, load_sop
from domain.sop.schema import Sop
from domain.sop.text import StepRow, describe, spell

app = typer.Typer(no_args_is_help=True, help="The procedures.")


def _head(sop: Sop) -> dict[str, Any]:
    return {
        "name": sop.name,
        "version": sop.version,
        "title": sop.title,
        "kind": sop.kind,
        "clock": sop.clock,
        "total": spell(sop.stated_total),
        "total_minutes": int(sop.stated_total.total_seconds() // 60),
        "source": sop.source,
    }


def _limit(row: StepRow) -> str | None:
    return row.limit if row.acknowledge is None else f"terima {row.acknowledge} + {row.limit}"


@app.command("list")
def sop_list(as_json: JsonFlag = False) -> None:
    """All procedures with their totals."""
    found = SopRegistry.load().latest()
    emit(
        [{**_head(sop), "steps": len(sop.steps)} for sop in found],
        as_json,
        lambda: table(
            ("name", "version", "title", "steps", "total"),
            [(sop.name, sop.version, sop.title, len(sop.steps), spell(sop.stated_total)) for sop in found],
        ),
    )


@app.command("show")
def sop_show(name: Annotated[str, typer.Argument(metavar="NAME")], as_json: JsonFlag = False) -> None:
    """One procedure, step by step."""
    registry = SopRegistry.load()
    if name not in registry.names():
        raise OperatorError(f"{name}: there is no such procedure; use one of {', '.join(registry.names())}")
    sop = registry.get(name)
    rows = describe(sop, load_profile(settings().profile, registry).titles)

    def human() -> None:
        say(f"{sop.title} ({sop.name} v{sop.version}), {spell(sop.stated_total)}")
        say(sop.source)
        table(
            ("no", "step", "who", "limit", "yes →", "no →"),
            [("" if row.final else row.number, row.title, row.actor, _limit(row), row.yes, row.no) for row in rows],
        )
        for row in rows:
            if row.needs:
                say(f"{row.number} needs {', '.join(row.needs)}; gives {row.output}")
            if row.clock:
                say(f"{row.number} clock: {', '.join(row.clock)}")
        say(f"Total: {spell(sop.stated_total)}")

    emit({**_head(sop), "steps": [asdict(row) for row in rows]}, as_json, human)


@app.command("check")
def sop_check(file: Annotated[Path, typer.Argument(metavar="FILE")], as_json: JsonFlag = False) -> None:
    """Read a definition and say what is wrong with it, naming the line (exit code 2)."""
    sop = load_sop(file)
    emit(
        {"ok": True, **_head(sop), "steps": len(sop.steps)},
        as_json,
        lambda: say(f"{file}: {sop.name} v{sop.version} holds: {len(sop.steps)} steps, {spell(sop.stated_total)}"),
    )
