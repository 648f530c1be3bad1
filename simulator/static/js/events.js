// Server-Sent Events. The first event of each connection is "hello": what was missed is read afresh then.

const KINDS = ["hello", "message", "edit", "delete", "chat", "gone", "toast", "clock", "faults", "phones"];

/** Listen for ever; the browser reconnects by itself. on = {hello(), message(data), …, lost()} */
export function listen(on) {
  const source = new EventSource("/latihan/events");
  for (const kind of KINDS) source.addEventListener(kind, (event) => on[kind](JSON.parse(event.data)));
  source.onerror = () => on.lost();
  return source;
}
