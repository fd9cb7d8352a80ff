// The posting form: saved while one writes; rows come and go without a reload; what could not be saved is kept in this tab and offered again.

const PAUSE = 3000;
const RETRY = 15000;
const holder = document.querySelector("[data-form]");
const key = `posting ${location.pathname.split("/").slice(2).join("/")}`;
let timer = null;
let running = null; // the save on its way: until it is answered, nothing else is sent, for its answer brings the marks of the next

const form = () => holder.querySelector("[data-autosave]");
const typed = () => [...new FormData(form())].filter(([name]) => name !== "csrf_token" && name !== "seen");
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

function say(text, at = null) {
  const said = at ? Object.assign(document.createElement("time"), { dateTime: at, textContent: text }) : text;
  holder.querySelector("[data-state]").replaceChildren(said);
}

function keep(sent = false) {
  try {
    sessionStorage.setItem(key, JSON.stringify({ values: typed(), seen: form().elements.seen.value, sent }));
  } catch { /* no room, or not allowed: then the page itself is all there is */ }
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

async function renewed() {
  const response = await fetch(location.pathname, { redirect: "manual" });
  const token = response.ok && parsed(await response.text()).querySelector("[data-autosave] [name=csrf_token]");
  if (token) form().elements.csrf_token.value = token.value;
  return Boolean(token);
}

function save() {
  if (running) return later(PAUSE);
  clearTimeout(timer);
  timer = null;
  running = send().finally(() => { running = null; });
}

async function send() {
  const own = form();
  say(form().dataset.saving);
  try {
    const response = await fetch(own.action, {
      method: "POST", body: new FormData(own), headers: { Accept: "application/json" }, redirect: "manual",
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      own.elements.seen.value = answer.seen;
      say(`${answer.saved} ${answer.note}`.trim(), answer.at);
      if (timer === null) sessionStorage.removeItem(key);
    } else if (response.status === 409) say(answer.note ?? form().dataset.unsaved);
    else if (response.status === 413) say(form().dataset.large);
    else if (response.status >= 500) throw new Error(String(response.status));
    else if (await renewed()) later(PAUSE);
    else {
      say(form().dataset.signedOut);
      later(RETRY);
    }
  } catch {
    say(form().dataset.away);
    later(RETRY);
  }
}

function changed(event) {
  if (event.target.dataset.pick) return;
  say(form().dataset.unsaved);
  keep();
  later(PAUSE);
}

async function settled() {
  keep();
  holder.inert = true; // what would be typed meanwhile would be lost
  await Promise.race([running, new Promise((done) => { setTimeout(done, RETRY); })]);
  running = null;
  clearTimeout(timer);
}

async function exchange(button) {
  await settled();
  const body = new FormData(form());
  body.set(button.name, button.value);
  const response = await fetch(form().action, { method: "POST", body, headers: { Accept: "text/html" } });
  const fresh = response.ok && parsed(await response.text()).querySelector("[data-form]");
  if (!fresh) throw new Error(String(response.status));
  const place = button.id || (button.value.startsWith("find:") ? `query-${button.value.slice(5)}` : "");
  holder.replaceChildren(...fresh.childNodes);
  holder.inert = false;
  sessionStorage.removeItem(key);
  const target = holder.querySelector("[autofocus]") ?? document.getElementById(place);
  (target ?? holder.querySelector("h1"))?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}

function leave(button) {
  holder.inert = false;
  button?.removeAttribute("data-part");
  form().requestSubmit(button);
}

function sent(event) {
  const button = event.submitter;
  const part = button?.hasAttribute("data-part");
  if (!part && !running) {
    clearTimeout(timer);
    return keep(true);
  }
  event.preventDefault();
  if (part) exchange(button).catch(() => leave(button));
  else settled().then(() => leave(button));
}

function post(kept) {
  const own = document.createElement("form");
  Object.assign(own, { method: "post", action: form().action, enctype: "multipart/form-data", hidden: true });
  const pairs = [...kept.values, ["seen", kept.seen], ["csrf_token", form().elements.csrf_token.value], ["go", "stay"]];
  for (const [name, value] of pairs) {
    const input = document.createElement("textarea");
    Object.assign(input, { name, value });
    own.append(input);
  }
  document.body.append(own);
  own.submit();
}

function offer() {
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  const saved = kept?.sent && kept.seen !== form().elements.seen.value;
  if (!kept || saved || JSON.stringify(kept.values) === JSON.stringify(typed())) return sessionStorage.removeItem(key);
  const notice = holder.querySelector("[data-kept]");
  notice.hidden = false;
  notice.querySelector("[data-take]").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    post(kept);
  });
  notice.querySelector("[data-drop]").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    notice.hidden = true;
  });
}

if (holder) {
  offer();
  holder.addEventListener("input", changed);
  holder.addEventListener("submit", sent);
}
