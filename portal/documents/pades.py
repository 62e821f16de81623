"""The authority's seal on a PDF (PAdES), with a time stamp where a service is configured.

The certificate and its key come from a PKCS#12 file that the installation names. A sealed copy is a
file of its own, with its own bytes: the original stays as it was made.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper

FIELD = "AuthoritySeal"


class NoSeal(Exception):
    """The file with the certificate cannot be read, or its passphrase is another."""


@dataclass(frozen=True)
class Sealer:
    """Who seals: the certificate with its key and, where there is one, the service that stamps."""

    signer: signers.SimpleSigner
    stamper: TimeStamper | None

    @property
    def name(self) -> str:
        """The holder of the certificate, as it says itself."""
        certificate = self.signer.signing_cert
        assert certificate is not None
        subject = certificate.subject.native
        return str(subject.get("common_name") or subject.get("organization_name") or "")


def sealer_from(
    certificate: Path, passphrase: str | None, stamping_url: str | None, seconds: int
) -> Sealer:
    """The sealer of the PKCS#12 file. Raises NoSeal."""
    signer = signers.SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]  # it has no types
        str(certificate), passphrase=passphrase.encode() if passphrase else None
    )
    if signer is None:
        raise NoSeal(str(certificate))
    stamper = HTTPTimeStamper(stamping_url, timeout=seconds) if stamping_url else None
    return Sealer(signer, stamper)


def sealed(pdf: bytes, sealer: Sealer) -> bytes:
    """The PDF with the seal added at its end, as PAdES B-B, or B-T where it is stamped.

    Raises pyhanko's TimestampRequestError where the service gives no stamp: nothing is sealed
    without one then.
    """

    def sign() -> bytes:
        out = signers.sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)),
            signers.PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
            ),
            signer=sealer.signer,
            timestamper=sealer.stamper,
        )
        content: bytes = out.getvalue()
        return content

    # The library runs an event loop, and a thread can run one only: its own has none yet.
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(sign).result()
