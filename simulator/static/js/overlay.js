// What lies over a phone's screen: menus, sheets, dialogs, toasts. One of each at a time per phone.
import { h, icon } from "./dom.js";
import { W } from "./words.js";

const FOCUSABLE = "button, input, a[href], textarea";

/** Overlays of one phone; `layer` is the positioned element that covers its screen. */
export class Overlay {
  constructor(screen) {
    this.layer = h("div", { class: "layer" });
    this.toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.screen = screen;
    screen.append(this.layer, this.toasts);
  }

  /** Short notice at the bottom, gone after a few seconds. */
  toast(text) {
    if (!text) return;
    const el = h("p", { class: "toast", "data-toast": "" }, text);
    this.toasts.replaceChildren(el);
    setTimeout(() => el.remove(), Math.min(9000, 2500 + text.length * 40));
  }

  close() {
    if (!this.layer.firstChild) return;
    this.layer.replaceChildren();
    this.returnTo?.isConnected && this.returnTo.focus({ preventScroll: true });
    this.returnTo = null;
  }

  open(box, { modal = true } = {}) {
    this.close();
    this.returnTo = document.activeElement;
    const scrim = h("div", { class: modal ? "scrim" : "scrim clear", onclick: () => this.close() });
    box.addEventListener("keydown", (event) => this.key(event, box));
    this.layer.replaceChildren(scrim, box);
    (box.querySelector("[data-focus]") ?? box.querySelector(FOCUSABLE))?.focus({ preventScroll: true });
  }

  key(event, box) {
    if (event.key === "Escape") {
      event.stopPropagation();
      return this.close();
    }
    const items = [...box.querySelectorAll(FOCUSABLE)];
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? (event.key === "Tab" ? (event.shiftKey ? -1 : 1) : 0);
    if (!step || (event.key !== "Tab" && document.activeElement.matches("input, textarea"))) return undefined;
    event.preventDefault();
    return items[(at + step + items.length) % items.length]?.focus();
  }

  /** Menu beside a point of the screen. items = [{label, icon?, run, danger?, disabled?}] */
  menu(items, point, label) {
    const box = h("div", { class: "menu", role: "menu", "aria-label": label }, items.map((item) =>
      h("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : null, disabled: item.disabled ?? false,
        onclick: () => (this.close(), item.run()) }, item.icon && icon(item.icon), h("span", {}, item.label))));
    this.open(box, { modal: false });
    const area = this.screen.getBoundingClientRect();
    const clampTo = (v, size, room) => Math.max(6, Math.min(v, room - size - 6));
    box.style.left = `${clampTo(point.x - area.left, box.offsetWidth, area.width)}px`;
    box.style.top = `${clampTo(point.y - area.top, box.offsetHeight, area.height)}px`;
  }

  /** Sheet that comes from below; `content` is any node. */
  sheet(title, ...content) {
    this.open(h("div", { class: "sheet", role: "dialog", "aria-label": title }, h("p", { class: "sheet-title" }, title), content));
  }

  /** Modal text with OK, as answerCallbackQuery's show_alert. */
  alert(title, text) {
    this.open(h("div", { class: "dialog", role: "alertdialog", "aria-label": title, "data-alert": "" },
      h("h3", {}, title), h("p", { class: "pre-line" }, text),
      h("div", { class: "dialog-buttons" }, h("button", { type: "button", "data-focus": "", onclick: () => this.close() }, W.ok))));
  }

  /** Dialog with named fields; run(values) on confirm. fields = [{name, label, value, type?, step?}] */
  form(title, fields, confirm, run) {
    const inputs = fields.map((f, i) => h("label", {}, h("span", {}, f.label), h("input", { name: f.name, value: String(f.value ?? ""),
      type: f.type ?? "text", step: f.step, required: true, autocomplete: "off", "data-focus": i === 0 ? "" : null })));
    const form = h("form", { class: "dialog", role: "dialog", "aria-label": title, onsubmit: (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      this.close();
      run(values);
    } }, h("h3", {}, title), inputs, h("div", { class: "dialog-buttons" },
      h("button", { type: "button", onclick: () => this.close() }, W.cancel), h("button", {}, confirm)));
    this.open(form);
  }

  confirm(title, text, confirm, run) {
    this.open(h("div", { class: "dialog", role: "alertdialog", "aria-label": title }, h("p", { class: "pre-line" }, text),
      h("div", { class: "dialog-buttons" }, h("button", { type: "button", onclick: () => this.close() }, W.cancel),
        h("button", { type: "button", "data-focus": "", onclick: () => (this.close(), run()) }, confirm))));
  }
}
