"""How alike two reports read (RapidFuzz), for near-duplicates."""

from __future__ import annotations

from rapidfuzz import fuzz, utils


class FuzzySimilarity:
    """``domain.ports.Similarity``: word order and repetition do not count."""

    def ratio(self, one: str, other: str) -> float:
        """0 to 1."""
        return fuzz.token_set_ratio(one, other, processor=utils.default_process) / 100
