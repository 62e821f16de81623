"""The home page, how things stand, and their pictures in the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.enrolments.rules import EnrolmentState
from portal.feedback.rules import LEAST, MOST, Giver
from portal.pictures.charts import Bar, Mark, Part, Series, bars, lines, time_line
from portal.pictures.queries import home_page, how_things_stand
from portal.pictures.rules import (
    AHEAD_DAYS,
    Capacity,
    Deadline,
    Due,
    Feedback,
    Flow,
    Followed,
    Marks,
    Quarter,
)
from portal.shared.names import name_in
from portal.waiting.views import KEYS
from portal.waiting.views import address_of as way_to
from portal.web.filters import add_status_texts, day, number, status_text
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import current_person, me, now, reading, services

add_status_texts(
    {
        Deadline.OFFERS_DUE: _l("Deadline for offers"),
        Deadline.CONTRACT_ENDS: _l("The contract ends"),
        f"way_{EnrolmentState.STARTED}": _l("Still in training"),
        f"way_{EnrolmentState.COMPLETED}": _l("Completed"),
        f"way_{EnrolmentState.LEFT_EARLY}": _l("Left early for work or studies"),
        f"way_{EnrolmentState.INTERRUPTED}": _l("Interrupted"),
        f"followed_{Followed.OPEN_MARKET}": _l("In the open labour market"),
        f"followed_{Followed.OTHER_WORK}": _l("In other work"),
        f"followed_{Followed.UNEMPLOYED}": _l("Unemployed"),
        f"followed_{Followed.OUTSIDE}": _l("Outside working life or in education"),
        f"followed_{Followed.UNKNOWN}": _l("Not known"),
        f"givers_{Giver.PARTICIPANT}": _l("Participants"),
        f"givers_{Giver.EMPLOYER}": _l("Employers"),
    }
)

_KEYS = {**KEYS, "procurement.show": "procurement_id", "capacity.use": "contract_id"}

_WAY_PATTERNS = {
    EnrolmentState.STARTED: "empty",
    EnrolmentState.COMPLETED: "full",
    EnrolmentState.LEFT_EARLY: "level",
    EnrolmentState.INTERRUPTED: "slanted",
}
_OUTCOME_PATTERNS = {
    Followed.OPEN_MARKET: "full",
    Followed.OTHER_WORK: "level",
    Followed.UNEMPLOYED: "slanted",
    Followed.OUTSIDE: "upright",
    Followed.UNKNOWN: "empty",
}
_FORMS = {Giver.PARTICIPANT: "round", Giver.EMPLOYER: "square"}


def home() -> ResponseReturnValue:
    """What waits for the reader, the days that come near, and what is open for offers."""
    found = home_page(reading(), current_person(), now(), services().settings)
    return page(
        "home.html",
        found=found,
        way_to=way_to,
        address_of=_address_of,
        subject_of=_subject_of,
        days_picture=days_picture(found.days, found.today) if found.days else None,
    )


def standing() -> ResponseReturnValue:
    """How things stand: pictures, which the home page loads after itself where it can."""
    session = reading()
    found = how_things_stand(session, me(session), now(), services().settings)
    drawn = found.feedback is not None and found.feedback.drawn
    return page(
        "standing.html",
        found=found,
        quarter=_quarter,
        marks=_marks,
        people=_people,
        capacity_picture=capacity_picture(found.capacity) if found.capacity else None,
        flow_picture=flow_picture(found.flow) if found.flow else None,
        feedback_picture=feedback_picture(found.feedback) if found.feedback and drawn else None,
    )


def _address_of(due: Due) -> str:
    return url_for(due.endpoint, **{_KEYS[due.endpoint]: due.key})  # type: ignore[arg-type]


def _subject_of(due: Due) -> str:
    return due.subject if isinstance(due.subject, str) else name_in(due.subject, current_language())


def _people(count: int | None) -> str:
    return str(_("not shown")) if count is None else number(count)


def _quarter(one: Quarter) -> str:
    return str(_("Q%(quarter)s %(year)s", quarter=one.n, year=one.year))


def _marks(one: Marks) -> str:
    if one.withheld:
        return str(_("not shown"))
    return number(one.mean, 1)


def days_picture(days: list[Due], today: date) -> Markup:
    """The time line; each day has the number of its row in the table."""
    return time_line(
        "days",
        _("Deadlines of the next twelve weeks"),
        _("Each number is a row of the table below. Late ones are in squares on the left."),
        [
            Mark(n, (one.day - today).days, f"{day(one.day)}: {status_text(one.what)}")
            for n, one in enumerate(days, 1)
            if one.is_near(today)
        ],
        [
            (0, _("Today")),
            (AHEAD_DAYS // 2, _("6 weeks")),
            (AHEAD_DAYS, _("12 weeks")),
        ],
        _("Late"),
    )


def capacity_picture(rows: list[Capacity]) -> Markup:
    """A bar for each contract, as long as its maximum: delivered, ordered, left."""
    words = {"full": _("Delivered"), "slanted": _("Ordered"), "empty": _("Left")}

    def part(pattern: str, amount: Decimal) -> Part:
        return Part(pattern, amount, f"{words[pattern]}: {number(amount)}")

    return bars(
        "capacity",
        _("Capacity of the contracts in force"),
        _("Each bar is the contract's maximum: what is delivered, ordered and left of it."),
        [
            Bar(
                one.reference,
                _(
                    "%(left)s of %(maximum)s left",
                    left=number(one.balance.remaining),
                    maximum=number(one.balance.maximum),
                ),
                [
                    part("full", one.balance.delivered),
                    part("slanted", one.ordered),
                    part("empty", one.balance.remaining),
                ],
                one.balance.maximum,
            )
            for one in rows
        ],
        [Part(pattern, 1, text) for pattern, text in words.items()],
    )


def flow_picture(flow: Flow) -> Markup:
    """From referral to outcome: bars that are all measured against those referred."""

    def bar(text: str, count: int | None, pattern: str, *, inset: bool = False) -> Bar:
        parts = [Part(pattern, count, f"{text}: {number(count)}")] if count else []
        return Bar(text, _people(count), parts, flow.referred, inset)

    rows = [
        bar(_("Referred"), flow.referred, "full"),
        bar(_("Started"), flow.started, "full"),
        *(
            bar(status_text(f"way_{way}"), count, _WAY_PATTERNS[way], inset=True)
            for way, count in flow.ways.items()
        ),
        bar(_followed(flow), flow.followed, "full"),
    ]
    if flow.followed:
        rows += [
            bar(status_text(f"followed_{key}"), count, _OUTCOME_PATTERNS[key], inset=True)
            for key, count in flow.outcomes.items()
        ]
    return bars(
        "flow",
        _("From referral to outcome"),
        _("How many people were referred, started and ended, and how they stood afterwards."),
        rows,
    )


def _followed(flow: Flow) -> str:
    return str(_("Ended at least %(months)s months ago", months=flow.months))


def feedback_picture(feedback: Feedback) -> Markup:
    """The mean mark of each kind of giver by quarter."""
    return lines(
        "feedback",
        _("Feedback by quarter"),
        _("The mean of the overall marks from 1 to 5 in each quarter."),
        [
            Series(
                status_text(f"givers_{giver}"),
                _FORMS[giver],
                [one.mean for one in row],
                [
                    f"{_quarter(quarter)}: {_marks(one)}"
                    for quarter, one in zip(feedback.quarters, row, strict=True)
                ],
            )
            for giver, row in feedback.marks.items()
        ],
        [_quarter(one) for one in feedback.quarters],
        (LEAST, MOST),
    )
