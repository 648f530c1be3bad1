"""The walls of the house: who may import whom, who may send, who may read the clock (ARCHITECTURE.md, Rooms)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"bot", "domain", "handlers", "storage", "scheduler", "templates", "simulator", "benchmarks", "tests"}
EVERYWHERE = set(sys.stdlib_module_names) | {"structlog"}
TELEGRAM, SQL, SCHEDULE, JINJA = "telegram", "sqlalchemy", "apscheduler", "jinja2"

ALLOWED: dict[str, set[str]] = {
    "domain": {"domain", "pydantic", "pydantic_core"},
    "storage": {"storage", "domain", "sqlalchemy", "cryptography", "alembic", "orjson", "asyncpg", "argon2"},
    "scheduler": {"scheduler", "domain", "apscheduler"},
    "handlers": {"handlers", "domain", "telegram"},
}
FORBIDDEN: dict[str, set[str]] = {"bot": {"simulator", "tests", "benchmarks"}, "simulator": {"tests", "benchmarks"}}
SENDERS = {"bot/sender.py", "bot/carrier.py"}
"""Where Bot API methods that say something to a person may be named."""
MAY_PREPARE = {"bot/delivery.py"}
CLOCK = {"bot/clock.py"}
SPEAKING = {
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendVideo",
    "sendVoice",
    "sendAudio",
    "sendMediaGroup",
    "sendLocation",
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "pinChatMessage",
    "answerCallbackQuery",
    "copyMessage",
    "forwardMessage",
    "leaveChat",
    "setMyCommands",
    "deleteMyCommands",
}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module below the folders, parsed."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """The top-level package of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_its_row_of_the_table_allows(room: str) -> None:
    wrong = [
        f"{name} imports {package}"
        for name, tree in modules(room)
        for package in imported(tree)
        if package not in EVERYWHERE and package not in ALLOWED[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(FORBIDDEN))
def test_a_room_never_imports_what_lies_outside_it(room: str) -> None:
    wrong = [
        f"{name} imports {package}"
        for name, tree in modules(room)
        for package in imported(tree)
        if package in FORBIDDEN[room]
    ]
    assert wrong == []


def test_only_the_sender_names_the_methods_that_speak_to_people() -> None:
    wrong = [
        f"{name}:{node.lineno} names {node.value}"
        for name, tree in modules("bot", "handlers", "domain", "scheduler", "storage")
        if name not in SENDERS | MAY_PREPARE
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in SPEAKING
    ]
    assert wrong == []


def _reads_a_clock(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = node.func.value
    owner_name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return (owner_name, node.func.attr) in {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
        ("time", "time_ns"),
    }


def test_the_time_of_day_is_read_in_one_place() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules("bot", "handlers", "domain", "scheduler", "storage", "simulator")
        if name not in CLOCK
        for node in ast.walk(tree)
        if _reads_a_clock(node) and isinstance(node, ast.expr)
    ]
    assert wrong == []


def test_no_task_is_started_outside_a_supervised_group() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules("bot", "handlers", "domain", "scheduler", "storage")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"create_task", "ensure_future"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"asyncio", "loop"}
    ]
    assert wrong == []


@pytest.mark.parametrize("limit", [600])
def test_no_module_grows_past_the_limit(limit: int) -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for folder in sorted(OURS)
        for path in (ROOT / folder).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > limit
    ]
    assert long == []
