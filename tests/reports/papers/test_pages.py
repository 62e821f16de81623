"""The list of a procurement's documents, and their sealed copies."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.config import Settings
from portal.contracts.command import verify_command
from portal.database import Database
from portal.documents import sealing, store
from portal.documents.catalogue import kinds
from portal.documents.models import SealedCopy
from portal.documents.render import Rendered
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.shared.canonical import sha256
from portal.storage.models import SealedBlob
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import printed, text_of
from tests.evaluation.conftest import Evaluating
from tests.offers.conftest import AFTER
from tests.page import Browser
from tests.reports.bundles.test_bundle import packed, unpacked

Browse = Callable[..., Browser]
TASKS = {sealing.JOB: sealing.TASK}


def kept(database: Database, call: UUID, kind: str = "award_decision") -> UUID:
    """A real PDF under the name of a kind that is shown once the offers have been opened."""
    with database.transaction() as session:
        stored = store.keep(
            session,
            kind,
            printed("order", "fi"),
            subject=uuid4(),
            owner=call,
            language="fi",
            at=AFTER,
        )
        return stored.id


@pytest.fixture
def listed(
    call: UUID, evaluating: Evaluating, clock: SettableClock, database: Database
) -> tuple[str, UUID]:
    """The address of the list, and a document on it."""
    clock.at = AFTER
    evaluating.until("declared")
    return f"/procurements/{call}/documents", kept(database, call)


def test_a_copy_is_sealed_once_and_anybody_can_check_it(
    browse: Browse,
    cast: Cast,
    listed: tuple[str, UUID],
    database: Database,
    settings: Settings,
    tmp_path: Path,
) -> None:
    address, document = listed
    olli = browse(cast.olli)
    assert olli.get(address).has(f'form[action="{address}/{document}/seal"]')
    olli.whatever("GET", f"{address}/{document}/sealed")
    for _again in range(2):
        olli.whatever("POST", f"{address}/{document}/seal")
    assert "Being sealed" in olli.get(address).text
    with database.reading() as session:
        asked = session.scalars(select(Job.id).where(Job.once == sealing.once_of(document))).one()
    assert do(database, TASKS, asked, AFTER)
    assert not do(database, TASKS, asked, AFTER)
    # As if its end had been lost: the work is done again, and the first copy stays.
    with database.transaction() as session:
        session.get_one(Job, asked).state = "waiting"
    assert do(database, TASKS, asked, AFTER)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SealedCopy)) == 1
    assert olli.post(f"{address}/{document}/seal", status=422).errors == [
        "There is a sealed copy of this document already."
    ]
    for language in ("fi", "sv", "en"):
        assert "Pohjoisen esimerkkikeskus" in browse(cast.olli, language).get(address).text
    content = olli.whatever("GET", f"{address}/{document}/sealed").get_data()
    assert content.startswith(printed("order", "fi").pdf)

    anybody = browse()
    file = {"file": (BytesIO(content), "sealed.pdf"), "sha256": ""}
    text = anybody.post("/verify", file, 200).text
    for said in (
        "It is the sealed copy that the portal made, byte for byte.",
        "Sealed by Pohjoisen esimerkkikeskus",
        "Unchanged since Yes",
        "Covers the whole file Yes",
        "The certificate is trusted here Yes",
        "Time stamp of a service No time stamp",
    ):
        assert said in text
    flipped = content[:9000] + bytes([content[9000] ^ 1]) + content[9001:]
    file = {"file": (BytesIO(flipped), "sealed.pdf"), "sha256": ""}
    text = anybody.post("/verify", file, 200).text
    assert "Unchanged since No" in text
    assert "byte for byte" not in text
    on_paper = {"sha256": printed("order", "fi").content_sha256}
    text = anybody.post("/verify", on_paper, 200).text
    assert "The portal knows a document with this hash of its content" in text

    class Opened:
        def __init__(self) -> None:
            self.settings, self.database = settings, database

    for name, pdf, code in (("whole", content, 0), ("flipped", flipped, 1), ("text", b"x", 1)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        done = CliRunner().invoke(verify_command(Opened), [str(path)])  # type: ignore[arg-type]
        assert (done.exit_code, done.exception if done.exit_code > 1 else None) == (code, None)
        assert ("unchanged" in done.output) == (name == "whole")

    with database.transaction() as session:
        before = session.scalar(select(func.count()).select_from(SealedBlob)) or 0
        stored = store.by_sealed_hash(session, sha256(content))
        assert stored is not None
        assert store.remove(session, "award_decision", [stored.subject], AFTER) == 1
        assert session.scalar(select(func.count()).select_from(SealedCopy)) == 0
        assert session.scalar(select(func.count()).select_from(SealedBlob)) == before - 2


def test_the_archive_bundle_holds_a_sealed_copy_beside_its_document(
    browse: Browse, cast: Cast, call: UUID, listed: tuple[str, UUID], database: Database
) -> None:
    address, document = listed
    assert unpacked(packed(database, call, cast.olli)[1])["data/sealed-copies.json"] == b"[\n]\n"
    olli = browse(cast.olli)
    olli.whatever("POST", f"{address}/{document}/seal")
    with database.reading() as session:
        asked = session.scalars(select(Job.id).where(Job.once == sealing.once_of(document))).one()
    assert do(database, TASKS, asked, AFTER)

    content = packed(database, call, cast.olli)[1]
    assert packed(database, call, cast.olli)[1] == content
    files = unpacked(content)
    (told,) = json.loads(files["data/sealed-copies.json"])
    assert files[told["of"]] == printed("order", "fi").pdf
    assert told["path"].startswith(told["of"].removesuffix(".pdf") + "-sealed-")
    assert files[told["path"]] == olli.whatever("GET", f"{address}/{document}/sealed").get_data()
    assert sha256(files[told["path"]]) == told["sha256"]
    assert f"{told['sha256']}  {told['path']}" in files["SHA256SUMS"].decode().splitlines()
    for language, title in kinds()["archive_contents"].title.items():
        listed_in = text_of(files[f"CONTENTS.{language}.pdf"])
        assert title in listed_in
        assert told["sha256"] in listed_in.replace(" ", "")


def test_the_list_is_for_whoever_has_bundles_made_and_sealing_for_those_who_decide(
    browse: Browse, cast: Cast, listed: tuple[str, UUID], database: Database
) -> None:
    address, document = listed
    for person in (cast.aino, cast.roope, cast.kaisa, cast.eeva, cast.ada):
        browse(person).get(address, 403)
    browse(cast.eva).get(address, 404)
    tarja = browse(cast.tarja)
    assert not tarja.get(address).has("main form")
    assert tarja.whatever("POST", f"{address}/{document}/seal").status_code == 403
    olli = browse(cast.olli)
    assert olli.whatever("GET", f"{address}/{uuid4()}/sealed").status_code == 404
    assert olli.whatever("POST", f"{address}/{uuid4()}/seal").status_code == 404
    foreign = kept(database, uuid4())
    assert olli.whatever("POST", f"{address}/{foreign}/seal").status_code == 404


def test_the_list_costs_as_many_queries_for_many_documents_as_for_one(
    browse: Browse, cast: Cast, call: UUID, listed: tuple[str, UUID], database: Database
) -> None:
    address, _document = listed
    olli = browse(cast.olli)
    olli.get(address)
    once = olli.queries
    with database.transaction() as session:
        for n in range(30):
            store.keep(
                session,
                "result_sheet",
                Rendered(b"%PDF-", f"{n:064}", 1),
                subject=uuid4(),
                owner=call,
                language="fi",
                at=AFTER,
            )
    olli.get(address)
    assert olli.queries <= once
