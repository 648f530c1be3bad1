"""Every way that a lapsus takes, with a word of its own wherever somebody writes something."""

from __future__ import annotations

from simulator.agency import Agency
from storage.unit import UnitOfWork
from tests.canary.people import Cast, Step
from tests.canary.words import WORDS

W = WORDS


def _skip(who: str, times: int) -> tuple[Step, ...]:
    return tuple(Step(who, "ketuk", "Lewati") for _ in range(times))


BEGUN = (
    Step("agen", "tulis", "/lapsus"),
    Step("agen", "ketuk", "Tulis laporan"),
    Step("agen", "ketuk", "Saya mengerti"),
)
LED_ASTRAY = (
    Step("agen", "tulis", f"/lapsus {W['argumen']}"),
    Step("piket", "grup", f"/lapsus {W['di_grup']}"),
    Step("agen", "tulis", f"Lapsus: {W['diucapkan']}"),
)
"""Written where it does not belong."""
WRITTEN = (
    *BEGUN,
    Step("agen", "tulis", f"Perintah {W['dasar']} {W['bertanda']}"),
    Step("agen", "tulis", f"Pukul 02.00 {W['kronologi']} hubungi {W['nomor_telepon']}"),
    *(Step("agen", "tulis", f"Isi {W[key]}") for key in ("massa", "tuntutan", "korban", "analisa", "prediksi")),
    *(Step("agen", "tulis", f"Isi {W[key]}") for key in ("langkah", "saran")),
    Step("agen", "foto", f"foto {W['keterangan']}"),
    Step("agen", "berkas", f"berkas {W['keterangan']}"),
    Step("agen", "suara"),
    Step("agen", "ketuk", "Selesai"),
    Step("agen", "sunting", f"Isi {W['diubah']}", on=W["saran"]),
    Step("agen", "ketuk", "Kirim"),
)
PIN = (
    Step("kabid", "tulis", "/menu"),
    Step("kabid", "ketuk", "PIN pembaca"),
    Step("kabid", "ketuk", "Pasang PIN"),
    Step("kabid", "tulis", W["pin"]),
    Step("kabid", "tulis", W["pin"]),
    Step("kabid", "maju", "11"),
)
READ = (
    Step("kabid", "ketuk", "Buka"),
    Step("kabid", "tulis", "11" + W["pin"][2:]),
    Step("kabid", "tulis", W["pin"]),
    Step("kabid", "ketuk", "Lampiran"),
    Step("kabid", "ketuk", "Izinkan pembaca"),
    Step("kabid", "ketuk", "Kenari-05"),
    Step("kabid", "balas", f"Perlu {W['alasan_izin']}", on="perlu ikut membaca"),
    Step("piket", "ketuk", "Buka"),
    Step("kabid", "ketuk", "Siapa pelapornya"),
    Step("kabid", "balas", f"Untuk {W['alasan_identitas']}", on="alasan"),
)
REVISED = (
    Step("kabid", "ketuk", "Revisi"),
    Step("kabid", "ketuk", "Alasan lain"),
    Step("kabid", "balas", f"Lengkapi {W['alasan_revisi']}", on="alasan"),
    Step("agen", "ketuk", "Perbaiki"),
    Step("agen", "ketuk", "Ubah Massa"),
    Step("agen", "tulis", f"Isi {W['berikut']}"),
    Step("agen", "ketuk", "Kirim"),
)
DELIVERED = (
    Step("kabid", "ketuk", "Buka"),
    Step("kabid", "ketuk", "Setujui"),
    Step("kepala", "ketuk", "Buka"),
    Step("kepala", "ketuk", "Setujui"),
    Step("pimpinan", "ketuk", "Buka"),
    Step("agen", "tulis", "/status"),
    Step("kabid", "tulis", "/tugas"),
    Step("admin", "tulis", "/pengguna"),
    Step("pimpinan", "maju", "11"),
)
ARRANGED = (
    Step("agen", "tulis", "/lapsus"),
    Step("agen", "ketuk", "Menghadap langsung"),
    Step("agen", "tulis", f"besok pukul 08.00 {W['waktu']}"),
    Step("agen", "tulis", f"Pos {W['tempat']}"),
    Step("kabid", "ketuk", "Usulkan waktu lain"),
    Step("kabid", "ketuk", "Ketik waktu"),
    Step("kabid", "balas", f"besok pukul 09.00 {W['waktu_lain']}", on="Balas pesan ini"),
    Step("agen", "ketuk", "Setuju waktu"),
    Step("kabid", "ketuk", "Sudah dilaksanakan"),
    Step("kabid", "ketuk", "Tulis isi"),
    Step("kabid", "ketuk", "Lewati"),
    Step("kabid", "tulis", f"Kronologi {W['lisan']}"),
    *_skip("kabid", 8),
    Step("kabid", "ketuk", "Kirim"),
)
RECORDED = (
    Step("piket", "tulis", "/catat"),
    Step("piket", "ketuk", W["sandi"]),
    Step("piket", "ketuk", "Telepon"),
    Step("piket", "ketuk", "Laporan khusus"),
    Step("piket", "ketuk", "Lewati"),
    Step("piket", "tulis", f"Kronologi {W['dicatat']}"),
    *_skip("piket", 8),
    Step("piket", "ketuk", "Kirim"),
)
REJECTED = (
    Step("kabid", "maju", "11"),
    Step("kabid", "ketuk", "Buka"),
    Step("kabid", "tulis", W["pin"]),
    Step("kabid", "ketuk", "Tolak"),
    Step("kabid", "ketuk", "Alasan lain"),
    Step("kabid", "balas", f"Sebab {W['alasan_tolak']}", on="alasan"),
)
LEFT = (
    *BEGUN,
    Step("agen", "tulis", f"Dasar {W['dibatalkan']}"),
    Step("agen", "tulis", "/batal"),
    *BEGUN,
    Step("agen", "tulis", f"Dasar {W['disimpan']}"),
    Step("agen", "ketuk", "Simpan draf"),
    Step("agen", "tulis", "/draf"),
    Step("agen", "ketuk", "Lanjutkan nomor 1"),
    Step("agen", "maju", "31"),
    Step("agen", "maju", "121"),
)
"""Begun and left: cancelled, kept until it expires."""
MAIN = (*LED_ASTRAY, *WRITTEN, *PIN, *READ, *REVISED, *DELIVERED)
REST = (*ARRANGED, *RECORDED, *REJECTED, *LEFT)


def disguise(uow: UnitOfWork) -> None:
    """Give the agent and the official names that can be looked for."""
    agent, kabid = uow.people.by_telegram_id(7101), uow.people.by_telegram_id(7311)
    assert agent is not None
    assert kabid is not None
    uow.people.change(agent.id, name=f"Agen {W['nama']}", code_name=W["sandi"])
    uow.people.change(kabid.id, name=f"Pejabat {W['nama_pejabat']}")


async def cast(desa: Agency) -> Cast:
    """The people, in disguise; their Telegram names hold the words too."""
    await desa.app.database.run(disguise)
    desa.users["agen"].first_name = W["nama"]
    desa.users["kabid"].first_name = W["nama_pejabat"]
    return Cast(desa)
