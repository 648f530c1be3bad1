"""Whether a message says that nothing happened.

"Nihil" alone says so, and so does "kejadian menonjol nihil"; "korban nihil" does not, and no claim stands against an
event that the same message tells.
"""

from dataclasses import dataclass
from typing import Literal

from domain.recognition.normalise import Clause, Message, Token, lexicon

Claim = Literal["none", "weak", "strong"]
# What may be nil without the whole report being nil.
_PARTS = lexicon("""
    korban jiwa md luka kerugian kerusakan material materil materiil massa korlap materi dana rusak pengungsi
    tersangka pelaku saksi respon tanggapan hasil bantuan kontak luka2 meninggal kekerasan anarkis provokasi perlawanan
    dampak tuntutan izin ijin personel petugas pengamanan sinyal listrik air stok
    """)
_WHOLE = lexicon("""
    kejadian menonjol gangguan kamtibmas peristiwa laporan lapinfo informasi hal perkembangan insiden
    bencana konflik kasus berita temuan trantibum kerawanan info kejadian2 lainnya situasi wilayah
    unras unjuk tawuran kebakaran kriminalitas lain keamanan gangguan-kamtibmas guantibmas giat kegiatan kerawanan
    sosial
    """)
_CALM = lexicon("landai aman kondusif terkendali tenang tentrem damai ayem normal lancar kondusip terkendal")
_DENIALS = frozenset(("tidak", "belum", "tanpa", "bebas"))
_ENDED = lexicon("berakhir selesai bubar aksi secara berdamai diselesaikan")  # "berakhir damai" ends something
_CONTRAST = frozenset(("tetapi", "namun", "kecuali"))


@dataclass(frozen=True, slots=True)
class NihilReading:
    """How clearly nothing is said to have happened, and whether a "but" follows."""

    claim: Claim
    contradicted: bool


def is_nihil(word: str) -> bool:
    """As in "nihil" as thumbs spell it: one letter missing, doubled, swapped or mistaken."""
    if word in ("nihil", "nihl", "nil", "nihill", "niihil", "nhil", "nihi", "nihilnya", "nihilan"):
        return True
    if not 4 <= len(word) <= 9 or word[0] != "n" or not word.isalnum():
        return False
    squeezed = "".join(char for index, char in enumerate(word) if index == 0 or char != word[index - 1])
    return squeezed in _MISSPELT


_MISSPELT = lexicon("nihil nihl nhil nihi nihel nihik nihli nihol nihjl nihul nuhil njhil nigil nijil n1hil nihll")


def _nihil_claim(words: list[Token], index: int) -> bool:
    """Whether the "nihil" at `index` speaks of the whole report, by its nearest neighbours."""
    following = [token.word for token in words[index + 1 : index + 3]]
    if following and following[0] in _WHOLE:
        return True
    if following and (following[0] in _PARTS or following[0] in ("dari", "nya")):
        return False
    for token in reversed(words[max(0, index - 4) : index]):
        if token.word in _WHOLE:
            return True
        if token.word in _PARTS:
            return False
    return True


def _denial_claim(words: list[Token], index: int) -> bool:
    """As in "Tidak ada kejadian menonjol", "belum ada laporan", "0 kejadian", "bebas konflik"."""
    rest = [token.word for token in words[index + 1 : index + 6]]
    if words[index].word in ("0", "nol", "zero"):
        return bool(rest) and rest[0] in ("kejadian", "laporan", "gangguan", "peristiwa", "insiden", "kasus")
    while rest and rest[0] in (
        "ada",
        "terdapat",
        "terjadi",
        "ditemukan",
        "adanya",
        "yang",
        "dijumpai",
        "satu",
        "suatu",
    ):
        rest.pop(0)
    if rest and rest[0] in ("apa", "apapun", "perlu", "dilaporkan", "hal", "hal2", "ap2"):
        return True
    return bool(rest) and rest[0] in (
        "kejadian", "gangguan", "peristiwa", "menonjol", "laporan", "insiden", "informasi", "berita", "kerawanan",
        "unras", "unjuk", "konflik", "bencana", "info", "kasus", "tawuran",
    )  # fmt: skip


def _after_count(words: list[Token], index: int) -> bool:
    """As in "Kejadian 0", "kejadian menonjol kosong"."""
    if words[index].word not in ("0", "nol", "kosong"):
        return False
    before = [token.word for token in words[max(0, index - 2) : index]]
    after = [token.word for token in words[index + 1 : index + 2]]
    return any(word in ("kejadian", "menonjol", "peristiwa", "gangguan") for word in before) and not after


def _clause_claim(clause: Clause) -> Claim:
    words = [token for token in clause.tokens if token.is_word]
    claim: Claim = "none"
    for index, token in enumerate(words):
        if is_nihil(token.text) and _nihil_claim(words, index):
            return "strong"
        denial = token.word in _DENIALS or token.word in ("0", "nol", "zero")
        if (denial and _denial_claim(words, index)) or _after_count(words, index):
            return "strong"
        if token.word in _CALM and (index == 0 or words[index - 1].word not in _DENIALS | _ENDED):
            claim = "weak"
    return claim


def read_nihil(message: Message) -> NihilReading:
    """The strongest claim in the message, and whether "tetapi … ada" or "namun … terjadi" takes it back."""
    claims = [_clause_claim(clause) for clause in message.clauses]
    contradicted = any(
        clause.words[:1] and clause.words[0] in _CONTRAST and claim == "none"
        for clause, claim in zip(message.clauses, claims, strict=True)
    )
    strongest: Claim = "strong" if "strong" in claims else "weak" if "weak" in claims else "none"
    return NihilReading(strongest, contradicted)
