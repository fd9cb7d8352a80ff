"""Forms as browsers read them."""

from __future__ import annotations

import html5lib


def fields_of(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form on a page: name → values."""
    html = "{http://www.w3.org/1999/xhtml}"
    found: dict[str, list[str]] = {}
    main = next(one for one in html5lib.parse(page).iter(f"{html}main"))
    for one in main.iter():
        name, kind = one.get("name"), one.get("type")
        if name is None or one.tag == f"{html}button":
            continue
        if one.tag == f"{html}select":
            options = list(one.iter(f"{html}option"))
            chosen = [o.get("value", "") for o in options if o.get("selected") is not None] or [
                options[0].get("value", "")
            ]
            found.setdefault(name, []).extend(chosen)
        elif one.tag == f"{html}textarea":
            found.setdefault(name, []).append((one.text or "").removeprefix("\n"))
        elif kind not in ("checkbox", "radio") or one.get("checked") is not None:
            found.setdefault(name, []).append(one.get("value", "on" if kind == "checkbox" else ""))
    return found
