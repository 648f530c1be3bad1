"""What an administrator has chosen so far, small enough to travel in the buttons themselves (64 bytes).

Choices are marks in the order of ``Role`` and of the profile's lists. Nothing here grants anything: whoever sends such
bytes is checked as an administrator when they arrive, and sees the choice spelled out before it takes effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import Stale
from domain.model import NewPerson
from domain.office import Office
from domain.roles import Clearance, Role

ROLES = tuple(Role)
CLEARANCES = tuple(Clearance)


def mask_of(chosen: Sequence[str], among: Sequence[str]) -> int:
    """The marks of ``chosen`` in the order of ``among``."""
    return sum(1 << index for index, item in enumerate(among) if item in chosen)


def marked(mask: int, among: Sequence[str]) -> tuple[str, ...]:
    """The items that are marked."""
    return tuple(item for index, item in enumerate(among) if mask >> index & 1)


def roles_of(mask: int) -> frozenset[Role]:
    """The marked roles."""
    return frozenset(role for index, role in enumerate(ROLES) if mask >> index & 1)


def number(text: str, below: int, base: int = 10) -> int:
    """A number from callback data; Stale when a client made it up."""
    try:
        value = int(text, base)
    except ValueError:
        raise Stale from None
    if not 0 <= value < below:
        raise Stale
    return value


@dataclass(frozen=True, slots=True)
class Wish:
    """An invitation in the making. ``source`` counts from 1 in the profile's list; 0 is none."""

    roles: int = 0
    regions: int = 0
    clearance: int = 0
    source: int = 0

    @property
    def code(self) -> str:
        """As it stands in callback data and prompt slots."""
        return f"{self.roles:x}.{self.regions:x}.{self.clearance}.{self.source}"

    @classmethod
    def read(cls, code: str, office: Office) -> Wish:
        """The wish behind a code; Stale for bytes that mean nothing at this office."""
        parts = code.split(".")
        if len(parts) != 4:
            raise Stale
        return cls(
            number(parts[0], 1 << len(ROLES), 16),
            number(parts[1], 1 << len(office.profile.regions), 16),
            number(parts[2], len(CLEARANCES)),
            number(parts[3], len(office.profile.sources) + 1),
        )

    def toggled(self, *, role: int | None = None, region: int | None = None) -> Wish:
        """With one mark turned over."""
        return replace(
            self,
            roles=self.roles if role is None else self.roles ^ 1 << role,
            regions=self.regions if region is None else self.regions ^ 1 << region,
        )

    def grant(self, office: Office, name: str | None = None, code_name: str | None = None) -> NewPerson:
        """What the invitation will grant."""
        return NewPerson(
            roles_of(self.roles),
            marked(self.regions, office.profile.regions),
            CLEARANCES[self.clearance],
            name,
            code_name,
            office.profile.sources[self.source - 1] if self.source else None,
        )
