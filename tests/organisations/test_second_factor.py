"""The second factor without a page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.cli import main
from portal.config import Settings
from portal.database import Database
from portal.organisations import codes, queries, usecases
from portal.organisations.models import RecoveryCode, SecondFactor
from portal.organisations.rules import hash_of
from portal.permissions import Role
from portal.shared.errors import RuleBroken
from portal.storage.models import SealedBlob
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.logged_in import person_of_session
from tests.organisations.acts import AT, begin, counted, letters
from tests.organisations.devices import SECRET, code_at, enrolled
from tests.promises.figures import leave, times

STEP = timedelta(seconds=30)


def give(session: Session, cast: Cast, code: str, at: datetime = AT) -> str:
    token = begin(session, session.merge(cast.roope), AT)
    return usecases.give_code(
        session,
        token=token,
        code=code,
        by=session.merge(cast.roope),
        at=at,
    )


class TestCodes:
    def test_a_code_is_in_force_in_its_step_and_the_one_before_and_after(self) -> None:
        found = [codes.step_of(SECRET, code_at(AT, steps=n), AT) for n in (-2, -1, 0, 1, 2)]
        now = int(AT.timestamp()) // 30
        assert found == [None, now - 1, now, now + 1, None]

    def test_the_secret_offered_is_of_this_log_in_and_this_person_alone(self, cast: Cast) -> None:
        one = codes.offered_secret(b"k" * 32, "token", cast.roope.id)
        assert one == codes.offered_secret(b"k" * 32, "token", cast.roope.id)
        assert len(one) == 32
        others = {
            codes.offered_secret(b"l" * 32, "token", cast.roope.id),
            codes.offered_secret(b"k" * 32, "other", cast.roope.id),
            codes.offered_secret(b"k" * 32, "token", cast.sanna.id),
        }
        assert one not in others
        assert len(others) == 3

    def test_the_picture_has_no_style_that_the_policy_forbids(self) -> None:
        drawn = codes.picture_of(SECRET, "roope@esimerkki.example")
        assert drawn.startswith("<svg ")
        assert "style" not in drawn
        assert "script" not in drawn

    def test_recovery_codes_are_ten_different_ones(self) -> None:
        made = codes.new_recovery_codes()
        assert len(set(made)) == len(made) == 10
        assert {len(codes.bare(code)) for code in made} == {16}


class TestEnrolling:
    def test_only_a_code_of_the_application_takes_it_into_use(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            roope = session.merge(cast.roope)
            token = begin(session, roope)
            with pytest.raises(RuleBroken, match="code_wrong"):
                usecases.enrol(session, secret=SECRET, code="000000", token=token, by=roope, at=AT)
            assert counted(session, SecondFactor) == 0

    def test_the_secret_and_the_codes_are_kept_in_no_table_in_the_clear(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            told = enrolled(session, cast.roope, AT)
            assert counted(session, RecoveryCode) == 10
        with database.reading() as session:
            sealed = session.scalars(select(SealedBlob)).one()
            assert SECRET.encode() not in sealed.ciphertext
            kept = session.scalars(select(RecoveryCode.code_hash)).all()
            factor = session.scalars(select(SecondFactor)).one()
        assert SECRET not in str(vars(factor))
        assert not {codes.bare(code) for code in told} & set(kept)
        assert not {hash_of(code) for code in told} & set(kept)

    def test_other_sessions_end_and_this_one_has_another_token(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            roope = session.merge(cast.roope)
            here, there = begin(session, roope), begin(session, roope)
            renewed, _codes = usecases.enrol(
                session, secret=SECRET, code=code_at(AT), token=here, by=roope, at=AT
            )
            assert person_of_session(session, here, AT) is None
            assert person_of_session(session, there, AT) is None
            assert person_of_session(session, renewed, AT) is not None

    def test_whoever_has_one_must_give_it_before_changing_it(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            enrolled(session, cast.roope, AT)
            roope = session.merge(cast.roope)
            half_way = begin(session, roope)
            with pytest.raises(RuleBroken, match="not_permitted"):
                usecases.enrol(
                    session, secret=SECRET, code=code_at(AT), token=half_way, by=roope, at=AT
                )


class TestLoggingIn:
    def test_until_the_code_is_given_nobody_is_logged_in(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            enrolled(session, cast.roope, AT)
            roope = session.merge(cast.roope)
            half_way = begin(session, roope)
            assert person_of_session(session, half_way, AT) is None
            token = usecases.give_code(session, token=half_way, code=code_at(AT), by=roope, at=AT)
            assert token != half_way
            assert queries.log_in_of(session, half_way, AT) is None
            assert person_of_session(session, token, AT) == roope

    def test_a_code_is_accepted_once(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            enrolled(session, cast.roope, AT)
            give(session, cast, code_at(AT))
            for steps in (0, -1):
                with pytest.raises(RuleBroken, match="code_used"):
                    give(session, cast, code_at(AT, steps=steps))
            give(session, cast, f" {code_at(AT + STEP)[:3]} {code_at(AT + STEP)[3:]}", AT + STEP)

    def test_a_recovery_code_works_once_however_it_is_written(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            told = enrolled(session, cast.roope, AT)
            give(session, cast, told[0].upper().replace("-", " "))
            with pytest.raises(RuleBroken, match="code_wrong"):
                give(session, cast, told[0])
            shown = queries.second_factor_page(session, session.merge(cast.roope))
            assert shown["codes_left"] == 9

    def test_anothers_recovery_code_is_worth_nothing(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            enrolled(session, cast.roope, AT)
            others = enrolled(session, cast.sanna, AT)
            with pytest.raises(RuleBroken, match="code_wrong"):
                give(session, cast, others[0])

    def test_new_recovery_codes_end_the_old_ones(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            old = enrolled(session, cast.roope, AT)
            new = usecases.make_recovery_codes(session, by=session.merge(cast.roope), at=AT)
            with pytest.raises(RuleBroken, match="code_wrong"):
                give(session, cast, old[1])
            give(session, cast, new[1])

    def test_who_gets_such_a_role_owes_the_code_at_the_next_request(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            token = begin(session, session.merge(cast.roope))
            assert person_of_session(session, token, AT) is not None
            usecases.invite_person(
                session,
                organisation=session.merge(cast.buyer),
                name="Roope",
                email=cast.roope.email,
                roles=[Role.OPENER],
                language=None,
                link_lives=timedelta(days=1),
                by=session.merge(cast.ada),
                at=AT,
            )
            assert person_of_session(session, token, AT) is None


class TestLosing:
    def test_an_administrator_resets_it_and_the_owner_is_told(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            enrolled(session, cast.roope, AT)
            roope = session.merge(cast.roope)
            token = begin(session, roope)
            usecases.reset_second_factor(session, person=roope, by=session.merge(cast.ada), at=AT)
            assert queries.log_in_of(session, token, AT) is None
            assert (counted(session, SecondFactor), counted(session, RecoveryCode)) == (0, 0)
            assert counted(session, SealedBlob) == 0
            assert letters(session) == ["second_factor_reset"]
            kept = session.scalars(select(AuditEntry).order_by(AuditEntry.n.desc())).first()
            assert kept is not None
            assert (kept.act, kept.by) == ("reset_second_factor", cast.ada.id)

    def test_nobody_else_resets_it_and_no_administrator_their_own(
        self, database: Database, cast: Cast
    ) -> None:
        with database.transaction() as session:
            enrolled(session, cast.ada, AT)
            for by, rule in ((cast.ada, "factor_of_oneself"), (cast.olli, "not_permitted")):
                with pytest.raises(RuleBroken, match=rule):
                    usecases.reset_second_factor(
                        session, person=session.merge(cast.ada), by=session.merge(by), at=AT
                    )

    def test_the_only_administrator_is_let_in_again_by_a_command(
        self,
        database: Database,
        cast: Cast,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with database.transaction() as session:
            enrolled(session, cast.ada, AT)
        monkeypatch.setattr("portal.cli.settings_or_stop", lambda: settings)
        command = ["user", "reset-second-factor", "--email"]
        assert CliRunner().invoke(main, [*command, cast.ada.email]).exit_code == 0
        with database.reading() as session:
            assert counted(session, SecondFactor) == 0
        again = CliRunner().invoke(main, [*command, cast.ada.email])
        assert (again.exit_code, again.output) == (1, "Refused: second_factor_off\n")
        assert CliRunner().invoke(main, [*command, "x@x.example"]).exit_code == 1

    def test_only_whoever_needs_none_switches_it_off(self, database: Database, cast: Cast) -> None:
        with database.transaction() as session:
            for person in (cast.roope, cast.kaisa):
                enrolled(session, person, AT)
            usecases.switch_off_second_factor(
                session, token="", by=session.merge(cast.roope), at=AT
            )
            with pytest.raises(RuleBroken, match="second_factor_needed"):
                usecases.switch_off_second_factor(
                    session, token="", by=session.merge(cast.kaisa), at=AT
                )


@pytest.mark.trust
def test_codes_cannot_be_guessed(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        told = enrolled(session, cast.roope, AT)
    tries, looked_at = times(150, 10_000), 0
    for n in range(tries):
        at = AT + timedelta(hours=1) * n / tries
        try:
            with unit_of_work(database) as session:
                roope = session.merge(cast.roope)
                usecases.note_code_try(session, recovery=False, by=roope, at=at)
        except RuleBroken:
            continue
        looked_at += 1
        with pytest.raises(RuleBroken, match="code_wrong"), unit_of_work(database) as session:
            give(session, cast, "not it", at)
    assert looked_at <= 20
    later = AT + timedelta(hours=1)
    with unit_of_work(database) as session:
        usecases.note_code_try(session, recovery=True, by=session.merge(cast.roope), at=later)
        give(session, cast, told[3], later)
    leave(
        "guessing_stopped",
        "codes",
        {"guessed in an hour": tries, "looked at": looked_at, "owner locked out": 0},
    )
