// Improves what already works: the filters open on wide screens in older browsers, and menus close as one expects.

const wide = matchMedia("(min-width: 56rem)");

function openFilters() {
  const filters = document.querySelector(".filters");
  if (filters && wide.matches) filters.open = true;
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll(".languages[open], .readings[open]")) {
    const outside = event.type === "click" && !menu.contains(event.target);
    const escaped = event.key === "Escape";
    if (outside || escaped) menu.open = false;
    if (escaped) menu.querySelector("summary").focus();
  }
}

openFilters();
wide.addEventListener("change", openFilters);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
