// The band above the phones: clock, faults, which phones are shown.
import { post } from "./api.js";
import { h, swap } from "./dom.js";
import { nameOf, show, showOnly, state } from "./state.js";
import { W } from "./words.js";

const at = (id) => document.getElementById(id);
const FAULTS = ["offline", "slow", "flood"];

/** Draw all of it; `onShown()` is called when phones are switched on or off. */
export function drawTop(onShown) {
  at("office").textContent = state.office.name ?? "Kentongan";
  at("office-sub").textContent = state.office.subtitle ?? "";
  const jump = (label, body) => h("button", { type: "button", onclick: () => run("/latihan/clock", body) }, label);
  at("clock-buttons").replaceChildren(
    ...(state.office.jumps ?? ["05.00", "05.30"]).map((t) => jump(W.goto(t), { to: t })),
    jump("+10 menit", { advance_seconds: 600 }), jump("+1 jam", { advance_seconds: 3600 }));
  drawClock();
  drawFaults();
  drawSets(onShown);
  at("shown").replaceChildren(...state.phones.map((p) => h("label", {},
    h("input", { type: "checkbox", checked: state.shown.has(p.user.id), "aria-label": W.showPhone(nameOf(p.user)),
      onchange: (event) => (show(p.user.id, event.target.checked), drawSets(onShown), onShown()) }), nameOf(p.user))));
}

/** Buttons that show the phones of one procedure together. */
function drawSets(onShown) {
  const sets = state.office.sets ?? [];
  const all = (set) => set.phones.length === state.shown.size && set.phones.every((id) => state.shown.has(id));
  at("sets").hidden = !sets.length;
  swap(at("sets"), sets.map((set) => h("button", { type: "button", "aria-pressed": String(all(set)),
    onclick: () => (showOnly(set.phones), drawTop(onShown), onShown()) }, set.name)));
}

export function drawClock() {
  at("clock").textContent = state.clock.text ?? "–";
}

export function drawFaults() {
  swap(at("faults"), FAULTS.map((name) => {
    const on = Boolean(state.faults[name]);
    return h("button", { type: "button", role: "switch", class: "switch", "data-fault": name, "aria-checked": String(on), title: W.faultHints[name],
      onclick: () => run("/latihan/faults", { [name]: !on }) },
    h("span", { class: "knob", "aria-hidden": "true" }), h("span", {}, W.faults[name]), h("b", {}, on ? W.on : W.off));
  }));
}

/** Status line under the bar; null hides it. */
export function status(text) {
  at("connection").hidden = !text;
  at("connection").textContent = text ?? "";
}

async function run(path, body) {
  try {
    await post(path, body);
  } catch (error) {
    status(`${W.failed}: ${error.message}`);
    setTimeout(() => status(null), 4000);
  }
}
