from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.accessibility.models import AccessibilityMessage
from portal.database import Database
from portal.jobs.mail import render_letter
from portal.jobs.models import OutgoingMail
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser

Browse = Callable[..., Browser]
TEXT = "Kuvan teksti puuttuu avaamissivulta."


def send(browser: Browser, text: str = TEXT, **more: str) -> None:
    browser.get("/accessibility/feedback")
    browser.submit("main form", text=text, **more)


def the_message(database: Database) -> AccessibilityMessage:
    with database.reading() as session:
        return session.scalars(select(AccessibilityMessage)).one()


def test_everybody_reads_the_statement_in_three_languages(browse: Browse) -> None:
    for language in ("fi", "sv", "en"):
        page = browse(language=language).get("/accessibility")
        assert "27" in page.one("main").get_text()
        assert page.has('a[href="/accessibility/feedback"]')
        assert page.has("#supervisor a")
        assert len(page.all("#gaps li")) >= 3
    assert browse().get("/").has('footer a[href="/accessibility"]')


def test_a_message_is_sent_without_an_account_and_answered_behind_its_own_link(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, with_htmx: bool
) -> None:
    nobody = browse(htmx=with_htmx)
    send(nobody, page="Avaaminen", email="Sanna@Esimerkki.example")
    page = nobody.follow()
    assert "26/01/2026" in page.text
    assert TEXT in page.text
    own = nobody.url
    message = the_message(database)
    assert message.email == "sanna@esimerkki.example"
    olli = browse(cast.olli, htmx=with_htmx)
    assert "14 days left" in olli.get("/accessibility/messages").text
    clock.move(days=15)
    assert "1 day late" in olli.get("/accessibility/messages").text
    waits = olli.get("/waiting")
    link = f"/accessibility/messages/{message.id}"
    assert waits.has(f'a[href="{link}"]')
    olli.get(link)
    refused = olli.submit("main form", text="", status=422)
    assert refused.errors
    olli.submit("main form", text="Lisäsimme tekstin.")
    olli.follow()
    assert not olli.get("/waiting").has(f'a[href="{link}"]')
    assert "Lisäsimme tekstin." in browse().get(own).text
    assert not olli.get(link).has("main form")
    with database.reading() as session:
        mail = session.scalars(
            select(OutgoingMail).where(OutgoingMail.letter == "accessibility_answered")
        ).one()
    _subject, body = render_letter(mail.letter, mail.language, mail.facts, "https://x.example")
    assert mail.address == "sanna@esimerkki.example"
    assert "Lisäsimme tekstin." in body
    assert body.count("https://") == 1


def test_what_is_typed_is_kept_when_the_form_is_refused(browse: Browse) -> None:
    nobody = browse()
    nobody.get("/accessibility/feedback")
    page = nobody.submit("main form", text="Ei toimi.", email="ei osoite", status=422)
    assert page.value("text") == "Ei toimi."
    assert page.value("email") == "ei osoite"
    assert len(page.errors) == 1
    assert len(nobody.submit("main form", text="", email="", status=422).errors) == 1


def test_the_sixth_message_of_an_hour_waits(browse: Browse, clock: SettableClock) -> None:
    nobody = browse()
    for n in range(5):
        send(nobody, f"Viesti {n}")
    nobody.get("/accessibility/feedback")
    page = nobody.submit("main form", text="Kuudes", status=422)
    assert len(page.errors) == 1
    clock.move(hours=2)
    nobody.submit("main form", text="Kuudes")


def test_only_officers_and_the_administrator_read_messages(browse: Browse, cast: Cast) -> None:
    send(browse())
    for person in (cast.roope, cast.eeva, cast.kaisa):
        browse(person).get("/accessibility/messages", 403)
    for person in (cast.olli, cast.ada):
        assert TEXT in browse(person).get("/accessibility/messages").text
    browse().get("/accessibility/feedback/" + "x" * 43, 404)


def test_the_list_takes_the_same_queries_however_long_it_is(
    browse: Browse, cast: Cast, clock: SettableClock
) -> None:
    send(browse(), "Ensimmäinen")
    olli = browse(cast.olli)
    olli.get("/accessibility/messages")
    few = olli.queries
    for n in range(25):
        if n % 5 == 4:
            clock.move(hours=2)
        send(browse(), f"Viesti {n}")
    page = olli.get("/accessibility/messages?page=2")
    assert olli.queries == few
    assert len(page.all("#messages tr")) == 6
