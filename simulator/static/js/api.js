// Requests to the practice server. Every failure surfaces as an Error with a readable message.

async function request(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

export const get = (path) => request("GET", path);
export const post = (path, body = {}) => request("POST", path, body);

/** Address of an action in one phone's chat: send, media, tap, … or messages. */
export const chatPath = (user, chat, action) => `/latihan/phones/${user}/chats/${chat}/${action}`;
export const fileUrl = (id) => `/latihan/files/${encodeURIComponent(id)}`;
