"""The quiet morning: one tap, the same message turns into the receipt."""

from __future__ import annotations

from simulator.agency import Agency


async def test_nihil_is_one_tap_and_the_message_becomes_the_receipt(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapinfo")
    asked = await agen.sees("Laporan pagi")
    await agen.taps("Nihil")
    receipt = await agen.sees("Nihil diterima")
    assert receipt.id == asked.id
    assert "LI-261120-0001" in receipt.text
    assert "tepat waktu" in receipt.text
    assert "20 November 2026 pukul 04.55 WIB" in receipt.text
