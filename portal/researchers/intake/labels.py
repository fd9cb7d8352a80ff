"""What pages say about what files and other sites bring: names of parts, why something was left out, what to do."""

from __future__ import annotations

from portal.core.messages import N_

REASONS = {
    "level": N_("no level of a degree that we know"),
    "missing-field": N_("no title, or no date"),
    "out-of-range": N_("a date or a year that cannot be"),
    "unknown-code": N_("a name or a code that we do not know"),
    "other": N_("it could not be read"),
}
SENTENCES = {
    "intake.empty": N_("Choose a file, or paste the text."),
    "intake.large": N_("This is larger than %(megabytes)d MB. Please send a smaller file."),
    "intake.type": N_("This is no PDF, no DOCX and no plain text in UTF-8. Save it as one of these, or paste it."),
    "intake.old": N_("This is an old Word file, or one with a password. Save it as DOCX without one, or as PDF."),
    "intake.scan": N_("This file holds a picture of text, not the text itself. Paste the text instead."),
    "intake.encrypted": N_("This file has a password. Save it without one, or paste the text."),
    "intake.pages": N_("This file has %(pages)d pages; at most %(most)d are read. Send fewer, or paste the text."),
    "intake.packed": N_("This file unpacks to very much more than a CV has. Save it anew, or paste the text."),
    "intake.macros": N_("This file holds programs (macros). Save it as DOCX without macros, or paste the text."),
    "intake.linked": N_("This file fetches parts from elsewhere. Save it as PDF, or paste the text."),
    "intake.broken": N_("This file is damaged and cannot be read. Save it anew, or paste the text."),
    "intake.costly": N_("Reading this file takes too long. Save it anew as a simple PDF, or paste the text."),
    "intake.many": N_("There are more than %(most)d entries. Please send them in several files."),
    "intake.another": N_("Another file of yours is being read. Please send this one when that is done."),
    "intake.busy": N_("Many files are being read at this moment. Please try again in a minute."),
    "intake.nothing": N_("There is nothing in it that we can read. Paste BibTeX, or one DOI a line."),
    "intake.long": N_("This text is too long. Paste at most %(most)d characters."),
    "intake.json": N_("This is not a JSON Resume."),
    "intake.xml": N_("This is neither a Europass CV as XML nor a JSON Resume."),
    "intake.old-europass": N_(
        "This is a Europass CV of the old kind. Open it in the present Europass editor, and save it as XML."
    ),
    "intake.expired": N_("These proposals cannot be read any more. Please send the file again."),
    "intake.none": N_("Nothing is chosen. Tick what belongs in your profile."),
    "orcid.wrong": N_("This is not an ORCID iD. It has 16 digits, the last of which may be an X."),
    "orcid.unknown": N_("ORCID has no public record of this iD."),
    "orcid.unavailable": N_("ORCID does not answer at the moment. Everything else works; please try again later."),
}  # fmt: skip
