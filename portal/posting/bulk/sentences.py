"""What is wrong with a file, said so that one knows what to do about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.messages import N_
from portal.posting.bulk.columns import by_code
from portal.posting.bulk.guide import name_of
from portal.web.language import current_language
from portal.web.messages import gettext

FILES: Mapping[str, str] = {
    "file.too-large": N_("The file is larger than %(megabytes)s MB. Divide it into several files."),
    "file.empty": N_("There is nothing in this file. Choose another one."),
    "file.old-workbook": N_("This is a workbook of an old kind, or one with a password. Save it as “Excel workbook (.xlsx)” without a password."),
    "file.not-workbook": N_("This is neither a workbook (.xlsx) nor a table (.csv). Save it as one of them."),
    "file.macros": N_("This workbook has macros. Save it as “Excel workbook (.xlsx)”, without them."),
    "file.too-much": N_("This workbook has far more in it than listings. Copy your rows into a new template."),
    "file.merged-cells": N_("The cells %(cells)s are merged. Divide them again, and fill in each of them."),
    "file.too-many-rows": N_("There are more than %(most)s listings in this file. Divide it into several files."),
    "file.too-many-sheet-rows": N_("There is something below row %(most)s. Delete all rows below your listings, also the empty ones."),
    "file.too-many-columns": N_("There are more than %(most)s columns. Delete those that the template does not have."),
    "file.no-codes": N_("The row with the codes of the columns is missing. Take the template and copy your rows into it."),
    "file.unknown-column": N_("There is no column with the code “%(column)s”. Delete it, or take its code from the template."),
    "file.repeated-column": N_("The column with the code “%(column)s” is there twice. Delete one of the two."),
    "file.unknown-encoding": N_("The letters of this file cannot be read. Save it as “CSV UTF-8”, or as a workbook (.xlsx)."),
    "file.broken": N_("This file is damaged. Open it in your spreadsheet program and save it again as .xlsx or .csv."),
    "file.not-json": N_("Line %(row)s is not JSON. Each line has to be one listing, between curly brackets."),
    "import.not-accepted": N_("Row %(row)s was not accepted, so nothing was saved. Save the rows as drafts, and look at that one on the site."),
    "import.taken": N_("The site was interrupted while it saved. Upload the file again."),
    "not.permitted": N_("You no longer belong to this team. Ask one of its managers."),
    "posting.locked": N_("One of the listings is being reviewed now. Wait for the answer, or take its row out."),
    "posting.changed": N_("Somebody else changed one of the listings while it was saved. Upload the file again."),
}  # fmt: skip
ROWS: Mapping[str, str] = {
    "missing-field": N_("This is missing. Fill it in."),
    "wrong-type": N_("“%(value)s” cannot be read here. Write it as the sheet “How to fill in” says."),
    "out-of-range": N_("This number or date is too small or too large. Check it."),
    "too-long": N_("This is too long. Shorten it."),
    "control-character": N_("There are characters in it that cannot be shown. Type it anew."),
    "unknown-code": N_("“%(value)s” is not in the list. Choose one that is."),
    "repeated-code": N_("“%(value)s” is there twice. Delete one of them."),
    "repeated-id": N_("Another row has this id already. Delete one of the two rows."),
    "unknown-reference": N_("“%(value)s” is not known here. Take the id from the end of its address on this site."),
    "unknown-zone": N_("There is no time zone “%(value)s”. Choose one from the list."),
    "unknown-field": N_("There is no such fact. Delete it."),
    "unknown-listing": N_("Your organisation has no listing with the id “%(value)s”. Correct it, or delete it to add a new listing."),
    "one-source-wanted": N_("There has to be a title, a summary and a description in the original language."),
    "amount-and-currency-go-together": N_("Give both the amount and its currency, or neither."),
    "unclear-number": N_("“%(value)s” may mean two numbers. Write it without a sign between thousands, such as 2500 or 2500.00."),
    "unclear-date": N_("In “%(value)s” it is not clear what is the day and what the month. Write year, month and day, such as 2027-03-01."),
    "time-missing": N_("The time is missing. Write it behind the date, such as 2027-03-01 17:00."),
    "formula": N_("There is a formula, or the error of one. Write its result instead."),
    "in-review": N_("This listing is being reviewed now. Wait for the answer, or take the row out."),
    "kept-of-nothing": N_("“[…]” stands for something that a listing already has, but this one is new. Write it out."),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A problem as it is shown: where it is, and what to do about it."""

    row: int
    column: str
    remedy: str

    @classmethod
    def of(cls, problem: Mapping[str, Any]) -> Told:
        """One of the problems of a report."""
        column = by_code().get(problem["column"])
        name = name_of(column, current_language().tag) if column else problem["column"]
        return cls(problem["row"], name, row_sentence(problem["reason"], problem["parameters"]))


def column_name(code: str) -> str:
    """What a column is called in the reader's language."""
    return name_of(by_code()[code], current_language().tag)


def file_sentence(code: str, parameters: Mapping[str, Any]) -> str:
    """What to do about a file that cannot be taken."""
    return gettext(FILES.get(code, FILES["file.broken"])) % {"row": "", **parameters}


def row_sentence(reason: str, parameters: Mapping[str, Any]) -> str:
    """What to do about one cell."""
    return gettext(ROWS.get(reason, ROWS["wrong-type"])) % {"value": "", **parameters}
