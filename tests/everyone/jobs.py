"""The main jobs of each role, from logging in to their end, as somebody does them who knows how.

Each begins with the demonstration as it was played. A job says what was reached at its end; what
it cost is counted by the desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import select

from portal.capacity import usecases
from portal.contracts.models import Contract
from portal.demonstration import PHRASE
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.unit_of_work import unit_of_work
from tests.everyone.desk import Desk, Effort, Way
from tests.everyone.house import House
from tests.offers.files import pdf

OPEN_CALL, UNDER_EVALUATION, IN_USE = "ESIM/45/2026", "ESIM/52/2026", "ESIM/41/2026/bay"
IN_USE_CASE = "demo-underway"
ANSWER = "Kouluttaja ja valmentaja ovat sama työpari koko ajan. Aloitamme viikossa."
_BUYER = re.compile("Esimerkkilän elinvoimakeskus|Exampleton|Exempelby")
_NOT_JUDGED = re.compile("Satamavalmennus|Hamncoachning|Harbour")
REASON = "Näin se tarjouksesta näkyy."


class Come(Protocol):
    """Lets the person of that name sit down, log in (from which page, by which link), and work."""

    def __call__(self, name: str, way_in: str = 'a[href^="/login"]', start: str = "/") -> Desk: ...


@dataclass(frozen=True)
class Job:
    """One job.

    ``most_pages`` is how many it may take, where the study sets that: twelve for a first offer, in
    which each award criterion has a page of its own. A call with three has twelve, the
    demonstration's has five. ``case`` says whose people do it, where each case has its own.
    """

    key: str
    role: str
    title: str
    do: Callable[[House, Come], None]
    most_pages: int | None = None
    case: str = ""


def publish_call(house: House, come: Come) -> None:
    """From an empty form to a published call."""
    hanna = come("hanna")
    hanna.goes_to("/procurements")
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
    hanna.press('main a[href$="/publish"]')
    hanna.press('main form[action$="/publish"] button[type="submit"]')
    hanna.sees('main a[href$="/documents/call/fi.pdf"], #questions')


def first_offer(house: House, come: Come) -> None:
    """An offer to the open call, by somebody who has not made one to it before."""
    call = f"/procurements/{_call(house, OPEN_CALL)}"
    saara = come("saara", f'main a[href="{call}/offer"]', call)
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
    saara.reads(re.compile(r"\b[0-9a-f]{64}\b"))


def open_offers(house: House, come: Come) -> None:
    """Two openers, each with their phrase, once the deadline has passed."""
    call = _call(house, OPEN_CALL)
    house.stage.clock.at = datetime(2026, 7, 6, 9, 5, tzinfo=UTC)
    for name in ("aatos", "outi"):
        opener = come(name)
        opener.goes_to("/procurements")
        opener.press(f'main a[href="/procurements/{call}"]')
        opener.press('main a[href$="/opening"]')
        opener.type("phrase", PHRASE)
        opener.press('main form button[type="submit"]')
        opener.sees("#flashes .flash")


def assess_offer(house: House, come: Come) -> None:
    """An evaluator gives points and reasons, and hands them in."""
    britta = come("britta")
    britta.goes_to("/evaluations")
    britta.press(f'main a[href="/procurements/{_call(house, UNDER_EVALUATION)}/evaluation"]')
    britta.press('main a[href*="/evaluation/lots/"]')
    britta.press('main a[href*="/assessments/"]', _NOT_JUDGED)
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
    kirsi.goes_to("/call-offs")
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
    kirsi.goes_to("/waiting")
    kirsi.press('main a[href^="/trainings/"]:not([href$="/workdays"])')
    kirsi.press('main a[href*="/applications/new"], main a[href$="/apply"]')
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
    kirsi.goes_to("/waiting")
    kirsi.press('main a[href$="/workdays"]')
    kirsi.press('main form[action$="/accept"] button[type="submit"]')
    kirsi.sees("#flashes .flash")


def confirm_call_off(house: House, come: Come) -> None:
    """A trainer confirms a call-off and sets the first day."""
    _called_off(house)
    timo = come("timo")
    timo.goes_to("/waiting")
    timo.press('main a[href^="/call-offs/"]', f"{IN_USE} / 4")
    timo.type("starts", timo.day("2026-06-22"))
    timo.press('#confirm button[type="submit"]')
    timo.sees("#flashes .flash")


def answer_proposal(house: House, come: Come) -> None:
    """A trainer says what was done about a participant's proposal."""
    timo = come("timo")
    timo.goes_to("/waiting")
    timo.press('main a[href$="/feedback"]')
    timo.press('main a[href^="/proposals/"]')
    timo.type("text", "Otimme ehdotuksen käyttöön.")
    timo.press('main form button[type="submit"]')
    timo.sees("#flashes .flash")


def ask_and_answer(house: House, come: Come) -> None:
    """A provider asks about an open call, and the officer answers everybody."""
    call = f"/procurements/{_call(house, OPEN_CALL)}"
    saara = come("saara")
    saara.press(f'main a[href="{call}"]')
    saara.type("text", "Voiko ryhmä alkaa kesällä?")
    saara.press('#ask button[type="submit"]')
    saara.reads("Voiko ryhmä alkaa kesällä?")
    hanna = come("hanna")
    hanna.press(f'main a[href="{call}"]')
    hanna.press('main a[href$="/answer"]')
    hanna.type("text", "Kyllä voi.")
    hanna.press('main form button[type="submit"]')
    hanna.reads("Kyllä voi.")


def invite_person(house: House, come: Come) -> None:
    """An administrator invites somebody to the buyer."""
    ylva = come("ylva")
    ylva.goes_to("/organisations")
    ylva.press('main a[href*="/people"]')
    ylva.press('main a[href$="/people/invite"]')
    ylva.type("name", "Uusi Virkailija")
    ylva.type("email", "uusi@centre.example")
    buyer = ylva.page.locator('main select[name="organisation"] option', has_text=_BUYER).first
    ylva.choose("organisation", str(buyer.get_attribute("value")))
    ylva.tick("roles", "evaluator")
    ylva.press('main form button[type="submit"]')
    ylva.sees("#flashes .flash")


def read_record(house: House, come: Come) -> None:
    """An auditor finds the entries of one act."""
    tarja = come("tarja")
    tarja.goes_to("/record")
    tarja.sees("#entries")


JOBS: tuple[Job, ...] = (
    Job("publish_call", "procurement_officer", "Publish a call from an empty form", publish_call),
    Job(
        "ask_and_answer",
        "representative, procurement_officer",
        "Ask a question and answer it",
        ask_and_answer,
    ),
    Job("first_offer", "representative", "Make and submit a first offer", first_offer, 9 + 5),
    Job("open_offers", "opener", "Open the offers, two openers", open_offers),
    Job(
        "assess_offer",
        "evaluator",
        "Give points to one offer",
        assess_offer,
        case="demo-evaluating",
    ),
    Job("call_off", "course_sponsor", "Call a training off", call_off, case=IN_USE_CASE),
    Job(
        "refer_person",
        "course_sponsor",
        "Refer a person to a training",
        refer_person,
        case=IN_USE_CASE,
    ),
    Job(
        "accept_workdays",
        "course_sponsor",
        "Accept a month of workdays",
        accept_workdays,
        case=IN_USE_CASE,
    ),
    Job("confirm_call_off", "trainer", "Confirm a call-off", confirm_call_off, case=IN_USE_CASE),
    Job(
        "answer_proposal",
        "trainer",
        "Answer a participant's proposal",
        answer_proposal,
        case=IN_USE_CASE,
    ),
    Job("invite_person", "administrator", "Invite a person", invite_person),
    Job("read_record", "auditor", "Find an act in the record", read_record),
)


def do(house: House, job: Job, way: Way) -> Effort:
    """Do the job in the house as it was played; what it cost everybody together."""
    house.put_back()
    desks: list[Desk] = []

    def come(name: str, way_in: str = 'a[href^="/login"]', start: str = "/") -> Desk:
        named = [one for one in house.stage.readers if one.name.startswith(f"{name}@")]
        of_case = [one for one in named if job.case and job.case in one.name]
        reader = next(iter(of_case), None) or next(one for one in named if "demo-" not in one.name)
        desk = Desk(house, reader, way)
        desks.append(desk)
        desk.log_in(way_in, start)
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


def _called_off(house: House) -> None:
    """A call-off for as many as the smallest group, which waits for the trainer."""
    with unit_of_work(house.stage.services.database) as session:
        contract = session.scalars(select(Contract).where(Contract.reference == IN_USE)).one()
        kirsi = session.scalars(select(Person).where(Person.email == "kirsi@area.example")).one()
        usecases.call_off(
            session,
            contract=contract,
            office=kirsi.memberships[0].organisation,
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=Decimal(60),
            places=6,
            workplaces_confirmed=6,
            by=kirsi,
            at=house.stage.clock(),
        )


def _call(house: House, reference: str) -> str:
    with house.stage.services.database.reading() as session:
        found = select(Procurement.id).where(Procurement.reference == reference)
        return str(session.scalars(found).one())
