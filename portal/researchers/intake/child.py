"""The program of the child process that reads what may be hostile: `python -I child.py KIND`, the file on its standard
input, one JSON object on its standard output. It imports nothing of the portal.

Before it reads, it gives up what it does not need: it can open no file and no connection any more, start no process,
and use so much memory and processor time and no more. Whatever goes wrong then goes wrong here alone.
"""

from __future__ import annotations

import encodings.cp437
import encodings.utf_8_sig
import encodings.utf_16
import encodings.utf_16_le
import json
import logging
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

MEMORY, SECONDS = 512 * 1024**2, 10
MOST_PAGES = 30
MOST_CHARACTERS = 200_000
_FEWEST_LETTERS = 20  # of a PDF that has a layer of text
_MOST_MEMBERS, _LARGEST_MEMBER, _LARGEST_ARCHIVE = 2000, 16 * 1024**2, 64 * 1024**2
_MOST_ENTRIES = 500
_SAMPLE = rb"@misc{a, title = {\"{o}}, author = {B, A and C D}}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_GAP = "\ue000"  # a space that is not in the file
_SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_SPACELESS = re.compile(f"[{_SIGNS}]")
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
_AGAIN = re.compile(f"([{_SIGNS}][{_MARKS}][{_SIGNS}]{{0,6}}?)([{_SIGNS}])\\1")
# A space that PDFium made behind a mark, or a letter below another one, is none; behind others it mostly is one.
_FALSE_GAP = re.compile(f"(?:(?<=[{_MARKS}\u0e33\u0eb3])|(?<=\u17d2[\u1780-\u17a2])){_GAP}+(?=[{_SIGNS}])")
__all__ = ["encodings"]  # loaded while files can still be opened


class Refused(Exception):
    """What the parent tells the person: a code and its parameters."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.told = {"error": code, "parameters": parameters}


def main() -> None:
    """Read one file, and say what it holds or why it cannot be read."""
    read = _reader_of(sys.argv[1])
    content = sys.stdin.buffer.read()
    _give_up_the_rest()
    try:
        told = {"found": read(content)}
    except Refused as refused:
        told = refused.told
    except MemoryError:
        told = {"error": "intake.costly", "parameters": {}}
    except Exception:
        told = {"error": "intake.broken", "parameters": {}}
    sys.stdout.write(json.dumps(told))


def _give_up_the_rest() -> None:
    """Descriptors 0 to 2 are open and there can be no other: no file, no connection."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_NOFILE, 3),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))


def _reader_of(kind: str) -> Callable[[bytes], Any]:
    """The reader of a kind of file, with all that it needs loaded."""
    return {"pdf": _pdf_reader, "docx": _docx_reader, "bibtex": _bibtex_reader}[kind]()


def _pdf_reader() -> Callable[[bytes], str]:
    import pypdfium2
    import pypdfium2.raw

    def pages(content: bytes) -> str:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            # PDFium's FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY
            locked = getattr(error, "err_code", None) in (4, 5) or "password" in str(error).casefold()
            raise Refused("intake.encrypted" if locked else "intake.broken") from error
        if len(document) > MOST_PAGES:
            raise Refused("intake.pages", pages=len(document), most=MOST_PAGES)
        texts, left = [], MOST_CHARACTERS
        for page in document:
            texts.append(_text_of_page(page.get_textpage())[:left])
            left -= len(texts[-1])
        text = "\n".join(texts)
        if sum(map(str.isalnum, text)) < _FEWEST_LETTERS:
            raise Refused("intake.scan")
        return text

    return pages


def _text_of_page(page: Any) -> str:
    """The text of a page. In scripts without spaces, PDFium takes small gaps between signs for spaces, and gives a
    group of signs again behind the letter that follows it, where browsers have drawn the signs one by one."""
    text: str = page.get_text_bounded()
    if not _SPACELESS.search(text):
        return text
    from pypdfium2.raw import FPDFText_CountChars, FPDFText_GetUnicode, FPDFText_IsGenerated

    codes = range(FPDFText_CountChars(page))
    letters = ((FPDFText_GetUnicode(page, place), FPDFText_IsGenerated(page, place)) for place in codes)
    text = "".join(_GAP if made and code == ord(" ") else chr(code) for code, made in letters)
    return _AGAIN.sub(r"\1\2", _FALSE_GAP.sub("", text).replace(_GAP, " "))


def _docx_reader() -> Callable[[bytes], str]:
    from defusedxml.ElementTree import fromstring

    def document(content: bytes) -> str:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_archive(archive)
            relations = [name for name in archive.namelist() if name.endswith(".rels")]
            for name in relations:
                _check_relations(fromstring(_member(archive, name), forbid_dtd=True))
            names = sorted(name for name in archive.namelist() if name.startswith("word/header"))
            names = [name for name in (*names, "word/document.xml") if name.endswith(".xml")]
            texts = [_text_of(fromstring(_member(archive, name), forbid_dtd=True)) for name in names]
        return "\n".join(texts)[:MOST_CHARACTERS]

    return document


def _check_archive(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _LARGEST_ARCHIVE:
        raise Refused("intake.packed")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("intake.encrypted")
    if any("vbaproject" in member.filename.casefold() for member in members):
        raise Refused("intake.macros")
    if b"macroEnabled" in _member(archive, "[Content_Types].xml"):
        raise Refused("intake.macros")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of an archive; what the archive says of its size is not believed."""
    with archive.open(name) as opened:
        content = opened.read(_LARGEST_MEMBER + 1)
    if len(content) > _LARGEST_MEMBER:
        raise Refused("intake.packed")
    return content


def _check_relations(root: Element) -> None:
    """Links that people click are harmless; what a program would fetch by itself is not."""
    for relation in root.iter(_RELATIONSHIP):
        if relation.get("TargetMode") == "External" and not relation.get("Type", "").endswith("/hyperlink"):
            raise Refused("intake.linked")


def _text_of(root: Element) -> str:
    """The text of a part of a document, a line each paragraph and a tab between the cells of a row."""
    pieces: list[str] = []
    for element in _shown(root):
        if element.tag == _WORD + "t":
            pieces.append(element.text or "")
        elif element.tag in (_WORD + "p", _WORD + "br", _WORD + "cr"):
            pieces.append("\n")
        elif element.tag in (_WORD + "tab", _WORD + "tc"):
            pieces.append("\t")
    return "".join(pieces)


def _shown(root: Element) -> Iterator[Element]:
    """All elements in their order, but for what stands there a second time for older programs."""
    left = [root]
    while left:
        element = left.pop()
        if element.tag != _FALLBACK:
            yield element
            left.extend(reversed(element))


def _bibtex_reader() -> Callable[[bytes], list[dict[str, Any]]]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware, MergeNameParts, SeparateCoAuthors, SplitNameParts

    logging.disable()
    own = [LatexDecodingMiddleware(), SeparateCoAuthors(), SplitNameParts(), MergeNameParts(style="first")]

    def entries(content: bytes) -> list[dict[str, Any]]:
        library = parse_string(content.decode("utf-8-sig", "replace"), append_middleware=own)
        if len(library.entries) > _MOST_ENTRIES:
            raise Refused("intake.many", most=_MOST_ENTRIES)
        return [
            {"type": entry.entry_type, **{field.key.casefold(): field.value for field in entry.fields}}
            for entry in library.entries
        ]

    entries(_SAMPLE)  # loads what it loads at its first use
    return entries


if __name__ == "__main__":
    main()
