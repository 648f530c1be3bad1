"""What sending methods share: formatted text, keyboards, replies; with Telegram's refusals."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.entities import MarkupError, detect, parse_html, trimmed, units
from simulator.errors import Violation, bad_request
from simulator.model import Bot, Chat, Json, Message
from simulator.reach import find_chat
from simulator.schema import Upload
from simulator.world import World

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
BUTTON_LIMIT: Final = 100
ACTIONS: Final = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)

URL: Final = re.compile(r"(?i)(https?://[\w.-]+\.[\w-]+|https?://[\w.-]+(:\d+)?|tg://\w+)\S*")


@dataclass(slots=True)
class Query:
    """One call on its way through a method: who calls what with which (checked) parameters."""

    world: World
    bot: Bot
    method: str
    p: Json
    uploads: dict[str, Upload] = field(default_factory=dict)


def formatted(text: str, parse_mode: str | None, given: list[Json] | None) -> tuple[str, list[Json]]:
    """Text and entities as Telegram stores them; raises "can't parse entities" and the like."""
    mode = (parse_mode or "").lower()
    found = list(given or [])
    if mode == "html":
        try:
            text, found = parse_html(text)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from error
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"LATIHAN: parse_mode {parse_mode} is not practised here")
    elif mode:
        raise bad_request("unsupported parse_mode")
    text, found = trimmed(text, found)
    return text, detect(text, found)


def text_of(p: Json) -> Json:
    """`text` and `entities` fields from a call; raises for empty or too long."""
    text, entities = formatted(p["text"], p.get("parse_mode"), p.get("entities"))
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_of(p: Json) -> Json:
    """`caption` and `caption_entities` fields from a call, empty without a caption."""
    text, entities = formatted(p.get("caption", ""), p.get("parse_mode"), p.get("caption_entities"))
    if not text:
        return {}
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def inline(method: str, markup: Json | None) -> Json | None:
    """An inline keyboard as stored (empty rows gone, None when nothing is left); raises for invalid buttons."""
    if markup is None:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(method, button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(method: str, button: Json) -> None:
    actions = ACTIONS & button.keys()
    if not button["text"]:
        raise bad_request("can't parse inline keyboard button: button text must be non-empty")
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise Violation(method, "reply_markup", "two actions on one button in parameter")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not URL.fullmatch(button["url"]):
        raise bad_request("BUTTON_URL_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if button.get("style") not in (None, "danger", "success", "primary"):
        raise bad_request("can't parse inline keyboard button: invalid button style specified")


def markup_of(q: Query) -> Json:
    """The part of reply_markup that the message carries (inline buttons); others change what people see below."""
    markup = q.p.get("reply_markup")
    if markup and "inline_keyboard" in markup:
        keyboard = inline(q.method, markup)
        return {"reply_markup": keyboard} if keyboard else {}
    if markup and "keyboard" in markup:
        if not any(markup["keyboard"]):
            raise bad_request("reply keyboard must be non-empty")
        for row in markup["keyboard"]:
            for button in row:
                if not button["text"]:
                    raise bad_request("can't parse keyboard button: keyboard button text must be non-empty")
    return {}


def show_keyboard(q: Query, message: Message) -> None:
    """Put up, take down or ask for a reply, for the people that the reply keyboard is meant for."""
    markup = q.p.get("reply_markup")
    if not markup or "inline_keyboard" in markup:
        return
    chat = message.chat
    people = [chat.id] if chat.type == "private" else [u for u in chat.members if q.world.is_member(chat, u)]
    if markup.get("selective") and chat.type != "private":
        replied = message.api.get("reply_to_message", {}).get("from", {}).get("id")
        mentioned = {e["user"]["id"] for e in message.entities if "user" in e}
        people = [person for person in people if person == replied or person in mentioned]
    for person in people:
        if "remove_keyboard" in markup:
            chat.keyboards.pop(person, None)
        else:
            chat.keyboards[person] = {**markup, "message_id": message.id}


def reply_of(q: Query, chat: Chat) -> Message | None:
    """The message that is replied to; raises when it is gone, unless sending without is allowed."""
    given = q.p.get("reply_parameters")
    if not given:
        return None
    source = chat if "chat_id" not in given else find_chat(q.world, q.bot, given["chat_id"])
    found = source.messages.get(given.get("message_id", 0))
    if found is None and not given.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def send(q: Query, chat: Chat, content: Json) -> Message:
    """Post as the bot, with reply, keyboard and protection from the call."""
    reply = reply_of(q, chat)
    message = q.world.post(
        chat,
        q.bot.user,
        {**content, **markup_of(q)},
        reply_to=reply,
        protected=bool(q.p.get("protect_content")),
        by_bot=q.bot,
    )
    show_keyboard(q, message)
    return message


def same_as_before(message: Message, change: dict[str, Any]) -> bool:
    """Whether an edit would change nothing."""
    return all(message.api.get(key) == value for key, value in change.items())
