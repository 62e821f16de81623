"""Recording, changing and taking back a need of an employment office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.soundings.models import Need
from portal.soundings.rules import NeedState, NeedTerms, need_after, normal_label, require_need


def record_need(
    session: Session, *, office: Organisation, terms: NeedTerms, by: Person, at: datetime
) -> Need:
    """Tell the buyers whom the office would send. Raises ``text_missing``, ``people_missing``."""
    need = Need(
        office=office,
        office_id=office.id,
        state=NeedState.OPEN,
        recorded_by_id=by.id,
        recorded_at=at,
    )
    with acting(session, "record_need", chain=need.id, by=by.id, at=at) as facts:
        require(by, "record_need", office.id)
        require_need(terms)
        _write(need, terms)
        session.add(need)
        facts.note(office=office.id, people=terms.people)
    return need


def change_need(
    session: Session,
    *,
    need: Need,
    terms: NeedTerms,
    by: Person,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Replace what a need says.

    ``revision`` is the one that the writer had before their eyes. Raises ``need_used``,
    ``wrong_state``, ``changed_meanwhile``, ``text_missing``, ``people_missing``.
    """
    with acting(session, "change_need", chain=need.id, by=by.id, at=at) as facts:
        require(by, "change_need", need.office_id)
        _lock(session, need)
        need.state = need_after(need.state, "change_need")
        if revision is not None and revision != need.revision:
            raise RuleBroken("changed_meanwhile")
        require_need(terms)
        _write(need, terms)
        need.changed_at = at
        facts.note(people=terms.people)


def withdraw_need(session: Session, *, need: Need, by: Person, at: datetime) -> None:
    """Take a need back. Raises ``need_used`` once a buyer builds on it, ``wrong_state``."""
    with acting(session, "withdraw_need", chain=need.id, by=by.id, at=at):
        require(by, "withdraw_need", need.office_id)
        _lock(session, need)
        need.state = need_after(need.state, "withdraw_need")
        need.changed_at = at


def _lock(session: Session, need: Need) -> None:
    # A buyer may be building on it at this moment, on the record of another thing.
    session.refresh(need, with_for_update={"of": Need})


def _write(need: Need, terms: NeedTerms) -> None:
    need.target_group = terms.target_group
    need.people = terms.people
    need.region = normal_label(terms.region)
    need.field = normal_label(terms.field)
    need.wanted_from = terms.wanted_from
    need.note = terms.note
