"""Where a form conversation stands: a frozen value that goes into the draft's row after every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from domain.notices import Json

Via = Literal["form", "message", "voice", "catat", "revision", "written_down"]


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
    redo: tuple[str, ...] = ()
    """Answered fields that are asked again (a revision); skipping one keeps its value."""
    photos: int = 0
    voices: int = 0
    files: int = 0
    """How many photos, voice notes and other files came (the files themselves are rows of their own)."""
    guessed: tuple[str, ...] = ()
    """Fields filled by recognition, shown as such in the summary."""
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

    def to_json(self) -> dict[str, Json]:
        """For the draft's row."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From the draft's row."""
        tuples = ("skipped", "asks", "redo", "guessed")
        values: dict[str, Any] = {key: tuple(value) if key in tuples else value for key, value in data.items()}
        return cls(**values)

    def with_answer(self, key: str, value: str, message_id: int | None = None) -> Self:
        """The answer put in; a text's message is remembered so that its later edit finds the field."""
        messages = self.messages if message_id is None else {**self.messages, str(message_id): key}
        return replace(
            self, answers={**self.answers, key: value}, messages=messages,
            skipped=_less(self.skipped, key), guessed=_less(self.guessed, key), redo=_less(self.redo, key))
    def has(self, key: str) -> bool:
        """Whether the field is there; photos and voice notes count as the fields ``foto`` and ``suara``."""
        match key:
            case "foto":
                return self.photos > 0
            case "suara":
                return self.voices > 0
            case _:
                return bool(self.answers.get(key, "").strip())

    def without(self, key: str) -> Self:
        """The answer taken out."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k != key})


def _less(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(k for k in keys if k != key)
