"""The one registry of languages; everything else that lists languages derives from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language of the site: BCP 47 tag, its own name, gettext's folder, CLDR locale (dates, numbers, names), script,
    and the clock on the wall in the capital of the country where it is mainly read. English is read in all of them."""

    tag: str
    name: str
    gettext: str
    cldr: str
    script: str
    zone: str


LANGUAGES: tuple[Language, ...] = (
    Language("zh-Hans", "简体中文", "zh_Hans", "zh_Hans_CN", "Hans", "Asia/Shanghai"),
    Language("en", "English", "en", "en_GB", "Latn", "UTC"),
    Language("vi", "Tiếng Việt", "vi", "vi_VN", "Latn", "Asia/Ho_Chi_Minh"),
    Language("th", "ไทย", "th", "th_TH", "Thai", "Asia/Bangkok"),
    Language("id", "Bahasa Indonesia", "id", "id_ID", "Latn", "Asia/Jakarta"),
    Language("ms", "Bahasa Melayu", "ms", "ms_MY", "Latn", "Asia/Kuala_Lumpur"),
    Language("lo", "ລາວ", "lo", "lo_LA", "Laoo", "Asia/Vientiane"),
    Language("km", "ខ្មែរ", "km", "km_KH", "Khmr", "Asia/Phnom_Penh"),
    Language("my", "မြန်မာ", "my", "my_MM", "Mymr", "Asia/Yangon"),
    Language("fil", "Filipino", "fil", "fil_PH", "Latn", "Asia/Manila"),
    Language("pt", "Português (Timor-Leste)", "pt_TL", "pt_TL", "Latn", "Asia/Dili"),
)
TAGS: tuple[str, ...] = tuple(language.tag for language in LANGUAGES)
BY_TAG: dict[str, Language] = {language.tag: language for language in LANGUAGES}
DEFAULT = "en"

# The home country and the eleven states of ASEAN, in the order of the corridors picture.
COUNTRIES: tuple[str, ...] = ("CN", "VN", "LA", "KH", "TH", "MM", "MY", "SG", "ID", "PH", "BN", "TL")
REGIONS: tuple[str, ...] = (*COUNTRIES, "HK", "MO")  # where an organisation of the directory may be


def edition_for(reader: str, written: Collection[str], original: str) -> str:
    """In which of the languages that a text is `written` in a reader gets it: the own, else English, which more people
    read than any third one, else the original."""
    return next((tag for tag in (reader, DEFAULT, original, *written) if tag in written), reader)
