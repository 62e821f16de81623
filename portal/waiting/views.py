"""The page of what waits for its reader."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.waiting.queries import waiting_page
from portal.waiting.rules import Wait, Waiting
from portal.web.filters import add_status_texts
from portal.web.pages import page
from portal.web.unit import me, now, reading, services

bp = Blueprint("waiting", __name__)

add_status_texts(
    {
        f"wait_{Wait.OFFERS_TO_OPEN}": _l("Open the offers with another opener"),
        f"wait_{Wait.INTERESTS_TO_DECLARE}": _l("Declare your interests"),
        f"wait_{Wait.OFFERS_TO_ASSESS}": _l("Assess the offers"),
        f"wait_{Wait.CALL_OFF_TO_ANSWER}": _l("Confirm or decline the call-off"),
        f"wait_{Wait.CALL_OFF_LATE}": _l("The provider has not answered the call-off in time"),
        f"wait_{Wait.CALL_OFF_DECLINED}": _l("The provider declined: pass the need on"),
        f"wait_{Wait.BID_TO_MAKE}": _l("Bid for a need"),
        f"wait_{Wait.INTERVIEW}": _l("Interview who has applied"),
        f"wait_{Wait.RECORD_TO_MAKE}": _l("Record the workdays"),
        f"wait_{Wait.RECORD_DISPUTED}": _l("Correct the disputed record of workdays"),
        f"wait_{Wait.RECORD_TO_ACCEPT}": _l("Accept or dispute the workdays"),
        f"wait_{Wait.FOLLOW_UP}": _l("Follow up how the people are doing"),
        f"wait_{Wait.PRACTICE}": _l("Do what was agreed"),
        f"wait_{Wait.MEETING}": _l("Take part in the meeting"),
        f"wait_{Wait.PROPOSAL}": _l("Answer the proposal"),
        f"wait_{Wait.CONTRACT_TO_APPROVE}": _l("Approve the contract"),
        f"wait_{Wait.OPTION_NOTICE}": _l("Decide on the option"),
        f"wait_{Wait.SCORECARD_TO_ASSESS}": _l("Assess the criteria of the scorecard"),
        f"wait_{Wait.SCORECARD_TO_ANSWER}": _l("Answer the scorecard"),
        f"wait_{Wait.SCORECARD_TO_SETTLE}": _l("Let the scorecard stand"),
        f"wait_{Wait.ACCESSIBILITY_TO_ANSWER}": _l("Answer the message about accessibility"),
        f"wait_{Wait.WORK_READY}": _l("Your work in the background has ended"),
    }
)

# The name of the key in each page's address.
KEYS = {
    "offers.opening": "procurement_id",
    "evaluation.show": "procurement_id",
    "capacity.show": "call_off_id",
    "arrangements.need": "need_id",
    "enrolments.training": "training_id",
    "workdays.records": "training_id",
    "feedback.training": "training_id",
    "meetings.practices": "contract_id",
    "meetings.show": "meeting_id",
    "contracts.show": "contract_id",
    "options.index": "contract_id",
    "scorecards.show": "scorecard_id",
    "accessibility.message": "message_id",
    "underway.show": "work_id",
}


@bp.get("/waiting")
def index() -> ResponseReturnValue:
    """What waits for the reader, the most urgent first."""
    session = reading()
    found = waiting_page(session, me(session), now(), services().settings)
    return page("waiting/index.html", found=found, address_of=address_of)


def address_of(item: Waiting) -> str:
    """The page on which it is done."""
    key: dict[str, Any] = {KEYS[item.endpoint]: item.key}
    return url_for(item.endpoint, **key)
