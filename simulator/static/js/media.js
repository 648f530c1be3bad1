// Photos, albums, voice, files, places and contacts inside a bubble.
import { fileUrl } from "./api.js";
import { h, s, icon } from "./dom.js";
import { nameOf } from "./state.js";
import { W } from "./words.js";

/** Node for what the message carries beside text, or null. */
export function mediaOf(m) {
  if (m.photo) return photo(m);
  if (m.voice) return voice(m.voice, W.voice);
  if (m.audio) return voice(m.audio, m.audio.file_name ?? W.audio);
  if (m.video ?? m.animation) return file(m.video ?? m.animation, W.video, "video");
  if (m.document) return file(m.document, W.document, "file");
  if (m.venue) return place(m.venue.location, m.venue.title);
  if (m.location) return place(m.location);
  if (m.contact) return contact(m.contact);
  if (m.sticker) return h("p", { class: "sticker" }, m.sticker.emoji ?? W.sticker);
  return null;
}

/** Thumbnail that opens the large picture. */
export function photo(m) {
  const sizes = m.photo;
  const large = sizes[sizes.length - 1];
  const shown = sizes.find((p) => p.width >= 640) ?? large; // a phone has two dots where the page has one
  const ratio = large.width && large.height ? `${large.width} / ${large.height}` : "4 / 3";
  return h("button", { class: "photo", type: "button", style: `--ratio:${ratio}`, "aria-label": W.view,
    onclick: () => lightbox(fileUrl(large.file_id), m.caption ?? W.photo) },
  h("img", { src: fileUrl(shown.file_id), alt: W.photo, loading: "lazy", draggable: "false" }),
  m.has_media_spoiler && h("span", { class: "cover" }));
}

function lightbox(src, caption) {
  const dialog = h("dialog", { class: "lightbox", "aria-label": W.photo, onclick: () => dialog.close(), onclose: () => dialog.remove() },
    h("img", { src, alt: caption }), h("p", {}, caption),
    h("button", { type: "button", class: "round", "aria-label": W.close }, icon("close")));
  document.body.append(dialog);
  dialog.showModal();
}

const clock = (seconds) => `${Math.floor(seconds / 60)}.${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function voice(v, label) {
  const total = Math.max(v.duration ?? 1, 1);
  const time = h("span", { class: "voice-time" }, clock(total));
  const bars = h("span", { class: "bars", "aria-hidden": "true" }, waveform(v.file_unique_id ?? "x"));
  const progress = h("span", { class: "wave", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": total }, bars);
  const button = h("button", { type: "button", class: "round accent", "aria-label": W.play, onclick: () => player.toggle() }, icon("play"));
  const player = makePlayer(fileUrl(v.file_id), total, (at, playing) => {
    progress.style.setProperty("--played", `${(100 * at) / total}%`);
    progress.setAttribute("aria-valuenow", String(Math.round(at)));
    time.textContent = clock(playing || at ? at : total);
    button.setAttribute("aria-label", playing ? W.pause : W.play);
    button.replaceChildren(icon(playing ? "pause" : "play"));
  });
  return h("div", { class: "voice" }, button, h("div", {}, progress, time));
}

/** Plays the sound; where the browser can't decode it (faked recordings), the bar runs in silence. */
function makePlayer(src, total, paint) {
  let at = 0;
  let timer = 0;
  const audio = new Audio();
  audio.preload = "none";
  const stop = (done) => {
    clearInterval(timer);
    timer = 0;
    audio.pause();
    if (done) at = 0;
    paint(at, false);
  };
  const toggle = () => {
    if (timer) return stop(false);
    if (!audio.src) audio.src = src;
    audio.play().catch(() => audio.pause());
    timer = setInterval(() => {
      at = Math.min(at + 0.1, total);
      if (at >= total) stop(true);
      else paint(at, true);
    }, 100);
    return paint(at, true);
  };
  return { toggle };
}

function waveform(seed) {
  let x = [...seed].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) >>> 0, 7);
  return Array.from({ length: 32 }, () => {
    x = (x * 1103515245 + 12345) >>> 0;
    return h("i", { style: `height:${20 + (x >>> 16) % 80}%` });
  });
}

export function sizeText(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1 << 20 ? [bytes / 1024, "KB"] : [bytes / (1 << 20), "MB"];
  return `${value.toLocaleString("id-ID", { maximumFractionDigits: 1 })} ${unit}`;
}

function file(f, fallback, picture) {
  const name = f.file_name ?? fallback;
  const detail = [sizeText(f.file_size), f.duration && clock(f.duration)].filter(Boolean).join(" · ");
  return h("a", { class: "file", href: fileUrl(f.file_id), download: name, "aria-label": `${W.download} ${name}, ${detail}` },
    h("span", { class: "round accent" }, icon(picture)),
    h("span", { class: "file-text" }, h("b", {}, name), h("small", {}, detail)));
}

/** A drawn card, no map service: the lines only depend on the coordinates. */
function place(location, title) {
  const { latitude: lat, longitude: lon } = location;
  const a = Math.abs(Math.round(lat * 1e4)) % 60;
  const b = Math.abs(Math.round(lon * 1e4)) % 80;
  const road = (d, w, c) => s("path", { d, fill: "none", stroke: c, "stroke-width": w, "stroke-linecap": "round" });
  const map = s("svg", { viewBox: "0 0 260 130", class: "map", role: "img", "aria-label": W.location },
    s("rect", { width: 260, height: 130, fill: "#e8efe0" }),
    s("path", { d: `M${150 + a} -10 q40 60 130 ${50 + b / 2} v-90z`, fill: "#c5dcf0" }),
    s("rect", { x: 14 + a / 2, y: 12, width: 54, height: 34, rx: 4, fill: "#cfe3bd" }),
    s("rect", { x: 30, y: 84 + a / 8, width: 70, height: 40, rx: 4, fill: "#d9e8c8" }),
    road(`M-10 ${40 + b / 2} C60 ${20 + a} 160 ${110 - a / 2} 270 ${60 + a / 3}`, 9, "#fff"),
    road(`M${70 + b} -10 L${110 + a / 2} 140`, 7, "#fff"), road(`M-10 ${100 - a / 3} L270 ${112 - b / 3}`, 5, "#f9e7b0"),
    s("path", { d: "M130 73 c-9 -13 -14 -18 -14 -26 a14 14 0 0 1 28 0 c0 8 -5 13 -14 26z", fill: "#e53935" }),
    s("circle", { cx: 130, cy: 47, r: 5, fill: "#fff" }));
  const degrees = (v) => v.toLocaleString("id-ID", { minimumFractionDigits: 5, maximumFractionDigits: 5 });
  return h("figure", { class: "place" }, map,
    h("figcaption", {}, h("b", {}, title ?? W.location), h("small", {}, `${degrees(lat)}; ${degrees(lon)}`)));
}

function contact(c) {
  const name = nameOf(c);
  return h("div", { class: "contact" }, h("span", { class: "avatar", "aria-hidden": "true" }, name.slice(0, 1)),
    h("span", { class: "file-text" }, h("b", {}, name), h("small", {}, c.phone_number)));
}
