"""A provider's papers: kept sealed, copied into offers, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.record import ACCOUNTS
from portal.database import Database
from portal.offers import usecases
from portal.offers.models import Offer, ProviderPaper
from portal.offers.rules import OfferFile, PaperKind
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.shared.errors import NotFound, RuleBroken
from portal.storage.models import SealedBlob
from portal.storage.vault import vault_of
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.offers.conftest import DUE, OPENS, Acting
from tests.offers.test_usecases import everything_written

CONTENT = b"%PDF KANARIA-PAPERI"


class Papers:
    """The acts on papers, each in a transaction of its own."""

    def __init__(self, database: Database, cast: Cast, call: UUID) -> None:
        self.database, self.cast, self.call = database, cast, call

    def _do(self, act: Callable[[Session], Any]) -> Any:
        with unit_of_work(self.database) as session:
            session.expire_on_commit = False
            return act(session)

    def add(self, by: Person | None = None, **how: Any) -> UUID:
        """Keep a paper, by default Jokiopisto's."""
        given = {
            "kind": PaperKind.TAX,
            "title": "Verotodistus",
            "name": "vero.pdf",
            "media_type": "application/pdf",
            "content": CONTENT,
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 3, 31),
        }
        key: UUID = self._do(
            lambda session: (
                usecases.add_paper(
                    session,
                    provider=session.get_one(Organisation, self.cast.river.id),
                    by=session.get_one(Person, (by or self.cast.roope).id),
                    at=OPENS,
                    **{**given, **how},
                ).id
            )
        )
        return key

    def remove(self, paper: UUID, by: Person | None = None) -> None:
        """Delete a paper."""
        self._do(
            lambda session: usecases.remove_paper(
                session,
                paper=session.get_one(ProviderPaper, paper),
                by=session.get_one(Person, (by or self.cast.roope).id),
                at=OPENS,
            )
        )

    def attach(self, paper: UUID, offer: UUID, by: Person, most: int = 3) -> OfferFile:
        """Copy a paper into an offer."""
        file: OfferFile = self._do(
            lambda session: usecases.attach_paper(
                session,
                procurement=session.get_one(Procurement, self.call),
                offer=session.get_one(Offer, offer),
                paper=session.get_one(ProviderPaper, paper),
                most=most,
                by=session.get_one(Person, by.id),
                at=OPENS,
            )
        )
        return file


@pytest.fixture
def papers(database: Database, cast: Cast, call: UUID) -> Papers:
    return Papers(database, cast, call)


def test_a_paper_is_sealed_under_the_providers_own_key(
    papers: Papers, database: Database, cast: Cast
) -> None:
    key = papers.add()
    with database.reading() as session:
        paper = session.get_one(ProviderPaper, key)
        assert session.get_one(SealedBlob, paper.blob_id).owner == cast.river.id
        assert vault_of(session).unseal(session, paper.blob_id) == CONTENT
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "add_paper")).one()
        assert (entry.chain, entry.facts) == (
            ACCOUNTS,
            {"paper": str(key), "provider": str(cast.river.id)},
        )
    assert CONTENT not in everything_written(database)


def test_a_copy_in_an_offer_outlives_the_paper(
    papers: Papers, act: Acting, database: Database, cast: Cast, call: UUID
) -> None:
    offer = act.save()
    key = papers.add()
    file = papers.attach(key, offer.id, cast.roope)
    assert (file.name, file.paper, file.valid_to) == (
        "vero.pdf",
        "tax_certificate",
        date(2026, 3, 31),
    )
    assert papers.attach(key, offer.id, cast.roope) == file
    version = act.submit()
    with database.reading() as session:
        paper_blob = session.get_one(ProviderPaper, key).blob_id
    papers.remove(key)
    with database.reading() as session:
        assert session.get(ProviderPaper, key) is None
        assert session.get(SealedBlob, paper_blob) is None
        stood = session.get_one(Offer, offer.id).current_version
        assert stood is not None
        assert stood.id == version.id
        assert usecases.submitted_content(session, stood).files == (file,)
        assert session.get_one(SealedBlob, file.id).owner == call
        kept = vault_of(session).unseal_own(session, file.id, holder=offer.provider_id)
        assert kept == CONTENT


def test_a_paper_is_not_attached_to_anothers_offer(papers: Papers, act: Acting, cast: Cast) -> None:
    offer = act.save(by=cast.sanna, provider=cast.shore)
    with pytest.raises(NotFound):
        papers.attach(papers.add(), offer.id, cast.sanna)


def test_an_offer_full_of_files_takes_no_paper(papers: Papers, act: Acting, cast: Cast) -> None:
    offer = act.save()
    with pytest.raises(RuleBroken, match="too_many_files"):
        papers.attach(papers.add(), offer.id, cast.roope, most=0)


@pytest.mark.parametrize(
    ("how", "rule", "field"),
    [
        ({"title": " "}, "title_missing", "title"),
        ({"valid_to": date(2025, 12, 31)}, "ends_before_start", "valid_to"),
    ],
)
def test_a_paper_that_is_none_is_refused_beside_its_field(
    papers: Papers, database: Database, how: dict[str, Any], rule: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        papers.add(**how)
    assert (refused.value.rule, refused.value.field) == (rule, field)
    with database.reading() as session:
        assert session.scalars(select(ProviderPaper)).all() == []


def test_only_the_providers_representatives_keep_its_papers(papers: Papers, cast: Cast) -> None:
    key = papers.add()
    for person in (cast.sanna, cast.tuula, cast.olli, cast.ada):
        with pytest.raises(RuleBroken, match="not_permitted"):
            papers.add(by=person)
        with pytest.raises(RuleBroken, match="not_permitted"):
            papers.remove(key, by=person)


def test_a_paper_cannot_be_attached_after_the_deadline(
    papers: Papers, act: Acting, cast: Cast, database: Database
) -> None:
    offer = act.save()
    key = papers.add()
    with database.transaction() as session:
        session.scalars(select(Procurement)).one().offers_due = OPENS.replace(year=2025)
    assert DUE > OPENS
    with pytest.raises(RuleBroken, match="deadline_passed"):
        papers.attach(key, offer.id, cast.roope)
