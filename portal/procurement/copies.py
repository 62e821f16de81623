"""What a copy of an earlier call takes over, and which of its days need another look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from portal.procurement.rules import CallTerms, LotTerms, OptionTerms


def copied(
    call: CallTerms, reference: str, *, versions: Mapping[str, int], criteria_set: str | None
) -> CallTerms:
    """A call's terms under another reference, without its deadlines and its contract period.

    ``versions`` are those in which the criteria of the bank go on; the call's own stay as they
    stand. The last days of notice stay too, since an option cannot be without one:
    `passed_notice_days` tells which of them need another.
    """
    return replace(
        call,
        reference=reference,
        questions_due=None,
        offers_due=None,
        contract_start=None,
        contract_end=None,
        criteria_set=criteria_set,
        criteria=tuple(
            criterion
            if criterion.question is not None
            else replace(criterion, version=versions[criterion.key])
            for criterion in call.criteria
        ),
    )


def passed_notice_days(call: CallTerms, on: date) -> list[tuple[LotTerms, OptionTerms]]:
    """The options whose last day of notice comes before the contract could begin."""
    begins = max(on, call.contract_start or on)
    return [
        (lot, option) for lot in call.lots for option in lot.options if option.notice_by < begins
    ]
