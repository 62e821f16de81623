"""What a sponsor's training waits for, in words and with the way there.

A later room adds the words of its own needs where its pages are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.enrolments.queries.waiting import TrainingNeed

Words = Callable[[TrainingNeed], str]
Way = Callable[[TrainingNeed], str]


@dataclass(frozen=True)
class _Said:
    words: Words
    way: Way


_said: dict[str, _Said] = {}


def say_need(kind: str, words: Words, way: Way) -> None:
    """Let a room say a kind of need in words, and where it is met."""
    _said[kind] = _Said(words, way)


def need_text(need: TrainingNeed) -> str:
    """The need in the reader's language."""
    return _said[_kind(need)].words(need)


def need_url(need: TrainingNeed) -> str:
    """Where the need is met."""
    return _said[_kind(need)].way(need)


def _kind(need: TrainingNeed) -> str:
    return "follow_up" if need.kind.startswith("follow_up_") else need.kind


def _training(need: TrainingNeed) -> str:
    return url_for("enrolments.training", training_id=need.training_id)


say_need("late_start", lambda _need: _("Nobody has started, though the day has passed"), _training)
say_need(
    "referrals_missing",
    lambda need: ngettext(
        "%(num)s place without a referral", "%(num)s places without a referral", need.count
    ),
    lambda need: url_for("enrolments.new_application", training_id=need.training_id),
)
say_need(
    "interviews",
    lambda need: ngettext("%(num)s interview to hold", "%(num)s interviews to hold", need.count),
    _training,
)
say_need(
    "decisions",
    lambda need: ngettext("%(num)s decision to make", "%(num)s decisions to make", need.count),
    lambda need: url_for("enrolments.ask_decision", training_id=need.training_id),
)
say_need(
    "closing",
    lambda need: ngettext(
        "The training ends; %(num)s person is still in it",
        "The training ends; %(num)s people are still in it",
        need.count,
    ),
    _training,
)
say_need(
    "follow_up",
    lambda need: ngettext(
        "%(num)s status to ask, %(months)s months after the end",
        "%(num)s statuses to ask, %(months)s months after the end",
        need.count,
        months=need.kind.removeprefix("follow_up_"),
    ),
    _training,
)
