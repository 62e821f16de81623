"""Asking bidders for clarifications, and answering them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import Clarification
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating
from tests.evaluation.pages.conftest import Browse


@pytest.fixture
def opened(evaluating: Evaluating, after: SettableClock) -> Evaluating:
    """Both offers opened, and interests declared."""
    return evaluating.until("declared")


def ask(evaluating: Evaluating, *providers: object, text: str = "Kuinka monta ryhmää?") -> None:
    evaluating.do(
        usecases.ask_clarification,
        evaluating.cast.olli,
        providers=list(providers),
        text=text,
        due=evaluating.at.replace(day=11),
    )


def test_an_officer_asks_and_a_bidder_answers(
    browse: Browse,
    cast: Cast,
    url: str,
    lot_url: str,
    opened: Evaluating,
    with_htmx: bool,
    database: Database,
) -> None:
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(f"{url}/clarifications")
    page = olli.get(f"{url}/clarifications/new")
    # Friday 6 February and five days is Wednesday the 11th.
    assert (page.value("due-day"), page.value("due-time")) == ("11/02/2026", "16:15")
    assert len(page.all('input[name="providers"][checked]')) == 2
    page = olli.submit("#ask-clarification", {"text": " ", "due-day": "31/02/2026"}, status=422)
    assert page.errors == ["Write the question.", "Write a day such as 31/12/2026."] or (
        page.errors[0] == "Write the question." and len(page.errors) == 2
    )
    page = olli.submit(
        "#ask-clarification", {"text": "Montako?", "due-day": "01/02/2026"}, status=422
    )
    assert page.errors == ["Give a moment that is still ahead."]
    assert page.value("text") == "Montako?"
    page = olli.submit("#ask-clarification", {"due-day": "01/01/0001"}, status=422)
    assert len(page.errors) == 1
    olli.submit("#ask-clarification", {"text": "Montako ryhmää?", "due-day": "11/02/2026"})
    page = olli.follow()
    assert page.flashes == ["The question is sent. The bidders answer in the portal."]
    assert page.text.count("Waits for an answer") == 2

    roope = browse(cast.roope, htmx=with_htmx)
    assert roope.get(f"{url}/offer").has('a[href$="/offer/clarifications"]')
    page = roope.get(f"{url}/offer/clarifications")
    assert "Montako ryhmää?" in page.text
    roope.get(str(page.one('a[href*="/offer/clarifications/"]')["href"]))
    page = roope.submit("#answer-clarification", {"answer": "  "}, status=422)
    assert page.errors == ["Write the answer."]
    roope.submit("#answer-clarification", {"answer": "Kaksi ryhmää.\n\nToinen syksyllä."})
    page = roope.follow()
    assert page.flashes == ["The answer is sent."]
    assert "Kaksi ryhmää." in page.text

    page = olli.get(f"{url}/clarifications")
    assert "Kaksi ryhmää." in page.text
    assert page.text.count("Waits for an answer") == 1
    evaluating = opened
    river = evaluating.offer_id(cast.river)
    for path in (f"{url}/offers/{river}", f"{lot_url}/assessments/{river}"):
        assert "Toinen syksyllä." in browse(cast.eeva).get(path).text
    assert "1 question open" in browse(cast.olli).get(f"{url}/evaluation").text
    with database.reading() as session:
        assert {row.state for row in session.scalars(select(Clarification))} == {
            "asked",
            "answered",
        }


def test_a_bidder_sees_its_own_alone(
    browse: Browse, cast: Cast, url: str, opened: Evaluating, database: Database
) -> None:
    ask(opened, cast.shore, text="Vain Rantaopistolle.")
    with database.reading() as session:
        key = session.scalars(select(Clarification.id)).one()
    roope = browse(cast.roope)
    assert "Vain Rantaopistolle." not in roope.get(f"{url}/offer/clarifications").text
    roope.get(f"{url}/offer/clarifications/{key}", 404)
    roope.post(f"{url}/offer/clarifications/{key}", {"answer": "x"}, 404)
    browse(cast.sanna).get(f"{url}/offer/clarifications/{key}")
    for reader in (cast.olli, cast.eeva, cast.tuula, cast.ada):
        browse(reader).get(f"{url}/offer/clarifications", 403)


def test_after_the_last_moment_the_answer_is_refused_and_what_was_typed_is_kept(
    browse: Browse, cast: Cast, url: str, opened: Evaluating, after: SettableClock
) -> None:
    ask(opened, cast.river)
    roope = browse(cast.roope)
    page = roope.get(f"{url}/offer/clarifications")
    roope.get(str(page.one('a[href*="/offer/clarifications/"]')["href"]))
    after.move(days=6)
    page = roope.submit("#answer-clarification", {"answer": "Kaksi ryhmää."}, status=422)
    assert page.errors == ["The time to answer has passed."]
    assert "Kaksi ryhmää." in page.text
    assert "Not answered in time" in roope.get(f"{url}/offer/clarifications").text
    assert "Not answered in time" in browse(cast.olli).get(f"{url}/clarifications").text


def test_only_an_officer_asks_and_only_those_without_ties_read(
    browse: Browse, cast: Cast, url: str, opened: Evaluating
) -> None:
    ask(opened, cast.river)
    for reader in (cast.eeva, cast.paula):
        browse(reader).get(f"{url}/clarifications")
        browse(reader).get(f"{url}/clarifications/new", 403)
    browse(cast.aino).get(f"{url}/clarifications", 422)
    browse(cast.eva).get(f"{url}/clarifications", 404)
    opened.declare(cast.olli, conflicts=[cast.shore])
    page = browse(cast.olli).get(f"{url}/clarifications", 422)
    assert "Kuinka monta ryhmää?" not in page.text
    browse(cast.olli).get(f"{url}/clarifications/new", 422)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_takes_as_many_queries_for_one_question_as_for_many(
    browse: Browse, cast: Cast, url: str, opened: Evaluating, count: int
) -> None:
    for n in range(count):
        ask(opened, cast.river, text=f"Kysymys {n}")
    olli, roope = browse(cast.olli), browse(cast.roope)
    assert len(olli.get(f"{url}/clarifications").all("tbody tr")) == count
    assert olli.queries <= 20
    roope.get(f"{url}/offer/clarifications")
    assert roope.queries <= 16
