"""The outbox: letters written in the transaction of the act, sent after it.

A letter is kept as its name and its facts and put into words when it is sent. A worker killed
between sending and marking sends it again under the same Message-ID, which mail servers and
readers take for the same letter.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.jobs.models import Job, OutgoingMail
from portal.jobs.queue import Task, enqueue
from portal.language import formats
from portal.language.texts import translations
from portal.paths import TEMPLATES
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES, name_in

JOB = "send_mail"
SERVER_ANSWERS_WITHIN_S = 20
CALENDAR_FILE = "meeting.ics"

# Every letter with the facts that it tells. None of them holds anything out of an offer.
LETTERS: dict[str, frozenset[str]] = {
    "accessibility_answered": frozenset({"answer", "path"}),
    "confirm_email": frozenset({"path", "days"}),
    "account_exists": frozenset({"path"}),
    "invitation": frozenset({"organisation", "path", "days"}),
    "roles_added": frozenset({"organisation", "path"}),
    "reset_password": frozenset({"path", "hours"}),
    "second_factor_reset": frozenset({"path"}),
    "call_published": frozenset({"reference", "path"}),
    "call_answered": frozenset({"reference", "path"}),
    "call_amended": frozenset({"reference", "due", "path"}),
    "call_amended_confirm": frozenset({"reference", "due", "path"}),
    "offer_submitted": frozenset({"procurement", "reference", "submitted_at", "sha256", "path"}),
    "offer_draft_waits": frozenset({"procurement", "due", "path"}),
    "offer_confirmed": frozenset({"procurement", "reference", "path"}),
    "offer_withdrawn": frozenset({"procurement", "path"}),
    "offers_opened": frozenset({"procurement", "path"}),
    "clarification_asked": frozenset({"procurement", "due", "path"}),
    "clarification_answered": frozenset({"procurement", "path"}),
    "decision_issued": frozenset({"procurement", "path"}),
    "digest": frozenset({"things", "late", "path"}),
    "contract_ready": frozenset({"contract", "path"}),
    "contract_void": frozenset({"contract", "path"}),
    "contract_in_force": frozenset({"contract", "path"}),
    "contract_held": frozenset({"contract", "path"}),
    "contract_released": frozenset({"contract", "path"}),
    "contract_refused": frozenset({"contract", "path"}),
    "absence_alert": frozenset({"contract", "path"}),
    "option_exercised": frozenset({"contract", "path"}),
    "card_out_of_date": frozenset({"card", "confirmed_on", "path"}),
    "card_without_keeper": frozenset({"card", "confirmed_on", "path"}),
    "notice_day": frozenset({"contract", "kind", "notice_by", "path"}),
    "step_late": frozenset({"organisation", "late_since", "path"}),
    "change_proposed": frozenset({"contract", "path"}),
    "change_settled": frozenset({"contract", "path"}),
    "contract_passed": frozenset({"contract", "path"}),
    "handover_given": frozenset({"contract", "path"}),
    "call_off_made": frozenset({"contract", "n", "path"}),
    "call_off_confirmed": frozenset({"contract", "n", "path"}),
    "call_off_declined": frozenset({"contract", "n", "path"}),
    "call_off_cancelled": frozenset({"contract", "n", "path"}),
    "meeting_planned": frozenset({"contract", "begins", "place", "path"}),
    "meeting_moved": frozenset({"contract", "begins", "place", "path"}),
    "meeting_cancelled": frozenset({"contract", "begins", "path"}),
    "scorecard_drawn_up": frozenset({"provider", "first_day", "last_day", "answer_by", "path"}),
    "scorecard_answered": frozenset({"provider", "first_day", "last_day", "path"}),
    "scorecard_stands": frozenset({"provider", "first_day", "last_day", "path"}),
}


class Recipient(Protocol):
    """Whoever can be written to."""

    @property
    def id(self) -> UUID:
        """The person's key."""

    @property
    def email(self) -> str:
        """Where mail is sent."""

    @property
    def language(self) -> str | None:
        """The language chosen, if any; else Finnish."""


def chosen_language(person: Recipient) -> str:
    """The language that a person is written to in: their choice, else Finnish."""
    return person.language if person.language in LANGUAGES else DEFAULT_LANGUAGE


def send_mail(
    session: Session,
    *,
    to: Recipient,
    letter: str,
    facts: Mapping[str, Any],
    at: datetime,
    about: UUID | None = None,
    calendar: str | None = None,
) -> None:
    """Put a letter into the outbox, to be sent once the caller's transaction is committed.

    With ``about``, `fates` tells of it by the key of what it announces. ``path`` among the facts is
    an address within the portal. ``calendar`` is an iCalendar object with its METHOD, for the
    recipient's calendar. Raises ValueError for an unknown letter or one that lacks a fact.
    """
    lacking = LETTERS[letter] - facts.keys() if letter in LETTERS else {"a template"}
    if lacking:
        raise ValueError(f"the letter {letter} lacks {', '.join(sorted(lacking))}")
    mail = OutgoingMail(
        recipient_id=to.id,
        address=to.email,
        language=chosen_language(to),
        letter=letter,
        facts=dict(facts),
        about=about,
        calendar=calendar,
        created_at=at,
    )
    session.add(mail)
    session.flush()
    enqueue(session, JOB, {"mail": str(mail.id)}, at=at, once=_once(mail))


class Fate(StrEnum):
    """What has become of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    TRIED = "tried"
    FAILED = "failed"
    KEPT = "kept"


@dataclass(frozen=True)
class Told:
    """A letter's fate: to which address, when sent, after how many tries that failed.

    ``KEPT`` is a letter of an installation without a mail server; it stays in the outbox.
    """

    address: str
    fate: Fate
    sent_at: datetime | None
    tries: int


def fates(session: Session, about: Collection[UUID]) -> dict[UUID, list[Told]]:
    """The letters about these things, by what they are about, in two queries."""
    mails = session.scalars(
        select(OutgoingMail).where(OutgoingMail.about.in_(about)).order_by(OutgoingMail.address)
    ).all()
    once = [_once(mail) for mail in mails]
    jobs = {job.once: job for job in session.scalars(select(Job).where(Job.once.in_(once)))}
    found: dict[UUID, list[Told]] = {}
    for mail in mails:
        job = jobs[_once(mail)]
        assert mail.about is not None
        found.setdefault(mail.about, []).append(
            Told(mail.address, _fate(mail, job), mail.sent_at, job.attempts)
        )
    return found


def _fate(mail: OutgoingMail, job: Job) -> Fate:
    if mail.sent_at is not None:
        return Fate.SENT
    if job.state == "waiting":
        return Fate.TRIED if job.fault is not None else Fate.WAITING
    return Fate.FAILED if job.state == "failed" else Fate.KEPT


def _once(mail: OutgoingMail) -> str:
    """The name of its job, which tells the kind of letter to whoever counts what waits."""
    return f"mail:{mail.letter}:{mail.id}"


def render_letter(
    letter: str, language: str, facts: Mapping[str, Any], base_url: str
) -> tuple[str, str]:
    """Subject and plain text of a letter in the recipient's language."""
    template = _environment(language).get_template(f"emails/{letter}.txt")
    link = base_url + str(facts["path"])
    subject, _line, body = template.render({**facts, "link": link}).partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"


@cache
def _environment(language: str) -> Environment:
    # Plain text: there is no markup that a fact could break out into.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # plain text, as above
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # the extension adds it
        translations(language), newstyle=True
    )
    environment.filters["name"] = lambda names: name_in(names, language)
    environment.filters["day"] = lambda text: formats.day(date.fromisoformat(text), language)
    environment.filters["instant"] = lambda text: formats.instant(
        datetime.fromisoformat(text), language, seconds=True
    )
    return environment


def mail_task(settings: Settings) -> Task:
    """How a letter is sent by this installation's mail server.

    Without a server a letter stays in the outbox unsent; in development it counts as sent, since
    there the outbox is a page. Once sent, its facts are emptied (kept for that page).
    """

    def prepare(session: Session, arguments: dict[str, Any], at: datetime) -> bool:
        mail = session.get_one(OutgoingMail, UUID(arguments["mail"]))
        if settings.smtp_host is None:
            return settings.development
        _deliver(settings, message_of(mail, settings))
        return True

    def finish(session: Session, arguments: dict[str, Any], sent: bool, at: datetime) -> None:
        mail = session.get_one(OutgoingMail, UUID(arguments["mail"]))
        if sent:
            mail.sent_at = at
            if not settings.development:
                mail.facts, mail.calendar = {}, None

    return Task(prepare, finish, _passes)


def _passes(fault: Exception) -> bool:
    """Whether the same letter may well be taken later on.

    Only a server that refuses the address or the letter for good (5xx) says that it will not be;
    one that cannot be reached, hangs, says "not now" or knows our password no longer does not.
    """
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return any(code < 500 for code, _words in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPDataError):
        return fault.smtp_code < 500
    return isinstance(fault, OSError)


def message_of(mail: OutgoingMail, settings: Settings) -> EmailMessage:
    """The message as it goes to the server; the same for every try."""
    subject, body = render_letter(mail.letter, mail.language, mail.facts, settings.base_url)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = _for_servers(mail.address)
    message["Subject"] = subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.language
    message.set_content(body, cte="quoted-printable")
    if mail.calendar is not None:
        _add_calendar(message, mail.calendar)
    return message


def _add_calendar(message: EmailMessage, calendar: str) -> None:
    """As an alternative to the text, which is where calendars look for it, and as a file."""
    method = calendar.partition("METHOD:")[2].partition("\n")[0].strip()
    params = {"method": method, "name": CALENDAR_FILE}
    message.add_alternative(calendar, subtype="calendar", params=params, cte="base64")
    message.add_attachment(
        calendar.encode(), maintype="text", subtype="calendar", filename=CALENDAR_FILE
    )


def _for_servers(address: str) -> str:
    """The domain in the letters that every mail server knows."""
    local, _sign, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _deliver(settings: Settings, message: EmailMessage) -> None:
    """Raises smtplib.SMTPException or OSError when the server does not take the message."""
    assert settings.smtp_host is not None
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(
            settings.smtp_host,
            settings.smtp_port,
            timeout=SERVER_ANSWERS_WITHIN_S,
            context=context,
        )
    else:
        server = smtplib.SMTP(
            settings.smtp_host, settings.smtp_port, timeout=SERVER_ANSWERS_WITHIN_S
        )
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user is not None:
            server.login(settings.smtp_user, settings.smtp_password or "")
        server.send_message(message)
    finally:
        # The message has been taken or refused by now; how the talk ends changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()
