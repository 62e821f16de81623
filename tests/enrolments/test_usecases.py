"""From the application to the follow-up, and whom each act refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select as rows
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.capacity.ledger import balance_of
from portal.capacity.models import Training
from portal.capacity.usecases import close_training, name_coach, remove_coach
from portal.contracts.models import Contract
from portal.database import Database
from portal.enrolments.models import BackgroundReport, Enrolment
from portal.enrolments.queries.counts import counts_of
from portal.enrolments.usecases import (
    complete,
    follow_up,
    interrupt,
    interview,
    leave_early,
    reject,
    report_background,
    select,
    start,
    transfer,
)
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.enrolments.people import More, applied, brought_to_start, more_people
from tests.underway import CALLED, contract_in_force, enrolled, training_of

DAY = date(2026, 6, 12)


@dataclass
class Scene:
    """A training of five places under a contract, within one transaction that is not kept."""

    session: Session
    cast: Cast
    more: More
    contract: Contract
    training: Training

    def of(self, person: Person) -> Person:
        return self.session.get_one(Person, person.id)

    def interview(self, enrolment: Enrolment, by: Person, **values: object) -> None:
        judged = {"need": 3, "urgency": 2, "suitability": 2, **values}
        interview(self.session, enrolment=enrolment, by=by, at=CALLED, **judged)  # type: ignore[arg-type]

    def refused(self, rule: str, act: Callable[..., object], *args: object, **kw: object) -> None:
        with pytest.raises(RuleBroken, match=f"^{rule}$"), self.session.begin_nested():
            act(*args, **kw)
        self.session.expire_all()


@pytest.fixture
def scene(database: Database, cast: Cast) -> Iterator[Scene]:
    with database.transaction() as session:
        more = more_people(session, cast)
        contract = contract_in_force(session, cast)
        yield Scene(session, cast, more, contract, training_of(session, cast, contract))


def test_somebody_goes_all_the_way_and_each_step_is_on_record(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    (one,) = brought_to_start(session, cast, scene.training, "A")
    assert (one.state, one.started_on) == ("started", CALLED.date())
    assert one.call_off_id == scene.training.call_offs[0].id
    assert scene.training.started_at == CALLED
    complete(
        session,
        enrolment=one,
        day=DAY,
        status="open_market",
        units=2,
        qualifications=0,
        by=cast.tuula,
        at=CALLED,
    )
    follow_up(session, enrolment=one, months=3, status="open_market", by=cast.kaisa, at=CALLED)
    assert (one.state, one.status_at_end, one.units) == ("completed", "open_market", 2)
    acts = session.scalars(rows(AuditEntry.act).order_by(AuditEntry.n)).all()
    assert acts[-6:] == ["apply", "interview", "select", "start", "complete", "follow_up"]
    assert "A" not in str(session.scalars(rows(AuditEntry.facts)).all())
    assert not faults(session)


def test_an_application_makes_the_sponsor_named_for_the_training(scene: Scene) -> None:
    applied(scene.session, scene.training, "A", scene.more.pirjo)
    assert {one.person_id for one in scene.training.sponsors} == {
        scene.cast.kaisa.id,
        scene.more.pirjo.id,
    }


def test_only_a_sponsor_of_an_office_of_the_training_refers_anybody(scene: Scene) -> None:
    for stranger in (scene.more.outi, scene.cast.tuula, scene.cast.olli):
        scene.refused("not_permitted", applied, scene.session, scene.training, "A", stranger)


def test_an_office_refers_a_person_once_and_another_office_cannot_try_it_out(scene: Scene) -> None:
    session = scene.session
    applied(session, scene.training, "A", scene.cast.kaisa)
    scene.refused("applied_already", applied, session, scene.training, "A", scene.cast.kaisa)
    pool(scene)
    assert applied(session, scene.training, "A", scene.more.outi).office_id == scene.more.far.id


def pool(scene: Scene) -> None:
    """Let the other office's call-off join the training, as pooling does."""
    other = training_of(
        scene.session,
        scene.cast,
        scene.contract,
        office=scene.more.far,
        sponsor=scene.more.outi,
        places=2,
    )
    other.call_offs[0].training = scene.training
    scene.session.flush()
    scene.session.expire_all()


def test_a_personal_identity_code_is_no_key(scene: Scene) -> None:
    scene.refused(
        "identity_code",
        applied,
        scene.session,
        scene.training,
        "A",
        scene.cast.kaisa,
        external_key="010190-123A",
    )


def test_the_own_sponsor_the_trainer_and_a_coach_of_the_training_interview(scene: Scene) -> None:
    session, cast, more = scene.session, scene.cast, scene.more
    one = applied(session, scene.training, "A", cast.kaisa)
    for able in (cast.kaisa, more.pirjo, cast.tuula, more.veikko):
        scene.interview(one, able)
    for stranger in (more.outi, more.vilma, cast.roope, cast.olli):
        scene.refused("not_permitted", scene.interview, one, stranger)
    name_coach(
        session, training=scene.training, person=scene.of(more.vilma), by=cast.kaisa, at=CALLED
    )
    scene.interview(one, more.vilma)
    remove_coach(
        session, training=scene.training, person=scene.of(more.vilma), by=cast.kaisa, at=CALLED
    )
    scene.refused("not_permitted", scene.interview, one, more.vilma)
    scene.refused(
        "wrong_state",
        remove_coach,
        session,
        training=scene.training,
        person=more.vilma,
        by=cast.kaisa,
        at=CALLED,
    )


def test_trainer_and_sponsor_both_take_part_for_each_person(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    met, unmet = (applied(session, scene.training, name, cast.kaisa) for name in "AB")

    def chosen(*people: Enrolment, with_: tuple[Person, ...] = ()) -> None:
        select(
            session,
            training=scene.training,
            enrolments=people,
            with_=with_,
            by=cast.kaisa,
            at=CALLED,
        )

    scene.refused("selection_incomplete", chosen, met, with_=(cast.tuula,))
    scene.interview(met, cast.tuula)
    scene.interview(unmet, cast.kaisa)
    scene.refused("selection_incomplete", chosen, met, unmet)
    # Somebody else's trainer, and a coach, are no trainer of this training.
    scene.refused("selection_incomplete", chosen, unmet, with_=(scene.more.veikko,))
    chosen(met, unmet, with_=(cast.tuula,))
    assert [one.state for one in (met, unmet)] == ["selected", "selected"]
    assert met.decisions[-1].with_ids == [str(cast.tuula.id)]


def test_a_trainer_who_joined_the_sponsor_s_interview_has_taken_part(scene: Scene) -> None:
    one = applied(scene.session, scene.training, "A", scene.cast.kaisa)
    scene.interview(one, scene.cast.kaisa, with_=[scene.cast.tuula])
    select(scene.session, training=scene.training, enrolments=[one], by=scene.cast.kaisa, at=CALLED)
    assert one.state == "selected"


def test_no_more_are_selected_than_there_are_places(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    people = [applied(session, scene.training, name, cast.kaisa) for name in "ABCDEF"]
    for one in people:
        scene.interview(one, cast.tuula)

    def chosen(*some: Enrolment) -> None:
        select(session, training=scene.training, enrolments=some, by=cast.kaisa, at=CALLED)

    scene.refused("training_full", chosen, *people)
    chosen(*people[:5])
    scene.refused("training_full", chosen, people[5])
    reject(
        session,
        training=scene.training,
        enrolments=[people[0]],
        reason="Ei aloita",
        by=cast.kaisa,
        at=CALLED,
    )
    chosen(people[5])
    assert counts_of(session, [scene.training.id])[scene.training.id].selected == 5


def test_nobody_is_turned_down_without_a_reason_and_something_else_first_is_kept(
    scene: Scene,
) -> None:
    session, cast = scene.session, scene.cast
    one, two = (applied(session, scene.training, name, cast.kaisa) for name in "AB")

    def turned_down(reason: str, instead: str | None = None) -> None:
        reject(
            session,
            training=scene.training,
            enrolments=[one],
            reason=reason,
            instead=instead,
            by=cast.kaisa,
            at=CALLED,
        )

    scene.refused("reason_missing", turned_down, " ")
    turned_down("Kielitaito ei vielä riitä", "Suomen kielen kurssi")
    assert (one.state, one.decisions[-1].outcome) == ("rejected", "instead")
    assert one.decisions[-1].instead == "Suomen kielen kurssi"
    scene.refused("wrong_state", turned_down, "Uudestaan")
    assert two.state == "applied"


def test_a_sponsor_decides_on_their_own_office_s_people_only(scene: Scene) -> None:
    session = scene.session
    own = applied(session, scene.training, "A", scene.cast.kaisa)
    pool(scene)
    others = applied(session, scene.training, "B", scene.more.outi)
    for people in ([others], [own, others]):
        scene.refused(
            "not_permitted",
            reject,
            session,
            training=scene.training,
            enrolments=people,
            reason="Syy",
            by=scene.cast.kaisa,
            at=CALLED,
        )
    scene.refused("not_permitted", scene.interview, others, scene.cast.kaisa)


def test_only_those_selected_start_and_only_a_trainer_starts_them(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    waiting = applied(session, scene.training, "A", cast.kaisa)

    def begin(by: Person, *people: Enrolment) -> None:
        start(session, training=scene.training, enrolments=people, by=by, at=CALLED)

    scene.refused("not_permitted", begin, cast.kaisa, waiting)
    scene.refused("not_permitted", begin, cast.roope, waiting)
    scene.refused("not_selected", begin, cast.tuula, waiting)
    (going,) = brought_to_start(session, cast, scene.training, "B")
    scene.refused("wrong_state", begin, cast.tuula, going)


def test_a_package_is_delivered_for_each_person_who_starts(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        contract = contract_in_force(
            session,
            cast,
            unit="training_package",
            price_model="per_training_package",
            capacity=(2, 5, 10),
        )
        training = training_of(session, cast, contract, places=3)
        assert balance_of(session, contract).committed == 3
        brought_to_start(session, cast, training, "A", "B")
        balance = balance_of(session, contract)
        assert (balance.committed, balance.delivered) == (1, 2)


def test_workdays_are_not_delivered_by_a_start(scene: Scene) -> None:
    brought_to_start(scene.session, scene.cast, scene.training, "A")
    assert balance_of(scene.session, scene.contract).delivered == Decimal(0)


def test_leaving_for_work_is_a_result_and_never_an_interruption(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    one, two, three = brought_to_start(session, cast, scene.training, "A", "B", "C")
    leave_early(
        session, enrolment=one, day=DAY, to="work", status="open_market", by=cast.tuula, at=CALLED
    )
    leave_early(
        session,
        enrolment=two,
        day=DAY,
        to="studies",
        status="in_education",
        by=cast.tuula,
        at=CALLED,
    )
    interrupt(
        session,
        enrolment=three,
        day=DAY,
        reason="Muutto",
        status="unemployed",
        by=cast.tuula,
        at=CALLED,
    )
    counts = counts_of(session, [scene.training.id])[scene.training.id]
    assert (counts.left_for_work, counts.left_for_studies, counts.interrupted) == (1, 1, 1)
    assert (counts.applied, counts.selected, counts.started, counts.going) == (3, 3, 3, 0)


def test_nothing_ends_before_it_began_or_without_a_start_or_twice(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    waiting = applied(session, scene.training, "A", cast.kaisa)
    (going,) = brought_to_start(session, cast, scene.training, "B")

    def end(one: Enrolment, day: date = DAY, by: Person = cast.tuula) -> None:
        complete(
            session,
            enrolment=one,
            day=day,
            status="unemployed",
            units=0,
            qualifications=0,
            by=by,
            at=CALLED,
        )

    scene.refused("not_permitted", end, going, by=cast.kaisa)
    scene.refused("not_started", end, waiting)
    scene.refused("ends_before_start", end, going, date(2026, 3, 8))
    end(going)
    scene.refused("wrong_state", end, going)


def test_a_later_follow_up_of_the_same_month_is_added_and_only_ended_people_have_any(
    scene: Scene,
) -> None:
    session, cast = scene.session, scene.cast
    (one,) = brought_to_start(session, cast, scene.training, "A")

    def told(status: str, by: Person = cast.kaisa) -> None:
        follow_up(session, enrolment=one, months=3, status=status, by=by, at=CALLED)

    scene.refused("wrong_state", told, "unemployed")
    one.state = "completed"
    session.flush()
    scene.refused("not_permitted", told, "unemployed", scene.more.outi)
    told("unemployed")
    told("open_market")
    assert [kept.status for kept in one.follow_ups] == ["unemployed", "open_market"]


def test_counts_of_groups_need_five_who_started_and_the_latest_stands(scene: Scene) -> None:
    session, cast = scene.session, scene.cast

    def told(immigrants: int, by: Person = cast.tuula) -> None:
        report_background(
            session,
            training=scene.training,
            immigrants=immigrants,
            minorities=0,
            disabled=1,
            other_disadvantaged=0,
            by=by,
            at=CALLED,
        )

    for name in "ABCD":
        enrolled(session, scene.training, name)
    scene.refused("group_too_small", told, 1)
    enrolled(session, scene.training, "E", state="completed", ended_on=DAY)
    scene.refused("not_permitted", told, 1, cast.kaisa)
    told(1)
    told(2)
    standing = rows(BackgroundReport.immigrants).where(BackgroundReport.replaced_at.is_(None))
    assert session.scalars(standing).all() == [2]


def test_a_closed_training_takes_no_applications_selections_or_starts_but_all_else(
    scene: Scene,
) -> None:
    session, cast = scene.session, scene.cast
    waiting, ready = (applied(session, scene.training, name, cast.kaisa) for name in "AB")
    scene.interview(ready, cast.tuula)
    (going,) = brought_to_start(session, cast, scene.training, "C")
    close_training(session, training=scene.training, by=scene.of(cast.olli), at=CALLED)
    scene.refused("wrong_state", applied, session, scene.training, "D", cast.kaisa)
    for act, by in ((select, cast.kaisa), (start, cast.tuula)):
        scene.refused(
            "wrong_state",
            act,
            session,
            training=scene.training,
            enrolments=[ready],
            by=by,
            at=CALLED,
        )
    scene.interview(waiting, cast.tuula)
    reject(
        session,
        training=scene.training,
        enrolments=[waiting, ready],
        reason="Koulutus päättyi",
        by=cast.kaisa,
        at=CALLED,
    )
    interrupt(
        session, enrolment=going, day=DAY, reason="Syy", status="outside", by=cast.tuula, at=CALLED
    )
    follow_up(session, enrolment=going, months=3, status="outside", by=cast.kaisa, at=CALLED)


def moved_over(scene: Scene, one: Enrolment, to: Training, by: Person | None = None) -> Enrolment:
    return transfer(
        scene.session,
        enrolment=one,
        to=to,
        reason="Toinen ala",
        on=DAY,
        by=by or scene.cast.kaisa,
        at=datetime.combine(DAY, CALLED.timetz()),
    )


def test_a_transfer_keeps_the_old_enrolment_and_begins_one_with_its_interview(
    scene: Scene,
) -> None:
    session, cast = scene.session, scene.cast
    (one,) = brought_to_start(session, cast, scene.training, "A")
    to = training_of(session, cast, scene.contract, field="sosiaali- ja terveysala")
    begun = moved_over(scene, one, to)
    assert (one.state, one.ended_on, one.status_at_end) == ("transferred", DAY, None)
    assert (begun.state, begun.transferred_from_id) == ("interviewed", one.id)
    assert (begun.training_id, begun.external_key) == (to.id, "A")
    assert len(one.interviews) == len(begun.interviews) == 1
    select(session, training=to, enrolments=[begun], by=cast.kaisa, at=CALLED)
    counts = counts_of(session, [scene.training.id, to.id])
    assert counts[scene.training.id].interrupted == 0
    assert (counts[scene.training.id].started, counts[scene.training.id].transferred) == (1, 1)
    assert counts[to.id].selected == 1
    scene.refused("wrong_state", moved_over, scene, one, to)


def test_under_another_contract_the_interview_is_held_anew(scene: Scene) -> None:
    session, cast = scene.session, scene.cast
    one = applied(session, scene.training, "A", cast.kaisa)
    scene.interview(one, cast.tuula)
    to = training_of(session, cast, contract_in_force(session, cast))
    begun = moved_over(scene, one, to)
    assert (begun.state, begun.interviews, one.ended_on) == ("applied", [], None)


def test_nobody_transfers_another_office_s_people_or_to_where_their_office_has_no_place(
    scene: Scene,
) -> None:
    session, cast = scene.session, scene.cast
    one = applied(session, scene.training, "A", cast.kaisa)
    theirs = training_of(
        session, cast, scene.contract, office=scene.more.far, sponsor=scene.more.outi
    )
    scene.refused("not_permitted", moved_over, scene, one, theirs)
    scene.refused("not_permitted", moved_over, scene, one, theirs, scene.more.outi)
    scene.refused("wrong_state", moved_over, scene, one, scene.training)
