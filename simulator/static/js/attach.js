// The attach sheet: practice pictures and files, the device's own, a place, a contact.
import { h, icon } from "./dom.js";
import { practiceDocument, practicePhoto, practiceVideo } from "./practice.js";
import { phoneOf, state } from "./state.js";
import { W } from "./words.js";

const MANY = 10; // photos in one album, as Telegram allows
const BIG = 24 * (1 << 20); // over the 20 MB that a bot may download
let drawn = 0; // so that practice photos differ from one another

/** Open the sheet; the text in the composer becomes the caption. */
export function attachments(panel, composer) {
  const overlay = panel.phone.overlay;
  const send = (kind, files, more = {}) => {
    const caption = composer.input.value.trim();
    const form = new FormData();
    form.append("data", JSON.stringify({ kind, caption: caption || undefined, ...composer.takeReply(), ...more }));
    for (const file of files) form.append("file", file);
    composer.input.value = "";
    composer.resize();
    return panel.act("media", form);
  };
  const photos = (n) => send("photo", Array.from({ length: n }, () => practicePhoto(drawn++)));
  const tiles = [
    ["image", W.practicePhoto, "#53a6f0", () => photos(1)],
    ["album", W.practiceAlbum, "#3f8fd9", () => photos(4)],
    ["image", W.ownPhoto, "#7d6fe0", () => choose("image/*", true, (files) => send("photo", files.slice(0, MANY)))],
    ["video", W.practiceVideo, "#e0568a", () => send("video", [practiceVideo()], { duration: 8 })],
    ["file", W.practiceFile, "#3fa86a", () => send("document", [practiceDocument()])],
    ["file", W.ownFile, "#2f8f8f", () => choose("", false, (files) => send("document", files))],
    ["file", W.bigFile, "#c2571a", () => send("document", [new File(["latihan"], "video-panjang.mp4", { type: "video/mp4" })], { pretend_size: BIG })],
    ["place", W.location, "#2e9e4f", () => askLocation(panel, composer)],
    ["person", W.contact, "#d98a1f", () => askContact(panel)],
  ];
  overlay.sheet(W.attach, h("div", { class: "tiles" }, tiles.map(([symbol, label, colour, run]) =>
    h("button", { type: "button", class: "tile-button", onclick: () => (overlay.close(), run()) },
      h("span", { class: "round", style: `background:${colour}` }, icon(symbol)), h("span", {}, label)))));
}

function choose(accept, multiple, run) {
  const input = h("input", { type: "file", accept, multiple, class: "off-screen", "aria-hidden": "true", tabindex: "-1",
    onchange: () => (run([...input.files]), input.remove()), oncancel: () => input.remove() });
  document.body.append(input);
  input.click();
}

function askLocation(panel, composer) {
  const { latitude, longitude } = state.office.location;
  panel.phone.overlay.form(W.location, [
    { name: "latitude", label: W.latitude, value: latitude, type: "number", step: "any" },
    { name: "longitude", label: W.longitude, value: longitude, type: "number", step: "any" },
  ], W.sendLocation, (v) => panel.act("location", { latitude: Number(v.latitude), longitude: Number(v.longitude), ...composer.takeReply() }));
}

function askContact(panel) {
  const me = phoneOf(panel.phone.userId).user;
  panel.phone.overlay.form(W.contact, [
    { name: "first_name", label: W.name, value: me.first_name },
    { name: "phone_number", label: W.phone, value: "+62 800 0000 0001", type: "tel" },
  ], W.sendContact, (v) => panel.act("contact", v));
}
