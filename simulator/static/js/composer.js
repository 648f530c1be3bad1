// The line where a person writes: text, reply and edit bars, keyboards, attachments, commands.
import { attachments } from "./attach.js";
import { h, icon } from "./dom.js";
import { practiceVoice } from "./practice.js";
import { messageOf, nameOf, phoneOf, state } from "./state.js";
import { lineOf, short } from "./summary.js";
import { W } from "./words.js";

export class Composer {
  constructor(panel) {
    this.panel = panel;
    this.replying = null;
    this.editing = null;
    this.bar = h("div", { class: "reply-bar", hidden: true });
    this.input = h("textarea", { rows: 1, placeholder: W.write, "aria-label": `${W.write}: ${panel.chat.title}`, maxlength: 4096, dir: "auto",
      onkeydown: (event) => this.key(event), oninput: () => this.resize() });
    const plain = (name, label, run) => h("button", { type: "button", class: "plain", "aria-label": label, title: label, onclick: run }, icon(name));
    this.attach = plain("attach", W.attach, () => attachments(panel, this));
    this.toggle = plain("keyboard", W.keyboard, () => this.toggleKeyboard());
    this.slash = h("button", { type: "button", class: "plain slash", "aria-label": W.commands, title: W.commands, onclick: () => this.commands() }, "/");
    this.send = h("button", { type: "button", class: "round send", onclick: () => (this.hasText() ? this.submit() : this.record()) });
    this.line = h("div", { class: "line" }, this.slash, this.input, this.toggle, this.attach, this.send);
    this.recorder = h("div", { class: "line recorder", hidden: true });
    this.keyboard = h("div", { class: "reply-keyboard", role: "group", "aria-label": "Papan tombol", hidden: true });
    this.gate = h("div", { class: "gate", hidden: true });
    this.el = h("div", { class: "composer" }, this.bar, this.line, this.recorder, this.keyboard, this.gate);
    this.paintSend();
  }

  get chat() {
    return this.panel.chat;
  }

  /** Draw what depends on the chat: gate (MULAI, BUKA BLOKIR), reply keyboard, commands. */
  draw() {
    this.drawGate();
    this.slash.hidden = !this.chat.commands?.length;
    const wanted = JSON.stringify(this.chat.keyboard ?? null);
    if (wanted !== this.drawn) {
      this.drawn = wanted;
      this.drawKeyboard(this.chat.keyboard);
    }
  }

  drawGate() {
    const closed = this.chat.type === "private" && (this.chat.blocked || !this.chat.started);
    this.gate.hidden = !closed;
    this.line.hidden = closed;
    if (closed) this.keyboard.hidden = true;
    if (!closed) return;
    const [label, action] = this.chat.blocked ? [W.unblock, "unblock"] : [W.start, "start"];
    this.gate.replaceChildren(
      h("p", {}, this.chat.blocked ? W.blocked : W.startHint),
      h("button", { type: "button", class: "wide", onclick: () => this.panel.act(action) }, label),
      !this.chat.blocked && h("button", { type: "button", class: "link", onclick: () => this.panel.askLink() }, W.openLink));
  }

  // --- reply keyboard ---------------------------------------------------------------------------------------------

  drawKeyboard(markup) {
    this.toggle.hidden = !markup?.keyboard;
    this.keyboard.hidden = !markup?.keyboard;
    this.input.placeholder = markup?.input_field_placeholder ?? W.write;
    this.keyboard.replaceChildren();
    if (markup?.force_reply) this.forceReply(markup);
    if (!markup?.keyboard) return;
    this.keyboard.classList.toggle("small", Boolean(markup.resize_keyboard));
    this.keyboard.append(...markup.keyboard.map((row) => h("div", { class: "keys" }, row.map((raw) => {
      const button = typeof raw === "string" ? { text: raw } : raw;
      return h("button", { type: "button", class: `key ${button.style ?? ""}`, "data-button": button.text, onclick: () => this.press(button, markup) }, button.text);
    }))));
  }

  forceReply(markup) {
    const id = markup.message_id;
    const message = messageOf(this.chat.id, id) ?? (this.chat.last?.message_id === id ? this.chat.last : null);
    if (message) this.replyTo(message, false);
  }

  toggleKeyboard() {
    this.keyboard.hidden = !this.keyboard.hidden;
  }

  press(button, markup) {
    const overlay = this.panel.phone.overlay;
    const me = phoneOf(this.panel.phone.userId).user;
    if (markup.one_time_keyboard) this.keyboard.hidden = true;
    if (button.request_location) {
      return overlay.confirm(W.location, W.requestLocation, W.share, () => this.panel.act("location", state.office.location));
    }
    if (button.request_contact) {
      return overlay.confirm(W.contact, W.requestContact, W.share, () => this.panel.act("contact", { first_name: me.first_name }));
    }
    return this.panel.act("send", { text: button.text, ...this.takeReply() });
  }

  // --- text -------------------------------------------------------------------------------------------------------

  hasText() {
    return this.input.value.trim() !== "" || this.editing !== null;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && !this.bar.hidden) this.closeBar();
  }

  async submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    const editing = this.editing;
    const reply = this.takeReply();
    this.input.value = "";
    this.closeBar();
    this.resize();
    const done = editing
      ? await this.panel.act("edit", { message_id: editing.message_id, text })
      : await this.panel.act("send", { text, ...reply });
    if (!done && !this.input.value) this.input.value = text;
    this.resize();
  }

  resize() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
    this.paintSend();
  }

  paintSend() {
    const sends = this.hasText();
    if (this.send.dataset.sends === String(sends)) return;
    this.send.dataset.sends = String(sends);
    this.send.replaceChildren(icon(sends ? "send" : "mic"));
    this.send.setAttribute("aria-label", sends ? W.send : W.record);
    this.send.title = sends ? W.send : W.record;
  }

  // --- reply and edit ---------------------------------------------------------------------------------------------

  replyTo(message, focus = true) {
    this.editing = null;
    this.replying = message;
    this.showBar("reply", W.replyTo(nameOf(message.sender_chat ?? message.from)), lineOf(message));
    if (focus) this.input.focus({ preventScroll: true });
  }

  edit(message) {
    this.replying = null;
    this.editing = message;
    this.input.value = message.text ?? message.caption ?? "";
    this.showBar("edit", W.editing, lineOf(message));
    this.resize();
    this.input.focus({ preventScroll: true });
  }

  showBar(symbol, title, text) {
    this.bar.hidden = false;
    this.bar.replaceChildren(icon(symbol), h("span", { class: "bar-text" }, h("b", {}, title), h("span", {}, short(text, 120))),
      h("button", { type: "button", class: "plain", "aria-label": W.cancel, onclick: () => this.closeBar() }, icon("close")));
  }

  closeBar() {
    if (this.editing) this.input.value = "";
    this.editing = null;
    this.replying = null;
    this.bar.hidden = true;
    this.resize();
  }

  /** {reply_to} for the next message, and the bar is closed. */
  takeReply() {
    const reply = this.replying ? { reply_to: this.replying.message_id } : {};
    if (this.replying) this.closeBar();
    return reply;
  }

  // --- commands and voice -----------------------------------------------------------------------------------------

  commands() {
    this.panel.phone.overlay.sheet(W.commands, h("div", { class: "choices" }, this.chat.commands.map((c) =>
      h("button", { type: "button", class: "choice", onclick: () => {
        this.panel.phone.overlay.close();
        this.panel.act("send", { text: `/${c.command}` });
      } }, h("b", {}, `/${c.command}`), h("small", {}, c.description)))));
  }

  record() {
    const started = performance.now();
    const seconds = () => Math.max(1, Math.round((performance.now() - started) / 1000));
    const time = h("b", {}, "0.00");
    const timer = setInterval(() => (time.textContent = `${Math.floor(seconds() / 60)}.${String(seconds() % 60).padStart(2, "0")}`), 250);
    const stop = (send) => {
      clearInterval(timer);
      this.recorder.hidden = true;
      this.line.hidden = false;
      if (!send) return;
      const form = new FormData();
      const data = { kind: "voice", duration: seconds(), ...this.takeReply() };
      form.append("data", JSON.stringify(data));
      form.append("file", practiceVoice(Math.min(data.duration, 60)));
      this.panel.act("media", form);
    };
    this.line.hidden = true;
    this.recorder.hidden = false;
    const sendButton = h("button", { type: "button", class: "round send", "aria-label": W.send, onclick: () => stop(true) }, icon("send"));
    this.recorder.replaceChildren(h("span", { class: "red", "aria-hidden": "true" }), time, h("span", { class: "grow" }, W.recording),
      h("button", { type: "button", class: "link", onclick: () => stop(false) }, W.cancel), sendButton);
    sendButton.focus();
  }
}
