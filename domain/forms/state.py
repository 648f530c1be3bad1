"""Where a form conversation stands: a frozen value that goes into the draft's row after every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self

from domain.notices import Json

Via = Literal["form", "message", "voice", "catat", "revision", "written_down"]
INTERNAL = "_"
"""Answers and fields whose key starts with this belong to the house, not to the report's text."""
ORIGINAL = "_teks"
"""A report in one message exactly as it was sent: what recognition left out is not lost."""
MOMENT = "_kapan"
"""*Kapan* as an ISO moment, when the words name one."""

PLANNED = "_waktu"
"""When a planned activity begins, as an ISO moment."""


@dataclass(frozen=True, slots=True)
class FormState:
    """Answers so far and the question being asked (``cursor``; None means the summary)."""

    sop: str
    sop_version: int
    answers: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    """The keys this conversation asks, in order; others keep their value and can be changed from the summary."""
    cursor: str | None = None
    fixing: bool = False
    """One field is being changed from the summary: go back there after the answer."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """Telegram message id → the field it answered ("*" for a report in one message), for edits of that text."""
    taken: tuple[str, ...] = ()
    """Fields read from a report in one message and not changed since: an edit of that message changes them too."""
    redo: tuple[str, ...] = ()
    """Answered fields that are asked again (a revision); skipping one keeps its value."""
    photos: int = 0
    voices: int = 0
    files: int = 0
    """How many photos, voice notes and other files came (the files themselves are rows of their own)."""
    guessed: tuple[str, ...] = ()
    """Fields that are not the person's own words, shown as a guess in the summary."""
    pointed: bool = False
    """Opinion wording was pointed out; it is done once."""
    via: Via = "form"
    author_id: int | None = None
    """The agent for whom the duty officer writes (/catat), or the author of the report being written down."""
    duty: bool = False
    """Started from the morning duty's own button."""
    reason: str | None = None
    """Why it came back (a revision)."""
    album: str | None = None
    """The album whose parts are arriving, so that its photos are acknowledged in one message."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Of a secret form: the person's own messages in its chat (Telegram message id → when, ISO), to be deleted."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Telegram message id → text, of an answer so long that it came in several messages."""
    part_of: str | None = None
    """Which field that answer is ("*" for a report in one message)."""
    part_at: str | None = None
    """When its last part came (ISO), while another may follow."""
    dropped: bool = False
    """Cancelled: no longer listed, kept a while so that a slip of the thumb can be undone."""

    def to_json(self) -> dict[str, Json]:
        """For the draft's row."""
        # Not asdict: it copies every answer, and nothing here is ever changed in place.
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From the draft's row."""
        tuples = ("skipped", "asks", "redo", "guessed", "taken")
        values: dict[str, Any] = {key: tuple(value) if key in tuples else value for key, value in data.items()}
        return cls(**values)

    def with_answer(self, key: str, value: str, message_id: int | None = None) -> Self:
        """The answer put in; a text's message is remembered so that its later edit finds the field."""
        messages = {message: told for message, told in self.messages.items() if told != key}
        if message_id is not None:
            messages[str(message_id)] = key
        return replace(
            self,
            answers={**self.answers, key: value},
            messages=messages,
            skipped=_less(self.skipped, key),
            guessed=_less(self.guessed, key),
            redo=_less(self.redo, key),
            taken=_less(self.taken, key),
        )

    def has(self, key: str) -> bool:
        """Whether the field is there; photos and voice notes count as the fields ``foto`` and ``suara``."""
        match key:
            case "foto":
                return self.photos > 0
            case "suara":
                return self.voices > 0
            case "lampiran":
                return self.photos + self.voices + self.files > 0
            case _:
                return bool(self.answers.get(key, "").strip())

    def without(self, *keys: str) -> Self:
        """The answers taken out."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k not in keys})

    @property
    def said(self) -> Mapping[str, str]:
        """The answers that are the report's text."""
        return {key: value for key, value in self.answers.items() if not key.startswith(INTERNAL)}


_NAMES = tuple(one.name for one in fields(FormState))


def _less(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(k for k in keys if k != key)
