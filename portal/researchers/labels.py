"""The profile in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.core.messages import N_

PARTS = {
    "name": N_("Name"),
    "background": N_("Origin and stays"),
    "degrees": N_("Degrees"),
    "posts": N_("Posts"),
    "publications": N_("Publications"),
    "languages": N_("Languages"),
    "skills": N_("Topics and skills"),
    "wishes": N_("What I look for"),
}
PURPOSES = {
    "name": N_("As in your passport, for applications and invitations. It changes no match."),
    "background": N_("Citizenship, age and stays: rules on who may apply ask for them. They change no score."),
    "degrees": N_("What you have studied. It decides for which listings you may apply, and which level fits."),
    "posts": N_("Where you work and have worked. Some listings are for people in employment."),
    "publications": N_("What you have published, for those who look at your profile. It changes no match."),
    "languages": N_("What you speak, and the tests that prove it."),
    "skills": N_("What you work on. It counts most when listings are ranked for you."),
    "wishes": N_("What you wish for. Everything that you leave open is taken as: anything."),
}
HINTS = {
    "citizenship": N_("your citizenship: most listings say whose citizens may apply"),
    "age": N_("your date of birth: some listings have an age limit"),
    "stays": N_("where you have lived, or that you have lived nowhere else: some listings ask"),
    "award": N_("whether you hold an award at present: some listings exclude it"),
    "degree": N_("a degree with the day on which you completed it: most listings ask for one"),
    "work": N_("your posts: some listings are only for people in employment"),
    "test": N_("your language tests: many listings ask for a result"),
    "topics": N_("topics that you work on: nothing counts more"),
    "field": N_("your field of study: listings of the same field come first"),
    "kind": N_("kinds of listings: others come later"),
    "level": N_("a degree or a level: listings of that level come first"),
    "country": N_("countries: listings from there come first"),
    "languages": N_("languages: listings in which you can work come first"),
    "funding": N_("what you can pay yourself: listings that do not pay enough come later"),
    "period": N_("when, and for how long: listings of that time come first"),
    "mode": N_("on site or online: others come later"),
}
POST_KINDS = {
    "research": N_("Research"),
    "teaching": N_("Teaching"),
    "study": N_("Study"),
    "industry": N_("Industry"),
    "administration": N_("Administration"),
    "other": N_("Something else"),
}
PUBLICATION_KINDS = {
    "article": N_("Article"),
    "conference-paper": N_("Conference paper"),
    "book": N_("Book"),
    "chapter": N_("Chapter"),
    "thesis": N_("Thesis"),
    "preprint": N_("Preprint"),
    "data-set": N_("Data set"),
    "software": N_("Software"),
    "other": N_("Something else"),
}
SPOKEN = {
    "A1": N_("A1 – a few words"),
    "A2": N_("A2 – simple matters"),
    "B1": N_("B1 – everyday life"),
    "B2": N_("B2 – studies and work"),
    "C1": N_("C1 – nearly everything"),
    "C2": N_("C2 – everything"),
    "native": N_("My own language"),
}
SPOKEN_SHOWN = {**SPOKEN, "native": N_("own language")}
"""The same, as others read it."""
FUNDING_NEEDS = {
    "full": N_("I need everything paid"),
    "partly": N_("I can pay a part myself"),
    "none": N_("I can pay everything myself"),
}
TOPIC_STATES = {
    "proposed": N_("Not decided"),
    "accepted": N_("I work on this"),
    "refused": N_("Only mentioned"),
}
AUDIENCES = {
    "me": N_("Only you"),
    "hosts": N_("Organisations that look for people"),
}
# Where a general sentence about a mistake would not help enough: (end of the place, reason).
MISTAKES = {
    ("level", "missing-field"): N_("Please choose one from the list."),
    ("until", "out-of-range"): N_("The end must not be before the beginning. Please check both dates."),
    ("starts_until", "out-of-range"): N_("The latest start must not be before the earliest."),
    ("months_max", "out-of-range"): N_("The longest duration must not be shorter than the shortest."),
    ("result", "unknown-code"): N_("This test has no such result. Please check it."),
    ("doi", "wrong-type"): N_("This is no DOI. One begins with 10. and has a stroke, such as 10.1000/182."),
    ("url", "wrong-type"): N_("Please write the whole address, beginning with https://"),
    ("year", "out-of-range"): N_("Please write the year in four figures."),
    ("research_years", "out-of-range"): N_("Please write a number of years from 0 to 80."),
    ("abroad", "none-given"): N_("You say yes. Please add the stay, or choose another answer."),
    ("abroad", "some-given"): N_("You say no, and yet there is a stay. Remove it, or choose another answer."),
    ("awarded", "none-given"): N_("You say yes. Please say which country gives it, or choose another answer."),
    ("awarded", "some-given"): N_("You say no, and yet a country is ticked. Please check both."),
}

WORDING = "2026-12"
"""The edition of the words below, as the ledger of consents names it: whoever changes what they mean changes it."""

FINDABLE = (
    N_("Teams of verified organisations can find you when you fit one of their listings."),
    N_(
        "They see the parts that you show below, and nothing else. Your name, your e-mail address and this account are "
        "not shown; you are called “researcher”."
    ),
    N_("They can invite you. You decide each time whether to answer, and whether to say who you are."),
    N_("You see who looked, and can take this back at any time; from then on nobody finds you."),
)
SHOWING = N_(
    "Those who find you see a part as it stands in the preview, and also what you add to it later, until you take it "
    "back."
)
KEPT = N_(
    "Your name is never shown to those who look. When an organisation invites you, you decide whether to tell it."
)
