// Start of the practice page: state, phones, events.
import { get } from "./js/api.js";
import { h, swap } from "./js/dom.js";
import { listen } from "./js/events.js";
import { Phone } from "./js/phone.js";
import { adopt, drop, messageOf, nameOf, put, state } from "./js/state.js";
import { drawClock, drawFaults, drawTop, status } from "./js/topbar.js";
import { W } from "./js/words.js";

const main = document.getElementById("phones");
const nav = document.getElementById("tabs");
const narrow = matchMedia("(max-width: 719px)");
const phones = new Map();
let waiting = []; // events that came while the state was on its way

async function refresh() {
  waiting ??= [];
  const open = new Map([...phones].map(([id, phone]) => [id, phone.current]));
  adopt(await get("/latihan/state"));
  phones.clear();
  for (const data of state.phones) phones.set(data.user.id, new Phone(data, drawNav));
  main.replaceChildren(...[...phones.values()].map((p) => p.el));
  if (!phones.size) main.append(h("p", { class: "connection" }, W.noPhones));
  for (const [id, chat] of open) if (chat) phones.get(id)?.open(chat);
  drawTop(arrange);
  arrange();
  const late = waiting;
  waiting = null;
  for (const [kind, data] of late) apply(kind, data);
  document.body.dataset.ready = "";
}

function arrange() {
  for (const [id, phone] of phones) phone.show(narrow.matches ? id === state.active : state.shown.has(id));
  drawNav();
}

function drawNav() {
  const listed = state.office.sets?.length && state.shown.size ? [...phones].filter(([id]) => state.shown.has(id)) : [...phones];
  swap(nav, listed.map(([id, phone]) => {
    const name = nameOf(phone.data.user);
    return h("button", { type: "button", "aria-pressed": String(id === state.active), onclick: () => (state.active = id, arrange()) },
      h("span", { class: "nav-name" }, name), h("small", {}, phone.data.role ?? ""),
      phone.unread ? h("span", { class: "badge", "aria-label": W.unread(phone.unread) }, String(phone.unread)) : null);
  }));
}

const each = (data, run) => data.phones.forEach((id) => phones.has(id) && run(phones.get(id)));

const HANDLERS = {
  message: (data) => {
    const isNew = !messageOf(data.chat, data.message.message_id);
    put(data.chat, data.message);
    each(data, (phone) => phone.message(data.chat, data.message, isNew));
  },
  edit: (data) => {
    put(data.chat, data.message);
    each(data, (phone) => phone.message(data.chat, data.message, false));
  },
  delete: (data) => {
    const message = messageOf(data.chat, data.message_id);
    drop(data.chat, data.message_id);
    each(data, (phone) => phone.deleted(data.chat, message ?? { message_id: data.message_id }, data.last));
  },
  chat: (data) => phones.get(data.phone)?.changed(data.chat),
  gone: (data) => phones.get(data.phone)?.gone(data.chat),
  toast: (data) => phones.get(data.phone)?.panels.get(data.chat)?.answered(data),
  clock: (data) => {
    state.clock = data;
    drawClock();
    for (const phone of phones.values()) phone.tick();
  },
  faults: (data) => {
    state.faults = data;
    drawFaults();
    for (const phone of phones.values()) phone.tick();
  },
  phones: () => refresh(),
};

function apply(kind, data) {
  if (waiting) waiting.push([kind, data]);
  else HANDLERS[kind](data);
}

const on = Object.fromEntries(Object.keys(HANDLERS).map((kind) => [kind, (data) => apply(kind, data)]));
on.hello = () => {
  status(null);
  refresh().catch((error) => status(`${W.failed}: ${error.message}`));
};
on.lost = () => status(W.lost);

narrow.addEventListener("change", arrange);
listen(on);
