"""Nothing in the files names somebody at Telegram; equal stays equal, and the way back is exact."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TamperedError
from domain.model import Group
from storage.database import Database
from storage.files import AttachmentFiles
from storage.hidden import Identities
from storage.outbox import Settled
from storage.unit import UnitOfWork
from tests.storage.crowd import fill
from tests.storage.parts import NOW, attach

ONE = Identities(b"a" * 32, b"b" * 64)
OTHER = Identities(b"c" * 32, b"d" * 64)
COUNT = 3


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_number_comes_back_and_stays_a_64_bit_one(number: int) -> None:
    hidden = ONE.hide_id(number)
    assert -(2**63) <= hidden < 2**63
    assert Identities(b"a" * 32, b"b" * 64).plain_id(hidden) == number
    assert hidden != OTHER.hide_id(number)


@given(st.text())
def test_every_text_comes_back_and_a_changed_one_is_noticed(text: str) -> None:
    hidden = ONE.hide_text(text)
    assert Identities(b"a" * 32, b"b" * 64).plain_text(hidden) == text
    with pytest.raises(TamperedError):
        OTHER.plain_text(hidden)


async def test_no_id_slot_or_title_stands_in_the_database(sqlite_db: Database, tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, sqlite_db.vault)

    def work(uow: UnitOfWork) -> None:
        fill(uow, files, COUNT)
        uow.outbox.settle([Settled(1, "sent", message_id=77)])
        uow.groups.put(Group(-1002003004005, "Grup Kelabu", None, None, NOW))
        uow.invitations.claim(b"%32d" % 0, 700_000_009, NOW)
        attach(uow, "unik-kelabu", case_id=1, media_group="album-kelabu")

    await sqlite_db.run(work)
    assert await sqlite_db.run(lambda uow: uow.outbox.slot_message("kartu:1@700000001")) == 77
    await sqlite_db.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())  # noqa: ASYNC240 - nothing else runs
    ids = [*(700_000_001 + number for number in range(COUNT)), 700_000_009, -1002003004005]
    assert [number for number in ids if str(number).encode() in everything] == []
    assert [number for number in ids if number.to_bytes(6, signed=True) in everything] == []
    assert [n for n in ids[:-1] if b"\0" + n.to_bytes(4) in everything or n.to_bytes(4) + b"\0" in everything] == []
    for word in ("Grup Kelabu", "unik-kelabu", "album-kelabu", "id-u0", "kartu:"):
        assert word.encode() not in everything, word
