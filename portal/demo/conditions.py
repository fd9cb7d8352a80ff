"""Eligibility, documents and selection of a demonstration listing."""

from __future__ import annotations

from datetime import date

from portal.demo.builders import rule
from portal.demo.calendar import Calendar, asks_later
from portal.demo.draft import Draft
from portal.listings.models import Criterion, DocumentWanted, EligibilityRule
from portal.locales import COUNTRIES

ASEAN = tuple(country for country in COUNTRIES if country != "CN")
_MEKONG = ("VN", "LA", "KH", "TH", "MM")
_MARITIME = ("MY", "SG", "ID", "PH", "BN", "TL")
READERS: dict[str, tuple[str, ...]] = {  # countries of ASEAN whose people a language speaks to first
    "vi": ("VN",), "th": ("TH",), "id": ("ID",), "ms": ("MY", "BN", "SG"), "lo": ("LA",), "km": ("KH",), "my": ("MM",),
    "fil": ("PH",), "pt": ("TL",),
}  # fmt: skip


def make_rules(draft: Draft, calendar: Calendar) -> list[EligibilityRule]:
    """The rules, citizenship first."""
    programme = draft.programme
    rules = _citizenship(draft)
    if programme.age_max:
        rules.append(rule("age-max", age=programme.age_max, **_age_on(calendar, draft)))
    if programme.minimum_degree:
        years = (
            {"research_years": 5}
            if programme.kind == "visiting-scholar" and programme.minimum_degree == "doctoral"
            else {}
        )
        rules.append(rule("degree-min", degree=programme.minimum_degree, **years))
    if "postdoctoral" in programme.levels and "professional" not in programme.levels and draft.chance(0.4):
        rules.append(rule("degree-within", years=draft.rng.choice((5, 7))))
    if programme.levels == ("professional",):
        rules.append(
            rule("employment", years=draft.rng.choice((1, 2, 3)), proof="employer-consent" in programme.documents)
        )
    if programme.kind in ("visiting-scholar", "scholarship") and draft.chance(0.2):
        rules.append(rule("residence-max", country=draft.host.country, months=12, of_last=36))
    if programme.kind == "scholarship" and draft.chance(0.6):
        rules.append(rule("no-concurrent-award", country=draft.host.country))
    rules += _language_tests(draft)
    if draft.nominated_by:
        rules.append(rule("nomination", by=draft.nominated_by))
    return rules


def _citizenship(draft: Draft) -> list[EligibilityRule]:
    """Countries one by one: those that the prose names; else the corridor's own first, then often more; sometimes
    everybody but the host's own."""
    host, chance = draft.host.country, draft.rng.random()
    if draft.edition.citizens:
        return [rule("citizenship", countries=list(draft.edition.citizens))]
    if chance < 0.08:
        return [rule("citizenship-excluded", countries=[host])]
    if host == "CN":
        countries = _from_asean(draft, chance)
    else:
        countries = ("CN",) if chance < 0.45 else ("CN", *(country for country in ASEAN if country != host))
    return [rule("citizenship", countries=list(countries))]


def _from_asean(draft: Draft, chance: float) -> tuple[str, ...]:
    """All eleven, or those the partner and the languages point to with their neighbours."""
    if chance < 0.5:
        return ASEAN
    partner = (draft.partner.country,) if draft.partner else ()
    readers = (country for language in draft.edition.prose for country in READERS.get(language, ()))
    first = (*partner, *readers) or (draft.rng.choice(ASEAN),)
    neighbours = (_MEKONG if first[0] in _MEKONG else _MARITIME) if chance < 0.75 else ()
    return tuple(country for country in COUNTRIES if country in {*first, *neighbours})


def _age_on(calendar: Calendar, draft: Draft) -> dict[str, str]:
    """The day the age is counted on: often the start or New Year's Day, else the day of application."""
    if calendar.starts_from is None or draft.chance(0.3):
        return {}
    day = calendar.starts_from if draft.chance(0.5) else date(calendar.starts_from.year, 1, 1)
    return {"on": day.isoformat()}


def _language_tests(draft: Draft) -> list[EligibilityRule]:
    """Tests of one language are alternatives; another language is another rule."""
    languages = dict.fromkeys(test.language for test in draft.programme.tests)
    return [
        rule(
            "language-test",
            any_of=[
                {"language": test.language, "test": test.test, "minimum": test.minimum}
                for test in draft.programme.tests
                if test.language == language
            ],
        )
        for language in languages
    ]


def make_documents(draft: Draft) -> list[DocumentWanted]:
    """What the programme asks for; passport and health papers only after an offer."""
    kinds = list(draft.programme.documents)
    if draft.programme.tests and "language-certificate" not in kinds:
        kinds.append("language-certificate")
    if asks_later(draft) and "passport-copy" not in kinds:
        kinds.append("passport-copy")
    if draft.months[1] > 6 and asks_later(draft):
        kinds.append("health-certificate")
    return [_document(draft, kind) for kind in kinds]


def _document(draft: Draft, kind: str) -> DocumentWanted:
    plan = kind in ("study-plan", "research-plan")
    proof = kind in ("degree-certificate", "transcript")
    own = kind in ("passport-copy", "photo", "portfolio")
    return DocumentWanted(
        kind=kind,
        count=2 if kind == "reference-letter" and draft.programme.kind in ("scholarship", "visiting-scholar") else 1,
        languages=[] if own else list(dict.fromkeys(("en", *draft.programme.working_languages)))[:2],
        notarised_translation=proof and draft.is_degree,
        pages_max=draft.rng.choice((3, 5))
        if plan and draft.chance(0.5)
        else 2
        if kind == "cv" and draft.chance(0.3)
        else None,
        words_max=draft.rng.choice((500, 800, 1000)) if plan and draft.chance(0.5) else None,
        due=_due(draft, kind),
    )


def _due(draft: Draft, kind: str) -> str:
    if kind in ("passport-copy", "health-certificate"):
        return "after-offer"
    if kind in ("degree-certificate", "language-certificate") and draft.chance(0.25):
        return "later"
    return "application"


def make_criteria(draft: Draft) -> list[Criterion]:
    """The programme's criteria; some hosts do not tell the weights."""
    told = draft.chance(0.85)
    return [Criterion(code=code, weight=weight if told else None) for code, weight in draft.programme.criteria]


def make_selection(draft: Draft) -> dict[str, object]:
    """Stages, who decides, and the steps of applying."""
    kind = draft.programme.kind
    interview = draft.chance(0.6)
    review = kind in ("scholarship", "visiting-scholar", "joint-programme")
    stages = ["document-check", *(["expert-review"] if review else []), *(["interview"] if interview else [])]
    if draft.chance(0.5):
        stages.append("ranking")
    return {
        "stages": [*stages, "decision"],
        "decided_by": _decider(draft),
        "apply_steps": _steps(draft, interview),
        "apply_url": f"https://apply.{draft.host.code.lower()}.example/{draft.base.year}"
        if draft.chance(0.15)
        else None,
    }


def _decider(draft: Draft) -> str:
    if draft.programme.kind == "joint-programme":
        return "joint-committee"
    if draft.partner_role == "funder":
        return "funder"
    return "supervisor" if draft.programme.kind == "visiting-scholar" and draft.chance(0.4) else "host-committee"


def _steps(draft: Draft, interview: bool) -> list[str]:
    steps = ["read-terms"]
    if draft.programme.kind == "visiting-scholar":
        steps.append("contact-host")
    if draft.nominated_by:
        steps.append("home-nomination")
    if draft.nominated_by in ("agency", "ministry"):
        steps.append("agency-registration")
    steps += ["online-form", "upload-documents"]
    if draft.is_degree and draft.chance(0.2):
        steps.append("paper-copies")
    return [*steps, *(["interview"] if interview else []), "result"]
