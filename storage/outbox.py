"""What goes out: added by use cases, read and settled by the sender, emptied when done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.notices import Action, Notice, Priority, Show
from domain.ports import Clock
from storage import notices_json
from storage.counters import OUTBOX_PURGED, Tally
from storage.crypto import Vault, new_uid
from storage.prepared import Prepared
from storage.queue_seals import check_fixed, fixed_mac, outbox_dropped, outbox_state, outbox_waits
from storage.tables import outbox as t
from storage.tables import slots


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A notice that waits to be sent."""

    id: int
    chat_id: int
    action: Action
    priority: Priority
    not_before: datetime | None
    reference: str | None
    slot: str | None
    attempts: int
    uncertain: bool
    """An earlier try may have arrived: its answer was lost."""
    parts_done: int
    """How many parts of a split message were sent."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """How one try ended. ``error`` is a short code without content; ``message_id`` becomes what stands in the slot."""

    id: int
    outcome: Literal["sent", "dead", "retry"]
    message_id: int | None = None
    has_media: bool = False
    error: str | None = None
    uncertain: bool = False
    parts_done: int = 0
    not_before: datetime | None = None
    slot: str | None = None
    """The slot that this put a message into, or emptied: of several in one batch the last one counts."""
    taken: tuple[int, str] | None = None
    """Chat and slot, when the message was taken over by a tap: no other slot is it any more."""


@dataclass(frozen=True, slots=True)
class SlotMessage:
    """The message that stands in a slot."""

    chat_id: int
    message_id: int
    has_media: bool


_IS_PENDING = text("outbox.status = 'pending'")
_ADD = Prepared(insert(t))
_SUPERSEDE = Prepared(
    update(t)
    .where(
        t.c.slot == bindparam("b_slot"),
        _IS_PENDING,
        t.c.slot.is_not(None),
        text("outbox.kind = 'show'"),
        t.c.fresh.is_(False),
    )
    .values(status="dropped", action=None, state_mac=bindparam("b_mac"))
    .returning(t.c.id)
)
_DROP = Prepared(
    update(t)
    .where(t.c.slot == bindparam("b_slot"), _IS_PENDING, t.c.slot.is_not(None))
    .values(status="dropped", action=None, state_mac=bindparam("b_mac"))
    .returning(t.c.id)
)
_DROP_CHAT = Prepared(
    update(t)
    .where(t.c.chat_id == bindparam("b_chat"), _IS_PENDING)
    .values(status="dropped", action=None, state_mac=bindparam("b_mac"))
    .returning(t.c.id)
)
_PENDING = select(t).where(_IS_PENDING, t.c.id > bindparam("after_id")).order_by(t.c.id).limit(bindparam("limit"))
_TRY = {
    "attempts": t.c.attempts + 1,
    "error": bindparam("b_error"),
    "uncertain": bindparam("b_uncertain"),
    "parts_done": bindparam("b_parts"),
    "state_mac": bindparam("b_mac"),
}
_SENT = Prepared(
    update(t)
    .where(t.c.id == bindparam("b_id"))
    .values(
        status="sent",
        action=None,
        attempts=t.c.attempts + 1,
        uncertain=False,
        error=None,
        parts_done=bindparam("b_parts"),
        state_mac=bindparam("b_mac"),
    )
)
_DEAD = Prepared(update(t).where(t.c.id == bindparam("b_id"), _IS_PENDING).values(status="dead", action=None, **_TRY))
_RETRY = Prepared(
    update(t).where(t.c.id == bindparam("b_id"), _IS_PENDING).values(not_before=bindparam("b_not_before"), **_TRY)
)
_STANDING = select(
    t.c.slot,
    t.c.chat_id,
    bindparam("b_message").label("message_id"),
    bindparam("b_media").label("has_media"),
    t.c.created_at.label("at"),
).where(t.c.id == bindparam("b_id"), t.c.slot.is_not(None))
_CLEAR = Prepared(
    delete(slots).where(
        slots.c.slot
        == select(t.c.slot).where(t.c.id == bindparam("b_id"), text("outbox.kind = 'delete'")).scalar_subquery()
    )
)
# A message stands in one slot: the one that took it over by a tap (``Show.at``) is the one it is in.
_UNSEAT = Prepared(
    delete(slots).where(
        slots.c.chat_id == bindparam("b_chat"),
        slots.c.message_id == bindparam("b_message"),
        slots.c.slot != bindparam("b_slot"),
    )
)
_SLOT = Prepared(
    select(slots.c.chat_id, slots.c.message_id, slots.c.has_media).where(slots.c.slot == bindparam("slot"))
)
_AWAITED = Prepared(
    select(t.c.id)
    .where(t.c.slot == bindparam("slot"), _IS_PENDING, t.c.slot.is_not(None), text("outbox.kind = 'show'"))
    .limit(1)
)
_DUE = Prepared(
    select(t.c.not_before)
    .where(t.c.slot == bindparam("slot"), _IS_PENDING, t.c.slot.is_not(None), t.c.not_before.is_not(None))
    .order_by(t.c.not_before)
    .limit(1)
)
_SLOT_OF = Prepared(
    select(slots.c.slot).where(slots.c.chat_id == bindparam("chat_id"), slots.c.message_id == bindparam("message_id"))
)
_STANDING_IN = select(slots.c.slot).where(slots.c.chat_id == bindparam("chat_id"))
_PURGE = delete(t).where(t.c.status.in_(("sent", "dropped", "dead")), t.c.created_at < bindparam("before"))
_READDRESS = (
    update(t)
    .where(t.c.id == bindparam("b_id"))
    .values(
        chat_id=bindparam("b_chat"), slot=bindparam("b_slot"), action=bindparam("b_action"), row_mac=bindparam("b_mac")
    )
)
_OF_CHAT = select(t).where(t.c.chat_id == bindparam("chat_id"), _IS_PENDING)
_FORGET_SLOTS = delete(slots).where(slots.c.chat_id == bindparam("old"))


def _stand(dialect: Any) -> Any:
    statement = dialect.insert(slots).from_select(["slot", "chat_id", "message_id", "has_media", "at"], _STANDING)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["slot"],
        set_={"chat_id": new.chat_id, "message_id": new.message_id, "has_media": new.has_media, "at": new.at},
    )


_STAND = {"sqlite": Prepared(_stand(sqlite)), "postgresql": Prepared(_stand(postgresql))}


class OutboxStore:
    """``domain.ports.Outbox``, and the sender's side of it."""

    def __init__(self, conn: Connection, vault: Vault, clock: Clock, tally: Tally) -> None:
        self._conn = conn
        self._vault = vault
        self._tally = tally
        self._clock = clock
        self.added: list[OutboxRow] = []
        """What this transaction added and did not drop again; handed to the sender after the commit."""
        self.dropped: list[int] = []
        """Ids that this transaction dropped."""

    def add(self, notice: Notice) -> None:
        action = notice.action
        slot = getattr(action, "slot", None)
        fresh = isinstance(action, Show) and action.fresh
        if isinstance(action, Show) and slot is not None and action.supersede and not fresh:
            # A fresh one in waiting is kept: it has to be a new message, and this one then edits it.
            self._forget(_SUPERSEDE.all(self._conn, {"b_slot": slot, "b_mac": outbox_dropped(self._vault, slot)}))
        kind = notices_json.kind_of(action)
        uid = new_uid()
        now = self._clock.now()
        fixed = {
            "uid": uid, "chat_id": notice.chat_id, "priority": int(notice.priority), "kind": kind, "slot": slot,
            "fresh": fresh, "reference": notice.reference, "created_at": now,
        }  # fmt: skip
        number = _ADD.insert(
            self._conn,
            {
                **fixed,
                "action": self._vault.encrypt(
                    notices_json.dumps(action), action_aad(uid, notice.chat_id, slot, notice.reference)
                ),
                "not_before": notice.not_before,
                "status": "pending",
                "attempts": 0,
                "uncertain": False,
                "parts_done": 0,
                "row_mac": fixed_mac(self._vault, "outbox", fixed),
                "state_mac": outbox_waits(self._vault, uid, notice.not_before),
            },
        )
        self.added.append(
            OutboxRow(
                id=number,
                chat_id=notice.chat_id,
                action=action,
                priority=notice.priority,
                not_before=notice.not_before,
                reference=notice.reference,
                slot=slot,
                attempts=0,
                uncertain=False,
                parts_done=0,
                created_at=now,
            )
        )

    def drop_unsent(self, slot: str) -> int:
        """Drop notices for the slot that were not sent yet; how many."""
        return self._forget(_DROP.all(self._conn, {"b_slot": slot, "b_mac": outbox_dropped(self._vault, slot)}))

    def drop_chat(self, chat_id: int) -> int:
        """Drop everything not sent yet to the chat (a person's access ended); how many."""
        mac = outbox_dropped(self._vault, chat_id)
        return self._forget(_DROP_CHAT.all(self._conn, {"b_chat": chat_id, "b_mac": mac}))

    def slot_message(self, slot: str) -> int | None:
        """The Telegram message id that stands in the slot, if one was sent."""
        found = self.slot(slot)
        return None if found is None else found.message_id

    def standing(self, chat_id: int) -> Sequence[str]:
        """The slots in which a message of that chat stands."""
        return sorted(self._conn.execute(_STANDING_IN, {"chat_id": chat_id}).scalars())

    def awaited(self, slot: str) -> bool:
        """Whether a message for the slot waits or is on its way."""
        return _AWAITED.first(self._conn, {"slot": slot}) is not None

    def due(self, slot: str) -> datetime | None:
        """Until when the first message that waits for the slot is held back; None when none is."""
        row = _DUE.first(self._conn, {"slot": slot})
        return None if row is None else row[0]

    def slot(self, slot: str) -> SlotMessage | None:
        row = _SLOT.first(self._conn, {"slot": slot})
        return None if row is None else SlotMessage(*row)

    def slot_of(self, chat_id: int, message_id: int) -> str | None:
        """Which slot a message of a chat is."""
        found = _SLOT_OF.first(self._conn, {"chat_id": chat_id, "message_id": message_id})
        return None if found is None else found.slot

    def pending(self, limit: int, after_id: int = 0) -> Sequence[OutboxRow]:
        """What waits, by id."""
        return [self._value(row) for row in self._conn.execute(_PENDING, {"limit": limit, "after_id": after_id}).all()]

    def settle(self, results: Sequence[Settled]) -> None:
        """Write the outcomes of a batch: rows, emptied contents, and what now stands in their slots."""
        sent = [
            {
                "b_id": r.id, "b_parts": r.parts_done,
                "b_mac": outbox_state(self._vault, r.id, "sent", None, False, r.parts_done, None),
            }
            for r in results if r.outcome == "sent"
        ]  # fmt: skip
        last = {r.slot: r.id for r in results if r.slot is not None}
        counting = [r for r in results if r.slot is None or last[r.slot] == r.id]
        standing = [
            {"b_id": r.id, "b_message": r.message_id, "b_media": r.has_media}
            for r in counting
            if r.message_id is not None and (r.outcome == "sent" or r.parts_done)
        ]
        cleared = [{"b_id": r.id} for r in counting if r.outcome == "sent" and r.message_id is None]
        taken = [{"b_chat": r.taken[0], "b_slot": r.taken[1], "b_message": r.message_id} for r in results if r.taken]
        if taken:
            _UNSEAT.each(self._conn, taken)
        if standing:
            _STAND[self._conn.dialect.name].each(self._conn, standing)
        if cleared:
            _CLEAR.each(self._conn, cleared)
        if sent:
            _SENT.each(self._conn, sent)
        dead = [self._outcome(r, "dead") for r in results if r.outcome == "dead"]
        if dead:
            _DEAD.each(self._conn, dead)
        retry = [{**self._outcome(r, "pending"), "b_not_before": r.not_before} for r in results if r.outcome == "retry"]
        if retry:
            _RETRY.each(self._conn, retry)

    def purge(self, before: datetime) -> int:
        """Delete sent, dropped and dead rows made before then; how many."""
        gone = self._conn.execute(_PURGE, {"before": before}).rowcount
        self._tally.add(OUTBOX_PURGED, gone)
        return gone

    def rename_chat(self, old: int, new: int) -> None:
        """Notices that wait go to the new chat. Messages in slots are forgotten: their ids mean nothing there."""
        if moved := [self._readdressed(row, new) for row in self._conn.execute(_OF_CHAT, {"chat_id": old}).all()]:
            self._conn.execute(_READDRESS, moved)
        self._conn.execute(_FORGET_SLOTS, {"old": old})

    def _readdressed(self, row: Any, chat_id: int) -> dict[str, Any]:
        check_fixed(self._vault, "outbox", row)
        slot, suffix = row.slot, f"@{row.chat_id}"
        if slot is not None and slot.endswith(suffix):
            slot = f"{slot.removesuffix(suffix)}@{chat_id}"
        action = self._vault.decrypt(row.action, action_aad(row.uid, row.chat_id, row.slot, row.reference))
        sealed = self._vault.encrypt(action, action_aad(row.uid, chat_id, slot, row.reference))
        mac = fixed_mac(self._vault, "outbox", {**row._mapping, "chat_id": chat_id, "slot": slot})
        return {"b_id": row.id, "b_chat": chat_id, "b_slot": slot, "b_action": sealed, "b_mac": mac}

    def _outcome(self, result: Settled, status: str) -> dict[str, Any]:
        mac = outbox_state(
            self._vault, result.id, status, result.error, result.uncertain, result.parts_done, result.not_before
        )
        return {
            "b_id": result.id, "b_error": result.error, "b_uncertain": result.uncertain,
            "b_parts": result.parts_done, "b_mac": mac,
        }  # fmt: skip

    def _forget(self, dropped: Sequence[Any]) -> int:
        ids = [row.id for row in dropped]
        if ids:
            self.dropped.extend(ids)
            self.added = [row for row in self.added if row.id not in ids]
        return len(ids)

    def _value(self, row: Any) -> OutboxRow:
        check_fixed(self._vault, "outbox", row)
        aad = action_aad(row.uid, row.chat_id, row.slot, row.reference)
        return OutboxRow(
            id=row.id,
            chat_id=row.chat_id,
            action=notices_json.loads(row.kind, self._vault.decrypt(row.action, aad)),
            priority=Priority(row.priority),
            not_before=row.not_before,
            reference=row.reference,
            slot=row.slot,
            attempts=row.attempts,
            uncertain=row.uncertain,
            parts_done=row.parts_done,
            created_at=row.created_at,
        )


def action_aad(uid: str, chat_id: int, slot: str | None, reference: str | None) -> bytes:
    """What a notice's ciphertext is bound to: nobody can send it to another chat by changing its row."""
    return f"outbox:action:{uid}:{chat_id}:{slot or ''}:{reference or ''}".encode()
