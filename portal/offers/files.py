"""The list of an offer's files: what each is, how it stands, how much more there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.offers.attachments import MEGABYTE, Limits, kind_of
from portal.offers.queries import OwnOffer
from portal.offers.rules import OfferFile
from portal.offers.usecases import submitted_content
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class FileShown:
    """A file that has passed its checks; ``sent``, whether the offer that counts has it."""

    file: OfferFile
    kind: str
    sent: bool


@dataclass(frozen=True)
class FilesShown:
    """The files of a draft, their total in megabytes, and the limits of this installation."""

    rows: list[FileShown]
    total: Decimal
    most: int
    most_total: int
    limits: Limits

    @property
    def most_bytes(self) -> int:
        """The largest size of one file, for the browser to tell before it sends."""
        return self.limits.megabytes * MEGABYTE


def files_shown(session: Session, own: OwnOffer) -> FilesShown:
    """The files of the draft as the writer's page lists them."""
    settings = settings_of(session)
    files = own.content.files
    sent = _sent(session, own)
    return FilesShown(
        rows=[FileShown(file, kind_of(file.media_type), file in sent) for file in files],
        total=rounded(Decimal(sum(file.size for file in files)) / MEGABYTE, 1),
        most=settings.attachments_per_offer,
        most_total=settings.offer_megabytes,
        limits=Limits.of(settings),
    )


def _sent(session: Session, own: OwnOffer) -> tuple[OfferFile, ...]:
    """The files of what counts. Unsealed only where the draft says something else."""
    if not own.standing.counts or own.standing.version is None:
        return ()
    if not own.standing.unsent:
        return own.content.files
    return submitted_content(session, own.standing.version).files
