"""*Ada kejadian*, asked step by step, from the agent's phone to the receipt."""

from __future__ import annotations

from simulator.agency import Agency
from simulator.people import Phone

GUIDED = (
    ("Bidang", "tap", "Sosial Budaya"),
    ("Kecamatan", "tap", "Kajen"),
    ("Desa/Kelurahan", "tap", "Lewati"),
    ("Apa", "say", "Kebakaran dua kios"),
    ("Siapa", "say", "Pedagang pasar, sekitar 10 orang"),
    ("Di mana", "say", "Pasar Kajen blok B"),
    ("Kapan", "say", "hari ini pukul 04.15"),
    ("Mengapa", "tap", "Lewati"),
    ("Bagaimana", "say", "Api padam pukul 04.40, tidak ada korban"),
    ("Foto", "tap", "Lewati"),
    ("Pendapat pelapor", "tap", "Lewati"),
    ("Derajat", "tap", "Segera"),
)


async def walk(phone: Phone, table: tuple[tuple[str, str, str], ...] = GUIDED) -> None:
    """Answer each question as the table says."""
    for question, how, answer in table:
        await phone.sees(question)
        assert phone.last().text.startswith(question) or f"\n{question}" in phone.last().text, phone.transcript()
        if how == "tap":
            await phone.taps(answer)
        else:
            await phone.says(answer)


async def test_the_guided_report_from_the_first_question_to_the_receipt(desa: Agency) -> None:
    agen = desa.phone("agen")
    await agen.says("/lapinfo")
    await agen.sees("Laporan pagi")
    await agen.taps("Ada kejadian")
    await walk(agen)
    summary = await agen.sees("Ringkasan laporan")
    for piece in ("Kebakaran dua kios", "Pasar Kajen blok B", "hari ini pukul 04.15", "Segera", "FKDM"):
        assert piece in summary.text
    await agen.taps("Kirim")
    receipt = await agen.sees("Laporan diterima")
    assert receipt.id == summary.id
    assert "LI-261120-0001" in receipt.text
    assert "tepat waktu" in receipt.text
    card = await desa.phone("verifikator").sees("LI-261120-0001", desa.groups["verifikasi"])
    assert "Elang-07" in card.text
    assert "Agen Kajen" not in card.text
