// One chat on one phone: header, pinned bar, messages, composer, and what taps do.
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { MessageList } from "./list.js";
import { chatColour } from "./message.js";
import { messageOf, nameOf, phoneOf, state } from "./state.js";
import { lineOf, serviceText, short } from "./summary.js";
import { W } from "./words.js";

const ANSWER_WAIT = 20000; // milliseconds until the page gives up on an answer to a tap

export class ChatPanel {
  constructor(phone, chat) {
    this.phone = phone;
    this.chat = chat;
    this.queries = new Map(); // callback query id -> "message:row:column"
    this.pinAt = 0;
    this.list = new MessageList({
      userId: phone.userId, chat, title: chat.title,
      onTap: (m, r, c, button) => this.tap(m, r, c, button),
      onMenu: (m, anchor, point) => this.menu(m, anchor, point),
      onReply: async (id) => (await this.list.show(id)) || phone.overlay.toast(W.replyGone),
      onReplyTo: (m) => serviceText(m) || this.composer.replyTo(m),
      actions: { command: (text) => this.act("send", { text }), open: (url) => phone.link(url) },
    });
    this.composer = new Composer(this);
    this.title = h("h3");
    this.subtitle = h("p");
    this.avatar = h("span", { class: "avatar", "aria-hidden": "true", style: `background:${chatColour(chat)}` });
    this.more = h("button", { type: "button", class: "plain", "aria-label": W.chatMenu, "aria-haspopup": "menu", onclick: () => this.chatMenu() }, icon("more"));
    this.pin = h("button", { type: "button", class: "pinned", hidden: true, onclick: () => this.nextPin() });
    this.el = h("div", { class: "panel", "data-chat": chat.id, role: "tabpanel", "aria-label": chat.title },
      h("div", { class: "head" }, this.avatar, h("div", { class: "head-text" }, this.title, this.subtitle), this.more),
      this.pin, this.list.el, this.composer.el);
    this.draw();
  }

  act(action, body) {
    return this.phone.act(this.chat.id, action, body);
  }

  draw() {
    this.title.replaceChildren(this.chat.title, this.chat.protected ? h("span", { class: "lock", title: W.protectedChat }, icon("lock")) : "");
    this.avatar.textContent = this.chat.title.slice(0, 1);
    this.more.hidden = this.chat.type !== "private";
    this.drawSubtitle();
    this.drawPinned();
    this.composer.draw();
  }

  drawSubtitle() {
    const usual = this.chat.type === "private" ? W.bot : W.members(this.chat.members);
    this.subtitle.textContent = state.faults.offline ? W.noSignal : (this.chat.typing || usual);
  }

  drawPinned() {
    const pinned = this.chat.pinned ?? [];
    this.pin.hidden = pinned.length === 0;
    if (!pinned.length) return;
    this.pinAt = Math.min(this.pinAt, pinned.length - 1);
    const m = pinned[pinned.length - 1 - this.pinAt];
    const title = pinned.length > 1 ? W.pinnedCount(pinned.length - this.pinAt, pinned.length) : W.pinned;
    this.pin.replaceChildren(h("span", { class: "pinned-text" }, h("b", {}, title), h("span", {}, short(lineOf(m), 120))), icon("pin"));
    this.pin.setAttribute("aria-label", `${title}: ${short(lineOf(m), 120)}`);
  }

  async nextPin() {
    const pinned = this.chat.pinned;
    const shown = pinned[pinned.length - 1 - this.pinAt];
    await this.list.show(shown.message_id);
    this.pinAt = (this.pinAt + 1) % pinned.length;
    this.drawPinned();
  }

  /** A message was edited: the pinned bar may show it. */
  edited(message) {
    const at = (this.chat.pinned ?? []).findIndex((m) => m.message_id === message.message_id);
    if (at < 0) return;
    this.chat.pinned[at] = message;
    this.drawPinned();
  }

  // --- taps -----------------------------------------------------------------------------------------------------------

  async tap(message, row, column, button) {
    if (button.url) return this.phone.link(button.url);
    if (button.copy_text) return this.copy(button.copy_text.text);
    if (button.callback_data === undefined) return this.phone.overlay.toast(W.unsupported);
    const place = `${message.message_id}:${row}:${column}`;
    if (this.list.busy.has(place)) return undefined;
    this.list.setBusy(place, true);
    const sent = await this.act("tap", { message_id: message.message_id, row, column });
    if (!sent || this.early?.has(sent.query)) return this.list.setBusy(place, false);
    this.queries.set(sent.query, place);
    setTimeout(() => this.settle(sent.query), ANSWER_WAIT);
    return undefined;
  }

  settle(query) {
    const place = this.queries.get(query);
    this.queries.delete(query);
    if (place) this.list.setBusy(place, false);
    else (this.early ??= new Set()).add(query); // the answer overtook the response to the tap
  }

  /** The bot answered a tap. */
  answered({ query, text, alert, url }) {
    this.settle(query);
    if (url) this.phone.link(url);
    if (!text) return;
    if (alert) this.phone.overlay.alert(state.bot?.first_name ?? this.chat.title, text);
    else this.phone.overlay.toast(text);
  }

  // --- menus ----------------------------------------------------------------------------------------------------------

  menu(shown, anchor, point) {
    const m = messageOf(this.chat.id, shown.message_id) ?? shown;
    if (serviceText(m)) return;
    const own = m.from?.id === this.phone.userId && !m.sender_chat;
    const locked = m.has_protected_content;
    const text = m.text ?? m.caption;
    const items = [{ label: W.reply, icon: "reply", run: () => this.composer.replyTo(m) }];
    if (text) items.push({ label: W.copy, run: () => this.copy(text), disabled: locked });
    if (own && text && !m.forward_origin) items.push({ label: W.edit, icon: "edit", run: () => this.composer.edit(m) });
    items.push({ label: W.forward, icon: locked ? "lock" : undefined, run: () => this.forward(m), disabled: locked });
    if (own || this.chat.type === "private") {
      items.push({ label: W.remove, danger: true, run: () => this.act("delete", { message_id: m.message_id }) });
    }
    const box = anchor.getBoundingClientRect();
    const at = point ? { x: point.clientX, y: point.clientY } : { x: box.left - 120, y: box.bottom };
    this.phone.overlay.menu(items, at, W.messageMenu);
    if (locked) this.phone.overlay.toast(W.protectedChat);
  }

  copy(text) {
    const clip = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error(W.copy));
    clip.then(() => this.phone.overlay.toast(W.copied), (error) => this.phone.fail(error));
  }

  forward(m) {
    const chats = phoneOf(this.phone.userId).chats;
    this.phone.overlay.sheet(W.forwardTo, h("div", { class: "choices" }, chats.map((to) =>
      h("button", { type: "button", class: "choice", onclick: async () => {
        this.phone.overlay.close();
        if (await this.act("forward", { message_id: m.message_id, to: to.id })) this.phone.open(to.id);
      } }, h("span", { class: "avatar", style: `background:${chatColour(to)}` }, to.title.slice(0, 1)), to.title))));
  }

  chatMenu() {
    const box = this.more.getBoundingClientRect();
    const items = [{ label: W.openLink, run: () => this.askLink() }];
    if (this.chat.blocked) items.push({ label: W.unblock, run: () => this.act("unblock") });
    else if (this.chat.started) items.push({ label: W.block, danger: true, run: () => this.act("block") });
    this.phone.overlay.menu(items, { x: box.right - 210, y: box.bottom }, W.chatMenu);
  }

  askLink() {
    this.phone.overlay.form(W.openLink, [{ name: "url", label: W.link }], W.open, ({ url }) => this.phone.link(url));
  }

  get ownName() {
    return nameOf(phoneOf(this.phone.userId).user);
  }
}
