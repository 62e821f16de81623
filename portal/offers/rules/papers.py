"""A provider's papers: what they are of, and whether they are in force."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from portal.shared.errors import RuleBroken


class PaperKind(StrEnum):
    """What a paper shows. The first four are those of the Act on the Contractor's Obligations and
    Liability when Work is Contracted Out (1233/2006), section 5."""

    CONTRACTORS_LIABILITY = "contractors_liability_report"
    TRADE_REGISTER = "trade_register_extract"
    TAX = "tax_certificate"
    PENSION = "pension_certificate"
    INSURANCE = "liability_insurance"
    OTHER = "other_paper"


class Validity(StrEnum):
    """Whether a paper is in force on a day."""

    NOT_YET = "not_yet_valid"
    VALID = "valid"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"


def validity_of(
    valid_from: date, valid_to: date | None, today: date, *, soon_days: int
) -> Validity:
    """The paper's first and last day are in force; without a last one it stays so."""
    if today < valid_from:
        return Validity.NOT_YET
    if valid_to is None:
        return Validity.VALID
    if today > valid_to:
        return Validity.EXPIRED
    soon = today + timedelta(days=soon_days) >= valid_to
    return Validity.EXPIRES_SOON if soon else Validity.VALID


def require_period(valid_from: date, valid_to: date | None) -> None:
    """Raises ``ends_before_start``."""
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken("ends_before_start", field="valid_to")
