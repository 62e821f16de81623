"""The file that a person is given: everything known about them, to read and to process further."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from portal.privacy.queries.known import KnownTable
from portal.privacy.queries.readings import Reading

NAME = "personal-data.zip"
"""The same for everybody: the name of a file tells nobody whose it is."""
_SINCE = (1980, 1, 1, 0, 0, 0)


def as_json(
    known: Sequence[KnownTable], readings: Sequence[Reading], at: datetime, language: str
) -> str:
    """The data by field, with purpose, ground, period and readers, for a machine to read."""
    content = {
        "made_at": at.isoformat(),
        "records": [
            {
                "record": table.table,
                "ground": {
                    "gdpr": table.ground["article"],
                    "national": table.ground["national"][language],
                },
                "retention": table.retention[language],
                "readers": table.readers[language],
                "purposes": {one.column: one.purpose[language] for one in table.fields},
                "rows": [
                    dict(zip((one.column for one in table.fields), row, strict=True))
                    for row in table.rows
                ],
            }
            for table in known
        ],
        "read_by": [_reading(one) for one in readings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _reading(one: Reading) -> Mapping[str, Any]:
    return {**asdict(one), "at": one.at.isoformat()}


def export_zip(data: str, page: str, documents: Sequence[bytes]) -> bytes:
    """One ZIP: the data as JSON, the same to read as HTML, and the documents about the person."""
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        _add(archive, "data.json", data.encode())
        _add(archive, "data.html", page.encode())
        for n, content in enumerate(documents, 1):
            _add(archive, f"minutes-{n}.pdf", content)
    return into.getvalue()


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    member = ZipInfo(name, _SINCE)
    member.compress_type = ZIP_DEFLATED
    archive.writestr(member, content)
