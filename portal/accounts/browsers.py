"""Browsers as people call them: “Firefox, Android”. Good enough for a person to know their own again; nothing is
decided by it."""

from __future__ import annotations

# Part of what a browser says of itself → its name; the first that is found holds, as many call themselves by several.
_BROWSERS = (
    ("MicroMessenger/", "WeChat"), ("MQQBrowser/", "QQ Browser"), ("QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"), ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"), ("VivoBrowser/", "Vivo Browser"),
    ("HeyTapBrowser/", "HeyTap Browser"), ("SamsungBrowser/", "Samsung Internet"), ("Zalo", "Zalo"), (" Line/", "LINE"),
    ("FBAN/", "Facebook"), ("FBAV/", "Facebook"), ("CocCoc", "Cốc Cốc"), ("coc_coc_browser/", "Cốc Cốc"),
    ("OPR/", "Opera"), ("OPiOS/", "Opera"), ("Opera Mini/", "Opera Mini"), ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("Edg/", "Edge"), ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"), ("HarmonyOS", "HarmonyOS"), ("KaiOS", "KaiOS"), ("Android", "Android"),
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser_of(user_agent: str) -> str:
    """The name of a browser and of what it runs on; empty if it says neither."""
    found = (next((name for part, name in table if part in user_agent), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))
