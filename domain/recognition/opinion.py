"""Wording that reads as the reporter's own opinion or advice.

What others said ("menurut saksi", "warga menduga") is a fact about them and is not pointed out; neither is the police's
careful "diduga", which says where a cause stands.
"""

from domain.recognition.normalise import Clause, Message, Span, Token, lexicon, prepare

# After "menurut": whose view it is. Anyone else's view is a reported fact.
_OWN = lexicon("saya kami sy ku kita hemat pendapat analisa analisis pengamatan pandangan feeling penilaian")
PHRASES: tuple[tuple[str, ...], ...] = (
    ("saya", "kira"), ("saya", "rasa"), ("saya", "yakin"), ("saya", "pikir"), ("saya", "duga"), ("saya", "curiga"),
    ("saya", "menduga"), ("saya", "menilai"), ("saya", "khawatir"), ("saya", "pribadi"), ("saya", "berpendapat"),
    ("saya", "melihat"), ("kami", "kira"), ("kami", "rasa"), ("kami", "yakin"), ("kami", "menduga"),
    ("kami", "menilai"), ("kami", "khawatir"), ("kami", "berpendapat"), ("kami", "curiga"), ("kami", "duga"),
    ("pendapat", "saya"), ("pendapat", "kami"), ("analisa", "saya"), ("analisa", "kami"), ("analisis", "kami"),
    ("dugaan", "saya"), ("dugaan", "kami"), ("perkiraan", "saya"), ("perkiraan", "kami"), ("prediksi", "saya"),
    ("prediksi", "kami"), ("hemat", "saya"), ("hemat", "kami"), ("firasat", "saya"), ("feeling", "saya"),
    ("bisa", "jadi"), ("boleh", "jadi"), ("tidak", "mungkin"), ("besar", "kemungkinan"), ("kemungkinan", "besar"),
    ("kalau", "menurut"), ("patut", "diduga"), ("diduga", "kuat"), ("kuat", "dugaan"), ("patut", "dicurigai"),
    ("saya", "sarankan"), ("kami", "sarankan"),
    ("saya", "menyarankan"), ("kami", "menyarankan"), ("saya", "usul"), ("kami", "usul"), ("saya", "mengusulkan"),
    ("kami", "mengusulkan"), ("ada", "indikasi"), ("tampak", "seperti"),
)  # fmt: skip
WORDS = lexicon(
    "menurutku menurutsaya sepertinya sprtinya spertinya sptnya seperti-nya kayaknya kayanya kyknya kyaknya kayake "
    "ketoke ketoknya kelihatannya keliatannya kliatannya tampaknya nampaknya kiranya agaknya mungkin mngkin mgkn "
    "barangkali kemungkinan seharusnya harusnya semestinya mestinya sebaiknya sebaikny seyogyanya seyogianya "
    "takutnya khawatirnya dikhawatirkan terkesan rasanya rasane kadose imho jelas-jelas asumsinya"
)
_NOT_AFTER = {"kiranya": frozenset(("mohon", "agar", "sudi"))}
# Words that open a sentence of advice.
ADVICE = lexicon(
    "perlu perlunya saran sarannya disarankan menyarankan usul usulan rekomendasi rekomendasinya direkomendasikan "
    "sebaiknya hendaknya diharapkan harap mohon dimohon seharusnya diperlukan dibutuhkan butuh prediksi analisa "
    "analisis pendapat kesimpulan catatan"
)
# "Perlu" and "mohon" open many sentences; these words after them make it advice to the office.
_ADVISED = lexicon(
    "koordinasi dikoordinasikan mediasi dimediasi pengamanan diwaspadai waspada kewaspadaan antisipasi diantisipasi "
    "pendekatan penanganan ditangani ditindaklanjuti tindak dilakukan diadakan dipantau pemantauan monitoring "
    "perhatian segera penambahan tambahan patroli pengawasan diawasi sosialisasi penyuluhan langkah bantuan dibantu "
    "peningkatan ditingkatkan evaluasi turun dialog klarifikasi diklarifikasi deteksi pembinaan dibina kehadiran "
    "diselesaikan penyelesaian personel dicek diperbaiki perbaikan penertiban ditertibkan kerjasama atensi "
    "difasilitasi fasilitasi audiensi rakor musyawarah"
)


def _at(words: tuple[Token, ...], index: int) -> int:
    """How many words of an opinion phrase begin at `index`; 0 when none does."""
    token = words[index]
    following = words[index + 1].word if index + 1 < len(words) else ""
    if token.word == "menurut":
        return 2 if following in _OWN or (words[index + 1].text in _OWN if following else False) else 0
    if (token.word, following) in _PAIRS:
        return 2
    if token.text in WORDS or token.word in WORDS:
        before = words[index - 1].word if index else ""
        return 0 if before in _NOT_AFTER.get(token.text, ()) else 1
    return 0


_PAIRS = frozenset(PHRASES)


def _advice(words: tuple[Token, ...]) -> int:
    """How many words of advice open this clause: "Perlu koordinasi" is two, "Saran" one."""
    if not words:
        return 0
    skip = 1 if words[0].word in ("kami", "saya", "untuk", "jadi", "dan", "juga", "sehingga", "maka") else 0
    if len(words) <= skip or words[skip].text not in ADVICE:
        return 0
    if words[skip].word in ("perlu", "mohon", "harap", "butuh", "dibutuhkan", "diperlukan", "dimohon", "diharapkan"):
        near = [index for index, token in enumerate(words[skip + 1 : skip + 6], skip + 1) if token.word in _ADVISED]
        return near[0] + 1 if near else 0
    if words[skip].word in ("pendapat", "catatan", "kesimpulan", "analisa", "analisis", "prediksi"):
        return skip + 1 if len(words) > skip + 1 and words[skip + 1].word in ("saya", "kami", "pelapor") else 0
    return skip + 1


def opinion_spans(message: Message) -> tuple[Span, ...]:
    """Where opinion phrases stand, in the folded text."""
    spans: list[Span] = []
    for clause in message.clauses:
        words = tuple(token for token in clause.tokens if token.is_word)
        index = _advice(words)
        if index:
            spans.append(Span(words[0].start, words[index - 1].end))
        while index < len(words):
            length = _at(words, index)
            if length:
                spans.append(Span(words[index].start, words[index + length - 1].end))
            index += max(length, 1)
    return tuple(spans)


def opens_with_opinion(clause: Clause, spans: tuple[Span, ...]) -> bool:
    """Whether an opinion phrase stands among the first words of the clause, so that the rest hangs on it."""
    head = [token for token in clause.tokens if token.is_word][:4]
    return any(span.holds(token.start) for token in head for span in spans)


def opinion_phrases(text: str) -> tuple[str, ...]:
    """The phrases of `text` that read as opinion, as written and in order. Never raises."""
    message = prepare(text)
    return tuple(message.written(span) for span in opinion_spans(message))
