"""Labelled reports: "Apa: …", "2. SIAPA : …", "Hari/tgl - …", and the official form with A. FAKTA and B. CATATAN.

A label stands at the start of a line, behind a number or bullet if any; with ":" or "=" it may also follow a comma on
the same line. What follows it, up to the next label, is its value, as written.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.recognition.normalise import Message, Span, Token, lexicon


def _bars(labels: str) -> frozenset[str]:
    """Labels of several words, written in one line with bars between."""
    return frozenset(labels.split("|"))


FIELDS = ("apa", "siapa", "dimana", "kapan", "mengapa", "bagaimana", "pendapat")
# Words that are the question itself; these need no colon to be trusted.
CORE = {
    "apa": "apa", "what": "apa", "opo": "apa", "apakah": "apa",
    "siapa": "siapa", "who": "siapa", "sapa": "siapa", "siapakah": "siapa", "sopo": "siapa", "syapa": "siapa",
    "dimana": "dimana", "di mana": "dimana", "where": "dimana", "dimn": "dimana", "dimanakah": "dimana",
    "kapan": "kapan", "bilamana": "kapan", "when": "kapan", "kpn": "kapan", "bila mana": "kapan", "kapankah": "kapan",
    "mengapa": "mengapa", "why": "mengapa", "kenapa": "mengapa", "mengapakah": "mengapa", "mngapa": "mengapa",
    "bagaimana": "bagaimana", "how": "bagaimana", "gimana": "bagaimana", "bagaiman": "bagaimana",
    "bagimana": "bagaimana", "bgm": "bagaimana", "bagaimanakah": "bagaimana",
}  # fmt: skip
# Other headings, whose value is the answer.
HEADINGS = {
    "apa": "kejadian|peristiwa|jenis kejadian|jenis peristiwa|jenis kegiatan|bentuk kejadian|nama kejadian|kegiatan|"
    "nama kegiatan|masalah|permasalahan|isu|pokok masalah|giat|apa yang terjadi|kejadian menonjol|kasus|perkara|"
    "bentuk kegiatan|rencana kegiatan|materi|informasi yang diperoleh|macam kejadian|kejadian apa|judul",
    "siapa": "pelaku|pihak|pihak terlibat|yang terlibat|pihak yang terlibat|para pihak|subjek|subyek|pelaku kejadian|"
    "kelompok|penyelenggara|penanggung jawab|peserta|aktor|terlapor|yang hadir",
    "dimana": "lokasi|tkp|tempat|tempat kejadian|lokasi kejadian|tempat kejadian perkara|alamat|lokasi kegiatan|tmpt|"
    "tempat kegiatan|posisi|lok|titik lokasi|lokasi aksi",
    "kapan": "waktu|waktu kejadian|hari|tanggal|hari tanggal|hari tanggal jam|hari tanggal waktu|jam|pukul|hari jam|"
    "waktu kegiatan|tanggal kejadian|hari kejadian|jam kejadian|tanggal jam|wkt|waktu pelaksanaan|hari dan tanggal|"
    "hari tanggal pukul|waktu tempat|waktu dan tempat|waktu lokasi|tanggal waktu|tanggal pukul|hari pukul|hari waktu",
    "mengapa": "penyebab|sebab|alasan|motif|latar belakang|pemicu|faktor penyebab|sebab kejadian|sebab musabab|"
    "penyebab kejadian|tuntutan|dalam rangka|akar masalah|maksud|tujuan|maksud dan tujuan|pokok tuntutan|isi tuntutan|"
    "duduk perkara|dugaan penyebab",
    "bagaimana": "kronologi|kronologis|kronologi kejadian|kronologis kejadian|uraian|uraian kejadian|jalan kejadian|"
    "jalannya kejadian|jalannya|jalannya kegiatan|situasi|sikon|kondisi|keadaan|perkembangan|situasi terakhir|"
    "keterangan|fakta|fakta fakta|isi|isi laporan|proses|proses kejadian|uraian singkat|deskripsi|rangkaian kejadian|"
    "isi informasi|uraian fakta|ringkasan kejadian|fakta kejadian|penjelasan|kondisi terkini|situasi terkini|detail",
    "pendapat": "pendapat|pendapat pelapor|opini|saran|rekomendasi|catatan|analisa|analisis|prediksi|kesimpulan|"
    "tanggapan|saran tindak|pendapat saya|cat|saran masukan|saran dan masukan|pendapat saran|analisa pelapor|"
    "pendapat dan saran|saran pendapat|masukan|analisa dan prediksi|saran rekomendasi|kesimpulan dan saran|note|"
    "catatan pelapor|pendapat kami|pandangan|langkah antisipasi|analisa prediksi|penilaian",
}  # fmt: skip
# Facts whose heading carries meaning ("Korban: 2 orang"), so it stays in the value.
NAMED = {
    "siapa": "massa|jumlah massa|estimasi massa|korlap|saksi|jumlah peserta|penanggungjawab|jumlah|kekuatan massa|kuat",
    "dimana": "desa|kelurahan|kecamatan|dusun|titik kumpul|wilayah|rt|rw|jalan|desa kelurahan|kelurahan desa",
    "bagaimana": "korban|korban jiwa|kerugian|kerugian materi|kerugian material|dampak|akibat|tindakan|upaya|"
    "tindak lanjut|langkah|langkah langkah|langkah yang diambil|langkah yang telah diambil|tindakan yang diambil|"
    "penanganan|dengan apa|alat|barang bukti|menggunakan|alat yang digunakan|arus lalin|cuaca|hasil|kerusakan|"
    "situasi kamtibmas|aparat|pengamanan|tindakan awal|alat peraga|rute|status|respon|petugas",
}  # fmt: skip
# Headings of a letter and of the form: not one of the seven answers.
META = _bars(
    "kepada|kepada yth|yth|dari|nomor|no|tembusan|lampiran|sifat|klasifikasi|perihal|hal|"
    "pelapor|nama|bidang|pengirim|agen|kode|foto|dokumentasi|hp|telp|no hp|"
    "nilai|tanggal laporan|u p|pendahuluan|laporan|lapinfo|lapsus|lapsida|lap|info|nik|jabatan|"
    "instansi|profil|tujuan surat|sandi|ref|dasar|laporan informasi|laporan khusus|"
    "nama sandi"
)
# Headings whose value is on a list of the office; which key of the form each one means.
STATED = {
    "sumber": "sumber", "sumber informasi": "sumber", "sumber info": "sumber", "sumber berita": "sumber",
    "unsur": "sumber",
    "cara memperoleh": "cara", "cara perolehan": "cara", "cara mendapat": "cara", "cara mendapatkan": "cara",
    "cara memperoleh informasi": "cara", "cara mendapat informasi": "cara", "cara mendapatkan informasi": "cara",
    "derajat": "derajat", "derajat laporan": "derajat",
}  # fmt: skip
_FILL = lexicon(
    "yang terjadi terlibat saja kejadian tempat waktu lokasi pelaku sebab penyebab alasan kronologi pihak dan "
    "peristiwa nya kah tanggal hari jam pukul berada perkara bisa prosesnya kejadiannya masalah situasi akibat"
)
_LONGEST = 6  # words in a label


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled answer. `field` is None for a letter's heading, whose `label` says which."""

    field: str | None
    label: str
    value: Span
    core: bool
    named: bool
    at: int
    """Where the label begins in the folded text."""


def _table() -> dict[str, tuple[str | None, bool, bool]]:
    table: dict[str, tuple[str | None, bool, bool]] = dict.fromkeys((*META, *STATED), (None, False, False))
    for field, labels in NAMED.items():
        table.update(dict.fromkeys(labels.split("|"), (field, False, True)))
    for field, labels in HEADINGS.items():
        table.update(dict.fromkeys(labels.split("|"), (field, False, False)))
    table.update({label: (field, True, False) for label, field in CORE.items()})
    return table


_LABELS = _table()


def _classify(words: list[str]) -> tuple[str | None, bool, bool] | None:
    """(field, core, named) of a label's words, or None when they are no label."""
    if not words or len(words) > _LONGEST:
        return None
    whole = " ".join(words)
    if whole in _LABELS:
        return _LABELS[whole]
    for length in (2, 1):
        head = " ".join(words[:length])
        if head in CORE and all(word in _FILL or word in CORE for word in words[length:]):
            return CORE[head], True, False
    head = words[0]
    if head in _LABELS and not _LABELS[head][2] and all(word in _FILL or word in _LABELS for word in words[1:]):
        return _LABELS[head]
    if " ".join(words[:2]) in _LABELS and all(word in _FILL or word in _LABELS for word in words[2:]):
        return _LABELS[" ".join(words[:2])]
    return None


@dataclass(frozen=True, slots=True)
class _Found:
    start: int  # index of the label's first token
    value: int  # index of the value's first token
    kind: tuple[str | None, bool, bool]
    label: str
    bare: bool  # alone on its line, or without any mark after it


def _skip_number(tokens: tuple[Token, ...], index: int) -> int:
    """Past "1.", "a)", "II.", "-", "•" and the like at the start of a line."""
    while index < len(tokens) and not tokens[index].is_word and tokens[index].text not in "\n:=":
        index += 1
    if index + 1 < len(tokens) and tokens[index + 1].text in (".", ")", "-", "/"):
        token = tokens[index].text
        if len(token) <= 2 or (len(token) <= 4 and set(token) <= set("ivx")):
            index += 2
            while index < len(tokens) and tokens[index].text in (".", ")", "-", "(", "\u2022"):
                index += 1
    elif index + 1 < len(tokens) and tokens[index].text.isdigit() and len(tokens[index].text) <= 2:
        index += 1  # "1 Apa :"
    return index


def _read(  # noqa: C901 one pass over a label's few tokens; the branches are the marks that may stand in it
    tokens: tuple[Token, ...], start: int, line_start: bool
) -> _Found | None:
    """The label that begins at token `start`, if one does."""
    words: list[str] = []
    raw: list[str] = []
    best: _Found | None = None
    depth = 0
    for index in range(start, min(start + 2 * _LONGEST + 2, len(tokens))):
        token = tokens[index]
        if token.text in ":=" or (line_start and token.text in ("-", ">") and words and not depth):
            kind = _classify(words) or _classify(raw)
            if kind is not None and (token.text in ":=" or kind[1] or _spaced(tokens, index)):
                return _Found(start, index + 1, kind, " ".join(words), False)
            if token.text in ":=":
                return best
        elif token.text == "\n":
            kind = _classify(words) or _classify(raw)
            if line_start and kind is not None:
                return _Found(start, index + 1, kind, " ".join(words), True)
            return best
        elif token.text == "(":
            depth += 1
        elif token.text == ")":
            depth = max(0, depth - 1)
        elif token.is_word and not depth:
            words.append(token.word)
            raw.append(token.text)
            if line_start and len(words) == 1 and words[0] in CORE:
                best = _Found(start, index + 1, (CORE[words[0]], True, False), words[0], True)
        elif token.text not in "/&.,?-" and not token.is_word and not depth:
            return best
    kind = _classify(words) if line_start else None
    if kind is not None and start + len(words) >= len(tokens):
        return _Found(start, len(tokens), kind, " ".join(words), True)
    return best


def _spaced(tokens: tuple[Token, ...], index: int) -> bool:
    return index > 0 and tokens[index].start > tokens[index - 1].end


def _candidates(tokens: tuple[Token, ...]) -> Iterator[_Found]:
    index, line_start = 0, True
    while index < len(tokens):
        if line_start:
            begin = _skip_number(tokens, index)
            found = _read(tokens, begin, line_start=True) if begin < len(tokens) else None
            if found is not None:
                yield _Found(index, found.value, found.kind, found.label, found.bare)
                line_start = found.value > 0 and tokens[found.value - 1].text == "\n"
                index = found.value
                continue
        token = tokens[index]
        if not line_start and token.is_word and _inline_start(tokens, index):
            found = _read(tokens, index, line_start=False)
            if found is not None:
                yield found
                index, line_start = found.value, False
                continue
        line_start = token.text == "\n"
        index += 1


def _inline_start(tokens: tuple[Token, ...], index: int) -> bool:
    """Inside a line a label follows a mark, or is one of the seven questions."""
    before = tokens[index - 1]
    return (
        before.text in (",", ";", ".", "|", "/", ")", "\u2022", ">", "-")
        or tokens[index].word in CORE
        or (tokens[index].word == "di" and index + 1 < len(tokens) and tokens[index + 1].word == "mana")
    )


def entries(message: Message) -> tuple[Entry, ...]:
    """The labelled answers in order; empty when the message is not written with labels."""
    tokens = message.tokens
    found = list(_candidates(tokens))
    bare = {item.kind[0] for item in found if item.bare and item.kind[1]}
    # "Apa yang terjadi tadi" is a sentence; three questions each heading a line are a form without colons.
    kept = [item for item in found if not item.bare or (item.kind[1] and len(bare) >= 3) or _section(tokens, item)]
    result: list[Entry] = []
    for number, item in enumerate(kept):
        end = kept[number + 1].start if number + 1 < len(kept) else len(tokens)
        if item.value >= end:
            continue
        field, core, named = item.kind
        first = item.start if named else item.value
        if not any(token.is_word for token in tokens[item.value : end]):
            continue
        begin = _skip_number(tokens, first) if named else first
        result.append(
            Entry(
                field, item.label, Span(tokens[begin].start, tokens[end - 1].end), core, named, tokens[item.start].start
            )
        )
    return tuple(result)


def _section(tokens: tuple[Token, ...], item: _Found) -> bool:
    """As in "A. FAKTA" alone on its line, numbered or in capitals, heads a section."""
    numbered = _skip_number(tokens, item.start) > item.start
    alone = tokens[item.value - 1].text == "\n"
    return alone and (numbered or item.label in ("fakta", "fakta fakta", "catatan", "pendapat", "saran", "kronologi"))


def is_labelled(found: tuple[Entry, ...]) -> bool:
    """Whether the labels carry the report: two different answers, or "Apa" alone."""
    fields = {entry.field for entry in found if entry.field is not None}
    return (
        len(fields) >= 2
        or any(entry.core for entry in found)
        or any(entry.label.startswith("fakta") for entry in found)
    )
