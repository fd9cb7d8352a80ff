"""All pages in all languages, with the addresses of each in the others (sitemaps.org, hreflang)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from portal.locales import DEFAULT, TAGS
from portal.web.public import address_of

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
MEDIA_TYPE = "application/xml; charset=utf-8"
MAX_ADDRESSES = 2_000  # of a file; with its twelve alternates, an address takes more than a kilobyte
PAGES_A_FILE = MAX_ADDRESSES // len(TAGS)
FIXED = (
    "discovery.home", "discovery.search", "discovery.topics", "organisations.index", "pages.about", "pages.ranking",
    "pages.sources", "pages.accessibility", "pages.privacy",
)  # fmt: skip


@dataclass(frozen=True)
class SitePage:
    """One page, whatever the language, and when it last changed, if that is known."""

    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    changed_at: datetime | None = None


def all_pages(
    listings: Iterable[tuple[str, datetime]], organisations: Iterable[tuple[str, datetime]], concepts: Iterable[str]
) -> list[SitePage]:
    """The pages of the site, in a stable order."""
    return [
        *(SitePage(endpoint) for endpoint in FIXED),
        *(SitePage("discovery.concept", {"concept_id": key}) for key in concepts),
        *(SitePage("organisations.show", {"organisation_id": key}, changed_at) for key, changed_at in organisations),
        *(SitePage("listings.show", {"listing_id": key}, changed_at) for key, changed_at in listings),
    ]


def files_for(pages: Sequence[SitePage]) -> int:
    """The number of files that these pages take."""
    return max(1, -(-len(pages) // PAGES_A_FILE))


def pages_of_file(pages: Sequence[SitePage], number: int) -> Sequence[SitePage]:
    """The pages in one of the files, counted from 1."""
    return pages[(number - 1) * PAGES_A_FILE : number * PAGES_A_FILE]


def urls(pages: Iterable[SitePage]) -> bytes:
    """One file."""
    entries = "".join(entry for page in pages for entry in _entries(page))
    return f'{_DECLARATION}<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">\n{entries}</urlset>\n'.encode()


def index(addresses: Iterable[str]) -> bytes:
    """The list of the files, where there are several."""
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f'{_DECLARATION}<sitemapindex xmlns="{_SITEMAP}">\n{entries}</sitemapindex>\n'.encode()


def _entries(page: SitePage) -> Iterator[str]:
    """One entry for each language; what follows the address is the same in all of them."""
    addresses = {tag: address_of(page.endpoint, language=tag, **page.values) for tag in TAGS}
    changed = f"<lastmod>{page.changed_at.isoformat(timespec='seconds')}</lastmod>" if page.changed_at else ""
    links = (
        f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(address)} />'
        for tag, address in (*addresses.items(), ("x-default", addresses[DEFAULT]))
    )
    common = changed + "".join(links)
    for address in addresses.values():
        yield f"<url><loc>{escape(address)}</loc>{common}</url>\n"
