"""What a need and a sounding are made of, and how their states move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.transitions import status_after

MOST_PEOPLE = 100_000


class NeedState(StrEnum):
    """Where a need of an employment office is."""

    OPEN = "need_open"
    USED = "need_used"
    WITHDRAWN = "need_withdrawn"


NEED_TRANSITIONS: dict[str, tuple[NeedState, NeedState]] = {
    "change_need": (NeedState.OPEN, NeedState.OPEN),
    "withdraw_need": (NeedState.OPEN, NeedState.WITHDRAWN),
    "use_need": (NeedState.OPEN, NeedState.USED),
}
"""The one table that moves a need: act → from, to."""


def need_after(state: str, act: str) -> NeedState:
    """The state after an act. Raises ``need_used`` once a buyer builds on it, ``wrong_state``."""
    rule = "need_used" if state == NeedState.USED else "wrong_state"
    return status_after(NEED_TRANSITIONS, state, act, rule=rule)


@dataclass(frozen=True)
class NeedTerms:
    """Whom an office would send: how many people, where, in which field of training, from when."""

    target_group: str
    people: int
    region: str
    field: str
    wanted_from: date
    note: str = ""


def normal_label(text: str) -> str:
    """A region or field in the form in which needs are summed: single spaces, a capital first."""
    joined = " ".join(text.split())
    return joined[:1].upper() + joined[1:]


def require_need(terms: NeedTerms) -> None:
    """Refuses by ``text_missing`` a need without its words, by ``people_missing`` an empty one."""
    for name in ("target_group", "region", "field"):
        if not getattr(terms, name).strip():
            raise RuleBroken("text_missing", field=name)
    if not 0 < terms.people <= MOST_PEOPLE:
        raise RuleBroken("people_missing", field="people")


class SoundingState(StrEnum):
    """Where a sounding is in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"


SOUNDING_TRANSITIONS: dict[str, tuple[SoundingState, SoundingState]] = {
    "change_sounding": (SoundingState.DRAFT, SoundingState.DRAFT),
    "publish_sounding": (SoundingState.DRAFT, SoundingState.PUBLISHED),
    "answer_sounding": (SoundingState.PUBLISHED, SoundingState.PUBLISHED),
}
"""The one table that moves a sounding: act → from, to."""


def sounding_after(state: str, act: str) -> SoundingState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    return status_after(SOUNDING_TRANSITIONS, state, act)


class SoundingStanding(StrEnum):
    """A sounding as a reader sees it: a published one is open for comments or closed."""

    DRAFT = "draft"
    OPEN = "open_for_comments"
    CLOSED = "closed_for_comments"


def sounding_standing(state: str, comments_due: datetime | None, at: datetime) -> SoundingStanding:
    """How the sounding stands at that time."""
    if state == SoundingState.DRAFT:
        return SoundingStanding.DRAFT
    if comments_due is not None and in_time(at, comments_due):
        return SoundingStanding.OPEN
    return SoundingStanding.CLOSED


def in_time(at: datetime, comments_due: datetime) -> bool:
    """Whether an answer is still in time; the last moment itself is."""
    return at <= comments_due


@dataclass(frozen=True)
class SoundingTerms:
    """A call as it is planned, put before the market; texts by language."""

    title: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    capacity: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    comments_due: datetime | None = None


def missing_from_sounding(terms: SoundingTerms, at: datetime) -> list[str]:
    """Names of what keeps a sounding from being published, in the order of its page."""
    missing = [
        name
        for name in ("title", "description")
        if not getattr(terms, name).get(DEFAULT_LANGUAGE, "").strip()
    ]
    if terms.comments_due is None or terms.comments_due <= at:
        missing.append("comments_due")
    return missing


def require_complete(terms: SoundingTerms, at: datetime) -> None:
    """Refuses by ``sounding_incomplete`` (with what is missing)."""
    missing = missing_from_sounding(terms, at)
    if missing:
        raise RuleBroken("sounding_incomplete", missing=missing)


@dataclass(frozen=True)
class MarketAnswer:
    """What a provider says: it would bid, or it would not and why."""

    would_bid: bool
    reason: str = ""
    comment: str = ""


def require_answer(answer: MarketAnswer) -> None:
    """Refuses by ``reason_missing`` whoever would not bid and does not say why."""
    if not answer.would_bid and not answer.reason.strip():
        raise RuleBroken("reason_missing", field="reason")
