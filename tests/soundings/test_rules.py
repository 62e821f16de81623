"""Needs, soundings and answers, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.shared.errors import RuleBroken
from portal.shared.paging import paging
from portal.soundings.rules import (
    MOST_PEOPLE,
    MarketAnswer,
    NeedState,
    NeedTerms,
    SoundingStanding,
    SoundingState,
    SoundingTerms,
    missing_from_sounding,
    need_after,
    normal_label,
    require_answer,
    require_complete,
    require_need,
    sounding_after,
    sounding_standing,
)

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
NEED = NeedTerms("Pitkään työttömänä olleet", 12, "Lappi", "Hitsaus", date(2026, 8, 1))
PLAN = SoundingTerms(
    title={"fi": "Toppis"},
    description={"fi": "Suunnitelma"},
    comments_due=AT + timedelta(days=14),
)


def refused(rule: str, call: object, *args: object) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        call(*args)  # type: ignore[operator]
    assert broken.value.rule == rule
    return broken.value


def test_a_need_is_changed_and_taken_back_until_a_buyer_builds_on_it() -> None:
    assert need_after(NeedState.OPEN, "change_need") == NeedState.OPEN
    assert need_after(NeedState.OPEN, "withdraw_need") == NeedState.WITHDRAWN
    assert need_after(NeedState.OPEN, "use_need") == NeedState.USED
    for act in ("change_need", "withdraw_need", "use_need"):
        refused("need_used", need_after, NeedState.USED, act)
        refused("wrong_state", need_after, NeedState.WITHDRAWN, act)


@pytest.mark.parametrize("name", ["target_group", "region", "field"])
def test_a_need_says_whom_where_and_in_which_field(name: str) -> None:
    require_need(NEED)
    assert refused("text_missing", require_need, replace(NEED, **{name: "  "})).field == name


@pytest.mark.parametrize("people", [0, -1, MOST_PEOPLE + 1])
def test_a_need_is_of_somebody(people: int) -> None:
    require_need(replace(NEED, people=1))
    assert refused("people_missing", require_need, replace(NEED, people=people)).field == "people"


@pytest.mark.parametrize(
    ("typed", "kept"), [("lappi", "Lappi"), ("  Etelä   karjala ", "Etelä karjala"), ("ä", "Ä")]
)
def test_labels_are_kept_in_one_form_so_that_needs_add_up(typed: str, kept: str) -> None:
    assert normal_label(typed) == kept


def test_a_sounding_is_changed_before_and_answered_after_it_is_published() -> None:
    assert sounding_after(SoundingState.DRAFT, "publish_sounding") == SoundingState.PUBLISHED
    assert sounding_after(SoundingState.DRAFT, "change_sounding") == SoundingState.DRAFT
    assert sounding_after(SoundingState.PUBLISHED, "answer_sounding") == SoundingState.PUBLISHED
    refused("wrong_state", sounding_after, SoundingState.DRAFT, "answer_sounding")
    refused("wrong_state", sounding_after, SoundingState.PUBLISHED, "change_sounding")
    refused("wrong_state", sounding_after, SoundingState.PUBLISHED, "publish_sounding")


def test_a_published_sounding_closes_by_the_clock_after_its_last_moment() -> None:
    due = AT + timedelta(days=1)
    assert sounding_standing("draft", None, AT) == SoundingStanding.DRAFT
    assert sounding_standing("published", due, due) == SoundingStanding.OPEN
    after = due + timedelta(microseconds=1)
    assert sounding_standing("published", due, after) == SoundingStanding.CLOSED


def test_a_sounding_without_its_parts_is_not_published() -> None:
    require_complete(PLAN, AT)
    bare = SoundingTerms(title={"sv": "Toppis"})
    assert missing_from_sounding(bare, AT) == ["title", "description", "comments_due"]
    assert missing_from_sounding(PLAN, PLAN.comments_due or AT) == ["comments_due"]
    refused("sounding_incomplete", require_complete, bare, AT)


def test_whoever_would_not_bid_says_why() -> None:
    require_answer(MarketAnswer(True))
    require_answer(MarketAnswer(False, "Liian pieni erä"))
    assert refused("reason_missing", require_answer, MarketAnswer(False, " ")).field == "reason"


@pytest.mark.parametrize(
    ("total", "asked", "shown", "pages"),
    [(0, 1, 1, 1), (20, 9, 1, 1), (21, 2, 2, 2), (41, 99, 3, 3), (41, -5, 1, 3)],
)
def test_a_page_of_a_list_is_never_out_of_reach(
    total: int, asked: int, shown: int, pages: int
) -> None:
    found = paging(total, asked)
    assert (found.n, found.pages) == (shown, pages)
    assert found.offset == (shown - 1) * 20
    assert found.earlier == (None if shown == 1 else shown - 1)
    assert found.later == (None if shown == pages else shown + 1)
