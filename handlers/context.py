"""What a handler is given: the open transaction, the office, the time and the person who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotPermitted, Stale
from domain.model import Person
from domain.notices import Button, Delete, Keyboard, Notice, Priority, Show, View
from domain.office import Office
from domain.ports import UnitOfWork
from domain.roles import Role
from handlers.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Context:
    """One update being handled. A handler reads ``inc``, calls one use case and shows at most a view or two."""

    uow: UnitOfWork
    office: Office
    now: datetime
    received_at: datetime
    """When it happened: Telegram's date of a message, or when a tap (which carries no date) was stored."""
    inc: Incoming
    person: Person | None
    after: datetime | None = None
    """Of a tap that was found waiting after an outage: it happened after this moment, nobody knows when."""

    @property
    def me(self) -> Person:
        """The active registered person who acts; NotPermitted for anybody else."""
        if self.person is None or not self.person.active:
            raise NotPermitted
        return self.person

    def need(self, *roles: Role) -> Person:
        """The person, if they hold one of the roles now (invariant 8); NotPermitted otherwise."""
        me = self.me
        if not me.has(*roles):
            raise NotPermitted
        return me

    def show(
        self,
        view: View,
        slot: str | None = None,
        *,
        fresh: bool = False,
        at: int | None = None,
        reference: str | None = None,
        priority: Priority = Priority.REPLY,
    ) -> None:
        """Put a view into a slot of this chat (see ``domain.notices.Show``)."""
        self.uow.outbox.add(
            Notice(
                self.inc.chat_id,
                Show(view, slot, fresh=fresh, at=at, at_media=at is not None and self.inc.on_media),
                priority,
                reference=reference,
            )
        )

    def lift(self, slot: str) -> None:
        """Delete the message that stands there, so that the slot's next one comes below what was said since."""
        if (old := self.uow.outbox.slot_message(slot)) is not None:
            self.uow.outbox.add(Notice(self.inc.chat_id, Delete(message_id=old)))

    def reply(self, template: str, keyboard: Keyboard = (), **params: object) -> None:
        """Say something in this chat as a plain new message."""
        self.show(View(template, params, keyboard))

    def show_here(self, view: View, slot: str | None = None, *, reference: str | None = None) -> None:
        """Answer where the person looks: edit the tapped message, or send a new one after a typed text."""
        if self.inc.kind == "tap":
            self.show(view, slot, at=self.inc.message_id, reference=reference)
        else:
            self.show(view, slot, fresh=True, reference=reference)


def typed(inc: Incoming) -> str:
    """The words of a message that is words only; "" for a photo with a caption and the like, for the photo would be
    lost."""
    return inc.text if inc.file is None and inc.odd is None and inc.location is None else ""


def asked(ctx: Context, parts: list[str], length: int) -> list[str]:
    """The parts of a prompt's slot, of which the second is the person asked. Stale for anybody else, or other parts."""
    if len(parts) != length or parts[1] != str(ctx.me.id):
        raise Stale
    return parts


def number(text: str) -> int:
    """A number in callback data, which any client may have made up: Stale for anything our buttons never carry."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise Stale
    return int(text)


def rows(buttons: list[Button], width: int) -> Keyboard:
    """Buttons laid out ``width`` a row."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
