"""The pages of options, changes, passings and handovers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents import store
from portal.documents.render import Rendered
from portal.feedback.usecases import give_feedback
from portal.options.models import ContractChange, Handover, OptionExercise
from portal.procurement.models import Lot
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.options.test_exercising import ASKED, MORE, YEAR
from tests.page import Browser
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
LANGUAGES = ["fi", "sv", "en"]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def contract(database: Database, cast: Cast) -> UUID:
    """A contract with a conditional option of capacity and a further period."""
    condition = {**ASKED, "open_market_share_at_least": "0.4"}
    with unit_of_work(database) as session:
        made = contract_in_force(
            session,
            cast,
            options=[{**MORE, "condition": condition}, YEAR],
            target_participants=20,
            target_open_market_share=Decimal("0.35"),
        )
        training_of(session, cast, made)
        return made.id


def earn(database: Database, contract: UUID) -> None:
    """What meets the condition: two good answers, one of two in the open labour market."""
    with unit_of_work(database) as session:
        training = session.scalars(select(Training).where(Training.contract_id == contract)).one()
        for name, status in (("a", "open_market"), ("b", "unemployed")):
            one = enrolled(session, training, name, state="completed", status_at_end=status)
            give_feedback(session, training=training, points=4, enrolment=one, by=None, at=CALLED)


def keep_pdf(database: Database, kind: str, subject: UUID, owner: UUID) -> None:
    """What the worker would have made."""
    with unit_of_work(database) as session:
        store.keep(
            session,
            kind,
            Rendered(b"%PDF-1.7", "0" * 64, 1),
            subject=subject,
            owner=owner,
            language="fi",
            at=CALLED,
        )


def test_an_option_is_used_once_its_condition_holds(
    browse: Browse, database: Database, cast: Cast, contract: UUID, with_htmx: bool
) -> None:
    olli = browse(cast.olli, htmx=with_htmx)
    address = f"/contracts/{contract}/options/more"
    page = olli.get(address)
    assert "The condition of the option is not met." in page.text
    assert "No data" in page.text
    assert not page.has("main form")
    page = olli.post(address, {"reason": "Hyvä palaute"}, 422)
    assert page.errors == ["The condition of the option is not met."]
    earn(database, contract)
    page = olli.get(address)
    for said in (
        "The option can be used now",
        "given through their own links, from 1 to 5 4 4 Yes",
        "Number of these answers 2 2 Yes",
        "leaving early included 40 percent 50 percent Yes",
        "50 percent (1/2) 35 percent",
        "rises from 1,000 student workdays to 1,300 student workdays",
    ):
        assert said in page.text, said
    page = olli.submit("main form", {"reason": " "}, status=422)
    assert page.errors == ["Give a reason."]
    olli.get(address)
    olli.submit("main form", reason="Hyvä palaute ja hyvät tulokset")
    page = olli.follow()
    assert page.flashes == ["The option has been used. The amendment is being made into a PDF."]
    assert "The option has been used up." in page.text
    assert "Hyvä palaute ja hyvät tulokset" in page.text
    with database.reading() as session:
        exercise = session.scalars(select(OptionExercise)).one()
        owner = session.get_one(Contract, contract).procurement_id
    path = f"/contracts/{contract}/amendments/{exercise.id}.pdf"
    olli.get(path, 404)
    keep_pdf(database, "amendment", exercise.id, owner)
    assert path in str(olli.get(f"/contracts/{contract}/options").html)
    assert olli.download(path).startswith(b"%PDF")
    assert browse(cast.roope).download(path).startswith(b"%PDF")
    browse(cast.sanna).get(path, 404)


def test_a_second_press_uses_no_further_period(
    browse: Browse, database: Database, cast: Cast, contract: UUID
) -> None:
    olli = browse(cast.olli)
    address = f"/contracts/{contract}/options/year"
    page = olli.get(address)
    sent = {"reason": "Hyvin mennyt", "seen": page.value("seen")}
    olli.post(address, sent, 303)
    page = olli.post(address, sent, 422)
    assert page.errors[0].startswith("Somebody changed this while you were working on it.")
    with database.reading() as session:
        assert session.get_one(Contract, contract).ends_on == date(2028, 3, 8)
    # Whoever has seen that it has been used may use it once more.
    olli.post(address, {**sent, "seen": page.value("seen")}, 303)


def test_a_further_period_moves_the_end_on_the_page(
    browse: Browse, cast: Cast, contract: UUID
) -> None:
    olli = browse(cast.olli)
    page = olli.get(f"/contracts/{contract}/options")
    assert "Latest possible end with all options 08/03/2029" in page.text
    page = olli.get(f"/contracts/{contract}/options/year")
    assert "moves from 08/03/2027 to 08/03/2028" in page.text
    olli.submit("main form", reason="Hyvin mennyt")
    page = olli.follow()
    assert "moves from 08/03/2028 to 08/03/2029" in page.text
    page = olli.get(f"/contracts/{contract}/options")
    assert "Last day of the contract 08/03/2028" in page.text
    page = olli.get(f"/contracts/{contract}")
    assert "09/03/2026 to 08/03/2028" in page.text
    assert "Latest possible end with all options 08/03/2029" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(
    browse: Browse, database: Database, cast: Cast, contract: UUID, language: str
) -> None:
    earn(database, contract)
    olli = browse(cast.olli, language)
    for path in ("options", "options/more", "options/year", "changes", "pass", "handovers", ""):
        olli.get(f"/contracts/{contract}/{path}".rstrip("/"))
    olli.get(f"/contracts/{contract}/options/year")
    olli.submit("main form", reason="x")
    olli.follow()
    olli.get(f"/contracts/{contract}/options")


def test_a_change_is_proposed_and_consented_to(
    browse: Browse, database: Database, cast: Cast, contract: UUID
) -> None:
    olli = browse(cast.olli)
    page = olli.get(f"/contracts/{contract}/changes")
    assert "€46,400.00" in page.text
    assert "€4,640.00" in page.text
    page = olli.submit("main form", {"text": "Lisätila"}, status=422)
    assert len(page.errors) == 3
    assert page.value("text") == "Lisätila"
    given = {"ground": "minor_value", "text": "Lisätila", "reason": "Ryhmä kasvoi"}
    olli.get(f"/contracts/{contract}/changes")
    page = olli.submit("main form", {**given, "value": "4640.01"}, status=422)
    assert page.errors == [
        (
            "With this change the changes of the contract would come to €4,640.01, which is beyond"
            " the ceiling of €4,640.00."
        )
    ]
    olli.get(f"/contracts/{contract}/changes")
    olli.submit("main form", {**given, "value": "-200"})
    page = olli.follow()
    assert "Awaits the provider's consent" in page.text
    assert page.has("#refuse")
    roope = browse(cast.roope)
    roope.get(f"/contracts/{contract}/changes/1")
    roope.submit("main form.one-button")
    page = roope.follow()
    assert page.flashes == ["You have consented to the change. It is in effect."]
    assert not page.has("main form")
    page = roope.post(f"/contracts/{contract}/changes/1/consent", {}, 422)
    assert page.errors == ["This cannot be done at this stage."]
    with database.reading() as session:
        assert session.scalars(select(ContractChange.value)).one() == -200
    assert "Roope Rehtori" in olli.get(f"/contracts/{contract}/changes/1").text


def test_a_change_is_taken_back_with_a_reason(browse: Browse, cast: Cast, contract: UUID) -> None:
    olli = browse(cast.olli)
    olli.get(f"/contracts/{contract}/changes")
    olli.submit("main form", ground="contract_clause", text="Hinta", reason="Ehto", value="1000000")
    olli.follow()
    page = olli.post(f"/contracts/{contract}/changes/1/refuse", {"reason": ""}, 422)
    assert page.errors == ["Give a reason."]
    olli.get(f"/contracts/{contract}/changes/1")
    olli.submit("#refuse", reason="Virhe")
    page = olli.follow()
    assert "Without effect" in page.text


def test_a_contract_passes_only_when_the_box_is_ticked(
    browse: Browse, cast: Cast, contract: UUID
) -> None:
    olli, eva = browse(cast.olli), browse(cast.eva)
    address = f"/contracts/{contract}/pass"
    eva.get(address, 404)
    olli.get(address)
    given = {"buyer": str(cast.elsewhere.id), "reason": "Alue siirtyy"}
    page = olli.submit("main form", given, status=422)
    assert page.errors == ["Tick the box to go on."]
    olli.get(address)
    olli.submit("main form", {**given, "sure": "y"})
    assert olli.follow().flashes == [
        "The contract has passed to the new buyer. Its people have been told."
    ]
    olli.get(f"/contracts/{contract}", 404)
    browse(cast.tarja).get(f"/contracts/{contract}/options")
    browse(cast.roope).get(f"/contracts/{contract}/options")
    page = eva.get(address)
    assert "Alue siirtyy" in page.text
    eva.get(f"/contracts/{contract}/options/year")
    eva.submit("main form", reason="Jatketaan")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_provider_gets_the_pack_and_the_buyer_compares(
    browse: Browse, database: Database, cast: Cast, contract: UUID, language: str
) -> None:
    earn(database, contract)
    with unit_of_work(database) as session:
        following = contract_in_force(session, cast, provider=cast.shore)
        key, owner, reference = following.id, following.procurement_id, following.reference
    olli = browse(cast.olli, language)
    page = olli.get(f"/contracts/{contract}/handovers")
    assert reference in page.text
    olli.submit("main form", to_contract=str(key))
    page = olli.follow()
    assert "(1/2)" in page.text
    with database.reading() as session:
        handover = session.scalars(select(Handover)).one().id
    keep_pdf(database, "handover_pack", handover, owner)
    sanna = browse(cast.sanna, language)
    page = sanna.get(f"/handovers/{handover}")
    assert "(1/2)" not in page.text
    assert sanna.download(f"/handovers/{handover}/pack.pdf").startswith(b"%PDF")
    assert not olli.get(f"/handovers/{handover}").has('a[href$="pack.pdf"]')
    olli.get(f"/handovers/{handover}/pack.pdf", 403)
    for who in (cast.roope, cast.eva):
        browse(who).get(f"/handovers/{handover}", 404)
    browse(cast.roope).get(f"/handovers/{handover}/pack.pdf", 404)
    browse(cast.tuula).get(f"/contracts/{contract}/handovers")
    browse(cast.sanna).get(f"/contracts/{contract}/handovers", 404)


def test_the_doors_are_shut_to_others(browse: Browse, cast: Cast, contract: UUID) -> None:
    pages = ("options", "options/more", "changes", "changes/1", "handovers")
    for path in pages:
        address = f"/contracts/{contract}/{path}"
        for who in (cast.sanna, cast.eva):
            browse(who).get(address, 404)
        for who in (cast.kaisa, cast.ada, cast.eeva):
            browse(who).get(address, 403)
        browse().get(address, 303)
    for path in ("options/none", "changes/7"):
        browse(cast.olli).get(f"/contracts/{contract}/{path}", 404)
    for who, path, data, status in (
        (cast.roope, "options/more", {"reason": "x"}, 403),
        (cast.paula, "options/more", {"reason": "x"}, 403),
        (cast.eva, "options/more", {"reason": "x"}, 404),
        (cast.roope, "changes", {"reason": "x"}, 403),
        (cast.olli, "changes/1/consent", {}, 403),
        (cast.sanna, "changes/1/consent", {}, 404),
        (cast.roope, "pass", {}, 403),
        (cast.eva, "pass", {}, 404),
        (cast.roope, "handovers", {}, 403),
        (cast.eva, "handovers", {}, 404),
    ):
        browse(who).post(f"/contracts/{contract}/{path}", data, status)
    for who in (cast.tarja, cast.paula, cast.roope, cast.tuula):
        page = browse(who).get(f"/contracts/{contract}/options/year")
        assert not page.has("main form"), who.name


def test_the_queries_do_not_grow_with_options_and_changes(
    browse: Browse, database: Database, cast: Cast
) -> None:
    counts: dict[str, list[int]] = {}
    for n in (1, 8):
        options = [{**YEAR, "key": f"y{k}", "times": 3} for k in range(n)]
        with unit_of_work(database) as session:
            made = contract_in_force(session, cast, options=options)
            lot = session.get_one(Lot, made.lot_id)
            for place in range(n):
                session.add(
                    ContractChange(
                        contract_id=made.id,
                        n=place + 1,
                        ground="minor_value",
                        text="x",
                        reason="x",
                        value=Decimal(1),
                        state="proposed",
                        original_value=Decimal(1),
                        against_ceiling=Decimal(1),
                        ceiling=Decimal(1),
                        proposed_by_id=cast.olli.id,
                        proposed_at=CALLED,
                        settled_reason="",
                    )
                )
                session.add(
                    OptionExercise(
                        contract_id=made.id,
                        option_id=lot.options[place].id,
                        n=1,
                        amount=Decimal(12),
                        reason="x",
                        evidence={},
                        exercised_by_id=cast.olli.id,
                        exercised_at=CALLED,
                    )
                )
            key = made.id
        olli = browse(cast.olli)
        for path in ("options", "options/y0", "changes", "handovers", "pass"):
            olli.get(f"/contracts/{key}/{path}")
            counts.setdefault(path, []).append(olli.queries)
    assert all(first == second for first, second in counts.values()), counts
