"""What the words once came out by, each on its own."""

from __future__ import annotations

from simulator.agency import Agency
from tests.canary.people import Step
from tests.canary.story import BEGUN, WRITTEN, cast
from tests.canary.watch import Watch
from tests.canary.words import WORDS, found

OPENED = (Step("kabid", "ketuk", "Buka"),)


async def test_a_form_taken_up_again_never_stands_in_a_message_that_can_be_forwarded(desa: Agency) -> None:
    watch, people = Watch(desa), await cast(desa)
    await people.play(
        *WRITTEN,
        *OPENED,
        Step("kabid", "ketuk", "Revisi"),
        Step("kabid", "ketuk", "Data kurang"),
        Step("agen", "ketuk", "Perbaiki"),
        Step("agen", "ketuk", "Simpan draf"),
        Step("agen", "tulis", "/draf"),
        Step("agen", "ketuk", "Lanjutkan nomor 1"),
        Step("agen", "ketuk", "Simpan draf"),
        Step("agen", "ketuk", "Lanjutkan"),
    )
    assert watch.wrong() == []
    assert [chat for chat, text, _ in watch.shown if found(text) >= {"dasar", "massa"}]


async def test_a_typed_reason_for_a_refusal_is_not_told_a_ready_one_is(desa: Agency) -> None:
    people = await cast(desa)
    refused = (*OPENED, Step("kabid", "ketuk", "Tolak"))
    await people.play(*WRITTEN, *refused, Step("kabid", "ketuk", "Alasan lain"))
    await people.play(Step("kabid", "balas", f"Sebab {WORDS['alasan_tolak']}", on="alasan"))
    shown = desa.phone("agen").transcript()
    assert "ditanyakan kepada Kepala Bidang" in shown
    assert found(shown) <= {"nama"}  # whose chat it is
    short = (*BEGUN, Step("agen", "tulis", "Perintah"), Step("agen", "tulis", "Berkumpul"))
    rest = tuple(Step("agen", "ketuk", "Lewati") for _ in range(8))
    await people.play(*short, *rest, Step("agen", "ketuk", "Kirim"), *refused, Step("kabid", "ketuk", "Tidak benar"))
    assert "Tidak benar setelah diperiksa" in desa.phone("agen").transcript()
