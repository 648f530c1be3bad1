"""Phrases inside one clause: why, who and the event, each with the words that end it."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from domain.recognition.events import OPENERS, EventWord, find_events
from domain.recognition.normalise import Clause, Message, Span, Token, lexicon
from domain.recognition.smalltalk import skip_opening
from domain.recognition.times import time_spans

CAUSES = lexicon("""
    akibat karena dipicu disebabkan dikarenakan lantaran gegara gara penyebab sebab motif pemicu tuntutan menuntut
    buntut imbas soal terkait alasan menolak memprotes tentang masalah perihal dampak mempersoalkan memperebutkan
    rebutan berebut pasalnya mendesak disulut bermula berawal meminta menyuarakan minta perkara goro
    """)
CAUSE_KEPT = lexicon(
    "menuntut menolak memprotes mempersoalkan memperebutkan rebutan berebut mendesak meminta bermula berawal "
    "menyuarakan minta"
)  # the cause word says something itself, so it stays in the answer
_CAUSE_STOP = frozenset(("sehingga", "mengakibatkan", "menyebabkan", "di", "saat", "pada", "antara"))
TOPICS = frozenset(("soal", "terkait", "tentang", "perihal", "masalah", "perkara"))
_COPULAS = frozenset(("oleh", "dari", "karena", "adanya", "adalah", "yaitu", "gara", "ini"))
_UNCERTAIN = lexicon(
    "masih belum dicek diselidiki lidik penyelidikan didalami pendalaman ditelusuri dicari diketahui tidak"
)
ADMIN = frozenset(("desa", "dusun", "dukuh", "kelurahan", "kecamatan", "kampung", "rt", "rw"))
PLACE_NOUNS = lexicon("""
    terminal pertigaan perempatan persimpangan perbatasan perumahan pertokoan perkebunan balai pasar lapangan kantor
    alun simpang jembatan gudang pangkalan gerbang pelabuhan muara pantai bantaran spbu tpi ruas jalur masjid
    mushola musholla sekolah pondok ponpes pabrik gedung stasiun taman gor polsek
    belakang depan samping sebelah timur barat utara selatan berangas bermi termas
    """)
_WHO_STOP = lexicon("""
    di ada terjadi telah sudah akan yang pada saat ketika setelah sejak untuk sehingga hingga datangi mendatangi datang
    berkumpul menuju terhadap karena akibat soal terkait masalah tentang dari menolak menuntut menggelar melakukan
    mengadakan situasi selesai dilerai melapor masih ikut terdampak mengungsi luka meninggal dengan-tuntutan ke saksi
    sempat kemudian lalu tidak belum minta meminta sekarang tadi dipicu protes resah membubarkan dibubarkan
    bubar dalam mau batal
    ngungsi saling jadi tolak
    """)
_CROWD = lexicon(
    "orang warga massa kk jiwa buruh mahasiswa pemuda peserta jamaah santri pelajar siswa pedagang "
    "nelayan petani sopir "
    "juru preman oknum pria wanita lelaki perempuan pelaku pengendara tukang gengster gangster anak guru tersangka "
    "driver ojol pekerja karyawan anggota simpatisan pendukung keluarga personel wong orang-an remaja kelompok "
    "suporter pesilat perguruan "
    "nasabah santriwati guru-guru nakes relawan ojek penumpang wali jemaat jemaah penambang perangkat"
)
GROUPS = lexicon("""
    warga massa buruh mahasiswa pemuda peserta jamaah santri pelajar siswa pedagang nelayan petani sopir driver pekerja
    karyawan anggota simpatisan pendukung aliansi serikat kelompok ormas lsm komunitas geng gerombolan paguyuban
    forum himpunan rombongan gengster gangster oknum preman organisasi pengemudi remaja masyarakat ojol
    sekelompok suporter
    pesilat perguruan jemaat jemaah penambang ormas
    ratusan puluhan ribuan belasan
    """)
_ACTIONS = frozenset(("diamankan", "ditangkap", "dibubarkan", "dihentikan", "digerebek", "razia", "penertiban"))
OWNERS = lexicon("orang dari asal milik kades bpd antar vs dan dengan karang penduduk ketua anak simpatisan org lurah")
_AMOUNTS = frozenset(("estimasi", "sekitar", "kurang", "lebih", "sebanyak", "kira", "massa", "jumlah", "+", "-"))
_COUNT_WORDS = lexicon(
    "dua tiga empat lima enam tujuh delapan sembilan sepuluh seratus beberapa ratusan puluhan ribuan belasan"
)
TRIGGERS = lexicon("""
    ada terjadi telah sudah tadi adanya akan dilaksanakan berlangsung telah terdapat beredar muncul sedang dilakukan
    digelar diadakan bahwa lagi mulai pada di dari yang ini itu dan serta
    """)
_EVENT_STOP = lexicon("""
    oleh antara yang dari melibatkan diikuti dihadiri akan sudah telah berlangsung berjalan selesai dimulai
    mengakibatkan
    menyebabkan sehingga dipimpin saat ketika setelah sejak hingga sempat belum masih tidak dilerai terjadi untuk
    dilakukan menuju karena sebanyak dengan massa estimasi pada saksi lalu kemudian situasi tersebut tsb korlap ada
    ndan komandan
    """)
_LONGEST = 14  # words in one phrase


@dataclass(frozen=True, slots=True)
class Marks:
    """Where times stand, and the event words by their start."""

    text: str
    times: tuple[Span, ...]
    events: dict[int, EventWord]
    actions: frozenset[int]  # starts of words for what was done about it ("diamankan")

    def colon(self, words: tuple[Token, ...], index: int) -> bool:
        """Whether a colon stands between this word and the one before."""
        return index > 0 and ":" in self.text[words[index - 1].end : words[index].start]

    def time_at(self, token: Token) -> bool:
        index = bisect_right(self.times, token.start, key=lambda span: span.start) - 1
        return index >= 0 and self.times[index].holds(token.start)


def read_marks(message: Message) -> Marks:
    events = {event.span.start: event for event in find_events(message)}
    actions = frozenset(token.start for token in message.tokens if token.word in _ACTIONS)
    return Marks(message.folded.text, time_spans(message.folded.text), events, actions)


def counts(token: Token, words: tuple[Token, ...], index: int) -> bool:
    """A number of people begins here: "30 org", "60 KK", "dua keluarga", "20an org"."""
    number = token.text.rstrip("an").replace(".", "")
    if not (number.isdigit() and len(number) < 7) and token.word not in _COUNT_WORDS:
        return False
    if index + 1 < len(words) and words[index + 1].start - token.end > 1:
        return False  # "2. Warga" is a list
    ahead = [other.word for other in words[index + 1 : index + 4]]
    return any(word in _CROWD for word in ahead[:2]) and not (ahead and ahead[0] in ("kios", "rumah", "unit", "pos"))


def looks_verbal(token: Token, shouting: bool) -> bool:
    if (token.capital and not shouting) or len(token.text) < 6 or token.word in PLACE_NOUNS:
        return False
    return token.text.startswith(("me", "ber", "ter", "di")) and token.text.removesuffix("2").isalpha()


def causes(clause: Clause, marks: Marks, spots: list[Span], event: EventWord | None) -> list[tuple[Span, Span]]:
    """(cause, cause with its marker) in the clause; a cause still being looked into is none."""
    words = tuple(token for token in clause.tokens if token.is_word)
    found: list[tuple[Span, Span]] = []
    index = 0
    rumour = event is not None and _is_rumour(marks.text, event)
    while index < len(words):
        token = words[index]
        if rumour and token.word in TOPICS:
            index += 1  # "beredar pesan tentang penculikan": what it says, not why
            continue
        bound = token.word in CAUSE_KEPT or token.word in TOPICS
        if token.word not in CAUSES or (bound and not _follows_event(words, index, marks, event)):
            index += 1
            continue
        first = index if token.word in CAUSE_KEPT else index + 1
        while first < len(words) and words[first].word in _COPULAS:
            first += 1
        if _uncertain(token, words[first : first + 3]):
            index = len(words)
            continue
        end = first
        while end < len(words) and end - first < _LONGEST:
            here = words[end]
            if any(place.holds(here.start) for place in spots) or (marks.time_at(here) and end > first):
                break
            if end > first and (here.word in _CAUSE_STOP or marks.colon(words, end)):
                break
            end += 1
        if end > first:
            found.append((Span(words[first].start, words[end - 1].end), Span(token.start, words[end - 1].end)))
        index = max(end, index + 1)
    return found


def _is_rumour(text: str, event: EventWord) -> bool:
    return text.startswith(("beredar", "viral"), event.span.start)


def _uncertain(marker: Token, after: tuple[Token, ...]) -> bool:
    """As in "Penyebab masih dicek", "motif belum diketahui": no cause is told yet."""
    following = [token.word for token in after]
    if marker.word in ("penyebab", "sebab", "motif", "pemicu", "alasan"):
        vague = any(word in _UNCERTAIN - {"tidak"} for word in following)
        return vague or ("tidak" in following and bool({"diketahui", "jelas", "ada"} & set(following)))
    return following[:1] != [] and following[0] in _UNCERTAIN - {"tidak", "belum", "masih"}


def _follows_event(words: tuple[Token, ...], index: int, marks: Marks, event: EventWord | None) -> bool:
    """As in "… menolak tambang" explains an event told before it; alone it is the event."""
    told_before = event is not None and event.span.start < words[0].start
    return told_before or any(token.start in marks.events for token in words[:index])


def _who_end(words: tuple[Token, ...], start: int, marks: Marks, shouting: bool) -> int:
    index = start
    while index < len(words) and index - start < 9:
        token = words[index]
        unknown = token.word == "tidak" and index + 1 < len(words) and words[index + 1].word in ("dikenal", "diketahui")
        if unknown:
            index += 2
            continue
        if index > start and (
            token.word in _WHO_STOP or marks.colon(words, index) or marks.time_at(token) or token.word in CAUSES
        ):
            break
        counted = index == start + 1 and words[start].text.isdigit() and token.word == "orang"  # "1 org hilang"
        verb = token.start in marks.events or looks_verbal(token, shouting)
        if index > start and verb and token.word != "aksi" and not counted:
            break
        index += 1
    return index


def _holder(spans: list[Span]) -> Callable[[int], bool]:
    """A test whether one of the spans holds a position, quick for many spans."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)

    def holds(position: int) -> bool:
        index = bisect_right(merged, position, key=lambda s: s.start) - 1
        return index >= 0 and merged[index].holds(position)

    return holds


def people(clause: Clause, marks: Marks, taken: list[Span], shouting: bool) -> list[tuple[Span, Span]]:
    """(who, who with "oleh") in the clause: after "oleh" or "antara", a counted crowd, or a group by its name."""
    words = tuple(token for token in clause.tokens if token.is_word)
    held = _holder(taken)
    found: list[tuple[Span, Span]] = []
    index = 0
    while index < len(words):
        token = words[index]
        first = -1
        if held(token.start) or marks.time_at(token):
            index += 1
            continue
        if token.word in ("oleh", "antara", "melibatkan", "diikuti", "dihadiri", "mengaku") and index + 1 < len(words):
            first = index + 1
            if words[first].word == "oleh" and first + 1 < len(words):
                first += 1
        elif (
            counts(token, words, index)
            or _massa_count(words, index)
            or (
                (token.word in GROUPS or _unknown_people(words, index))
                and not _absent(words, index)
                and not _source(words, index)
            )
        ):
            first = index
            while first > 0 and (words[first - 1].word in _AMOUNTS and not marks.time_at(words[first - 1])):
                first -= 1
        if first < 0:
            index += 1
            continue
        end = max(_who_end(words, first, marks, shouting), index + 1)
        found.append(
            (
                Span(words[first].start, words[end - 1].end),
                Span(min(token.start, words[first].start), words[end - 1].end),
            )
        )
        index = end
    return found


def _unknown_people(words: tuple[Token, ...], index: int) -> bool:
    """As in "Orang tidak dikenal" (OTK)."""
    following = [token.word for token in words[index + 1 : index + 3]]
    return words[index].word == "otk" or (
        words[index].word == "orang" and following in (["tidak", "dikenal"], ["tidak", "diketahui"])
    )


def _source(words: tuple[Token, ...], index: int) -> bool:
    """As in "info dari warga", "keterangan saksi": who told it, not who did it."""
    before = [token.word for token in words[max(0, index - 2) : index]]
    return before[-1:] == ["dari"] and before[0] in ("info", "informasi", "laporan", "keterangan", "aduan", "infonya")


def _absent(words: tuple[Token, ...], index: int) -> bool:
    """As in "Belum ada massa": nobody."""
    return any(token.word in ("belum", "tidak", "tanpa") for token in words[max(0, index - 2) : index])


def _massa_count(words: tuple[Token, ...], index: int) -> bool:
    following = words[index + 1 : index + 2]
    return words[index].word in ("massa", "estimasi") and bool(following) and following[0].text[0].isdigit()


def event_phrase(clause: Clause, event: EventWord, blocked: list[Span], marks: Marks) -> Span:
    """The event as written: openers before it ("rencana aksi"), its subject when a verb tells it, its objects after."""
    words = tuple(token for token in clause.tokens if token.is_word)
    here = next(i for i, token in enumerate(words) if token.start == event.span.start)
    skipped = skipped_words(clause)

    def free(token: Token) -> bool:
        return not any(span.holds(token.start) for span in blocked) and not marks.time_at(token)

    first = here
    while first > skipped and here - first < 8 and free(words[first - 1]) and not marks.colon(words, first):
        before = words[first - 1]
        if event.told_by_verb:
            if before.word in TRIGGERS or (before.word in CAUSES and before.word not in CAUSE_KEPT):
                break
        elif before.word not in OPENERS:
            break
        first -= 1
    for index in range(max(skipped, first - 3), first):
        earlier = marks.events.get(words[index].start)
        joined = all(free(words[at]) and not marks.colon(words, at + 1) for at in range(index, first))
        if earlier is not None and not earlier.told_by_verb and joined:
            first = index  # "penutupan warung miras", "pemasangan spanduk penolakan"
            break
    end = here + event.length
    while end < len(words) and end - here < 12 and free(words[end]):
        token = words[end]
        told = _is_rumour(marks.text, event) and token.word in TOPICS
        stops = (token.word in _EVENT_STOP or token.word in CAUSES) and not told
        if stops or counts(token, words, end) or marks.colon(words, end):
            break
        end += 1
    return Span(words[first].start, words[end - 1].end)


def skipped_words(clause: Clause) -> int:
    return sum(token.is_word for token in clause.tokens[: skip_opening(clause.tokens)])
