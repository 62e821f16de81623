"""The main jobs of each role, from logging in to their end, as somebody does them who knows how.

Each begins with the demonstration as it was played. A job says what was reached at its end; what
it cost is counted by the desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from portal.demonstration import PHRASE
from portal.procurement.models import Procurement
from tests.everyone.beforehand import (
    IN_USE,
    IN_USE_CASE,
    OPEN_CALL,
    REASON,
    UNDER_EVALUATION,
    UNDER_EVALUATION_CASE,
    all_assessed,
    awarded,
    called_off,
    concluded,
    deadline_passed,
)
from tests.everyone.desk import Desk, Effort, Way
from tests.everyone.house import House
from tests.offers.files import pdf

ANSWER = "Kouluttaja ja valmentaja ovat sama työpari koko ajan. Aloitamme viikossa."
_BUYER = re.compile("Esimerkkilän elinvoimakeskus|Exampleton|Exempelby")
_NOT_JUDGED = re.compile("Satamavalmennus|Hamncoachning|Harbour")
_FIRST_TRAINING = f"{IN_USE}/1"
_FIRST = re.compile("Järviopisto|Insjöinstitutet|Lakeside")


class Come(Protocol):
    """Lets the person of that name sit down, log in (from which page, by which link), and work."""

    def __call__(self, name: str, way_in: str = 'a[href^="/login"]', start: str = "/") -> Desk: ...


@dataclass(frozen=True)
class Job:
    """One job.

    ``most_pages`` is how many it may take, where the study sets that: twelve for a first offer, in
    which each of five award criteria has a page of its own. ``case`` says whose people do it, where
    each case has its own.
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
    saara.sees("#offer")
    saara.tick("alone")
    for holds in saara.page.locator('#offer [name^="holds-"][value="yes"]').all():
        saara.tick(str(holds.get_attribute("name")), "yes")
    _next(saara)
    saara.type("price-archipelago", saara.number("58.50"))
    _next(saara)
    while "/steps/answer-" in saara.page.url:
        saara.type("answer", ANSWER)
        _next(saara)
    saara.attach("file", {"name": "kuvaus.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    saara.press('#attach button[value="check"]')
    saara.press('#submit button[type="submit"]')
    saara.reads(re.compile(r"\b[0-9a-f]{64}\b"))


def open_offers(house: House, come: Come) -> None:
    """Two openers, each with their phrase, once the deadline has passed."""
    call = _call(house, OPEN_CALL)
    deadline_passed(house)
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
    _give_points(britta, "assessment", "1")
    britta.press('#assessment button[name="next"]')
    britta.sees("#flashes .flash")


def score_and_award(house: House, come: Come) -> None:
    """An officer records the joint score of the offer that has none yet, and awards the lot."""
    all_assessed(house)
    hanna = come("hanna")
    hanna.goes_to("/evaluations")
    hanna.press(f'main a[href="/procurements/{_call(house, UNDER_EVALUATION)}/evaluation"]')
    hanna.press('main a[href*="/evaluation/lots/"]')
    hanna.press('main a[href*="/joint/"]', _FIRST)
    _give_points(hanna, "joint", "3")
    hanna.press('#joint button[value="agree"]')
    first = hanna.page.locator('#award [name="provider"]').first
    hanna.tick("provider", str(first.get_attribute("value")))
    hanna.type("reason", "Paras hinnan ja laadun suhde.")
    hanna.press('#award button[type="submit"]')
    hanna.sees("#flashes .flash")
    hanna.sees("#lot .notice-success")


def decide(house: House, come: Come) -> None:
    """The decision maker reads what is proposed, and issues the decision."""
    awarded(house)
    paavo = come("paavo")
    paavo.goes_to("/evaluations")
    paavo.press(f'main a[href="/procurements/{_call(house, UNDER_EVALUATION)}/evaluation"]')
    paavo.press('main a[href$="/decision"]')
    paavo.press('main a[href$="/decision/issue"]')
    paavo.press('main form[action$="/decision"] button[type="submit"]')
    paavo.sees("#flashes .flash")
    paavo.sees("#notices")


def sign_contract(house: House, come: Come) -> None:
    """A signatory approves the contract's document, by which it comes into force."""
    concluded(house)
    sirpa = come("sirpa")
    sirpa.goes_to("/contracts")
    sirpa.press('main a[href^="/contracts/"]', UNDER_EVALUATION)
    sirpa.press('main form[action$="/approve"] button[type="submit"]')
    sirpa.sees("#flashes .flash")


def record_workdays(house: House, come: Come) -> None:
    """A trainer records a month of workdays, in which one participant was absent."""
    timo = come("timo")
    timo.goes_to("/trainings")
    timo.press('main a[href^="/trainings/"]', _FIRST_TRAINING)
    timo.press('main a[href$="/workdays"]')
    timo.press('main a[href$="/workdays/record"]')
    timo.sees("#month")
    for field in timo.page.locator('#month [name^="days-"]').all():
        timo.type(str(field.get_attribute("name")), "4")
    timo.press('#month button[type="submit"]')
    timo.sees("#flashes .flash")


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
    called_off(house)
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
    Job("first_offer", "representative", "Make and submit a first offer", first_offer, 12),
    Job("open_offers", "opener", "Open the offers, two openers", open_offers),
    Job(
        "assess_offer",
        "evaluator",
        "Give points to one offer",
        assess_offer,
        case=UNDER_EVALUATION_CASE,
    ),
    Job(
        "score_and_award",
        "procurement_officer",
        "Record the joint score and award the lot",
        score_and_award,
        case=UNDER_EVALUATION_CASE,
    ),
    Job(
        "decide",
        "decision_maker",
        "Issue the award decision",
        decide,
        case=UNDER_EVALUATION_CASE,
    ),
    Job(
        "sign_contract",
        "signatory",
        "Sign a contract",
        sign_contract,
        case=UNDER_EVALUATION_CASE,
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
    Job(
        "record_workdays",
        "trainer",
        "Record a month of workdays",
        record_workdays,
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
        for before in desks:
            before.leave()
        desk = Desk(house, reader, way)
        desks.append(desk)
        desk.log_in(way_in, start)
        return desk

    try:
        job.do(house, come)
    finally:
        for desk in desks:
            desk.leave()
    told = [desk.effort for desk in desks]
    return Effort(
        pages=sum(one.pages for one in told),
        presses=sum(one.presses for one in told),
        fields=sum(one.fields for one in told),
        signs=sum(one.signs for one in told),
        seconds=sum(one.seconds for one in told),
    )


def _give_points(desk: Desk, form: str, points: str) -> None:
    """The same points and reason for every criterion of the form."""
    desk.sees(f"#{form}")
    fields = desk.page.locator(f'#{form} [name^="points-"][value="{points}"]').all()
    for key in [str(one.get_attribute("name")).removeprefix("points-") for one in fields]:
        desk.tick(f"points-{key}", points)
        desk.type(f"reason-{key}", REASON)


def _next(desk: Desk) -> None:
    here = desk.page.url
    desk.press('#offer button[value="next"]')
    desk.page.wait_for_url(lambda url: url != here)


def _call(house: House, reference: str) -> str:
    with house.stage.services.database.reading() as session:
        found = select(Procurement.id).where(Procurement.reference == reference)
        return str(session.scalars(found).one())
