// The search page without reloading: filters, chips, order and pages replace the results; the address and the back button keep up.

const results = document.querySelector("[data-results]");
let running = null;

function key(element) {
  if (!element || !results.contains(element)) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  return element.getAttribute("href") ? `a[href="${CSS.escape(element.getAttribute("href"))}"]` : null;
}

function openDetails() {
  return [...results.querySelectorAll(".facet details[open], .filters[open]")]
    .map((details) => details.closest(".facet")?.id ?? "filters");
}

function reopen(ids) {
  for (const id of ids) {
    const within = id === "filters" ? results.querySelector(".filters") : document.getElementById(id);
    for (const details of within?.matches("details") ? [within] : within?.querySelectorAll("details") ?? []) details.open = true;
  }
}

async function show(address, remember) {
  running?.abort();
  running = new AbortController();
  results.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal: running.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-results]");
    if (!response.ok || !fresh) throw new Error(String(response.status));
    const focused = key(document.activeElement);
    const open = openDetails();
    results.replaceChildren(...fresh.childNodes);
    reopen(open);
    if (focused) (results.querySelector(focused) ?? results.querySelector("#found"))?.focus({ preventScroll: true });
    document.title = page.title;
    for (const language of document.querySelectorAll(".languages a")) {
      language.href = page.querySelector(`.languages a[hreflang="${language.hreflang}"]`)?.href ?? language.href;
    }
    document.querySelector(".ask input").value = page.querySelector(".ask input").value;
    if (remember) history.pushState({ results: true }, "", address);
    document.querySelector("#announce").textContent = results.querySelector("#found").textContent;
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    results.removeAttribute("aria-busy");
  }
}

function addressOf(form) {
  const parameters = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...parameters]) if (!value) parameters.delete(name);
  const text = parameters.toString();
  return new URL(form.action).pathname + (text ? `?${text}` : "");
}

function plain(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

if (results) {
  document.documentElement.classList.add("live");
  history.replaceState({ results: true }, "");
  results.addEventListener("change", (event) => {
    const form = event.target.closest("[data-facets]");
    if (form) show(addressOf(form), true);
  });
  results.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-facets]")) return;
    event.preventDefault();
    show(addressOf(event.target), true);
  });
  results.addEventListener("click", (event) => {
    const link = event.target.closest(".chips a, .sorts a, .ways a, .facet-buttons a, .pager a");
    if (!link || !plain(event)) return;
    event.preventDefault();
    show(link.href, true).then(() => link.closest(".pager") || !document.body.contains(link) ? scrollTo(0, 0) : null);
  });
  addEventListener("popstate", (event) => {
    if (event.state?.results) show(location.href, false);
  });
}
