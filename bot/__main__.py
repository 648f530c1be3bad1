"""``kentongan`` and ``python -m bot``: an operator's mistake is one line on stderr and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import cases, doctor, exposure, keeping, operations, people, sops
from bot.cli.house import PRACTICE
from bot.logs import safe_text
from domain.errors import KentonganError, NameTaken, NotFound, OperatorError, UserError

app = typer.Typer(
    name="kentongan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Kentongan: an agency's reporting channel over Telegram.",
)


@app.callback()
def _options(
    practice: Annotated[
        Path | None,
        typer.Option(
            "--practice", metavar="FOLDER", help="Use the data of `kentongan demo` (data/latihan), not the real ones."
        ),
    ] = None,
) -> None:
    PRACTICE.set(practice)


app.command("init")(operations.init)
app.command("run")(operations.run)
app.command("demo", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(operations.demo)
app.command("invite")(people.invite)
app.add_typer(people.person_app, name="person")
app.add_typer(people.group_app, name="group")
app.command("show")(cases.show)
app.command("status")(operations.status)
app.add_typer(sops.app, name="sop")
app.add_typer(operations.key_app, name="key")
app.command("rekey")(keeping.rekey)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("purge")(keeping.purge)
app.command("doctor")(doctor.doctor)
operations.audit_app.command("exposure")(exposure.exposure)
app.add_typer(operations.audit_app, name="audit")

_WORDS = {
    "galat/administrator_terakhir": "this is the last administrator: make somebody else one first",
    "galat/peran_kosong": "give at least one --role",
    "galat/sandi_tidak_sah": "--codename: letters, digits, spaces, dots and dashes only, at most 24 characters",
    "galat/tujuan_tidak_dikenal": "unknown PURPOSE: use verifikasi, koordinasi, lokus or pimpinan",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        outcome = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except OperatorError as error:
        return _refuse(str(error))
    except UserError as error:
        return _refuse(_in_words(error))
    except KentonganError as error:
        # Storage failed or was tampered with: not the operator's typing, so not code 2.
        _refuse(safe_text(error) or type(error).__name__)
        return 1
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except Exception as error:
        # Typer's usage errors carry their own exit code and one line of text.
        line = getattr(error, "format_message", None)
        if line is None:
            raise
        if line().startswith("Usage:"):
            # No command at all: the help, which is the one answer of several lines.
            print(line(), file=sys.stderr)  # noqa: T201 - the operator's help
            return 2
        return _refuse(line())
    return outcome if isinstance(outcome, int) else 0


def _refuse(line: str) -> int:
    print(" ".join(line.split()), file=sys.stderr)  # noqa: T201 - the operator's one line
    return 2


def _in_words(error: UserError) -> str:
    match error:
        case NotFound():
            return "no such active person: see `kentongan person list`"
        case NameTaken():
            return "--codename: somebody has this code name already"
        case UserError(key="galat/wilayah_tidak_dikenal"):
            return f"--region {error.params['wilayah']}: not a kecamatan of this profile"
        case _:
            return _WORDS.get(error.key, error.key)


if __name__ == "__main__":
    main()
