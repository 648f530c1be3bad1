"""The words around a report that are no part of it: greetings, openings, closings, thanks, questions."""

from domain.recognition.normalise import Clause, Message, Token, lexicon

OPENING = lexicon("""
    izin mohon lapor melaporkan melapor laporan dilaporkan laporkan lapinfo info informasi infokan menginformasikan
    diinformasikan awal selamat assalamualaikum assalamu alaikum ass wr wb wrwb wrb wassalam waalaikumsalam salam
    sejahtera
    sugeng enjing siap bapak ibu bu ndan komandan kaban kaka kakan kabid kasubbid dan yth terhormat menyampaikan
    sampaikan disampaikan bahwa sekilas update hormat dengan saya kami monitor kirim melanjutkan kepada admin min gan
    mas mba mbak om pimpinan rekan semua bos boss kesbangpol hallo halo hai kulonuwun nuwun sewu
    ngapunten nyuwun sore pagi siang malam dalu sonten izinkan perkenankan segera a.n
    rekan2 telah bersama teruskan diteruskan terusan forward breaking news met slamat pgi
    """)
_OFFICE = frozenset(("kantor", "badan", "kesbangpol"))
_TIMES_OF_DAY = frozenset(("pagi", "siang", "sore", "malam", "dalu", "sonten", "enjing"))
CLOSING = lexicon("""
    dumm dum dumas demikian terima kasih terimakasih trims tks thx makasih mksh matur suwun nuwun 86 wassalam
    wassalamualaikum
    hormat petunjuk arahan maturnuwun thanks trim tq sekian selesai. nb mksih trimakasih trmksh sembah
    """)
_CLOSERS = (
    ("mohon", "petunjuk"), ("mohon", "arahan"), ("mohon", "maaf"), ("foto", "menyusul"),
    ("foto", "terlampir"), ("dokumentasi", "terlampir"), ("dokumentasi", "menyusul"), ("perkembangan", "menyusul"),
    ("demikian", "dilaporkan"), ("demikian", "laporan"), ("demikian", "kami"), ("untuk", "menjadi"),
    ("sebagai", "laporan"), ("video", "menyusul"), ("lampiran", "foto"), ("mohon", "dimaklumi"), ("foto", "nyusul"),
)  # fmt: skip
_SMALL = lexicon("""
    p tes test testing ok oke okay okeh siap 86 monitor dimengerti noted sip mantap baik ya iya nggih inggih y yes no
    halo hallo hai hi hei pagi siang sore malam p ping hadir absen lapor laporan info izin assalamualaikum terima kasih
    makasih mks tks thx thanks suwun selamat bot menu start help bantuan lanjut copas gas wkwk haha hehe maaf amin
    aamiin
    semangat sehat selalu bapak ibu bu komandan ndan admin min semua rekan mas mba mbak ass wr wb walaikumsalam
    waalaikumsalam waalaikumussalam warahmatullahi wabarakatuh matur nuwun mantab joss jos good cek coba
    """)
_BIDANG = frozenset(
    ("ideologi", "politik", "ekonomi", "sosial budaya", "sosbud", "agama", "hankam", "pertahanan dan keamanan")
)
_REACH = lexicon("hub hubungi dihubungi cp kontak telp telepon tlp hp wa nohp nomor no nope contact narahubung")
_WRITER = lexicon("di ke no bisa dapat silakan lebih lanjut saya kami pelapor agen yang atau dan dengan info selengkap")
_ASKING = lexicon("""
    apakah bagaimana gimana piye kapan dimana mengapa kenapa siapa berapa apa bolehkah bisakah adakah haruskah kok
    pripun pundi opo ngopo tanya bertanya menanyakan
    """)


def skip_opening(tokens: tuple[Token, ...]) -> int:
    """How many tokens at the start of a clause are greeting or opening ("Mohon ijin, selamat pagi bapak")."""
    index = 0
    while index < len(tokens) and _opens(tokens, index):
        token = tokens[index]
        if token.word in _TIMES_OF_DAY and index and tokens[index - 1].word in ("tadi", "hari"):
            break
        index += 1
    return index


def _opens(tokens: tuple[Token, ...], index: int) -> bool:
    token, following = tokens[index], _next_word(tokens, index)
    if not token.is_word or token.word in OPENING:
        return True
    if token.word in ("mau", "ingin", "hendak"):
        return following in ("lapor", "melapor", "melaporkan", "laporkan", "menginformasikan")
    if token.word == "yang":
        return following in ("terhormat", "kami")
    return token.word in ("kepala", "kantor", "badan") and following in _OFFICE


def _next_word(tokens: tuple[Token, ...], index: int) -> str:
    return tokens[index + 1].word if index + 1 < len(tokens) else ""


def is_closing(clause: Clause) -> bool:
    """As in "Dumm", "demikian, terima kasih", "mohon petunjuk", "foto menyusul"."""
    words = clause.words
    if words[:2] in _CLOSERS and len(words) <= 8:
        return True
    return bool(words) and (words[0] in CLOSING) and len(words) <= 9


def is_heading(clause: Clause) -> bool:
    """A clause that is no fact: the bidang alone ("Sosial budaya,"), or how to reach someone ("hub 0812…")."""
    words = clause.words
    named = " ".join(words[1:] if words[:1] == ("bidang",) else words)
    return named in _BIDANG or reaches(clause)


def reaches(clause: Clause) -> bool:
    """A clause that only says how to reach someone ("hub 0812…", "saksi hp 0812…")."""
    words = clause.words
    reach = next((index for index, word in enumerate(words) if word in _REACH), len(words))
    number = sum(char.isdigit() for word in words[reach:] for char in word)
    return reach <= 4 and number >= 8 and sum(word.isalpha() for word in words) <= 7


def names_somebody(clause: Clause) -> bool:
    """Whether a clause that says how to reach someone also says whom ("Saksi hp 0812…"), beside the writer."""
    words = [word for word in clause.words[skip_opening(clause.tokens) :] if word.isalpha()]
    return any(word not in _REACH and word not in _WRITER for word in words)


def is_small_talk(message: Message) -> bool:
    """Nothing but greetings, thanks, acknowledgements, a letter or marks."""
    words = [token.word for token in message.tokens if token.is_word]
    return all(word in _SMALL or word in OPENING or len(word) < 3 or word.isdigit() for word in words)


def is_question(message: Message) -> bool:
    """A question to the office rather than a report: it asks in its first words and ends with a question mark."""
    text = message.folded.text.rstrip(" \n!.)")
    words = [token.word for token in message.tokens if token.is_word]
    while words and words[0] in OPENING:
        words.pop(0)
    if not words:
        return False
    asks = words[0] in _ASKING or words[0] in ("tanya", "bertanya", "nanya") or words[:2] == ["mau", "tanya"]
    if words[0] in ("tanya", "bertanya", "nanya") or words[:2] == ["mau", "tanya"]:
        return True
    return text.endswith("?") and (asks or len(words) < 12)
