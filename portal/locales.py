"""The one registry of languages; everything else that lists languages derives from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language of the site: BCP 47 tag, its own name, gettext's folder, CLDR locale (dates, numbers, names) and
    script."""

    tag: str
    name: str
    gettext: str
    cldr: str
    script: str


LANGUAGES: tuple[Language, ...] = (
    Language("zh-Hans", "简体中文", "zh_Hans", "zh_Hans_CN", "Hans"),
    Language("en", "English", "en", "en_GB", "Latn"),
    Language("vi", "Tiếng Việt", "vi", "vi_VN", "Latn"),
    Language("th", "ไทย", "th", "th_TH", "Thai"),
    Language("id", "Bahasa Indonesia", "id", "id_ID", "Latn"),
    Language("ms", "Bahasa Melayu", "ms", "ms_MY", "Latn"),
    Language("lo", "ລາວ", "lo", "lo_LA", "Laoo"),
    Language("km", "ខ្មែរ", "km", "km_KH", "Khmr"),
    Language("my", "မြန်မာ", "my", "my_MM", "Mymr"),
    Language("fil", "Filipino", "fil", "fil_PH", "Latn"),
    Language("pt", "Português (Timor-Leste)", "pt_TL", "pt_TL", "Latn"),
)
TAGS: tuple[str, ...] = tuple(language.tag for language in LANGUAGES)
BY_TAG: dict[str, Language] = {language.tag: language for language in LANGUAGES}
DEFAULT = "en"

# The home country and the eleven states of ASEAN, in the order of the corridors picture.
COUNTRIES: tuple[str, ...] = ("CN", "VN", "LA", "KH", "TH", "MM", "MY", "SG", "ID", "PH", "BN", "TL")
REGIONS: tuple[str, ...] = (*COUNTRIES, "HK", "MO")  # where an organisation of the directory may be
