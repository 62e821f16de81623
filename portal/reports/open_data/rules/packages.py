"""Release package and record package of one process, and their bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from portal.reports.open_data.rules.facts import House, Party
from portal.reports.open_data.rules.merging import merged
from portal.reports.open_data.rules.values import BUSINESS_IDS, Plain
from portal.shared.names import DEFAULT_LANGUAGE, name_in

VERSION = "1.1"


def release_package(releases: Sequence[Plain], publisher: Party, house: House, uri: str) -> Plain:
    """All releases of a process. Its date is that of the newest, so the same releases give the
    same bytes whenever they are asked for."""
    return {**_head(releases, publisher, house, uri), "releases": list(releases)}


def record_package(
    releases: Sequence[Plain], publisher: Party, house: House, uri: str, package: str
) -> Plain:
    """The record of a process: its releases and what they add up to."""
    record = {
        "ocid": releases[0]["ocid"],
        "releases": list(releases),
        "compiledRelease": merged(releases),
    }
    return {
        **_head(releases, publisher, house, uri),
        "packages": [package],
        "records": [record],
    }


def _head(releases: Sequence[Plain], publisher: Party, house: House, uri: str) -> Plain:
    told: Plain = {"name": name_in(publisher.name, DEFAULT_LANGUAGE)}
    if publisher.business_id:
        told |= {"scheme": BUSINESS_IDS, "uid": publisher.business_id}
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": list(house.extensions),
        "publishedDate": releases[-1]["date"],
        "publisher": told,
        "license": house.licence,
    }


def as_bytes(package: Plain) -> bytes:
    """UTF-8 JSON, the same for the same package."""
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()
