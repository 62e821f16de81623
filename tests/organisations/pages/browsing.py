"""What the readers of these pages do again and again."""

from __future__ import annotations

from sqlalchemy import select

from portal.database import Database
from portal.jobs.mail import render_letter
from portal.jobs.models import OutgoingMail
from portal.organisations.passwords import hash_chosen
from tests.page import Browser, Page

PASSWORD = "pääsky lentää etelään"  # of an example
ANOTHER = "kurki palaa keväällä"
HASH = hash_chosen(PASSWORD, "")


def link_in_newest_letter(database: Database, language: str) -> str:
    """The link as it stands in the letter's own text."""
    with database.reading() as session:
        mail = session.scalars(
            select(OutgoingMail).order_by(OutgoingMail.created_at.desc())
        ).first()
        assert mail is not None
        assert mail.language == language
        _subject, body = render_letter(mail.letter, mail.language, mail.facts, "http://localhost")
    (link,) = [line for line in body.splitlines() if line.startswith("http://localhost/")]
    return link.removeprefix("http://localhost")


def secret_on(page: Page) -> str:
    """The key that an enrolment page offers for typing."""
    return str(page.one("main p > code").get_text()).replace(" ", "")


def log_in(
    browser: Browser,
    email: str,
    password: str = PASSWORD,
    status: int = 303,
    address: str = "192.0.2.1",
) -> Page:
    """Log in from an address."""
    browser.client.environ_base["REMOTE_ADDR"] = address
    browser.get("/login")
    return browser.submit(email=email, password=password, status=status)
