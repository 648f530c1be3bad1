"""The HTTP client: python-telegram-bot's errors with Telegram's words, and no token anywhere."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot import logs
from bot.api import (
    AiohttpRequest,
    AnswerLost,
    BotApi,
    FileRefused,
    FileTooBig,
    TokenRevoked,
    Upload,
    description_of,
    seconds_of,
    status_of,
)
from simulator.membership import upgrade
from tests.bot.conftest import AGENT, TOKEN, Office

BARE = TOKEN.partition(":")[2]


async def fails(office: Office, method: str = "sendMessage", **params: Any) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await office.api.call(method, {"chat_id": AGENT, "text": "x", **params})
    return caught.value


async def test_a_call_and_a_file(office: Office) -> None:
    message = await office.api.call("sendMessage", {"chat_id": AGENT, "text": "halo"})
    assert message["text"] == "halo"
    upload = {"document": Upload("laporan.pdf", b"%PDF-1.4 isi", "application/pdf")}
    sent = await office.api.call("sendDocument", {"chat_id": AGENT, "caption": "berkas"}, files=upload)
    file = await office.api.call("getFile", {"file_id": sent["document"]["file_id"]})
    assert await office.api.download(file["file_path"], limit=1000) == b"%PDF-1.4 isi"
    with pytest.raises(FileTooBig):
        await office.api.download(file["file_path"], limit=5)
    with pytest.raises(FileRefused):
        await office.api.download("tidak/ada", limit=5)
    assert office.world.violations == []


async def test_each_refusal_has_its_class_and_telegrams_words(office: Office) -> None:
    faults = office.world.faults
    error = await fails(office, chat_id=4242)
    assert type(error) is BadRequest
    assert (status_of(error), description_of(error)) == (400, "Bad Request: chat not found")
    with faults.during(faults.blocked(AGENT)):
        assert type(await fails(office)) is Forbidden
    faults.flood(7)
    flood = await fails(office)
    assert isinstance(flood, RetryAfter)
    assert seconds_of(flood) == 7.0
    faults.conflict()
    with pytest.raises(Conflict):
        await office.api.call("getUpdates", {})
    faults.server_error()
    assert (type(await fails(office)), status_of(await fails(office, text=""))) == (NetworkError, 400)
    faults.bad_gateway()
    page = await fails(office)
    assert type(page) is NetworkError
    assert "html" not in str(page)
    new = upgrade(office.world, office.group)
    moved = await fails(office, chat_id=office.group.id)
    assert isinstance(moved, ChatMigrated)
    assert moved.new_chat_id == new.id
    assert isinstance(await fails(office, "tidakAda"), InvalidToken)
    with faults.during(faults.unauthorized()), pytest.raises(TokenRevoked):
        await office.api.call("getMe", {})


async def test_troubles_of_the_connection(office: Office) -> None:
    faults = office.world.faults
    faults.offline(times=1)
    assert type(await fails(office)) is AnswerLost
    with faults.during(faults.slow(400)), pytest.raises(TimedOut):
        await office.api.call("sendMessage", {"chat_id": AGENT, "text": "x"}, timeout=0.05)
    dead = BotApi(TOKEN, "http://127.0.0.1:9", AiohttpRequest())
    with pytest.raises(NetworkError) as refused:
        await dead.call("getMe", {})
    assert type(refused.value) is NetworkError
    await dead.close()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"ok":true}', b"\xff"])
async def test_an_answer_that_is_none_is_uncertain_and_not_repeated_anywhere(body: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    api = BotApi(TOKEN, f"http://127.0.0.1:{port}", AiohttpRequest())
    with pytest.raises(TelegramError) as caught:
        await api.call("sendMessage", {"chat_id": 1})
    assert "html" not in str(caught.value)
    await api.close()
    server.close()
    await server.wait_closed()


@pytest.fixture(params=["console", "json"])
def output(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    logs.configure(request.param, "DEBUG", secrets=[TOKEN, "rahasia-webhook"], stream=stream)
    yield stream
    root.handlers[:], root.level = before, level
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    structlog.reset_defaults()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_no_token_at_any_level(output: io.StringIO, level: str) -> None:
    other = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"
    for logger in (structlog.get_logger("x"), logging.getLogger("x")):
        getattr(logger, level)(f"https://api.telegram.org/bot{TOKEN}/getMe")
        getattr(logger, level)(f"file/bot{other}/x rahasia-webhook {BARE}")
    getattr(structlog.get_logger("x"), level)("panggilan", url=f"bot{TOKEN}", nested={"a": [TOKEN]})
    getattr(logging.getLogger("x"), level)("%s %r", TOKEN, {"url": other})
    written = output.getvalue()
    assert written.count("[token]") >= 8
    for secret in (TOKEN, BARE, other, "rahasia-webhook"):
        assert secret not in written


async def test_no_token_in_tracebacks_of_connection_errors(output: io.StringIO) -> None:
    api = BotApi(TOKEN, "http://127.0.0.1:9", AiohttpRequest())
    for base in ("http://127.0.0.1:9", "http://[salah", "ftp://x"):
        api._methods = f"{base}/bot{TOKEN}/"
        with pytest.raises(NetworkError) as caught:
            await api.call("getMe", {})
        assert TOKEN not in repr(caught.value) + str(caught.value) + repr(api)
        structlog.get_logger("x").error("gagal", exc_info=caught.value)
        logging.getLogger("x").error("gagal", exc_info=caught.value)
    await api.close()
    assert "NetworkError" in output.getvalue()
    assert BARE not in output.getvalue()


def test_tracebacks_show_places_and_classes_but_no_content(output: io.StringIO) -> None:
    isi = "isi laporan rahasia"

    def inner() -> None:
        raise ValueError(isi)

    try:
        try:
            inner()
        except ValueError as error:
            raise KeyError(isi) from error
    except KeyError as error:
        structlog.get_logger("x").error("gagal", exc_info=error)
        structlog.get_logger("x").error("gagal", exc_info=True, sebab=error)
        logging.getLogger("x").exception("gagal")
        group = ExceptionGroup(isi, [error])
    structlog.get_logger("x").error("gagal", exc_info=group)
    sys.excepthook(ValueError, ValueError(isi), None)
    loop = asyncio.new_event_loop()
    logs.loop_exception_handler(loop, {"message": f"Task\nfuture: {isi}", "exception": ValueError(isi)})
    loop.close()
    logging.getLogger("asyncio").error("Task exception never retrieved\nfuture: <exception=%r>", ValueError(isi))
    written = output.getvalue()
    assert "ValueError" in written
    assert "KeyError" in written
    assert " in inner" in written
    assert isi not in written


def test_telegrams_words_keep_no_quotations() -> None:
    error = BadRequest('can\'t parse entities: unsupported start tag "isi rahasia" at byte offset 3')
    assert "isi rahasia" not in logs.safe_text(error)
    assert "unsupported start tag" in logs.safe_text(error)


def test_libraries_that_print_parameters_stay_quiet(output: io.StringIO) -> None:
    for name in ("aiosqlite", "sqlalchemy.engine", "aiohttp.client", "uvicorn.access", "telegram.Bot"):
        logging.getLogger(name).info("SELECT isi")
        logging.getLogger(name).debug("SELECT isi")
    assert output.getvalue() == ""


def test_json_lines_are_json(output: io.StringIO) -> None:
    structlog.get_logger("kerja").info("terkirim", outbox_id=7)
    line = output.getvalue().strip()
    if line.startswith("{"):
        entry = json.loads(line)
        assert (entry["event"], entry["outbox_id"], entry["level"], entry["logger"]) == ("terkirim", 7, "info", "kerja")
    else:
        assert "terkirim" in line
