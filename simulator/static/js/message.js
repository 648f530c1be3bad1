// One unit of a chat: a message, or the messages of one album.
import { h, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { mediaOf, photo } from "./media.js";
import { nameOf, state } from "./state.js";
import { lineOf, serviceText, short } from "./summary.js";
import { W } from "./words.js";

const COLOURS = ["#c03d33", "#4fad2d", "#b07a00", "#168acd", "#8544d6", "#cd4073", "#2996ad", "#ce671b"];

/** Name colour as Telegram picks it: from the id. */
export const colourOf = (id) => COLOURS[Math.abs(id) % COLOURS.length];

/** Colour of a chat's picture: the bot's in private, the group's own otherwise. */
export const chatColour = (chat) => colourOf(chat.type === "private" ? state.bot.id : chat.id);

/** Key of the unit that a message belongs to; the parts of an album share one. */
export const unitKey = (m) => (m.media_group_id ? `g${m.media_group_id}` : `m${m.message_id}`);

const zoned = (date, options) => new Intl.DateTimeFormat("id-ID", { timeZone: state.office.zone, ...options }).format(date * 1000);
export const timeText = (m) => zoned(m.date, { hour: "2-digit", minute: "2-digit", hour12: false }).replace(":", ".");
export const dayText = (m) => zoned(m.date, { day: "numeric", month: "long", year: "numeric" });

const sender = (m) => m.sender_chat ?? m.from;

/**
 * Element of a unit. `view` = {userId, chat, onTap(m, row, column, button), onMenu(m, anchor, point), onReply(id), actions}.
 */
export function renderUnit(messages, view) {
  const [first] = messages;
  const service = serviceText(first);
  const day = dayText(first);
  const chip = h("p", { class: "day" }, h("span", {}, day));
  if (service) {
    return h("li", { class: "unit service", "data-unit": unitKey(first), "data-day": day, "data-from": "", "data-message": first.message_id },
      chip, h("p", { class: "service-text" }, h("span", {}, service)));
  }
  const out = sender(first)?.id === view.userId;
  const unit = h("li", { class: `unit ${out ? "out" : "in"}`, "data-unit": unitKey(first), "data-day": day, "data-from": sender(first)?.id ?? "" }, chip);
  const album = messages.length > 1;
  if (!album) unit.dataset.message = first.message_id;
  unit.append(h("div", { class: "row" }, bubble(messages, view, out, album)));
  const keyboard = first.reply_markup?.inline_keyboard;
  if (keyboard?.length) unit.querySelector(".column").append(inlineKeyboard(first, keyboard, view));
  return unit;
}

function bubble(messages, view, out, album) {
  const first = messages[0];
  const named = view.chat.type !== "private" && !out;
  const texts = messages.filter((m) => m.text || m.caption);
  const body = album ? mosaic(messages) : mediaOf(first);
  const last = messages[messages.length - 1];
  const known = body || texts.length;
  const menu = (m) => h("button", { class: "more", type: "button", "aria-label": W.messageMenu, "aria-haspopup": "menu",
    onclick: (e) => view.onMenu(m, e.currentTarget) }, icon("down"));
  const box = h("div", { class: bubbleClass(first, body, texts.length) },
    named && h("p", { class: "sender", style: `color:${colourOf(sender(first)?.id ?? 0)}` }, nameOf(sender(first))),
    forwardLine(first), replyQuote(first, view), body,
    texts.map((m) => h("div", { class: "text", dir: "auto" }, formatted(m.text ?? m.caption, m.entities ?? m.caption_entities, view.actions))),
    !known && h("div", { class: "text" }, h("em", {}, W.unsupported)),
    meta(last, first), menu(first));
  attachMenu(box, messages, view);
  return h("div", { class: "column" }, box);
}

function bubbleClass(m, body, texts) {
  const picture = m.photo || m.location || m.venue;
  return ["bubble", picture && "picture", picture && !texts && "bare", body && "media"].filter(Boolean).join(" ");
}

function attachMenu(box, messages, view) {
  const target = (event) => {
    const id = Number(event.target.closest("[data-message]")?.dataset.message);
    return messages.find((m) => m.message_id === id) ?? messages[0];
  };
  box.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    view.onMenu(target(event), box, event);
  });
  box.addEventListener("dblclick", (event) => {
    if (!event.target.closest("button, a")) view.onReplyTo(target(event));
  });
}

function meta(last, first) {
  const edited = first.edit_date ?? last.edit_date;
  return h("span", { class: "meta" },
    first.has_protected_content && h("span", { class: "lock", role: "img", "aria-label": W.protectedShort, title: W.protectedChat }, icon("lock")),
    edited && h("span", { class: "edited" }, W.edited), h("time", {}, timeText(last)));
}

function forwardLine(m) {
  const origin = m.forward_origin;
  if (!origin) return null;
  const who = origin.sender_user ?? origin.sender_chat ?? origin.chat;
  return h("p", { class: "forwarded" }, W.forwardedFrom(who ? nameOf(who) : (origin.sender_user_name ?? "")));
}

function replyQuote(m, view) {
  const to = m.reply_to_message;
  if (!to) return null;
  return h("button", { class: "quote", type: "button", onclick: () => view.onReply(to.message_id) },
    h("b", {}, nameOf(sender(to))), h("span", {}, short(m.quote?.text ?? lineOf(to), 90)));
}

function mosaic(messages) {
  return h("div", { class: "mosaic", "data-count": messages.length }, messages.map((m) =>
    h("div", { class: "tile", "data-message": m.message_id }, m.photo ? photo(m) : mediaOf(m))));
}

function inlineKeyboard(m, rows, view) {
  return h("div", { class: "inline-keyboard", role: "group" }, rows.map((row, r) =>
    h("div", { class: "keys" }, row.map((button, c) =>
      h("button", { type: "button", class: `key ${button.style ?? ""}`, "data-button": button.text,
        onclick: (event) => view.onTap(m, r, c, button, event.currentTarget) },
      h("span", {}, button.text), button.url && h("span", { class: "corner", "aria-hidden": "true" }, "↗"))))));
}
