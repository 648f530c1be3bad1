"""The practice page's JSON over HTTP: what it shows, what people do on it, what it refuses."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from simulator import media, page_feed
from simulator.page_view import Practice
from tests.simulator.page_bot import echo, inline, running
from tests.simulator.page_world import TOKEN, Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as running_stage:
        yield running_stage


async def call(stage: Stage, method: str, **params: Any) -> Any:
    async with stage.http.post(f"{stage.server.url}/bot{TOKEN}/{method}", json=params) as response:
        return await response.json()


# --- what it shows ----------------------------------------------------------------------------------------------------


async def test_state_has_the_phones_in_the_order_given(stage: Stage) -> None:
    state = await stage.get("/latihan/state")
    assert [(p["user"]["first_name"], p["role"]) for p in state["phones"]] == [
        ("Elang-07", "Agen"),
        ("Verifikator", "Verifikator"),
        ("Merpati-12", ""),
    ]
    assert [[c["title"] for c in p["chats"]] for p in state["phones"]] == [
        ["Kentongan", "Verifikasi Lapinfo"],
        ["Kentongan", "Verifikasi Lapinfo"],
        ["Kentongan"],
    ]
    assert state["clock"]["text"] == "04.55 WIB, Jumat 20 November 2026"
    assert state["faults"] == {"offline": False, "slow": False, "flood": False}
    assert state["bot"]["username"] == "kentongan_latihan_bot"


async def test_messages_come_in_pages_from_the_newest(stage: Stage) -> None:
    for n in range(7):
        await stage.phone(stage.agent).says(f"pesan {n}")
    path = "/latihan/phones/9001/chats/9001/messages?limit=3"
    newest = await stage.get(path)
    assert [m["text"] for m in newest["messages"]] == ["pesan 4", "pesan 5", "pesan 6"]
    assert not newest["complete"]
    older = await stage.get(f"{path}&before={newest['messages'][0]['message_id']}")
    assert [m["text"] for m in older["messages"]] == ["pesan 1", "pesan 2", "pesan 3"]
    oldest = await stage.get(f"{path}&before={older['messages'][0]['message_id']}")
    assert [m["text"] for m in oldest["messages"]] == ["pesan 0"]
    assert oldest["complete"]


@pytest.mark.parametrize("path", ["9002/chats/{group}", "9001/chats/9002", "1/chats/1", "7000000001/chats/9001"])
async def test_a_chat_that_is_not_on_the_phone_is_not_found(stage: Stage, path: str) -> None:
    url = f"{stage.server.url}/latihan/phones/{path.format(group=stage.group.id)}/messages"
    async with stage.http.get(url) as response:
        assert response.status == 404


# --- what people do ---------------------------------------------------------------------------------------------------


async def test_a_text_reaches_the_bot_and_its_answer_the_page(stage: Stage) -> None:
    async with stage.events() as events, running(stage.server.url, TOKEN, echo):
        await stage.act(stage.agent, "send", {"text": "  aman <b>  "})
        first, second = await events.next("message"), await events.next("message")
    assert first["message"]["text"] == "aman <b>"
    assert (first["chat"], first["phones"]) == (9001, [9001])
    assert second["message"]["text"] == "Gema: aman <b>"


async def test_a_group_message_is_told_to_its_members_only(stage: Stage) -> None:
    async with stage.events() as events:
        await stage.act(stage.verifier, "send", {"text": "pagi"}, stage.group.id)
        assert (await events.next("message"))["phones"] == [9001, 9003]


async def test_a_tap_is_answered_by_toast_or_alert(stage: Stage) -> None:
    async with stage.events() as events, running(stage.server.url, TOKEN, echo) as bot:
        keys = inline([("Simpan", "toast"), ("Periksa", "alert")])
        card = await _said(stage, bot.says(stage.group.id, "Kartu", reply_markup=keys))
        for column, text, alert in ((0, "Tersimpan", False), (1, "Bukan giliran Anda", True)):
            body = {"message_id": card, "row": 0, "column": column}
            tap = await stage.act(stage.verifier, "tap", body, stage.group.id)
            toast = await events.next("toast")
            assert (toast["query"], toast["phone"], toast["chat"]) == (tap["query"], 9003, stage.group.id)
            assert (toast["text"], toast["alert"]) == (text, alert)
        gone = {"message_id": card, "row": 4, "column": 0}
        assert "Tombol" in (await stage.act(stage.verifier, "tap", gone, stage.group.id, 409))["error"]


async def _said(stage: Stage, call: Any) -> int:
    return int((await call)["message_id"])


async def test_own_messages_are_edited_and_deleted_others_not(stage: Stage) -> None:
    group = stage.group.id
    async with stage.events() as events:
        mine = (await stage.act(stage.agent, "send", {"text": "salah"}, group))["message_id"]
        await stage.act(stage.agent, "edit", {"message_id": mine, "text": "benar /menu"}, group)
        edited = (await events.next("edit"))["message"]
        assert (edited["text"], edited["entities"][0]["type"]) == ("benar /menu", "bot_command")
        assert edited["edit_date"]
        await stage.act(stage.verifier, "edit", {"message_id": mine, "text": "x"}, group, 409)
        await stage.act(stage.verifier, "delete", {"message_id": mine}, group, 409)
        await stage.act(stage.agent, "delete", {"message_id": mine}, group)
        assert await events.next("delete") == {
            "chat": group, "phones": [9001, 9003], "message_id": mine, "last": None
        }  # fmt: skip
        await stage.act(stage.agent, "delete", {"message_id": mine}, group, 409)


async def test_a_reply_quotes_and_a_forward_names_its_origin(stage: Stage) -> None:
    group = stage.group.id
    asked = (await stage.act(stage.verifier, "send", {"text": "Di mana?"}, group))["message_id"]
    await stage.act(stage.agent, "send", {"text": "Pasar", "reply_to": asked}, group)
    forwarded = await stage.act(stage.agent, "forward", {"message_id": asked, "to": 9001}, group)
    assert stage.group.messages[asked + 1].api["reply_to_message"]["text"] == "Di mana?"
    copy = stage.world.private_chat(stage.account, stage.agent).messages[forwarded["message_id"]].api
    assert (copy["text"], copy["forward_origin"]["sender_user"]["id"]) == ("Di mana?", 9003)
    await stage.act(stage.agent, "forward", {"message_id": asked, "to": 9003}, group, 404)


async def test_what_is_protected_is_not_forwarded(stage: Stage) -> None:
    answer = await call(stage, "sendMessage", chat_id=stage.group.id, text="Rahasia", protect_content=True)
    body = {"message_id": answer["result"]["message_id"], "to": 9001}
    assert "dilindungi" in (await stage.act(stage.agent, "forward", body, stage.group.id, 409))["error"]
    assert not stage.world.private_chat(stage.account, stage.agent).messages


async def test_start_opens_a_deep_link_and_blocking_closes_the_chat(stage: Stage) -> None:
    chat = stage.world.private_chat(stage.account, stage.agent)
    async with stage.events() as events:
        await stage.act(stage.agent, "start", {"payload": "undangan_1"})
        assert (await events.next("chat"))["chat"]["started"]
        assert chat.messages[1].text == "/start undangan_1"
        await stage.act(stage.agent, "block")
        assert (await events.next("chat"))["chat"]["blocked"]
        assert not (await call(stage, "sendMessage", chat_id=9001, text="halo"))["ok"]
        await stage.act(stage.agent, "send", {"text": "halo"}, status=409)
        await stage.act(stage.agent, "unblock")
        assert not (await events.next("chat"))["chat"]["blocked"]
        await stage.act(stage.agent, "send", {"text": "halo"})
        await stage.act(stage.agent, "block", chat=stage.group.id, status=400)


async def test_keyboards_commands_and_pins_reach_the_phone(stage: Stage) -> None:
    await stage.act(stage.agent, "start")
    async with stage.events() as events:
        rows = [[{"text": "Nihil"}]]
        sent = await call(stage, "sendMessage", chat_id=9001, text="Pilih", reply_markup={"keyboard": rows})
        shown = (await events.next("chat"))["chat"]
        assert shown["keyboard"]["keyboard"] == rows
        assert shown["last"]["text"] == "Pilih"
        await call(stage, "setMyCommands", commands=[{"command": "menu", "description": "Menu"}])
        assert (await events.next("chat"))["chat"]["commands"][0]["command"] == "menu"
    async with stage.events() as events:
        await call(stage, "pinChatMessage", chat_id=9001, message_id=sent["result"]["message_id"])
        assert (await events.next("chat"))["chat"]["pinned"][0]["text"] == "Pilih"


async def test_a_group_that_is_left_goes_from_the_phone(stage: Stage) -> None:
    async with stage.events() as events:
        await stage.phone(stage.agent).leaves(stage.group)
        assert await events.next("gone") == {"phone": 9001, "chat": stage.group.id}
        await stage.phone(stage.agent).joins(stage.group)
        while (told := await events.next("chat"))["phone"] != 9001:
            pass
        assert told["chat"]["id"] == stage.group.id


async def test_a_new_person_gets_a_phone_when_all_are_shown() -> None:
    async with staged() as stage:
        del stage.world.users[9002]
        stage.phone(stage.agent)
        async with stage.events() as events:
            stage.world.add_user(9002, "Merpati-12")
            await stage.phone(stage.agent).says("halo")
            await events.next("phones")


# --- files ------------------------------------------------------------------------------------------------------------


def form(data: dict[str, Any], *files: tuple[bytes, str, str]) -> aiohttp.FormData:
    out = aiohttp.FormData()
    out.add_field("data", orjson.dumps(data).decode())
    for raw, name, mime in files:
        out.add_field("file", raw, filename=name, content_type=mime)
    return out


async def test_photos_albums_voice_and_files_are_sent(stage: Stage) -> None:
    photo = (media.sample_photo(), "a.jpg", "image/jpeg")
    path = stage.path(stage.agent, 9001, "media")
    await stage.post(path, data=form({"kind": "photo", "caption": "situasi"}, photo))
    await stage.post(path, data=form({"kind": "photo"}, photo, photo, photo))
    await stage.post(path, data=form({"kind": "voice", "duration": 12}, (b"OggS x", "suara.ogg", "audio/ogg")))
    big = form({"kind": "document", "pretend_size": 25_000_000}, (b"x", "besar.mp4", "video/mp4"))
    await stage.post(path, data=big)
    sent = [m.api for m in stage.world.private_chat(stage.account, stage.agent).messages.values()]
    assert (sent[0]["caption"], sent[0]["photo"][-1]["width"]) == ("situasi", 640)
    assert len({m["media_group_id"] for m in sent[1:4]}) == 1
    assert "media_group_id" not in sent[0]
    assert sent[4]["voice"]["duration"] == 12
    assert (sent[5]["document"]["file_name"], sent[5]["document"]["file_size"]) == ("besar.mp4", 25_000_000)


async def test_files_are_shown_only_when_they_are_harmless(stage: Stage) -> None:
    photo = await stage.phone(stage.agent).sends_photo()
    script = await stage.phone(stage.agent).sends_document(b"<script>", "a.html", "text/html")
    for file_id, mime, how in (
        (photo.api["photo"][-1]["file_id"], "image/jpeg", "inline"),
        (script.api["document"]["file_id"], "application/octet-stream", "attachment"),
    ):
        async with stage.http.get(f"{stage.server.url}/latihan/files/{file_id}") as response:
            assert response.status == 200
            assert response.headers["content-type"] == mime
            assert response.headers["content-disposition"] == how
            assert response.headers["x-content-type-options"] == "nosniff"
    async with stage.http.get(f"{stage.server.url}/latihan/files/tidak-ada") as response:
        assert response.status == 404


async def test_location_and_contact_are_sent(stage: Stage) -> None:
    await stage.act(stage.agent, "location", {"latitude": -7.0, "longitude": 109.5})
    await stage.act(stage.agent, "contact", {"first_name": "Piket", "phone_number": "+62 800 1"})
    await stage.act(stage.agent, "location", {"latitude": 91, "longitude": 0}, status=400)
    one, two = stage.world.private_chat(stage.account, stage.agent).messages.values()
    assert one.api["location"] == {"latitude": -7.0, "longitude": 109.5}
    assert two.api["contact"]["first_name"] == "Piket"


# --- clock and faults -------------------------------------------------------------------------------------------------


async def test_the_clock_moves_by_steps_and_to_the_next_time_of_day(stage: Stage) -> None:
    async with stage.events() as events:
        for body, shown in (
            ({"to": "05.00"}, "05.00 WIB, Jumat 20 November 2026"),
            ({"to": "05:30"}, "05.30 WIB, Jumat 20 November 2026"),
            ({"to": "05.30"}, "05.30 WIB, Sabtu 21 November 2026"),
            ({"advance_seconds": 600}, "05.40 WIB, Sabtu 21 November 2026"),
            ({"to": "05.00"}, "05.00 WIB, Minggu 22 November 2026"),
        ):
            assert (await stage.post("/latihan/clock", body))["text"] == shown
            assert (await events.next("clock"))["text"] == shown
    assert stage.clock.now().isoformat() == "2026-11-21T22:00:00+00:00"


async def test_the_clock_is_told_when_others_move_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_feed, "TICK", 0.01)
    async with stage.events() as events:
        stage.clock.move_to(stage.clock.now().replace(minute=59))
        assert (await events.next("clock"))["time"] == "04.59"


async def test_fault_switches_strike_and_let_go(stage: Stage) -> None:
    await stage.act(stage.agent, "start")
    async with stage.events() as events:
        assert (await stage.post("/latihan/faults", {"offline": True}))["offline"]
        assert (await events.next("faults")) == {"offline": True, "slow": False, "flood": False}
        with pytest.raises(aiohttp.ClientError):
            await call(stage, "sendMessage", chat_id=9001, text="x")
        assert not (await stage.post("/latihan/faults", {"offline": False}))["offline"]
        await stage.post("/latihan/faults", {"flood": True})
        await stage.post("/latihan/faults", {"flood": True})
        refused = await call(stage, "sendMessage", chat_id=9001, text="x")
        assert (refused["error_code"], refused["parameters"]["retry_after"]) == (429, 5)
        assert (await call(stage, "getMe"))["ok"]
        await stage.post("/latihan/faults", {"flood": False, "slow": True})
    assert [f.seconds for f in stage.world.faults.active] == [3.0]
    await stage.post("/latihan/faults", {"slow": False})
    assert (await call(stage, "sendMessage", chat_id=9001, text="x"))["ok"]


# --- what it refuses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8080"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Host": "latihan.example"}, 403),
        ({"Host": "127.0.0.1.example"}, 403),
        ({"Origin": "http://latihan.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_only_the_page_on_this_machine_may_post(stage: Stage, headers: dict[str, str], status: int) -> None:
    await stage.post("/latihan/clock", {"advance_seconds": 60}, status, headers=headers)
    moved = stage.clock.now().minute == 56
    assert moved == (status == 200)


@pytest.mark.parametrize("path", ["/", "/latihan/state", "/latihan/events", "/latihan/files/x"])
async def test_a_strange_host_reads_nothing(stage: Stage, path: str) -> None:
    async with stage.http.get(stage.server.url + path, headers={"Host": "latihan.example"}) as response:
        assert response.status == 403


async def test_the_page_itself_takes_its_own_origin_and_loads_nothing_from_elsewhere(stage: Stage) -> None:
    await stage.post("/latihan/clock", {"advance_seconds": 60}, headers={"Origin": stage.server.url})
    async with stage.http.get(stage.server.url + "/") as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["content-security-policy"]
        html = await response.text()
    assert "LATIHAN" in html
    assert "http" not in html


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("send", {"text": "   "}),
        ("send", {"text": "x" * 4097}),
        ("send", {"text": "😀" * 2049}),
        ("send", {"text": "x", "parse_mode": "HTML"}),
        ("send", {}),
        ("send", []),
        ("send", b"{"),
        ("tap", {"message_id": "satu", "row": 0, "column": 0}),
        ("start", {"payload": "a b"}),
        ("contact", {"first_name": "", "phone_number": "1234"}),
        ("contact", {"first_name": "Piket", "phone_number": "abc"}),
    ],
)
async def test_bad_bodies_are_refused_in_words(stage: Stage, action: str, body: Any) -> None:
    url = stage.path(stage.agent, 9001, action)
    assert (await stage.post(url, body, 400))["error"]
    assert not stage.world.private_chat(stage.account, stage.agent).messages


@pytest.mark.parametrize(
    "body", [{}, {"to": "25.00"}, {"to": "05.00", "advance_seconds": 1}, {"advance_seconds": -1}, []]
)
async def test_bad_moves_of_the_clock_are_refused(stage: Stage, body: Any) -> None:
    before = stage.clock.now()
    await stage.post("/latihan/clock", body, 400)
    assert stage.clock.now() == before


async def test_an_unknown_action_is_not_found(stage: Stage) -> None:
    await stage.act(stage.agent, "hapus-semua", status=404)


async def test_a_page_too_far_behind_is_let_go(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_feed, "BACKLOG", 3)
    feed = page_feed.Feed(Practice(stage.world, stage.clock, {}))
    stream = feed.stream()
    await anext(stream)
    for n in range(10):
        feed.emit("clock", n)
    frames = [raw async for raw in stream]
    assert [f.split(b"data: ")[1].strip() for f in frames] == [b"0", b"1", b"2"]
    await asyncio.sleep(0)
