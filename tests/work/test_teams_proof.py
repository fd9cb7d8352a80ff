"""What is taken as proof: addresses at an organisation's own domain, and papers whose bytes are what they seem."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.site import Site
from portal.teams.evidence import is_own_address, public_domains
from portal.teams.models import StoredFile
from portal.teams.papers import LARGEST, clean_name, keep_paper, read_paper
from tests import people
from tests.moments import NOW

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 17 + b"\x00\x00\x00\x00IEND\xaeB\x60\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        written.writestr("run.js", "alert(1)")
    return file.getvalue()


@pytest.mark.parametrize(
    ("email", "domains", "websites", "own"),
    [
        ("a@gxu.edu.cn", ["gxu.edu.cn"], [], True),
        ("a@stu.gxu.edu.cn", ["gxu.edu.cn"], [], True),
        ("a@gxu.edu.cn", [], ["http://www.gxu.edu.cn/en/"], True),
        ("a@GXU.EDU.CN", [], ["https://english.gxu.edu.cn"], True),
        ("a@大学.cn", ["xn--pssv9d.cn"], [], "大学.cn".encode("idna") == b"xn--pssv9d.cn"),
        ("a@notgxu.edu.cn", ["gxu.edu.cn"], [], False),
        ("a@edu.cn", ["gxu.edu.cn"], [], False),
        ("a@gxu.edu.cn.evil.example", ["gxu.edu.cn"], [], False),
        ("a@gmail.com", ["gmail.com"], ["https://gmail.com"], False),
        ("a@upd.edu.ph", ["edu.ph"], [], False),  # the registry has such domains
        ("a@team.facebook.com", [], ["https://www.facebook.com/college"], False),
        ("a@cn", ["cn"], [], False),
        ("a@b.example", [], ["http://[b.example", "no address"], False),
        ("", ["gxu.edu.cn"], ["https://"], False),
    ],
)
def test_which_addresses_are_an_organisations_own(
    email: str, domains: list[str], websites: list[str], own: bool
) -> None:
    assert is_own_address(email, domains, websites) is own


def test_domains_for_everybody_are_written_as_they_are_compared() -> None:
    assert all(one == one.strip().lower() and "." in one for one in public_domains())


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_papers_are_what_their_bytes_say(content: bytes, media_type: str) -> None:
    paper = read_paper("letter.exe", content)
    assert (paper.media_type, paper.name.rpartition(".")[0]) == (media_type, "letter")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (PDF + b"\x00" * LARGEST, "file.large"),
        (b"#!/bin/sh\nrm -rf /\n", "file.type"),
        (b"MZ\x90\x00 this program", "file.type"),
        (b"<!doctype html><script>alert(1)</script>", "file.type"),
        (b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF", "file.type"),
        (PDF + archive(), "file.type"),
        (PNG[:-12] + archive() + PNG[-12:] + archive(), "file.type"),
        (b"GIF89a" + b"\x00" * 30, "file.type"),
        (b"%PDF-1.7\ncut off", "file.type"),
        (PNG[:-4], "file.type"),
        (b"\xef\xbb\xbf" + PDF, "file.type"),
        (archive(), "file.type"),
    ],
)
def test_what_is_no_paper_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_paper("letter.pdf", content)
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with suppress(Invalid):
        assert read_paper("x", content).content == content


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\letter.PDF", "letter.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("หนังสือรับรอง.pdf", "หนังสือรับรอง.pdf"),
        ('a"b;c\r\nSet-Cookie: x.pdf', "a b c Set-Cookie x.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name, "pdf") == kept


@given(st.text(max_size=200))
def test_no_name_leads_elsewhere(name: str) -> None:
    kept = clean_name(name, "pdf")
    assert kept.endswith(".pdf")
    assert not set(kept) & set("/\\\"';:<>\x00\r\n\u202e")
    assert len(kept) <= 90
    assert clean_name(kept, "pdf") == kept


def test_bytes_lie_under_a_random_name_and_go_if_the_row_does(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
        file = keep_paper(session, read_paper("a.pdf", PDF), "linh", folder, NOW)
    kept = folder / file.id
    assert kept.read_bytes() == PDF
    assert kept.stat().st_mode & 0o777 == 0o600
    with site.sessions() as session:
        keep_paper(session, read_paper("b.pdf", PDF), "linh", folder, NOW)
        assert len(list(folder.iterdir())) == 2
        session.rollback()
    assert list(folder.iterdir()) == [kept]
    with site.sessions() as session:
        assert session.get(StoredFile, file.id)
