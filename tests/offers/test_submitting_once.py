"""The same submission many times over is one offer; its receipt names all that was submitted."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select

from portal.audit.record import faults
from portal.config import Settings
from portal.database import Database
from portal.documents.render import html_of
from portal.installation import open_installation
from portal.offers import usecases
from portal.offers.documents import DOCUMENTS
from portal.offers.models import Offer, OfferVersion
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.shared.canonical import sha256
from portal.storage.vault import vault_of
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.offers.conftest import FULL, OPENS, Acting
from tests.offers.files import PNG, pdf


def versions(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OfferVersion)) or 0


def test_submitting_at_the_same_moment_from_several_places_is_one_offer(
    act: Acting, database: Database, settings: Settings, call: UUID, cast: Cast
) -> None:
    act.save()
    places = 4
    together = threading.Barrier(places)
    given: list[UUID] = []
    failed: list[BaseException] = []

    def submit() -> None:
        # Its own installation with its own connections, as another process has them.
        mine = open_installation(settings, None).database
        together.wait()
        try:
            with unit_of_work(mine) as session:
                version = usecases.submit_offer(
                    session,
                    procurement=session.get_one(Procurement, call),
                    provider=session.get_one(Organisation, cast.river.id),
                    by=session.get_one(Person, cast.roope.id),
                    at=OPENS,
                    seen=FULL.hash(),
                )
                given.append(version.id)
        except BaseException as fault:  # told below, in the thread that asserts
            failed.append(fault)
        finally:
            mine.engine.dispose()

    threads = [threading.Thread(target=submit) for _ in range(places)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(given) == places
    assert len(set(given)) == 1
    assert versions(database) == 1
    with database.reading() as session:
        assert faults(session) == []


def test_the_last_submitted_version_is_what_is_opened(act: Acting, database: Database) -> None:
    act.save()
    act.submit()
    act.save(replace(FULL, answers={**FULL.answers, "own": "Toisin."}))
    second = act.submit()
    act.open()
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
        assert offer.current_version_id == second.id
    assert versions(database) == 2


def test_the_receipt_names_the_hash_of_the_content_and_of_each_file(
    act: Acting, database: Database
) -> None:
    act.save()
    files = {"kuvaus.pdf": pdf(), "kaavio.png": PNG}
    for name, content in files.items():
        act.attach(content, name=name)
    version = act.submit()
    with database.reading() as session:
        built = DOCUMENTS["offer_receipt"](session, version.id, "fi")
        sealed = vault_of(session).unseal_own(session, version.blob_id, holder=act.cast.river.id)
    assert sha256(sealed) == version.sha256
    assert {file["name"]: file["sha256"] for file in built["files"]} == {
        name: sha256(content) for name, content in files.items()
    }
    page = html_of("offer_receipt", "fi", built)
    for told in (version.sha256, version.reference, *map(sha256, files.values())):
        assert told in page
