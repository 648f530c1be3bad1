"""Dialogs as tables: who does what, and what they then see. Each row waits until the bot has nothing more to do."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from simulator.agency import Agency
from simulator.model import Answer, Message
from simulator.people import Phone
from simulator.views import MessageView

Row = tuple[str, str, str]
"""Who, what they do, and the words.

``tulis`` writes · ``ketuk`` taps the newest button with the word · ``balas`` replies to the newest message with
the words before `` > ``, ``lokasi-balas`` with a position · ``sunting`` changes the own message that holds the
words before `` > `` · ``foto``/``album``/``suara``/``video``/``dokumen``/``lokasi``/``stiker``/``kontak``/``jajak``
sends one (words: caption, number
of photos) · ``lihat`` the newest message of the bot shows the words · ``tidak`` it does not · ``tombol`` it has such a
button · ``tanpa`` it has not · ``jawab`` the last tap's answer says so · ``grup`` the group's chat shows the words ·
``jam`` moves the clock to that local time of the day · ``maju`` by minutes, then what is due happens ·
``mulai ulang`` ends the bot and starts it again.
"""


def newest(phone: Phone) -> MessageView:
    """The newest message that is not this person's own."""
    return next(message for message in reversed(phone.messages()) if not message.mine)


def labels(phone: Phone) -> list[str]:
    """The buttons of the bot's newest message."""
    return [label for row in newest(phone).labels for label in row]


def at(desa: Agency, wanted: str) -> None:
    """Move the clock on to that local time (05.31) of the same or the next day."""
    hour, minute = wanted.split(".")
    local = desa.clock.now().astimezone(desa.office.zone)
    then = datetime.combine(local.date(), time(int(hour), int(minute)), desa.office.zone)
    desa.clock.advance((then if then > local else then + timedelta(days=1)) - local)


async def play(desa: Agency, table: tuple[Row, ...]) -> None:
    """Do and see each row in turn."""
    answer = Answer("", False)
    for number, (who, how, words) in enumerate(table, 1):
        phone = desa.phone(who)
        answer = await _do(desa, phone, how, words) or answer
        await desa.quiet()
        where = f"row {number}: {who} {how} {words!r}\n{phone.transcript()}"
        match how:
            case "lihat":
                assert words in newest(phone).text, where
            case "tidak":
                assert words not in newest(phone).text, where
            case "tombol":
                assert any(words in label for label in labels(phone)), where
            case "tanpa":
                assert not any(words in label for label in labels(phone)), where
            case "jawab":
                assert words in (answer.text or ""), (answer, where)
            case "grup":
                group = desa.groups["verifikasi"]
                assert any(words in message.text for message in phone.messages(group)), phone.transcript(group)


async def _do(desa: Agency, phone: Phone, how: str, words: str) -> Answer | None:
    match how:
        case "tulis":
            await phone.says(words)
        case "ketuk":
            return await phone.taps(words)
        case "balas":
            found, _, text = words.partition(" > ")
            await phone.says(text, reply_to=await phone.sees(found))
        case "lokasi-balas":
            await phone.sends_location(reply_to=await phone.sees(words))
        case "sunting":
            found, _, text = words.partition(" > ")
            await phone.edits(own(phone, found), text)
        case "album":
            await phone.sends_album([None] * int(words))
        case "maju" | "jam" | "mulai ulang":
            await _goes_on(desa, how, words)
        case "lihat" | "tidak" | "tombol" | "tanpa" | "jawab" | "grup":
            await desa.quiet()
        case _:
            await _send(phone, how, words)
    return None


async def _goes_on(desa: Agency, how: str, words: str) -> None:
    """Time, or the process."""
    if how == "mulai ulang":
        await desa.restart()
        return
    if how == "maju":
        desa.clock.advance(timedelta(minutes=int(words)))
    else:
        at(desa, words)
    await desa.sweep()


async def _send(phone: Phone, how: str, words: str) -> None:
    match how:
        case "foto":
            await phone.sends_photo(caption=words)
        case "suara":
            await phone.sends_voice()
        case "video":
            await phone.sends_video(caption=words)
        case "dokumen":
            await phone.sends_document(caption=words)
        case "besar":
            await phone.sends_video(caption=words, fake_size=25 * 1024 * 1024)
        case "lokasi":
            await phone.sends_location()
        case "stiker":
            await phone.sends_sticker()
        case "kontak":
            await phone.sends_contact()
        case "jajak":
            await phone.sends_poll()
        case _:
            raise AssertionError(how)


def own(phone: Phone, words: str) -> Message:
    """The newest own message with these words (or this caption)."""
    messages = phone.chat().messages
    return next(messages[m.id] for m in reversed(phone.messages()) if m.mine and words in m.text)
