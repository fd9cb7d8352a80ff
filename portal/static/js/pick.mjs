// Boxes that search for a place, a topic or an organisation: what is found stands above them, to be ticked, while one types.

const PAUSE = 250;
let timer = null;
let running = null;

function option(box, found) {
  const row = document.createElement("div");
  row.className = "check found";
  const input = document.createElement("input");
  Object.assign(input, { type: box.dataset.kind, name: box.dataset.field, value: found.id, id: `${box.dataset.field}-found-${found.id}` });
  const label = document.createElement("label");
  label.htmlFor = input.id;
  label.textContent = found.note ? `${found.label} · ${found.note}` : found.label;
  row.append(input, " ", label);
  return row;
}

async function find(box) {
  const options = document.querySelector(`[data-options="${box.dataset.field}"]`);
  const status = box.closest(".searching").querySelector("[role=status]");
  running?.abort();
  running = new AbortController();
  const address = new URL(box.dataset.pick, location.href);
  address.searchParams.set("q", box.value);
  try {
    const response = await fetch(address, { signal: running.signal, redirect: "manual" });
    if (!response.ok) return;
    const { found } = await response.json();
    for (const row of options.querySelectorAll(".found")) if (!row.querySelector(":checked")) row.remove();
    const there = new Set([...options.querySelectorAll("input")].map((input) => input.value));
    options.append(...found.filter((one) => !there.has(one.id)).map((one) => option(box, one)));
    status.textContent = found.length || !box.value.trim() ? "" : box.form.dataset.none;
  } catch { /* the button still searches */ }
}

document.addEventListener("input", (event) => {
  if (!event.target.dataset.pick || event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(() => find(event.target), PAUSE);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.dataset?.pick) return;
  event.preventDefault();
  find(event.target);
});
