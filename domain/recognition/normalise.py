"""A message cut into words, clauses and sentences, without changing a letter of it.

Every word carries its place in the folded text and a canonical form in which SMS shorthand is spelt out ("tdk" is
"tidak", "alun2" is "alun"), so the lexicons of the other modules hold one spelling of each word.
"""

import re
from dataclasses import dataclass

from domain.textfold import Folded, fold


def lexicon(words: str) -> frozenset[str]:
    """A set of words written as running text, so that long lists stay readable."""
    return frozenset(words.split())


SHORTHAND = {
    "td": "tadi", "tdi": "tadi", "mlm": "malam", "mlem": "malam", "malem": "malam", "smlm": "semalam",
    "smpai": "sampai", "smpe": "sampai", "nutup": "menutup", "mlam": "malam",
    "pkl": "pukul", "pk": "pukul",
    "pkul": "pukul", "jm": "jam", "skrg": "sekarang", "skrang": "sekarang", "skr": "sekarang", "sdh": "sudah",
    "udh": "sudah", "udah": "sudah", "dah": "sudah", "org": "orang", "orng": "orang", "tdk": "tidak", "gak": "tidak",
    "ga": "tidak", "gk": "tidak", "nggak": "tidak", "ngga": "tidak", "tak": "tidak", "ndak": "tidak", "ora": "tidak",
    "mboten": "tidak", "tida": "tidak", "dgn": "dengan", "dng": "dengan", "dg": "dengan", "ttg": "tentang",
    "tentg": "tentang", "krn": "karena", "karna": "karena", "krna": "karena", "akb": "akibat", "akbt": "akibat",
    "yg": "yang", "blm": "belum", "blum": "belum", "belom": "belum", "durung": "belum", "kmrn": "kemarin",
    "kemaren": "kemarin", "kmren": "kemarin", "hr": "hari", "tgl": "tanggal", "tggl": "tanggal", "tngl": "tanggal",
    "ds": "desa", "kec": "kecamatan", "kcmtn": "kecamatan", "kecmatan": "kecamatan", "kecmtn": "kecamatan",
    "kel": "kelurahan", "klurahan": "kelurahan", "dsn": "dusun", "dk": "dukuh", "kmp": "kampung", "kp": "kampung",
    "thd": "terhadap", "trhdp": "terhadap", "msh": "masih", "msih": "masih", "tlh": "telah", "dr": "dari",
    "dri": "dari", "pd": "pada", "pda": "pada", "dpn": "depan", "dkt": "dekat", "utk": "untuk", "jl": "jalan",
    "jln": "jalan", "sktr": "sekitar", "skitar": "sekitar", "sekira": "sekitar", "sekiranya": "sekitar",
    "mnrt": "menurut", "mnurut": "menurut", "menrut": "menurut", "sy": "saya", "keg": "kegiatan", "kgt": "kegiatan",
    "kjadian": "kejadian", "kejdian": "kejadian", "kejadia": "kejadian", "kjdian": "kejadian", "kjd": "kejadian",
    "mnonjol": "menonjol", "menonjl": "menonjol", "mnjol": "menonjol", "wrg": "warga", "trjd": "terjadi",
    "trjadi": "terjadi", "terjd": "terjadi", "tjd": "terjadi", "rmh": "rumah", "mtr": "motor", "wil": "wilayah",
    "wlyh": "wilayah", "lap": "laporan", "mhn": "mohon", "ijin": "izin", "ijn": "izin", "slmt": "selamat",
    "bpk": "bapak", "pak": "bapak", "est": "estimasi", "jml": "jumlah", "jmlh": "jumlah", "dlm": "dalam",
    "bhw": "bahwa", "dmn": "dimana", "dmna": "dimana", "ttp": "tetapi", "tp": "tetapi", "tapi": "tetapi",
    "sbgn": "sebagian", "kond": "kondusif", "kondisif": "kondusif", "knp": "kenapa", "bgmn": "bagaimana",
    "gmn": "bagaimana", "gmna": "bagaimana",
    "lk": "sekitar", "pngrusakan": "pengrusakan", "sat": "saat", "sblm": "sebelum", "stlh": "setelah",
    "hny": "hanya", "cm": "hanya", "cuma": "hanya", "cuman": "hanya", "dtg": "datang", "melap": "melaporkan",
    "laporkn": "laporkan", "bs": "bisa", "sm": "sama", "jg": "juga", "sbb": "sebab", "aksi2": "aksi", "kpd": "kepada",
    "mslh": "masalah", "msalah": "masalah", "sltn": "selatan", "slatan": "selatan", "tgh": "tengah", "tngh": "tengah",
    "psr": "pasar", "pg": "pagi", "kntr": "kantor", "ktr": "kantor", "krg": "kurang", "lbh": "lebih", "lwt": "lewat",
    "dket": "dekat", "deket": "dekat", "smpg": "simpang", "prempatan": "perempatan", "msjd": "masjid",
    "sklh": "sekolah",
    "kbakaran": "kebakaran", "kebkran": "kebakaran", "kbkaran": "kebakaran", "bnjir": "banjir", "bnjr": "banjir",
    "lngsor": "longsor", "tawurn": "tawuran", "twuran": "tawuran", "pncurian": "pencurian", "pencrian": "pencurian",
    "kcelakaan": "kecelakaan", "plaku": "pelaku", "org2": "orang", "wes": "sudah", "wis": "sudah", "ono": "ada",
    "wonten": "ada", "nang": "di", "ning": "di", "ing": "di",
    "mergo": "karena", "amargo": "karena", "amarga": "karena", "wong": "orang", "tiyang": "orang", "bengi": "malam",
    "mau": "mau", "wingi": "kemarin", "omah": "rumah", "griyo": "rumah", "menyang": "ke", "kalih": "dengan",
    "karo": "dengan", "iki": "ini", "niki": "ini", "saiki": "sekarang", "sakniki": "sekarang", "jare": "katanya",
}  # fmt: skip
ABBREVIATIONS = lexicon(
    "kec ds kel dsn jl jln no tgl tggl pkl kab yth bpk bp sdr sdri est gg ket wil rt rw dk kp pk jm tlp telp hp "
    "prov rp kmp perum blok gd kcmtn kompl komp ttd kamp dgn lk dr drs ir st"
)
_TOKEN = re.compile(r"[^\W_]+|\n|[^\w\s]|_")
_CLAUSE_MARKS = frozenset(",;()|")
_ROADS = frozenset(("jalan", "ruas", "jalur", "jembatan", "penghubung", "rute"))  # "ruas Doro - Talun" is one place
_CLAUSE_WORDS = frozenset(("tetapi", "namun", "sedangkan", "sementara"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark: `text` as folded, `word` canonical, `capital` when written with a capital first letter."""

    start: int
    end: int
    text: str
    word: str
    capital: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True)
class Span:
    """A range of the folded text."""

    start: int
    end: int

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens between two commas; `sentence` numbers the sentence it stands in."""

    tokens: tuple[Token, ...]
    sentence: int

    @property
    def span(self) -> Span:
        return Span(self.tokens[0].start, self.tokens[-1].end)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(token.word for token in self.tokens if token.is_word)


@dataclass(frozen=True, slots=True)
class Message:
    """A text prepared for the recognisers."""

    folded: Folded
    tokens: tuple[Token, ...]
    clauses: tuple[Clause, ...]
    shouting: bool  # written in capitals throughout, or in none: capital letters say nothing

    def written(self, span: Span) -> str:
        """What stands there in the source, trimmed of marks at both ends."""
        text, start, end = self.folded.text, span.start, span.end
        while start < end and text[start] in ' \n,.;:-=>|/\u2022+"':
            start += 1
        while end > start and text[end - 1] in ' \n,;:-=>|/\u2022+"':
            end -= 1
        while end > start and text[end - 1] == "." and not text[start:end].endswith("s.d."):
            end -= 1
        return self.folded.as_written(start, end)


def canonical(word: str) -> str:
    """One spelling for a word: shorthand spelt out, the plural 2 of "warga2" and a clinging -nya or -lah removed."""
    if len(word) > 3 and word[-1] == "2" and word[:-1].isalpha():
        word = word[:-1]
    if word in SHORTHAND:
        return SHORTHAND[word]
    if len(word) > 6 and word.endswith(("nya", "lah")) and word not in ("masalah", "sekolah", "setelah", "jumlah"):
        return word[:-3]
    return word


def tokenise(folded: Folded) -> tuple[Token, ...]:
    """All words and marks in order."""
    source, at = folded.source, folded.at
    return tuple(
        Token(m.start(), m.end(), m.group(), canonical(m.group()), source[at[m.start()]].isupper())
        for m in _TOKEN.finditer(folded.text)
    )


def _ends_sentence(tokens: tuple[Token, ...], index: int, text: str) -> bool:
    token = tokens[index]
    if token.text in ("\n", "!", "?"):
        return True
    if token.text != "." or index == 0:
        return False
    before, following = tokens[index - 1], text[token.end : token.end + 1]
    short = len(before.text) == 1 and before.text.isalpha()
    if before.text in ABBREVIATIONS or short:
        return False
    if before.text.isdigit() and (index == 1 or tokens[index - 2].text == "\n"):
        return False  # "1. APA"
    if following in ("", " ", "\n", ")"):
        return True
    glued = index + 1 < len(tokens) and tokens[index + 1].text.isalpha() and len(tokens[index + 1].text) > 2
    return glued and len(before.text) > 3 and before.text.isalpha()


def _clauses(tokens: tuple[Token, ...], text: str) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    current: list[Token] = []
    sentence = 0

    def close() -> None:
        if any(token.is_word for token in current):
            clauses.append(Clause(tuple(current), sentence))
        current.clear()

    for index, token in enumerate(tokens):
        if _ends_sentence(tokens, index, text):
            close()
            sentence += 1
        elif (token.text in _CLAUSE_MARKS and not _inside_number(text, token)) or (
            token.text == "-"
            and text[token.start - 1 : token.start] == " " == text[token.end : token.end + 1]
            and not _ROADS.intersection(earlier.word for earlier in current[-5:])
        ):
            close()
        elif token.word in _CLAUSE_WORDS:
            close()
            current.append(token)
        else:
            current.append(token)
    close()
    return tuple(clauses)


def _inside_number(text: str, token: Token) -> bool:
    around = text[token.start - 1 : token.start] + text[token.end : token.end + 1]
    return token.text == "," and len(around) == 2 and around.isdigit()


def prepare(text: str) -> Message:
    """Fold, cut into words, clauses and sentences. Linear in the length of the text."""
    folded = fold(text)
    tokens = tokenise(folded)
    words = [token for token in tokens if token.text.isalpha() and len(token.text) > 2]
    capitals = sum(folded.source[folded.at[token.end - 1]].isupper() for token in words)
    shouting = capitals * 2 > len(words) or not any(token.capital for token in words)
    return Message(folded, tokens, _clauses(tokens, folded.text), shouting)
