"""Invariant 9: content is nowhere readable but where it belongs: not on the disk, not in a log at any level."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image

from simulator.agency import TOKEN, Agency
from simulator.faults import malformed
from tests.invariants.house import data_of, one_message, rows, submit, until
from tests.invariants.process import Site

CANARIES = {
    "draft": "kelelawarbiru",
    "message": "cendawanungu",
    "caption": "belalangtimah",
    "opinion": "mentarikapur",
    "reason": "tembagalayu",
    "other_draft": "jerapahkaca",
    "talk": "sotongpelita",
    "edited": "rotanperunggu",
    "code_name": "Badakasap",
    "invited": "Pelanduk-Merica",
}


def readable(folder: Path) -> list[str]:
    """Which canary stands in which file, in any of the usual writings."""
    contents = {path: path.read_bytes().lower() for path in sorted(folder.rglob("*")) if path.is_file()}
    return [
        f"{what} in {path.name}"
        for path, data in contents.items()
        for what, word in CANARIES.items()
        if any(word.lower().encode(form) in data for form in ("utf-8", "utf-16-le"))
    ]


def jpeg() -> bytes:
    """A picture with a canary in its comment."""
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, "JPEG", comment=CANARIES["caption"].encode())
    return out.getvalue()


async def every_path(desa: Agency) -> None:
    """Put each canary into the product where a person would."""
    agent, other, verifier = desa.phone("agen"), desa.phone("agen2"), desa.phone("verifikator")
    group = desa.groups["verifikasi"]
    await submit(agent, f"Kebakaran {CANARIES['message']}")
    card = await verifier.sees(CANARIES["message"], group, button="Revisi")
    await verifier.taps("Revisi", group, on=card.id)
    await verifier.taps("Alasan lain", group)
    prompt = await verifier.sees("sebagai balasan", group)
    await verifier.says(f"Perbaiki {CANARIES['reason']}", group, reply_to=prompt.id)
    await agent.sees(CANARIES["reason"])
    await other.says("/lapinfo")
    await other.taps("Ada kejadian")
    await other.taps("Politik")
    await other.taps("Doro")
    await other.sees("Desa/Kelurahan")
    await other.taps("Lewati")
    await other.sees("Apa")
    await other.says(f"Kabar {CANARIES['draft']}")
    said = await other.says(f"orang {CANARIES['other_draft']}")
    await desa.quiet()
    await other.edits(said, f"orang {CANARIES['edited']}")
    await other.sends_document(
        jpeg(), f"{CANARIES['caption']}.jpg", "image/jpeg", caption=f"gambar {CANARIES['caption']}"
    )
    await desa.phone("pimpinan").says(f"selamat pagi {CANARIES['talk']}")
    admin = desa.phone("admin")
    await admin.says(f"/undang {CANARIES['invited']}")
    await desa.quiet()


async def test_nothing_on_the_disk_can_be_read_without_the_key(desa: Agency) -> None:
    def rename(uow: Any) -> None:
        uow.people.change(2, code_name=CANARIES["code_name"])

    await desa.app.database.run(rename)
    await every_path(desa)
    folder = desa.settings.data_dir
    await until(lambda: len([path for path in (folder / "attachments").rglob("*") if path.is_file()]) >= 1)
    assert {path.suffix for path in folder.glob("kentongan.db*")} >= {".db", ".db-wal"}
    assert any((folder / "attachments").rglob("*"))
    assert readable(folder) == []
    for name in [call for user in desa.users.values() for call in [user.first_name]]:
        assert not any(name.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file()), name
    await desa.stop()
    assert readable(folder) == []
    assert TOKEN.encode() not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_what_is_done_is_emptied(desa: Agency) -> None:
    await submit(desa.phone("agen"), "Kebakaran dua kios")
    await desa.quiet()

    def left(uow: Any) -> dict[str, list[Any]]:
        return {
            "inbox": [
                body for status, body in rows(uow, "inbox", "status, body") if status == "done" and body is not None
            ],
            "outbox": [
                action
                for status, action in rows(uow, "outbox", "status, action")
                if status in ("sent", "dropped") and action is not None
            ],
            "drafts": [
                state
                for status, state in rows(uow, "drafts", "status, state")
                if status == "sent" and state is not None
            ],
        }

    assert await desa.app.database.run(left) == {"inbox": [], "outbox": [], "drafts": []}
    drafts = await desa.app.database.run(lambda uow: [uow.drafts.get(1)])
    assert drafts[0] is not None
    assert "Kebakaran" not in str(drafts[0].state)


async def test_no_log_line_at_any_level_holds_token_content_or_name(kantor: Site) -> None:
    process = await kantor.start(log_level="DEBUG")
    agent, other = kantor.phone("agen"), kantor.phone("agen2")
    await submit(agent, f"Kebakaran {CANARIES['message']}", seconds=30)
    kantor.world.faults.lost_answer("sendMessage", times=2)
    kantor.world.faults.bad_gateway("sendMessage", times=2)
    kantor.world.faults.server_error("getUpdates", times=1)
    await other.says(f"/lapinfo {CANARIES['talk']}")
    await other.taps("Ada kejadian")
    await other.sees("Bidang")
    malformed(kantor.world.bot(), {"message": {"text": CANARIES["draft"], "chat": {"id": 7101}}})
    malformed(kantor.world.bot(), {"message": {"message_id": 1, "date": "x", "text": CANARIES["draft"], "chat": 5}})
    kantor.world.faults.blocked(other.person.id, times=1)
    await other.says(one_message(CANARIES["other_draft"], "Doro"))
    await kantor.phone("pimpinan").says(CANARIES["reason"])
    verifier = kantor.phone("verifikator")
    card = await verifier.sees(CANARIES["message"], kantor.groups["verifikasi"], button="Setujui")
    await verifier.taps_data(card, data_of(card.buttons, "Setujui"), kantor.groups["verifikasi"])
    kantor.world.faults.offline()
    await process.says("telegram_unreachable")
    kantor.world.faults.clear()
    await kantor.phone("agen10").says("/nihil")
    await kantor.phone("agen10").sees("Nihil diterima")
    kantor.world.revoke(kantor.world.bot())
    assert await process.ended() == 2
    output = process.output
    assert "set aside" in output
    assert "token_revoked" in output
    secret = TOKEN.partition(":")[2]
    assert secret not in output
    assert kantor.key not in output
    for what, word in CANARIES.items():
        assert word.lower() not in output.lower(), what
    for user in kantor.users.values():
        assert user.first_name not in output
    for line in output.splitlines():
        assert "http://" not in line, line
    async with kantor.opened() as database:
        assert list(await database.verify()) == []
        assert len(await database.run(lambda uow: rows(uow, "cases", "id"))) == 2
