"""One procurement through the pages, step by step, by people who read one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from portal.config import Settings
from portal.database import Database
from portal.installation import tasks_of
from portal.jobs.models import Job
from portal.jobs.queue import do_all
from tests.cast import AINOS_PHRASE, OLLIS_PHRASE, Cast
from tests.conftest import SettableClock
from tests.offers.files import pdf
from tests.page import Browser, Page, words

QUESTIONS_DUE = date(2026, 1, 20)
OFFERS_DUE = date(2026, 2, 6)
DUE = datetime(2026, 2, 6, 10, 0, tzinfo=UTC)
OPENED = DUE + timedelta(minutes=5)
DECIDED = datetime(2026, 2, 9, 8, 0, tzinfo=UTC)
FIRST_SIGNING = datetime(2026, 2, 23, 22, 0, tzinfo=UTC)
"""Midnight in Helsinki: received on Monday 9 February, and 14 days lead to Monday the 23rd, a
working day, so the contract may be approved from Tuesday 24 February."""
FIRST_SIGNING_DAY = date(2026, 2, 24)

CRITERIA = ("service_process", "staff_competence", "local_labour_market")
RIVER, SHORE = "Jokiopisto", "Rantaopisto"
PRICES = {RIVER: "60.00", SHORE: "52.50"}
JOINT = {RIVER: (3, 2, 3), SHORE: (2, 3, 1)}
ANSWER = "Nimetty työpari vastaa koko ajan."
SECOND_THOUGHT = "Toinen ajatus vetämisen jälkeen."
QUESTION, REPLY = "Voiko ryhmä alkaa kesällä?", "Ryhmä voi alkaa myös kesällä."
NAMES = ("olli", "aino", "paula", "eeva", "erik", "roope", "sanna")


class Journey:
    """The people at their browsers, and the worker who catches up after every act."""

    def __init__(
        self,
        browse: Callable[..., Browser],
        cast: Cast,
        clock: SettableClock,
        database: Database,
        settings: Settings,
        language: str,
        htmx: bool,
    ) -> None:
        self.cast, self.clock, self.database = cast, clock, database
        self.language, self.htmx = language, htmx
        self.tasks = tasks_of(settings)
        self.at: dict[str, Browser] = {
            name: browse(getattr(cast, name), language, htmx=htmx) for name in NAMES
        }
        self.nobody = browse(None, language, htmx=htmx)
        self.call = self.lot = self.contract = ""
        self.offer_ids: dict[str, str] = {}

    # How these people write.

    def number(self, text: str) -> str:
        """A number as the reader writes it."""
        return text if self.language == "en" else text.replace(".", ",")

    def day(self, day: date) -> str:
        """A day as the reader writes it."""
        return f"{day:%d/%m/%Y}" if self.language == "en" else f"{day.day}.{day.month}.{day.year}"

    def noon(self, name: str, day: date) -> dict[str, str]:
        """The two inputs of an instant at noon."""
        noon = "12:00" if self.language == "en" else "12.00"
        return {f"{name}-day": self.day(day), f"{name}-time": noon}

    # How they act.

    def work(self) -> None:
        """The worker does all that waits; nothing may fail."""
        do_all(self.database, self.tasks, self.clock())
        with self.database.reading() as session:
            faults = session.scalars(select(Job.fault).where(Job.fault.is_not(None))).all()
        assert faults == []

    def do(
        self,
        who: str,
        form: str,
        values: Mapping[str, Any] | None = None,
        button: str | None = None,
    ) -> Page:
        """Send a form of the page in sight, land on the next, look again when the work is done."""
        browser = self.at[who]
        browser.submit(form, values, button=button)
        browser.follow()
        self.work()
        return browser.get(browser.url)

    def click(self, who: str, link: str) -> Page:
        """Follow the first link of the main part that the selector finds."""
        browser = self.at[who]
        assert browser.page is not None
        links = browser.page.all(f"main {link}")
        assert links, f"no {link} on {browser.page.url}"
        return browser.get(str(links[0]["href"]))

    def link_about(self, who: str, name: str, part: str) -> Page:
        """Follow the link with that part in its address that names a provider."""
        browser = self.at[who]
        assert browser.page is not None
        links = [a for a in browser.page.all(f'main a[href*="{part}"]') if name in words(a)]
        assert len(links) == 1, f"{len(links)} links to {part} for {name} on {browser.page.url}"
        return browser.get(str(links[0]["href"]))

    # The steps.

    def draft(self) -> None:
        """Olli begins a procurement with an empty form and fills in its parts."""
        self.at["olli"].get("/procurements")
        self.click("olli", 'a[href$="/procurements/new"]')
        values = {
            "reference": "ESIM/9/2026",
            "title_fi": "Toppis-kapasiteetti",
            "title_sv": "Toppis-kapacitet",
            "title_en": "Toppis capacity",
            **self.noon("questions_due", QUESTIONS_DUE),
            **self.noon("offers_due", OFFERS_DUE),
            "contract_start": self.day(date(2026, 3, 9)),
            "contract_end": self.day(date(2027, 3, 8)),
        }
        self.do("olli", "main form", values)
        self.call = self.at["olli"].url
        self.click("olli", 'a[href$="/edit"]')
        page = self.do("olli", "main form", {"description_fi": "Valmennusta ja työssäoppimista."})
        assert "Valmennusta ja työssäoppimista." in page.text or self.language != "fi"
        self._draft_lot()
        self._draft_criteria({"price_weight": "40", "service_process": "30.0"})

    def _draft_lot(self) -> None:
        self.click("olli", 'a[href$="/lots/new"]')
        lot = {
            "title_fi": "Meren seutu",
            "title_sv": "Havsnejden",
            "title_en": "Sea district",
            "region": "Meri",
            "fields_of_training": "Puhtauspalvelut\nKiinteistöpalvelut",
            "capacity_minimum": "0",
            "capacity_estimated": self.number("1000.5"),
            "capacity_maximum": "1300",
            "minimum_group": "5",
        }
        self.do("olli", "main form", lot)
        self.click("olli", 'a[href$="/options/new"]')
        option = {
            "kind": "further_period",
            "amount": "12",
            "times": "2",
            "notice_by": self.day(date(2026, 12, 31)),
            "feedback_mean": self.number("4.2"),
            "answers": "10",
        }
        page = self.do("olli", "main form", option)
        assert self.number("4.2") in page.text
        edit = page.all('main a[href*="/lots/"][href$="/edit"]')
        self.lot = str(edit[-1]["href"]).split("/lots/")[1].split("/")[0]

    def _draft_criteria(self, weights: Mapping[str, str]) -> Page:
        self.at["olli"].get(self.call)
        self.click("olli", 'a[href$="/criteria"]')
        values = {
            name if name == "price_weight" else f"weight-{name}": self.number(weight)
            for name, weight in weights.items()
        }
        return self.do("olli", "#weights", values)

    def publish(self) -> None:
        """Publishing is refused until the weights are 100 together."""
        olli = self.at["olli"]
        self._draft_criteria({"staff_competence": "20"})
        olli.get(self.call)
        page = self.click("olli", 'a[href$="/publish"]')
        assert page.has("#missing")
        assert not page.has("main form")
        refused = olli.post(f"{self.call}/publish", {}, 422)
        assert len(refused.errors) == 1
        self._draft_criteria({"local_labour_market": "10"})
        olli.get(self.call)
        self.click("olli", 'a[href$="/publish"]')
        page = self.do("olli", "main form")
        assert page.url == self.call
        assert words(page.one("#weights-together")) == "100"
        assert self.at["roope"].get("/procurements").has(f'a[href="{self.call}"]')
        for language in ("fi", "sv", "en"):
            link = f"{self.call}/documents/call/{language}.pdf"
            assert self.nobody.get(self.call).has(f'a[href="{link}"]')
            assert self.nobody.download(link).startswith(b"%PDF-")

    def appoint(self) -> None:
        """Olli appoints both evaluators."""
        for evaluator in (self.cast.eeva, self.cast.erik):
            self.at["olli"].get(self.call)
            self.click("olli", 'a[href$="/evaluators"]')
            page = self.do("olli", "#appoint", {"evaluator": str(evaluator.id)})
            assert evaluator.name in page.text

    def ask(self) -> None:
        """Roope asks, Olli answers, and everybody reads it without learning who asked."""
        self.at["roope"].get(self.call)
        self.do("roope", "#ask", {"text": QUESTION})
        self.at["olli"].get(self.call)
        self.click("olli", 'a[href$="/answer"]')
        self.do("olli", "main form", {"text": REPLY})
        for reader in (self.nobody, self.at["sanna"], self.at["olli"]):
            page = reader.get(self.call)
            assert QUESTION in page.text
            assert REPLY in page.text
            assert "Roope" not in page.text

    def offer(self) -> None:
        """Roope submits an offer with a file; Sanna submits, withdraws and submits again."""
        self._write("roope", RIVER, ANSWER)
        file = {"file": (BytesIO(pdf()), "kuvaus.pdf")}
        self.at["roope"].post(f"{self.call}/offer/files", file)
        self.at["roope"].follow()
        self._submit("roope")
        self._write("sanna", SHORE, ANSWER)
        self._submit("sanna")
        self.at["sanna"].get(f"{self.call}/offer")
        self.click("sanna", 'a[href$="/withdraw"]')
        self.do("sanna", "main form")
        self._write("sanna", SHORE, SECOND_THOUGHT)
        self._submit("sanna")

    def _write(self, who: str, provider: str, answer: str) -> None:
        browser = self.at[who]
        browser.get(self.call)
        self.click(who, 'a[href$="/offer"]')
        url = f"{self.call}/offer"
        price = {f"price-{self.lot}": self.number(PRICES[provider])}
        steps = {"bidder": {"alone": "y"}, "prices": price}
        for place, _key in enumerate(CRITERIA):
            steps[f"answer-{place}"] = {"answer": f"{provider}: {answer}"}
        steps["answer-0"]["promise-0-text"] = "Ryhmä alkaa viidessä päivässä."
        for step, values in steps.items():
            browser.get(f"{url}/steps/{step}")
            if self.htmx:
                page = browser.post(f"{url}/steps/{step}/autosave", values, 200)
                assert page.one("#save-state")["data-state"] == "saved"
                browser.get(f"{url}/steps/{step}")
            self.do(who, "#offer", values)
        page = browser.get(f"{url}/steps/prices")
        assert page.value(f"price-{self.lot}") == self.number(PRICES[provider])

    def _submit(self, who: str) -> None:
        browser = self.at[who]
        browser.get(f"{self.call}/offer")
        self.click(who, '.tasks a[href$="/check"]')
        page = self.do(who, "#submit")
        assert page.url == f"{self.call}/offer/receipt"
        link = str(page.one('a[href$="/receipt/pdf"]')["href"])
        assert browser.download(link).startswith(b"%PDF-")

    def open(self) -> None:
        """After the deadline Olli starts the opening and Aino confirms it."""
        self.clock.at = OPENED
        assert not self.at["roope"].get(f"{self.call}/offer").has(".tasks")
        self.at["olli"].get(self.call)
        self.click("olli", 'a[href$="/opening"]')
        page = self.do("olli", "main form", {"phrase": OLLIS_PHRASE})
        assert RIVER not in page.text
        self.at["aino"].get(f"{self.call}/opening")
        page = self.do("aino", "main form", {"phrase": AINOS_PHRASE})
        assert RIVER not in page.text
        self.click("aino", 'a[href$="/interests"]')
        self.do("aino", "#interests")
        page = self.at["aino"].get(f"{self.call}/opening")
        assert RIVER in page.text
        assert SHORE in page.text
        assert self.at["aino"].download(f"{self.call}/opening/record").startswith(b"%PDF-")

    def declare(self) -> None:
        """Everybody who handles the offers declares to have no ties."""
        for who in ("olli", "eeva", "erik", "paula"):
            self.at[who].get("/evaluations")
            self.click(who, f'a[href="{self.call}/evaluation"]')
            assert RIVER not in self.at[who].get(f"{self.call}/evaluation").text
            self.click(who, 'a[href$="/interests"]')
            self.do(who, "#interests")

    def judge(self) -> None:
        """Olli finds both providers suitable."""
        for provider in (RIVER, SHORE):
            self.at["olli"].get(f"{self.call}/evaluation")
            self.click("olli", 'a[href$="/suitability"]')
            page = self.link_about("olli", provider, "/suitability/")
            self.offer_ids[provider] = page.url.rpartition("/")[2]
            self.do("olli", "#judge", {"suitable": "yes", "reason": "Selvitykset on nähty."})

    def assess(self) -> None:
        """Eeva saves a draft first; both evaluators hand in both assessments."""
        self._open_assessment("eeva", RIVER)
        page = self.do("eeva", "#assessment", {f"points-{CRITERIA[0]}": "1"})
        assert page.has(f'input[name="points-{CRITERIA[0]}"][value="1"][checked]')
        for who, points in (("eeva", JOINT), ("erik", {RIVER: (3, 3, 2), SHORE: (2, 2, 1)})):
            for provider in (RIVER, SHORE):
                self._open_assessment(who, provider)
                if who == "erik":
                    assert "Eeva" not in self.at["erik"].get(self.at["erik"].url).text
                self.do(who, "#assessment", typed_points(points[provider]), button="next")

    def _open_assessment(self, who: str, provider: str) -> None:
        self._open_lot(who)
        page = self.link_about(who, provider, "/assessments/")
        answer = ANSWER if provider == RIVER else SECOND_THOUGHT
        assert f"{provider}: {answer}" in page.text

    def _open_lot(self, who: str) -> Page:
        self.at[who].get(f"{self.call}/evaluation")
        return self.click(who, 'a[href*="/evaluation/lots/"]')

    def agree(self) -> None:
        """Olli records the joint scores."""
        for provider in (RIVER, SHORE):
            self._open_lot("olli")
            page = self.link_about("olli", provider, "/joint/")
            assert "Eeva Arvioija" in page.text
            assert "Erik Arvioija" in page.text
            self.do("olli", "#joint", typed_points(JOINT[provider]), button="next")

    def ranking(self) -> list[list[str]]:
        """The rows of the ranking, as Olli reads them."""
        page = self._open_lot("olli")
        return [[words(cell) for cell in row.select("td, th")] for row in page.all("#ranking tr")]

    def award(self) -> None:
        """The lot cannot go to the second; it goes to the first."""
        olli, reason = self.at["olli"], "Paras kokonaisuus."
        self._open_lot("olli")
        second = {"provider": self.offer_ids[SHORE], "reason": reason}
        assert len(olli.submit("#award", second, status=422).errors) == 1
        self._open_lot("olli")
        page = self.do("olli", "#award", {**second, "provider": self.offer_ids[RIVER]})
        link = str(page.one('a[href$="/result-sheet"]')["href"])
        assert olli.download(link).startswith(b"%PDF-")

    def decide(self) -> None:
        """Paula issues the decision, which reaches both bidders."""
        self.clock.at = DECIDED
        self.at["paula"].get(f"{self.call}/evaluation")
        self.click("paula", 'a[href$="/decision"]')
        self.click("paula", 'a[href$="/decision/issue"]')
        page = self.do("paula", "main form[action$='/decision']")
        assert words(page.all("#standstill th")[-1]) == self.day(FIRST_SIGNING_DAY)

    def conclude(self) -> None:
        """Olli concludes the contract of the lot."""
        self.at["olli"].get(f"{self.call}/decision")
        self.click("olli", 'a[href$="/contract"]')
        page = self.do("olli", "main form")
        self.contract = page.url
        assert self.day(FIRST_SIGNING_DAY) in page.text

    def approve(self) -> None:
        """Both sides approve on the first signing day."""
        self.clock.at = FIRST_SIGNING
        for who in ("paula", "roope"):
            self.at[who].get("/contracts")
            self.click(who, f'a[href="{self.contract}"]')
            page = self.do(who, "main form")
            assert not page.has("main form")


def typed_points(values: Sequence[int]) -> dict[str, str]:
    """The fields of a form for points, each with its reason."""
    given = zip(CRITERIA, values, strict=True)
    reasons = {f"reason-{key}": "Näin se tarjouksesta näkyy." for key in CRITERIA}
    return reasons | {f"points-{key}": str(value) for key, value in given}
