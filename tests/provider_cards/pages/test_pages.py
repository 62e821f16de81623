"""The pages of the register."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from portal.database import Database
from portal.organisations.models import Membership, Organisation
from portal.permissions import Role
from portal.provider_cards.models import CardRemark, ProviderCard
from portal.provider_cards.rules import EntryKind
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser, Page
from tests.provider_cards.cards import NOW, put_card
from tests.provider_cards.test_search import HOSTILE

Browse = Callable[..., Browser]
TYPED = {
    "title_fi": "Siivoojaksi työssä oppien",
    "description_fi": "Neljä päivää viikossa töissä.",
    "stage": ["training"],
    "field": ["cleaning"],
    "region": ["lappi", "kainuu"],
    "phone": "020 123 4567",
}


def found(page: Page) -> list[str]:
    return [head.get_text().strip() for head in page.all("#cards h3 a")]


def put_remark(database: Database, cast: Cast, card: UUID, text: str) -> UUID:
    with database.transaction() as session:
        remark = CardRemark(
            card_id=card,
            organisation_id=cast.office.id,
            text=text,
            made_by_id=cast.kaisa.id,
            made_at=NOW,
        )
        session.add(remark)
        return remark.id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_of_cards_are_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, language: str
) -> None:
    roope, kaisa = browse(cast.roope, language), browse(cast.kaisa, language)
    kaisa.get("/provider-cards")
    roope.get("/provider-cards/mine")
    roope.get("/provider-cards/new")
    roope.submit("main form", status=422)
    key = put_card(database, cast, keeper=cast.tuula)
    put_remark(database, cast, key, "Ryhmät ovat pieniä.")
    roope.get("/provider-cards/mine")
    clock.move(days=200)
    with database.transaction() as session:
        session.execute(delete(Membership).where(Membership.person_id == cast.tuula.id))
    for reader in (roope, kaisa):
        reader.get(f"/provider-cards/{key}")
        reader.get("/provider-cards?q=siivooja&region=lappi")
    roope.get("/provider-cards/mine")
    roope.get(f"/provider-cards/{key}/edit")
    roope.get(f"/provider-cards/{key}/withdraw")
    kaisa.get("/provider-cards?q=%25%25")
    kaisa.get("/provider-cards?q=laivanrakennus")


def test_a_text_that_is_not_there_in_the_readers_language_says_which_it_is_in(
    browse: Browse, cast: Cast, database: Database
) -> None:
    only = {"fi": "Työtä ja koulutusta."}
    key = put_card(database, cast, description=only)
    page = browse(cast.kaisa, "en").get(f"/provider-cards/{key}")
    (said,) = [one for one in page.all("#own-words [lang]") if only["fi"] in one.get_text()]
    assert said["lang"] == "fi"


def test_three_clicks_lead_from_the_front_page_to_the_contact(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_card(database, cast)
    put_card(database, cast, provider=cast.shore, by=cast.sanna, title={"fi": "Levyseppä"},
             entries={EntryKind.STAGE: ["training"], EntryKind.REGION: ["uusimaa"]},
             services={}, description={"fi": "Pajalla."})  # fmt: skip
    kaisa = browse(cast.kaisa)
    page = kaisa.get("/")
    (way,) = [a for a in page.all(".site-nav a") if a["href"].endswith("/provider-cards")]
    kaisa.get(str(way["href"]))
    page = kaisa.submit("main form", q="siivoojaksi lapissa")
    assert found(page) == ["Learning to clean at work"]
    assert page.value("q") == "siivoojaksi lapissa"
    # The number stands in the list already; the card has the rest.
    assert page.has('#cards a[href="tel:0201234567"]')
    page = kaisa.get(str(page.one("#cards h3 a")["href"]))
    assert "haku@jokiopisto.example" in page.one("#contact").get_text()
    assert "Hakutoimisto" in page.one("#contact").get_text()


def test_a_search_is_narrowed_by_lists_that_tell_their_numbers(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    put_card(database, cast)
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    kaisa.get("/provider-cards")
    page = kaisa.submit("main form", q="siivous", region="kainuu")
    assert found(page) == ["Learning to clean at work"]
    page = kaisa.get("/provider-cards?q=siivous&region=uusimaa")
    assert found(page) == []
    assert page.value("region") == "uusimaa"
    options = [option.get_text() for option in page.all("#region option")]
    assert "Kainuu (1)" in options
    assert "Uusimaa (0)" in options


def test_a_hostile_search_gets_a_clear_answer(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_card(database, cast)
    kaisa = browse(cast.kaisa)
    for query in HOSTILE:
        typed = quote(query, errors="surrogatepass")
        assert kaisa.client.get(f"/provider-cards?q={typed}").status_code == 200, query
    for query in ("<script>alert(1)</script>", '"><b>', "\x00\x01\x1f\ufffe"):
        kaisa.get(f"/provider-cards?q={quote(query)}")
    page = kaisa.get("/provider-cards?q=%25&stage=%27&region=x&page=-5")
    assert page.one("#unusable").get_text().startswith("There is no word")
    assert found(page)
    kaisa.get("/provider-cards?page=abc&q=%00%ff%fe")
    kaisa.get("/provider-cards?page=99999999999999999999")


def test_a_card_is_written_changed_confirmed_and_withdrawn(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, with_htmx: bool
) -> None:
    roope = browse(cast.roope, htmx=with_htmx)
    roope.get("/provider-cards/new")
    page = roope.submit("main form", TYPED, phone="", website="ftp://x", status=422)
    assert page.errors == ["Give a telephone number or an e-mail address."]
    page = roope.submit("main form", email="nobody", website="ftp://x", status=422)
    assert page.errors == ["Write an e-mail address such as name@example.com."]
    assert page.value("title_fi") == TYPED["title_fi"]
    page = roope.submit("main form", email="", phone="020", website="ftp://x", status=422)
    assert page.errors == ["Write the web address from its beginning, https:// included."]
    roope.submit("main form", website="")
    page = roope.follow()
    assert page.flashes == ["The card is in the register."]
    assert "Roope Rehtori" in page.text
    clock.move(days=181)
    page = roope.get(page.url)
    assert "Nobody has confirmed this card since 12/01/2026" in page.text
    page = roope.get("/provider-cards/mine")
    assert "Out of date" in page.one("#own-cards").get_text()
    card = str(page.one("#own-cards a")["href"])
    roope.get(card)
    roope.submit("form[action$='/confirm']")
    page = roope.follow()
    assert page.flashes == ["The card is confirmed as of today."]
    assert "Nobody has confirmed" not in page.text
    roope.get(f"{card}/edit")
    roope.submit("main form", title_fi="Laitoshuoltajaksi")
    assert roope.follow().heading == "Laitoshuoltajaksi"
    roope.get(f"{card}/withdraw")
    roope.submit("main form")
    assert "Withdrawn from the register" in roope.follow().text
    assert roope.get(card).heading == "Laitoshuoltajaksi"
    roope.get(f"{card}/edit", 422)
    browse(cast.kaisa).get(card, 404)


def test_a_writer_who_comes_second_is_told_so_and_keeps_what_they_typed(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_card(database, cast)
    first, second, third = browse(cast.roope), browse(cast.tuula), browse(cast.tuula)
    for one in (first, second):
        one.get(f"/provider-cards/{key}/edit")
    third.get(f"/provider-cards/{key}")
    first.submit("main form", area="Rovaniemi")
    told = "Somebody changed this while you were working on it. Look at the newest version first."
    page = second.submit("main form", area="Utsjoki", status=422)
    assert page.errors == [told]
    assert page.value("area") == "Utsjoki"
    assert third.submit("form[action$='/confirm']", status=422).errors == [told]


def test_remarks_are_between_referrers_and_the_provider(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_card(database, cast)
    url = f"/provider-cards/{key}"
    kaisa, roope = browse(cast.kaisa), browse(cast.roope)
    kaisa.get(url)
    assert kaisa.submit("#new-remark", status=422).errors == ["Write the text."]
    page = kaisa.submit("#new-remark", text="Asiakas 010190-123A", status=422)
    assert len(page.errors) == 1
    assert page.value("text") == "Asiakas 010190-123A"
    kaisa.submit("#new-remark", text="Ryhmät ovat pieniä.")
    assert kaisa.follow().flashes == ["The remark is saved."]
    page = roope.get(url)
    assert not page.has("#new-remark")
    assert "Kaisa Koulutusvastaava" in page.one("#remarks").get_text()
    assert "Ryhmät" not in page.one("#own-words").get_text()
    assert roope.submit("#remarks form", status=422).errors == ["Write the text."]
    with database.reading() as session:
        remark = session.scalars(select(CardRemark.id)).one()
    roope.submit("#remarks form", {f"{remark}-text": "Pidämme ne pieninä."})
    page = roope.follow()
    assert "Pidämme ne pieninä." in page.one("#remarks").get_text()
    assert not page.has("#remarks form")
    assert "Pidämme" in browse(cast.olli).get(url).text
    for person in (cast.sanna, cast.eeva, cast.tarja):
        assert "Ryhmät" not in browse(person).get(url).text


def test_nobody_else_gets_to_the_upkeep_of_a_card(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_card(database, cast)
    url = f"/provider-cards/{key}"
    sanna = browse(cast.sanna)
    for end in ("edit", "withdraw"):
        sanna.get(f"{url}/{end}", 404)
        browse(cast.kaisa).get(f"{url}/{end}", 403)
    for end in ("edit", "withdraw", "confirm", f"remarks/{key}"):
        sanna.post(f"{url}/{end}", status=404)
        browse(cast.olli).post(f"{url}/{end}", status=403)
    sanna.post(f"{url}/remarks", status=403)
    browse(cast.tuula).get(f"{url}/withdraw", 403)
    browse(cast.ada).get(url, 403)
    browse(cast.ada).get("/provider-cards", 403)
    browse().get(url, 303)
    with database.reading() as session:
        assert session.scalars(select(ProviderCard.revision)).all() == [1]


def test_in_whose_name_is_asked_of_whoever_works_for_several(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        for person, place, role in (
            (cast.roope, cast.shore, Role.REPRESENTATIVE),
            (cast.kaisa, cast.buyer, Role.PROCUREMENT_OFFICER),
        ):
            session.add(Membership(person_id=person.id, organisation_id=place.id, role=role))
    roope, kaisa = browse(cast.roope), browse(cast.kaisa)
    roope.get("/provider-cards/new")
    assert roope.submit("main form", TYPED, status=422).errors == ["Choose one of these."]
    roope.submit("main form", provider=str(cast.shore.id))
    assert "Rantaopisto" in roope.follow().text
    with database.reading() as session:
        key = session.scalars(select(ProviderCard.id)).one()
        assert session.get_one(Organisation, cast.shore.id)
    kaisa.get(f"/provider-cards/{key}")
    kaisa.submit("#new-remark", text="Hyvä.", status=422)
    kaisa.submit("#new-remark", organisation=str(cast.buyer.id))
    assert "Esimerkkilän hankinta" in kaisa.follow().one("#remarks").get_text()


def test_lists_take_as_many_queries_at_any_length_and_are_paged(
    browse: Browse, cast: Cast, database: Database
) -> None:
    counts = set()
    rows = 0
    key = None
    for wanted in (2, 23):
        for n in range(rows, wanted):
            key = put_card(database, cast, title={"fi": f"Palvelu {n:03}"})
        for n in range(rows, wanted):
            assert key is not None
            put_remark(database, cast, key, f"Huomio {n}")
        rows = wanted
        roope, kaisa = browse(cast.roope), browse(cast.kaisa)
        seen = []
        for reader, url in (
            (kaisa, "/provider-cards?q=siivous"),
            (kaisa, "/provider-cards"),
            (roope, "/provider-cards/mine"),
            (roope, f"/provider-cards/{key}"),
            (roope, "/provider-cards/new"),
        ):
            reader.get(url)
            seen.append(reader.queries)
        counts.add(tuple(seen))
    assert len(counts) == 1, counts
    page = browse(cast.kaisa).get("/provider-cards?q=siivous&region=lappi&page=2")
    assert found(page) == ["Palvelu 020", "Palvelu 021", "Palvelu 022"]
    back = str(page.one('a[rel="prev"]')["href"])
    assert "q=siivous" in back
    assert "region=lappi" in back
