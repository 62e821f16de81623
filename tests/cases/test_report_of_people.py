"""What the report says of people, from rows put straight into the database."""

from __future__ import annotations

from datetime import date

from portal.cases.report.indicators import reported_indicators
from portal.cases.report.trainings import reported_trainings
from portal.cases.stage import Stage
from portal.database import Database
from portal.enrolments.usecases import report_background
from tests.cast import Cast
from tests.underway import CALLED, contract_in_force, enrolled, training_of

END = date(2026, 6, 12)


def test_trainings_and_indicators_are_counted_as_the_format_says(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        told = {"ended_on": END, "units": 0, "qualifications": 0}
        enrolled(session, training, "a", state="applied")
        enrolled(session, training, "b", state="rejected")
        enrolled(session, training, "c", state="selected")
        enrolled(session, training, "d", status="long_term_unemployed", birth_year=2002)
        enrolled(
            session,
            training,
            "e",
            state="completed",
            status="outside",
            status_at_end="in_education",
            birth_year=1971,
            **told | {"units": 2, "qualifications": 1},
        )
        enrolled(
            session,
            training,
            "f",
            state="left_early",
            left_to="work",
            status_at_end="open_market",
            sex="man",
            education="higher",
            **told,
        )
        enrolled(session, training, "g", state="left_early", left_to="studies", sex="man", **told)
        enrolled(session, training, "h", state="interrupted", status_at_end="unemployed", **told)
        gone = enrolled(session, training, "i", state="interrupted", **told)
        gone.state = "transferred"
        report_background(
            session,
            training=training,
            immigrants=2,
            minorities=1,
            disabled=0,
            other_disadvantaged=1,
            by=cast.tuula,
            at=CALLED,
        )
        stage = Stage(trainings={"t": training.id})
        assert reported_trainings(session, stage)["t"] == {
            "applied": 9,
            "selected": 7,
            "started": 6,
            "completed": 1,
            "left_early_for_work": 1,
            "left_early_for_studies": 1,
            "interrupted": 1,
            "units": 2,
            "qualifications": 1,
            "workdays": "0.00",
        }
        indicators = reported_indicators(session, stage)
    assert indicators["started"] == {
        "total": 5,
        "women": 3,
        "open_market": 0,
        "other_work": 0,
        "unemployed": 4,
        "long_term_unemployed": 1,
        "outside": 1,
        "in_education": 0,
        "age_15_24": 1,
        "age_55_64": 1,
        "basic": 4,
        "upper_secondary": 0,
        "post_secondary": 0,
        "higher": 1,
        "immigrants": 2,
        "minorities": 1,
        "disabled": 0,
        "other_disadvantaged": 1,
    }
    assert indicators["completed"]["total"] == 3
    assert indicators["completed"]["open_market"] == 1
    assert (indicators["completed"]["outside"], indicators["completed"]["in_education"]) == (1, 1)
    assert (indicators["interrupted"], indicators["units"]) == (1, 2)
    assert indicators["qualifications"] == 1
