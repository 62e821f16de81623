from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.offers.attachments import LONGEST_NAME, MEGABYTE, checked, clean_name
from portal.shared.errors import RuleBroken
from tests.offers.files import JPEG, PNG, office, pdf

SHEET = office("xl/workbook.xml")
WRAPPED = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("kuvaus.pdf", pdf(), "application/pdf"),
        ("KUVAUS.PDF", pdf(), "application/pdf"),
        (
            "henkilöstö.docx",
            office(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "laskelma.xlsx",
            SHEET,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("kaavio.png", PNG, "image/png"),
        ("kuva.jpg", JPEG, "image/jpeg"),
        ("kuva.jpeg", JPEG, "image/jpeg"),
    ],
)
def test_what_is_accepted(name: str, content: bytes, media_type: str) -> None:
    assert checked(name, content, megabytes=1) == (name, media_type)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("kuvaus.exe", b"MZ", "file_type"),
        ("kuvaus", pdf(), "file_type"),
        ("kuvaus.pdf", b"", "file_type"),
        ("kuvaus.pdf", office(), "file_type"),
        ("kuvaus.docx", pdf(), "file_type"),
        ("kuvaus.docx", SHEET, "file_type"),
        ("kuvaus.xlsx", office(), "file_type"),
        ("kuvaus.docx", office(**{"word/vbaProject.bin": b"x"}), "file_type"),
        ("kuvaus.docx", office(types=b"application/x.macroEnabled.12"), "file_type"),
        ("kuvaus.docx", bytes.fromhex("d0cf11e0a1b11ae1"), "file_type"),
        ("kuvaus.png", JPEG, "file_type"),
        ("kuvaus.jpg", PNG, "file_type"),
        ("kuvaus.svg", b"<svg/>", "file_type"),
        ("kuvaus.html", b"<p>", "file_type"),
        ("kuvaus.pdf", pdf("salasana"), "file_encrypted"),
        ("kuvaus.docx", WRAPPED, "file_encrypted"),
        ("kuvaus.pdf", b"%PDF-1.7 and nothing more", "file_unreadable"),
        ("kuvaus.pdf", pdf(pages=0), "file_unreadable"),
        ("kuvaus.docx", office()[:-30], "file_unreadable"),
        ("kuvaus.png", PNG[:20], "file_unreadable"),
        ("kuvaus.png", PNG[:-12], "file_unreadable"),
        ("kuvaus.jpg", JPEG[:20], "file_unreadable"),
        ("kuvaus.pdf", b"%PDF-" + b"x" * MEGABYTE, "file_too_large"),
        ("kuvaus.docx", office(**{"word/bomb.xml": b"\0" * 20 * MEGABYTE}), "file_too_large"),
    ],
)
def test_what_is_refused(name: str, content: bytes, rule: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        checked(name, content, megabytes=1)
    assert (refused.value.rule, refused.value.field) == (rule, "file")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Tarjoukset\kuvaus.pdf", "kuvaus.pdf"),
        ("kuvaus\x00\u202e\n.pdf", "kuvaus.pdf"),
        ("  palvelu   kuvaus.pdf", "palvelu kuvaus.pdf"),
        ("..pdf", "pdf"),
        ("a\u0308iti.pdf", "äiti.pdf"),
    ],
)
def test_a_name_is_kept_without_paths_and_invisible_signs(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("ä" * 500 + ".pdf")
    assert len(name) == LONGEST_NAME
    assert name.endswith(".pdf")


@given(st.text(max_size=300))
def test_no_name_leads_anywhere_else(name: str) -> None:
    kept = clean_name(name)
    assert "/" not in kept
    assert "\\" not in kept
    assert kept.isprintable() or not kept
    assert len(kept) <= LONGEST_NAME
    assert not kept.startswith(".")


@given(st.binary(max_size=300), st.sampled_from(["pdf", "docx", "xlsx", "png", "jpg"]))
def test_any_bytes_are_accepted_or_refused_by_name(content: bytes, ending: str) -> None:
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        with suppress(RuleBroken):
            checked(f"a.{ending}", start + content, megabytes=1)
