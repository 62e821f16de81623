"""The pages of the meetings: planning, holding, minutes, practices, and who sees what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.capacity.usecases import name_coach
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents.clauses import versions
from portal.documents.store import JOB, TASK
from portal.jobs.models import Job, OutgoingMail
from portal.jobs.queue import do
from portal.meetings.models import Meeting, Practice
from portal.meetings.rules import PracticeTerms
from portal.meetings.usecases import hold_meeting, plan_meeting
from portal.organisations.models import Organisation
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
AT = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = AT


@pytest.fixture
def contract(database: Database, cast: Cast) -> UUID:
    """A contract whose start-up meeting is to be held, with today's clauses."""
    with unit_of_work(database) as session:
        made = contract_in_force(session, cast, started_up=False)
        made.made_from = {"clauses": versions()}
        return made.id


def held(database: Database, cast: Cast, contract: UUID, **given: Any) -> UUID:
    with unit_of_work(database) as session:
        how: dict[str, Any] = {"kind": "interim", "present": [cast.olli], "by": cast.olli, "at": AT}
        made = session.get_one(Contract, contract)
        return hold_meeting(session, contract=made, **{**how, **given}).id


def make_minutes(database: Database) -> None:
    with database.reading() as session:
        jobs = list(session.scalars(select(Job.id).where(Job.kind == JOB, Job.state == "waiting")))
    for job in jobs:
        assert do(database, {JOB: TASK}, job, AT)


def test_a_meeting_is_planned_moved_and_cancelled_with_calendars_told(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    olli = browse(cast.olli)
    page = olli.get(f"/contracts/{contract}/meetings")
    assert "The start-up meeting has not been held" in page.text
    olli.get(f"/contracts/{contract}/meetings/new?kind=start_up")
    olli.submit(
        'main form[method="post"]',
        {
            "begins-day": "10/03/2026",
            "begins-time": "13:00",
            "ends-day": "10/03/2026",
            "ends-time": "14:00",
            "place": "Jokiopisto, huone 12",
            "invited": [str(cast.olli.id), str(cast.tuula.id)],
            "others": cast.kaisa.email,
        },
    )
    page = olli.follow()
    assert page.heading == "Start-up meeting"
    assert "Kaisa Koulutusvastaava" in page.text
    url = page.url
    ics = olli.download(f"{url}/meeting.ics").decode()
    assert "DTSTART:20260310T110000Z" in ics
    olli.get(f"{url}/move")
    olli.submit("main form", {"begins-day": "12/03/2026", "ends-day": "12/03/2026", "others": None})
    olli.follow()
    assert "SEQUENCE:1" in olli.download(f"{url}/meeting.ics").decode()
    olli.get(f"{url}/cancel")
    assert olli.submit("main form", {"reason": " "}, 422).errors == ["Give a reason."]
    olli.submit("main form", {"reason": "Sairastapaus"})
    page = olli.follow()
    assert "Sairastapaus" in page.text
    assert "METHOD:CANCEL" in olli.download(f"{url}/meeting.ics").decode()
    with database.reading() as session:
        mails = session.scalars(select(OutgoingMail)).all()
    sent = sorted((mail.letter, mail.address) for mail in mails)
    letters = [letter for letter, _address in sent]
    assert letters == ["meeting_cancelled"] * 3 + ["meeting_moved"] * 3 + ["meeting_planned"] * 3
    assert browse(cast.tuula).get(url).heading == "Start-up meeting"


@pytest.mark.parametrize(
    ("day", "time"), [("25/10/2026", "03:30"), ("28/03/2027", "03:30")], ids=["twice", "never"]
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(
    browse: Browse, cast: Cast, contract: UUID, day: str, time: str
) -> None:
    olli = browse(cast.olli)
    olli.get(f"/contracts/{contract}/meetings/new?kind=interim")
    page = olli.submit(
        'main form[method="post"]',
        {
            "begins-day": day,
            "begins-time": time,
            "ends-day": day,
            "ends-time": "09:00",
            "invited": [str(cast.olli.id)],
        },
        422,
    )
    assert any("The clocks change then" in error for error in page.errors), page.errors


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"begins-day": "05/03/2026"}, "Give a moment that is still ahead."),
        ({"ends-time": "12:00"}, "The meeting must end after it begins"),
        ({"others": "nobody@nowhere.example"}, "Nobody with this address"),
        ({"others": "sanna@esimerkki.example"}, "Nobody with this address"),
        ({"invited": []}, "Choose at least one person."),
    ],
)
def test_a_plan_that_cannot_be_is_refused_beside_its_field(
    browse: Browse, cast: Cast, contract: UUID, typed: dict[str, Any], error: str
) -> None:
    olli = browse(cast.olli)
    olli.get(f"/contracts/{contract}/meetings/new?kind=interim")
    values = {
        "begins-day": "10/03/2026",
        "begins-time": "13:00",
        "ends-day": "10/03/2026",
        "ends-time": "14:00",
        "place": "Huone 12",
        "invited": [str(cast.olli.id)],
    }
    page = olli.submit('main form[method="post"]', {**values, **typed}, 422)
    assert any(error in one for one in page.errors), page.errors
    assert page.one('[name="place"]')["value"] == "Huone 12"


def test_the_start_up_meeting_is_recorded_with_its_lines_and_practices(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    olli = browse(cast.olli)
    olli.get(f"/contracts/{contract}/meetings/record?kind=start_up")
    post = 'main form[method="post"]'
    page = olli.submit(post, {"text-1": "Läsnäolot viikoittain"}, 422)
    assert page.errors == ["Fill in this field.", "Fill in this field."]
    page = olli.submit(
        post, {"text-1": "", "outcome-clause-staff": "open", "owner-clause-staff": ""}, 422
    )
    assert page.errors == ["Choose who takes care of this."]
    olli.submit(
        post,
        {
            "present": [str(cast.olli.id), str(cast.tuula.id)],
            "outcome-clause-staff": "nothing_to_agree",
            "owner-clause-staff": "",
            "outcome-clause-reporting": "agreed",
            "note-clause-reporting": "Viikoittain maanantaisin",
            "owner-clause-reporting": str(cast.tuula.id),
            "due-clause-reporting": "30/04/2026",
            "text-1": "Sijaisesta ilmoitetaan",
            "whose-1": str(cast.tuula.id),
            "until-1": "31/05/2026",
            "notes": "Kaikki paikalla.",
        },
    )
    page = olli.follow()
    for said in ("Viikoittain maanantaisin", "Sijaisesta ilmoitetaan", "Kaikki paikalla."):
        assert said in page.text
    with database.reading() as session:
        assert session.get_one(Contract, contract).started_up_at == AT
        assert len(session.scalars(select(Practice)).all()) == 2
    page = olli.get(f"/contracts/{contract}/meetings")
    assert "2 practices wait for their review." in page.text
    # Next time both are there to be reviewed, with the lines that were left open.
    page = olli.get(f"/contracts/{contract}/meetings/record?kind=interim")
    assert "Sijaisesta ilmoitetaan" in page.text
    assert "Start-up meeting and agreed practices" in page.text
    status = next(one for one in page.all("select") if str(one["name"]).startswith("status-"))
    olli.submit(post, {str(status["name"]): "kept"})
    assert "Kept" in olli.follow().text
    page = olli.get(f"/contracts/{contract}/meetings")
    assert "1 practice waits for its review." in page.text


def test_a_verification_visit_tells_progress_quality_and_effectiveness(
    browse: Browse, cast: Cast, contract: UUID
) -> None:
    tuula = browse(cast.tuula)
    tuula.get(f"/contracts/{contract}/meetings/record?kind=verification")
    told = {"progress": "Etenee", "quality": "Hyvä", "effectiveness": "Kaksi työllistyi"}
    tuula.submit('main form[method="post"]', told)
    page = tuula.follow()
    for heading, text in (("Progress", "Etenee"), ("Effectiveness", "Kaksi työllistyi")):
        assert heading in page.text
        assert text in page.text


def test_both_sides_approve_the_very_bytes_of_the_minutes(
    browse: Browse, cast: Cast, contract: UUID, database: Database, with_htmx: bool
) -> None:
    key = held(database, cast, contract)
    url = f"/meetings/{key}"
    olli, roope = browse(cast.olli, htmx=with_htmx), browse(cast.roope, htmx=with_htmx)
    page = olli.get(url)
    assert "The minutes are being made into a PDF." in page.text
    errors = olli.post(f"{url}/approve", {}, 422).errors
    assert errors == ["The minutes are still being made. Try again shortly."]
    make_minutes(database)
    assert olli.download(f"{url}/minutes.pdf").startswith(b"%PDF")
    for browser, name in ((olli, "Olli Ostaja"), (roope, "Roope Rehtori")):
        browser.get(url)
        browser.submit("main form.one-button", {})
        page = browser.follow()
        assert f"Approved by {name}" in page.text
        assert not page.has("main form.one-button")
    assert browse(cast.kaisa).post(f"{url}/approve", {}, 422).errors == [
        "This cannot be done at this stage."
    ]
    with database.reading() as session:
        approvals = session.get_one(Meeting, key).approvals
        assert len({approval.sha256 for approval in approvals}) == 1


def test_the_start_up_meeting_is_waived_with_a_reason(
    browse: Browse, cast: Cast, contract: UUID
) -> None:
    olli = browse(cast.olli)
    olli.get(f"/contracts/{contract}/start-up-waiver")
    assert olli.submit("main form", {"reason": ""}, 422).errors == ["Give a reason."]
    olli.submit("main form", {"reason": "Sama tuottaja jatkaa"})
    page = olli.follow()
    assert "Sama tuottaja jatkaa" in page.text
    assert "Olli Ostaja" in page.text
    olli.get(f"/contracts/{contract}/start-up-waiver", 303)
    assert "Sama tuottaja jatkaa" in browse(cast.tuula).get(f"/contracts/{contract}/meetings").text


def test_the_contract_leads_to_its_meetings_and_practices_say_who_is_late(
    browse: Browse, cast: Cast, contract: UUID, database: Database, clock: SettableClock
) -> None:
    terms = [
        PracticeTerms("Läsnäolot viikoittain", cast.tuula.id, date(2026, 3, 9)),
        PracticeTerms("Sijaisesta ilmoitetaan", cast.tuula.id, date(2026, 3, 12)),
    ]
    held(database, cast, contract, practices=terms)
    clock.at = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    roope = browse(cast.roope)
    page = roope.get(f"/contracts/{contract}/meetings")
    assert "1 of them is past its day." in page.text
    page = roope.get(f"/contracts/{contract}/practices")
    assert "Open, 1 day late" in page.text
    assert "Open, not reviewed yet" in page.text
    roope.get(f"/contracts/{contract}/practices?state=all")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_there_in_three_languages(
    browse: Browse, cast: Cast, contract: UUID, database: Database, language: str
) -> None:
    with unit_of_work(database) as session:
        made = session.get_one(Contract, contract)
        planned = plan_meeting(
            session,
            contract=made,
            kind="start_up",
            begins=datetime(2026, 3, 10, 11, 0, tzinfo=UTC),
            ends=datetime(2026, 3, 10, 12, 0, tzinfo=UTC),
            invited=[cast.olli],
            by=cast.olli,
            at=AT,
        ).id
    olli = browse(cast.olli, language=language)
    for path in (
        f"/contracts/{contract}/meetings",
        f"/contracts/{contract}/meetings/new",
        f"/contracts/{contract}/meetings/record",
        f"/contracts/{contract}/meetings/record?kind=verification",
        f"/contracts/{contract}/practices",
        f"/contracts/{contract}/start-up-waiver",
        f"/meetings/{planned}",
        f"/meetings/{planned}/move",
        f"/meetings/{planned}/cancel",
        f"/meetings/{planned}/hold",
    ):
        olli.get(path)


def test_what_is_foreign_is_missing(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    key = held(database, cast, contract)
    missing = "00000000-0000-0000-0000-000000000000"
    for who in (cast.sanna, cast.eva):
        browser = browse(who)
        for path in (
            f"/contracts/{contract}/meetings",
            f"/contracts/{contract}/practices",
            f"/meetings/{key}",
            f"/meetings/{key}/minutes.pdf",
            f"/meetings/{key}/meeting.ics",
            f"/meetings/{missing}",
        ):
            browser.get(path, 404)
    eva = browse(cast.eva)
    for path in (
        f"/contracts/{contract}/meetings/new",
        f"/contracts/{contract}/meetings/record",
        f"/meetings/{key}/hold",
        f"/meetings/{key}/move",
    ):
        eva.get(path, 404)
    for who in (cast.olli, cast.kaisa, cast.tuula, cast.roope, cast.tarja, cast.paula):
        browse(who).get(f"/meetings/{key}")


def test_a_meeting_of_a_training_is_seen_by_those_who_see_the_training(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    with unit_of_work(database) as session:
        made = session.get_one(Contract, contract)
        made.started_up_at = AT
        training = training_of(session, cast, made)
        elsewhere = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        neighbour = person(session, "Noora Naapuri", elsewhere, Role.COURSE_SPONSOR)
        office = session.get_one(Organisation, cast.office.id)
        unnamed = person(session, "Saara Sijainen", office, Role.COURSE_SPONSOR)
        shore = session.get_one(Organisation, cast.shore.id)
        coach = person(session, "Ville Valmentaja", shore, Role.COACH)
        name_coach(session, training=training, person=coach, by=cast.kaisa, at=AT)
        about = enrolled(session, training, "Osallistuja A")
        terms = [PracticeTerms("Ryhmän oma käytäntö", cast.tuula.id, date(2026, 4, 1))]
        people: dict[str, Any] = {"contract": made, "training": training, "by": cast.kaisa}
        group = hold_meeting(session, kind="interim", present=[], practices=terms, at=AT, **people)
        own = hold_meeting(session, kind="tripartite", present=[], enrolment=about, at=AT, **people)
        keys = {"group": group.id, "own": own.id}
        session.flush()
        for one in (neighbour, unnamed, coach):
            session.refresh(one)
            session.expunge(one)
    sees = {
        "group": {"kaisa", "tuula", "roope", "olli", "tarja", "coach"},
        "own": {"kaisa", "tuula", "roope", "coach"},
    }
    readers = {name: getattr(cast, name) for name in ("kaisa", "tuula", "roope", "olli", "tarja")}
    readers |= {"neighbour": neighbour, "unnamed": unnamed, "coach": coach, "sanna": cast.sanna}
    for name, reader in readers.items():
        browser = browse(reader)
        for which, key in keys.items():
            browser.get(f"/meetings/{key}", 200 if name in sees[which] else 404)
    assert "Osallistuja A" in browse(cast.kaisa).get(f"/meetings/{keys['own']}").text
    for reader in (neighbour, unnamed):
        page = browse(reader).get(f"/contracts/{contract}/meetings")
        assert "No meeting has been planned or held yet." in page.text
        page = browse(reader).get(f"/contracts/{contract}/practices")
        assert "Ryhmän oma käytäntö" not in page.text
    page = browse(cast.olli).get(f"/contracts/{contract}/meetings")
    assert "1 meeting" in page.text
    assert "Osallistuja" not in page.text
    browse(coach).get(f"/contracts/{contract}/meetings", 404)


def test_a_sponsor_plans_a_meeting_about_a_participant(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    with unit_of_work(database) as session:
        made = session.get_one(Contract, contract)
        made.started_up_at = AT
        training = training_of(session, cast, made)
        about = enrolled(session, training, "Osallistuja A").id
        training_id = training.id
    kaisa = browse(cast.kaisa)
    base = f"/contracts/{contract}/meetings/new?kind=joint_review&training={training_id}"
    assert "Osallistuja A" in kaisa.get(base).text
    kaisa.get(f"{base}&participant={about}")
    kaisa.submit(
        'main form[method="post"]',
        {
            "begins-day": "10/06/2026",
            "begins-time": "9:00",
            "ends-day": "10/06/2026",
            "ends-time": "10:00",
            "invited": [str(cast.kaisa.id), str(cast.tuula.id)],
        },
    )
    page = kaisa.follow()
    assert "Osallistuja A" in page.text
    with database.reading() as session:
        for mail in session.scalars(select(OutgoingMail)):
            assert "Osallistuja" not in repr(mail.facts) + str(mail.calendar)
    # The officer can neither name the participant nor choose them.
    olli = browse(cast.olli)
    assert "Osallistuja A" not in olli.get(base).text
    olli.get(f"{base}&participant={about}", 404)
    for broken in ("training=x", "training=00000000-0000-0000-0000-000000000000"):
        kaisa.get(f"/contracts/{contract}/meetings/new?kind=interim&{broken}", 404)


def test_the_lists_take_as_many_queries_however_long_they_are(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    def grow(n: int) -> UUID:
        key = contract
        for _n in range(n):
            key = held(
                database,
                cast,
                contract,
                present=[cast.olli, cast.tuula, cast.kaisa],
                practices=[PracticeTerms("Viikoittain", cast.tuula.id, date(2026, 4, 1))] * 3,
            )
        return key

    key = grow(1)
    readers = {"olli": browse(cast.olli), "kaisa": browse(cast.kaisa), "tuula": browse(cast.tuula)}
    pages = ("meetings", "practices", "meetings/record?kind=interim")
    before = {}
    for name, reader in readers.items():
        for page in pages:
            reader.get(f"/contracts/{contract}/{page}")
            before[name, page] = reader.queries
        reader.get(f"/meetings/{key}")
        before[name, "one"] = reader.queries
    key = grow(9)
    for name, reader in readers.items():
        for page in pages:
            reader.get(f"/contracts/{contract}/{page}")
            assert reader.queries == before[name, page], (name, page)
        reader.get(f"/meetings/{key}")
        assert reader.queries == before[name, "one"], name
