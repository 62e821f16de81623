"""What templates use to print values in the reader's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from portal.language import formats
from portal.shared.names import language_in, name_in
from portal.web.language import current_language

NOTHING = "–"

# One text for one state, role or kind, wherever it stands.
STATUS_TEXTS: dict[str, Any] = {}

_SAID: dict[tuple[str, str], str] = {}
"""The same in each language, as far as it has been asked for: a list asks for few, many times."""


def add_status_texts(texts: Mapping[str, Any]) -> None:
    """Let a room say its states in words; the same state is always the same word."""
    STATUS_TEXTS.update(texts)


def install(app: Flask) -> None:
    """Make the filters known to every template."""
    app.jinja_env.filters.update(
        day=day,
        day_of_year=day_of_year,
        clock=clock,
        instant=instant,
        money=money,
        number=number,
        name=name,
        language_of=language_of,
        status_text=status_text,
        paragraphs=paragraphs,
        iso=iso,
    )


def day(value: date | None) -> str:
    """``24.11.2026``; of an instant, its day in Helsinki."""
    return NOTHING if value is None else formats.day(value, current_language())


def day_of_year(value: int, month: int) -> str:
    """``1. maaliskuuta``."""
    return formats.day_of_year(value, month, current_language())


def clock(value: datetime | time | None) -> str:
    """``12.00``, in Helsinki."""
    return NOTHING if value is None else formats.clock(value, current_language())


def instant(value: datetime | None, seconds: bool = False) -> str:
    """Day and clock time in Helsinki."""
    return NOTHING if value is None else formats.instant(value, current_language(), seconds)


def money(value: Decimal | None) -> str:
    """``1 234,56 €``."""
    return NOTHING if value is None else formats.money(value, current_language())


def number(value: Decimal | int | None, places: int | None = None) -> str:
    """``1 234,5``, or with so many decimals."""
    return NOTHING if value is None else formats.number(value, current_language(), places)


def name(names: Mapping[str, str] | None) -> str:
    """The name in the reader's language, where there is one in it."""
    return name_in(names, current_language()) if names else NOTHING


def language_of(names: Mapping[str, str] | None) -> str:
    """The language in which ``name`` gives it, for the ``lang`` attribute of what others wrote."""
    return language_in(names or {}, current_language())


def status_text(value: str | None) -> str:
    """A state, role or kind in words. Raises LookupError in tests for one without words."""
    if value is None:
        return NOTHING
    text = STATUS_TEXTS.get(str(value))
    if text is None:
        if current_app.testing:
            raise LookupError(f"no words for the state {value!r}")
        return str(value).replace("_", " ")
    key = (current_language(), str(value))
    said = _SAID.get(key)
    if said is None:
        said = str(text)
        # A test is to hear of a missing text each time that it is shown.
        if not current_app.testing:
            _SAID[key] = said
    return said


def paragraphs(text: str | None) -> Markup:
    """Typed text with its empty lines as paragraphs and its line breaks kept."""
    blocks = [block for block in (text or "").split("\n\n") if block.strip()]
    lines = ("<br>".join(str(escape(line)) for line in block.split("\n")) for block in blocks)
    return Markup("".join(f"<p>{block}</p>" for block in lines))  # noqa: S704  # escaped above


def iso(value: datetime | date) -> str:
    """For the ``datetime`` attribute of a time element."""
    return value.isoformat()


add_status_texts(
    {
        "draft": _l("Draft"),
        "published": _l("Published"),
        "open": _l("Open for offers"),
        "closed": _l("Closed"),
        "opened": _l("Offers opened"),
        "decided": _l("Decided"),
        "submitted": _l("Submitted"),
        "withdrawn": _l("Withdrawn"),
        "handed_in": _l("Handed in"),
        "abstained": _l("Abstained"),
        "awaiting_approval": _l("Awaiting approval"),
        "on_hold": _l("On hold"),
        "refused": _l("Refused"),
        "in_force": _l("In force"),
        "void": _l("Void"),
        "capacity": _l("Capacity procurement"),
        "course": _l("Course procurement"),
        "coaching": _l("Coaching procurement"),
        "unit_price": _l("Unit price"),
        "total_at_estimate": _l("Total price at the estimated capacity"),
        "student_workday": _l("Student workday"),
        "training_package": _l("Training package"),
        "hour": _l("Hour"),
        "per_student_workday": _l("Price per student workday"),
        "fixed_sum_per_period": _l("Fixed sum per month"),
        "per_training_package": _l("Price per training package"),
        "per_hour": _l("Price per hour"),
        "additional_capacity": _l("Additional capacity"),
        "further_period": _l("Further period"),
        "after_guidance": _l("After-guidance"),
        "buyer": _l("Buyer"),
        "employment_office": _l("Employment office"),
        "provider": _l("Provider"),
        "employer": _l("Employer"),
        "operator": _l("Operator of the portal"),
        "procurement_officer": _l("Procurement officer"),
        "evaluator": _l("Evaluator"),
        "opener": _l("Opener"),
        "decision_maker": _l("Decision maker"),
        "signatory": _l("Signatory"),
        "course_sponsor": _l("Course sponsor"),
        "responsible_official": _l("Responsible official"),
        "representative": _l("Representative"),
        "trainer": _l("Trainer"),
        "coach": _l("Coach"),
        "auditor": _l("Auditor"),
        "administrator": _l("Administrator"),
    }
)
