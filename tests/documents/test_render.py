"""Every kind of document: complete, the same each time, and shut towards the outside."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from jinja2 import UndefinedError
from pypdf import PdfReader

from portal.documents.catalogue import kinds, preview
from portal.documents.models import StoredDocument
from portal.documents.plain import NotPlain
from portal.documents.render import html_of, render
from portal.language import formats
from portal.paths import ROOT
from portal.shared.names import LANGUAGES
from tests.documents.reading import printed, text_of

KINDS = sorted(kinds())
RIGHT_MARGIN = 595 - 55

SAID = {
    "call": [
        "ESIM/12/2026",
        "Jokilaakso",
        "1 250,5",
        "Voiko yksittäisen paikan aloittaa",
        "80500000-9, 80530000-8",
        "180 000,00 €",
        "25,5 prosenttia",
        "1. maaliskuuta",
        "Verot ja sosiaaliturvamaksut on maksettu",
        "10.5.2028",
    ],
    "offer_receipt": ["Jokiopisto (2345678-7)", "4.2.2026 klo 16.45.12", "482 133"],
    "opening_record": ["Olli Ostaja", "Aino Avaaja", "6.2.2026 klo 12.00.00", "Rantaopisto"],
    "result_sheet": ["40 × 52,50 / 58,00", "20 × 3 / 3", "87,87", "Tilaajavastuuselvitys puuttuu"],
    "award_decision": ["Paula Päättäjä", "5.5.2026", "Paras hinta-laatusuhde", "78,33"],
    "bidder_letter": ["Rantaopisto", "38,33", "51,67", "24.4.2026", "omista tiloista"],
    "amendment": ["ESIM/12/2026/sea", "Lisäkapasiteetti", "33,33", "Hyvä palaute"],
    "handover_pack": ["Rantaopisto", "Läsnäolot kirjataan viikoittain", "A-1187"],
    "invoice_basis": [
        "Laskun peruste",
        "ESIM/9/2026/coast",
        "−87,00 €",
        "1 188,17 €",
        "5 847,67 €",
    ],
    "archive_contents": [
        "Arkistopaketin sisältö",
        "1 432 586",
        "documents/call/2026-01-12-fi-fd61a03af4f7.pdf",
        "214",
    ],
    "indicator_report": [
        "Pohjoisen esimerkkikeskus",
        "ESIM/12/2026/fell",
        "1.3.2026–30.11.2026",
        "214",
        "Tutkinnon osat",
        "331",
    ],
    "contract": [
        "Jokiopisto",
        "58,00 €",
        "14 päivän kuluttua tilauksesta",
        "10.5.2028",
        "Henkilökohtainen suunnitelma viidessä päivässä",
        "21. Erimielisyydet",
        "Liite 1: Henkilötietojen käsittelyn ehdot",
    ],
    "order": ["Jokiopisto", "Osatutkinto-Toppis", "82,5", "25.5.2026", "Ylläpitosiivous"],
    "minutes": [
        "Aloituspalaveri",
        "Tuula Kouluttaja, Jokiopisto",
        "20 / 20 pistettä",
        "14,25 €",
        "Läsnäolot kirjataan viikoittain",
        "31.5.2026",
    ],
    "scorecard": [
        "Jokiopisto",
        "1.1.2026–30.6.2026",
        "42,9 %",
        "Ei tietoa",
        "Kestävä hyvä",
        "1,5",
        "Väliarvioinnin pöytäkirja 6.3.2026",
        "Soitamme kolmen kuukauden kuluttua",
    ],
}


def test_every_kind_is_told_of_here() -> None:
    assert set(KINDS) == set(SAID)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_becomes_a_document(kind: str, language: str) -> None:
    made = printed(kind, language)
    reader = PdfReader(io.BytesIO(made.pdf))
    assert made.pages == len(reader.pages) >= 1
    assert reader.root_object["/Lang"] == language
    text = text_of(made.pdf)
    assert kinds()[kind].title[language] in text
    assert f"{made.pages} / {made.pages}" in text
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("Source-Sans-3" in font or "SourceSans3" in font for font in fonts), fonts


@pytest.mark.parametrize("kind", KINDS)
def test_what_matters_is_on_the_page(kind: str) -> None:
    text = text_of(printed(kind, "fi").pdf).replace("\xa0", " ")
    assert [said for said in SAID[kind] if said not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    assert render(kind, "fi", preview(kind, "fi")) == printed(kind, "fi")


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "from portal.documents.catalogue import preview\n"
        "from portal.documents.render import render\n"
        "print(*[render(kind, 'sv', preview(kind, 'sv')).sha256 for kind in ('contract', 'order')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "3", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    here = [printed(kind, "sv").sha256 for kind in ("contract", "order")]
    assert done.stdout.split() == here


def test_the_documents_time_is_the_one_it_was_given() -> None:
    made = render("offer_receipt", "fi", preview("offer_receipt", "fi"))
    metadata = PdfReader(io.BytesIO(made.pdf)).metadata
    assert metadata is not None
    assert metadata.creation_date == datetime(2026, 2, 4, 14, 45, 12, tzinfo=UTC)


def test_texts_of_people_stay_texts_and_reach_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("kanarialintu")
    context = preview("call", "fi")
    at = secret.as_uri()
    context["questions"][0]["text"] = (
        f'<link rel="attachment" href="{at}"><img src="{at}">{{{{ 7 * 7 }}}}'
    )
    html = html_of("call", "fi", context)
    assert "<link" not in html
    assert "&lt;link" in html
    made = render("call", "fi", context)
    assert PdfReader(io.BytesIO(made.pdf)).attachments == {}
    assert "kanarialintu" not in text_of(made.pdf)
    assert "{{ 7 * 7 }}" in text_of(made.pdf)


def test_a_link_in_a_template_reaches_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("kanarialintu")
    monkeypatch.setattr(
        "portal.documents.render.html_of",
        lambda *_: (
            '<html lang="fi"><title>x</title>'
            f'<link rel="attachment" href="{secret.as_uri()}"><p>runko</p>'
            f'<object data="{secret.as_uri()}"></object></html>'
        ),
    )
    made = render("call", "fi", preview("call", "fi"))
    assert PdfReader(io.BytesIO(made.pdf)).attachments == {}
    assert b"kanarialintu" not in made.pdf


def test_a_float_a_row_of_a_table_and_a_time_without_zone_are_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what is to be refused
    row = StoredDocument(
        kind="call",
        subject=uuid4(),
        language="fi",
        owner=uuid4(),
        blob_id=uuid4(),
        sha256="",
        pages=1,
    )
    for value in (0.1, row, uuid4(), {"set"}, (1, 2), naive):
        context = preview("call", "fi")
        context["lots"][0]["minimum_group"] = value
        with pytest.raises(NotPlain, match=r"lots\[0\]\.minimum_group"):
            render("call", "fi", context)


@pytest.mark.parametrize("kind", KINDS)
def test_a_context_that_lacks_something_is_refused(kind: str) -> None:
    context = preview(kind, "fi")
    del context["buyer"]
    with pytest.raises(UndefinedError):
        render(kind, "fi", context)


def test_long_texts_and_long_words_are_kept_whole() -> None:
    context = preview("result_sheet", "fi")
    words = " ".join(f"sana{n}" for n in range(2000))
    context["offers"][0]["criteria"][0]["reason"] = words
    word = "pitkä" * 60
    context["offers"][1]["criteria"][0]["reason"] = word
    context["offers"][1]["provider"]["name"] = {"fi": "Yhteisö" * 12}
    made = render("result_sheet", "fi", context)
    text = text_of(made.pdf)
    assert [n for n in range(2000) if f"sana{n}" not in text] == []
    assert word in text.replace(" ", "")
    assert right_end_of(made.pdf) <= RIGHT_MARGIN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_goes_beyond_the_margin(kind: str, language: str) -> None:
    assert right_end_of(printed(kind, language).pdf) <= RIGHT_MARGIN


def right_end_of(pdf: bytes) -> float:
    """How far to the right the words of any page go, in points."""
    layout = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return max(float(part.split('"')[0]) for part in layout.split('xMax="')[1:])


def test_other_shapes_of_the_same_kinds_are_possible() -> None:
    context = preview("result_sheet", "fi")
    context["procurement"]["comparison"] = "total_at_estimate"
    for offer in context["offers"]:
        offer["coordination_fee"] = Decimal("1200")
        offer["comparison_price"] = offer["price"] * 800 + 1200
    context["lowest_comparison_price"] = Decimal("43200")
    context["tie_settled_by"], context["draw"] = "draw", ["Rantaopisto", "Jokiopisto"]
    text = text_of(render("result_sheet", "en", context).pdf)
    assert "58.00 × 800 + 1,200.00 = 47,600.00" in text
    assert "Rantaopisto, Jokiopisto" in text
    for settled_by in ("quality", "open"):
        context["tie_settled_by"] = settled_by
        render("result_sheet", "en", context)
    context.update(offers=[], unsuitable=[], lowest_comparison_price=None)
    render("result_sheet", "fi", context)

    context = preview("opening_record", "fi")
    context["offers"] = []
    render("opening_record", "fi", context)

    context = preview("offer_receipt", "fi")
    context["files"] = []
    render("offer_receipt", "fi", context)

    context = preview("bidder_letter", "fi")
    lot = context["lots"][0]
    lot["won"] = True
    for scored in lot["criteria"]:
        scored.update(winner_points=None, winner_result=None, winner_reason=None)
    assert "Winning offer" not in text_of(render("bidder_letter", "en", context).pdf)

    context = preview("contract", "fi")
    context["coordination_fee"] = Decimal("1500")
    context["lot"]["options"] = []
    context["lot"]["result_bonus"] = preview("call", "fi")["lots"][0]["result_bonus"]
    context["offer"]["answers"] = context["offer"]["promises"] = []
    assert formats.money(Decimal("1500"), "fi").replace("\xa0", " ") in text_of(
        render("contract", "fi", context).pdf
    ).replace("\xa0", " ")
