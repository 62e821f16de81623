"""``/design``: only where the installation is one for development."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.design.forms import samples
from portal.paths import STATIC
from portal.pictures.charts import Bar, Mark, Part, Series, bars, lines, time_line
from portal.shared.errors import NotFound
from portal.shared.paging import paging
from portal.web.filters import number
from portal.web.forms import ButtonForm
from portal.web.pages import page
from portal.web.unit import services

bp = Blueprint("design", __name__)

LONG_WORD = "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas"
"""Longer than anything that the portal has to say, and so a test of what gives way to it."""


class RemovedDocument:
    """What stands in the place of a document that was removed."""

    removed_at = datetime(2026, 11, 27, 7, tzinfo=UTC)
    made_at = datetime(2024, 8, 1, 7, tzinfo=UTC)
    sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@bp.get("/design")
def index() -> ResponseReturnValue:
    """Every component in every state. Raises NotFound unless in development."""
    if not services().settings.development:
        raise NotFound
    sheet = (STATIC / "css" / "portal.css").read_text(encoding="utf-8")
    sprite = (STATIC / "img" / "icons.svg").read_text(encoding="utf-8")
    tokens = re.findall(r"^  (--[\w-]+): ([^;]+);$", sheet, re.MULTILINE)
    return page(
        "design/index.html",
        colours=[(name, value) for name, value in tokens if value.startswith("#")],
        measures=[(name, value) for name, value in tokens if not value.startswith("#")],
        icons=re.findall(r'<symbol id="([\w-]+)"', sprite),
        samples=samples(),
        form=ButtonForm(formdata=None),
        long_word=LONG_WORD,
        paging=paging(60, 2),
        removed=RemovedDocument(),
        saved_at=RemovedDocument.removed_at,
        due=RemovedDocument.removed_at + timedelta(hours=2),
        today=date(2026, 11, 27),
        bars_picture=_bars(),
        line_picture=_line(),
        days_picture=_days(),
    )


def _bars() -> object:
    words = {
        "full": _("Delivered"),
        "slanted": _("Ordered"),
        "level": _("Committed"),
        "upright": _("Reserved"),
        "empty": _("Left"),
    }
    parts = [Part(pattern, 20, text) for pattern, text in words.items()]
    return bars(
        "sample-bars",
        _("Capacity"),
        _("Every pattern of a bar."),
        [
            Bar("ESIM/41/2026/bay", number(100), parts, 100),
            Bar(LONG_WORD[:34], number(40), parts[1:3], 100, inset=True),
            Bar(_("Nothing yet"), number(0), [], 100, inset=True),
        ],
        parts,
    )


def _line() -> object:
    values = [Decimal("3.4"), Decimal("3.9"), None, Decimal("4.2"), Decimal("4.5"), None]
    return lines(
        "sample-lines",
        _("Feedback"),
        _("Two lines with gaps where there is no data."),
        [
            Series(_("Participants"), "round", values, [str(value) for value in values]),
            Series(_("Employers"), "square", values[::-1], [str(value) for value in values[::-1]]),
        ],
        [f"Q{n % 4 + 1} {2025 + n // 4}" for n in range(6)],
        (1, 5),
    )


def _days() -> object:
    days = [(1, -3), (2, -1), (3, 0), (4, 2), (5, 2), (6, 30), (7, 84)]
    return time_line(
        "sample-days",
        _("Deadlines"),
        _("Late days, days that fall together, and the last day of the line."),
        [Mark(n, ahead, number(ahead)) for n, ahead in days],
        [(0, _("Today")), (42, _("6 weeks")), (84, _("12 weeks"))],
        _("Late"),
    )
