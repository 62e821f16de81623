"""Acts that an opener's phrase is needed for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.offers.forms.phrases import PhraseForm
from portal.organisations.models import Person
from portal.organisations.usecases.phrase_tries import forget_phrase_tries, note_phrase_try
from portal.web.acting import acted
from portal.web.unit import me, now, services, transaction


def acted_with_phrase(
    form: PhraseForm,
    act: Callable[[Session, Person], str],
    message: str,
    *,
    alone: Collection[str] = frozenset({"not_permitted"}),
) -> ResponseReturnValue | None:
    """As `portal.web.acting.acted`; each try of a phrase is counted until a right one.

    Refused besides by ``opener_phrase_wait``.
    """

    def note_try() -> None:
        if form.phrase.data:
            with transaction() as session:
                note_phrase_try(session, by=me(session), at=now())

    def with_right_phrase(session: Session, by: Person) -> str:
        url = act(session, by)
        forget_phrase_tries(session, by)
        return url

    return acted(form, with_right_phrase, message, first=note_try, alone=alone)


def opening_window() -> timedelta:
    """Within what time the second of two follows the first."""
    return timedelta(minutes=services().settings.opening_minutes)
