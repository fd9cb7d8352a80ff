"""CVs as files: what is read, what is refused and how, and that nothing hangs."""

from __future__ import annotations

import shutil
import subprocess
import time
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from portal.core.errors import Invalid, PortalError
from portal.researchers.intake import child
from portal.researchers.intake.cv.files import LARGEST, read_cv
from portal.researchers.intake.cv.proposing import lines_of
from portal.researchers.intake.isolation import Isolation
from tests.browser.conftest import ARGUMENTS

WORDS = "Curriculum vitae of somebody, in many words"
SCRIPTS = {
    "zh-Hans": "机器学习与数据科学", "th": "การเรียนรู้ของเครื่อง กำลังทำน้ำ", "lo": "ການຮຽນຮູ້ຂອງເຄື່ອງ",
    "km": "បញ្ញាសិប្បនិម្មិត", "my": "ဉာဏ်ရည်တု", "vi": "Trường Đại học Cần Thơ", "pt": "Formação Académica",
}  # fmt: skip
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "word___rels__document.xml.rels"
_LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="http://127.0.0.1:9/x" '
    'TargetMode="External"/></Relationships>'
)


@pytest.fixture
def isolation(tmp_path: Path) -> Isolation:
    return Isolation(tmp_path, "ming")


def pdf(
    draw: Callable[[Canvas], object] = lambda canvas: canvas.drawString(70, 700, WORDS),
    pages: int = 1,
    **options: object,
) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, **options)
    for _page in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def docx(body: str = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>", **members: str | bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", members.pop("types", _TYPES.format("")))
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_text_of_a_document_keeps_its_lines_and_says_nothing_twice(isolation: Isolation) -> None:
    fallback = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        "<w:r><w:t>box</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>box</w:t></w:r></mc:Fallback></mc:AlternateContent>"
    )
    body = "<w:p><w:r><w:t>Education</w:t></w:r></w:p>"
    body += f"<w:p><w:r><w:t>BSc</w:t><w:tab/><w:t>2019</w:t></w:r>{fallback}</w:p>"
    links = {_RELATIONS: _LINK.format("hyperlink")}
    assert lines_of(read_cv(docx(body, **links), isolation)) == ["Education", "BSc | 2019box"]
    assert WORDS in read_cv(pdf(), isolation)
    assert read_cv("Học vấn\r\n".encode("utf-8-sig"), isolation) == "Học vấn\r\n"


def test_what_a_browser_prints_is_read_in_every_script(isolation: Isolation, tmp_path: Path) -> None:
    page = tmp_path / "cv.html"
    rows = "".join(f'<p lang="{tag}">{text}</p>' for tag, text in SCRIPTS.items())
    page.write_text(f'<meta charset="utf-8">{rows}', "utf-8")
    command = [
        shutil.which("chromium") or "/usr/bin/chromium", *ARGUMENTS, "--headless", "--no-pdf-header-footer",
        f"--user-data-dir={tmp_path / 'browser'}", f"--print-to-pdf={tmp_path / 'cv.pdf'}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = lines_of(read_cv((tmp_path / "cv.pdf").read_bytes(), isolation))
    assert found == lines_of("\n".join(SCRIPTS.values()))


def _scan(canvas: Canvas) -> None:
    canvas.rect(10, 10, 400, 600, fill=1)


def _lying(content: bytes) -> bytes:
    """An archive that says that its members are empty: in the local header and in the list at its end."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    return content.replace(size.to_bytes(4, "little"), (1).to_bytes(4, "little"))


HOSTILE = {
    "nothing": (b"", "intake.empty"),
    "too much": (b"%PDF-" + bytes(LARGEST), "intake.large"),
    "a scan": (pdf(_scan), "intake.scan"),
    "200 pages": (pdf(pages=200), "intake.pages"),
    "encrypted": (pdf(encrypt=pdfencrypt.StandardEncryption("secret", strength=128)), "intake.encrypted"),
    "half a PDF": (b"%PDF-1.7\n" + pdf()[20:300], "intake.broken"),
    "a picture under a PDF's name": (b"\x89PNG\r\n\x1a\n" + bytes(100), "intake.type"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "intake.old"),
    "text in an old encoding": ("履歷".encode("big5"), "intake.type"),
    "macros": (docx(**{"word__vbaProject.bin": "x"}), "intake.macros"),
    "macros in its type": (docx(types=_TYPES.format('<Override ContentType="macroEnabled"/>')), "intake.macros"),
    "a template elsewhere": (docx(**{_RELATIONS: _LINK.format("attachedTemplate")}), "intake.linked"),
    "a zip bomb": (docx(f"<w:p>{' ' * (child._LARGEST_MEMBER + 1)}</w:p>"), "intake.packed"),
    "many bombs": (docx(**{f"word__{n}.bin": bytes(15 * 1024**2) for n in range(5)}), "intake.packed"),
    "an XML bomb": (docx("", **{"word__header1.xml": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'}), "intake.broken"),
    "an archive of something else": (docx().replace(b"word/document.xml", b"work/document.xml"), "intake.broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_for_what_it_is(name: str, isolation: Isolation) -> None:
    content, code = HOSTILE[name]
    with pytest.raises(Invalid) as refused:
        read_cv(content, isolation)
    assert refused.value.code == code


def test_an_archive_that_lies_about_its_size_is_no_way_around(isolation: Isolation) -> None:
    with pytest.raises(Invalid) as refused:
        read_cv(_lying(docx(f"<w:p>{' ' * (child._LARGEST_MEMBER + 1)}</w:p>")), isolation)
    assert refused.value.code in ("intake.broken", "intake.packed")


def test_deeply_nested_markup_is_no_way_to_end_us(isolation: Isolation) -> None:
    with pytest.raises(Invalid) as refused:
        read_cv(docx("<w:p>" * 1_000_000), isolation)
    assert refused.value.code in ("intake.broken", "intake.costly")


def _unpacking(megabytes: int) -> bytes:
    """A small PDF whose page is so large."""
    outer, inner, drawing = zlib.compressobj(9), zlib.compressobj(1), b" " * 1024**2
    packed = b"".join(outer.compress(inner.compress(drawing)) for _ in range(megabytes))
    packed += outer.compress(inner.flush()) + outer.flush()
    head = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj "
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n"
    )
    return head % len(packed) + packed + b"\nendstream endobj trailer<</Root 1 0 R>>"


def test_a_pdf_that_unpacks_to_very_much_costs_its_child_alone(isolation: Isolation) -> None:
    content = _unpacking(900)
    assert len(content) < 100_000
    began = time.monotonic()
    with pytest.raises(Invalid) as refused:
        read_cv(content, isolation)
    assert refused.value.code in ("intake.costly", "intake.broken", "intake.scan")
    assert time.monotonic() - began < isolation.seconds + 5


def _program(tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> Isolation:
    """Children that do something else, behind the same limits."""
    source = Path(child.__file__).read_text("utf-8")
    own = f"\ndef _evil(content):\n    {body}\n_reader_of = lambda _kind: _evil\n"
    path = tmp_path / "evil.py"
    path.write_text(source.replace('if __name__ == "__main__":', own + 'if __name__ == "__main__":'), "utf-8")
    monkeypatch.setattr("portal.researchers.intake.isolation._PROGRAM", path)
    return Isolation(tmp_path, "ming", seconds=2)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return open('/etc/hostname').read()", "intake.broken"),
        ("return open('/tmp/written-by-a-child', 'w').write('x')", "intake.broken"),
        ("import socket; return str(socket.socket())", "intake.broken"),
        ("return len(bytes(2_000_000_000))", "intake.costly"),
        ("\n    while True: pass", "intake.costly"),
        ("import time; time.sleep(60)", "intake.costly"),
        ("sys.stdout.write('x' * 50_000_000)", "intake.costly"),
    ],
)
def test_whoever_takes_a_child_over_gains_nothing(
    body: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolation = _program(tmp_path, body, monkeypatch)
    began = time.monotonic()
    with pytest.raises(Invalid) as refused:
        isolation.read("pdf", b"%PDF-")
    assert refused.value.code == said
    assert time.monotonic() - began < 10


def test_a_child_is_told_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "very secret")
    body = "import os; return sorted(os.environ)"
    assert "SECRET_KEY" not in _program(tmp_path, body, monkeypatch).read("pdf", b"")


def test_a_few_children_at_once_one_for_each_person_and_others_are_asked_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "import time; time.sleep(1); return 'read'", monkeypatch)

    def read(who: str) -> str:
        try:
            return str(Isolation(tmp_path, who, children=2, patience=0.1).read("pdf", b""))
        except PortalError as error:
            return error.code

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(read, "abcd")) == ["intake.busy", "intake.busy", "read", "read"]
        assert read("a") == "read"
        assert sorted(crowd.map(read, "aaab")) == ["intake.another", "intake.another", "read", "read"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b""]))
def test_bytes_at_random_are_text_or_refused(isolation: Isolation, noise: bytes, beginning: bytes) -> None:
    with suppress(Invalid):
        assert isinstance(read_cv(beginning + noise, isolation), str)


def test_the_child_needs_nothing_of_the_portal() -> None:
    assert "portal" not in Path(child.__file__).read_text("utf-8").replace("of the portal", "")
