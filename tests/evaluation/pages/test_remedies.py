"""Discontinuing a lot, correcting the decision, and the register of requests and appeals."""

from __future__ import annotations

from io import BytesIO

from portal.evaluation import usecases
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating
from tests.evaluation.pages.conftest import Browse
from tests.inspection import words
from tests.offers.files import pdf

APPEAL = {
    "kind": "appeal",
    "lot": "sea",
    "party": "Rantaopisto",
    "reference": "MAO 1/2026",
    "received_on": "06/02/2026",
}


def test_an_officer_discontinues_a_lot_and_takes_it_back(
    browse: Browse, cast: Cast, url: str, lot_url: str, evaluating: Evaluating, with_htmx: bool
) -> None:
    evaluating.until("agreed")
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(lot_url)
    assert olli.page.has(f'a[href="{lot_url}/discontinue"]')
    olli.get(f"{lot_url}/discontinue")
    page = olli.submit("#discontinue", {"reason": ""}, 422)
    assert page.errors == ["Give a reason."]
    olli.submit("#discontinue", {"reason": "The funding was taken away."})
    page = olli.follow()
    assert page.flashes == [
        "The lot is discontinued. It is decided on when the decision is issued."
    ]
    assert "The funding was taken away." in page.text
    page = olli.get(lot_url)
    assert "The lot is discontinued" in page.text
    assert not page.has("#award")
    olli.submit(f'form[action="{lot_url}/take-back"]')
    assert olli.follow().has("#award")


def test_before_the_opening_the_page_of_a_discontinuation_tells_nothing_of_offers(
    browse: Browse, cast: Cast, url: str, lot_url: str, evaluating: Evaluating
) -> None:
    olli = browse(cast.olli)
    without = olli.get(f"{lot_url}/discontinue").text
    evaluating.offer_both()
    assert olli.get(f"{lot_url}/discontinue").text == without
    olli.submit("#discontinue", {"reason": "The need has gone."})
    page = olli.get(f"{url}/evaluation")
    assert "Every lot has been discontinued." in page.text


def test_a_decision_maker_corrects_the_decision(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("decided")
    assert not browse(cast.olli).get(f"{url}/decision").has(f'a[href="{url}/decision/correct"]')
    browse(cast.olli).get(f"{url}/decision/correct", 403)
    paula = browse(cast.paula)
    assert paula.get(f"{url}/decision").has(f'a[href="{url}/decision/correct"]')
    page = paula.get(f"{url}/decision/correct")
    # Friday 6 February and 90 days.
    assert "until 07/05/2026 to correct" in page.text
    page = paula.submit("#correct", {"reason": ""}, 422)
    assert page.errors == ["Give a reason."]
    paula.submit("#correct", {"reason": "A file had not been read."})
    page = paula.follow()
    assert page.flashes == ["The decision is void. The lots can be awarded anew."]
    assert "A file had not been read." in browse(cast.roope).get(f"{url}/decision").text
    paula.get(f"{url}/decision/correct", 422)


def test_an_appeal_is_entered_with_its_document_and_settled(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("decided")
    olli = browse(cast.olli)
    olli.get(f"{url}/remedies")
    page = olli.submit("#record", {"lot": "", "party": ""}, 422)
    assert len(page.errors) == 4
    page = olli.submit("#record", {**APPEAL, "received_on": "07/02/2026"}, 422)
    assert page.errors == ["The day cannot be in the future."]
    olli.submit("#record", APPEAL)
    page = olli.follow()
    assert page.heading == "Appeal to the Market Court: Sea district"
    # Friday 6 February and 14 days: Friday 20 February.
    assert "In time, the last day being 20/02/2026" in page.text
    one = olli.url
    sent = {"file": (BytesIO(pdf()), "valitus.pdf")}
    olli.post(f"{one}/files", sent)
    link = olli.get(one).one("#files a")
    assert words(link) == "valitus.pdf"
    assert olli.download(str(link["href"])) == pdf()
    olli.get(one)
    page = olli.submit("#settle", {"outcome": None, "reason": ""}, 422)
    assert len(page.errors) == 2
    olli.submit("#settle", {"outcome": "annulled", "reason": "The scoring was wrong."})
    page = olli.follow()
    assert "Decision annulled" in page.text
    assert not page.has("#settle")
    assert "Decision annulled" in olli.get(f"{url}/remedies").text


def test_a_bad_document_is_refused_beside_its_field(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("decided")
    olli = browse(cast.olli)
    olli.get(f"{url}/remedies")
    olli.submit("#record", APPEAL)
    one = olli.follow().url
    page = olli.post(f"{one}/files", {"file": (BytesIO(b"MZ"), "a.exe")}, 422)
    assert page.has("#file-error")


def test_the_register_is_the_buyer_s_handlers_alone(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("decided")
    olli = browse(cast.olli)
    olli.get(f"{url}/remedies")
    olli.submit("#record", APPEAL)
    one = olli.follow().url
    for person, status in ((cast.roope, 403), (cast.eva, 404), (cast.eeva, 403), (cast.ada, 403)):
        for address in (f"{url}/remedies", one):
            browse(person).get(address, status)
    page = browse(cast.paula).get(one)
    assert "Rantaopisto" in page.text
    assert not page.has("#settle")


def test_the_register_asks_the_same_of_the_database_however_long_it_is(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("decided")
    olli = browse(cast.olli)
    counts = []
    for more in (1, 4, 20):
        for _n in range(more):
            evaluating.do(usecases.record_appeal, cast.olli, lot="sea")
        olli.get(f"{url}/remedies")
        counts.append(olli.queries)
    assert len(set(counts)) == 1
