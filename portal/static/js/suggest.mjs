// Suggestions under the search box: a combobox with a list, after the ARIA Authoring Practices. Enter without a choice searches.

const PAUSE = 150;
const language = document.documentElement.lang;

class Suggestions {
  constructor(input, place) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${place}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0].textContent);
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    this.items = [];
    this.chosen = -1;
    input.addEventListener("input", (event) => event.isComposing || this.later());
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.take(this.items[[...this.list.children].indexOf(row)]);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    this.running?.abort();
    if (!text) return this.close();
    this.running = new AbortController();
    const address = `${this.input.dataset.suggest}?${new URLSearchParams({ q: text, lang: language })}`;
    try {
      const response = await fetch(address, { signal: this.running.signal });
      this.show(response.ok ? (await response.json()).suggestions : []);
    } catch {
      this.close();
    }
  }

  show(items) {
    if (document.activeElement !== this.input) return;
    this.items = items;
    this.chosen = -1;
    this.list.replaceChildren(...items.map((item, place) => this.row(item, place)));
    this.list.hidden = items.length === 0;
    this.status.textContent = items.length ? this.input.dataset.found.replace("{n}", items.length) : "";
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  row(item, place) {
    const row = document.createElement("li");
    row.id = `${this.list.id}-${place}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const label = document.createElement("span");
    label.textContent = item.label;
    row.append(label);
    if (item.matched && item.matched !== item.label) {
      const matched = document.createElement("small");
      matched.textContent = item.matched;
      if (item.language) matched.lang = item.language;
      row.append(matched);
    }
    return row;
  }

  key(event) {
    if (event.isComposing || this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = this.items.length + 1; // one more: back in the box itself
      this.choose(((this.chosen + 1 + step + count) % count) - 1);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.take(this.items[this.chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  choose(place) {
    this.chosen = place;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === place)));
    const row = this.list.children[place];
    if (row) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  take(item) {
    if (item.url) return location.assign(item.url);
    this.input.value = item.label;
    this.input.form.requestSubmit();
  }

  close() {
    this.list.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

document.querySelectorAll("[data-suggest]").forEach((input, place) => new Suggestions(input, place));
