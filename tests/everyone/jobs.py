"""The main jobs of each role, from logging in to their end, as somebody does them who knows how.

Each begins with the demonstration as it was played. A job says what was reached at its end; what
it cost is counted by the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from portal.demonstration import PHRASE
from portal.procurement.models import Procurement
from tests.everyone.desk import Desk, Effort, Way
from tests.everyone.house import House
from tests.offers.files import pdf

OPEN_CALL, UNDER_EVALUATION, IN_USE = "ESIM/45/2026", "ESIM/52/2026", "ESIM/41/2026/bay"
ANSWER = "Kouluttaja ja valmentaja ovat sama työpari koko ajan. Aloitamme viikossa."
REASON = "Näin se tarjouksesta näkyy."

Come = Callable[[str], Desk]
"""Lets the person of that name sit down, log in, and work."""


@dataclass(frozen=True)
class Job:
    """One job. ``most_pages`` is how many it may take, where the study sets that."""

    key: str
    role: str
    title: str
    do: Callable[[House, Come], None]
    most_pages: int | None = None


def publish_call(house: House, come: Come) -> None:
    """From an empty form to a published call."""
    hanna = come("hanna")
    hanna.press('.site-nav a[href="/procurements"]')
    hanna.press('main a[href$="/procurements/new"]')
    hanna.type("reference", "ESIM/60/2026")
    hanna.type("title_fi", "Toppis-kapasiteetti")
    for name, day in (("questions_due", "2026-07-20"), ("offers_due", "2026-08-10")):
        hanna.type(f"{name}-day", hanna.day(day))
        hanna.type(f"{name}-time", hanna.clock("12:00"))
    hanna.type("contract_start", hanna.day("2026-09-01"))
    hanna.type("contract_end", hanna.day("2027-08-31"))
    hanna.press('main form button[type="submit"]')
    hanna.press('main a[href$="/lots/new"]')
    hanna.type("title_fi", "Meren seutu")
    hanna.type("region", "Varsinais-Suomi")
    hanna.type("fields_of_training", "Puhtauspalvelut")
    for name, amount in (("minimum", "0"), ("estimated", "1000"), ("maximum", "1300")):
        hanna.type(f"capacity_{name}", amount)
    hanna.type("minimum_group", "5")
    hanna.press('main form button[type="submit"]')
    hanna.press('main a[href$="/criteria"]')
    hanna.type("price_weight", "40")
    hanna.type("weight-service_process", "30")
    hanna.type("weight-staff_competence", "30")
    hanna.press('#weights button[type="submit"]')
    hanna.sees("#flashes .flash")
    hanna.press('.breadcrumbs a[href^="/procurements/"]')
    hanna.press('main a[href$="/openers"]')
    for person in ("Aatos Avaaja", "Outi Öppnare"):
        hanna.tick_labelled(person)
    hanna.press('main form button[type="submit"]')
    hanna.press('main a[href$="/publish"]')
    hanna.press('main form[action$="/publish"] button[type="submit"]')
    hanna.sees('main a[href$="/documents/call/fi.pdf"], #questions')


def first_offer(house: House, come: Come) -> None:
    """An offer to the open call, by somebody who has not made one to it before."""
    saara = come("saara")
    saara.press(f'main a[href="/procurements/{_call(house, OPEN_CALL)}"]')
    saara.press('main a[href$="/offer"]')
    saara.press('.tasks a[href$="/bidder"]')
    saara.tick("alone")
    _next(saara)
    if saara.page.url.endswith("/declarations"):
        _next(saara)
    saara.type("price-archipelago", saara.number("58.50"))
    _next(saara)
    while "/steps/answer-" in saara.page.url:
        saara.type("answer", ANSWER)
        _next(saara)
    saara.attach("file", {"name": "kuvaus.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    saara.press('#attach button[type="submit"]')
    saara.sees("#attachments table")
    saara.press('main a[href$="/offer/check"]')
    saara.press('#submit button[type="submit"]')
    saara.sees('main a[href$="/receipt/pdf"]')


def open_offers(house: House, come: Come) -> None:
    """Two openers, each with their phrase, once the deadline has passed."""
    call = _call(house, OPEN_CALL)
    house.stage.clock.at = datetime(2026, 7, 6, 9, 5, tzinfo=UTC)
    for name in ("aatos", "outi"):
        opener = come(name)
        opener.press('.site-nav a[href="/procurements"]')
        opener.press(f'main a[href="/procurements/{call}"]')
        opener.press('main a[href$="/opening"]')
        opener.type("phrase", PHRASE)
        opener.press('main form button[type="submit"]')
        opener.sees("#flashes .flash")


def assess_offer(house: House, come: Come) -> None:
    """An evaluator gives points and reasons, and hands them in."""
    britta = come("britta")
    britta.press('.site-nav a[href="/evaluations"]')
    britta.press(f'main a[href="/procurements/{_call(house, UNDER_EVALUATION)}/evaluation"]')
    britta.press('main a[href*="/evaluation/lots/"]')
    britta.press('main a[href*="/assessments/"]:not(:has-text("Järviopisto"))')
    fields = britta.page.locator('#assessment [name^="points-"][value="1"]').all()
    keys = [str(one.get_attribute("name")).removeprefix("points-") for one in fields]
    for key in keys:
        britta.tick(f"points-{key}", "1")
        britta.type(f"reason-{key}", REASON)
    britta.press('#assessment button[name="next"]')
    britta.sees("#flashes .flash")


def call_off(house: House, come: Come) -> None:
    """A course sponsor calls a training off."""
    kirsi = come("kirsi")
    kirsi.press('.site-nav a[href="/call-offs"]')
    kirsi.press('main a[href$="/call-offs/new"]')
    kirsi.press('main a[href$="/group_toppis"], main a[href*="/unit_toppis"]')
    values = kirsi.page.locator('main select[name="field"] option').all()
    kirsi.choose("field", str(values[-1].get_attribute("value")))
    kirsi.type("places", "6")
    if kirsi.page.locator('main [name="workdays"]').count():
        kirsi.type("workdays", "60")
    kirsi.type("workplaces_confirmed", "6")
    kirsi.type("gain", "Työnantaja palkkaa koulutetut.")
    kirsi.press('main form button:not([name="check"])')
    kirsi.sees("#flashes .flash")


def refer_person(house: House, come: Come) -> None:
    """A course sponsor refers somebody to a training."""
    kirsi = come("kirsi")
    kirsi.press('.site-nav a[href="/trainings"], .site-nav a[href="/my-trainings"]')
    kirsi.press('main a[href*="/trainings/"]')
    kirsi.press('main a[href$="/applications/new"], main a[href$="/new"], main a[href*="apply"]')
    kirsi.type("name", "Saimi Esimerkki")
    kirsi.type("birth_year", "1990")
    for name in ("sex", "education", "status", "referral"):
        found = kirsi.page.locator(f'main [name="{name}"]').first
        if found.count() and found.get_attribute("type") == "radio":
            kirsi.tick(name, str(found.get_attribute("value")))
    kirsi.press('main form button[type="submit"]')
    kirsi.sees("#flashes .flash")


def accept_workdays(house: House, come: Come) -> None:
    """A course sponsor accepts a month of workdays."""
    kirsi = come("kirsi")
    kirsi.press('.site-nav a[href="/waiting"]')
    kirsi.press('main a[href$="/workdays"]')
    kirsi.press('main form[action$="/accept"] button[type="submit"]')
    kirsi.sees("#flashes .flash")


def confirm_call_off(house: House, come: Come) -> None:
    """A trainer confirms a call-off and sets the first day."""
    timo = come("timo")
    timo.press('.site-nav a[href="/waiting"]')
    timo.press('main a[href^="/call-offs/"]')
    timo.type("starts", timo.day("2026-06-22"))
    timo.press('#confirm button[type="submit"]')
    timo.sees("#flashes .flash")


def answer_proposal(house: House, come: Come) -> None:
    """A trainer says what was done about a participant's proposal."""
    timo = come("timo")
    timo.press('.site-nav a[href="/waiting"]')
    timo.press('main a[href$="/feedback"]')
    timo.press('main a[href^="/proposals/"]')
    timo.type("text", "Otimme ehdotuksen käyttöön.")
    timo.press('main form button[type="submit"]')
    timo.sees("#flashes .flash")


def answer_question(house: House, come: Come) -> None:
    """An officer answers a question about an open call."""
    hanna = come("hanna")
    hanna.press('.site-nav a[href="/procurements"]')
    hanna.press(f'main a[href="/procurements/{_call(house, OPEN_CALL)}"]')
    hanna.press('main a[href$="/answer"]')
    hanna.type("text", "Kyllä voidaan.")
    hanna.press('main form button[type="submit"]')
    hanna.sees("#flashes .flash")


def invite_person(house: House, come: Come) -> None:
    """An administrator invites somebody to the buyer."""
    ylva = come("ylva")
    ylva.press('.site-nav a[href^="/organisations"]')
    ylva.press('main a[href*="/people"]')
    ylva.type("name", "Uusi Virkailija")
    ylva.type("email", "uusi@centre.example")
    found = ylva.page.locator('main [name="roles"]').first
    ylva.tick("roles", str(found.get_attribute("value")))
    ylva.press('main form button[type="submit"]')
    ylva.sees("#flashes .flash")


def read_record(house: House, come: Come) -> None:
    """An auditor finds the entries of one act."""
    tarja = come("tarja")
    tarja.press('.site-nav a[href="/record"]')
    tarja.sees("#entries")


JOBS: tuple[Job, ...] = (
    Job("publish_call", "procurement_officer", "Publish a call from an empty form", publish_call),
    Job("answer_question", "procurement_officer", "Answer a question", answer_question),
    Job("first_offer", "representative", "Make and submit a first offer", first_offer, 12),
    Job("open_offers", "opener", "Open the offers, two openers", open_offers),
    Job("assess_offer", "evaluator", "Give points to one offer", assess_offer),
    Job("call_off", "course_sponsor", "Call a training off", call_off),
    Job("refer_person", "course_sponsor", "Refer a person to a training", refer_person),
    Job("accept_workdays", "course_sponsor", "Accept a month of workdays", accept_workdays),
    Job("confirm_call_off", "trainer", "Confirm a call-off", confirm_call_off),
    Job("answer_proposal", "trainer", "Answer a participant's proposal", answer_proposal),
    Job("invite_person", "administrator", "Invite a person", invite_person),
    Job("read_record", "auditor", "Find an act in the record", read_record),
)


def do(house: House, job: Job, way: Way) -> Effort:
    """Do the job in the house as it was played; what it cost everybody together."""
    house.put_back()
    desks: list[Desk] = []

    def come(name: str) -> Desk:
        reader = next(one for one in house.stage.readers if one.name.startswith(f"{name}@"))
        desk = Desk(house, reader, way)
        desks.append(desk)
        desk.log_in()
        return desk

    try:
        job.do(house, come)
    finally:
        for desk in desks:
            desk.leave()
        for desk in desks:
            house.close(desk.reader)
    told = [desk.effort for desk in desks]
    return Effort(
        pages=sum(one.pages for one in told),
        presses=sum(one.presses for one in told),
        fields=sum(one.fields for one in told),
        signs=sum(one.signs for one in told),
        seconds=sum(one.seconds for one in told),
    )


def _next(desk: Desk) -> None:
    here = desk.page.url
    desk.press('#offer button[value="next"]')
    desk.page.wait_for_url(lambda url: url != here)


def _call(house: House, reference: str) -> str:
    with house.stage.services.database.reading() as session:
        found = select(Procurement.id).where(Procurement.reference == reference)
        return str(session.scalars(found).one())
