// What the page knows. Messages are kept once per chat; phones differ only in who looks at them.
import { get, chatPath } from "./api.js";

export const state = { office: {}, bot: null, clock: {}, faults: {}, phones: [], shown: new Set(), active: null };
const stores = new Map(); // chat id -> {messages: Map(id -> message), complete, loading}
const SHOWN_KEY = "latihan.shown";

/** Replace everything with a fresh answer of /latihan/state; keeps which phones are shown. */
export function adopt(fresh) {
  Object.assign(state, { office: fresh.office, bot: fresh.bot, clock: fresh.clock, faults: fresh.faults });
  state.phones = fresh.phones;
  stores.clear();
  const ids = fresh.phones.map((p) => p.user.id);
  const saved = readShown();
  state.shown = new Set(saved ? ids.filter((id) => !saved.hidden.includes(id)) : (fresh.office.sets?.[0]?.phones ?? ids));
  keepActive();
}

function readShown() {
  try {
    return JSON.parse(localStorage.getItem(SHOWN_KEY));
  } catch {
    return null; // storage switched off or not ours: every phone is shown
  }
}

/** On a narrow screen one phone is open: one of those shown. */
function keepActive() {
  const ids = state.phones.map((p) => p.user.id);
  if (!ids.includes(state.active) || (state.shown.size && !state.shown.has(state.active)))
    state.active = ids.find((id) => state.shown.has(id)) ?? ids[0] ?? null;
}

export function show(userId, visible) {
  if (visible) state.shown.add(userId);
  else state.shown.delete(userId);
  remember();
}

/** Show just these phones. */
export function showOnly(ids) {
  state.shown = new Set(ids);
  remember();
}

function remember() {
  keepActive();
  const hidden = state.phones.map((p) => p.user.id).filter((id) => !state.shown.has(id));
  localStorage.setItem(SHOWN_KEY, JSON.stringify({ hidden }));
}

export const phoneOf = (userId) => state.phones.find((p) => p.user.id === userId);
export const chatOf = (userId, chatId) => phoneOf(userId)?.chats.find((c) => c.id === chatId);

function storeOf(chatId) {
  let store = stores.get(chatId);
  if (!store) stores.set(chatId, (store = { messages: new Map(), complete: false, loading: null }));
  return store;
}

/** Messages of a chat known here, oldest first. */
export const messagesOf = (chatId) => [...storeOf(chatId).messages.values()].sort((a, b) => a.message_id - b.message_id);
export const messageOf = (chatId, id) => storeOf(chatId).messages.get(id);
export const isComplete = (chatId) => storeOf(chatId).complete;
export const put = (chatId, message) => storeOf(chatId).messages.set(message.message_id, message);
export const drop = (chatId, id) => storeOf(chatId).messages.delete(id);

/** Load the newest messages, or those before the oldest known one. True when something new came. */
export async function load(userId, chatId) {
  const store = storeOf(chatId);
  if (store.complete) return false;
  store.loading ??= fetchPage(store, userId, chatId).finally(() => (store.loading = null));
  return store.loading;
}

async function fetchPage(store, userId, chatId) {
  const oldest = store.paged ? `&before=${store.paged}` : "";
  const page = await get(`${chatPath(userId, chatId, "messages")}?limit=60${oldest}`);
  for (const message of page.messages) if (!store.messages.has(message.message_id)) put(chatId, message);
  store.complete = page.complete;
  if (page.messages.length) store.paged = page.messages[0].message_id;
  return page.messages.length > 0;
}

/** Whole name of a Bot API User or Chat. */
export function nameOf(who) {
  if (!who) return "";
  return who.title ?? [who.first_name, who.last_name].filter(Boolean).join(" ");
}
