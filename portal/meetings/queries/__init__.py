"""What the pages of the meetings show, and what other rooms may ask of them."""

from portal.meetings.queries.listing import (
    MeetingRow,
    MeetingsPage,
    PracticeRow,
    PracticesPage,
    contract_met_on,
    meetings_page,
    practices_page,
)
from portal.meetings.queries.practices import DuePractice, open_practices, practices_due
from portal.meetings.queries.preparing import About, Preparation, about_of, preparation
from portal.meetings.queries.shown import (
    MeetingPage,
    Reviewed,
    meeting_of,
    meeting_page,
    minutes_of,
)

__all__ = [
    "About",
    "DuePractice",
    "MeetingPage",
    "MeetingRow",
    "MeetingsPage",
    "PracticeRow",
    "PracticesPage",
    "Preparation",
    "Reviewed",
    "about_of",
    "contract_met_on",
    "meeting_of",
    "meeting_page",
    "meetings_page",
    "minutes_of",
    "open_practices",
    "practices_due",
    "practices_page",
    "preparation",
]
