"""What is done with organisations and people, without a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.jobs.models import Job, OutgoingMail
from portal.organisations import queries, usecases
from portal.organisations.models import Organisation, Person
from portal.organisations.passwords import hash_chosen, matches
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.logged_in import person_of_session
from tests.organisations.acts import (
    AT,
    DAY,
    HERE,
    HOUR,
    KEPT,
    begin,
    counted,
    letters,
    log_in,
    newest_token,
    sign_up,
)


class TestSigningUp:
    def test_the_address_must_be_confirmed_before_the_first_log_in(
        self, database: Database
    ) -> None:
        with database.transaction() as session:
            sign_up(session)
            with pytest.raises(RuleBroken, match="email_unconfirmed"):
                log_in(session)
            usecases.confirm_email(session, token=newest_token(session, "confirm_email"), at=AT)
            token = log_in(session)
            person = person_of_session(session, token, AT)
            assert person is not None
            assert person.email == "maija@metsaopisto.example"
            (organisation,) = person.organisations_as(Role.REPRESENTATIVE)
            assert organisation.kinds == {Kind.PROVIDER}
            assert organisation.name == {"fi": "Metsäopisto", "en": "Forest College"}

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"business_id": "0112038-8"}, "business_id_wrong"),
            ({"business_id": " "}, "business_id_wrong"),
            ({"business_id": "1234567-1"}, "business_id_taken"),
            ({"business_id": "12345671"}, "business_id_taken"),
            ({"organisation_name": {"fi": "  "}}, "name_missing"),
            ({"name": ""}, "name_missing"),
            ({"email": "maija"}, "email_wrong"),
        ],
    )
    def test_what_is_missing_or_wrong_is_refused_and_adds_nothing(
        self, database: Database, cast: Cast, changes: dict[str, Any], rule: str
    ) -> None:
        with pytest.raises(RuleBroken, match=rule), unit_of_work(database) as session:
            sign_up(session, **changes)
        with database.reading() as session:
            assert counted(session, Person) == len(cast.people)
            assert counted(session, Organisation) == 6
            assert letters(session) == []
            entry = session.scalars(select(AuditEntry)).one()
            assert (entry.outcome, entry.rule) == ("denied", rule)

    def test_a_known_address_is_told_by_mail_only(self, database: Database, cast: Cast) -> None:
        with unit_of_work(database) as session:
            sign_up(session, email=cast.roope.email.upper())
        with database.reading() as session:
            assert letters(session) == ["account_exists"]
            assert counted(session, Person) == len(cast.people)
            assert counted(session, Organisation) == 6

    def test_nobody_is_pestered_with_letters(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            for minute in range(6):
                sign_up(session, email=cast.roope.email, at=AT + timedelta(minutes=minute))
            assert letters(session) == ["account_exists"] * 3


class TestInviting:
    def invite(self, session: Session, cast: Cast, **changes: Any) -> Person:
        return usecases.invite_person(
            session,
            **{
                "organisation": session.merge(cast.office),
                "name": "Uusi Arvioija",
                "email": "uusi@esimerkki.example",
                "roles": [Role.EVALUATOR],
                "language": "sv",
                "link_lives": 14 * DAY,
                "by": session.merge(cast.ada),
                "at": AT,
                **changes,
            },
        )

    def test_whoever_signed_up_with_an_invited_address_gets_nothing_by_it(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            sign_up(session, email="uusi@esimerkki.example", name="Joku Muu")
            signed_up = newest_token(session, "confirm_email")
            person = self.invite(session, cast)
            assert (person.name, person.password_hash) == ("Uusi Arvioija", None)
            assert [one.role for one in person.memberships] == [Role.EVALUATOR]
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.confirm_email(session, token=signed_up, at=AT)
            token = newest_token(session, "invitation")
            usecases.accept_invitation(
                session, token=token, password_hash="of their own", language="fi", at=AT
            )
            with pytest.raises(RuleBroken, match="log_in_wrong"):
                log_in(session, email=person.email)

    def test_an_evaluator_of_an_employment_office_takes_the_account_into_use(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            person = self.invite(session, cast)
            assert session.scalars(select(OutgoingMail.language)).all() == ["sv"]
            with pytest.raises(RuleBroken, match="log_in_wrong"):
                log_in(session, email=person.email, verified=None)
            token = newest_token(session, "invitation")
            usecases.accept_invitation(
                session, token=token, password_hash=KEPT, language="en", at=AT + DAY
            )
            assert log_in(session, email=person.email, at=AT + DAY)
            assert person.holds({Role.EVALUATOR}, cast.office.id)
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.accept_invitation(
                    session, token=token, password_hash="another", language="en", at=AT + DAY
                )

    def test_only_an_administrator_invites(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session, pytest.raises(RuleBroken, match="not_permitted"):
            self.invite(session, cast, by=session.merge(cast.olli))

    @pytest.mark.parametrize("role", [Role.OPENER, Role.REPRESENTATIVE, Role.ADMINISTRATOR])
    def test_a_role_that_the_organisations_kinds_do_not_have_is_refused(
        self, database: Database, cast: Cast, role: Role
    ) -> None:
        with (
            pytest.raises(RuleBroken, match="role_wrong_for_kind"),
            unit_of_work(database) as session,
        ):
            self.invite(session, cast, roles=[Role.EVALUATOR, role])
        with database.reading() as session:
            assert queries.person_by_email(session, "uusi@esimerkki.example") is None

    def test_a_second_invitation_ends_the_first_ones_link(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            self.invite(session, cast)
            first = newest_token(session, "invitation")
            self.invite(session, cast, at=AT + HOUR)
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.accept_invitation(
                    session, token=first, password_hash=KEPT, language="fi", at=AT + HOUR
                )

    def test_who_has_an_account_gets_another_role_and_keeps_the_rest(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            person = self.invite(session, cast, email=cast.eeva.email, name="Another Name")
            assert person.id == cast.eeva.id
            assert person.name == cast.eeva.name
            assert person.holds({Role.EVALUATOR}, cast.buyer.id)
            assert person.holds({Role.EVALUATOR}, cast.office.id)
            assert letters(session) == ["roles_added"]

    def test_a_closed_account_is_not_invited(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            session.merge(cast.eeva).closed_at = AT
            with pytest.raises(RuleBroken, match="account_closed"):
                self.invite(session, cast, email=cast.eeva.email)

    def test_an_administrator_gives_no_role_to_themselves(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            with pytest.raises(RuleBroken, match="role_for_oneself"):
                self.invite(session, cast, email=cast.ada.email)
            assert not session.merge(cast.ada).holds({Role.EVALUATOR})


class TestTheAccount:
    def test_a_new_password_keeps_this_browser_and_ends_the_others(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            here, there = begin(session, cast.roope), begin(session, cast.roope)
            usecases.change_password(
                session,
                verified="not a hash",
                password_hash=KEPT,
                token=here,
                address=HERE,
                by=session.merge(cast.roope),
                at=AT,
            )
            assert person_of_session(session, here, AT) is not None
            assert person_of_session(session, there, AT) is None

    def test_a_new_password_takes_the_old_one(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session, pytest.raises(RuleBroken, match="password_wrong"):
            usecases.change_password(
                session,
                verified=None,
                password_hash=KEPT,
                token="",
                address=HERE,
                by=session.merge(cast.roope),
                at=AT,
            )

    def test_closing_ends_sessions_links_and_roles_at_once(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            person = session.merge(cast.roope)
            token = begin(session, person)
            usecases.request_reset(session, email=person.email, link_lives=2 * HOUR, at=AT)
            link = newest_token(session, "reset_password")
            usecases.close_account(session, person=person, by=session.merge(cast.ada), at=AT)
            assert person_of_session(session, token, AT) is None
            assert not person.holds({Role.REPRESENTATIVE})
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.reset_password(session, token=link, password_hash=KEPT, at=AT)
            with pytest.raises(RuleBroken, match="account_closed"):
                usecases.close_account(session, person=person, by=session.merge(cast.ada), at=AT)

    def test_only_oneself_or_an_administrator_closes(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            roope, sanna = session.merge(cast.roope), session.merge(cast.sanna)
            with pytest.raises(RuleBroken, match="not_permitted"):
                usecases.close_account(session, person=roope, by=sanna, at=AT)
            with pytest.raises(RuleBroken, match="password_wrong"):
                usecases.close_account(session, person=roope, by=roope, at=AT)
            usecases.close_account(
                session, person=roope, by=roope, at=AT, verified=roope.password_hash
            )
            assert roope.closed_at == AT

    def test_the_language_is_one_of_three(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            roope = session.merge(cast.roope)
            usecases.change_language(session, language="sv", by=roope, at=AT)
            assert roope.language == "sv"
            with pytest.raises(RuleBroken, match="language_unknown"):
                usecases.change_language(session, language="de", by=roope, at=AT)


class TestRegistering:
    def test_an_organisation_may_be_several_things_at_once(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            area = usecases.add_organisation(
                session,
                name={"fi": "Kuntien työllisyysalue"},
                kinds=[Kind.BUYER, Kind.EMPLOYMENT_OFFICE, Kind.BUYER],
                business_id=None,
                by=session.merge(cast.ada),
                at=AT,
            )
            assert area.kinds == {Kind.BUYER, Kind.EMPLOYMENT_OFFICE}
            person = usecases.register_person(
                session,
                name="Pekka Päällikkö",
                email="pekka@esimerkki.example",
                memberships=[(area, Role.OPENER), (area, Role.COURSE_SPONSOR)],
                password_hash=KEPT,
                at=AT,
            )
            assert log_in(session, email=person.email)
            assert letters(session) == []

    def test_an_organisation_needs_a_kind(self, database: Database) -> None:
        with database.transaction() as session, pytest.raises(RuleBroken, match="kind_missing"):
            usecases.register_organisation(
                session, name={"fi": "X"}, kinds=[], business_id=None, at=AT
            )

    def test_only_an_administrator_adds_organisations(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session, pytest.raises(RuleBroken, match="not_permitted"):
            usecases.add_organisation(
                session,
                name={"fi": "X"},
                kinds=[Kind.BUYER],
                business_id=None,
                by=session.merge(cast.paula),
                at=AT,
            )

    def test_an_address_belongs_to_one_person(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session, pytest.raises(RuleBroken, match="email_taken"):
            usecases.register_person(
                session,
                name="Toinen",
                email=" ROOPE@esimerkki.example",
                memberships=[],
                password_hash=None,
                at=AT,
            )

    def test_an_organisation_is_found_by_business_id_or_finnish_name(
        self, database: Database, cast: Cast
    ) -> None:
        with database.reading() as session:
            found = [
                queries.organisation_known_as(session, text)
                for text in ("1234567-1", "Jokiopisto", "Jokiopist")
            ]
            assert [one and one.id for one in found] == [cast.buyer.id, cast.river.id, None]


def test_passwords_are_kept_as_argon2_and_matched_however_letters_are_composed() -> None:
    kept = hash_chosen("pääsky lentää etelään", "a@b.fi")
    assert kept.startswith("$argon2id$")
    assert matches(kept, "pa\u0308a\u0308sky lenta\u0308a\u0308 etela\u0308a\u0308n")
    assert not matches(kept, "paasky lentaa etelaan")
    assert not matches(None, "pääsky lentää etelään")
    assert not matches("not a hash", "x")


def test_a_letter_and_its_job_are_written_with_the_act_or_not_at_all(
    database: Database, cast: Cast
) -> None:
    def asked_and_broken_off() -> None:
        with unit_of_work(database) as session:
            usecases.request_reset(session, email=cast.roope.email, link_lives=HOUR, at=AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked_and_broken_off()
    with database.reading() as session:
        assert counted(session, OutgoingMail) == counted(session, Job) == 0
