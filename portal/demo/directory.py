"""Which organisations of the directory may appear as hosts and partners of demonstration listings, and how."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.locales import COUNTRIES
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.vocabulary.thesaurus import place_ids, place_of
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus

HOME_REGION = "guangxi"
_ZONES = {
    "CN": "Asia/Shanghai", "VN": "Asia/Ho_Chi_Minh", "LA": "Asia/Vientiane", "KH": "Asia/Phnom_Penh",
    "TH": "Asia/Bangkok", "MM": "Asia/Yangon", "MY": "Asia/Kuala_Lumpur", "SG": "Asia/Singapore",
    "PH": "Asia/Manila", "BN": "Asia/Brunei", "TL": "Asia/Dili", "ID": "Asia/Jakarta",
}  # fmt: skip

# A listing about software is not believable at these, and some would not take guests at all.
_UNSUITABLE = re.compile(
    r"medic|health|pharm|nurs|dent(al|istry)|hospital|clinic|theolog|buddh|seminar|islam|relig|bible|christian"
    r"|fine arts|music|dance|drama|opera|sport|physical education"
    r"|secondary|high school|primary|kindergarten|middle school|academy of sciences|veterinar|fisher|conservat"
    r"|kesehatan|farmasi|kebidanan|agama|kristen|kedokteran|sekolah tinggi (ilmu|teologi)|political|leadership"
    r"|foreign languages|peace|cent(er|re) |laborator|library|museum|social sciences|association|open school"
    r"|canossa|raffles institution|procuratorate|rajavidyalaya|cryptography|agricultural science|adult learning"
    r"|specialties|human resources|distance education|theat|cinema|cadre|dermatolog|cancer|\beye\b|\blaw\b"
    r"|executives academy|administration institute|anesthes|perubatan",
    re.IGNORECASE,
)
_UNIVERSITY = re.compile(r"universit|institut|polytech|politeknik|college|academy|universidade", re.IGNORECASE)
_TECHNICAL = re.compile(
    r"techn|tekn|electronic|information|computer|comput|engineer|polytech|politeknik|digital|logistic|industr|telecom"
    r"|posts|communicat",
    re.IGNORECASE,
)
# Schools of armed forces, police and security services: a demonstration must not invent exchanges with them.
_ARMED = re.compile(
    r"milit|defen[cs]e|army|navy|naval|\bpolice|armed|air force|rocket force|liberation|\bPLA\b|\bNCO\b|ordnance"
    r"|artillery|public security|space engineering|cryptograph|解放军|武警|军|公安|警察|警官|国防|士官|密码"
    r"|quân|công an|cảnh sát|an ninh|ป้องกันประเทศ|ตำรวจ|นายร้อย|นายเรือ|pertahanan|kepolisian|angkatan (darat|laut|udara)",
    re.IGNORECASE,
)
# Those whose names do not tell, and universities known above all for work on arms or run by the bodies named above.
_ARMED_IDS = frozenset({
    "00wk2mp56", "01skt4w74", "01yqg2h08", "03x80pn82",  # Beihang, Beijing IT, Harbin IT, Harbin Engineering
    "01scyh794", "00xp9wg62", "0387aje64", "01y0j0j86",  # Nanjing AA, Nanjing UST and its college, Northwestern Poly
    "047bp1713", "03m20nr07", "01t8prc81", "007mntk44",  # North, Shenyang Ligong, Xi'an Technological, Changchun UST
    "02423gm04", "02m7msy24", "0099j7t54", "0510x7s97",  # Shenyang and North China aerospace, two institutes
    "01xdzh226", "04r72en83", "03q5ve753", "03p41qy95",  # Beijing Electronic ST, Int. Relations, Jiangnan Social, CAEP
    "04x0kvm78", "05202v862",  # Shihezi and Tarim, of a corps
    "04wgyjv21", "05qq5b157", "052xves36",  # Le Quy Don, Tran Dai Nghia, Myanmar Aerospace
    "0005k2a75", "015t4c879", "05h0pqw77", "00kjhnt51", "02kycr729", "02k1der83", "02qqpde61",  # foundations of forces
})  # fmt: skip


@dataclass(frozen=True)
class Host:
    """An organisation as a demonstration listing needs it. `code` stands in reference numbers and addresses."""

    id: str
    country: str
    names: Mapping[str, str]
    place: str | None
    within: tuple[str, ...]  # the place and what it lies in
    city: str | None
    zone: str
    code: str
    weight: float

    def name(self, language: str) -> str:
        """The name in a language, or the one for all others."""
        return self.names.get(language) or self.names[""]

    @property
    def in_home_region(self) -> bool:
        """Whether it is in Guangxi."""
        return HOME_REGION in self.within


class Directory:
    """Draws hosts and partners: the home region first, then technical ones, then those with full records."""

    def __init__(self, hosts: Iterable[Host]) -> None:
        self._by_country: dict[str, list[Host]] = {country: [] for country in COUNTRIES}
        for host in sorted(hosts, key=lambda host: host.id):
            self._by_country[host.country].append(host)

    @classmethod
    def load(cls, session: Session, thesaurus: Thesaurus) -> Directory:
        """All suitable organisations of the database."""
        places = LabelIndex(thesaurus.of_scheme("place"))
        query = sa.select(Organisation).where(Organisation.country.in_(COUNTRIES))
        found = session.scalars(query.options(selectinload(Organisation.names)))
        return cls(host for one in found if "education" in one.types and (host := _host(one, thesaurus, places)))

    @property
    def hosts(self) -> tuple[Host, ...]:
        """All that may be drawn, of every country."""
        return tuple(host for own in self._by_country.values() for host in own)

    def draw(
        self, rng: random.Random, country: str, languages: Sequence[str], places: Sequence[str] = (), avoid: str = ""
    ) -> Host:
        """One organisation of a country, by weight; never the one to `avoid`.

        A name in the first of `languages` and a known place make it likelier; those in one of `places` go before all
        others. About half of China's draws go to Guangxi.
        """
        wanted = set(places)
        candidates = [host for host in self._by_country[country] if host.id != avoid]
        seated = [host for host in candidates if not wanted.isdisjoint(host.within)]
        if seated:
            candidates = seated
        elif country == "CN":
            home = rng.random() < 0.55
            candidates = [host for host in candidates if host.in_home_region == home] or candidates
        weights = [
            host.weight * (4.0 if languages[0] in host.names else 1.0) * (2.0 if host.place else 1.0)
            for host in candidates
        ]
        return rng.choices(candidates, cum_weights=list(accumulate(weights)))[0]


def _host(organisation: Organisation, thesaurus: Thesaurus, places: LabelIndex) -> Host | None:
    """An organisation as a host; None for one that does not suit."""
    names = names_by_language(organisation)
    english = " ".join((names[""], *names.values()))
    if organisation.id in _ARMED_IDS or _ARMED.search(english):
        return None
    if _UNSUITABLE.search(english) or not _UNIVERSITY.search(english):
        return None
    country = organisation.country
    place = place_of(country, organisation.city, organisation.subdivision_code, organisation.subdivision)
    if place is None and organisation.city is None:
        place = _place_in_name(names[""], country, thesaurus, places)
    return Host(
        id=organisation.id,
        country=country,
        names=names,
        place=place,
        within=place_ids(place),
        city=organisation.city,
        zone=_zone(organisation),
        code=_code(organisation),
        weight=_weight(organisation, english, place),
    )


def _weight(organisation: Organisation, english: str, place: str | None) -> float:
    """Technical and research-strong places (the registry marks who funds research) and full records are likelier."""
    weight = (2.0 if _TECHNICAL.search(english) else 1.0) * (3.0 if "funder" in organisation.types else 1.0)
    if HOME_REGION in place_ids(place):
        return weight
    few = organisation.country in ("LA", "KH", "MM", "TL", "BN")
    return (
        weight
        * ((1.5 if few else 6.0) if organisation.complete else 1.0)
        * (2.0 if organisation.domains and not few else 1.0)
    )


def _place_in_name(name: str, country: str, thesaurus: Thesaurus, places: LabelIndex) -> str | None:
    """A record without a city often has one in its name: "Guilin University of Electronic Technology"."""
    found = [match.entries[0].concept for match in places.find(name, "en")]
    own = [place for place in found if thesaurus[place].facts.get("country") == country]
    return next((place for place in own if not place.startswith("country-")), None)


def _zone(organisation: Organisation) -> str:
    """Indonesia has three zones and Malaysia two names for one; the longitude tells them apart well enough."""
    longitude = organisation.longitude
    if organisation.country == "ID" and longitude is not None and longitude > 114.45:
        return "Asia/Makassar" if longitude < 126 else "Asia/Jayapura"
    if organisation.country == "MY" and longitude is not None and longitude > 109:
        return "Asia/Kuching"
    return _ZONES[organisation.country]


def _code(organisation: Organisation) -> str:
    """A short name in capitals: an acronym of the registry, else of the web domain, else the initials."""
    acronyms = (name.value for name in organisation.names if name.kind == "acronym")
    domains = (domain.split(".")[0] for domain in organisation.domains)
    for candidate in (*acronyms, *domains):
        letters = candidate.upper()
        if letters.isascii() and letters.isalpha() and 2 <= len(letters) <= 7:
            return letters
    english = names_by_language(organisation)[""]
    initials = "".join(word[0] for word in re.findall(r"[A-Z][A-Za-z]*", english))
    return initials if 2 <= len(initials) <= 7 else (re.sub(r"[^A-Za-z]", "", english)[:4].upper() or "EDU")
