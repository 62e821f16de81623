"""The comparison matrix: what stands out in it, and that it stays light with many offers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import (
    Assessment,
    InterestDeclaration,
    JointScore,
    SuitabilityJudgement,
)
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent, Opening
from portal.offers.rules import LotPrice, OfferContent
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role
from portal.procurement.models import Appointment, Procurement
from portal.procurement.rules import CriterionTerms
from portal.storage.vault import vault_of
from portal.web.unit import Services
from tests.cast import Cast, person
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, RIVER, SHORE, TERMS, Evaluating, published
from tests.evaluation.pages.conftest import Browse, typed
from tests.inspection import words
from tests.offers.conftest import AFTER, OPENS


def test_a_wide_spread_stands_out_in_words_too(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("judged")
    evaluating.assess(cast.eeva, cast.river, (3, 2, 3, 2))
    evaluating.assess(cast.erik, cast.river, (1, 2, 2, 2))
    page = browse(cast.olli).get(lot_url)
    cells = [words(cell) for cell in page.all(".matrix-spread td")]
    assert cells == ["2 wide", "0", "1", "0"]
    assert len(page.all(".matrix-spread td.wide strong")) == 1


def test_an_abstention_is_no_zero_in_the_matrix(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("judged")
    evaluating.assess(cast.eeva, cast.river, RIVER)
    evaluating.assess(cast.erik, cast.river, None)
    page = browse(cast.olli).get(lot_url)
    assert "Erik Arvioija Abstained: Tunnen hankkeen ennestään. – – – –" in page.text
    assert [words(cell) for cell in page.all(".matrix-spread td")] == ["–"] * 4


def test_a_late_conflict_is_told_beside_the_points_that_do_not_count(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    assert "Agree the joint score anew" not in browse(cast.olli).get(lot_url).text
    evaluating.at = AFTER.replace(day=9)
    evaluating.declare(cast.erik, conflicts=[cast.shore])
    page = browse(cast.olli).get(lot_url)
    assert page.text.count("Agree the joint score anew") == 2
    assert "Does not count: has declared a conflict of interest" in page.text
    assert "Erik Arvioija" in page.text
    evaluating.agree(cast.river, RIVER)
    assert browse(cast.olli).get(lot_url).text.count("Agree the joint score anew") == 1


def test_how_sensitive_the_ranking_is_shows_after_the_decision_only(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("awarded")
    for reader in (cast.olli, cast.paula, cast.eeva):
        assert "How sensitive the ranking is" not in browse(reader).get(lot_url).text
    evaluating.issue()
    page = browse(cast.olli).get(lot_url)
    rows = [[words(cell) for cell in row.select("td, th")] for row in page.all("#stability tr")]
    assert rows[0] == [
        "Price",
        "40",
        "Up to 70.09, then Rantaopisto passes",
        "Up to 70.09, then Rantaopisto passes",
    ]
    assert len(rows) == 5


def test_a_joint_score_saves_itself_and_the_second_officer_is_shown_both_texts(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("assessed")
    address = f"{lot_url}/joint/{evaluating.offer_id(cast.river)}"
    here, there = browse(cast.olli), browse(cast.olli)
    here.get(address)
    there.get(address)
    saved = there.post(
        f"{address}/autosave", {**typed((1, 1, 1, None), "Toinen."), "revision": "0"}, 200
    )
    assert saved.one("#save-state")["data-state"] == "saved"
    assert saved.value("revision") == "1"
    mine = typed(RIVER, "Oma.")
    clash = here.post(f"{address}/autosave", {**mine, "revision": "0"}, 422)
    assert clash.one("#save-state")["data-state"] == "conflict"
    assert "Toinen." in clash.one("#standing").get_text()
    assert clash.value(f"reason-{KEYS[0]}") == "Oma."
    assert clash.value("revision") == "0"
    assert clash.one('button[name="replace"]')["value"] == "1"
    page = here.submit("#joint", mine, status=422, button="next")
    assert "Olli Ostaja saved the joint score while you were writing." in page.text
    assert "Toinen." in page.one("#standing").get_text()
    here.submit("#joint")
    told = here.follow().flashes
    assert told == ["The joint score is saved as a draft. It has not been agreed."]
    here.submit("#joint", button="next")
    assert here.follow().flashes == ["The joint score is recorded."]
    page = here.get(address)
    assert "Version 1 was agreed on" in page.text
    here.submit("#joint", typed((3, 3, 3, 3), "Uudestaan."), button="next")
    page = here.get(address)
    assert "Version 2 was agreed on" in page.text
    assert "Version 1, agreed on" in page.text
    assert "Oma." in page.text


def test_the_button_beside_what_stands_replaces_it(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("judged")
    address = f"{lot_url}/assessments/{evaluating.offer_id(cast.river)}"
    here, there = browse(cast.eeva), browse(cast.eeva)
    here.get(address)
    there.get(address)
    there.submit("#assessment", typed((1, 1, 1, 1), "Toisaalla."))
    mine = {**typed((3, 3, 3, 3), "Tässä."), "revision": "0"}
    clash = here.post(f"{address}/autosave", mine, 422)
    chosen = str(clash.one('button[name="replace"]')["value"])
    here.post(address, {**mine, "replace": chosen})
    assert here.get(address).value(f"reason-{KEYS[0]}") == "Tässä."


MANY = 40


def many_criteria() -> tuple[CriterionTerms, ...]:
    question = {"fi": "Miten?", "sv": "Hur?", "en": "How?"}
    points_of = [{"value": value, "facts": [{"fi": f"Näkyy {value}."}]} for value in range(4)]
    return tuple(
        CriterionTerms(
            f"own-{n}",
            Decimal("1.5"),
            question=question,
            text={
                "title": {"fi": f"Kriteeri {n}", "sv": f"Kriterium {n}", "en": f"Criterion {n}"},
                "guidance": {"fi": "Näytöksi käy kuvaus."},
                "points": points_of,
            },
        )
        for n in range(MANY)
    )


def many_offers(database: Database, cast: Cast, call: UUID, offers: int) -> list[UUID]:
    """Opened offers with five assessments and a joint score each, entered straight as rows."""
    keys = [f"own-{n}" for n in range(MANY)]
    answers = {key: f"Vastaus kriteeriin {key}. " * 8 for key in keys}
    made = []
    with database.transaction() as session:
        procurement = session.get_one(Procurement, call)
        (lot,) = procurement.lots
        assessors = [
            person(
                session,
                f"Arvioija{n} A",
                session.get_one(Organisation, cast.office.id),
                Role.EVALUATOR,
            )
            for n in range(5)
        ]
        for assessor in assessors:
            session.add(
                Appointment(
                    procurement_id=call,
                    person_id=assessor.id,
                    appointed_at=OPENS,
                    appointed_by_id=cast.olli.id,
                )
            )
        for by in (*assessors, session.get_one(Person, cast.olli.id)):
            session.add(
                InterestDeclaration(procurement_id=call, person_id=by.id, declared_at=AFTER)
            )
        for n in range(offers):
            provider = Organisation(
                name={"fi": f"Opisto {n:02}"},
                business_id=None,
                kind_rows=[OrganisationKind(kind=Kind.PROVIDER)],
            )
            session.add(provider)
            session.flush()
            content = OfferContent(lots={"sea": LotPrice(Decimal(50 + n))}, answers=answers)
            offer = Offer(
                procurement_id=call, provider_id=provider.id, provider=provider, state="submitted"
            )
            session.add(offer)
            session.flush()
            version = OfferVersion(
                offer_id=offer.id,
                n=1,
                reference=f"T-{uuid4().hex[:10]}",
                submitted_at=OPENS,
                submitted_by_id=cast.roope.id,
                sha256=content.hash(),
                blob_id=vault_of(session).seal(session, content.packed(), owner=call, at=OPENS),
            )
            session.add(version)
            session.flush()
            offer.current_version = version
            session.add(LotOffer(offer_id=offer.id, lot_id=lot.id, price=Decimal(50 + n)))
            session.add(
                OpenedContent(
                    offer_id=offer.id,
                    version_id=version.id,
                    content={
                        "lots": {"sea": {"price": str(50 + n), "coordination_fee": None}},
                        "answers": answers,
                        "promises": [],
                        "secrets": [],
                        "files": [],
                    },
                )
            )
            session.add(
                SuitabilityJudgement(
                    offer_id=offer.id,
                    suitable=True,
                    reason="Kunnossa.",
                    judged_by_id=cast.olli.id,
                    judged_at=AFTER,
                )
            )
            scores = {
                key: {"points": (n + i) % 4, "reason": "Näkyy."} for i, key in enumerate(keys)
            }
            for assessor in assessors:
                session.add(
                    Assessment(
                        lot_id=lot.id,
                        offer_id=offer.id,
                        version_id=version.id,
                        evaluator_id=assessor.id,
                        state="handed_in",
                        points=scores,
                        saved_at=AFTER,
                        handed_in_at=AFTER,
                    )
                )
            session.add(
                JointScore(
                    lot_id=lot.id,
                    offer_id=offer.id,
                    n=1,
                    points=scores,
                    agreed_by_id=cast.olli.id,
                    agreed_at=AFTER,
                )
            )
            made.append(offer.id)
        session.add(
            Opening(
                procurement_id=call,
                first_id=cast.olli.id,
                first_at=AFTER,
                second_id=cast.aino.id,
                opened_at=AFTER,
            )
        )
        procurement.state = "opened"
    return made


@pytest.mark.slow
@pytest.mark.parametrize("offers", [3, 50])
def test_fifty_offers_by_forty_criteria_by_five_assessors_take_as_many_queries_as_three(
    browse: Browse, cast: Cast, database: Database, after: SettableClock, offers: int
) -> None:
    call = published(database, cast, replace(TERMS, criteria=many_criteria()))
    made = many_offers(database, cast, call, offers)
    url = f"/procurements/{call}"
    lot_url = f"{url}/evaluation/lots/sea"
    with database.reading() as session:
        assessor = session.get_one(Person, session.query(Appointment).first().person_id)
        session.expunge_all()
    browser = browse(cast.olli)
    page = browser.get(lot_url)
    assert len(page.all(".matrix-offer")) == offers
    assert len(page.all(".matrix-joint td")) == offers * MANY
    assert len(page.all("#ranking tr")) == offers
    assert browser.queries <= 8
    most = {
        f"{lot_url}/steps/{made[0]}": 8,
        f"{lot_url}/joint/{made[0]}": 8,
        f"{url}/evaluation/matrix/sea": 8,
        f"{lot_url}/conformity/{made[0]}": 36,
        f"{url}/evaluation": 36,
        f"{url}/suitability": 22,
    }
    for path, limit in most.items():
        browser.get(path)
        assert browser.queries <= limit, f"{path} took {browser.queries}"
    browser = browse(assessor)
    for path, limit in {f"{lot_url}/assessments/{made[0]}": 8, lot_url: 8}.items():
        browser.get(path)
        assert browser.queries <= limit, f"{path} took {browser.queries}"
    evaluating = Evaluating(database, cast, call)
    first = page.all("#ranking tr th")[0].get_text().strip()
    with database.reading() as session:
        winner = next(one for one in session.query(Organisation) if one.name["fi"] == first)
        session.expunge_all()
    evaluating.do(usecases.award, cast.olli, lot="sea", provider=winner, reason="Paras.")
    browser = browse(cast.olli)
    browser.get(lot_url)
    assert browser.queries <= 8


def test_of_many_offers_each_has_the_steps_of_its_points_on_a_page_of_its_own(
    browse: Browse, cast: Cast, database: Database, after: SettableClock, services: Services
) -> None:
    call = published(database, cast, replace(TERMS, criteria=many_criteria()))
    made = many_offers(database, cast, call, 11)
    lot_url = f"/procurements/{call}/evaluation/lots/sea"
    browser = browse(cast.olli)
    page = browser.get(lot_url)
    assert len(page.all("#ranking tr")) == 11
    assert "Quality points:" not in page.text
    assert len(page.one("#award").select("input[name=provider]")) == 10
    leader = page.all("#ranking tr")[0]
    total = words(leader.select("td")[-1]).partition(" ")[0]
    name = words(leader.select_one("th"))
    page = browser.get(str(leader.select("a")[0]["href"]))
    assert page.heading == f"How the points came about: {name}"
    assert [words(row)[:1] for row in page.all("#ranking tr")] == ["1"]
    assert words(page.all("#ranking td")[-1]) == total
    assert f"Quality points: {name}" in page.text
    key = UUID(page.url.rpartition("/")[2])
    assert key in made
    with services.reads_database.reading() as session:
        read = session.execute(
            select(ReadEntry.subject, ReadEntry.by).where(ReadEntry.page == "evaluation.steps")
        ).all()
        assert read == [(str(key), cast.olli.id)]
    browse(cast.roope).get(page.url, 403)
    browser.get(f"{lot_url}/steps/{call}", 404)


def test_nobody_sees_the_steps_who_may_not_see_the_ranking(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.offer_both()
    evaluating.appoint(cast.eeva)
    evaluating.open()
    evaluating.declare(cast.olli, cast.eeva)
    evaluating.judge(cast.river, cast.shore)
    address = f"{lot_url}/steps/{evaluating.offer_id(cast.river)}"
    browse(cast.olli).get(address, 404)
    evaluating.assess(cast.eeva, cast.river, RIVER)
    evaluating.assess(cast.eeva, cast.shore, SHORE)
    evaluating.agree_all()
    for reader in (cast.olli, cast.eeva):
        assert "40 × 52.50 / 58.00" in browse(reader).get(address).text
    evaluating.appoint(cast.erik)
    evaluating.declare(cast.erik)
    browse(cast.erik).get(address, 404)
