"""Roles and clearances, by the names that operators and definitions use."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may be; a profile gives each its title. A person may hold several."""

    AGEN = "agen"
    MITRA = "mitra"
    ANGGOTA_MITIGASI = "anggota_mitigasi"
    KOORDINATOR_LAPANGAN = "koordinator_lapangan"
    KOORDINATOR_WILAYAH = "koordinator_wilayah"
    TIM_PEMANTAU = "tim_pemantau"
    VERIFIKATOR = "verifikator"
    ANALIS = "analis"
    PUBLIKATOR = "publikator"
    KASUBBID = "kasubbid"
    KABID = "kabid"
    KEPALA = "kepala"
    PIMPINAN = "pimpinan"
    SKPD = "skpd"
    PIKET = "piket"
    ADMINISTRATOR = "administrator"


class Clearance(StrEnum):
    """How secret a thing a person may see; also the classification of a report. Compare with ``allows``.

    StrEnum members compare alphabetically, which would put ``terbatas`` above ``rahasia``: never use ``<`` on them.
    """

    BIASA = "biasa"
    TERBATAS = "terbatas"
    RAHASIA = "rahasia"
    SANGAT_RAHASIA = "sangat_rahasia"

    @property
    def rank(self) -> int:
        """0 (open to every registered person) to 3."""
        return _RANK[self]

    @property
    def secret(self) -> bool:
        """Whether things of this classification are secret: nothing of their content outside of an opening."""
        return self.rank >= Clearance.RAHASIA.rank

    def allows(self, classification: Clearance) -> bool:
        """Whether this clearance opens a thing of that classification."""
        return self.rank >= classification.rank


_RANK = {clearance: rank for rank, clearance in enumerate(Clearance)}

UPWARD: tuple[Role, ...] = (Role.VERIFIKATOR, Role.KASUBBID, Role.KABID, Role.KEPALA, Role.PIMPINAN)
"""The ladder by which a rung that nobody fills is skipped upward."""
