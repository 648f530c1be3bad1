"""``doctor`` beside the running bot: the practice Telegram answers, everything is in order; then something is not."""

from __future__ import annotations

from bot.cli.doctor import examine
from simulator.agency import Agency


async def test_doctor_asks_telegram_and_finds_the_house_in_order(desa: Agency) -> None:
    found = {check.name: check for check in await examine(desa.settings, practice=True)}
    assert [check for check in found.values() if check.verdict == "wrong" and check.name != "clock"] == []
    assert "answers" in found["telegram"].detail
    assert found["webhook"].detail.startswith("polling")
    assert found["database"].verdict == found["integrity"].verdict == "ok"
