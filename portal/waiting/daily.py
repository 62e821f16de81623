"""What is done once a day, or once a minute.

Each function may run twice, late, or not at all for a week.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.jobs.work import remove_old
from portal.offers.usecases import remind_of_drafts
from portal.options.usecases import remind_of_notice_days
from portal.organisations.usecases import drop_old_forms
from portal.provider_cards.usecases import remind_keepers
from portal.scorecards.plans.usecases import tell_of_late_steps
from portal.waiting.digest import send_digests

Daily = Callable[[Session, datetime], int]
"""Given a session and the moment of the run; returns how many things it did.

A function keeps on its own table what it has done, so that running it again does nothing twice
and running it late leaves nothing out. Each runs in a transaction of its own.
"""

EVERY_MINUTE: list[Daily] = [remind_of_drafts]
"""What cannot wait for the next day; the worker runs each every minute."""

DAILY: list[Daily] = [
    remind_of_notice_days,
    remind_keepers,
    tell_of_late_steps,
    send_digests,
    remove_old,
    drop_old_forms,
]
