"""Logging in, guessing, and choosing a new password, without a page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.database import Database
from portal.organisations import usecases
from portal.organisations.models import LoginFailure
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.logged_in import person_of_session
from tests.organisations.acts import (
    AT,
    ELSEWHERE,
    HERE,
    HOUR,
    KEPT,
    begin,
    counted,
    letters,
    log_in,
    newest_token,
)


class TestLoggingIn:
    def test_unknown_closed_and_wrong_are_refused_alike(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            session.merge(cast.sanna).closed_at = AT
            session.flush()
            for email, verified in (
                ("nobody@esimerkki.example", None),
                (cast.roope.email, None),
                (cast.roope.email, "an older hash"),
                (cast.sanna.email, "not a hash"),
            ):
                with pytest.raises(RuleBroken) as refused:
                    log_in(session, email=email, verified=verified)
                assert (refused.value.rule, refused.value.facts) == ("log_in_wrong", {})

    def test_a_session_ends_by_itself(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            token = begin(session, cast.roope)
            almost = AT + 10 * HOUR - timedelta(seconds=1)
            assert person_of_session(session, token, almost) is not None
            assert person_of_session(session, token, AT + 10 * HOUR) is None

    def test_logging_out_ends_this_session_only(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            one, other = begin(session, cast.roope), begin(session, cast.roope)
            usecases.log_out(session, token=one, by=session.merge(cast.roope), at=AT)
            assert person_of_session(session, one, AT) is None
            assert person_of_session(session, other, AT) is not None

    def test_logging_out_everywhere_ends_ones_own_sessions_only(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            mine = [begin(session, cast.roope) for _ in range(3)]
            theirs = begin(session, cast.sanna)
            usecases.log_out_everywhere(session, by=session.merge(cast.roope), at=AT)
            assert [person_of_session(session, one, AT) for one in mine] == [None] * 3
            assert person_of_session(session, theirs, AT) is not None

    def test_the_browsers_token_is_kept_nowhere(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            token = begin(session, cast.roope)
        with database.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM login_session").all()
        assert token not in str(rows)


class TestGuessing:
    EMAIL = "olli@esimerkki.example"

    def guess(
        self,
        database: Database,
        times: int,
        address: str = HERE,
        email: str = EMAIL,
        at: datetime = AT,
    ) -> int:
        """Returns how many of the tries got as far as the password."""
        tried = 0
        for _ in range(times):
            try:
                with unit_of_work(database) as session:
                    usecases.note_try(session, email=email, address=address, at=at)
            except RuleBroken:
                continue
            tried += 1
            with pytest.raises(RuleBroken, match="log_in_wrong"), unit_of_work(database) as session:
                log_in(session, email=email, verified=None, address=address, at=at)
        return tried

    def test_the_sixth_wrong_password_must_wait(self, database: Database, cast: Cast) -> None:
        assert self.guess(database, 30) == 5
        with pytest.raises(RuleBroken) as refused, unit_of_work(database) as session:
            usecases.note_try(session, email=self.EMAIL, address=HERE, at=AT)
        assert refused.value.facts == {"minutes": 1}
        later = AT + timedelta(seconds=30)
        assert self.guess(database, 30, at=later) == 1

    def test_an_unknown_account_is_slowed_down_just_so(self, database: Database) -> None:
        assert self.guess(database, 30, email="nobody@esimerkki.example") == 5

    def test_the_owner_gets_in_from_another_address(self, database: Database, cast: Cast) -> None:
        self.guess(database, 30)
        with unit_of_work(database) as session:
            usecases.note_try(session, email=self.EMAIL, address=ELSEWHERE, at=AT)
        with unit_of_work(database) as session:
            assert log_in(session, email=self.EMAIL, verified="not a hash", address=ELSEWHERE)

    def test_one_address_cannot_try_one_account_after_another(self, database: Database) -> None:
        tried = sum(
            self.guess(database, 1, email=f"person{n}@esimerkki.example") for n in range(70)
        )
        assert tried == 50

    def test_many_addresses_try_one_account_no_oftener_than_one(self, database: Database) -> None:
        tried = sum(self.guess(database, 1, address=f"203.0.113.{n}") for n in range(40))
        assert tried == 12
        assert self.guess(database, 1, address="203.0.113.99", at=AT + HOUR) == 1

    def test_the_right_password_forgets_the_wrong_ones(
        self, database: Database, cast: Cast
    ) -> None:
        self.guess(database, 4)
        with unit_of_work(database) as session:
            usecases.note_try(session, email=self.EMAIL, address=HERE, at=AT)
        with unit_of_work(database) as session:
            log_in(session, email=self.EMAIL, verified="not a hash")
        with database.reading() as session:
            assert counted(session, LoginFailure) == 0
        assert self.guess(database, 30) == 5

    def test_every_refusal_is_on_record_without_naming_anybody(self, database: Database) -> None:
        self.guess(database, 7)
        with database.reading() as session:
            entries = session.scalars(select(AuditEntry).order_by(AuditEntry.n)).all()
            assert [entry.rule for entry in entries] == ["log_in_wrong"] * 5 + ["log_in_wait"] * 2
            assert {entry.act for entry in entries} == {"log_in"}
            assert faults(session) == []
            kept = session.scalars(select(LoginFailure)).all()
            assert len(kept) == 5
            assert self.EMAIL not in str([vars(one) for one in kept])


class TestResetting:
    def ask(self, session: Session, email: str, at: datetime = AT) -> None:
        usecases.request_reset(session, email=email, link_lives=2 * HOUR, at=at)

    def test_a_new_password_ends_all_sessions(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            old = begin(session, cast.roope)
            self.ask(session, cast.roope.email)
            usecases.reset_password(
                session, token=newest_token(session, "reset_password"), password_hash=KEPT, at=AT
            )
            assert person_of_session(session, old, AT) is None
            assert log_in(session, email=cast.roope.email)

    def test_the_link_works_once(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            self.ask(session, cast.roope.email)
            token = newest_token(session, "reset_password")
            usecases.reset_password(session, token=token, password_hash=KEPT, at=AT)
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.reset_password(session, token=token, password_hash="other", at=AT)

    def test_using_one_link_ends_the_others(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            self.ask(session, cast.roope.email)
            first = newest_token(session, "reset_password")
            self.ask(session, cast.roope.email, AT + timedelta(minutes=1))
            second = newest_token(session, "reset_password")
            later = AT + timedelta(minutes=2)
            usecases.reset_password(session, token=second, password_hash=KEPT, at=later)
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.reset_password(session, token=first, password_hash=KEPT, at=later)

    def test_the_link_expires(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            self.ask(session, cast.roope.email)
            token = newest_token(session, "reset_password")
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.reset_password(session, token=token, password_hash=KEPT, at=AT + 2 * HOUR)

    def test_a_link_is_for_one_purpose(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            self.ask(session, cast.roope.email)
            token = newest_token(session, "reset_password")
            with pytest.raises(RuleBroken, match="link_expired"):
                usecases.confirm_email(session, token=token, at=AT)

    def test_unknown_closed_and_invited_are_answered_alike_and_get_no_letter(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            session.merge(cast.sanna).closed_at = AT
            session.merge(cast.eeva).password_hash = None
            session.flush()
            for email in ("nobody@esimerkki.example", cast.sanna.email, cast.eeva.email, "x"):
                self.ask(session, email)
            assert letters(session) == []

    def test_the_owner_who_resets_need_not_wait(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            for _ in range(5):
                usecases.note_try(session, email=cast.roope.email, address=HERE, at=AT)
            self.ask(session, cast.roope.email)
            token = newest_token(session, "reset_password")
            usecases.reset_password(session, token=token, password_hash=KEPT, at=AT)
            usecases.note_try(session, email=cast.roope.email, address=HERE, at=AT)
