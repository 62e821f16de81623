"""The pages of people in trainings."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.capacity.models import Training
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import waiting
from portal.enrolments.views.needs import say_need
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.enrolments.pages.conftest import Underway
from tests.enrolments.people import brought_to_start
from tests.page import Browser, Page, form_values

Browse = Callable[..., Browser]
TYPED = {
    "name": "Dora Ek",
    "external_key": "A-17",
    "birth_year": "1990",
    "sex": "woman",
    "education": "higher",
    "status": "unemployed",
    "referral_source": "self",
}


def names(page: Page) -> list[str]:
    return [head.get_text() for head in page.all("#participants tbody th")]


def numbers(page: Page) -> list[str]:
    return [cell.get_text() for cell in page.all("#numbers tbody td")][:4]


def needs(page: Page) -> list[str]:
    return [next(iter(head.stripped_strings)) for head in page.all("#needs tbody th")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_whole_in_every_language(
    browse: Browse, cast: Cast, underway: Underway, clock: SettableClock, language: str
) -> None:
    kaisa, tuula, olli = (browse(one, language) for one in (cast.kaisa, cast.tuula, cast.olli))
    shared, ann, ben = underway.shared, underway.ann, underway.ben
    clock.move(days=6)
    for state in ("open", "closed"):
        kaisa.get(f"/my-trainings?state={state}")
        tuula.get(f"/trainings?state={state}")
    for browser in (kaisa, tuula, olli):
        browser.get(f"/trainings/{shared}")
    for url in ("applications/new", "decisions", "staff"):
        kaisa.get(f"/trainings/{shared}/{url}")
        kaisa.submit("main form[novalidate]" if url != "staff" else "#name-coach", status=422)
    for url in (f"trainings/{shared}/start", f"trainings/{shared}/background"):
        tuula.get(f"/{url}")
    tuula.submit(status=422)
    for key in (ann, ben):
        kaisa.get(f"/participants/{key}")
    kaisa.get(f"/participants/{ben}/interview")
    kaisa.submit(status=422)
    kaisa.get(f"/participants/{ben}/transfer")
    kaisa.submit(status=422)
    tuula.get(f"/participants/{ann}/end")
    tuula.submit(status=422)
    tuula.submit("main form", {"ending": "work", "status": "open_market"})
    kaisa.get(f"/participants/{ann}/follow-up")
    clock.move(days=200)
    kaisa.get("/my-trainings")
    kaisa.get(f"/participants/{ann}/follow-up")
    kaisa.submit(status=422)


def test_somebody_is_referred_interviewed_selected_started_and_followed_by_forms(
    browse: Browse, cast: Cast, underway: Underway, clock: SettableClock, with_htmx: bool
) -> None:
    kaisa, tuula = browse(cast.kaisa, htmx=with_htmx), browse(cast.tuula, htmx=with_htmx)
    shared = underway.shared
    kaisa.get(f"/trainings/{shared}/applications/new")
    page = kaisa.submit("main form", TYPED | {"birth_year": "x"}, status=422)
    assert page.errors == ["Write a whole number, using digits only."]
    assert page.value("name") == "Dora Ek"
    page = kaisa.submit("main form", TYPED | {"external_key": "010190-123A"}, status=422)
    assert page.errors == [
        "Do not write a personal identity code here. Use your office's own key of the person."
    ]
    form = form_values(kaisa.get(f"/trainings/{shared}/applications/new").one("main form"))
    form |= TYPED | {"external_key": ""}
    kaisa.post(f"/trainings/{shared}/applications/new", form, 303)
    page = kaisa.post(f"/trainings/{shared}/applications/new", form, 422)
    assert page.errors == ["Your office has already referred this person to the training."]
    page = kaisa.get(f"/trainings/{shared}")
    assert names(page) == ["Ann Aalto", "Ben Berg", "Dora Ek"]
    assert numbers(page) == ["5", "3", "1", "1"]
    key = str(page.one('#participants a:-soup-contains("Dora Ek")')["href"])

    tuula.get(f"{key}/interview")
    assert "Write nothing about health" in str(tuula.page and tuula.page.text)
    tuula.submit(need="3", urgency="2", suitability="3", with_=[str(cast.kaisa.id)])
    page = tuula.follow()
    assert "Tuula Kouluttaja, Kaisa Koulutusvastaava" in page.text

    kaisa.get(f"/trainings/{shared}/decisions?chosen={key.rpartition('/')[2]}")
    page = kaisa.submit(outcome="instead", reason="Kieli", status=422)
    assert page.errors == ["Fill in this field."]
    assert page.value("reason") == "Kieli"
    both = [key.rpartition("/")[2], str(underway.ben)]
    page = kaisa.submit(enrolments=both, outcome="selected", status=422)
    assert page.errors[0].startswith("The selection is not complete.")
    kaisa.submit(enrolments=both[:1], outcome="selected", instead="", reason="")
    assert kaisa.follow().flashes == ["The decision is recorded."]
    kaisa.get(f"/trainings/{shared}/decisions")
    page = kaisa.submit(enrolments=both[1:], outcome="rejected", status=422)
    assert page.errors == ["Give a reason."]
    kaisa.submit(reason="Ala ei sovi")
    assert "Ala ei sovi" in kaisa.get(f"/participants/{underway.ben}").text

    tuula.get(f"/trainings/{shared}/start")
    page = tuula.submit(on="17/03/2026", status=422)
    assert page.errors == ["The day cannot be in the future."]
    tuula.submit(on="16/03/2026")
    assert numbers(tuula.follow()) == ["7", "4", "2", "2"]

    clock.move(days=40)
    tuula.get(f"{key}/end")
    filled = {"ending": "interrupted", "status": "unemployed", "day": "20/04/2026"}
    page = tuula.submit("main form", filled, status=422)
    assert page.errors == ["Give a reason."]
    page = tuula.submit("main form", filled | {"reason": "Muutto", "day": "1/3/2026"}, status=422)
    assert page.errors == ["The last day may not be before the first."]
    tuula.submit("main form", filled | {"ending": "studies", "status": "in_education"})
    page = tuula.follow()
    assert "Left early for studies" in page.text
    assert "Interrupted" not in page.text

    clock.move(days=91)
    assert "1 status to ask, 3 months after the end" in needs(kaisa.get("/my-trainings"))
    kaisa.get(f"{key}/follow-up")
    kaisa.submit("main form", {"months": "3", "status": "in_education"})
    page = kaisa.follow()
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.all("#statuses tr")]
    assert rows[1:4] == [
        ["At the start", "16/03/2026", "Unemployed"],
        ["At the end", "20/04/2026", "In education"],
        ["After 3 months", "20/07/2026", "In education"],
    ]
    assert "1 status to ask, 3 months after the end" not in needs(kaisa.get("/my-trainings"))


def test_what_needs_the_sponsor_stands_first_with_what_is_late_at_the_top(
    browse: Browse, cast: Cast, underway: Underway, clock: SettableClock
) -> None:
    kaisa = browse(cast.kaisa)
    page = kaisa.get("/my-trainings")
    assert needs(page) == ["5 places without a referral", "1 interview to hold"]
    assert [cell.get_text() for cell in page.all("#trainings tbody tr")[1].select(".number")] == [
        *["5", "2", "1", "1"],
        *["1", "1"],
    ]
    clock.move(days=1)
    page = kaisa.get("/my-trainings")
    assert needs(page)[0] == "Nobody has started, though the day has passed"
    # From the list of needs to the training, and from it to a person: two clicks.
    page = kaisa.get(str(page.all("#needs tbody td a")[-1]["href"]))
    kaisa.get(str(page.all("#participants tbody a")[0]["href"]))


def test_a_later_room_tells_its_own_needs(
    browse: Browse, cast: Cast, underway: Underway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_providers", [])
    waiting.needs_are_told_by(
        lambda _session, _person, trainings, today: [
            waiting.TrainingNeed(one.id, "records", today) for one in trainings
        ]
    )
    say_need("records", lambda _need: "A record to accept", lambda _need: "/account")
    page = browse(cast.kaisa).get("/my-trainings")
    assert needs(page)[:2] == ["A record to accept", "A record to accept"]


def test_a_person_is_transferred_and_both_enrolments_lead_to_each_other(
    browse: Browse, cast: Cast, underway: Underway
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/participants/{underway.ann}/transfer")
    page = kaisa.submit(reason="", to=str(underway.other), status=422)
    assert page.errors == ["Give a reason."]
    kaisa.submit(reason="Toinen ala", to=str(underway.other))
    page = kaisa.follow()
    assert "Transferred here from another training" in page.text
    page = kaisa.get(f"/participants/{underway.ann}")
    assert "Toinen ala" in page.text
    assert "Interrupted" not in page.text


def test_coaches_and_sponsors_are_named_and_a_coach_is_removed_by_forms(
    browse: Browse, cast: Cast, underway: Underway
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/trainings/{underway.shared}/staff")
    kaisa.submit("#name-coach", coach=str(underway.more.vilma.id))
    assert "Vilma Valmentaja" in kaisa.follow().text
    kaisa.submit("#name-sponsor", sponsor=str(underway.more.pirjo.id))
    kaisa.follow()
    assert names(browse(underway.more.pirjo).get(f"/trainings/{underway.shared}")) == [
        "Ann Aalto",
        "Ben Berg",
    ]
    kaisa.submit(".one-button")
    assert "The coach no longer sees this training." in kaisa.follow().flashes


def test_counts_of_groups_are_told_once_five_have_started(
    browse: Browse, cast: Cast, underway: Underway, database: Database
) -> None:
    tuula = browse(cast.tuula)
    counts = {"immigrants": "2", "minorities": "0", "disabled": "1", "other_disadvantaged": "0"}
    tuula.get(f"/trainings/{underway.shared}/background")
    page = tuula.submit("main form", counts, status=422)
    assert page.errors == ["Fewer than five have started, so this cannot be reported."]
    assert page.value("immigrants") == "2"
    with database.transaction() as session:
        training = session.get_one(Training, underway.shared)
        brought_to_start(session, cast, training, "E", "F", "G", "H")
    page = tuula.submit("main form", counts | {"immigrants": "6"}, status=422)
    assert page.errors == ["No count can be larger than the number of those who started, 5."]
    tuula.submit("main form", counts)
    assert "Immigrants 2" in browse(cast.olli).get(f"/trainings/{underway.shared}").text


def session_people(services: Services, training_id: UUID) -> list[UUID]:
    with services.database.reading() as session:
        return list(
            session.scalars(select(Enrolment.id).where(Enrolment.training_id == training_id))
        )


def test_who_reads_about_a_participant_is_recorded(
    browse: Browse, cast: Cast, underway: Underway, services: Services
) -> None:
    browse(cast.kaisa).get(f"/participants/{underway.ann}")
    browse(cast.tuula).get(f"/trainings/{underway.shared}")
    browse(cast.olli).get(f"/trainings/{underway.shared}")
    with services.reads_database.reading() as session:
        kept = session.execute(select(ReadEntry.by, ReadEntry.subject).order_by(ReadEntry.at)).all()
        people = session_people(services, underway.shared)
    # Each of those listed has a row of their own; the buyer's officer is shown nobody.
    assert sorted(map(tuple, kept)) == sorted(
        [(cast.kaisa.id, str(underway.ann)), *((cast.tuula.id, str(key)) for key in people)]
    )
