"""A meeting for somebody's calendar: invitation, update and cancellation (RFC 5545 and 5546).

All three have the meeting's one UID; a higher SEQUENCE takes the place of a lower one. Times are
instants in UTC, which every calendar shows on its own clock, on both sides of a clock change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from portal.language.texts import gettext_in
from portal.meetings.rules import MeetingKind

# The library is loaded by the first meeting that somebody puts into a calendar.
if TYPE_CHECKING:
    from icalendar import vCalAddress

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
LASTS = timedelta(hours=1)
"""How long a meeting without an end stands in a calendar."""


@dataclass(frozen=True)
class Entry:
    """A meeting as a calendar keeps it. It names no participant and tells no content.

    ``caller`` is who called the meeting, ``guest`` who gets the entry: each a name and an e-mail
    address; nobody else invited is named.
    """

    key: UUID
    sequence: int
    changed_at: datetime
    kind: str
    contract: str
    begins: datetime
    ends: datetime | None
    place: str
    caller: tuple[str, str]
    guest: tuple[str, str]
    address: str


def entry_text(entry: Entry, method: str, language: str) -> str:
    """The iCalendar object in the guest's language, its lines ended as the standard asks."""
    from icalendar import Calendar, Event, vText

    calendar = Calendar()
    calendar.add("prodid", "-//Siirtymä//Siirtymä//FI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{entry.key}@{urlsplit(entry.address).hostname}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.begins.astimezone(UTC))
    event.add("dtend", (entry.ends or entry.begins + LASTS).astimezone(UTC))
    event.add("summary", f"{kind_in(entry.kind, language)}: {entry.contract}")
    event.add("url", entry.address)
    event.add("description", entry.address)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    if method != PUBLISH:
        event.add("organizer", _address(*entry.caller), encode=False)
        guest = _address(*entry.guest)
        guest.params["role"] = vText("REQ-PARTICIPANT")
        guest.params["rsvp"] = vText("FALSE" if method == CANCEL else "TRUE")
        event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()


def kind_in(kind: str, language: str) -> str:
    """What a meeting is called in a language."""
    _ = gettext_in(language)
    return {
        MeetingKind.START_UP: _("Start-up meeting"),
        MeetingKind.INTERIM: _("Interim feedback"),
        MeetingKind.VERIFICATION: _("Verification visit"),
        MeetingKind.CLOSING: _("Closing meeting"),
        MeetingKind.TRIPARTITE: _("Three-party meeting"),
        MeetingKind.JOINT_REVIEW: _("Joint review of the personal plan"),
    }[MeetingKind(kind)]


def _address(name: str, email: str) -> vCalAddress:
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(name)
    return address
