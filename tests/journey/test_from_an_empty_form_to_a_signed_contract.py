from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.config import Settings
from portal.database import Database
from portal.models import Base
from portal.offers.models import Offer
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.journey.steps import (
    FIRST_SIGNING,
    FIRST_SIGNING_DAY,
    RIVER,
    SHORE,
    Journey,
    typed_points,
)
from tests.offers.files import pdf
from tests.page import Browser, words

Going = Callable[[str, bool], Journey]


@pytest.fixture
def going(
    browse: Callable[..., Browser],
    cast: Cast,
    clock: SettableClock,
    database: Database,
    settings: Settings,
) -> Going:
    """Everybody at their browsers, in a language, with htmx or without."""

    def begin(language: str, htmx: bool) -> Journey:
        return Journey(browse, cast, clock, database, settings, language, htmx)

    return begin


@pytest.mark.parametrize(
    ("language", "htmx"),
    [("fi", False), ("en", True), ("sv", False)],
    ids=["Finnish", "English with htmx", "Swedish"],
)
def test_from_an_empty_form_to_a_signed_contract(going: Going, language: str, htmx: bool) -> None:
    journey = going(language, htmx)
    journey.draft()
    journey.publish()
    journey.appoint()
    journey.ask()
    journey.offer()
    nobody_sees_an_offer(journey)
    journey.open()
    journey.declare()
    journey.judge()
    journey.assess()
    journey.agree()
    # Weights: price 40, criteria 30, 20 and 10; points are out of 3.
    # Jokiopisto: 40 x 52.50 / 60.00 = 35; 30 x 3/3 + 20 x 2/3 + 10 x 3/3 = 53.333; 88.333.
    # Rantaopisto: 40 x 52.50 / 52.50 = 40; 30 x 2/3 + 20 x 3/3 + 10 x 1/3 = 43.333; 83.333.
    number = journey.number
    assert [[row[0], row[1], *row[3:]] for row in journey.ranking()] == [
        ["1", RIVER, number("35.00"), number("53.33"), number("88.33")],
        ["2", SHORE, number("40.00"), number("43.33"), number("83.33")],
    ]
    journey.award()
    journey.decide()
    the_letters_tell_their_readers_the_points(journey)
    journey.conclude()
    nobody_signs_during_the_standstill(journey)
    journey.approve()
    the_document_is_known_to_everybody(journey)


def nobody_sees_an_offer(journey: Journey) -> None:
    call = journey.call
    for who in ("olli", "aino", "paula"):
        for page in (call, f"{call}/opening"):
            text = journey.at[who].get(page).text
            assert RIVER not in text
            assert SHORE not in text
    for who in ("olli", "aino", "paula", "eeva", "erik"):
        journey.at[who].get(f"{call}/offer", 403)
    for page in (call, "/offers", f"{call}/offer"):
        assert RIVER not in journey.at["sanna"].get(page).text
        assert SHORE not in journey.at["roope"].get(page).text


def the_letters_tell_their_readers_the_points(journey: Journey) -> None:
    for who, provider, points in (
        ("roope", RIVER, ("88,33",)),
        ("sanna", SHORE, ("83,33", "88,33")),
    ):
        browser = journey.at[who]
        browser.get("/offers")
        journey.click(who, f'a[href^="{journey.call}/offer?"]')
        page = journey.click(who, 'a[href$="/decision"]')
        letter = text_of(browser.download(str(page.one('a[href*="/letters/"]')["href"])))
        for said in (provider, *points):
            assert said in letter


def nobody_signs_during_the_standstill(journey: Journey) -> None:
    journey.clock.at = FIRST_SIGNING - timedelta(seconds=1)
    for who in ("paula", "roope"):
        page = journey.at[who].get(journey.contract)
        assert not page.has("main form")
        assert journey.day(FIRST_SIGNING_DAY) in page.text
        page = journey.at[who].post(f"{journey.contract}/approve", {}, 422)
        assert len(page.errors) == 1


def the_document_is_known_to_everybody(journey: Journey) -> None:
    roope = journey.at["roope"]
    page = roope.get(journey.contract)
    content = roope.download(str(page.one('a[href$="/contract.pdf"]')["href"]))
    said = text_of(content)
    for part in (RIVER, "Esimerkkilän hankinta", "ESIM/9/2026"):
        assert part in said
    journey.nobody.get("/verify")
    file = {"file": (BytesIO(content), "contract.pdf"), "sha256": ""}
    page = journey.nobody.post("/verify", file, 200)
    assert page.has(".notice-success")
    facts = [words(fact) for fact in page.all("main dl dd")]
    assert any("ESIM/9/2026" in fact for fact in facts)
    # In force since the first second of the first signing day; the document was made earlier.
    assert any(journey.day(FIRST_SIGNING_DAY) in fact for fact in facts)
    file = {"file": (BytesIO(content + b"\n"), "contract.pdf"), "sha256": ""}
    assert not journey.nobody.post("/verify", file, 200).has(".notice-success")


def everything(database: Database) -> dict[str, list[str]]:
    """Every row, but for the records of what was tried and read."""
    with database.reading() as session:
        return {
            table.name: sorted(repr(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if not table.name.startswith(("audit_", "read_"))
        }


class OutOfOrder:
    """Sends acts whose time has not come, or is over, straight to their addresses."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.answers: list[str] = []

    def offer_id(self, provider: str = RIVER) -> str:
        """The key of an offer, which no page tells before the opening."""
        owner = {RIVER: self.journey.cast.river, SHORE: self.journey.cast.shore}[provider]
        with self.journey.database.reading() as session:
            found = session.scalar(select(Offer.id).where(Offer.provider_id == owner.id))
        return str(found or uuid4())

    def refused(self, *acts: str) -> None:
        """Each act is answered by a page that refuses it, and changes nothing."""
        for act in acts:
            who, path, data = self._known()[act]
            browser = self.journey.at[who]
            before = everything(self.journey.database)
            token = {"csrf_token": browser.csrf_token()}
            response = browser.client.post(path, data={**token, **data})
            assert response.status_code in (403, 404, 422), f"{act}: {response.status_code}"
            assert everything(self.journey.database) == before, act

    def _known(self) -> dict[str, tuple[str, str, dict[str, object]]]:
        journey = self.journey
        call, lot = journey.call, f"{journey.call}/evaluation/lots/{journey.lot}"
        river, points = self.offer_id(), typed_points((3, 2, 3))
        contract = journey.contract or f"/contracts/{uuid4()}"
        winner = {"provider": river, "reason": "Ennen aikojaan."}
        suitable = {"suitable": "yes", "reason": "Ennen aikojaan."}
        text = {"text": "Ennen tai jälkeen aikojaan."}
        handing_in: dict[str, object] = {**points, "next": "hand_in", "revision": "0"}
        provider = {"provider": str(journey.cast.river.id)}
        file = {"file": (BytesIO(pdf()), "myohassa.pdf")}
        offered = {f"price-{journey.lot}": "1"}
        return {
            "publish": ("olli", f"{call}/publish", {}),
            "edit": ("olli", f"{call}/edit", {"revision": "1", "title_fi": "Toinen"}),
            "appoint": ("olli", f"{call}/evaluators", {"evaluator": str(journey.cast.erik.id)}),
            "ask": ("roope", f"{call}/questions", dict(text)),
            "write": ("roope", f"{call}/offer/steps/prices", dict(offered)),
            "attach": ("roope", f"{call}/offer/files", dict(file)),
            "submit": ("roope", f"{call}/offer/submit", {}),
            "withdraw": ("sanna", f"{call}/offer/withdraw", {}),
            "start opening": ("olli", f"{call}/opening/request", {}),
            "confirm opening": ("aino", f"{call}/opening/confirm", {}),
            "judge": ("olli", f"{call}/suitability/{river}", dict(suitable)),
            "assess": ("eeva", f"{lot}/assessments/{river}", handing_in),
            "draft points": ("eeva", f"{lot}/assessments/{river}/autosave", dict(points)),
            "abstain": ("erik", f"{lot}/assessments/{river}/abstain", {"abstain": "En voi."}),
            "agree": ("olli", f"{lot}/joint/{river}", dict(points)),
            "award": ("olli", f"{lot}/award", dict(winner)),
            "decide": ("paula", f"{call}/decision", {}),
            "conclude": ("olli", f"{call}/lots/{journey.lot}/contract", dict(provider)),
            "approve": ("roope", f"{contract}/approve", {}),
            "sign": ("paula", f"{contract}/approve", {}),
        }


OPENING = ("start opening", "confirm opening")
ASSESSING = ("judge", "assess", "draft points", "abstain")
ENDING = ("agree", "award", "decide", "conclude", "approve", "sign")
OFFERING = ("ask", "write", "attach", "submit", "withdraw")


def test_acts_out_of_order_are_refused_and_change_nothing(going: Going) -> None:
    journey = going("en", False)
    early = OutOfOrder(journey)
    journey.draft()
    early.refused("publish", *OFFERING, *OPENING, *ASSESSING, *ENDING)
    journey.publish()
    early.refused("publish", "edit", "submit", "withdraw", *OPENING, *ASSESSING, *ENDING)
    journey.appoint()
    journey.offer()
    early.refused("appoint", *OPENING, *ASSESSING, *ENDING)
    journey.open()
    early.refused("publish", "edit", *OFFERING, *OPENING, *ASSESSING, *ENDING)
    journey.declare()
    early.refused(*OPENING, *ENDING)
    journey.judge()
    early.refused(*ENDING)
    journey.assess()
    early.refused("assess", "draft points", "abstain", "award", "decide", "conclude", "approve")
    journey.agree()
    early.refused("assess", "decide", "conclude", "approve")
    journey.award()
    early.refused("judge", *ASSESSING[1:], "agree", "award", "conclude", "approve", "sign")
    journey.decide()
    early.refused(*OFFERING, *OPENING, *ASSESSING, "agree", "award", "decide", "approve", "sign")
    journey.conclude()
    early.refused(*ASSESSING, *ENDING)
    journey.approve()
    early.refused("publish", "edit", *OFFERING, *OPENING, *ASSESSING, *ENDING)
