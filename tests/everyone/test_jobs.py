"""Main jobs from logging in to their end, in ways of which each two meet at least once.

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

SAMPLE = {
    "first_offer": Way("fi", NARROW, True, Hands.KEYBOARD),
    "accept_workdays": Way("en", WIDE, False, Hands.KEYBOARD),
    "call_off": Way("en", NARROW, True, Hands.MOUSE),
    "open_offers": Way("fi", WIDE, False, Hands.MOUSE),
    "answer_proposal": Way("fi", NARROW, False, Hands.MOUSE),
    "invite_person": Way("en", WIDE, True, Hands.KEYBOARD),
}


@pytest.mark.parametrize("key", SAMPLE)
def test_a_main_job_is_done_from_logging_in_to_its_end(house: House, key: str) -> None:
    job = next(one for one in JOBS if one.key == key)
    effort = do(house, job, SAMPLE[key])
    assert effort.pages <= (job.most_pages or 20)


def test_any_two_ways_of_working_meet_in_the_sample() -> None:
    ways = [
        (way.language, str(way.width), str(way.javascript), way.hands.value)
        for way in SAMPLE.values()
    ]
    for one, other in combinations(range(4), 2):
        met = {(way[one], way[other]) for way in ways}
        assert len(met) == 4, (one, other, met)
