// Long forms: saved while one writes; rows come and go without a reload; what could not be saved is kept in this tab and offered again.

const PAUSE = 3000;
const RETRY = 15000;
const holder = document.querySelector("[data-form]");
const key = `posting ${location.pathname.split("/").slice(2).join("/")}`;
let timer = null;
let saving = false;

const form = () => holder.querySelector("[data-autosave]");
const typed = () => [...new FormData(form())].filter(([name]) => name !== "csrf_token" && name !== "seen");
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

function say(text) {
  holder.querySelector("[data-state]").textContent = text;
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

async function save(again = true) {
  if (saving) return later(PAUSE);
  clearTimeout(timer);
  timer = null;
  saving = true;
  say(form().dataset.saving);
  try {
    const response = await fetch(form().action, {
      method: "POST", body: new FormData(form()), headers: { Accept: "application/json" }, redirect: "manual",
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      form().elements.seen.value = answer.seen;
      say(`${answer.saved} ${answer.note}`.trim());
      if (timer === null) sessionStorage.removeItem(key);
    } else if ([409, 422].includes(response.status)) say(answer.note ?? form().dataset.unsaved);
    else if (response.status === 413) say(form().dataset.large);
    else if (response.status >= 500) throw new Error(String(response.status));
    else if (again && (await renewed())) later(0);
    else {
      say(form().dataset.signedOut);
      later(RETRY);
    }
  } catch {
    say(form().dataset.away);
    later(RETRY);
  } finally {
    saving = false;
  }
}

function changed(event) {
  if (event.target.dataset.pick) return;
  say(form().dataset.unsaved);
  keep();
  later(PAUSE);
}

async function exchange(button) {
  const body = new FormData(form());
  body.set(button.name, button.value);
  keep();
  holder.inert = true; // what would be typed into the old rows meanwhile would be lost
  const response = await fetch(form().action, { method: "POST", body, headers: { Accept: "text/html" } });
  const fresh = response.ok && parsed(await response.text()).querySelector("[data-form]");
  if (!fresh) throw new Error(String(response.status));
  clearTimeout(timer);
  const place = button.id || (button.value.startsWith("find:") ? `query-${button.value.slice(5)}` : "");
  holder.replaceChildren(...fresh.childNodes);
  holder.inert = false;
  sessionStorage.removeItem(key);
  const target = holder.querySelector("[autofocus]") ?? document.getElementById(place);
  (target ?? holder.querySelector("h1"))?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}

function sent(event) {
  const button = event.submitter;
  if (!button?.hasAttribute("data-part")) {
    clearTimeout(timer);
    return keep(true);
  }
  event.preventDefault();
  exchange(button).catch(() => {
    holder.inert = false;
    button.removeAttribute("data-part");
    form().requestSubmit(button);
  });
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
