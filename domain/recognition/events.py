"""The words for events, by the bidang that they clearly speak of, and where they stand in a message.

A strong word names an incident ("kebakaran"); a weak one names a gathering or work that may be everyday life
("pengajian", "kerja bakti"). A word that is denied ("unras nihil", "tidak ada tawuran") is no event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.recognition.normalise import Message, Span, Token, lexicon

# Incidents that name themselves: the phrase begins with the word ("kebakaran 2 kios").
NOUNS = lexicon("""
    unras unjukrasa demo demonstrasi demontrasi demonstran aksi longmarch orasi mogok pemogokan sweeping boikot
    audiensi audensi protes penolakan penolaan pengaduan petisi selebaran pamflet spanduk poster baliho provokasi
    hoaks hoax ujaran ajakan seruan hasutan makar
    ribut persekusi perampasan perampokan sweping perkelahian pekelahian perkelaian tawuran tawur bentrok
    bentrokan keributan kericuhan ricuh rusuh kerusuhan
    percekcokan cekcok cekcokan ketegangan pertikaian perselisihan sengketa konflik gesekan adumulut keroyokan
    pengeroyokan penganiayaan pemukulan pembacokan penusukan penikaman penembakan pembunuhan pelemparan pelemparn
    pengrusakan perusakan pengerusakan perusaan vandalisme pembakaran penjarahan penghadangan pemblokiran pemblokadean
    blokade penyegelan penyerangan intimidasi pengancaman ancaman teror terorisme penangkapan penggerebekan penyanderaan
    penculikan pencurian curanmor curat curas pencopetan perampokan penjambretan penjambret begal pembegalan penipuan
    pemerkosaan pencabulan pelecehan kdrt kekerasan perjudian judi sabung narkoba sabu miras mabuk pesta ledakan petasan
    bom penggusuran pengosongan eksekusi penertiban razia pengusiran kerumunan konvoi balapan pungli pemalakan
    premanisme
    kebakaran kebakarn kebaran karhutla kobongan banjir rob longsor tanahlongsor longsoran gempa tsunami erupsi
    putingbeliung
    angin badai kekeringan genangan luapan pergerakan kecelakaan laka lakalantas tabrakan orang-hilang wabah keracunan
    penemuan temuan kematian bencana kejadianmenonjol
    penistaan penodaan pendirian pembubaran penyebaran kampanye deklarasi pengibaran pembangkangan pencatutan
    pemadaman pemasangan pencemaran limbah kelangkaan kenaikan penimbunan phk antrean antrian
    penyelewengan korupsi kecurangan pencoblosan
    """)
# Happenings told by a verb: what stands before it belongs to the event ("2 rumah terbakar", "pohon tumbang").
VERBS = lexicon("""
    terbakar kebakar kobong tenggelam tumbang ambruk roboh ambrol jebol hanyut terendam terseret tertimbun
    tersambar putus terputus ambles amblas
    tertabrak menabrak bertabrakan terguling kecelakan kebanjiran longsor meluap meledak meletus runtuh retak hilang
    meninggal tewas bunuh dibunuh dibacok ditusuk dikeroyok dianiaya dipukul dipukuli ditembak diserang dirusak
    dibakar dijarah dicuri kecurian dirampok dibegal dijambret digerebek ditangkap diamankan disegel diblokir diblokade
    dihadang berkelahi gelut tukaran bertikai bersitegang cekcok ricuh bentrok mengamuk ngamuk demo berdemo
    berunjukrasa memprotes menolak menuntut mendatangi menggeruduk geruduk ngeluruk gerudug nglurug datangi menduduki
    memblokir memblokade merusak membakar melempar melempari menyerang menghadang menyegel mengancam keracunan
    didemo diprotes diunjukrasa ditolak disweeping dipersekusi dicoret dicorat mencoret dirobek dicabut dicopot
    terbalik terjatuh terperosok tergelincir terlindas tersengat
    kebobolan dibobol dilempar dilempari diancam diteror diculik diperkosa dicabuli ditipu tertipu dipalak diperas
    memeras digeruduk dipalang memalang disandera dibubarkan dihentikan dihadang dicegat
    langka mencemari tercemar ditemukan menemukan meresahkan memanas tegang diusir berkumpul dibubarkan
    """)
PAIRS = frozenset(
    {
        ("unjuk", "rasa"), ("adu", "mulut"), ("adu", "jotos"), ("adu", "fisik"), ("salah", "paham"), ("balap", "liar"),
        ("geng", "motor"), ("gang", "motor"), ("pos", "dibakar"), ("main", "hakim"), ("mosi", "tidak"),
        ("puting", "beliung"), ("angin", "kencang"), ("pohon", "tumbang"), ("tanah", "longsor"), ("tanah", "gerak"),
        ("banjir", "rob"), ("banjir", "bandang"), ("gempa", "bumi"), ("orang", "hilang"), ("benda", "mencurigakan"),
        ("barang", "mencurigakan"), ("tanggul", "jebol"), ("bakar", "ban"), ("lempar", "batu"), ("mayat", "ditemukan"),
        ("laka", "lantas"), ("laka", "lalin"), ("perang", "sarung"), ("perang", "petasan"), ("pesta", "miras"),
        ("rapat", "gelap"), ("aliran", "sesat"), ("ujaran", "kebencian"), ("beda", "pendapat"), ("silang", "pendapat"),
        ("kumpul", "massa"), ("pengumpulan", "massa"), ("penggalangan", "massa"), ("pengerahan", "massa"),
        ("beredar", "video"), ("beredar", "kabar"), ("beredar", "isu"), ("beredar", "pesan"), ("beredar", "foto"),
        ("beredar", "surat"), ("video", "viral"), ("viral", "video"), ("mogok", "kerja"), ("long", "march"),
        ("tolak", "tambang"), ("orang", "gila"), ("bunuh", "diri"),
        ("gantung", "diri"), ("bbm", "langka"), ("gagal", "panen"), ("harga", "naik"), ("jalan", "putus"),
        ("jembatan", "putus"), ("jembatan", "ambrol"), ("listrik", "padam"), ("main", "judi"),
    }
)  # fmt: skip
# Everyday gatherings and work: reported when told as such, no contradiction to a nihil.
WEAK = lexicon("""
    pengajian istighosah istigosah selawatan sholawatan sholawat haul tablig tabligh ceramah perayaan karnaval pawai
    kirab pentas konser hiburan turnamen pertandingan rapat musyawarah musdes sosialisasi hajatan pernikahan kunjungan
    pelantikan upacara peringatan pilkades pemilihan penyaluran pembagian pembangunan rakor deklarasi silaturahmi
    pertemuan giat kegiatan hadroh nyadran sedekah festival bazar bazaar pengamanan patroli penjagaan pendataan
    pemungutan bakti baksos reses muktamar konferensi seminar khitanan wayang dangdut orkes gotong penutupan pembukaan
    """)
# Deeds that are everyday unless something else makes them a report.
WEAK_VERBS = lexicon(
    "menutup ditutup memasang dipasang menghentikan menggelar mengadakan memungut pungut mengeluh mengeluhkan"
)
# Words right before an event word that make its phrase: "rencana aksi", "percobaan pencurian".
OPENERS = lexicon(
    "rencana ancaman dugaan percobaan upaya ajakan isu kasus aksi giat kegiatan undangan seruan provokasi "
    "peristiwa musibah tindak penyebaran pemasangan penemuan temuan pasang"
)
_ALSO = frozenset(("maupun", "atau", "ataupun", "dan", "serta"))
_DENY = frozenset(("tidak", "belum", "nihil", "tanpa", "nol", "kosong", "nihl", "bebas", "bukan"))
_CARE = lexicon(
    "antisipasi mengantisipasi cegah mencegah pencegahan waspada mewaspadai kewaspadaan potensi rawan kerawanan "
    "imbauan himbauan larangan anti menghindari hindari"
)

BIDANG: Mapping[str, frozenset[str]] = {
    "ideologi": lexicon("khilafah hti komunis komunisme pki radikal radikalisme separatis nii pancasila"),
    "politik": lexicon(
        "pilkada pilkades pemilu pilpres pileg kpu bawaslu parpol partai caleg cabup cawabup cawali kampanye paslon "
        "bacalon bacabup bacaleg panwascam panwas panwaslu cakades "
        "pencoblosan pps timses capres"
    ),
    "ekonomi": lexicon(
        "sembako bbm solar pertalite lpg elpiji pupuk inflasi phk upah umk ump umr kelangkaan langka penimbunan"
    ),
    "sosial budaya": lexicon("adat tradisi budaya kesenian"),
    "agama": lexicon(
        "gereja ahmadiyah syiah penistaan kebaktian ibadah aliran-sesat sesat klenteng vihara natal penodaan"
    ),
    "pertahanan dan keamanan": lexicon(
        "tawuran perkelahian pengeroyokan penganiayaan pembacokan pembunuhan penusukan pencurian curanmor curat curas "
        "perampokan begal pembegalan penjambretan bom teror terorisme senjata narkoba sabu miras pengrusakan perusakan "
        "pelemparan pembakaran bentrok bentrokan perjudian judi premanisme keroyokan dikeroyok dibacok berkelahi "
        "penembakan kamtibmas penipuan pengancaman perampasan penculikan teroris sajam celurit clurit gengster "
        "gangster geng maling dibobol dicuri kecurian dirampok dibegal dianiaya gelut penyerangan penjarahan"
    ),
}


_OTHER = frozenset(  # pairs in which the word does not speak of its bidang
    {
        ("pembakaran", "lahan"), ("pembakaran", "hutan"), ("pembakaran", "sampah"), ("pembakaran", "ban"),
        ("masyarakat", "adat"), ("warga", "adat"), ("tokoh", "adat"), ("hoaks", "penculikan"), ("isu", "penculikan"),
        ("tentang", "penculikan"), ("video", "penculikan"), ("maling", "ayam"),
    }
)  # fmt: skip
_WORKERS = lexicon("buruh pekerja karyawan serikat spsi kspi")
_CLAIMS = lexicon("unras unjuk demo aksi mogok demonstrasi upah gaji thr pesangon lembur mediasi outsourcing bpjs")


@dataclass(frozen=True, slots=True)
class EventWord:
    """An event word at `index` among the words; `told_by_verb` when its subject stands before it."""

    index: int
    length: int
    span: Span
    strong: bool
    told_by_verb: bool


def denied(words: Sequence[Token], index: int, length: int) -> bool:
    """Whether the words around deny the event or only guard against it."""
    before = [token.word for token in words[max(0, index - 4) : index]]
    after = [token.word for token in words[index + length : index + length + 3]]
    if any(word in _DENY for word in before[-3:]) or before[-1:] == ["0"]:
        return True
    if any(word in _CARE for word in before):
        return True
    for word in after:
        if word in ("korban", "kerugian", "luka", "terjadi", "di"):
            return False
        if word in ("nihil", "nihl", "nol", "0", "nil"):
            return True
    return False


def _measure(words: Sequence[Token], index: int) -> tuple[int, bool, bool]:
    """Length, strength and whether a verb tells the event that begins at `index`; length 0 when none does."""
    word = words[index].word
    following = words[index + 1].word if index + 1 < len(words) else ""
    if (word, following) in PAIRS:
        return 2, True, False
    for spelling in (word, words[index].text):
        if spelling in VERBS:
            return 1, True, True
        if spelling in NOUNS:
            return 1, True, False
        if spelling in WEAK:
            return 1, False, False
        if spelling in WEAK_VERBS:
            return 1, False, True
    return 0, False, False


_NOT_EVENTS = {  # word -> words after it that make it something else
    "aksi": frozenset(("sosial", "nyata", "bela", "cepat")),
    "angin": frozenset(("sepoi", "normal", "lemah", "tenang")),
    "orang": frozenset(),
    "ancaman": frozenset(("nihil",)),
    "hilang": frozenset(("kontak", "arah")),
    "pesta": frozenset(("rakyat", "demokrasi", "pernikahan")),
    "demo": frozenset(("masak", "produk")),
    "pemasangan": frozenset(("wifi",)),
    "bakti": frozenset(),
}


def find_events(message: Message) -> tuple[EventWord, ...]:
    """Every event word that is told as having happened or being planned, in order."""
    found: list[EventWord] = []
    refused, sentence = False, -1
    for clause in message.clauses:
        words = [token for token in clause.tokens if token.is_word]
        index = 0
        listed = 0  # the index up to which a denial's list has been read: "tidak ada unras maupun tawuran"
        if refused and clause.sentence == sentence and words[0].word in _ALSO:
            listed = 1
        refused, sentence = False, clause.sentence
        while index < len(words):
            length, strong, verb = _measure(words, index)
            if length == 0:
                index += 1
                continue
            following = words[index + 1].word if index + 1 < len(words) else ""
            refused = denied(words, index, length) or (0 < listed == index)
            if refused:
                listed = index + length
                listed += listed < len(words) and words[listed].word in _ALSO
            elif following not in _NOT_EVENTS.get(words[index].word, ()):
                span = Span(words[index].start, words[index + length - 1].end)
                found.append(EventWord(index, length, span, strong, verb))
            index += length
    return tuple(found)


def guess_bidang(message: Message, known: tuple[str, ...]) -> str | None:
    """The profile's bidang that the words speak of, when they speak of exactly one.

    Workers who protest, stop work or claim their pay are filed under the economy. Disasters and accidents are filed
    differently from office to office, so nothing is guessed for them: a wrong guess is worse than none.
    """
    told = [token.word for token in message.tokens if token.is_word]
    pairs = zip(["", *told], told, [*told[1:], ""], strict=False)
    words = {word for before, word, after in pairs if (before, word) not in _OTHER and (word, after) not in _OTHER}
    if words & {"hoaks", "hoax"}:
        return None  # what the rumour tells did not happen
    hits = [name for name, lexicon in BIDANG.items() if words & lexicon]
    if words & _WORKERS and words & _CLAIMS and "ekonomi" not in hits:
        hits.append("ekonomi")
    return match_bidang(hits[0], known) if len(hits) == 1 else None


def match_bidang(written: str, known: tuple[str, ...]) -> str | None:
    """The profile's own spelling of a bidang: in full, by its first word, or by words that only it has."""
    wanted = " ".join(written.casefold().replace("&", "dan").replace("-", " ").split())
    if not wanted:
        return None
    for name in known:
        if name.casefold() == wanted:
            return name
    close = [name for name in known if name.casefold().startswith(wanted) or _short(name) == wanted.replace(" ", "")]
    if not close:
        close = [name for name in known if set(wanted.split()) <= set(name.casefold().split())]
    return close[0] if len(close) == 1 and len(wanted) > 2 else None


def _short(name: str) -> str:
    return {"sosial budaya": "sosbud", "pertahanan dan keamanan": "hankam"}.get(name.casefold(), "")
