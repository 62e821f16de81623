"""Canaries: what a bidder holds to be secret is in nothing that is given to anybody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.documents.render import render
from portal.evaluation import usecases
from portal.evaluation.decided import plan
from portal.evaluation.documents import DOCUMENTS, draft_decision
from portal.evaluation.models import Award, AwardDecision, BidderLetter
from portal.evaluation.rules import Points
from portal.evaluation.secrets import secrets_of
from portal.jobs.models import OutgoingMail
from portal.offers.rules import SECRET_MARK, LotPrice, OfferContent, Promise, Secret
from portal.offers.usecases import save_offer, submit_offer
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.shared.names import LANGUAGES
from tests.cast import Cast
from tests.documents.reading import text_of
from tests.evaluation.conftest import KEYS, OPENS, PRICES, RIVER, SHORE, Evaluating
from tests.evaluation.pages.conftest import Browse

# A passage of a promise, and an answer that is a secret as a whole.
PASSAGE = {"river": "Kanarialintu laulaa sahalla", "shore": "Keltasirkku istuu satamassa"}
WHOLE = {
    "river": "Kouluttajien palkkaus perustuu omaan malliin.",
    "shore": "Valmentajat tulevat sisaryhtiön varahenkilöistä.",
}


def quoting(name: str) -> str:
    """A reason that quotes what the bidder holds to be secret, broken into lines otherwise."""
    broken = PASSAGE[name].replace(" ", "\n", 1)
    return f"Tarjous lupaa: {broken.upper()}. Se myös kertoo: {WHOLE[name]} Muu on avointa."


def canaries(name: str) -> tuple[str, ...]:
    """What to look for, in small letters."""
    return PASSAGE[name].lower(), WHOLE[name].rstrip(".").lower()


def found(name: str, told: Any) -> list[str]:
    """The bidder's secrets that are in there."""
    text = " ".join(str(told).replace("\\n", " ").split()).lower()
    return [canary for canary in canaries(name) if canary in text]


@pytest.fixture
def quoted(evaluating: Evaluating, cast: Cast) -> Evaluating:
    """A call whose panel and officer quote the secrets of both bidders in all they write."""
    for name, provider, by in (
        ("river", cast.river, cast.roope),
        ("shore", cast.shore, cast.sanna),
    ):
        content = OfferContent(
            lots={"sea": LotPrice(PRICES[name])},
            answers=dict.fromkeys(KEYS, "Avoin vastaus.") | {KEYS[1]: WHOLE[name]},
            promises=(Promise(KEYS[0], f"{PASSAGE[name]} joka aamu."),),
            secrets=(
                Secret(KEYS[0], "Yhteistyön ehdot.", passage=PASSAGE[name]),
                Secret(KEYS[1], "Koko vastaus on liikesalaisuus."),
            ),
        )
        evaluating.do(save_offer, by, OPENS, provider=provider, content=content)
        evaluating.do(submit_offer, by, OPENS, provider=provider)
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.declare(cast.olli, cast.paula, cast.eeva, cast.erik)
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess_all()
    return evaluating


def agree(evaluating: Evaluating, name: str, provider: Organisation, values: Any) -> None:
    """The panel agrees, with the secrets in every reason."""
    evaluating.do(
        usecases.agree,
        evaluating.cast.olli,
        lot="sea",
        provider=provider,
        points={key: Points(value, quoting(name)) for key, value in zip(KEYS, values, strict=True)},
    )


def decide(evaluating: Evaluating, cast: Cast) -> None:
    """Award to the river with both bidders' secrets in the reason, and issue."""
    agree(evaluating, "river", cast.river, RIVER)
    agree(evaluating, "shore", cast.shore, SHORE)
    evaluating.award(cast.river, reason=f"{quoting('river')} {quoting('shore')}")
    evaluating.issue()


def letter_of(evaluating: Evaluating, database: Database, provider: Organisation) -> UUID:
    """The key of a bidder's letter."""
    with database.reading() as session:
        return session.scalars(
            select(BidderLetter.id).where(BidderLetter.offer_id == evaluating.offer_id(provider))
        ).one()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_document_holds_the_secret_of_anybody_but_its_reader(
    quoted: Evaluating, cast: Cast, database: Database, language: str
) -> None:
    decide(quoted, cast)
    letters = {
        "river": letter_of(quoted, database, cast.river),
        "shore": letter_of(quoted, database, cast.shore),
    }
    with database.reading() as session:
        for_all = {
            "award_decision": session.scalars(select(AwardDecision.id)).one(),
            "result_sheet": session.scalars(select(Award.id)).one(),
        }
        for kind, subject in for_all.items():
            context = DOCUMENTS[kind](session, subject, language)
            assert found("river", context) == []
            assert found("shore", context) == []
            assert SECRET_MARK[language] in str(context)
            assert "Muu on avointa." in str(context)
        for own, other in (("river", "shore"), ("shore", "river")):
            context = DOCUMENTS["bidder_letter"](session, letters[own], language)
            assert found(other, context) == []
            assert found(own, context) == list(canaries(own))


def test_nothing_of_a_secret_is_printed_in_the_decision_or_another_letter(
    quoted: Evaluating, cast: Cast, database: Database
) -> None:
    decide(quoted, cast)
    shore = letter_of(quoted, database, cast.shore)
    with database.reading() as session:
        decision = session.scalars(select(AwardDecision.id)).one()
        for kind, subject in (("award_decision", decision), ("bidder_letter", shore)):
            made = render(kind, "fi", DOCUMENTS[kind](session, subject, "fi"))
            assert found("river", text_of(made.pdf)) == []


def test_the_draft_that_the_decision_maker_reads_is_cleared_like_the_decision(
    quoted: Evaluating, cast: Cast, database: Database
) -> None:
    agree(quoted, "river", cast.river, RIVER)
    agree(quoted, "shore", cast.shore, SHORE)
    quoted.award(cast.river, reason=quoting("shore"))
    with database.reading() as session:
        planned = plan(
            session,
            session.get_one(Procurement, quoted.call),
            session.get_one(Person, cast.paula.id),
            quoted.at,
        )
        context = draft_decision(session, planned, "fi")
    assert context["draft"]
    assert found("river", context) == found("shore", context) == []


def test_the_reason_for_leaving_an_offer_out_is_cleared_for_the_others(
    quoted: Evaluating, cast: Cast, database: Database
) -> None:
    quoted.do(
        usecases.judge_conformity,
        cast.olli,
        lot="sea",
        provider=cast.shore,
        conforms=False,
        reason=quoting("shore"),
    )
    agree(quoted, "river", cast.river, RIVER)
    quoted.award(cast.river)
    quoted.issue()
    with database.reading() as session:
        decision = session.scalars(select(AwardDecision.id)).one()
        context = DOCUMENTS["award_decision"](session, decision, "fi")
        assert context["lots"][0]["left_out"][0]["ground"] == "content"
        assert found("shore", context) == []
        own = DOCUMENTS["bidder_letter"](session, letter_of(quoted, database, cast.shore), "fi")
        assert found("shore", own["lots"][0]["own"]) == list(canaries("shore"))


def test_no_page_of_another_and_no_message_holds_a_secret(
    quoted: Evaluating, cast: Cast, database: Database, browse: Browse
) -> None:
    decide(quoted, cast)
    url = f"/procurements/{quoted.call}"
    for person, own, other in ((cast.roope, "river", "shore"), (cast.sanna, "shore", "river")):
        browse(person).get(f"{url}/decision")
        page = browse(person).get(f"{url}/decision")
        assert found(other, page.text) == []
        assert found(own, page.text) == list(canaries(own))
    for path in (url, "/procurements", "/"):
        page = browse(None).get(path)
        assert found("river", page.html) == found("shore", page.html) == []
    with database.reading() as session:
        told = [mail.facts for mail in session.scalars(select(OutgoingMail))]
    assert found("river", told) == found("shore", told) == []


def test_the_secrets_of_a_call_are_those_of_its_opened_offers(
    quoted: Evaluating, cast: Cast, database: Database
) -> None:
    with database.reading() as session:
        secrets = secrets_of(session, session.get_one(Procurement, quoted.call))
    assert set(secrets.passages) == {
        quoted.offer_id(cast.river),
        quoted.offer_id(cast.shore),
    }
    clear = secrets.clear("sv", owner=quoted.offer_id(cast.river))
    assert PASSAGE["river"] in clear(PASSAGE["river"])
    assert clear(PASSAGE["shore"]) == SECRET_MARK["sv"]
