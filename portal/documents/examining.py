"""What a PDF says of itself: its seals, and the content that it was made from.

Run by the process that checks files from outside (``offers.attachments.keeper``), which has no
file, no network and no event loop.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Coroutine
from io import BytesIO
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

_MOST_SEALS = 20
# In whatever form the program that wrote the file last put it.
_IDENTIFIER = re.compile(rb"sha256:([0-9a-f]{64})")
_CONTENT = "content.json"


def examine(_kind: str, content: bytes, _limits: object) -> dict[str, Any]:
    """The seals of a PDF and its content's hash, as printed and as reckoned from what it carries.

    ``content`` begins with the length of the trusted certificates (four bytes) and these (PEM);
    then comes the file. One that is no PDF has none of it.
    """
    size = int.from_bytes(content[:4], "big")
    roots, pdf = content[4 : 4 + size], content[4 + size :]
    told: dict[str, Any] = {"printed": None, "carried": None, "seals": []}
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        told["printed"] = _printed(reader)
        told["carried"] = _carried(reader)
        signatures = reader.embedded_regular_signatures[:_MOST_SEALS]
    except Exception:
        # Damaged files break their reader in more ways than it has exceptions for.
        return told
    told["seals"] = [_seal(one, roots) for one in signatures]
    return told


def _printed(reader: PdfFileReader) -> str | None:
    if "/Metadata" not in reader.root:
        return None
    found = _IDENTIFIER.search(reader.root["/Metadata"].data)
    return found[1].decode() if found else None


def _carried(reader: PdfFileReader) -> str | None:
    """The hash of the content that is attached; None where there is none."""
    if "/Names" not in reader.root or "/EmbeddedFiles" not in reader.root["/Names"]:
        return None
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for n in range(1, len(names), 2):
        if str(names[n]["/UF"]) == _CONTENT:
            return hashlib.sha256(names[n]["/EF"]["/F"].data).hexdigest()
    return None


def _seal(signature: Any, roots: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {
        "signer": None,
        "intact": False,
        "whole": False,
        "trusted": False,
        "sealed_at": None,
        "stamped_at": None,
    }
    try:
        subject = signature.signer_cert.subject.native
        told["signer"] = str(subject.get("common_name") or subject.get("organization_name") or "")
        context = ValidationContext(trust_roots=_certificates(roots), allow_fetching=False)
        status = _run(async_validate_pdf_signature(signature, context, context))
        told["intact"] = bool(status.intact and status.valid)
        told["whole"] = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        told["trusted"] = bool(status.trusted)
        if status.signer_reported_dt is not None:
            told["sealed_at"] = status.signer_reported_dt.isoformat()
        stamp = status.timestamp_validity
        if stamp is not None and stamp.intact and stamp.valid:
            told["stamped_at"] = stamp.timestamp.isoformat()
    except Exception:
        # What cannot be followed to its end is not believed.
        told["intact"] = told["trusted"] = False
    return told


def _certificates(roots: bytes) -> list[x509.Certificate]:
    if not roots:
        return []
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(roots, multiple=True)]


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run what waits for nothing from outside; an event loop would need descriptors."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise RuntimeError("waits for something from outside")
