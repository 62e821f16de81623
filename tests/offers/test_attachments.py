from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.offers.attachments import (
    LONGEST_NAME,
    MEDIA_TYPES,
    MEGABYTE,
    Limits,
    checked,
    clean_name,
    kind_of,
    name_beside,
)
from portal.shared.errors import RuleBroken
from tests.offers.files import JPEG, PNG, office, pdf, png, sheet

LIMITS = Limits(megabytes=1, pages=5, cells=100, megapixels=1)
SHEET = office("xl/workbook.xml")
LONG = office(**{"docProps/app.xml": b"<Properties><Pages>6</Pages></Properties>"})
OTHER_XML = office(main_part=b"<document><open></document>")
DECLARING = office(main_part=b"<!DOCTYPE d [<!ENTITY e 'e'>]><d>&e;</d>")
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
    assert checked(name, content, LIMITS) == (name, media_type)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("kuvaus.exe", b"MZ", "file_type"),
        ("kuvaus", pdf(), "file_type"),
        ("kuvaus.svg", b"<svg/>", "file_type"),
        ("kuvaus.html", b"<p>", "file_type"),
        ("kuvaus.docm", office(), "file_type"),
        ("kuvaus.pdf.exe", pdf(), "file_type"),
        ("kuvaus.pdf.", pdf(), "file_type"),
        (".pdf", pdf(), "file_type"),
        ("kuvaus.p\N{CYRILLIC SMALL LETTER ER}df", pdf(), "file_type"),
        ("kuvaus\u202efdp.exe", pdf(), "file_type"),
        ("kuvaus.pdf", b"", "file_content_differs"),
        ("kuvaus.pdf", office(), "file_content_differs"),
        ("kuvaus.docx", pdf(), "file_content_differs"),
        ("kuvaus.docx", SHEET, "file_content_differs"),
        ("kuvaus.xlsx", office(), "file_content_differs"),
        ("kuvaus.docx", bytes.fromhex("d0cf11e0a1b11ae1"), "file_content_differs"),
        ("kuvaus.png", JPEG, "file_content_differs"),
        ("kuvaus.jpg", PNG, "file_content_differs"),
        ("kuvaus.pdf", b"<html>" + pdf(), "file_content_differs"),
        ("kuvaus.pdf", pdf() + office(), "file_content_differs"),
        ("kuvaus.png", PNG + office(), "file_content_differs"),
        ("kuvaus.jpg", JPEG + office(), "file_content_differs"),
        ("kuvaus.docx", office(**{"word/vbaProject.bin": b"x"}), "file_macros"),
        ("kuvaus.xlsx", office("xl/workbook.xml", **{"xl/VBAproject.BIN": b""}), "file_macros"),
        ("kuvaus.docx", office(types=b"application/x.macroEnabled.12"), "file_macros"),
        ("kuvaus.pdf", pdf("salasana"), "file_encrypted"),
        ("kuvaus.pdf", pdf(owner="vain omistajalle"), "file_encrypted"),
        ("kuvaus.docx", WRAPPED, "file_encrypted"),
        ("kuvaus.pdf", b"%PDF-1.7 and nothing more", "file_unreadable"),
        ("kuvaus.pdf", pdf(pages=0), "file_unreadable"),
        ("kuvaus.pdf", pdf(pages=3)[:-40], "file_unreadable"),
        ("kuvaus.docx", office()[:-30], "file_unreadable"),
        ("kuvaus.docx", OTHER_XML, "file_unreadable"),
        ("kuvaus.docx", DECLARING, "file_unreadable"),
        ("kuvaus.png", PNG[:20], "file_unreadable"),
        ("kuvaus.png", PNG[:-12], "file_unreadable"),
        ("kuvaus.png", PNG[:45] + b"\xff" + PNG[46:], "file_unreadable"),
        ("kuvaus.png", png(0, 5), "file_unreadable"),
        ("kuvaus.png", png(5, 5, unpacked=5 * MEGABYTE), "file_unreadable"),
        ("kuvaus.jpg", JPEG[:20], "file_unreadable"),
        ("kuvaus.jpg", JPEG[:-2], "file_unreadable"),
        ("kuvaus.jpg", JPEG[:33] + b"\xff\xd9", "file_unreadable"),
        ("kuvaus.pdf", b"%PDF-" + b"x" * MEGABYTE, "file_too_large"),
        ("kuvaus.pdf", pdf(pages=6), "file_too_many_pages"),
        ("kuvaus.docx", LONG, "file_too_many_pages"),
        ("kuvaus.xlsx", sheet(101), "file_too_many_cells"),
        ("kuvaus.png", png(2000, 501), "file_too_many_pixels"),
        (
            "kuvaus.jpg",
            JPEG.replace(b"\x08\0\x01\0\x01", b"\x08\x10\0\x10\0"),
            "file_too_many_pixels",
        ),
        (
            "kuvaus.docx",
            office(**{"word/bomb.xml": b"\0" * 20 * MEGABYTE}),
            "file_unpacks_too_large",
        ),
    ],
)
def test_what_is_refused(name: str, content: bytes, rule: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        checked(name, content, LIMITS)
    assert (refused.value.rule, refused.value.field) == (rule, "file")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf(pages=5)),
        ("a.xlsx", sheet(100)),
        ("a.png", png(2000, 500)),
        ("a.docx", LONG),
    ],
)
def test_a_limit_itself_is_still_accepted(name: str, content: bytes) -> None:
    assert checked(name, content, replace(LIMITS, pages=6 if name == "a.docx" else 5))


def test_every_kind_of_file_has_its_name() -> None:
    assert {kind_of(media_type) for media_type in MEDIA_TYPES.values()} == {
        "PDF",
        "DOCX",
        "XLSX",
        "PNG",
        "JPEG",
    }


def test_a_taken_name_gets_the_first_free_number() -> None:
    assert name_beside("a.pdf", []) == "a.pdf"
    assert name_beside("A.pdf", ["a.pdf", "a (2).pdf"]) == "A (3).pdf"
    long = "ä" * 116 + ".pdf"
    assert len(name_beside(long, [long])) == LONGEST_NAME


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Tarjoukset\kuvaus.pdf", "kuvaus.pdf"),
        ("kuvaus\x00\u202e\n.pdf", "kuvaus.pdf"),
        ("  palvelu   kuvaus.pdf", "palvelu kuvaus.pdf"),
        ("..pdf", "pdf"),
        ("a\u0308iti.pdf", "äiti.pdf"),
        ("kuvaus.pdf:virta.pdf", "kuvaus.pdf-virta.pdf"),
        ("con.pdf", "_con.pdf"),
        ("confetti.pdf", "confetti.pdf"),
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


@settings(deadline=None, max_examples=20)  # the first one waits for the keeper
@given(st.binary(max_size=300), st.sampled_from(["pdf", "docx", "xlsx", "png", "jpg"]))
def test_any_bytes_are_accepted_or_refused_by_name(content: bytes, ending: str) -> None:
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        with suppress(RuleBroken):
            checked(f"a.{ending}", start + content, LIMITS)
