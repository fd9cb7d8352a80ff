"""Pages about the site itself."""

from __future__ import annotations

from flask import render_template

from portal.eligibility.visitor import answers_of_request
from portal.listings.facets import FACETS
from portal.matching import fit
from portal.matching.labels import PARTS
from portal.matching.ranking import WORTH
from portal.pages.strip import Strip, strip_for
from portal.rights.page import of_privacy
from portal.web.current import site
from portal.web.identity import current_actor
from portal.web.language import current_language, language_blueprint
from search import scoring

blueprint = language_blueprint("pages", __name__)


@blueprint.app_template_global()
def own_strip() -> Strip | None:
    """What the home page says to the person of this request."""
    return strip_for(site(), current_actor(), answers_of_request(), current_language().tag)


@blueprint.get("/ranking")
def ranking() -> str:
    """How ranking works, with the numbers of the formula itself."""
    return render_template(
        "pages/ranking.html", scoring=scoring, facets=tuple(FACETS), fit=fit, fit_parts=PARTS, worth=WORTH
    )


@blueprint.get("/about")
def about() -> str:
    """What the site is, and for whom."""
    return render_template("pages/about.html")


@blueprint.get("/sources")
def sources() -> str:
    """Where the data is from, and on what terms it may be used."""
    thesaurus = site().thesaurus
    return render_template("pages/sources.html", topics=len(thesaurus.of_scheme("topic")))


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("pages/accessibility.html")


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept of a reader, and what is not."""
    return render_template("pages/privacy.html", **of_privacy())
