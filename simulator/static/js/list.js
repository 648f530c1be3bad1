// The message list of one chat on one phone: renders by page, patches single units afterwards.
import { h, icon } from "./dom.js";
import { renderUnit, unitKey } from "./message.js";
import { isComplete, load, messageOf, messagesOf } from "./state.js";
import { W } from "./words.js";

const NEAR = 120; // pixels from an end that count as being there

export class MessageList {
  /** `view` as in message.js, with userId and chat. */
  constructor(view) {
    this.view = view;
    this.busy = new Set(); // "message:row:column" of tapped buttons not answered yet
    this.list = h("ol", { class: "messages", "aria-label": `Pesan ${view.title}` });
    this.empty = h("p", { class: "empty", hidden: true }, h("span", {}, W.empty));
    this.scroller = h("div", { class: "scroller", tabindex: "0", "aria-label": `Pesan ${view.title}`, role: "region" }, this.empty, this.list);
    this.fresh = 0;
    this.badge = h("span", { class: "badge", hidden: true });
    this.down = h("button", { type: "button", class: "to-bottom round", "aria-label": W.toBottom, hidden: true,
      onclick: () => this.toBottom() }, icon("down"), this.badge);
    this.el = h("div", { class: "list" }, this.scroller, this.down);
    this.scroller.addEventListener("scroll", () => this.onScroll(), { passive: true });
    new ResizeObserver(() => this.stick && this.toBottom()).observe(this.scroller);
    this.stick = true;
    this.units = new Map();
  }

  async open() {
    await load(this.view.userId, this.view.chat.id);
    this.redraw();
    this.toBottom();
  }

  redraw() {
    this.list.replaceChildren();
    this.units.clear();
    for (const m of messagesOf(this.view.chat.id)) if (!this.units.has(unitKey(m))) this.insert(m);
    this.checkEmpty();
  }

  checkEmpty() {
    this.empty.hidden = this.list.childElementCount > 0;
  }

  /** All messages of the unit that `message` belongs to. */
  siblings(message) {
    if (!message.media_group_id) return [message];
    return messagesOf(this.view.chat.id).filter((m) => m.media_group_id === message.media_group_id);
  }

  /** A message came or changed: only its unit is drawn. */
  upsert(message) {
    const wasThere = this.units.has(unitKey(message));
    const stick = this.stick;
    this.insert(message);
    this.checkEmpty();
    const own = message.from?.id === this.view.userId;
    if (stick || (own && !wasThere)) this.toBottom();
    else if (!wasThere) {
      this.fresh += 1;
      this.onScroll();
    }
  }

  insert(message) {
    const key = unitKey(message);
    const parts = this.siblings(message);
    const unit = renderUnit(parts, this.view);
    const old = this.units.get(key);
    this.units.set(key, unit);
    unit.dataset.order = parts[0].message_id;
    if (old) this.exchange(old, unit);
    else this.place(unit, parts[0].message_id);
    this.join(unit);
    this.join(unit.nextElementSibling);
    this.paintBusy(unit, parts[0].message_id);
  }

  /** A focused button keeps the focus when its message is edited; when it is gone, the list has it. */
  exchange(old, unit) {
    const focusable = (el) => [...el.querySelectorAll("button, a")];
    const at = focusable(old).indexOf(document.activeElement);
    old.replaceWith(unit);
    if (at >= 0) (focusable(unit)[at] ?? this.scroller).focus({ preventScroll: true });
  }

  /** Almost always the end; an older page or a late part goes where its id belongs. */
  place(unit, id) {
    let after = this.list.lastElementChild;
    while (after && Number(after.dataset.order) > id) after = after.previousElementSibling;
    if (after) after.after(unit);
    else this.list.prepend(unit);
  }

  /** Day chip and sender name depend on the neighbour above only. */
  join(unit) {
    if (!unit) return;
    const above = unit.previousElementSibling;
    unit.classList.toggle("newday", above?.dataset.day !== unit.dataset.day);
    unit.classList.toggle("first", above?.dataset.from !== unit.dataset.from || above?.dataset.day !== unit.dataset.day);
  }

  remove(message) {
    const key = unitKey(message);
    const unit = this.units.get(key);
    if (!unit) return;
    const rest = message.media_group_id ? this.siblings(message) : [];
    if (rest.length) return this.insert(rest[0]);
    const below = unit.nextElementSibling;
    unit.remove();
    this.units.delete(key);
    this.join(below);
    return this.checkEmpty();
  }

  async onScroll() {
    const s = this.scroller;
    const left = s.scrollHeight - s.scrollTop - s.clientHeight;
    this.stick = left < NEAR;
    if (this.stick) this.fresh = 0;
    this.down.hidden = this.stick;
    this.badge.hidden = this.fresh === 0;
    this.badge.textContent = String(this.fresh);
    if (s.scrollTop < NEAR && this.list.childElementCount && !isComplete(this.view.chat.id)) await this.older();
  }

  async older() {
    if (this.loading) return;
    this.loading = true;
    const before = this.scroller.scrollHeight;
    try {
      if (await load(this.view.userId, this.view.chat.id)) {
        const missing = messagesOf(this.view.chat.id).filter((m) => !this.units.has(unitKey(m)));
        for (const m of missing.reverse()) if (!this.units.has(unitKey(m))) this.insert(m);
        this.scroller.scrollTop += this.scroller.scrollHeight - before;
      }
    } finally {
      this.loading = false;
    }
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.onScroll();
  }

  /** Scroll to a message, loading older pages until it is there; false when it is gone. */
  async show(id) {
    while (!messageOf(this.view.chat.id, id) && !isComplete(this.view.chat.id)) await this.older();
    const message = messageOf(this.view.chat.id, id);
    if (!message) return false;
    const unit = this.units.get(unitKey(message));
    unit.scrollIntoView({ block: "center" });
    unit.classList.remove("flash");
    requestAnimationFrame(() => unit.classList.add("flash"));
    return true;
  }

  setBusy(place, on) {
    if (on) this.busy.add(place);
    else this.busy.delete(place);
    const id = Number(place.split(":")[0]);
    const unit = this.units.get(`m${id}`);
    if (unit) this.paintBusy(unit, id);
  }

  paintBusy(unit, id) {
    unit.querySelectorAll(".keys").forEach((row, r) => [...row.children].forEach((key, c) => {
      const busy = this.busy.has(`${id}:${r}:${c}`);
      key.classList.toggle("busy", busy);
      if (busy) key.setAttribute("aria-busy", "true");
      else key.removeAttribute("aria-busy");
    }));
  }
}
