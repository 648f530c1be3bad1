"""A text longer than one Telegram message arrives in parts: they are one answer, not the next one's."""

from __future__ import annotations

from datetime import timedelta

from simulator.agency import Agency
from tests.dialog.script import newest, own, play
from tests.dialog.test_nihil import EVENT, cases

LONG = "Warga berkumpul di balai desa dan menyampaikan keluhan. " * 72
assert 4000 <= len(LONG) <= 4096


async def at_siapa(desa: Agency) -> None:
    await play(desa, (("agen", "tulis", "Apa: Tawuran\nDi mana: Pasar Kajen"), ("agen", "lihat", "Siapa")))


async def test_the_second_part_of_an_answer_does_not_answer_the_next_question(desa: Agency) -> None:
    agen = desa.phone("agen")
    await at_siapa(desa)
    await agen.says(LONG.strip())
    await agen.says("Bagian kedua dari jawaban yang sama")
    await desa.quiet()
    answers = await _answers(desa)
    assert answers["siapa"] == f"{LONG.strip()} Bagian kedua dari jawaban yang sama"
    assert "kapan" not in answers
    assert "Kapan" in newest(agen).text


async def test_an_answer_typed_later_is_the_next_ones(desa: Agency) -> None:
    agen = desa.phone("agen")
    await at_siapa(desa)
    await agen.says(LONG.strip())
    desa.clock.advance(timedelta(seconds=20))
    await agen.says("pukul 04.00")
    await desa.quiet()
    answers = await _answers(desa)
    assert (answers["siapa"], answers["kapan"]) == (LONG.strip(), "pukul 04.00")


async def test_a_short_answer_takes_no_further_part(desa: Agency) -> None:
    agen = desa.phone("agen")
    await at_siapa(desa)
    await agen.says("pelajar")
    await agen.says("pukul 04.00")
    await desa.quiet()
    answers = await _answers(desa)
    assert (answers["siapa"], answers["kapan"]) == ("pelajar", "pukul 04.00")


async def test_a_report_in_three_parts_is_one_report(desa: Agency) -> None:
    agen = desa.phone("agen")
    first = "\n".join(line for line in EVENT.split("\n") if not line.startswith("Kapan"))
    await agen.says(f"{first}\nBagaimana: {LONG.strip()}"[:4096])
    desa.clock.advance(timedelta(seconds=1))
    await agen.says(LONG.strip())
    desa.clock.advance(timedelta(seconds=1))
    await agen.says("Sudah bubar.\nKapan: hari ini pkl 04.40 WIB")
    await desa.quiet()
    assert "Kapan: hari ini pkl 04.40 WIB" in newest(agen).text
    answers = await _answers(desa)
    assert answers["_teks"].endswith("Sudah bubar.\nKapan: hari ini pkl 04.40 WIB")
    await agen.edits(own(agen, "Sudah bubar"), "Sudah bubar.\nKapan: hari ini pkl 04.30 WIB")
    await desa.quiet()
    answers = await _answers(desa)
    assert answers["kapan"] == "hari ini pkl 04.30 WIB"
    assert answers["_teks"].count("menyampaikan keluhan") > 100
    await agen.taps("Kirim")
    await desa.quiet()
    (case,) = await cases(desa)
    assert case.fields["kapan"] == "hari ini pkl 04.30 WIB"
    assert "Sudah bubar" in case.fields["bagaimana"]


async def _answers(desa: Agency) -> dict[str, str]:
    draft = await desa.app.database.run(lambda uow: uow.drafts.active(1))
    assert draft is not None
    return dict(draft.state["answers"])
