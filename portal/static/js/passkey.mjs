// Passkeys: shown where the browser has them and the site stands at its own address; the device's answer goes with the form.

const ANSWERS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const isName = !/^\[|^[\d.]+$/.test(location.hostname); // browsers bind passkeys to names, never to numbers
const can = (origin) => isName && Boolean(window.PublicKeyCredential) && location.origin === origin;

const read = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const write = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function options(form) {
  const response = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form), redirect: "manual" });
  if (!response.ok) throw new Error(String(response.status));
  const found = await response.json();
  found.challenge = read(found.challenge);
  if (found.user) found.user.id = read(found.user.id);
  found.excludeCredentials = found.excludeCredentials?.map((one) => ({ ...one, id: read(one.id) }));
  return found;
}

function answered({ id, rawId, type, response }) {
  const parts = ANSWERS.filter((name) => response[name]).map((name) => [name, write(response[name])]);
  const transports = response.getTransports?.() ?? [];
  return JSON.stringify({ id, rawId: write(rawId), type, response: { ...Object.fromEntries(parts), transports } });
}

async function ask(event) {
  event.preventDefault();
  const form = event.target;
  const [button, status] = [form.querySelector("button"), form.querySelector("[role=status]")];
  button.disabled = true;
  status.textContent = "";
  try {
    const publicKey = await options(form);
    const made = await (publicKey.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    form.querySelector("[name=credential]").value = answered(made);
    form.submit();
  } catch {
    status.textContent = status.dataset.failed;
  } finally {
    button.disabled = false;
  }
}

for (const place of document.querySelectorAll("[data-passkeys]")) {
  if (!can(place.dataset.passkeys)) continue;
  place.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkeys]")) other.hidden = true;
}
for (const form of document.querySelectorAll("[data-passkey]")) form.addEventListener("submit", ask);
