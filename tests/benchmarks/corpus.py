"""Generated listings for measuring: prose of the demonstration programmes, facts drawn at random from a seed."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

from portal.listings import codes
from portal.listings.document import SCHEMA
from portal.locales import COUNTRIES
from portal.vocabulary.thesaurus import load_thesaurus
from search.documents import Document, Evidence
from tests.moments import NOW

PROGRAMMES = Path(__file__).parents[2] / "portal" / "demo" / "programmes"
DAY = 86400.0


def documents(count: int, seed: int = 7) -> Iterator[Document]:
    """`count` documents, the same for the same seed."""
    chance = random.Random(seed)
    texts = _texts()
    topics = [concept.id for concept in load_thesaurus().of_scheme("topic")]
    for number in range(count):
        language, title, summary, description = chance.choice(texts)
        tags = chance.sample(topics, 3)
        evidence = [Evidence(tag, "tag") for tag in tags]
        evidence += [
            Evidence(chance.choice(topics), "title", language, "…"),
            Evidence(chance.choice(topics), "summary", language, "…"),
        ]
        yield Document(
            f"g{number:07}",
            1,
            {language: {"title": f"{title} {number}", "summary": summary, "description": description}},
            tuple(evidence),
            _facets(chance, tags, language),
            {
                "closes_at": NOW.timestamp() + chance.uniform(-10, 300) * DAY,
                "open_until": NOW.timestamp() + chance.uniform(-10, 300) * DAY,
                "posted_at": NOW.timestamp() - chance.uniform(0, 200) * DAY,
                "confirmed_at": NOW.timestamp() - chance.uniform(0, 100) * DAY,
            },
            {"titles": {language: title}, "source_language": language, "kind": "scholarship"},
        )


def _facets(chance: random.Random, tags: list[str], language: str) -> dict[str, tuple[str, ...]]:
    country = chance.choice(COUNTRIES)
    facets = {
        "kind": (chance.choice(codes.KINDS),),
        "level": tuple(chance.sample(codes.LEVELS, 2)),
        "isced": (f"{chance.randint(11, 109):04}"[:3],),
        "country": (country,),
        "place": (f"place-{chance.randint(1, 100)}",),
        "open_to": tuple(chance.sample(COUNTRIES, 5)),
        "funding": (chance.choice(codes.FUNDINGS),),
        "mode": (chance.choice(codes.MODES),),
        "award": (chance.choice(codes.AWARDS),),
        "working_language": (language, "en"),
        "organisation": (f"org-{chance.randint(1, 900)}",),
        "concept": tuple(tags),
        "source_language": (language,),
    }
    declared = {field.name for field in SCHEMA.fields}
    return {name: values for name, values in facets.items() if name in declared}


def _texts() -> list[tuple[str, str, str, str]]:
    """(language, title, summary, description) of every edition of every programme."""
    texts = []
    for path in sorted(PROGRAMMES.glob("*.toml")):
        for programme in tomllib.loads(path.read_text("utf-8"))["programme"]:
            language = programme["source"]
            description = "\n\n".join(programme["shared"][language])
            texts.extend(
                (language, edition[language]["title"], edition[language]["summary"], description)
                for edition in programme["edition"]
            )
    return texts
