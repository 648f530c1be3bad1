"""Phrases that say where: after "di", by a village's or a street's name, or a site that opens its clause."""

from domain.recognition.normalise import Clause, Span, Token, lexicon
from domain.recognition.phrases import (
    ADMIN,
    CAUSES,
    GROUPS,
    OWNERS,
    PLACE_NOUNS,
    Marks,
    counts,
    looks_verbal,
    skipped_words,
)

_LONGEST = 14  # words in one phrase
_PREPOSITIONS = frozenset(
    ("di", "d", "depan", "dekat", "seputaran", "lokasi", "bertempat", "tkp", "belakang", "samping")
)
_PREPOSITION_KEPT = frozenset(("depan", "dekat", "belakang", "samping", "seputaran"))
_NOWHERE = lexicon("""
    lokasi tempat tkp sana situ sini medsos media sosial facebook fb wa grup tiktok instagram ig youtube twitter
    telegram whatsapp dunia maya atas antara duga lapangan-an
    mana hulu hilir bawah sekitar sekitarnya dalam luar hadapan rumah-masing kediaman-masing masing tengah
    """)
# Sites: with the words after them they are a place even without "di", and they belong to one ("gudang kayu di …").
_SITES = lexicon("""
    terminal pertigaan perempatan persimpangan perumahan pertokoan perkebunan pasar lapangan simpang jembatan gudang
    pangkalan gerbang pelabuhan muara pantai spbu tpi masjid mushola musholla gereja sekolah pondok ponpes pabrik
    gedung stasiun taman kantor kios toko warung rumah kandang balai alun hutan kebun komplek kompleks gor pendopo
    minimarket bank jalur ruas bantaran
    """)
_OWNED = lexicon("rumah kebun kandang halaman tambak sawah toko warung lahan pekarangan kontrakan kios")
# After these the place is where someone went, not where it happened.
_MOVED = lexicon(
    "mengungsi diungsikan dirawat dilarikan dibawa dievakuasi diamankan dimakamkan ditahan berobat dirujuk"
)
_PLACE_STOP = lexicon("""
    macet lumpuh tutup menutup ditutup putus mau batal rusak padam sepi sudah ludes
    ada terjadi telah sudah oleh antara antar yang dengan akan dimana saat ketika setelah sejak pada untuk sehingga
    hingga mengakibatkan melibatkan massa estimasi sebanyak sekitar jumlah tadi situasi korban berlangsung dan karena
    serta sampai menuju dari sedang sempat agar supaya hari ini atau juga masih tidak belum kondisi namun lalu kemudian
    saksi warga masyarakat pemuda ratusan puluhan ribuan belasan beberapa sekelompok seorang kira dihadiri dipimpin wib
    wita wit mulai memanas selesai diikuti atas anak itu tersebut tsb aman kondusif nihil korlap pukul terhadap
    sekarang dini massa
    """)
_GOING = lexicon("datangi mendatangi geruduk menggeruduk ngeluruk gerudug nglurug menduduki menuju serbu menyerbu")
_BUILDINGS = lexicon("balai kantor rumah gedung mapolsek polsek pabrik pendopo dprd sekolah kediaman proyek")
# "Balai desa", "dana desa": the word after belongs to it and begins no place phrase.
_OF_OFFICES = lexicon(
    "balai kantor kepala dana perangkat jalan aparat pemerintah tokoh antar dua tiga agen tingkat camat se warga-se "
    "aset tanah kas bumdes pegawai staf sekdes mantan calon musyawarah lahan"
)


def _place_end(words: tuple[Token, ...], start: int, marks: Marks, shouting: bool) -> int:
    """The index after the last word of the place phrase whose first word is `start`."""
    index = start
    while index < len(words) and index - start < _LONGEST:
        token = words[index]
        if marks.time_at(token) and not token.text.isdigit():
            break
        if index > start:
            if token.word == "dan" and index + 1 < len(words) and words[index + 1].word in ADMIN:
                index += 1
                continue
            if token.word in ("warga", "masyarakat", "pemuda") and words[index - 1].word in _OWNED:
                index += 1
                continue
            if token.word in _PLACE_STOP or token.word in CAUSES or marks.time_at(token) or marks.colon(words, index):
                break
            if token.start in marks.events or counts(token, words, index) or looks_verbal(token, shouting):
                break
            if token.word in ("di", "bertempat") or (token.word == "ke" and not token.text.isdigit()):
                index += 1 if index + 1 < len(words) and words[index + 1].word in ADMIN else 0
                if words[index].word not in ADMIN:
                    break
        index += 1
    return index


def _named(words: tuple[Token, ...]) -> bool:
    """Whether a place phrase says more than "desa" or a number."""
    return any(
        word.word not in ADMIN and word.text not in ("jl", "jln", "jalan") and not word.text[0].isdigit()
        for word in words
    )


def _site_before(words: tuple[Token, ...], index: int, marks: Marks) -> int:
    """The index of a site that the phrase at `index` says more about: "gudang kayu | di Karangdadap"."""
    for earlier in range(index - 1, max(-1, index - 4), -1):
        token = words[earlier]
        if token.word in _SITES:
            return earlier
        if token.word in _PLACE_STOP or token.start in marks.events or marks.time_at(token) or token.text[0].isdigit():
            break
        if looks_verbal(token, False):
            break
    return index


def _place_start(words: tuple[Token, ...], index: int, marks: Marks) -> tuple[int, int] | None:
    """(index of the phrase's first word, rank) of a place phrase that begins at `index`, if one does."""
    token = words[index]
    following = words[index + 1] if index + 1 < len(words) else None
    if token.word in _PREPOSITIONS and following is not None:
        if token.text in ("d", "tkp", "lokasi") and not (following.capital or following.word in ADMIN):
            return None
        first = index if token.word in _PREPOSITION_KEPT else index + 1
        if token.word == "bertempat" and following.word in ("di", "d") and index + 2 < len(words):
            first = index + 2
        return None if words[first].word in _NOWHERE or marks.time_at(words[first]) else (first, 0)
    before = words[index - 1].word if index else ""
    if token.word in ADMIN or token.text in ("jl", "jln"):
        numbered = before.isdigit() and not (index > 1 and words[index - 2].word in ("rt", "rw"))
        if token.word in ("rt", "rw") or before in _OF_OFFICES or numbered:
            return None
        return index, 3 if before in GROUPS or before in OWNERS else 1  # "warga Ds Bligo" says who, not where
    if token.word in _GOING and following is not None and following.word in _BUILDINGS:
        return index + 1, 2
    return None


def places(clause: Clause, marks: Marks, shouting: bool) -> list[tuple[int, Span, Span]]:
    """(rank, phrase, phrase with its preposition); a lower rank says more surely where it happened."""
    words = tuple(token for token in clause.tokens if token.is_word)
    found: list[tuple[int, Span, Span]] = []
    index = 0
    opening = skipped_words(clause)
    while index < len(words):
        start = _place_start(words, index, marks)
        bare = start is None and index == opening and words[index].word in _SITES
        if start is None and not bare:
            index += 1
            continue
        first, rank = start or (index, 2)
        end = _place_end(words, first, marks, shouting)
        if _named(words[first:end]) and (not bare or end - first > 1):
            site = first if bare else _site_before(words, index, marks)
            moved = any(word.word in _MOVED for word in words[max(0, index - 3) : index])
            whole = Span(words[index].start, words[end - 1].end)
            begin = words[site].start if site < index else words[first].start
            found.append((3 if moved else rank, Span(begin, whole.end), whole))
        index = max(end, index + 1)
    return found


def is_specific(words: tuple[str, ...]) -> bool:
    """Whether a place phrase names a site, a village or a street, and not just a kecamatan."""
    return any(
        word in _SITES or word in PLACE_NOUNS or word in ("jalan", "gang") or (word in ADMIN and word != "kecamatan")
        for word in words
    )
