// text + entities -> DOM. Entity offsets are UTF-16 code units, which is what JavaScript strings count in.
import { h } from "./dom.js";
import { W } from "./words.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const LINKS = new Set(["url", "text_link", "email", "phone_number"]);

/**
 * Nodes for `text` formatted by `entities` (Bot API shape, nesting allowed).
 * `actions` = {command(text), open(url)}: what a tap on a bot command or a link does.
 */
export function formatted(text, entities = [], actions = {}) {
  const sorted = [...entities]
    .filter((e) => e.length > 0 && e.offset >= 0 && e.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nest(text, 0, text.length, sorted, actions);
}

function nest(text, from, to, entities, actions) {
  const nodes = [];
  let at = from;
  let i = 0;
  while (i < entities.length) {
    const entity = entities[i];
    const end = Math.min(entity.offset + entity.length, to);
    const inside = [];
    let j = i + 1;
    while (j < entities.length && entities[j].offset < end) inside.push(entities[j++]);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const children = nest(text, entity.offset, end, inside, actions);
    nodes.push(wrap(entity, text.slice(entity.offset, end), children, actions));
    at = end;
    i = j;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, raw, children, actions) {
  const tag = TAGS[entity.type];
  if (tag) return h(tag, {}, children);
  if (LINKS.has(entity.type)) return link(href(entity, raw), children, actions);
  switch (entity.type) {
    case "pre":
      return h("pre", { "data-language": entity.language }, h("code", {}, children));
    case "spoiler":
      return spoiler(children);
    case "blockquote":
      return h("blockquote", {}, children);
    case "expandable_blockquote":
      return expandable(children);
    case "bot_command":
      return h("button", { class: "inline-link", type: "button", onclick: () => actions.command?.(raw) }, children);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return h("span", { class: "mention" }, children);
    default:
      return h("span", {}, children);
  }
}

function href(entity, raw) {
  if (entity.type === "text_link") return entity.url;
  if (entity.type === "email") return `mailto:${raw}`;
  if (entity.type === "phone_number") return `tel:${raw.replace(/[^+\d]/g, "")}`;
  return /^[a-z][a-z0-9+.-]*:/i.test(raw) ? raw : `http://${raw}`;
}

/** Links are never followed from the practice page: only a deep link to the bot does something. */
function link(url, children, actions) {
  return h("button", { class: "inline-link", type: "button", title: url, onclick: () => actions.open?.(url) }, children);
}

function spoiler(children) {
  const open = (event) => {
    const el = event.currentTarget;
    el.classList.add("open");
    el.removeAttribute("role");
    el.removeAttribute("aria-label");
  };
  const key = (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), open(event));
  return h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": W.spoiler, onclick: open, onkeydown: key },
    h("span", {}, children));
}

function expandable(children) {
  const quote = h("blockquote", { class: "expandable" }, h("div", { class: "quote-text" }, children));
  const toggle = h("button", { class: "quote-toggle", type: "button", "aria-expanded": "false", onclick: () => {
    const open = quote.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? W.shortQuote : W.longQuote;
  } }, W.longQuote);
  quote.append(toggle);
  return quote;
}
