// One phone: its chat list as tabs, and the chat panels that were opened.
import { chatPath, post } from "./api.js";
import { ChatPanel } from "./chat.js";
import { h, swap } from "./dom.js";
import { chatColour, timeText } from "./message.js";
import { Overlay } from "./overlay.js";
import { nameOf, phoneOf, state } from "./state.js";
import { lineOf, short } from "./summary.js";
import { W } from "./words.js";

const LINK = /^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/([A-Za-z0-9_]+)\/?\?(?:.*&)?start=([A-Za-z0-9_-]{1,64})|^tg:\/\/resolve\?domain=([A-Za-z0-9_]+)&start=([A-Za-z0-9_-]{1,64})/;

export class Phone {
  constructor(data, onUnread) {
    this.userId = data.user.id;
    this.onUnread = onUnread;
    this.panels = new Map();
    this.tabs = h("div", { class: "chat-tabs", role: "tablist", "aria-label": `Percakapan ${nameOf(data.user)}` });
    this.tabs.addEventListener("keydown", (event) => this.arrow(event));
    this.body = h("div", { class: "panels" });
    this.time = h("span", { class: "status-time" });
    this.screen = h("div", { class: "screen" },
      h("div", { class: "statusbar", "aria-hidden": "true" }, this.time, h("span", { class: "signal" }, [1, 2, 3, 4].map(() => h("i")))), this.tabs, this.body);
    this.overlay = new Overlay(this.screen);
    const role = data.role ? h("small", {}, data.role) : null;
    this.el = h("section", { class: "phone", "data-phone": this.userId, "aria-label": `Telepon ${nameOf(data.user)}` },
      h("h2", { class: "owner" }, h("b", {}, nameOf(data.user)), role), h("div", { class: "device" }, this.screen));
    this.drawTabs();
    this.tick();
    this.open(data.first) ?? (data.chats.length && this.open(data.chats[0].id));
  }

  get data() {
    return phoneOf(this.userId);
  }

  get unread() {
    return this.data.chats.reduce((sum, c) => sum + (c.unread ?? 0), 0);
  }

  tick() {
    this.time.textContent = state.clock.time ?? "";
    for (const panel of this.panels.values()) panel.drawSubtitle();
  }

  drawTabs() {
    swap(this.tabs, this.data.chats.map((chat) => this.tab(chat)));
    this.onUnread?.();
  }

  tab(chat) {
    const title = chat.title;
    const selected = chat.id === this.current;
    const last = chat.last ? short(lineOf(chat.last), 60) : W.empty;
    return h("button", { type: "button", role: "tab", class: "tab", "data-chat-tab": chat.id, "aria-selected": String(selected),
      tabindex: selected ? 0 : -1, onclick: () => this.open(chat.id) },
    h("span", { class: "avatar", "aria-hidden": "true", style: `background:${chatColour(chat)}` }, title.slice(0, 1)),
    h("span", { class: "tab-text" }, h("b", {}, title), h("small", {}, last)),
    chat.last && h("span", { class: "tab-time", "aria-hidden": "true" }, timeText(chat.last)),
    chat.unread ? h("span", { class: "badge", "aria-label": W.unread(chat.unread) }, String(chat.unread)) : null);
  }

  arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...this.tabs.children];
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    event.preventDefault();
    this.open(Number(next.dataset.chatTab));
    this.tabs.querySelector("[aria-selected=true]")?.focus();
  }

  chat(chatId) {
    return this.data.chats.find((c) => c.id === chatId);
  }

  open(chatId) {
    const chat = this.chat(chatId);
    if (!chat) return null;
    this.current = chatId;
    chat.unread = 0;
    let panel = this.panels.get(chatId);
    if (!panel) {
      panel = new ChatPanel(this, chat);
      this.panels.set(chatId, panel);
      this.body.append(panel.el);
      panel.list.open().catch((error) => this.fail(error));
    }
    for (const [id, other] of this.panels) other.el.hidden = id !== chatId;
    this.drawTabs();
    this.tabs.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return panel;
  }

  /** Put the phone away or in sight; what is in sight is read. */
  show(visible) {
    this.el.hidden = !visible;
    if (visible && this.chat(this.current)?.unread) this.open(this.current);
  }

  /** POST an action of this phone; what fails is told on the phone. Undefined when it failed. */
  async act(chatId, action, body) {
    try {
      return await post(chatPath(this.userId, chatId, action), body);
    } catch (error) {
      return this.fail(error);
    }
  }

  fail(error) {
    this.overlay.toast(`${W.failed}: ${error.message}`);
  }

  /** Follow a link as Telegram would: only deep links to this bot lead anywhere in practice. */
  async link(url) {
    const found = LINK.exec(url.trim());
    const bot = state.bot?.username?.toLowerCase();
    if (!found || (found[1] ?? found[3]).toLowerCase() !== bot) return this.overlay.toast(W.badLink);
    const chat = this.data.chats.find((c) => c.type === "private");
    this.open(chat.id);
    return this.act(chat.id, "start", { payload: found[2] ?? found[4] });
  }

  // --- events -----------------------------------------------------------------------------------------------------

  message(chatId, message, isNew) {
    const chat = this.chat(chatId);
    if (!chat) return;
    if (isNew) {
      chat.last = message;
      if ((this.current !== chatId || this.el.hidden) && message.from?.id !== this.userId) chat.unread = (chat.unread ?? 0) + 1;
    } else if (chat.last?.message_id === message.message_id) chat.last = message;
    this.panels.get(chatId)?.list.upsert(message);
    this.panels.get(chatId)?.edited(message);
    this.drawTabs();
  }

  deleted(chatId, message, last) {
    const chat = this.chat(chatId);
    if (!chat) return;
    chat.last = last;
    this.panels.get(chatId)?.list.remove(message);
    this.drawTabs();
  }

  /** The chat's own facts changed: title, members, pinned, commands, keyboard, blocked, started. */
  changed(fresh) {
    const chat = this.chat(fresh.id);
    if (!chat) this.data.chats.push({ ...fresh, unread: fresh.last ? 1 : 0 });
    else Object.assign(chat, fresh, { unread: chat.unread });
    if (fresh.typing) setTimeout(() => this.typed(fresh.id), 6000);
    this.panels.get(fresh.id)?.draw();
    this.drawTabs();
    if (this.current === undefined) this.open(fresh.id);
  }

  /** Telegram shows "mengetik" for some five seconds. */
  typed(chatId) {
    const chat = this.chat(chatId);
    if (!chat) return;
    chat.typing = "";
    this.panels.get(chatId)?.drawSubtitle();
  }

  gone(chatId) {
    const data = this.data;
    data.chats = data.chats.filter((c) => c.id !== chatId);
    this.panels.get(chatId)?.el.remove();
    this.panels.delete(chatId);
    if (this.current === chatId) this.open(data.chats[0]?.id);
    this.drawTabs();
  }
}
