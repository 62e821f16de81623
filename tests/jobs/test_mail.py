"""The outbox: letters written with the act, sent once after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.config import Settings
from portal.database import Database
from portal.jobs.mail import LETTERS, mail_task, message_of, render_letter, send_mail
from portal.jobs.models import Job, OutgoingMail
from portal.jobs.queue import LEASE, MOST_ATTEMPTS, Task, do, do_all, due_jobs, take
from portal.paths import TEMPLATES
from tests.cast import Cast
from tests.jobs.mail_server import MailServer, mail_server

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "path": "/somewhere/abc",
    "days": 14,
    "hours": 2,
    "organisation": {"fi": "Jokiopisto", "sv": "Älvinstitutet"},
    "procurement": "ESIM/12/2026",
    "reference": "ESIM/12/2026-7",
    "submitted_at": "2026-02-06T10:00:00+00:00",
    "due": "2026-02-13T14:15:00+00:00",
    "sha256": "ab" * 32,
    "contract": "ESIM/12/2026/1",
    "n": 7,
    "things": 4,
    "late": 2,
    "begins": "2026-03-10T11:00:00+00:00",
    "place": "Jokiopisto",
    "kind": "further_period",
    "notice_by": "2026-11-30",
    "provider": {"fi": "Jokiopisto"},
    "first_day": "2026-01-01",
    "last_day": "2026-06-30",
    "answer_by": "2026-07-24",
    "late_since": "2026-11-30",
    "card": {"fi": "Siivoojaksi työssä", "sv": "Städare på jobbet"},
    "confirmed_on": "2026-01-12",
    "answer": "Lisäsimme kuvaan tekstin.",
}


def facts_of(letter: str) -> dict[str, Any]:
    return {name: FACTS[name] for name in LETTERS[letter]}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as listening:
        yield listening


@pytest.fixture
def posting(settings: Settings, server: MailServer) -> Settings:
    """An installation with a mail server."""
    return settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
    )


def written(database: Database, cast: Cast, letter: str = "reset_password") -> None:
    with database.transaction() as session:
        send_mail(session, to=cast.roope, letter=letter, facts=facts_of(letter), at=AT)


def tasks(settings: Settings) -> dict[str, Task]:
    return {"send_mail": mail_task(settings)}


def mail_in(database: Database) -> OutgoingMail:
    with database.reading() as session:
        return session.scalars(select(OutgoingMail)).one()


def job_in(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_every_letter_says_what_it_is_about_and_has_one_link(letter: str, language: str) -> None:
    subject, body = render_letter(letter, language, facts_of(letter), "https://portal.example")
    assert subject
    assert "\n" not in subject
    links = [line for line in body.splitlines() if "portal.example" in line]
    assert links == ["https://portal.example/somewhere/abc"]
    assert "{" not in subject + body
    assert "%(" not in subject + body


def test_every_letter_has_a_template_and_every_template_a_letter() -> None:
    found = {file.stem for file in Path(TEMPLATES / "emails").glob("[!_]*.txt")}
    assert found == LETTERS.keys()


def test_a_receipt_tells_the_reference_the_time_and_the_hash() -> None:
    _subject, body = render_letter("offer_submitted", "en", FACTS, "https://portal.example")
    for told in (FACTS["reference"], "06/02/2026 12:00:00", FACTS["sha256"]):
        assert told in body


def test_nothing_but_a_letters_own_facts_gets_into_it() -> None:
    for letter in LETTERS:
        more = {**facts_of(letter), "price": "CANARY", "answers": "CANARY", "content": "CANARY"}
        assert "CANARY" not in "".join(render_letter(letter, "fi", more, "https://x.example"))


def test_a_letter_that_lacks_a_fact_is_a_fault_of_the_act(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        with pytest.raises(ValueError, match="hours"):
            send_mail(session, to=cast.roope, letter="reset_password", facts={"path": "/x"}, at=AT)
        with pytest.raises(ValueError, match="template"):
            send_mail(session, to=cast.roope, letter="unknown", facts={}, at=AT)


def test_a_letter_is_sent_once_and_its_facts_emptied(
    database: Database, cast: Cast, posting: Settings, server: MailServer
) -> None:
    written(database, cast)
    assert do_all(database, tasks(posting), AT) == 1
    assert do_all(database, tasks(posting), AT + timedelta(days=1)) == 0
    (message,) = server.received
    assert message["To"] == cast.roope.email
    assert message["From"] == posting.mail_from
    assert "/somewhere/abc" in message.get_content()
    mail = mail_in(database)
    assert (mail.sent_at, mail.facts) == (AT, {})


def test_a_worker_killed_after_sending_sends_the_same_message_again_and_marks_it_once(
    database: Database, cast: Cast, posting: Settings, server: MailServer
) -> None:
    written(database, cast)
    task = tasks(posting)["send_mail"]
    (job_id,) = due(database, AT)
    assert take(database, job_id, AT)
    with database.reading() as session:
        task.prepare(session, dict(job_in(database).arguments), AT)

    assert not do(database, tasks(posting), job_id, AT + LEASE)
    later = AT + LEASE + timedelta(seconds=1)
    assert do(database, tasks(posting), job_id, later)
    assert not do(database, tasks(posting), job_id, later + LEASE * 2)
    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_string() == second.as_string()
    assert mail_in(database).sent_at == later
    assert job_in(database).state == "done"


def test_a_worker_killed_while_marking_leaves_the_letter_to_be_done_once(
    database: Database, cast: Cast, posting: Settings, server: MailServer
) -> None:
    written(database, cast)
    (job_id,) = due(database, AT)
    whole = tasks(posting)["send_mail"]

    def killed(session: Any, arguments: Any, sent: bool, at: datetime) -> None:
        whole.finish(session, arguments, sent, at)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do(database, {"send_mail": Task(whole.prepare, killed)}, job_id, AT)
    assert mail_in(database).sent_at is None
    assert mail_in(database).facts
    assert do_all(database, tasks(posting), AT + LEASE * 2) == 1
    assert mail_in(database).sent_at == AT + LEASE * 2


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "451 try again later"),
        ("RCPT", "550 no such mailbox"),
        ("MAIL", "421 too busy"),
        ("MESSAGE", "452 disk full"),
        ("DATA", "554 no"),
    ],
)
def test_what_the_server_refuses_is_postponed_and_sent_in_the_end(
    database: Database,
    cast: Cast,
    posting: Settings,
    server: MailServer,
    command: str,
    answer: str,
) -> None:
    written(database, cast)
    server.answers[command] = answer
    assert do_all(database, tasks(posting), AT) == 0
    job = job_in(database)
    assert (job.state, job.attempts) == ("waiting", 1)
    assert job.due_at > AT
    assert str(job.fault).startswith("SMTP")
    assert mail_in(database).sent_at is None

    server.answers.clear()
    assert do_all(database, tasks(posting), job.due_at) == 1
    assert len(server.received) == 1


def test_a_message_once_taken_is_not_sent_again_however_the_talk_ends(
    database: Database, cast: Cast, posting: Settings, server: MailServer
) -> None:
    written(database, cast)
    server.answers["QUIT"] = "421 closing"
    assert do_all(database, tasks(posting), AT) == 1
    assert len(server.received) == 1


def test_a_server_that_does_not_answer_is_asked_again(
    database: Database, cast: Cast, settings: Settings, server: MailServer
) -> None:
    written(database, cast)
    nobody = settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none"}
    )
    assert do_all(database, tasks(nobody), AT) == 0
    assert job_in(database).fault == "ConnectionRefusedError"


def test_a_letter_refused_again_and_again_ends_as_failed_and_is_not_lost(
    database: Database, cast: Cast, posting: Settings, server: MailServer
) -> None:
    written(database, cast)
    server.answers["RCPT"] = "550 no such mailbox"
    at = AT
    for _ in range(MOST_ATTEMPTS):
        do_all(database, tasks(posting), at)
        at = job_in(database).due_at
    assert job_in(database).state == "failed"
    assert mail_in(database).facts
    assert mail_in(database).sent_at is None


def test_without_a_server_the_letter_stays_in_the_outbox(
    database: Database, cast: Cast, settings: Settings
) -> None:
    written(database, cast)
    assert do_all(database, tasks(settings), AT) == 1
    mail = mail_in(database)
    assert mail.sent_at is None
    assert mail.facts


def test_in_development_the_outbox_keeps_what_it_shows(
    database: Database, cast: Cast, settings: Settings
) -> None:
    written(database, cast)
    development = settings.model_copy(update={"development": True})
    assert do_all(database, tasks(development), AT) == 1
    mail = mail_in(database)
    assert mail.sent_at == AT
    assert mail.facts == facts_of("reset_password")


def message_to(address: str, settings: Settings, **facts: Any) -> EmailMessage:
    mail = OutgoingMail(
        address=address,
        language="fi",
        letter="call_answered",
        facts={"reference": "ESIM/1", "path": "/x", **facts},
        created_at=AT,
    )
    return message_of(mail, settings)


def test_an_address_with_a_finnish_domain_goes_in_the_servers_letters(settings: Settings) -> None:
    assert message_to("maija@metsä.example", settings)["To"] == "maija@xn--mets-ooa.example"


def test_a_fact_cannot_add_a_header(settings: Settings) -> None:
    message = message_to("a@b.example", settings, reference="X\r\nBcc: c@d.example")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def due(database: Database, at: datetime) -> list[int]:
    with database.reading() as session:
        return due_jobs(session, at)


def test_a_calendar_goes_as_an_alternative_with_its_method_and_as_a_file(
    settings: Settings, database: Database, cast: Cast
) -> None:
    entry = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Väliaika\r\nEND:VCALENDAR\r\n"
    with database.transaction() as session:
        send_mail(
            session,
            to=cast.tuula,
            letter="meeting_cancelled",
            facts=facts_of("meeting_cancelled"),
            at=AT,
            calendar=entry,
        )
        message = message_of(session.scalars(select(OutgoingMail)).one(), settings)
    text, calendar, file = (part for part in message.walk() if not part.is_multipart())
    assert text.get_content_type() == "text/plain"
    assert calendar.get_content_type() == file.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params["method"] == "CANCEL"
    assert file.get_filename() == "meeting.ics"
    assert file.get_payload(decode=True) == entry.encode()
    assert "Väliaika" in calendar.get_content()
