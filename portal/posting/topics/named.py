"""Topics that the texts of a draft name, and what was decided about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.listings.codes import PROSE
from portal.listings.typed import Codes
from portal.locales import BY_TAG
from portal.posting.drafts.sections import source_text
from portal.posting.translations.texts import Prosaic, translated
from portal.vocabulary.named import Decided, NamedTopic, topics_named
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus


def named_topics(content: Mapping[str, Any], labels: LabelIndex, thesaurus: Thesaurus) -> list[NamedTopic]:
    """All topics that the texts of a draft name, in the order in which they come; those nobody decided on first."""
    return topics_named(dict(_prose(content)), decisions(content), labels, thesaurus)


def decisions(content: Mapping[str, Any]) -> Decided:
    """What was decided about topics in a draft."""
    return Decided(Codes().show(content.get("concepts")), Codes().show(content.get("concepts_refused")))


def decided(content: Mapping[str, Any], concept: str, action: str) -> dict[str, list[str]]:
    """The keys of a draft after a decision about a topic."""
    after = decisions(content).after(concept, action)
    return {"concepts": list(after.accepted), "concepts_refused": list(after.refused)}


def _prose(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Language → part → text; as the search reads it."""
    texts: list[Prosaic] = [source_text(content), *translated(content)]
    for text in texts:
        if (language := str(text.get("language"))) in BY_TAG:
            yield language, {part: str(text.get(part) or "") for part in PROSE}
