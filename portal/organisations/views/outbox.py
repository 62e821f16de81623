"""Outgoing mail on a page, for trying the portal out where no mail is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask.typing import ResponseReturnValue

from portal.jobs.mail import render_letter
from portal.organisations.queries import latest_letters
from portal.organisations.views.blueprint import bp
from portal.shared.errors import NotFound
from portal.web.pages import page
from portal.web.unit import reading, services


@dataclass(frozen=True)
class Line:
    """One line of a letter; ``url`` where it is a link."""

    text: str
    url: str | None


@dataclass(frozen=True)
class LetterShown:
    """One letter as its recipient reads it."""

    to: str
    at: datetime
    language: str
    subject: str
    lines: list[Line]


@bp.get("/outbox")
def outbox() -> ResponseReturnValue:
    """The newest letters. Raises NotFound unless the installation is one for development."""
    settings = services().settings
    if not settings.development:
        raise NotFound
    letters = []
    for mail in latest_letters(reading()):
        subject, body = render_letter(mail.letter, mail.language, mail.facts, settings.base_url)
        lines = [_line(text, settings.base_url) for text in body.splitlines() if text.strip()]
        letters.append(LetterShown(mail.address, mail.created_at, mail.language, subject, lines))
    return page("organisations/outbox.html", letters=letters)


def _line(text: str, base_url: str) -> Line:
    is_link = text.startswith(f"{base_url}/")
    return Line(text, text.removeprefix(base_url) if is_link else None)
