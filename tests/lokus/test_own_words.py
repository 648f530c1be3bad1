"""What a reply may do to a report: words alone change it, covered numbers stay whole, nobody reads what is secret."""

from __future__ import annotations

import pytest

from domain.errors import Stale
from domain.lokus.result import PHOTOS_MOST
from domain.ports import UnitOfWork
from domain.usecases import lokus_result
from domain.usecases.lokus_draft import log_photos
from handlers import lokus_assign, lokus_chronicle, lokus_plan, lokus_rounds
from handlers import lokus_result as lokus_result_taps
from handlers.context import Context
from handlers.incoming import Incoming
from simulator.agency import Agency
from tests.dialog.script import Row, newest, play
from tests.lokus.forged import trying
from tests.lokus.pdf import text
from tests.lokus.report import FINISHED, SENT
from tests.lokus.story import lokus, to_the_field
from tests.lokus.test_documents import paper
from tests.lokus.test_rounds import to_the_rounds
from tests.lokus.test_unhappy import forged

LEAD = "koordinator_lapangan"
NIK, COVERED = "3603281234567890", "•" * 16
OTHER = "3603281234567891"


async def wordless(desa: Agency, who: str, question: str, said: str) -> None:
    """Voice, sticker, and a photo whose caption would stand there alone: each is answered, the question stays."""
    phone = desa.phone(who)
    asked = await phone.sees(question)
    for kind in ("voice", "sticker", "photo"):
        if kind == "voice":
            await phone.sends_voice(reply_to=asked)
        elif kind == "sticker":
            await phone.sends_sticker(reply_to=asked)
        else:
            await phone.sends_photo(caption="Massa bubar", reply_to=asked)
        await desa.quiet()
        assert said in newest(phone).text, kind
    await phone.says("\u200b \u2060", reply_to=asked)
    await desa.quiet()
    assert said in newest(phone).text
    assert asked.id in phone.chat().messages, "the question can still be answered"


async def test_only_words_change_the_draft_and_only_what_was_previewed_is_sent(desa: Agency) -> None:
    await to_the_field(desa)
    await play(
        desa,
        (
            *SENT,
            ("anggota1", "album", "9"),
            ("anggota1", "tulis", f"Saksi NIK {NIK}"),
            *FINISHED,
            (LEAD, "ketuk", "Hasil"),
            (LEAD, "balas", f"isi baru untuk Hasil > Tiga orang diterima, NIK {NIK}"),
            (LEAD, "ketuk", "Hasil"),
        ),
    )
    await wordless(desa, LEAD, "isi baru untuk Hasil", "Hasil dan tindak lanjut tidak diubah")
    case, row = await lokus(desa)
    assert row is not None
    assert row.result is not None
    assert row.result["isi"]["hasil"] == f"Tiga orang diterima, NIK {NIK}"
    # A Kirim without a preview, as a modified client can send it.
    assert (await forged(desa, LEAD, f"lh:k:{case.id}:{case.version}:{row.revision + 1}:0")).text
    await play(
        desa,
        (
            (LEAD, "balas", f"isi baru untuk Hasil > Empat orang diterima, NIK {COVERED}"),
            (LEAD, "ketuk", "Kronologi"),
            (LEAD, "ketuk", "Berikutnya"),
            (LEAD, "ketuk", "15"),
            (LEAD, "lihat", f"Saksi NIK {COVERED}"),
            (LEAD, "ketuk", "Ubah"),
            (LEAD, "balas", f"isi baru untuk baris ini > 04.55 WIB Camar-01: saksi mata NIK {COVERED}"),
            (LEAD, "ketuk", "Kembali"),
            (LEAD, "ketuk", "Siapa"),
        ),
    )
    await wordless(desa, LEAD, "isi baru untuk Siapa", "Siapa wajib diisi")

    def chosen(uow: UnitOfWork) -> int:
        """All that may be chosen; one more is left."""
        me = uow.people.by_telegram_id(desa.users[LEAD].id)
        photos = [photo.id for _, photo in log_photos(uow, case)]
        assert me is not None
        assert len(photos) == PHOTOS_MOST + 1
        for photo in photos[:PHOTOS_MOST]:
            lokus_result.toggle(uow, desa.app.office, me, case.id, photo, desa.clock.now())
        return photos[-1]

    left = await desa.app.database.run(chosen)
    assert "paling banyak 10" in ((await forged(desa, LEAD, f"lh:t:{case.id}:{left}:0")).text or "")
    await play(
        desa,
        (
            (LEAD, "ketuk", "Mengapa"),
            (LEAD, "balas", "isi baru untuk Mengapa > Upah"),
            (LEAD, "ketuk", "Mengapa"),
            (LEAD, "balas", "isi baru untuk Mengapa > -"),
            (LEAD, "ketuk", "Pratinjau"),
            (LEAD, "lihat", f"Empat orang diterima, NIK {COVERED}"),
            (LEAD, "tidak", "Upah"),
            (LEAD, "ketuk", "Kirim"),
        ),
    )
    case, _ = await lokus(desa)
    assert case.fields["hasil_hasil"] == f"Empat orang diterima, NIK {NIK}"
    assert f"Camar-01: saksi mata NIK {NIK}" in case.fields["hasil_bagaimana"]
    assert len(case.fields["hasil_foto"].split(",")) == PHOTOS_MOST


async def test_a_draft_that_nobody_previewed_is_not_sent_and_a_question_is_one_persons(desa: Agency) -> None:
    await to_the_field(desa)
    await play(desa, (*SENT, *FINISHED))
    case, row = await lokus(desa)
    assert row is not None

    def work(uow: UnitOfWork) -> None:
        """A reply to a question that somebody else was asked, however its slot is made."""
        now, chat = desa.clock.now(), desa.users[LEAD].id
        inc = Incoming(1, "message", chat, sender_id=chat, message_id=9, text="Pihak: A\nPokok: B", reply_to=1)
        ctx = Context(uow, desa.app.office, now, now, inc, uow.people.by_telegram_id(chat))
        other = str(ctx.me.id + 1)
        parts = [str(case.id), other, str(case.version), case.step, "0", "0", "ubah"]
        for module in (lokus_assign, lokus_chronicle, lokus_plan, lokus_result_taps, lokus_rounds):
            for head, taken in module.PROMPTS.items():
                for length in range(2, 8):
                    with pytest.raises(Stale) as refused:
                        taken(ctx, parts[:length])
                    assert refused.value.key == Stale().key, (head, length)

    await trying(desa, work)
    said = await forged(desa, LEAD, f"lh:k:{case.id}:{case.version}:{row.revision}:0")
    assert "pratinjau" in (said.text or "").lower()
    assert (await lokus(desa))[0].step == "laporan"


def part(key: str, words: str) -> tuple[Row, ...]:
    """That part in the Kasubbid's own words."""
    return (
        ("kasubbid", "ketuk", "Ubah isi"),
        ("kasubbid", "ketuk", key),
        ("kasubbid", "balas", f"isi baru untuk {key} > {words}"),
    )


async def test_only_words_make_a_version_numbers_stay_whole_and_covered(desa: Agency) -> None:
    await to_the_rounds(desa)
    await play(
        desa, (("kasubbid", "ketuk", "Terima"), ("kasubbid", "ketuk", "Ubah isi"), ("kasubbid", "ketuk", "Hasil"))
    )
    before, _ = await lokus(desa)
    await wordless(desa, "kasubbid", "isi baru untuk Hasil", "Hasil dan tindak lanjut tidak diubah")
    await play(desa, (("kasubbid", "ketuk", "Ubah isi"), ("kasubbid", "ketuk", "Siapa")))
    await wordless(desa, "kasubbid", "isi baru untuk Siapa", "Siapa wajib diisi")
    assert (await lokus(desa))[0].version == before.version
    await play(
        desa,
        (
            *part("Hasil", f"Bubar pukul 15.00, NIK {NIK}"),
            *part("Hasil", f"Bubar pukul 15.00, NIK {COVERED} dan NIK {OTHER}"),
            # One of two alike numbers copied: which one cannot be told, so it is asked for.
            *part("Hasil", f"Bubar, NIK {COVERED}"),
            ("kasubbid", "lihat", "tidak dapat dikenali"),
            *part("Hasil", f"Bubar tertib, NIK {COVERED} dan NIK {COVERED}"),
            ("kasubbid", "ketuk", "Baca lengkap"),
            ("kasubbid", "lihat", f"Bubar tertib, NIK {COVERED}"),
        ),
    )
    assert newest(desa.phone("kasubbid")).protected
    await play(
        desa,
        (
            ("kasubbid", "ketuk", "Riwayat versi (4)"),
            ("kasubbid", "ketuk", "Versi 4"),
            # Against the version before it, not against the first one.
            ("kasubbid", "lihat", f"Semula: Bubar pukul 15.00, NIK {COVERED} dan NIK {COVERED}"),
            ("kasubbid", "lihat", f"Menjadi: Bubar tertib, NIK {COVERED} dan NIK {COVERED}"),
            ("kasubbid", "ketuk", "Baca versi 4"),
            ("kasubbid", "lihat", f"Bubar tertib, NIK {COVERED}"),
        ),
    )
    case, _ = await lokus(desa)
    assert case.fields["hasil_hasil"] == f"Bubar tertib, NIK {NIK} dan NIK {OTHER}"
    await play(desa, (("kasubbid", "ketuk", "Dokumen"), ("kasubbid", "ketuk", "Laporan Kegiatan")))
    told = text(paper(desa, "kasubbid"))
    assert "Bubar tertib, NIK" in told
    assert (NIK in told, OTHER in told) == (False, False)
    for message in desa.phone("kasubbid").messages():
        assert message.mine or (NIK not in message.text and OTHER not in message.text), message.text

    def secret(uow: UnitOfWork) -> list[str]:
        """From now on a secret one; what was opened so far."""
        found = uow.cases.get(case.id)
        assert found is not None
        uow.cases.change(found, classification="sangat_rahasia")
        return [str(one.data["what"]) for one in uow.events.of(f"case:{case.id}") if one.action == "opened"]

    assert await desa.app.database.run(secret) == ["report", "report", "paper"]
    for what in (f"lr:b:{case.id}:0", f"lr:p:{case.id}", f"lr:v:{case.id}:0", f"lp:d:{case.id}"):
        assert "ditemukan" in ((await forged(desa, "kasubbid", what)).text or ""), what
        assert not (await forged(desa, "kabid", what)).text, "the Kabid is cleared for it"
