"""Writing, confirming and withdrawing cards, remarks on them, and reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.cli import main
from portal.config import Settings
from portal.database import Database
from portal.jobs.models import OutgoingMail
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import Role
from portal.provider_cards.models import CardRemark, CardTerm, ProviderCard
from portal.provider_cards.rules import EntryKind
from portal.provider_cards.usecases import (
    answer_remark,
    confirm_card,
    remark_on_card,
    remind_keepers,
    withdraw_card,
    write_card,
)
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.waiting.daily import DAILY
from tests.cast import Cast
from tests.provider_cards.cards import CARD, NOW, TODAY, put_card, search, titles

LATE = NOW + timedelta(days=181)
Act = Callable[[Session, ProviderCard, Person], Any]


def does(database: Database, key: UUID, by: Person, act: Act) -> None:
    with unit_of_work(database) as session:
        act(session, session.get_one(ProviderCard, key), session.get_one(Person, by.id))


def refused(database: Database, key: UUID, by: Person, act: Act) -> str:
    with pytest.raises(RuleBroken) as broken:
        does(database, key, by, act)
    return broken.value.rule


def rewriting(cast: Cast, keeper: Person | None = None, revision: int | None = None) -> Act:
    def act(session: Session, card: ProviderCard, by: Person) -> None:
        write_card(
            session,
            card=card,
            provider=card.provider,
            terms=CARD,
            keeper=session.get_one(Person, (keeper or cast.tuula).id),
            by=by,
            at=NOW + timedelta(days=1),
            revision=revision,
        )

    return act


def confirming(at: datetime = NOW, revision: int | None = None) -> Act:
    return lambda session, card, by: confirm_card(
        session, card=card, by=by, at=at, revision=revision
    )


def withdrawing(session: Session, card: ProviderCard, by: Person) -> None:
    withdraw_card(session, card=card, by=by, at=NOW)


def remarking(office: Organisation, text: str = "Ryhmät ovat pieniä.") -> Act:
    return lambda session, card, by: remark_on_card(
        session,
        card=card,
        organisation=session.get_one(Organisation, office.id),
        text=text,
        by=by,
        at=NOW,
    )


def answering(text: str = "Kiitos.") -> Act:
    def act(session: Session, card: ProviderCard, by: Person) -> None:
        remark = session.scalars(select(CardRemark).where(CardRemark.card_id == card.id)).one()
        answer_remark(session, remark=remark, text=text, by=by, at=NOW)

    return act


def test_a_card_written_anew_is_found_by_what_it_says_now_and_counts_as_confirmed(
    database: Database, cast: Cast
) -> None:
    key = put_card(database, cast, title={"fi": "Laivanrakennus"})
    assert titles(search(database, cast, "laivanrakentaja laivanrakennusta"))
    does(database, key, cast.tuula, rewriting(cast, revision=1))
    assert not search(database, cast, "laivanrakennus").rows
    assert titles(search(database, cast, "siivooja"))
    with database.reading() as session:
        card = session.get_one(ProviderCard, key)
        assert card.keys(EntryKind.REGION) == ["kainuu", "lappi"]
        assert card.keeper_id == card.written_by_id == cast.tuula.id
        assert card.confirmed_on == TODAY + timedelta(days=1)
        told = session.scalars(select(AuditEntry).where(AuditEntry.chain == str(key))).all()
        assert [entry.act for entry in told] == ["write_card", "write_card"]
        assert "Siivoojaksi" not in str([entry.facts for entry in told])


def test_the_terms_of_every_card_are_written_anew_on_demand(
    database: Database, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_card(database, cast)
    with database.transaction() as session:
        before = set(session.execute(select(CardTerm.term, CardTerm.weight)))
        session.execute(delete(CardTerm))
    assert not search(database, cast, "siivooja").rows
    monkeypatch.setattr("portal.cli.settings_or_stop", lambda: settings)
    assert CliRunner().invoke(main, ["cards", "reindex"]).output == "Cards written anew: 1\n"
    with database.reading() as session:
        assert set(session.execute(select(CardTerm.term, CardTerm.weight))) == before


def test_only_a_providers_own_people_write_confirm_and_withdraw_its_cards(
    database: Database, cast: Cast
) -> None:
    key = put_card(database, cast)
    for person in (cast.sanna, cast.kaisa, cast.olli, cast.ada):
        for act in (rewriting(cast), confirming(), withdrawing):
            assert refused(database, key, person, act) == "not_permitted"
    # A trainer keeps a card up; that a service ends is the representatives' to say.
    does(database, key, cast.tuula, confirming())
    assert refused(database, key, cast.tuula, withdrawing) == "not_permitted"
    assert refused(database, key, cast.roope, rewriting(cast, keeper=cast.sanna)) == (
        "keeper_elsewhere"
    )
    with pytest.raises(RuleBroken, match="not_permitted"):
        put_card(database, cast, provider=cast.shore)


def test_whoever_has_not_seen_the_newest_version_neither_writes_nor_confirms(
    database: Database, cast: Cast
) -> None:
    key = put_card(database, cast)
    does(database, key, cast.roope, rewriting(cast, revision=1))
    assert refused(database, key, cast.roope, rewriting(cast, revision=1)) == "changed_meanwhile"
    assert refused(database, key, cast.tuula, confirming(revision=1)) == "changed_meanwhile"
    does(database, key, cast.tuula, confirming(revision=2))


def test_a_withdrawn_card_is_not_found_and_does_not_come_back(
    database: Database, cast: Cast
) -> None:
    key = put_card(database, cast)
    does(database, key, cast.roope, withdrawing)
    assert not search(database, cast, "siivooja").rows
    assert not search(database, cast).rows
    for person, act in (
        (cast.roope, rewriting(cast)),
        (cast.roope, confirming()),
        (cast.roope, withdrawing),
        (cast.kaisa, remarking(cast.office)),
    ):
        assert refused(database, key, person, act) == "wrong_state"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CardTerm)) == 0


def test_a_referrer_remarks_and_the_provider_answers_once(database: Database, cast: Cast) -> None:
    key = put_card(database, cast)
    does(database, key, cast.kaisa, remarking(cast.office))
    for person in (cast.sanna, cast.kaisa):
        assert refused(database, key, person, answering()) == "not_permitted"
    assert refused(database, key, cast.roope, answering(" ")) == "text_missing"
    assert refused(database, key, cast.roope, answering("010190-123A")) == "identity_code"
    does(database, key, cast.tuula, answering())
    assert refused(database, key, cast.roope, answering("Vielä.")) == "wrong_state"
    with database.reading() as session:
        remark = session.scalars(select(CardRemark)).one()
        assert (remark.made_by.name, remark.organisation_id) == (cast.kaisa.name, cast.office.id)
        assert (remark.answer, remark.answered_by_id) == ("Kiitos.", cast.tuula.id)


def test_only_referrers_remark_and_never_on_their_own_provider(
    database: Database, cast: Cast
) -> None:
    key = put_card(database, cast)
    for person, office in (
        (cast.roope, cast.river),
        (cast.sanna, cast.office),
        (cast.eeva, cast.buyer),
        (cast.kaisa, cast.buyer),
    ):
        assert refused(database, key, person, remarking(office)) == "not_permitted"
    does(database, key, cast.olli, remarking(cast.buyer))
    assert refused(database, key, cast.kaisa, remarking(cast.office, "")) == "text_missing"
    assert refused(database, key, cast.kaisa, remarking(cast.office, "010190-123A")) == (
        "identity_code"
    )
    with database.transaction() as session:
        session.add(
            Membership(person_id=cast.kaisa.id, organisation_id=cast.river.id, role=Role.COACH)
        )
    assert refused(database, key, cast.kaisa, remarking(cast.office)) == "not_permitted"


def remind(database: Database, at: datetime) -> int:
    with unit_of_work(database) as session:
        return remind_keepers(session, at)


def letters(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at))
        return [(mail.letter, mail.address) for mail in found]


def test_a_keeper_is_reminded_once_each_time_that_a_card_is_out_of_date(
    database: Database, cast: Cast
) -> None:
    key = put_card(database, cast, keeper=cast.tuula)
    assert remind(database, NOW + timedelta(days=180)) == 0
    assert [remind(database, LATE), remind(database, LATE + timedelta(days=40))] == [1, 0]
    does(database, key, cast.tuula, confirming(LATE))
    assert remind(database, LATE) == 0
    # Late by a year, and still one letter.
    assert remind(database, LATE + timedelta(days=500)) == 1
    assert letters(database) == [("card_out_of_date", cast.tuula.email)] * 2
    assert remind_keepers in DAILY


def test_where_the_keeper_has_left_the_representatives_are_told(
    database: Database, cast: Cast
) -> None:
    put_card(database, cast, keeper=cast.tuula)
    gone = put_card(database, cast, keeper=cast.roope)
    does(database, gone, cast.roope, withdrawing)
    with database.transaction() as session:
        session.execute(delete(Membership).where(Membership.person_id == cast.tuula.id))
    assert remind(database, LATE) == 1
    assert letters(database) == [("card_without_keeper", cast.roope.email)]
