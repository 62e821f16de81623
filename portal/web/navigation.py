"""The links at the top of every page, each shown to those whom its page lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from portal.web.unit import current_person, services

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Way:
    """One link: where to, in which words; ``roles`` narrows it further than its page does."""

    endpoint: str
    label: LazyString
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Link:
    """A link as it is printed."""

    url: str
    label: str
    here: bool


WAYS: tuple[Way, ...] = (
    Way("waiting.index", _l("What waits")),
    Way("needs.index", _l("Needs")),
    Way("soundings.index", _l("Soundings")),
    Way("procurement.index", _l("Calls")),
    Way("offers.index", _l("My offers"), frozenset({"representative"})),
    Way(
        "evaluation.index",
        _l("Evaluations"),
        frozenset({"procurement_officer", "evaluator", "opener", "decision_maker", "signatory"}),
    ),
    Way("contracts.index", _l("Contracts")),
    Way("last_seats.index", _l("Last seats"), frozenset({"course_sponsor"})),
    Way("arrangements.index", _l("Rankings"), frozenset({"procurement_officer"})),
    Way("enrolments.mine", _l("My trainings")),
    Way("enrolments.index", _l("Trainings")),
    Way("capacity.index", _l("Call-offs")),
    Way("feedback.proposals", _l("Proposals")),
    Way("indicators.index", _l("Indicators")),
    Way("scorecards.index", _l("Scorecards")),
    Way("programme.index", _l("Reports")),
    Way("criteria.index", _l("Criteria bank")),
    Way("training_forms.index", _l("Forms of training")),
    Way(
        "provider_cards.index",
        _l("Provider cards"),
        frozenset(
            {
                "course_sponsor",
                "responsible_official",
                "procurement_officer",
                "representative",
                "trainer",
                "coach",
            }
        ),
    ),
    Way("privacy.index", _l("Personal data")),
    Way("organisations.index", _l("Organisations")),
    Way("auditing.index", _l("Audit record")),
)


def navigation() -> list[Link]:
    """What this reader can go to from anywhere."""
    person = current_person()
    shown = [
        way
        for way in WAYS
        if way.endpoint in current_app.view_functions
        and services().allows(way.endpoint, person)
        and (not way.roles or (person is not None and person.holds(way.roles)))  # type: ignore[arg-type]
    ]
    # One's own account is written by the room of organisations, and stands in none of these.
    here = None if request.path.startswith("/account") else request.blueprint
    return [
        Link(url_for(way.endpoint), str(way.label), way.endpoint.split(".")[0] == here)
        for way in shown
    ]
