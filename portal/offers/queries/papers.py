"""The papers of a provider, for its own people only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.offers.access import offers_for
from portal.offers.models import ProviderPaper
from portal.offers.rules import OfferContent, Validity, validity_of
from portal.organisations.models import Organisation, Person
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class PaperRow:
    """A paper, whether it is in force, and whether a copy of it is in the offer looked at."""

    paper: ProviderPaper
    validity: Validity
    attached: bool = False


@dataclass(frozen=True)
class PapersPage:
    """The papers of one provider, and the other providers that the person represents."""

    provider: Organisation
    others: list[Organisation]
    rows: list[PaperRow]


def represented(person: Person, asked: UUID | None) -> Organisation:
    """The provider asked for, else the first that the person represents. Raises NotFound."""
    for provider in offers_for(person):
        if asked in (None, provider.id):
            return provider
    raise NotFound


def papers_page(
    session: Session, person: Person, asked: UUID | None, today: date, soon_days: int
) -> PapersPage:
    """The papers of a provider that the person represents. Raises NotFound."""
    provider = represented(person, asked)
    others = [one for one in offers_for(person) if one.id != provider.id]
    return PapersPage(provider, others, paper_rows(session, provider, today, soon_days))


def paper_rows(
    session: Session,
    provider: Organisation,
    today: date,
    soon_days: int,
    content: OfferContent | None = None,
) -> list[PaperRow]:
    """The provider's papers by kind, the newest of a kind first."""
    papers = session.scalars(
        select(ProviderPaper)
        .where(ProviderPaper.provider_id == provider.id)
        .order_by(ProviderPaper.kind, ProviderPaper.valid_from.desc(), ProviderPaper.id)
    )
    hashes = {file.sha256 for file in content.files} if content is not None else set()
    return [
        PaperRow(
            paper,
            validity_of(paper.valid_from, paper.valid_to, today, soon_days=soon_days),
            paper.sha256 in hashes,
        )
        for paper in papers
    ]
