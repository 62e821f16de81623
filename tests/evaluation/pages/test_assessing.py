from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation.models import Assessment
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, RIVER, SHORE, Evaluating
from tests.evaluation.pages.conftest import Browse, typed


@pytest.fixture
def river(evaluating: Evaluating, after: SettableClock) -> UUID:
    """Jokiopisto's offer, open and declared for."""
    evaluating.until("judged")
    return evaluating.offer_id(evaluating.cast.river)


@pytest.fixture
def address(lot_url: str, river: UUID) -> str:
    """The own assessment of that offer."""
    return f"{lot_url}/assessments/{river}"


def test_the_answer_stands_beside_the_question_and_what_earns_points(
    browse: Browse, cast: Cast, address: str
) -> None:
    page = browse(cast.eeva).get(address)
    assert "How does the service proceed step by step" in page.text
    assert "Jokiopisto vastaa: service_process." in page.text
    assert "The steps of the service are not described" in page.text
    assert len(page.all(f'input[name="points-{KEYS[0]}"]')) == 4
    assert not page.has("input[checked]")


def test_a_draft_is_kept_even_without_points_and_nobody_else_sees_it(
    browse: Browse, cast: Cast, address: str, lot_url: str, with_htmx: bool
) -> None:
    browser = browse(cast.eeva, htmx=with_htmx)
    browser.get(address)
    values = typed((3, None, None, None), "Vain minulle näkyvä perustelu.")
    browser.submit("#assessment", values)
    page = browser.follow()
    assert page.flashes == ["The assessment is saved as a draft. It has not been handed in."]
    assert page.value(f"reason-{KEYS[1]}") == "Vain minulle näkyvä perustelu."
    assert page.one(f'input[name="points-{KEYS[0]}"][checked]')["value"] == "3"
    assert not page.has(f'input[name="points-{KEYS[1]}"][checked]')
    for other in (cast.erik, cast.olli, cast.paula):
        page = browse(other).get(lot_url)
        assert "0 of 2 assessments done" in page.text
        assert "perustelu" not in page.text
    assert "perustelu" not in browse(cast.erik).get(address).text


def test_a_draft_saves_itself_and_its_revision_goes_along(
    browse: Browse, cast: Cast, address: str, database: Database
) -> None:
    browser = browse(cast.eeva, htmx=True)
    form = browser.get(address).one("#assessment")
    assert form["hx-post"] == f"{address}/autosave"
    assert form["hx-select-oob"] == "#revision,#abstain-revision"
    sent = {**typed((3, 2, 1, 0)), "revision": "0"}
    page = browser.post(f"{address}/autosave", sent, 200)
    assert page.one("#save-state")["data-state"] == "saved"
    sent["revision"] = page.one("#revision")["value"]
    assert sent["revision"] == "1"
    page = browser.post(f"{address}/autosave", {**sent, f"points-{KEYS[0]}": "0"}, 200)
    with database.reading() as session:
        kept = session.scalars(select(Assessment)).one()
        assert (kept.state, kept.points[KEYS[0]]["points"], kept.revision) == ("draft", 0, 2)


def test_what_was_changed_meanwhile_is_shown_and_what_was_typed_is_kept(
    browse: Browse, cast: Cast, address: str
) -> None:
    here, there = browse(cast.eeva), browse(cast.eeva)
    here.get(address)
    there.get(address)
    there.submit("#assessment", typed((1, 1, 1, 1), "Toisaalla kirjoitettu."))
    mine = typed((3, 3, 3, 3), "Tässä kirjoitettu.")
    failed = here.post(f"{address}/autosave", {**mine, "revision": "0"}, 422)
    assert failed.one("#save-state")["data-state"] == "conflict"
    assert failed.one("#revision")["value"] == "0"
    page = here.submit("#assessment", mine, status=422)
    assert page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    assert "Toisaalla kirjoitettu." in page.one("#standing").get_text()
    assert page.value(f"reason-{KEYS[0]}") == "Tässä kirjoitettu."
    assert page.one(f'input[name="points-{KEYS[0]}"][checked]')["value"] == "3"
    here.submit("#assessment")
    assert here.follow().value(f"reason-{KEYS[0]}") == "Tässä kirjoitettu."


def test_handing_in_needs_points_and_reasons_everywhere(
    browse: Browse, cast: Cast, address: str, database: Database
) -> None:
    browser = browse(cast.eeva)
    browser.get(address)
    values = {**typed((3, None, 1, 2)), f"reason-{KEYS[2]}": "  "}
    page = browser.submit("#assessment", values, status=422, button="next")
    assert page.errors == ["Choose the points.", "Give a reason."]
    assert page.value(f"reason-{KEYS[0]}") == "It shows in the offer."
    page = browser.post(address, {**typed((3, 2, 3, 7)), "next": "hand_in"}, 422)
    assert page.errors == ["Choose one of these."]
    with database.reading() as session:
        assert session.scalars(select(Assessment)).all() == []


def test_others_points_are_seen_only_after_handing_in_ones_own(
    browse: Browse, cast: Cast, address: str, lot_url: str, evaluating: Evaluating, with_htmx: bool
) -> None:
    evaluating.assess(cast.erik, cast.river, RIVER)
    browser = browse(cast.eeva, htmx=with_htmx)
    page = browser.get(address)
    assert "Erik Arvioija" not in page.text
    page = browser.get(lot_url)
    assert "Erik Arvioija" not in page.text
    assert "1 of 2 assessments done" in page.text
    assert "You see the others' points" in page.text
    browser.get(address)
    browser.submit("#assessment", typed(SHORE), button="next")
    page = browser.follow()
    assert page.flashes == ["Your assessment is handed in."]
    assert "Erik Arvioija perustelee." in page.text
    assert not page.has("main form")
    assert "Erik Arvioija" in browser.get(lot_url).text
    page = browser.post(address, {**typed(RIVER), "next": "hand_in"}, 422)
    assert page.errors == ["The assessment has been handed in and can no longer be changed."]


def test_officers_see_points_once_the_whole_panel_has_handed_in(
    browse: Browse, cast: Cast, lot_url: str, river: UUID, evaluating: Evaluating
) -> None:
    evaluating.assess(cast.erik, cast.river, RIVER)
    for reader in (cast.olli, cast.paula):
        assert "Erik Arvioija" not in browse(reader).get(lot_url).text
    page = browse(cast.olli).get(f"{lot_url}/joint/{river}", 422)
    assert "Not every assessment has been handed in." in page.text
    evaluating.assess(cast.eeva, cast.river, None)
    page = browse(cast.olli).get(lot_url)
    assert "Erik Arvioija" in page.text
    assert "Abstained: Tunnen hankkeen ennestään." in page.text
    page = browse(cast.olli).get(f"{lot_url}/joint/{river}")
    assert "Erik Arvioija perustelee." in page.text


def test_abstaining_needs_a_reason(
    browse: Browse, cast: Cast, address: str, evaluating: Evaluating, database: Database
) -> None:
    browser = browse(cast.eeva)
    browser.get(address)
    page = browser.submit("#abstain", status=422)
    assert page.errors == ["Give a reason."]
    browser.submit("#abstain", {"abstain": "Arvioin omaa kirjaani."})
    page = browser.follow()
    assert "You have abstained from this offer" in page.text
    assert "Arvioin omaa kirjaani." in page.text
    with database.reading() as session:
        kept = session.scalars(select(Assessment)).one()
        assert (kept.state, kept.points) == ("abstained", {})


def test_abstaining_discards_no_draft_that_was_not_on_the_page(
    browse: Browse, cast: Cast, address: str
) -> None:
    here, there = browse(cast.eeva), browse(cast.eeva)
    here.get(address)
    there.get(address)
    there.submit("#assessment", typed((1, 1, 1, 1), "Toisaalla kirjoitettu."))
    page = here.submit("#abstain", {"abstain": "Tunnen kirjoittajan."}, status=422)
    assert page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    assert "Toisaalla kirjoitettu." in page.text
    assert page.value("abstain") == "Tunnen kirjoittajan."
    here.submit("#abstain")
    assert "You have abstained from this offer" in here.follow().text


@pytest.mark.parametrize("revision", ["", "7", "-1", "first"])
def test_a_revision_that_never_was_saves_nothing(
    browse: Browse, cast: Cast, address: str, database: Database, revision: str
) -> None:
    browser = browse(cast.eeva)
    browser.get(address)
    page = browser.post(address, {**typed(RIVER), "revision": revision, "next": "hand_in"}, 422)
    assert len(page.errors) == 1
    with database.reading() as session:
        assert session.scalars(select(Assessment)).all() == []


def test_only_appointed_evaluators_assess(
    browse: Browse, cast: Cast, address: str, evaluating: Evaluating
) -> None:
    browse(cast.olli).get(address, 403)
    browse(cast.roope).get(address, 403)
    other = browse(cast.eeva)
    other.get(address.replace("/sea/", "/river/"), 404)


def test_an_unsuitable_offer_is_not_assessed(
    browse: Browse, cast: Cast, address: str, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.judge(cast.river, suitable=False)
    page = browse(cast.eeva).get(address)
    assert not page.has("main form")
    assert "This offer is no longer assessed" in page.text
    page = browse(cast.eeva).get(lot_url)
    assert "left out: unsuitable provider" in page.text
    assert len(page.all('a[href*="/assessments/"]')) == 1
