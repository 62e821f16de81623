"""Every main job from logging in to its end, in ways of which each two meet at least once.

``make usability`` does every job in every way.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.conftest import ON_POSTGRESQL
from tests.everyone.desk import Hands, Way
from tests.everyone.house import NARROW, WIDE, House
from tests.everyone.jobs import JOBS, do

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(ON_POSTGRESQL, reason="pages ask both databases alike"),
]

MOUSE, KEYBOARD = Hands.MOUSE, Hands.KEYBOARD
SAMPLE = {
    "publish_call": Way("en", WIDE, False, MOUSE),
    "ask_and_answer": Way("fi", NARROW, False, MOUSE),
    "first_offer": Way("fi", NARROW, True, MOUSE),
    "open_offers": Way("fi", WIDE, False, MOUSE),
    "assess_offer": Way("en", WIDE, True, MOUSE),
    "score_and_award": Way("fi", WIDE, True, MOUSE),
    "decide": Way("en", NARROW, False, MOUSE),
    "sign_contract": Way("en", WIDE, False, KEYBOARD),
    "call_off": Way("en", NARROW, True, MOUSE),
    "refer_person": Way("fi", WIDE, True, MOUSE),
    "accept_workdays": Way("fi", NARROW, True, KEYBOARD),
    "record_workdays": Way("en", NARROW, False, MOUSE),
    "confirm_call_off": Way("fi", WIDE, True, KEYBOARD),
    "answer_proposal": Way("fi", NARROW, False, MOUSE),
    "invite_person": Way("en", WIDE, True, MOUSE),
    "read_record": Way("en", NARROW, False, KEYBOARD),
}


@pytest.mark.parametrize("key", SAMPLE)
def test_a_main_job_is_done_from_logging_in_to_its_end(house: House, key: str) -> None:
    job = next(one for one in JOBS if one.key == key)
    effort = do(house, job, SAMPLE[key])
    assert effort.pages <= (job.most_pages or 20)


def test_no_main_job_is_left_out() -> None:
    assert sorted(SAMPLE) == sorted(job.key for job in JOBS)


def test_any_two_ways_of_working_meet_in_the_sample() -> None:
    ways = [
        (way.language, str(way.width), str(way.javascript), way.hands.value)
        for way in SAMPLE.values()
    ]
    for one, other in combinations(range(4), 2):
        met = {(way[one], way[other]) for way in ways}
        assert len(met) == 4, (one, other, met)
