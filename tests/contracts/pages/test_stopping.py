"""Holding, releasing and refusing on the pages, and what each state says to its readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.contracts.models import Contract
from portal.database import Database
from tests.conftest import SettableClock
from tests.contracts.conftest import CONCLUDED, FIRST_SIGNING, Story
from tests.page import Browser, words

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CONCLUDED


def test_the_officer_holds_and_the_signatory_releases(
    story: Story, browse: Browse, clock: SettableClock, with_htmx: bool
) -> None:
    key = story.ready()
    clock.at = FIRST_SIGNING
    hanna = browse(story.person("hanna"), htmx=with_htmx)
    hanna.get(f"/contracts/{key}")
    hanna.get(f"/contracts/{key}/hold")
    hanna.submit("main form", {"reason": "The plan of staff is unclear."})
    page = hanna.follow()
    assert page.flashes == ["The contract is on hold. Nobody can approve it until it is released."]
    assert "On hold" in page.one(".status").get_text()
    harri = browse(story.person("harri"))
    page = harri.get(f"/contracts/{key}")
    assert "The plan of staff is unclear." in page.text
    assert "nobody can approve it now" in page.text
    assert not page.has("main form")
    assert harri.post(f"/contracts/{key}/approve", {}, 422).errors == [
        "This cannot be done at this stage."
    ]
    sirpa = browse(story.person("sirpa"), htmx=with_htmx)
    sirpa.get(f"/contracts/{key}/release")
    sirpa.submit("main form", {"reason": "It has been cleared up."})
    page = sirpa.follow()
    assert page.flashes == ["The contract has been released. It awaits approval again."]
    assert page.has("main form"), "it can be approved again"
    for said in (
        "Was put on hold",
        "Was released",
        "Sirpa Sinetti",
        "It has been cleared up.",
    ):
        assert said in page.text, said


def test_the_provider_refuses_and_the_officer_concludes_anew(
    story: Story, browse: Browse, database: Database
) -> None:
    key = story.ready()
    harri = browse(story.person("harri"))
    harri.get(f"/contracts/{key}/refuse")
    harri.submit("main form", {"reason": "The capacity is not the one we offered."})
    page = harri.follow()
    assert page.flashes == ["You have refused the contract. The other party has been told."]
    assert "never comes into force" in page.text
    assert "Conclude a new contract" not in page.text
    hanna = browse(story.person("hanna"))
    page = hanna.get(f"/contracts/{key}")
    assert "The capacity is not the one we offered." in page.text
    link = next(a for a in page.all("main a") if "Conclude a new contract" in a.get_text())
    hanna.get(str(link["href"]))
    hanna.submit("main form", {"language": "sv"})
    page = hanna.follow()
    assert page.heading == "Contract ESIM/7/2026/coast/2"
    assert "På svenska" in page.text
    assert "Conclude a new contract" not in hanna.get(f"/contracts/{key}").text
    with database.reading() as session:
        states = {row.reference: row.state for row in session.query(Contract)}
    assert states == {
        "ESIM/7/2026/coast": "refused",
        "ESIM/7/2026/coast/2": "awaiting_approval",
    }


def test_a_reason_left_out_is_asked_for_beside_its_field(story: Story, browse: Browse) -> None:
    key = story.conclude()
    hanna = browse(story.person("hanna"))
    hanna.get(f"/contracts/{key}/hold")
    page = hanna.post(f"/contracts/{key}/hold", {"reason": "  "}, 422)
    assert page.errors == ["Give a reason."]
    page = hanna.post(f"/contracts/{key}/hold", {"reason": "x" * 5_001}, 422)
    assert page.errors == ["Shorten this text to at most 5,000 characters."]
    assert "x" * 5_001 in page.one("textarea").get_text()


def test_each_sees_only_what_they_may_do_now(story: Story, browse: Browse) -> None:
    key = story.conclude()
    may = {
        "hanna": {"hold"},
        "sirpa": {"hold", "refuse"},
        "harri": {"refuse"},
        "paavo": set(),
        "aatos": set(),
        "tarja": set(),
    }
    for who, acts in may.items():
        reader = browse(story.person(who))
        links = {
            str(a["href"]).rpartition("/")[2] for a in reader.get(f"/contracts/{key}").all("a")
        }
        assert links & {"hold", "release", "refuse"} == acts, who
    story.stop("hold_contract", key, "hanna")
    page = browse(story.person("sirpa")).get(f"/contracts/{key}")
    links = {str(a["href"]).rpartition("/")[2] for a in page.all("a")}
    assert links & {"hold", "release", "refuse"} == {"release", "refuse"}


def test_the_doors_are_shut_to_others(story: Story, browse: Browse) -> None:
    key = story.conclude()
    for act, shut, foreign in (
        ("hold", ("harri", "paavo", "eero", "tarja"), ()),
        ("release", ("harri", "paavo"), ()),
        ("refuse", ("hanna", "paavo", "tarja"), ("raili", "saara")),
    ):
        for who in shut:
            browse(story.person(who)).get(f"/contracts/{key}/{act}", 403)
            browse(story.person(who)).post(f"/contracts/{key}/{act}", {"reason": "x"}, 403)
        for who in foreign:
            browse(story.person(who)).get(f"/contracts/{key}/{act}", 404)
            browse(story.person(who)).post(f"/contracts/{key}/{act}", {"reason": "x"}, 404)
        browse().get(f"/contracts/{key}/{act}", 303)


def test_what_can_no_longer_be_done_is_said_instead_of_asked(story: Story, browse: Browse) -> None:
    key = story.conclude()
    story.void("coast")
    sirpa = browse(story.person("sirpa"))
    for act in ("hold", "release", "refuse"):
        page = sirpa.get(f"/contracts/{key}/{act}")
        assert "This cannot be done now" in page.text
        assert not page.has("main form")
        page = sirpa.post(f"/contracts/{key}/{act}", {"reason": "Too late."}, 422)
        assert page.errors == ["This cannot be done at this stage."]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_state_says_what_it_means_in_every_language(
    story: Story, browse: Browse, language: str
) -> None:
    key = story.conclude()
    hanna = browse(story.person("hanna"), language)
    said = set()

    def look() -> None:
        page = hanna.get(f"/contracts/{key}")
        said.add(words(page.one("#contract .status").find_next("p")))
        for act in ("hold", "release"):
            hanna.get(f"/contracts/{key}/{act}")

    look()
    story.stop("hold_contract", key, "hanna")
    look()
    story.void("coast")
    look()
    key = story.conclude()
    browse(story.person("harri"), language).get(f"/contracts/{key}/refuse")
    story.stop("refuse_contract", key, "harri")
    look()
    assert len(said) == 4
