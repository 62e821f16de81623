"""Holding a meeting: who may, what is agreed and reviewed, what is carried forward, the minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents.clauses import versions
from portal.evaluation.models import JointScore, SuitabilityJudgement
from portal.jobs.models import Job
from portal.meetings.models import AgendaLine, Meeting, Practice
from portal.meetings.rules import LineTerms, PracticeTerms, ReviewTerms
from portal.meetings.usecases import hold_meeting
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.procurement.models import AwardCriterion, Procurement
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.underway import contract_in_force, enrolled, training_of

AT = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)
DUE = date(2026, 4, 30)


def held(session: Any, contract: Contract, cast: Cast, **given: Any) -> Meeting:
    """A meeting by the officer with everybody there, unless told otherwise."""
    how = {"kind": "interim", "present": [cast.olli, cast.tuula], "by": cast.olli, "at": LATER}
    return hold_meeting(session, contract=contract, **{**how, **given})


def test_the_start_up_meeting_opens_the_contract_for_call_offs(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, started_up=False)
        meeting = held(session, contract, cast, kind="start_up", at=AT)
        assert (meeting.state, meeting.held_at, contract.started_up_at) == ("held", AT, AT)
        training_of(session, cast, contract)


def test_no_other_meeting_opens_it(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, started_up=False)
        held(session, contract, cast)
        assert contract.started_up_at is None


@pytest.mark.parametrize("who", ["olli", "kaisa", "tuula"])
def test_officer_sponsor_and_trainer_may_hold_it(database: Database, cast: Cast, who: str) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        held(session, contract, cast, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["roope", "sanna", "eva", "paula", "tarja", "ada", "erik"])
def test_nobody_else_may(database: Database, cast: Cast, who: str) -> None:
    with unit_of_work(database) as session:
        key = contract_in_force(session, cast).id
    with pytest.raises(RuleBroken, match="not_permitted"), unit_of_work(database) as session:
        held(session, session.get_one(Contract, key), cast, by=getattr(cast, who))


def test_a_sponsor_of_another_office_holds_none_on_a_training(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        elsewhere = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        neighbour = person(session, "Noora Naapuri", elsewhere, Role.COURSE_SPONSOR)
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        held(session, contract, cast, by=neighbour)
        with pytest.raises(RuleBroken, match="not_permitted"):
            held(session, contract, cast, by=neighbour, training=training)


def test_a_meeting_about_a_participant_is_for_those_who_see_the_participant(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        about = {"training": training, "enrolment": enrolled(session, training, "Osallistuja A")}
        for by in (cast.kaisa, cast.tuula):
            held(session, contract, cast, kind="tripartite", by=by, **about)
        with pytest.raises(RuleBroken, match="not_permitted"):
            held(session, contract, cast, kind="tripartite", by=cast.olli, **about)


Wrong = Callable[[Any, Contract, Contract, Cast], dict[str, Any]]


def _foreign_training(session: Any, _own: Contract, other: Contract, cast: Cast) -> dict[str, Any]:
    return {"training": training_of(session, cast, other)}


def _foreign_practice(session: Any, _own: Contract, other: Contract, cast: Cast) -> dict[str, Any]:
    terms = PracticeTerms("Läsnäolot viikoittain", cast.tuula.id, DUE)
    agreed = held(session, other, cast, practices=[terms]).practices[0]
    return {"reviews": [ReviewTerms(agreed.id, "kept")]}


def _twice(session: Any, own: Contract, _other: Contract, cast: Cast) -> dict[str, Any]:
    terms = PracticeTerms("Läsnäolot viikoittain", cast.tuula.id, DUE)
    agreed = held(session, own, cast, practices=[terms], at=AT).practices[0]
    return {"reviews": [ReviewTerms(agreed.id, "kept"), ReviewTerms(agreed.id, "partly")]}


def _unknown_line(_s: Any, _own: Contract, _other: Contract, _cast: Cast) -> dict[str, Any]:
    return {"kind": "start_up", "lines": [LineTerms("clause-nothing", "nothing_to_agree")]}


def _unknown_practice(_s: Any, _own: Contract, _other: Contract, _cast: Cast) -> dict[str, Any]:
    return {"reviews": [ReviewTerms(uuid4(), "kept")]}


@pytest.mark.parametrize(
    "wrong", [_foreign_training, _foreign_practice, _twice, _unknown_line, _unknown_practice]
)
def test_what_belongs_elsewhere_is_a_wrong_state(
    database: Database, cast: Cast, wrong: Wrong
) -> None:
    with unit_of_work(database) as session:
        own, other = contract_in_force(session, cast), contract_in_force(session, cast)
        given = wrong(session, own, other, cast)
        # Whose it is comes before whether the contract is in force.
        own.state = "awaiting_approval"
        session.flush()
        with pytest.raises(RuleBroken, match="wrong_state"):
            held(session, own, cast, **given)


def test_no_meeting_is_held_on_a_contract_that_is_not_in_force(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        contract.state = "awaiting_approval"
        session.flush()
        with pytest.raises(RuleBroken, match="contract_not_in_force"):
            held(session, contract, cast)


def test_practices_are_reviewed_and_what_is_not_stays_open(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        first = held(
            session,
            contract,
            cast,
            at=AT,
            practices=[
                PracticeTerms("Läsnäolot kirjataan viikoittain", cast.tuula.id, DUE),
                PracticeTerms("Käynnit samana päivänä", cast.kaisa.id, DUE),
            ],
        )
        weekly, visits = first.practices
        held(session, contract, cast, reviews=[ReviewTerms(weekly.id, "partly", "Kaksi puuttui")])
        session.expire_all()
        assert (weekly.status, visits.status) == ("partly", "open")
        assert [review.note for review in weekly.reviews] == ["Kaksi puuttui"]
        again = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
        held(session, contract, cast, at=again, reviews=[ReviewTerms(weekly.id, "kept")])
        session.expire_all()
        assert (weekly.status, len(weekly.reviews)) == ("kept", 2)


def test_the_record_has_keys_and_numbers_and_the_minutes_are_asked_for(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = held(session, contract, cast, notes="Salainen huomautus")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "hold_meeting")).one()
        assert entry.facts["meeting"] == str(meeting.id)
        assert entry.facts["present"] == 2
        assert "Salainen" not in repr(entry.facts)
        job = session.scalars(select(Job).where(Job.once == f"minutes:{meeting.id}:fi")).one()
        assert job.kind == "make_document"


def with_offers(session: Any, cast: Cast, contract: Contract) -> None:
    """The clauses of today, and the two offers of the shared case with the panel's points."""
    contract.made_from = {"clauses": versions()}
    procurement = session.get_one(Procurement, contract.procurement_id)
    procurement.price_weight, procurement.scale_top = Decimal(40), 3
    weights = {"service_process": 20, "staff_competence": 15, "local_labour_market": 15}
    weights["support_through_transitions"] = 10
    for position, (key, weight) in enumerate(weights.items()):
        procurement.criteria.append(
            AwardCriterion(key=key, weight=Decimal(weight), position=position)
        )
    won = session.get_one(Offer, contract.award.offer_id)
    lost = Offer(procurement_id=procurement.id, provider_id=cast.shore.id, state="submitted")
    session.add(lost)
    session.flush()
    session.add(LotOffer(offer_id=lost.id, lot_id=contract.lot_id, price=Decimal("52.50")))
    promises = [
        {"criterion": "service_process", "text": "Suunnitelma viidessä päivässä"},
        {"criterion": "staff_competence", "text": "Kouluttajapari joka ryhmässä"},
    ]
    for offer, points in ((won, (3, 0, 3, 3)), (lost, (2, 2, 1, 2))):
        session.add(
            SuitabilityJudgement(
                offer_id=offer.id,
                suitable=True,
                reason="Täyttyvät",
                judged_by_id=cast.olli.id,
                judged_at=AT,
            )
        )
        session.add(
            JointScore(
                lot_id=contract.lot_id,
                offer_id=offer.id,
                n=1,
                points={
                    key: {"points": value, "reason": "Yhteinen näkemys"}
                    for key, value in zip(weights, points, strict=True)
                },
                agreed_by_id=cast.olli.id,
                agreed_at=AT,
            )
        )
    version = OfferVersion(
        offer_id=won.id,
        n=1,
        reference="ESIM-1",
        submitted_at=AT,
        submitted_by_id=cast.roope.id,
        sha256="0" * 64,
        blob_id=vault_of(session).seal(session, b"offer", owner=procurement.id, at=AT),
    )
    session.add(version)
    session.flush()
    content = {"lots": {}, "answers": {}, "promises": promises, "secrets": [], "files": []}
    session.add(OpenedContent(offer_id=won.id, version_id=version.id, content=content))
    session.flush()


def lines_of(session: Any, meeting: Meeting) -> dict[str, AgendaLine]:
    session.expire_all()
    return {line.clause_key or line.criterion or "": line for line in meeting.lines}


def test_the_agenda_has_each_marked_clause_and_each_promise_that_earned_points(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, started_up=False)
        with_offers(session, cast, contract)
        meeting = held(session, contract, cast, kind="start_up", at=AT)
        lines = lines_of(session, meeting)
        assert list(lines) == [
            "start_up_meeting",
            "call_off",
            "staff",
            "reporting",
            "quality",
            "personal_data",
            "service_process",
        ], "the promise under staff_competence earned nothing"
        promise = lines["service_process"]
        assert (promise.points, promise.points_most) == (20, 20)
        assert promise.text == "Suunnitelma viidessä päivässä"
        # 45 for quality against 35 and 40 for the price: at the most 40 × 52.50 / 30 = 70. Without
        # the 20 points, 25, as the cheapest with 40: 35 and 40 × p / 52.50 are 65 at p = 39.375.
        assert (meeting.gap, promise.gap) == (12, Decimal("-18.63"))
        assert {line.outcome for line in lines.values()} == {"open"}
        assert {line.owner_id for line in lines.values()} == {cast.olli.id}


def test_lines_are_closed_left_open_with_an_owner_or_become_practices(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, started_up=False)
        with_offers(session, cast, contract)
        meeting = held(
            session,
            contract,
            cast,
            kind="start_up",
            at=AT,
            practices=[PracticeTerms("Sijaisesta ilmoitetaan", cast.tuula.id, DUE)],
            lines=[
                LineTerms("clause-call_off", "nothing_to_agree"),
                LineTerms("clause-staff", "agreed", "Sijaiset nimetään"),
                LineTerms("clause-reporting", "agreed", "Viikoittain", cast.tuula.id, DUE),
                LineTerms("promise-1", "open", "Pohja puuttuu", cast.kaisa.id),
            ],
        )
        lines = lines_of(session, meeting)
        assert [one.text for one in meeting.practices] == ["Sijaisesta ilmoitetaan", "Viikoittain"]
        assert lines["reporting"].practice == meeting.practices[1]
        assert lines["service_process"].owner_id == cast.kaisa.id
        # Next time: what was left open, and of that only what is taken up.
        later = held(
            session,
            contract,
            cast,
            lines=[LineTerms(f"line-{lines['service_process'].id}", "agreed", "Pohja on")],
        )
        assert [line.criterion for line in later.lines] == ["service_process"]
        key = f"line-{lines['quality'].id}"
        last = held(
            session,
            contract,
            cast,
            at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
            lines=[LineTerms(key, "nothing_to_agree")],
        )
        assert [line.clause_key for line in last.lines] == ["quality"]
        with pytest.raises(RuleBroken, match="wrong_state"):
            held(session, contract, cast, lines=[LineTerms(key, "nothing_to_agree")])


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (LineTerms("clause-staff", "open", "Kesken"), "line_owner_missing"),
        (LineTerms("clause-staff", "agreed", "Viikoittain", None, DUE), "line_owner_missing"),
        (LineTerms("clause-staff", "agreed", " ", uuid4(), DUE), "practice_text_missing"),
    ],
)
def test_a_line_lacks_nothing(database: Database, cast: Cast, line: LineTerms, rule: str) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, started_up=False)
        contract.made_from = {"clauses": versions()}
        session.flush()
        with pytest.raises(RuleBroken, match=rule):
            held(session, contract, cast, kind="start_up", lines=[line])


def test_the_people_of_a_meeting_are_the_same_whoever_reads(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = held(session, contract, cast, present=[cast.olli, cast.olli, cast.kaisa])
        names = {one.person_id: one.present for one in meeting.attendances}
        assert names == {cast.olli.id: True, cast.kaisa.id: True}
        assert session.scalars(select(Practice)).all() == []
        assert isinstance(session.get_one(Person, cast.olli.id), Person)
