"""A root, a seal and a stamp of our own making, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

PASSPHRASE = "sinetin-salasana"


@dataclass(frozen=True)
class Certificates:
    """Files of the seal and of the root, and a service that stamps within this process."""

    seal: Path
    root: Path
    stamper: DummyTimeStamper


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    stamping: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority and not stamping,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if stamping:
        built = built.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    return built.sign(issuer_key, hashes.SHA256())


def make(folder: Path) -> Certificates:
    """Write the files into a folder; the names are those that a reader is shown."""
    root_key, seal_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    # The service of pyHanko's that stamps knows no other keys.
    stamp_key = rsa.generate_private_key(65537, 2048)
    root = _certificate("Test Root", root_key, "Test Root", root_key, authority=True)
    seal = _certificate("Pohjoisen esimerkkikeskus", seal_key, "Test Root", root_key)
    stamp = _certificate("Test Stamp", stamp_key, "Test Root", root_key, stamping=True)
    seal_file, root_file = folder / "seal.p12", folder / "root.pem"
    seal_file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal",
            seal_key,
            seal,
            [root],
            serialization.BestAvailableEncryption(PASSPHRASE.encode()),
        )
    )
    root_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    der = serialization.Encoding.DER
    known = SimpleCertificateStore()
    known.register(asn1_x509.Certificate.load(root.public_bytes(der)))
    stamper = DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(stamp.public_bytes(der)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(
            stamp_key.private_bytes(
                der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        certs_to_embed=known,
    )
    return Certificates(seal_file, root_file, stamper)
