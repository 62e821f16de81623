"""The second factor: taken into use, used, made anew, given up, reset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.jobs.mail import send_mail
from portal.organisations import codes
from portal.organisations.models import Person, RecoveryCode, SecondFactor
from portal.organisations.queries import log_in_of, needs_second_factor
from portal.organisations.usecases.sessions import end_sessions, renew
from portal.organisations.usecases.tries import forget_code_tries
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of


def enrol(
    session: Session,
    *,
    secret: str,
    code: str,
    token: str,
    by: Person,
    at: datetime,
) -> tuple[str, Sequence[str]]:
    """Take an application into use, in the place of the one before.

    A code of it shows that it has the secret. Returns the browser's new token, and the recovery
    codes, which are told once; all other sessions end. Who has a second factor already must have
    given it. Raises code_wrong, not_permitted.
    """
    with acting(session, "enrol", chain=ACCOUNTS, by=by.id, at=at):
        present = log_in_of(session, token, at)
        if present is None or (present.has_factor and not present.whole):
            raise RuleBroken("not_permitted")
        step = codes.step_of(secret, codes.bare(code), at)
        if step is None:
            raise RuleBroken("code_wrong", field="code")
        forget_code_tries(session, by, recovery=False)
        _discard(session, by)
        sealed = vault_of(session).seal(session, secret.encode(), owner=by.id, at=at)
        session.add(SecondFactor(person_id=by.id, secret=sealed, since=at, last_step=step))
        renewed = renew(session, token, by, second_factor_at=at)
        end_sessions(session, by.id, at, but=renewed)
        return renewed, _new_codes(session, by)


def make_recovery_codes(session: Session, *, by: Person, at: datetime) -> Sequence[str]:
    """Ten new recovery codes; those before work no more. Raises second_factor_off."""
    with acting(session, "make_recovery_codes", chain=ACCOUNTS, by=by.id, at=at):
        if session.get(SecondFactor, by.id) is None:
            raise RuleBroken("second_factor_off")
        return _new_codes(session, by)


def switch_off_second_factor(session: Session, *, token: str, by: Person, at: datetime) -> None:
    """Give it up; all other sessions end. Raises second_factor_needed, second_factor_off."""
    with acting(session, "switch_off_second_factor", chain=ACCOUNTS, by=by.id, at=at):
        if needs_second_factor(session, by):
            raise RuleBroken("second_factor_needed")
        if session.get(SecondFactor, by.id) is None:
            raise RuleBroken("second_factor_off")
        _discard(session, by)
        end_sessions(session, by.id, at, but=token)


def reset_second_factor(
    session: Session, *, person: Person, by: Person | None, at: datetime
) -> None:
    """Take away the second factor of somebody who has lost it; all their sessions end.

    By an administrator, or by nobody in particular from the command line. The owner is told by
    mail. Raises not_permitted, factor_of_oneself, second_factor_off.
    """
    who = by.id if by is not None else None
    with acting(session, "reset_second_factor", chain=ACCOUNTS, by=who, at=at) as facts:
        if by is not None:
            require(by, "reset_second_factor")
            if by.id == person.id:
                raise RuleBroken("factor_of_oneself")
        if session.get(SecondFactor, person.id) is None:
            raise RuleBroken("second_factor_off")
        _discard(session, person)
        forget_code_tries(session, person, recovery=False)
        forget_code_tries(session, person, recovery=True)
        end_sessions(session, person.id, at)
        send_mail(session, to=person, letter="second_factor_reset", facts={"path": "/login"}, at=at)
        facts.note(person=str(person.id))


def use_code(session: Session, person: Person, code: str, at: datetime) -> bool:
    """Use a code up, within an act; returns whether it was a recovery code.

    Raises code_wrong, and code_used for one of a time-step that has been used, or of an earlier.
    """
    factor = session.get(SecondFactor, person.id, with_for_update=True, populate_existing=True)
    given = codes.bare(code)
    if factor is None or not given:
        raise RuleBroken("code_wrong", field="code")
    if codes.is_of_application(given):
        secret = vault_of(session).unseal(session, factor.secret).decode()
        step = codes.step_of(secret, given, at)
        if step is None:
            raise RuleBroken("code_wrong", field="code")
        if step <= factor.last_step:
            raise RuleBroken("code_used", field="code")
        factor.last_step = step
        forget_code_tries(session, person, recovery=False)
        return False
    found = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == codes.recovery_hash(person.id, given),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        raise RuleBroken("code_wrong", field="code")
    found.used_at = at
    forget_code_tries(session, person, recovery=True)
    return True


def _new_codes(session: Session, person: Person) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    made = codes.new_recovery_codes()
    session.add_all(
        RecoveryCode(person_id=person.id, code_hash=codes.recovery_hash(person.id, code))
        for code in made
    )
    session.flush()
    return made


def _discard(session: Session, person: Person) -> None:
    factor = session.get(SecondFactor, person.id)
    if factor is not None:
        vault_of(session).discard(session, factor.secret)
        session.delete(factor)
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.flush()
