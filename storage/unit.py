"""The unit of work: all repositories on one connection, one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from domain.ports import Clock
from storage.absences import AbsencesStore
from storage.attachments import AttachmentsStore
from storage.audit import EventsStore
from storage.cases import CasesStore
from storage.counters import ReferencesStore, Tally
from storage.crypto import Vault
from storage.deadlines import DeadlinesStore
from storage.drafts import DraftsStore
from storage.groups import GroupsStore
from storage.hidden import reveal_to
from storage.inbox import InboxStore
from storage.invitations import InvitationsStore
from storage.lokus import LokusStore
from storage.meta import MetaStore
from storage.occurrences import OccurrencesStore
from storage.outbox import OutboxRow, OutboxStore
from storage.people import PeopleStore, PersonCache
from storage.pins import PinsStore
from storage.recaps import RecapsStore
from storage.retention import RetentionStore


class UnitOfWork:
    """``domain.ports.UnitOfWork``, with the inbox for intake and dispatch and the sender's side of the outbox."""

    __slots__ = (
        "absences",
        "attachments",
        "cases",
        "conn",
        "deadlines",
        "drafts",
        "events",
        "groups",
        "inbox",
        "invitations",
        "lokus",
        "meta",
        "occurrences",
        "outbox",
        "people",
        "pins",
        "recaps",
        "references",
        "retention",
        "tally",
        "vault",
    )

    def __init__(self, conn: Connection, vault: Vault, clock: Clock, cache: PersonCache) -> None:
        self.conn = conn
        reveal_to(conn.dialect, vault.identities)
        self.vault = vault
        self.tally = Tally(conn, vault)
        self.people = PeopleStore(conn, vault, cache)
        self.invitations = InvitationsStore(conn, vault)
        self.groups = GroupsStore(conn, vault, self.tally)
        self.drafts = DraftsStore(conn, vault)
        self.attachments = AttachmentsStore(conn, vault, self.tally)
        self.cases = CasesStore(conn, vault)
        self.references = ReferencesStore(conn, vault)
        self.events = EventsStore(conn, vault)
        self.outbox = OutboxStore(conn, vault, clock, self.tally)
        self.deadlines = DeadlinesStore(conn, vault, self.tally)
        self.occurrences = OccurrencesStore(conn, vault, self.tally)
        self.absences = AbsencesStore(conn, vault, self.tally)
        self.pins = PinsStore(conn, vault, self.tally)
        self.recaps = RecapsStore(conn, vault, self.tally)
        self.lokus = LokusStore(conn, vault, self.tally)
        self.meta = MetaStore(conn, vault, self.tally)
        self.retention = RetentionStore(conn, vault, self.tally, self.events)
        self.inbox = InboxStore(conn, vault, self.meta, self.tally)

    def finish(self) -> None:
        """The last act before the commit: bring the counters of tables up to date."""
        self.tally.write()

    @property
    def added_notices(self) -> list[OutboxRow]:
        """What this transaction added to the outbox."""
        return self.outbox.added

    @property
    def dropped_notices(self) -> list[int]:
        """Ids of notices that this transaction dropped."""
        return self.outbox.dropped

    def migrate_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: its id is rewritten in groups, drafts, outbox, slots and the waiting inbox."""
        self.groups.migrate(old, new)
        self.drafts.rename_chat(old, new)
        self.outbox.rename_chat(old, new)
        self.inbox.rename_chat(old, new)
