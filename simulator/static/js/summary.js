// One line for a message: chat list, reply quote, pinned bar, service text.
import { nameOf } from "./state.js";
import { W } from "./words.js";

const KINDS = ["photo", "voice", "video", "audio", "document", "location", "contact", "sticker"];

/** The kind of content that a message carries beside its text, or null. */
export const kindOf = (m) => (m.venue ? "location" : KINDS.find((k) => m[k])) ?? (m.animation ? "video" : null);

/** Text of a message in one line; spoilers stay hidden. */
export function lineOf(m) {
  const service = serviceText(m);
  if (service) return service;
  const text = hideSpoilers(m.text ?? m.caption ?? "", m.entities ?? m.caption_entities ?? []).replace(/\s+/g, " ").trim();
  const kind = kindOf(m);
  if (!kind) return text || W.other;
  const label = kind === "document" ? (m.document.file_name ?? W.document) : W[kind];
  return text ? `${label}: ${text}` : label;
}

function hideSpoilers(text, entities) {
  let out = text;
  for (const e of entities) {
    if (e.type === "spoiler") out = out.slice(0, e.offset) + "▒".repeat(e.length) + out.slice(e.offset + e.length);
  }
  return out;
}

/** What a service message says, or null for an ordinary one. */
export function serviceText(m) {
  if (m.new_chat_members) return m.new_chat_members.map((u) => W.joined(nameOf(u))).join("\n");
  if (m.left_chat_member) return W.left(nameOf(m.left_chat_member));
  if (m.pinned_message) return W.pinnedBy(nameOf(m.sender_chat ?? m.from), short(lineOf(m.pinned_message), 40));
  if (m.migrate_to_chat_id || m.migrate_from_chat_id) return W.migrated;
  if (m.group_chat_created || m.supergroup_chat_created) return W.created(m.chat.title);
  if (m.new_chat_title) return W.renamed(m.new_chat_title);
  return null;
}

export const short = (text, n) => (text.length > n ? `${text.slice(0, n - 1)}…` : text);
