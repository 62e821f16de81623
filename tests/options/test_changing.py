"""Changes by a ground, up to the ceiling, with the provider's consent; passing on; handing over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.access import seen_by
from portal.contracts.models import Contract
from portal.database import Database
from portal.jobs.models import Job, OutgoingMail
from portal.legal.changes import change_grounds
from portal.meetings.models import Meeting, Practice
from portal.options.access import buyer_at, original_value, quality_of
from portal.options.documents import amendment_context, handover_context
from portal.options.models import ContractChange, ContractPassing
from portal.options.rules import Quality
from portal.options.usecases import (
    change_contract,
    consent_to_change,
    exercise_option,
    hand_over,
    pass_contract,
    refuse_change,
    running_total,
)
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.shared.errors import RuleBroken
from portal.shared.names import LANGUAGES
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, person
from tests.options.test_exercising import MORE
from tests.underway import CALLED, contract_in_force, enrolled, training_of


def change(session: Session, contract: Contract, by: Person, **values: Any) -> ContractChange:
    given = {
        "ground": "minor_value",
        "text": "Lisätään ryhmätila",
        "reason": "Ryhmä kasvoi",
        "value": Decimal(1000),
        **values,
    }
    return change_contract(session, contract=contract, by=by, at=CALLED, **given)


def test_every_ground_is_whole_and_marked_for_a_lawyer() -> None:
    grounds = change_grounds()
    assert {"contract_clause", "minor_value"} <= grounds.keys()
    for ground in grounds.values():
        assert ground.to_confirm
        assert ground.section.startswith("136 §")
        assert set(ground.name) == set(LANGUAGES)


def test_changes_add_up_to_the_ceiling_and_no_further(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        assert original_value(session, contract) == 46_400
        first = change(session, contract, cast.olli, value=Decimal(3000))
        assert (first.against_ceiling, first.ceiling) == (3000, 4640)
        change(session, contract, cast.olli, value=Decimal("1640.00"))
        with pytest.raises(RuleBroken, match="change_above_ceiling"):
            change(session, contract, cast.olli, value=Decimal("0.01"))
        # A ground that needs no ceiling is not stopped by it, and does not add to it.
        change(session, contract, cast.olli, ground="contract_clause", value=Decimal(90_000))
        assert running_total(session, contract) == 4640
        refuse_change(session, change=first, reason="Ei sovi", by=cast.roope, at=CALLED)
        assert running_total(session, contract) == 1640
        with pytest.raises(RuleBroken, match="change_too_large"):
            change(session, contract, cast.olli, ground="unforeseen", value=Decimal(23_201))
        change(session, contract, cast.olli, ground="unforeseen", value=Decimal(23_200))
        with pytest.raises(RuleBroken, match="change_above_ceiling"):
            change(session, contract, cast.olli, value=Decimal(-6281))


def test_a_change_takes_effect_by_the_providers_consent(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        proposed = change(session, contract, cast.olli)
        assert proposed.state == "proposed"
        for other in (cast.olli, cast.tuula, cast.sanna):
            with pytest.raises(RuleBroken, match="not_permitted"):
                consent_to_change(session, change=proposed, by=other, at=CALLED)
        consent_to_change(session, change=proposed, by=cast.roope, at=CALLED)
        assert proposed.state == "in_effect"
        jobs = session.scalars(select(Job).where(Job.kind == "make_document")).all()
        assert [job.arguments["kind"] for job in jobs] == ["amendment"]
        told = session.execute(select(OutgoingMail.letter, OutgoingMail.recipient_id)).all()
        assert set(told) == {
            ("change_proposed", cast.roope.id),
            ("change_settled", cast.olli.id),
        }
        for again in (consent_to_change, refuse_change):
            more = {"reason": "x"} if again is refuse_change else {}
            with pytest.raises(RuleBroken, match="wrong_state"):
                again(session, change=proposed, by=cast.roope, at=CALLED, **more)
        context = amendment_context(session, proposed.id, "fi")
        assert context["change"]["consented_by"] == "Roope Rehtori"


def test_what_a_change_needs_is_asked_for(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        waiting = contract_in_force(session, cast)
        waiting.state = "awaiting_approval"
        for by, of, values, rule in (
            (cast.eva, contract, {}, "not_permitted"),
            (cast.olli, waiting, {}, "contract_not_in_force"),
            (cast.olli, contract, {"ground": "x"}, "change_ground_missing"),
            (cast.olli, contract, {"text": " "}, "text_missing"),
            (cast.olli, contract, {"reason": " "}, "reason_missing"),
        ):
            with pytest.raises(RuleBroken, match=rule):
                change(session, of, by, **values)


def sees(session: Session, person_: Person, contract: Contract) -> bool:
    found = select(Contract.id).where(Contract.id == contract.id, seen_by(person_))
    return session.scalar(found) is not None


def test_a_contract_passes_to_a_new_buyer_with_its_history(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[MORE])
        made = exercise_option(
            session,
            contract=contract,
            option=session.get_one(Lot, contract.lot_id).options[0],
            reason="x",
            by=cast.olli,
            at=CALLED,
        )
        later = CALLED.replace(hour=9)
        auditor = person(session, "Arvo Tarkka", cast.elsewhere, Role.AUDITOR)
        assert not sees(session, cast.eva, contract)
        with pytest.raises(RuleBroken, match="wrong_state"):
            pass_contract(
                session, contract=contract, buyer=cast.river, reason="x", by=cast.olli, at=later
            )
        with pytest.raises(RuleBroken, match="reason_missing"):
            pass_contract(
                session, contract=contract, buyer=cast.elsewhere, reason="", by=cast.olli, at=later
            )
        pass_contract(
            session,
            contract=contract,
            buyer=session.merge(cast.elsewhere),
            reason="Alue siirtyy",
            by=cast.olli,
            at=later,
        )
        assert contract.buyer_id == cast.elsewhere.id
        seeing = [
            who.name
            for who in (cast.olli, cast.paula, cast.tarja, cast.eva, auditor, cast.roope)
            if sees(session, who, contract)
        ]
        assert seeing == [cast.tarja.name, cast.eva.name, auditor.name, cast.roope.name]
        with pytest.raises(RuleBroken, match="not_permitted"):
            change(session, contract, cast.olli)
        change(session, contract, cast.eva)
        session.expire(contract)
        assert buyer_at(session, contract, CALLED).id == cast.buyer.id
        told = amendment_context(session, made.id, "fi")
        assert told["buyer"]["name"] == {"fi": "Esimerkkilän hankinta"}
        assert session.scalars(select(ContractPassing.reason)).all() == ["Alue siirtyy"]


def test_a_contract_does_not_pass_where_its_reference_is_taken(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        other = contract_in_force(session, cast, buyer=cast.elsewhere, officer=cast.eva)
        other.reference = contract.reference
        with pytest.raises(RuleBroken, match="contract_reference_taken"):
            pass_contract(
                session,
                contract=contract,
                buyer=session.merge(cast.elsewhere),
                reason="x",
                by=cast.olli,
                at=CALLED,
            )


def test_a_handover_tells_the_next_provider_what_goes_on(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        following = contract_in_force(session, cast, provider=cast.shore)
        training = training_of(session, cast, contract)
        enrolled(session, training, "K-1")
        enrolled(session, training, "K-2", state="completed", status_at_end="open_market")
        meeting = Meeting(
            contract_id=contract.id,
            kind="start_up",
            state="held",
            begins=CALLED,
            called_by_id=cast.olli.id,
        )
        session.add(meeting)
        session.flush()
        session.add(
            Practice(
                contract_id=contract.id,
                meeting_id=meeting.id,
                text="Läsnäolot viikoittain",
                owner_id=cast.tuula.id,
                due=CALLED.date(),
                agreed_at=CALLED,
            )
        )
        with pytest.raises(RuleBroken, match="wrong_state"):
            hand_over(
                session,
                contract=contract,
                to_contract=contract_in_force(session, cast),
                by=cast.olli,
                at=CALLED,
            )
        with pytest.raises(RuleBroken, match="not_permitted"):
            hand_over(session, contract=contract, to_contract=following, by=cast.eva, at=CALLED)
        given = hand_over(
            session, contract=contract, to_contract=following, by=cast.olli, at=CALLED
        )
        with pytest.raises(RuleBroken, match="wrong_state"):
            hand_over(session, contract=contract, to_contract=following, by=cast.olli, at=CALLED)
        pack = handover_context(session, given.id, "fi")
        (told,) = pack["trainings"]
        assert told["participants"] == [{"key": "K-1", "started_on": training.starts}]
        assert [one["text"] for one in pack["practices"]] == ["Läsnäolot viikoittain"]
        assert {one["name"] for one in pack["contacts"]} == {
            "Roope Rehtori",
            "Tuula Kouluttaja",
            "Olli Ostaja",
        }
        assert quality_of(session, [contract.id])[contract.id] == Quality(2, 1, 1, 1)
