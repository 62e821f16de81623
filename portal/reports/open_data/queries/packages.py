"""A procurement's packages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.reports.open_data.extensions import addresses
from portal.reports.open_data.queries.records import process_of
from portal.reports.open_data.rules import (
    House,
    as_bytes,
    record_package,
    release_package,
    releases_of,
)


@dataclass(frozen=True)
class Packages:
    """Both packages of one process as bytes; the same for the same releases."""

    ocid: str
    releases: bytes
    record: bytes


def packages_of(session: Session, procurement_id: UUID, at: datetime) -> Packages:
    """What may be told of a published procurement at that moment, in a fixed number of queries.

    Raises NotFound for a draft as for one that does not exist.
    """
    process = process_of(session, procurement_id, at)
    settings = settings_of(session)
    house = House(
        ocid_prefix=settings.ocds_prefix,
        address=settings.base_url,
        licence=settings.open_data_licence,
        extensions=addresses(),
        small_group=settings.small_group,
    )
    releases = releases_of(process, house, at)
    base = f"{settings.base_url}/open-data/{procurement_id}"
    package = f"{base}/releases.json"
    return Packages(
        ocid=releases[0]["ocid"],
        releases=as_bytes(release_package(releases, process.buyer, house, package)),
        record=as_bytes(
            record_package(releases, process.buyer, house, f"{base}/record.json", package)
        ),
    )
