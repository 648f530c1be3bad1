"""The one tree of errors.

The docstring of a class is what an operator reads; ``template`` is the key of what the user reads. A user error never
carries report content: its parameters are names of things (a field key, a reference, a time).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class KentonganError(Exception):
    """Something Kentongan can name went wrong."""


class OperatorError(KentonganError):
    """A setting or an argument is wrong; the message is one line that names it and the mend (exit code 2)."""


class UserError(KentonganError):
    """A person asked for something that is not possible now; the answer is the template ``template``.

    Raised inside a transaction it rolls everything back: what the person had (a draft, a report) stays as it was.
    """

    template: ClassVar[str] = "galat/umum"

    def __init__(self, template: str | None = None, /, **params: Any) -> None:
        self.key: str = template or self.template
        self.params: Mapping[str, Any] = params
        super().__init__(self.key)


class NotFound(UserError):
    """The thing does not exist, or this person may not know that it does: both are answered alike."""

    template = "galat/tidak_ditemukan"


class NotPermitted(UserError):
    """The person's role, region or clearance does not allow it; like "not found" where existence is a secret."""

    template = "galat/tidak_berhak"


class Stale(UserError):
    """The button or the version is an old one; somebody was faster or the case moved on."""

    template = "galat/tombol_lama"


class NameTaken(UserError):
    """Another person has this code name already."""

    template = "galat/nama_sandi_dipakai"


class StaleWrite(KentonganError):
    """A row changed between reading and writing; the transaction is rolled back and the update handled again."""


class TamperedError(KentonganError):
    """A stored value does not decrypt under its key and row: it was changed, swapped or belongs to another key."""


class SchemaTooNew(OperatorError):
    """The database was made by a newer Kentongan; this one refuses to touch it."""


class StorageFailed(KentonganError):
    """The database or the disk refused to store (full, read-only, I/O error); nothing was changed."""
