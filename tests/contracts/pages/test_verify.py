from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest

from portal.database import Database
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.documents.render import Rendered
from portal.procurement.models import Procurement
from portal.shared.canonical import sha256
from tests.conftest import SettableClock
from tests.contracts.conftest import CONCLUDED, FIRST_SIGNING, Story
from tests.page import Browser, Page

Browse = Callable[..., Browser]
OURS = "This is a document of this portal"
NOT_OURS = "This is not a document of this portal"


def upload(browser: Browser, content: bytes, status: int = 200) -> Page:
    browser.get("/verify")
    file = {"file": (BytesIO(content), "contract.pdf"), "sha256": ""}
    return browser.post("/verify", file, status)


def typed(browser: Browser, text: str, status: int = 200) -> Page:
    browser.get("/verify")
    return browser.submit("main form", sha256=text, status=status)


def kept(database: Database, story: Story, kind: str) -> StoredDocument:
    """A document of that kind; what is in it does not matter here."""
    pdf = f"%PDF- {kind}".encode()
    with database.transaction() as session:
        session.expire_on_commit = False
        return store.keep(
            session,
            kind,
            Rendered(pdf=pdf, sha256=sha256(pdf), pages=1),
            subject=uuid4(),
            owner=story.procurement_id,
            language="fi",
            at=CONCLUDED,
        )


def test_a_contract_is_known_by_its_very_bytes(
    story: Story, browse: Browse, database: Database, with_htmx: bool
) -> None:
    key = story.ready()
    with database.reading() as session:
        stored = store.find(session, "contract", key)
        assert stored is not None
        content = store.content(session, stored)
    anybody = browse(htmx=with_htmx)
    page = upload(anybody, content)
    assert OURS in page.text
    assert "Kind of the document Contract" in page.text
    assert "Reference of the contract ESIM/7/2026/coast" in page.text
    assert "No, not by both" in page.text
    assert stored.sha256 in page.text
    for secret in ("59.90", "Harbour", "Satamavalmennus", "Coastal", "Sirpa"):
        assert secret not in page.text
    flipped = bytearray(content)
    flipped[len(flipped) // 2] ^= 1
    page = upload(anybody, bytes(flipped))
    assert NOT_OURS in page.text
    assert "ESIM" not in page.text
    story.approve(key, "harri")
    story.approve(key, "sirpa", FIRST_SIGNING.replace(hour=22))
    spaced = f" {stored.sha256[:32].upper()} {stored.sha256[32:]} "
    page = typed(anybody, spaced)
    assert "Yes, these very bytes" in page.text
    assert "In force since 08/04/2026 01:00" in page.text


def test_a_hash_of_nothing_is_of_no_document(story: Story, browse: Browse) -> None:
    assert NOT_OURS in typed(browse(), "0" * 64).text
    assert NOT_OURS in upload(browse(), b"not a PDF at all").text


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "0" * 65])
def test_what_cannot_be_a_hash_is_refused(browse: Browse, text: str, with_htmx: bool) -> None:
    page = typed(browse(htmx=with_htmx), text, 422)
    assert len(page.errors) == 1
    assert OURS not in page.text


def test_a_file_and_a_hash_together_are_refused(browse: Browse) -> None:
    both = {"file": (BytesIO(b"x"), "x.pdf"), "sha256": "0" * 64}
    page = browse().post("/verify", both, 422)
    assert page.errors == ["Choose a file or type a hash, one of the two."]


def test_documents_after_the_opening_are_told_by_their_kind_and_day(
    story: Story, browse: Browse, database: Database
) -> None:
    for kind, name in (
        ("opening_record", "Opening record"),
        ("award_decision", "Award decision"),
        ("bidder_letter", None),
    ):
        page = typed(browse(), kept(database, story, kind).sha256)
        assert OURS in page.text
        assert "Made 23/03/2026" in page.text
        assert "ESIM" not in page.text
        if name:
            assert name in page.text


def test_a_receipt_is_never_told_to_be_one(
    story: Story, browse: Browse, database: Database
) -> None:
    page = typed(browse(), kept(database, story, "offer_receipt").sha256)
    assert OURS in page.text
    assert "Nothing more is told of it to the public." in page.text
    for told in ("Kind of", "Made", "23/03/2026", "eceipt", "offer"):
        assert told not in page.text.replace("that the portal made", "")


def test_before_the_opening_only_the_call_is_told(
    story: Story, browse: Browse, database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Procurement, story.procurement_id).state = "published"
    assert "Kind of" in typed(browse(), kept(database, story, "call").sha256).text
    for kind in ("offer_receipt", "opening_record", "result_sheet"):
        page = typed(browse(), kept(database, story, kind).sha256)
        assert OURS in page.text
        assert "Kind of" not in page.text
        assert "23/03/2026" not in page.text


def test_the_page_is_there_in_every_language(browse: Browse, clock: SettableClock) -> None:
    for language in ("fi", "sv", "en"):
        assert browse(None, language).get("/verify").has("main form")


def test_a_contract_that_is_not_approved_by_both_is_told_as_it_stands(
    story: Story, browse: Browse, database: Database
) -> None:
    key = story.ready()
    with database.reading() as session:
        stored = store.find(session, "contract", key)
        assert stored is not None
        asked = stored.sha256
    story.approve(key, "harri", FIRST_SIGNING)
    anybody = browse()
    assert "No, not by both" in typed(anybody, asked).text
    for act, state in (
        ("hold_contract", "On hold"),
        ("release_contract", "Awaiting approval"),
    ):
        story.stop(act, key, "hanna", "Between the parties only.")
        page = typed(anybody, asked)
        assert state in page.text
        assert "Between the parties only." not in page.text
    story.void("coast")
    page = typed(anybody, asked)
    assert "Void" in page.text
    assert "No, not by both" in page.text
