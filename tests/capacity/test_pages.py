"""The pages of call-offs and of a contract's use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff, ContractUser, Training
from portal.capacity.usecases import call_off, confirm_call_off, decline_call_off
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents import store
from portal.documents.render import Rendered
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.jobs.models import Job, OutgoingMail
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser, form_values
from tests.underway import CALLED, STARTS, contract_in_force, training_of

Browse = Callable[..., Browser]
GAIN = "Siivousalan tutkinnon osa, jolla alueella palkataan"


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def contract_id(database: Database, cast: Cast) -> UUID:
    with unit_of_work(database) as session:
        return contract_in_force(session, cast, minimum_group=3).id


def called_off(
    session: Session,
    cast: Cast,
    contract_id: UUID,
    *,
    office: Organisation | None = None,
    **more: object,
) -> CallOff:
    given: dict[str, object] = {"by": cast.kaisa, "workdays": Decimal(60), "places": 3} | more
    return call_off(
        session,
        contract=session.get_one(Contract, contract_id),
        office=office or cast.office,
        form="unit_toppis",
        field="kiinteistöpalvelut",
        gain=GAIN,
        at=CALLED,
        **given,  # type: ignore[arg-type]
    )


@pytest.fixture
def one(database: Database, cast: Cast, contract_id: UUID) -> UUID:
    with unit_of_work(database) as session:
        return called_off(session, cast, contract_id).id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_whole_in_every_language(
    browse: Browse, cast: Cast, contract_id: UUID, one: UUID, language: str
) -> None:
    kaisa = browse(cast.kaisa, language)
    for url in (
        "/call-offs",
        "/call-offs?state=late",
        "/call-offs/new",
        f"/contracts/{contract_id}/call-off/unit_toppis",
        f"/call-offs/{one}",
        f"/call-offs/{one}/cancel",
        f"/contracts/{contract_id}/capacity",
    ):
        kaisa.get(url)
    browse(cast.tuula, language).get(f"/call-offs/{one}/decline")
    browse(cast.olli, language).get(f"/contracts/{contract_id}/capacity")


def test_a_sponsor_calls_off_in_two_steps_after_seeing_what_is_left(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database
) -> None:
    kaisa = browse(cast.kaisa)
    page = kaisa.get("/call-offs/new")
    assert "Left now: 1,000 student workdays" in page.text
    page = kaisa.get(f"/contracts/{contract_id}/call-off/unit_toppis")
    assert (page.value("places"), page.value("workdays")) == ("5", "100")
    assert not page.has("[name=office]")
    typed = {
        "field": "kiinteistöpalvelut",
        "gain": GAIN,
        "units": "Ylläpitosiivous\n\nPerussiivous",
    }
    page = kaisa.submit("main form", typed, 200, button="check")
    assert "This draws 100 student workdays. After it 900 student workdays is left." in page.text
    assert page.value("gain") == GAIN
    kaisa.submit("main form")
    page = kaisa.follow()
    assert page.flashes == [
        "The call-off has been made. The provider has been asked to confirm it."
    ]
    assert "14 days left" in page.text
    assert "Ylläpitosiivous, Perussiivous" in page.text
    with database.reading() as session:
        assert balance_of(session, session.get_one(Contract, contract_id)).reserved == 100
        letters = session.execute(select(OutgoingMail.address, OutgoingMail.letter)).all()
        assert sorted(letters) == [
            (cast.roope.email, "call_off_made"),
            (cast.tuula.email, "call_off_made"),
        ]


def test_a_form_that_is_sent_twice_calls_off_once(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database
) -> None:
    kaisa = browse(cast.kaisa)
    url = f"/contracts/{contract_id}/call-off/unit_toppis"
    form = form_values(kaisa.get(url).one("main form"))
    form |= {"field": "kiinteistöpalvelut", "gain": GAIN}
    first, again = (kaisa.post(url, form, 303).response.headers["Location"] for _press in "12")
    assert first == again
    kaisa.get(url)
    kaisa.post(url, form | {"once": str(uuid4())}, 303)
    kaisa.post(url, form | {"once": "nothing of the kind"}, 303)
    copied = form_values(kaisa.get(first).one("#copy"))
    one, other = (kaisa.post(f"{first}/copy", copied, 303) for _press in "12")
    assert one.response.headers["Location"] == other.response.headers["Location"]
    with database.reading() as session:
        assert [made.n for made in session.scalars(select(CallOff).order_by(CallOff.n))] == [
            1,
            2,
            3,
            4,
        ]


def test_the_key_of_somebody_elses_form_calls_nothing_off(
    browse: Browse, cast: Cast, contract_id: UUID, one: UUID
) -> None:
    olli = browse(cast.olli)
    url = f"/contracts/{contract_id}/call-off/unit_toppis"
    form = form_values(olli.get(url).one("main form"))
    form |= {"field": "kiinteistöpalvelut", "gain": GAIN, "once": str(one)}
    page = olli.post(url, form, 422)
    assert page.has(".error-summary")


def test_what_the_form_of_training_asks_for_is_said_before_calling_off(
    browse: Browse, cast: Cast, contract_id: UUID
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/contracts/{contract_id}/call-off/group_toppis")
    typed = {"field": "kiinteistöpalvelut", "gain": GAIN}
    page = kaisa.submit("main form", typed, 200, button="check")
    assert "0 workplaces have been confirmed for 8 places." in page.text


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    browse: Browse, cast: Cast, contract_id: UUID
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/contracts/{contract_id}/call-off/group_toppis")
    page = kaisa.submit("main form", {"workdays": "paljon"}, 422)
    assert len(page.errors) == 3
    assert page.value("workdays") == "paljon"
    typed = {"field": "kiinteistöpalvelut", "gain": GAIN, "workdays": "1000.5"}
    page = kaisa.submit("main form", typed, 422)
    assert page.errors == [
        "0 workplaces have been confirmed for 8 places. Find and confirm the others first."
    ]
    page = kaisa.submit("main form", {"workplaces_confirmed": "8"}, 422)
    assert page.errors == ["There is not enough capacity left."]
    page = kaisa.submit("main form", {"places": "2", "workdays": "10"}, 422)
    assert page.errors == ["The group is smaller than the lot's minimum. Give a reason."]
    kaisa.submit("main form", {"reason": "Naapurikunnassa ei ole muita"})
    page = kaisa.follow()
    assert "Naapurikunnassa ei ole muita" in page.text
    assert "Approved by Kaisa Koulutusvastaava." in page.text


def test_a_buyers_officer_calls_off_in_the_buyers_name(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database
) -> None:
    olli = browse(cast.olli)
    olli.get(f"/contracts/{contract_id}/call-off/coaching")
    olli.submit("main form", {"field": "kiinteistöpalvelut", "gain": GAIN, "places": "3"})
    with database.reading() as session:
        assert session.scalars(select(CallOff.office_id)).one() is None


def test_training_packages_are_called_off_by_their_places(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with unit_of_work(database) as session:
        key = contract_in_force(
            session, cast, unit="training_package", price_model="per_training_package"
        ).id
    kaisa = browse(cast.kaisa)
    page = kaisa.get(f"/contracts/{key}/call-off/cohort")
    assert not page.has("[name=workdays]")
    kaisa.submit("main form", {"field": "kiinteistöpalvelut", "gain": GAIN, "places": "7"})
    with database.reading() as session:
        assert session.scalars(select(CallOff.amount)).one() == 7


def test_the_next_unit_is_called_off_in_one_act(
    browse: Browse, cast: Cast, one: UUID, database: Database
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/call-offs/{one}")
    kaisa.submit("#copy", {"copied_units": "Perussiivous"})
    page = kaisa.follow()
    assert page.heading.startswith("Call-off 2 from ")
    assert "A copy of call-off 1" in page.text
    assert GAIN in page.text
    assert "Perussiivous" in page.text


def test_the_provider_confirms_within_the_contract(
    browse: Browse, cast: Cast, one: UUID, database: Database, with_htmx: bool
) -> None:
    tuula = browse(cast.tuula, htmx=with_htmx)
    page = tuula.get("/call-offs")
    assert "14 days left" in page.text
    tuula.get(f"/call-offs/{one}")
    page = tuula.submit("#confirm", {"starts": "1.1.2030"}, 422)
    assert page.errors == ["The day is outside the contract's period."]
    tuula.submit("#confirm", {"starts": "16.3.2026"})
    page = tuula.follow()
    assert "Starts in time" in page.text
    with database.reading() as session:
        assert session.scalars(select(Training.starts)).one() == STARTS
        letters = session.scalars(
            select(OutgoingMail.letter).where(OutgoingMail.address == cast.kaisa.email)
        ).all()
        assert letters == ["call_off_confirmed"]


def test_the_provider_declines_on_a_ground_and_it_counts(
    browse: Browse, cast: Cast, one: UUID, contract_id: UUID, database: Database
) -> None:
    tuula = browse(cast.tuula)
    tuula.get(f"/call-offs/{one}/decline")
    page = tuula.submit("main form", {}, 422)
    assert page.errors == ["Choose one of these.", "Give a reason."]
    tuula.submit("main form", {"ground": "none", "reason": "Kouluttaja sairastui"})
    page = tuula.follow()
    assert "no ground of the contract" in page.text
    with database.transaction() as session:
        other = called_off(session, cast, contract_id)
        decline_call_off(
            session,
            call_off=other,
            reason="Lakko",
            ground="force_majeure",
            by=cast.tuula,
            at=CALLED,
        )
    page = browse(cast.olli).get(f"/contracts/{contract_id}/capacity")
    assert "Declined 2" in page.text
    assert "Force majeure: 1" in page.text
    assert "On no ground of the contract: 1" in page.text


def test_the_caller_takes_a_call_off_back_with_a_reason(
    browse: Browse, cast: Cast, one: UUID, contract_id: UUID, database: Database
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/call-offs/{one}")
    page = kaisa.get(f"/call-offs/{one}/cancel")
    page = kaisa.submit("main form", {"reason": " "}, 422)
    assert page.errors == ["Give a reason."]
    kaisa.submit("main form", {"reason": "Osallistujat saivat työtä"})
    assert "Osallistujat saivat työtä" in kaisa.follow().text
    page = kaisa.get(f"/call-offs/{one}/cancel")
    assert "This cannot be done now" in page.text
    with database.reading() as session:
        assert balance_of(session, session.get_one(Contract, contract_id)).remaining == 1000
        told = session.scalars(
            select(OutgoingMail.address).where(OutgoingMail.letter == "call_off_cancelled")
        ).all()
        assert sorted(told) == [cast.roope.email, cast.tuula.email]


def test_the_order_is_asked_for_once_and_read_by_both_sides(
    browse: Browse, cast: Cast, one: UUID, database: Database
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/call-offs/{one}/order.pdf", 404)
    assert "The order is being made into a PDF." in kaisa.get(f"/call-offs/{one}").text
    with unit_of_work(database) as session:
        call_off = session.get_one(CallOff, one)
        confirm_call_off(session, call_off=call_off, starts=STARTS, by=cast.tuula, at=CALLED)
        asked = session.scalars(select(Job.arguments).where(Job.kind == store.JOB)).all()
        assert [(job["kind"], job["subject"], job["language"]) for job in asked] == [
            ("order", str(one), "fi")
        ]
        made = Rendered(b"%PDF-made", "ab" * 32, 1)
        owner = call_off.contract.procurement_id
        store.keep(session, "order", made, subject=one, owner=owner, language="fi", at=CALLED)
    for reader in (cast.kaisa, cast.tuula, cast.olli):
        browser = browse(reader)
        browser.get(f"/call-offs/{one}")
        assert browser.download(f"/call-offs/{one}/order.pdf") == b"%PDF-made"


def test_a_late_call_off_stands_out_for_both_sides(
    browse: Browse, cast: Cast, one: UUID, clock: SettableClock
) -> None:
    clock.at = CALLED + timedelta(days=17)
    for reader in (cast.kaisa, cast.tuula, cast.olli):
        page = browse(reader).get("/call-offs?state=late")
        assert "1 call-off is late" in page.text
        assert "Late by 3 days" in page.text
        assert "Late by 3 days" in browse(reader).get(f"/call-offs/{one}").text


def strangers(session: Session) -> list[Person]:
    office = organisation(session, "Toinen työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
    return [person(session, "Outi Toinen", office, Role.COURSE_SPONSOR)]


def test_what_is_anothers_looks_like_what_is_not_there(
    browse: Browse, cast: Cast, one: UUID, contract_id: UUID, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        outsiders = [*strangers(session), cast.sanna, cast.eva]
        for reader in outsiders:
            assert reader.memberships
        session.add(
            ContractUser(
                contract_id=contract_id,
                office_id=cast.office.id,
                added_by_id=cast.olli.id,
                added_at=CALLED,
            )
        )
    for reader in outsiders:
        browser = browse(reader)
        for key in (one, uuid4()):
            browser.get(f"/call-offs/{key}", 404)
            browser.get(f"/call-offs/{key}/order.pdf", 404)
        assert "0 call-offs" in browser.get("/call-offs").text
        for key in (contract_id, uuid4()):
            browser.get(f"/contracts/{key}/capacity", 404)
            browser.get(f"/contracts/{key}/capacity.csv", 404)
    outi = browse(outsiders[0])
    outi.get(f"/contracts/{contract_id}/call-off/cohort", 404)
    outi.get(f"/call-offs/{one}/cancel", 404)
    outi.post(f"/call-offs/{one}/cancel", {"reason": "x"}, 404)
    outi.post(f"/call-offs/{one}/copy", {}, 404)


def test_an_office_that_may_use_the_contract_sees_amounts_of_others_and_no_names(
    browse: Browse, cast: Cast, one: UUID, contract_id: UUID, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        outi = strangers(session)[0]
        assert outi.memberships
    page = browse(outi).get(f"/contracts/{contract_id}/capacity")
    assert "60 student workdays" in page.text
    assert "Kaisa" not in page.html
    assert str(one) not in page.html
    assert b"Kaisa" not in browse(outi).download(f"/contracts/{contract_id}/capacity.csv")
    assert "Kaisa" in browse(cast.kaisa).get(f"/contracts/{contract_id}/capacity").text


def test_an_officer_with_a_conflict_finds_nothing_of_the_contract(
    browse: Browse, cast: Cast, one: UUID, contract_id: UUID, database: Database
) -> None:
    with database.transaction() as session:
        session.add(
            InterestDeclaration(
                procurement_id=session.get_one(Contract, contract_id).procurement_id,
                person_id=cast.olli.id,
                declared_at=CALLED,
                conflicts=[Conflict(provider_id=cast.river.id)],
            )
        )
    olli = browse(cast.olli)
    assert "0 call-offs" in olli.get("/call-offs").text
    assert "There is no contract in force" in olli.get("/call-offs/new").text
    for url in (
        f"/call-offs/{one}",
        f"/contracts/{contract_id}/call-off/cohort",
        f"/contracts/{contract_id}/capacity",
        f"/contracts/{contract_id}/capacity.xlsx",
    ):
        olli.get(url, 404)


def test_the_use_is_told_in_a_bar_and_in_numbers(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database, clock: SettableClock
) -> None:
    page = browse(cast.olli).get(f"/contracts/{contract_id}/capacity")
    assert "Nothing has been called off yet." in page.text
    assert "There is nothing to reckon a pace from yet" in page.text
    with unit_of_work(database) as session:
        training_of(session, cast, session.get_one(Contract, contract_id))
        called_off(session, cast, contract_id)
    clock.at = CALLED + timedelta(days=39)
    page = browse(cast.olli).get(f"/contracts/{contract_id}/capacity")
    for shown in (
        "Committed: confirmed, not delivered yet 300 student workdays",
        "Reserved: called off, awaits the provider 60 student workdays",
        "Left: can be called off 640 student workdays",
        "Below the estimate 440 student workdays",
        "273.9 student workdays",
        "28/06/2026",
        "2026-03 360 0 0",
    ):
        assert shown in page.text, shown
    assert page.one("svg title").get_text().startswith("Of the maximum of 1,000")
    parts = {one["class"][0]: (one["x"], one["width"]) for one in page.all("svg rect")}
    assert parts["bar-delivered"] == ("20.0", "0.0")
    assert parts["bar-committed"] == ("20.0", "300.0")
    assert parts["bar-reserved"] == ("320.0", "60.0")
    assert [mark["x1"] for mark in page.all("svg line")] == ["220.0", "820.0", "1020"]


def test_the_entries_come_as_files_in_which_nothing_is_a_formula(
    browse: Browse, cast: Cast, one: UUID, contract_id: UUID, database: Database
) -> None:
    with unit_of_work(database) as session:
        decline_call_off(
            session,
            call_off=session.get_one(CallOff, one),
            reason="=HYPERLINK(1)",
            by=cast.tuula,
            at=CALLED,
        )
    olli = browse(cast.olli)
    lines = (
        olli.download(f"/contracts/{contract_id}/capacity.csv").decode("utf-8-sig").split("\r\n")
    )
    assert lines[0] == "Entry;Time;What;Amount;Field of training;Call-off;Employment office;Who;Why"
    assert lines[2].startswith("2;2026-03-09 09:00:00;Reserved;60;kiinteistöpalvelut;1;")
    assert lines[3].endswith(";Tuula Kouluttaja;'=HYPERLINK(1)")
    assert olli.download(f"/contracts/{contract_id}/capacity.xlsx")[:2] == b"PK"


def test_an_officer_names_the_offices_that_may_use_the_contract(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        outi = strangers(session)[0]
        assert outi.memberships
    olli, url = browse(cast.olli), f"/contracts/{contract_id}/capacity"
    browse(cast.kaisa).get(url)
    browse(outi).get(url)
    page = olli.get(url)
    page = olli.submit("#users", {}, 422)
    assert page.errors == ["Choose one of these."]
    olli.submit("#users", {"office": str(cast.office.id)})
    olli.follow()
    browse(outi).get(url, 404)
    remove = f"/contracts/{contract_id}/users/{cast.office.id}/remove"
    olli.get(remove)
    page = olli.submit("main form", {}, 422)
    assert page.errors[0].startswith("This is the only office named.")
    olli.get(url)
    olli.submit("#users", {"office": str(outi.memberships[0].organisation_id)})
    olli.get(remove)
    olli.submit("main form")
    browse(cast.kaisa).get(url, 404)
    browse(outi).get(url)


def test_an_officer_closes_a_training_after_seeing_what_goes_back(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database
) -> None:
    with unit_of_work(database) as session:
        key = training_of(session, cast, session.get_one(Contract, contract_id)).id
    for reader in (cast.kaisa, cast.tuula):
        browse(reader).get(f"/trainings/{key}/close", 403)
    browse(cast.eva).get(f"/trainings/{key}/close", 404)
    olli = browse(cast.olli)
    page = olli.get(f"/trainings/{key}/close")
    assert "Committed and not delivered 300 student workdays" in page.text
    olli.submit("main form", {}, 422)
    olli.submit("main form", {"meant": "y"})
    assert "Left: can be called off 1,000 student workdays" in olli.follow().text
    page = olli.get(f"/trainings/{key}/close")
    assert "The training was closed on 09/03/2026." in page.text


def test_the_lists_take_as_many_queries_for_many_as_for_few(
    browse: Browse, cast: Cast, contract_id: UUID, database: Database
) -> None:
    def add(times: int) -> None:
        with unit_of_work(database) as session:
            for n in range(times):
                called = called_off(session, cast, contract_id, workdays=Decimal(2))
                if n % 2:
                    confirm_call_off(
                        session, call_off=called, starts=STARTS, by=cast.tuula, at=CALLED
                    )

    add(2)
    urls = ("/call-offs", "/call-offs/new", f"/contracts/{contract_id}/capacity")
    counts = {}
    for reader in (cast.kaisa, cast.olli, cast.tuula):
        browser = browse(reader)
        for url in urls if reader is not cast.tuula else (urls[0], urls[2]):
            browser.get(url)
            counts[reader.id, url] = browser.queries
    add(19)
    for (key, url), count in counts.items():
        reader = next(one for one in cast.people if one.id == key)
        browser = browse(reader)
        browser.get(url)
        assert browser.queries == count, url
    page = browse(cast.kaisa).get("/call-offs?page=2")
    assert "Page 2 of 2" in page.text
