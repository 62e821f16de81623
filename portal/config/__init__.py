"""Settings, read once from the environment with checked types.

Each setting is the environment variable ``PORTAL_`` and its name in capitals. Where the study and
the law are silent the default is a proposal, and its description says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from portal.config import values
from portal.paths import ROOT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PREFIX = "PORTAL_"


class BadSettings(Exception):
    """One line per setting that cannot be used."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseModel):
    """What an installation may set."""

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
    reset_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        2, description="a password link lives so many hours (proposal)"
    )
    invitation_days: Annotated[int, Field(ge=1, le=60)] = Field(
        14, description="an invitation and a sign-up confirmation live so many days (proposal)"
    )
    start_within_days: Annotated[int, Field(ge=1, le=366)] = Field(
        14, description="a training starts within so many days of its call-off (study, 2306-2308)"
    )
    last_seats_most: Annotated[int, Field(ge=1, le=20)] = Field(
        2, description="a group short by so many at most is on the board of last seats (proposal)"
    )
    last_seats_days: Annotated[int, Field(ge=1, le=366)] = Field(
        14, description="and closes within so many days (proposal)"
    )
    absence_alert_days: Annotated[Decimal, Field(ge=0, le=31)] = Field(
        Decimal(5),
        description="a participant absent more than so many days in a month is told of to the "
        "course sponsor (proposal)",
    )
    absence_alert_percent: Annotated[Decimal, Field(ge=0, le=100)] = Field(
        Decimal(25),
        description="so is one absent more than so many percent of a month's days or hours "
        "(proposal)",
    )
    offer_reminder_hours: Annotated[
        frozenset[Annotated[int, Field(ge=1, le=336)]], BeforeValidator(values.whole_numbers)
    ] = Field(
        frozenset({24, 1}),
        description="so many hours before the deadline whoever has a draft of an offer that is not"
        " submitted is written to (proposal)",
    )
    digest_weekdays: Annotated[
        frozenset[Annotated[int, Field(ge=1, le=7)]], BeforeValidator(values.whole_numbers)
    ] = Field(
        frozenset({1, 2, 3, 4, 5}),
        description="weekdays on which a digest of what waits is mailed, Monday being 1 (proposal)",
    )
    follow_up_months: Annotated[
        frozenset[Annotated[int, Field(ge=1, le=120)]], BeforeValidator(values.whole_numbers)
    ] = Field(
        frozenset({3, 6, 12}),
        description="a participant's status is asked so many months after the end, separated by "
        "commas (proposal; the study asks at three months)",
    )
    referrals_within_days: Annotated[int, Field(ge=1, le=366)] = Field(
        14,
        description="referrals are missed so many days before the start, where there are fewer of "
        "them than places (proposal)",
    )
    closing_within_days: Annotated[int, Field(ge=1, le=366)] = Field(
        30, description="a training is shown as closing so many days before its end (proposal)"
    )
    pace_after_days: Annotated[int, Field(ge=1, le=366)] = Field(
        28,
        description="the pace of a contract's use is reckoned after so many of its days (proposal)",
    )
    opening_minutes: Annotated[int, Field(ge=1, le=240)] = Field(
        15, description="the second opener must follow the first within so many minutes (proposal)"
    )
    sealing_openers: Annotated[int, Field(ge=2, le=20)] = Field(
        3,
        description="a call is published once so many of its openers have a key; any two of them "
        "open its offers (proposal: three, so that one may be lost)",
    )
    attachment_megabytes: Annotated[int, Field(ge=1, le=100)] = Field(
        20, description="largest attachment of an offer (proposal)"
    )
    attachments_per_offer: Annotated[int, Field(ge=1, le=200)] = Field(
        20, description="most attachments of one offer (proposal)"
    )
    paper_expires_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="a provider's paper is shown as expiring so many days before (proposal)"
    )
    offer_megabytes: Annotated[int, Field(ge=1, le=2000)] = Field(
        100, description="largest total of one offer's attachments (proposal)"
    )
    attachment_pages: Annotated[int, Field(ge=1, le=10_000)] = Field(
        500,
        description="most pages of a PDF attachment, and of a Word file that tells its own "
        "number (proposal)",
    )
    attachment_cells: Annotated[int, Field(ge=1, le=10_000_000)] = Field(
        200_000, description="most filled cells of an Excel attachment (proposal)"
    )
    attachment_megapixels: Annotated[int, Field(ge=1, le=1000)] = Field(
        50, description="largest picture attached, in millions of pixels (proposal)"
    )
    attachment_unpacked_megabytes: Annotated[int, Field(ge=1, le=2000)] = Field(
        200, description="most megabytes that all of a file may unpack to (proposal)"
    )
    check_megabytes: Annotated[int, Field(ge=32, le=4096)] = Field(
        160,
        description="the process that checks a file may take so many megabytes of memory beyond "
        "what it begins with (proposal)",
    )
    check_seconds: Annotated[float, Field(ge=0.5, le=60)] = Field(
        10, description="a file that takes longer to check is refused (proposal)"
    )
    checks_at_once: Annotated[int, Field(ge=1, le=32)] = Field(
        2, description="files that each serving process has checked at once; others wait (proposal)"
    )
    low_price_percent: Annotated[Decimal, Field(gt=0, lt=100)] = Field(
        Decimal(80),
        description="a comparison price under so many percent of the mean of the other offers' is "
        "flagged as unusually low, where the call does not say otherwise (proposal)",
    )
    clarification_days: Annotated[int, Field(ge=1, le=60)] = Field(
        5, description="a bidder is proposed so many days to answer a clarification (proposal)"
    )
    wide_spread: Annotated[int, Field(ge=1, le=10)] = Field(
        2, description="assessors' points this far apart are highlighted (proposal)"
    )
    feedback_link_days: Annotated[int, Field(ge=1, le=366)] = Field(
        60, description="a personal link for feedback lives so many days (proposal)"
    )
    proposal_answer_days: Annotated[int, Field(ge=1, le=366)] = Field(
        14, description="a proposal in feedback is answered within so many days (proposal)"
    )
    card_confirm_days: Annotated[int, Field(ge=1, le=3660)] = Field(
        180,
        description="a provider card that nobody has confirmed for more than so many days says "
        "that it is out of date (proposal)",
    )
    work_kept_days: Annotated[int, Field(ge=1, le=90)] = Field(
        7, description="the result of long work is kept so many days for who began it (proposal)"
    )
    work_from_rows: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        1000,
        description="a file of more rows than this is made in the background rather than while "
        "its reader waits (proposal)",
    )
    scorecard_answer_days: Annotated[int, Field(ge=1, le=90)] = Field(
        14, description="a provider may answer a drafted scorecard so many days (proposal)"
    )
    small_group: Annotated[int, Field(ge=2, le=100)] = Field(
        5,
        description="answers and people are not shown broken down in groups smaller than this "
        "(proposal)",
    )
    few_cases: Annotated[int, Field(ge=1, le=1000)] = Field(
        30, description="a share of fewer cases is shown with its interval (proposal)"
    )
    least_compared: Annotated[int, Field(ge=2, le=100)] = Field(
        3,
        description="a provider is compared with others, and other buyers' providers are shown "
        "together, where there are so many of them at least (proposal)",
    )
    mix_differs_percent: Annotated[Decimal, Field(gt=0, le=100)] = Field(
        Decimal(15),
        description="two groups of participants are said to differ where a share of theirs lies so "
        "many percentage points apart (proposal)",
    )
    late_step_days: Annotated[int, Field(ge=0, le=366)] = Field(
        14,
        description="a step of an improvement plan that is late by more than so many days is told "
        "to the buyer's officers (proposal)",
    )
    notice_reminder_days: Annotated[
        frozenset[Annotated[int, Field(ge=1, le=366)]], BeforeValidator(values.whole_numbers)
    ] = Field(
        frozenset({60, 30, 7}),
        description="the buyer's officers are reminded so many days before the last day of notice "
        "of an option, separated by commas (proposal)",
    )
    change_ceiling_percent: Annotated[Decimal, Field(gt=0, le=100)] = Field(
        Decimal(10),
        description="changes of a contract may come to so many percent of its original value "
        "together, where their ground needs a ceiling (proposal, for a lawyer to confirm)",
    )
    contract_parameters: Annotated[dict[str, Decimal], BeforeValidator(values.named_numbers)] = (
        Field(
            {},
            description="own sums and times of the contract's clauses in place of the proposals in "
            "templates/documents/contract/parameters.yaml, such as payment_days=21, "
            "delay_percent=0.5",
        )
    )
    combined_duties: Annotated[
        frozenset[frozenset[str]],
        BeforeValidator(values.duties),
        AfterValidator(values.known_duties),
    ] = Field(
        frozenset({frozenset({"deciding", "signing"})}),
        description="which duties one person may hold in one procurement (proposal: deciding and "
        "signing, never together with preparing)",
    )
    decision_limit_euros: Annotated[Decimal, Field(gt=0)] | None = Field(
        None,
        description="largest award decision in euros that a decision maker may issue, without "
        "value added tax and at the maximum capacity; none by default (proposal: set your own)",
    )
    decision_limits: Annotated[dict[str, Decimal], BeforeValidator(values.limits)] = Field(
        {},
        description="limits of their own for single decision makers, such as "
        "paula@buyer.example=500000, separated by commas; they come before the limit of all",
    )
    appeal_instructions: Path | None = Field(
        None,
        description="a file with the installation's own reviewed instructions for appeal; by "
        "default example texts, which a lawyer must confirm",
    )

    clock_alarm_ms: Annotated[int, Field(ge=1, le=60_000)] = Field(
        500,
        description="/readyz warns where the database server's clock and this one's differ by more "
        "than so many milliseconds (proposal)",
    )
    mail_alarm_minutes: Annotated[int, Field(ge=1, le=10_080)] = Field(
        60,
        description="/readyz warns where a letter has waited to be sent for more than so many "
        "minutes (proposal)",
    )
    ocds_prefix: Annotated[str, Field(pattern=r"^ocds-[a-z0-9]{6}$")] = Field(
        "ocds-000000",
        description="what the identifiers of open data begin with (proposal: register your own "
        "with the Open Contracting Partnership before publishing)",
    )
    open_data_licence: Annotated[str, Field(pattern=r"^https?://")] = Field(
        "https://creativecommons.org/licenses/by/4.0/",
        description="the address of the licence of open data (proposal: CC BY 4.0)",
    )
    training_forms: Path | None = Field(
        None,
        description="a folder with the installation's own forms of training, KEY.yaml, and fields "
        "with their qualification units, units/FIELD.yaml; one with the key of ours takes its "
        "place, any other is added",
    )
    accessibility_statement: Path | None = Field(
        None,
        description="a YAML file whose keys take the place of those of ours in the accessibility "
        "statement: its day, what is not accessible yet, the supervisory authority (proposal: "
        "look the authority up before the portal is taken into use)",
    )

    def decision_limit_of(self, email: str) -> Decimal | None:
        """How large a decision this decision maker may issue, in euros; None without a limit."""
        return self.decision_limits.get(email.lower(), self.decision_limit_euros)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this process.

    Raises BadSettings with one line for each variable that is missing, unknown or of a wrong type.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and not name.startswith((PREFIX + "TEST_", PREFIX + "TRUST_"))
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as fault:
        raise BadSettings([_line(error) for error in fault.errors()]) from fault


def _line(error: object) -> str:
    assert isinstance(error, dict)
    name = PREFIX + "_".join(str(part) for part in error["loc"][:1]).upper()
    if error["type"] == "missing":
        meaning = Settings.model_fields[error["loc"][0]].description
        return f"{name} is missing: {meaning}"
    if error["type"] == "extra_forbidden":
        return f"{name} is not a setting of the portal"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"


def settings_of(session: Session) -> Settings:
    """The settings of the installation whose database this session was opened on."""
    settings = session.info["settings"]
    assert isinstance(settings, Settings)
    return settings
