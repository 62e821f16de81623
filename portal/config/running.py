"""What runs where: databases, stores, keys, the server, mail, logging in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from portal.config import values
from portal.paths import ROOT


class Running(BaseModel):
    """What an installation may set of how it runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: Annotated[str, AfterValidator(values.database_url)] = Field(
        f"sqlite:///{ROOT}/var/portal.sqlite", description="where everything is kept"
    )
    reads_database_url: Annotated[str, AfterValidator(values.database_url)] | None = Field(
        None,
        description="where reads of sealed things are recorded; by default beside the SQLite file, "
        "or in the same PostgreSQL database",
    )
    jobs_database_url: Annotated[str, AfterValidator(values.database_url)] | None = Field(
        None, description="where the workers' queue is kept; by default as for the reads"
    )
    secret_key: Annotated[str, Field(min_length=32)] = Field(
        ..., description="signs cookies and forms; at least 32 characters"
    )
    storage_key: Annotated[bytes, BeforeValidator(values.key)] = Field(
        ..., description="wraps the keys of sealed files: 32 bytes in URL-safe base64"
    )
    database_connections: Annotated[int, Field(ge=2, le=500)] = Field(
        48,
        description="most connections of one process to PostgreSQL: its threads need two each, and "
        "all processes together fewer than the server allows",
    )
    statement_seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        60,
        description="how long one statement may take on PostgreSQL before it is stopped; a "
        "proposal",
    )
    objects_bucket: str | None = Field(
        None,
        description="a bucket of an S3-compatible store for large contents, always encrypted; "
        "without one all is in the database",
    )
    objects_url: Annotated[str, Field(pattern=r"^https?://")] | None = Field(
        None, description="the store's address, where it is not Amazon's"
    )
    objects_region: str = Field("eu-north-1", description="its region, in the words of the store")
    objects_access_key: str | None = Field(None, description="the portal's key at the store")
    objects_secret_key: str | None = Field(None, description="its secret there")
    objects_from_kilobytes: Annotated[int, Field(ge=0, le=100_000)] = Field(
        64, description="contents of at least this size go to that store; a proposal"
    )
    audit_key: Annotated[bytes, BeforeValidator(values.key)] | None = Field(
        None,
        description="signs the heads of the audit record (Ed25519): 32 bytes in URL-safe base64; "
        "without one no head is signed, and a cut tail of the record cannot be found",
    )
    audit_heads: Path | None = Field(
        None,
        description="a folder outside of the database where the daily run writes the signed heads "
        "as well, such as one on another machine",
    )
    timestamp_url: Annotated[str, Field(pattern=r"^https?://")] | None = Field(
        None, description="a time-stamping service (RFC 3161) that stamps the signed heads"
    )
    timestamp_certificate: Path | None = Field(
        None,
        description="its root certificate, and any between, as PEM; without it stamps are kept "
        "but not checked",
    )
    seal_certificate: Path | None = Field(
        None,
        description="the authority's certificate with its key (PKCS#12), by which copies of "
        "documents are sealed; without one nothing is sealed",
    )
    seal_passphrase: str | None = Field(None, description="what that file is locked with")
    seal_timestamp_url: Annotated[str, Field(pattern=r"^https?://")] | None = Field(
        None, description="a time-stamping service (RFC 3161) that stamps the seals"
    )
    seal_roots: Path | None = Field(
        None,
        description="certificates (PEM) that seals are trusted by when a file is checked; by "
        "default only the authority's own",
    )
    timestamp_seconds: Annotated[int, Field(ge=1, le=120)] = Field(
        10, description="how long the service is waited for (proposal)"
    )
    metrics_token: Annotated[str, Field(min_length=16)] | None = Field(
        None, description="what a reader of /metrics has to show; without one there is no such page"
    )
    base_url: Annotated[str, Field(pattern=r"^https?://[^/]+$")] = Field(
        "http://127.0.0.1:8000", description="the address that links in mail begin with"
    )
    host: str = Field("127.0.0.1", description="the address served")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="the port served")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(2, description="serving processes")
    threads: Annotated[int, Field(ge=1, le=24)] = Field(
        24,
        description="requests that each of them answers at once; an upload over a slow line holds "
        "one of these all the while (proposal)",
    )
    development: bool = Field(False, description="shows outgoing mail on a page")
    secure_cookies: bool = Field(True, description="cookies over HTTPS only; off for local use")
    smtp_host: str | None = Field(None, description="mail server; without one, mail is kept only")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(25, description="its port")
    smtp_user: str | None = Field(None, description="its user, where it asks for one")
    smtp_password: str | None = Field(None, description="its password")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="its security"
    )
    mail_from: str = Field("siirtyma@esimerkki.example", description="sender of outgoing mail")
    session_hours: Annotated[int, Field(ge=1, le=72)] = Field(
        10, description="a log-in ends after so many hours (proposal: a working day)"
    )
    session_warning_minutes: Annotated[int, Field(ge=2, le=60)] = Field(
        5,
        description="the reader is warned so long before the log-in ends (proposal; two minutes at"
        " least)",
    )
    session_renewal_minutes: Annotated[int, Field(ge=20, le=720)] = Field(
        60,
        description="who goes on when warned has so long from then (proposal; WCAG 2.2, 2.2.1)",
    )
    session_most_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        24, description="a log-in ends after so many hours, however often it is renewed (proposal)"
    )
    fresh_minutes: Annotated[int, Field(ge=1, le=240)] = Field(
        10,
        description="opening, award, decision, approval and the like ask for the password again "
        "when the log-in is older than so many minutes (proposal)",
    )
    second_factor: Literal["required", "offered"] = Field(
        "required",
        description="whether buyers, employment offices, auditors and administrators must log in "
        "with a code beside the password, or may (proposal: required)",
    )
    oidc_issuer: Annotated[str, Field(pattern=r"^https?://")] | None = Field(
        None,
        description="the issuer of an OpenID Connect provider by which people may log in; none by "
        "default",
    )
    oidc_client_id: str | None = Field(None, description="the portal's name at that provider")
    oidc_client_secret: str | None = Field(None, description="its secret there")
    oidc_name: str = Field("OpenID Connect", description="what the log-in page calls the provider")
    oidc_acr_values: Annotated[frozenset[str], BeforeValidator(values.words)] = Field(
        frozenset(),
        description="values of the claims acr and amr that count as a second factor, separated by "
        "commas; they are asked of the provider; none count by default",
    )
