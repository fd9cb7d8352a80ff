"""Reading and writing files of listings, without a site: what is written is read back the same, and what is broken,
unclear or harmful is told of."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.core.errors import Invalid
from portal.core.tables import harmless, unmarked
from portal.demo.builders import new_listing
from portal.listings.models import Listing
from portal.listings.records import from_record, to_record
from portal.locales import TAGS
from portal.posting.bulk import files, writing
from portal.posting.bulk.columns import SYSTEM, by_code, columns
from portal.posting.bulk.files import MOST_ROWS, open_table
from portal.posting.bulk.rows import KEPT, column_of, merge, read_row, write_row
from portal.posting.bulk.values import Cell, read
from portal.posting.bulk.words import vocabulary
from tests.unit.test_listings_records import JSON, KNOWN, whole_listings

CODES = tuple(column.code for column in columns())


def written(records: list[Any], kind: str, tag: str) -> bytes:
    if kind == "csv":
        return "".join(writing.table(records, tag)).encode()
    file = io.BytesIO()
    writing.workbook(records, tag, file)
    return file.getvalue()


def read_back(content: bytes, bases: list[Any]) -> list[dict[str, Any]]:
    table = open_table(content)
    rows = [read_row(line.cells, table.codes, base) for line, base in zip(table.lines, bases, strict=True)]
    assert not [row.unclear for row in rows if row.unclear]
    return [row.changes for row in rows]


@given(whole_listings(), st.sampled_from(TAGS))
def test_a_row_says_what_the_record_says(listing: Listing, tag: str) -> None:
    record = to_record(listing)
    cells = write_row(record, tag, 32_767)
    row = read_row(cells, CODES, {})
    assert row.kept <= {"base_certifications"}  # whose names have semicolons or lines in them
    assert not merge(record, row.changes)
    own = {key: record[key] for key in (*SYSTEM, *row.kept)}
    again = to_record(from_record({**row.changes, **own}, KNOWN))
    assert not merge(record, {key: value for key, value in again.items() if key not in own})


@settings(max_examples=25)
@given(st.lists(whole_listings(), min_size=1, max_size=2), st.sampled_from(["csv", "xlsx"]), st.sampled_from(TAGS))
def test_a_file_says_what_the_records_say(listings: list[Listing], kind: str, tag: str) -> None:
    records = [to_record(listing) for listing in listings]
    content = written(records, kind, tag)
    for record, changes in zip(records, read_back(content, records), strict=True):
        assert merge(record, changes) == {}


@given(st.sampled_from(sorted({column.key for column in columns()} - {"id"})), JSON)
def test_whatever_a_draft_holds_is_left_as_it_is(key: str, value: Any) -> None:
    draft = {"id": "abc", "source_language": "vi", key: value}
    content = written([draft], "csv", "en")
    assert merge(draft, read_back(content, [draft])[0]) == {}


def test_what_fits_into_no_cell_stays() -> None:
    text = {"language": "en", "origin": "source", "title": "T", "summary": "S", "description": "x" * 40_000}
    record = {"id": "abc", "source_language": "en", "translations": [text], "credits": 3}
    cells = write_row(record, "en", 32_767)
    assert (cells["title"], "description" in cells) == (KEPT, False)
    assert "translations" not in read_row({**cells, "credits": 4}, CODES, record).changes


def test_columns_that_are_not_there_change_nothing() -> None:
    texts = [
        {"language": tag, "origin": "human", "title": "T", "summary": "S", "description": "D"} for tag in ("vi", "th")
    ]
    texts[0]["origin"] = "source"
    record = {"source_language": "vi", "translations": texts, "credits": 4}
    present = ("title", "summary", "description")
    row = read_row({"title": "New", "summary": "S", "description": "D"}, present, record)
    assert set(row.changes) == {"translations"}
    assert row.changes["translations"] == [{**texts[0], "title": "New"}, texts[1]]
    gone = read_row({"title": "T"}, (*present, "title.th", "summary.th", "description.th"), record)
    assert [text["language"] for text in gone.changes["translations"]] == ["vi"]


@pytest.mark.usefixtures("app")
def test_who_changes_a_list_changes_no_other_row() -> None:
    first, second = (read(by_code()["levels"], "master; doctoral") for _ in range(2))
    first.append("bachelor")
    assert second == read(by_code()["levels"], "master; doctoral") == ["master", "doctoral"]


@pytest.mark.usefixtures("app")
def test_lists_with_commas_are_read_as_codes_only_where_all_are() -> None:
    levels = vocabulary("level")
    assert levels.read_all("master,") == ["master,"]
    assert levels.read_all("master, nothing") == ["master, nothing"]
    assert levels.read_all("master, doctoral; bachelor") == ["master", "doctoral", "bachelor"]


@pytest.mark.usefixtures("app")
def test_a_file_has_room_for_as_many_listings_as_it_may_have() -> None:
    records = [to_record(new_listing(f"Exchange in machine learning {number}")) for number in range(20)]
    assert len(written(records, "csv", "en")) * MOST_ROWS / len(records) < files.LARGEST


def test_numbered_columns_may_have_gaps() -> None:
    cells: dict[str, Cell] = {"deadlines.3.purpose": "host", "deadlines.3.zone": "Mars/Base"}
    row = read_row(cells, CODES, {})
    assert row.changes["deadlines"] == [{"purpose": "host", "zone": "Mars/Base"}]
    assert column_of("deadlines[0].zone", row.changes, row) == "deadlines.3.zone"
    assert column_of("deadlines[0]", row.changes, row) == "deadlines.1.purpose"
    assert column_of("nothing", row.changes, row) == "id"


@pytest.mark.parametrize(
    ("code", "cell", "value"),
    [
        ("kind", "visiting-scholar", "visiting-scholar"), ("kind", " VISITING  scholar ", "visiting-scholar"),
        ("kind", "holiday", "holiday"), ("country", "越南", "VN"), ("country", "Lào", "LA"),
        ("source_language", "ไทย", "th"), ("levels", "Master；doctoral\nBachelor", ["master", "doctoral", "bachelor"]),
        ("levels", "Master, Doctoral", ["master", "doctoral"]), ("levels", "Master, nothing", ["Master, nothing"]),
        ("isced", 613, ["0613"]), ("isced", "0613 Software; 0714", ["0613", "0714"]),
        ("credits", "๑๒", 12), ("credits", 12.0, 12), ("credits", "12.5", "12.5"), ("credits", True, "True"),
        ("credits", "１２", 12), ("months_min", "4,5", 4.5), ("months_min", "six", "six"),
        ("money.1.amount", "12,500.50", "12500.50"), ("money.1.amount", "12.500,50", "12500.50"),
        ("money.1.amount", "12 500", "12500.00"), ("money.1.amount", "1.234.567", "1234567.00"),
        ("money.1.amount", 2500, "2500.00"), ("money.1.amount", "0.005", "0.005"),
        ("starts_from", "2027/3/1", "2027-03-01"), ("starts_from", "2027年3月1日", "2027-03-01"),
        ("starts_from", "31.12.2027", "2027-12-31"), ("starts_from", "12/31/2027", "2027-12-31"),
        ("starts_from", 46447, "2027-03-01"), ("starts_from", datetime.fromisoformat("2027-03-01"), "2027-03-01"),
        ("starts_from", date(2027, 3, 1), "2027-03-01"), ("starts_from", "soon", "soon"),
        ("deadlines.1.local_time", "2027-03-01 17:00", "2027-03-01T17:00:00"),
        ("deadlines.1.local_time", "2027/3/1 9：05", "2027-03-01T09:05:00"),
        ("deadlines.1.local_time", 46447.5, "2027-03-01T12:00:00"), ("deadlines.1.local_time", "noon", "noon"),
        ("rolling", "是", True), ("rolling", "no", False), ("rolling", True, True), ("rolling", "perhaps", "perhaps"),
        ("partners.1.organisation_id", "https://ror.org/03z391397", "03z391397"),
        ("partners.1.organisation_id", "Guangxi University (03z391397)", "03z391397"),
        ("rules.language-test.any_of", "Chinese HSK 4; 英语 ielts 6.5", [
            {"language": "zh-Hans", "test": "HSK", "minimum": "4"},
            {"language": "en", "test": "IELTS", "minimum": "6.5"},
        ]),
        ("rules.language-test.any_of", "good English", [{"test": "good English"}]),
        ("rules.citizenship.countries", "Japan; VN", ["JP", "VN"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("app")
def test_cells_as_offices_write_them(code: str, cell: Cell, value: Any) -> None:
    assert read(by_code()[code], cell) == value


@pytest.mark.parametrize(
    ("code", "cell", "reason"),
    [
        ("money.1.amount", "2,500", "unclear-number"), ("places_total", "1.000", "unclear-number"),
        ("starts_from", "1/2/2027", "unclear-date"), ("starts_from", "1.3.27", "unclear-date"),
        ("deadlines.1.local_time", "2027-03-01", "time-missing"),
    ],
)  # fmt: skip
def test_cells_that_may_mean_two_things(code: str, cell: Cell, reason: str) -> None:
    with pytest.raises(Invalid) as told:
        read(by_code()[code], cell)
    assert told.value.parameters["reason"] == reason


@given(st.text(max_size=20), st.sampled_from(columns()))
def test_no_text_breaks_a_cell(text: str, column: Any) -> None:
    refused: Invalid | None = None
    try:
        read(column, text)
    except Invalid as error:
        refused = error
    assert refused is None or refused.code == "cell.unclear"


@given(st.text(st.sampled_from("'=+-@＝\t\u200b ab"), max_size=6))
def test_marked_text_is_never_a_formula_and_is_read_back(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "＝", "\t"))
    assert unmarked(harmless(text)) == text


def test_a_name_of_two_codes_is_none() -> None:
    for name in ("kind", "level", "country", "topic", "isced", "flag"):
        words = vocabulary(name)
        for code in words.offered:
            assert {words.read(words.write(code, tag)) for tag in TAGS} == {code}


HEAD = "id,kind,title\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings_and_separators_are_found_out(encoding: str, separator: str) -> None:
    text = f"编号,类型,标题\n{HEAD},访学,广西与东盟的机器人项目\n".replace(",", separator)
    table = open_table(text.encode(encoding))
    assert table.codes == ("id", "kind", "title")
    (line,) = table.lines
    assert (line.number, line.cells) == (3, {"kind": "访学", "title": "广西与东盟的机器人项目"})


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as told:
        list(open_table(content).lines)
    return told.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"), (b" \r\n", "file.empty"), (b"x" * (files.LARGEST + 1), "file.too-large"),
        (b"nothing,here\n1,2\n", "file.no-codes"), (b"id,kind,colour\n", "file.unknown-column"),
        (b"id,kind,id\n", "file.repeated-column"), (b"x\n" * 12 + HEAD.encode(), "file.no-codes"),
        (HEAD.encode() + "Việt Nam,ทุน,ขาว\n".encode()[:-2], "file.unknown-encoding"),
        (HEAD.encode() + "café,thé,été\n".encode("latin-1"), "file.unknown-encoding"),
        (HEAD.encode() + b",kind\n" * (MOST_ROWS + 1), "file.too-many-rows"),
        ((HEAD + "," * 700 + "x\n").encode(), "file.too-many-columns"),
        ((HEAD + '"' + "x" * 200_000 + '"\n').encode(), "file.broken"),
        (b"PK\x03\x04", "file.broken"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "file.old-workbook"),
        (b'{"id": "a"', "file.not-json"), (b'{"id": "a"}\n{"id": 1, "id": 2}', "file.not-json"),
    ],
)  # fmt: skip
def test_files_that_are_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def workbook(change: Callable[[Any, Any], object], codes: tuple[str, ...] = ("id", "kind", "title")) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(codes)
    sheet.append(["", "Visiting scholar", "Robots"])
    change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(old.read(part)) if part.filename == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook(lambda _book, _sheet: None)


def in_sheet(rows: bytes) -> bytes:
    return with_part(PLAIN, SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (workbook(lambda _book, sheet: sheet.merge_cells("A3:C4")), "file.merged-cells"),
        (with_part(PLAIN, "xl/vbaProject.bin", lambda _old: b"macro"), "file.macros"),
        (with_part(PLAIN, "xl/media/bomb.xml", lambda _old: b"<a>" + b" " * (64 << 20) + b"</a>"), "file.too-much"),
        (in_sheet(b'<row r="3">' + b"<c/>" * 200_000 + b"</row>"), "file.too-many-columns"),
        (in_sheet(b'<row r="3"><c r="ZZZ3"><v>1</v></c></row>'), "file.too-many-columns"),
        (in_sheet(b'<row r="999999999"><c r="A3"><v>1</v></c></row>'), "file.too-many-sheet-rows"),
        (in_sheet(b'<row r="3"><c r="3A"><v>1</v></c></row>'), "file.broken"),
        (in_sheet(b'<row r="3"><c r="A3" t="s"><v>99</v></c></row>'), "file.broken"),
        (in_sheet(b'<row r="three"><c r="A3"><v>1</v></c></row>'), "file.broken"),
        (in_sheet(b"<row"), "file.broken"),
        (with_part(PLAIN, SHEET, lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml), "file.broken"),
        (with_part(PLAIN, "xl/workbook.xml", lambda _old: b"<workbook/>"), "file.no-codes"),
        (with_part(PLAIN, "[Content_Types].xml", lambda _old: b""), "file.broken"),
        (workbook(lambda book, _sheet: book, ("a", "b", "c")), "file.no-codes"),
        (PLAIN[:-200], "file.broken"),
        (PLAIN[: len(PLAIN) // 2], "file.broken"),
    ],
)
def test_workbooks_that_are_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_sheet_under_any_name_is_looked_at() -> None:
    out, named = io.BytesIO(), "xl/worksheets/sheet1.png"
    wide = in_sheet(b'<row r="3">' + b"<c/>" * 2_000 + b"</row>")
    with zipfile.ZipFile(io.BytesIO(wide)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part).replace(b"sheet1.xml", b"sheet1.png")
            new.writestr(named if part.filename == SHEET else part.filename, content)
    assert refusal(out.getvalue()) == "file.too-many-columns"


def test_a_picture_in_a_workbook_does_no_harm() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    assert [line.number for line in open_table(with_part(PLAIN, "xl/media/a.png", lambda _old: picture)).lines] == [2]


def test_a_document_in_a_zip_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(out.getvalue()) == "file.not-workbook"


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=4))
def test_no_damage_breaks_the_reader(place: int, bytes_: bytes) -> None:
    content = PLAIN[:place] + bytes_ + PLAIN[place + len(bytes_) :]
    refused: Invalid | None = None
    try:
        list(open_table(content).lines)
    except Invalid as error:
        refused = error
    assert refused is None or refused.code.startswith("file.")


def test_formulas_and_their_errors_are_not_values() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet["C2"] = "=A1&B1"
        sheet["B2"] = "#REF!"

    table = open_table(workbook(fill))
    row = read_row(next(table.lines).cells, table.codes, {})
    assert {code: error.parameters["reason"] for code, error in row.unclear.items()} == {
        "title": "formula",
        "kind": "formula",
    }


def test_days_are_counted_from_1900_or_1904() -> None:
    def fill(epoch: Any) -> Callable[[Any, Any], None]:
        def filled(book: Any, sheet: Any) -> None:
            book.epoch = epoch or book.epoch
            sheet.append([None, 46447 - (1462 if epoch else 0), datetime.fromisoformat("2027-03-01T17:00")])

        return filled

    for epoch in (None, CALENDAR_MAC_1904):
        table = open_table(workbook(fill(epoch), ("id", "starts_from", "deadlines.1.local_time")))
        line = list(table.lines)[-1]
        changes = read_row(line.cells, table.codes, {}).changes
        assert changes["starts_from"] == "2027-03-01"
        assert changes["deadlines"] == [{"local_time": "2027-03-01T17:00:00"}]


def test_the_sheet_with_the_codes_is_the_one() -> None:
    def fill(book: Any, _sheet: Any) -> None:
        book.create_sheet("Notes", 0).append(["by hand"])

    assert [line.number for line in open_table(workbook(fill)).lines] == [2]
