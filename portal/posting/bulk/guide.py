"""What the columns of files are called, and how they are filled in: message ids, and the names made of them."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.messages import N_, translated
from portal.listings.labels import LABELS
from portal.posting.bulk.columns import MACHINE, PART_LABELS, Column, label_of
from portal.vocabulary.cldr import language_name

NAMES: Mapping[str, str] = {
    "listings": N_("Listings"),
    "guide": N_("How to fill in"),
    "column": N_("Column"),
    "what": N_("What to write"),
    "code": N_("Code"),
    "id": N_("Id (leave it empty for a new listing)"),
    MACHINE: N_("Languages translated by a machine"),
}
GENERAL = (
    N_("Write one listing in each row, from the third row on. Do not change the second row, which is hidden: it tells "
       "our program which column is which. You may leave out columns and change their order."),
    N_("A row with an id changes that listing; a row without one becomes a new listing. An empty cell means: not "
       "stated. A column that is not there changes nothing."),
    N_("Title, summary and description stand in the original language of the listing. Translations have columns of "
       "their own at the end; they are folded away, click on the plus sign above."),
    N_("“[…]” in a cell stands for something that does not fit into cells: it stays as it is. Change it on the site."),
)  # fmt: skip
FORMS: Mapping[str, str] = {
    "text": N_("Text"),
    "code": N_("One from the list: its name in any language of this site, or its code"),
    "codes": N_("One or more from the list, with a semicolon between them"),
    "lines": N_("One or more texts, each on a line of its own"),
    "flag": N_("Yes or no"),
    "whole": N_("A whole number, such as 12"),
    "tenths": N_("A number of months, such as 6 or 4.5"),
    "amount": N_("A number without currency, such as 12500 or 12500.50"),
    "day": N_("A date, such as 2027-03-01"),
    "clock": N_("Date and time at the place of the time zone, such as 2027-03-01 17:00"),
    "tests": N_("Language, test and lowest result, such as “Chinese HSK 4”; several with a semicolon between them"),
}


def name_of(column: Column, tag: str) -> str:
    """What a column is called in a language."""
    if column.code in NAMES:
        return translated(NAMES[column.code], tag)
    if column.key == "translations":
        name = translated(label_of(column.code.partition(".")[0]), tag)
        return f"{name} ({language_name(column.language, tag)})" if column.language else name
    if column.key == "rules":
        kind, _, _name = column.part.partition(".")
        return _joined(translated(LABELS["rule"][kind], tag), PART_LABELS[column.code], tag)
    if column.number:
        name = f"{translated(PART_LABELS[column.key], tag)} {column.number}"
        return _joined(name, PART_LABELS[f"{column.key}.{column.part}"], tag)
    return translated(label_of(column.key), tag)


def _joined(name: str, part: str, tag: str) -> str:
    return f"{name}: {translated(part, tag)}"
