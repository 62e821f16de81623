"""What is found by whom: nothing but what their own lists show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from portal.audit.record import taken_shown
from portal.database import Database
from portal.finding.models import SearchTerm
from portal.finding.queries import MOST_HITS, Group, found_by, organisation_page
from portal.finding.rules import terms_of, typed_in
from portal.finding.usecases import reindex
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from tests.cast import SINCE, Cast
from tests.finding.world import Sides, two_sides

AT = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
PUBLIC = {"calls", "organisations"}


@pytest.fixture
def sides(database: Database, cast: Cast) -> Sides:
    return two_sides(database, cast)


def find(database: Database, person: Person, text: str) -> list[Group]:
    with database.reading() as session:
        return found_by(session, session.get_one(Person, person.id), typed_in(text), AT)


def kinds(database: Database, person: Person, text: str) -> set[str]:
    return {group.kind for group in find(database, person, text)}


EVERYTHING = {"calls", "contracts", "call_offs", "trainings", "soundings", "cards"}
WHAT_EACH_FINDS = {
    "olli": EVERYTHING,
    "aino": EVERYTHING,
    "paula": EVERYTHING,
    "tarja": EVERYTHING,
    "eeva": {"calls", "cards"},
    "erik": {"calls", "cards"},
    "kaisa": {"calls", "call_offs", "trainings", "cards"},
    "roope": {"calls", "contracts", "call_offs", "trainings", "cards"},
    "tuula": {"calls", "contracts", "call_offs", "trainings", "cards"},
    "sanna": {"calls", "cards"},
    "eva": {"calls", "cards"},
    "ada": {"calls"},
}


def test_each_finds_by_a_word_what_their_lists_show(
    database: Database, cast: Cast, sides: Sides
) -> None:
    found = {name: kinds(database, getattr(cast, name), "väykky") for name in WHAT_EACH_FINDS}
    assert found == WHAT_EACH_FINDS


def test_nobody_finds_a_strangers_things_nor_learns_how_many_there_are(
    database: Database, cast: Cast, sides: Sides
) -> None:
    for one in cast.people:
        if one.id == cast.eva.id:
            continue
        seen = find(database, one, sides.others.word)
        assert {group.kind for group in seen} <= PUBLIC, one.name
        numbers = {hit.number for group in seen if group.kind == "calls" for hit in group.hits}
        assert numbers == {"Zorkki-2026-1"}, one.name
        assert not any(group.more for group in seen)
        assert kinds(database, one, sides.others.participant) <= PUBLIC
    for stranger in (cast.eva, sides.their_sponsor, sides.their_representative):
        assert not kinds(database, stranger, "Väykky-L1")
        assert kinds(database, stranger, "väykky") <= {"calls", "cards"}


def test_a_participant_is_found_by_the_whole_number_and_without_a_name(
    database: Database, cast: Cast, sides: Sides
) -> None:
    number = sides.own.participant
    for one in (cast.kaisa, cast.tuula):
        group = next(
            g for g in find(database, one, number.lower().title()) if g.kind == "participants"
        )
        assert [hit.number for hit in group.hits] == [number]
    assert "participants" not in kinds(database, cast.kaisa, number[:-1])
    assert "participants" not in kinds(database, cast.olli, number)
    with database.reading() as session:
        kaisa = session.get_one(Person, cast.kaisa.id)
        found_by(session, kaisa, typed_in(number), AT)
        assert len(taken_shown(session)) == 1
        found_by(session, kaisa, typed_in(number[:-1]), AT)
        assert not taken_shown(session)


def test_what_hangs_on_a_contract_is_found_by_its_number_under_it(
    database: Database, cast: Cast, sides: Sides
) -> None:
    for text in ("Väykky-2026-1/sea/1", "väykky-2026-1/sea / 1"):
        found = find(database, cast.kaisa, text)
        numbers = {group.kind: [hit.number for hit in group.hits] for group in found}
        assert numbers["trainings"] == numbers["call_offs"] == ["Väykky-2026-1/sea/1"]
    assert not find(database, cast.kaisa, "Väykky-2026-1/sea/7")


def test_each_word_narrows_and_other_parties_names_count(
    database: Database, cast: Cast, sides: Sides
) -> None:
    assert "contracts" in kinds(database, cast.olli, "väykky jokiop")
    assert "contracts" not in kinds(database, cast.olli, "väykky rantaop")


def test_a_new_name_is_found_at_once_and_the_old_one_no_longer(
    database: Database, cast: Cast, sides: Sides
) -> None:
    with database.transaction() as session:
        session.get_one(Procurement, sides.own.draft).title = {"fi": "Uudistunut"}
    assert kinds(database, cast.olli, "uudis") == {"calls"}
    assert not kinds(database, cast.olli, "väykkyluonnos")
    with database.transaction() as session:
        session.delete(session.get_one(Procurement, sides.own.draft))
    assert not kinds(database, cast.olli, "uudis")


def test_words_written_anew_are_those_that_were_kept(
    database: Database, cast: Cast, sides: Sides
) -> None:
    def terms() -> set[tuple[str, str, str]]:
        with database.reading() as session:
            rows = session.execute(select(SearchTerm.kind, SearchTerm.term, SearchTerm.key))
            return {(kind, term, str(key)) for kind, term, key in rows}

    kept = terms()
    with database.transaction() as session:
        reindex(session)
    assert terms() == kept


def test_only_the_first_of_a_kind_are_shown_and_that_there_are_more(
    database: Database, cast: Cast, sides: Sides
) -> None:
    with database.transaction() as session:
        for n in range(MOST_HITS + 1):
            session.add(
                Procurement(
                    reference=f"MONTA-{n}",
                    title={"fi": "Monta"},
                    kind="capacity",
                    state="draft",
                    buyer_id=cast.buyer.id,
                    created_by_id=cast.olli.id,
                    created_at=SINCE,
                )
            )
    [group] = find(database, cast.olli, "monta")
    assert (len(group.hits), group.more) == (MOST_HITS, True)
    assert not find(database, cast.eva, "monta")


def test_an_organisations_page_holds_what_its_reader_sees_and_no_more(
    database: Database, cast: Cast, sides: Sides
) -> None:
    with database.reading() as session:
        school = session.scalar(
            select(Organisation.id).where(Organisation.name["fi"].as_string() == "Zorkkiopisto")
        )
        assert school is not None

        def of(person: Person, key: object) -> set[str]:
            one = session.get_one(Person, person.id)
            return {group.kind for group in organisation_page(session, key, one, AT).groups}  # type: ignore[arg-type]

        assert of(cast.olli, school) == set()
        assert of(sides.their_representative, school) == {"contracts", "call_offs", "trainings"}
        assert of(cast.olli, cast.river.id) == {"contracts", "call_offs", "trainings", "cards"}
        assert of(cast.eva, cast.buyer.id) == {"calls"}


def test_no_term_holds_a_capital_letter() -> None:
    assert all(term == term.casefold() for term in terms_of(["ÅÄÖ Kissa-KOIRA"]))
