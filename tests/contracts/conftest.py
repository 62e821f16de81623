"""The finished demonstration case, played up to the decision; the contracts are the tests' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.installation  # noqa: F401  # registers how each kind of document is made
from portal.cases.acts import Acts
from portal.cases.format import read_case
from portal.cases.stage import Stage, set_stage
from portal.config import Settings
from portal.contracts import usecases
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents.store import JOB, TASK
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.models import Base
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.kept import keep, put_back

CASE = Path(__file__).parents[1] / "cases" / "demo-finished.yaml"
CONCLUDED = datetime(2026, 3, 23, 7, 0, tzinfo=UTC)
LAST_STANDSTILL_SECOND = datetime(2026, 4, 7, 20, 59, 59, tzinfo=UTC)
FIRST_SIGNING = datetime(2026, 4, 7, 21, 0, tzinfo=UTC)
"""Midnight in Helsinki: the case's comments work out 8 April."""
WINNERS = {"coast": "harbour", "inland": "lakeside"}


class Story:
    """One procurement of the case and the use-cases of this room on it."""

    def __init__(self, database: Database, settings: Settings, stage: Stage) -> None:
        self.database, self.settings, self.stage = database, settings, stage

    @property
    def procurement_id(self) -> UUID:
        """The key of the procurement."""
        assert self.stage.procurement_id is not None
        return self.stage.procurement_id

    def person(self, key: str) -> Person:
        """A person of the case, detached."""
        with self.database.transaction() as session:
            session.expire_on_commit = False
            return self.stage.person(session, key)

    def conclude(
        self,
        lot: str = "coast",
        *,
        provider: str | None = None,
        language: str = "fi",
        by: str = "hanna",
        at: datetime = CONCLUDED,
    ) -> UUID:
        """Conclude a lot's contract, by default with its winner."""
        with unit_of_work(self.database) as session:
            contract = usecases.conclude_contract(
                session,
                procurement=self.stage.procurement(session),
                lot=self.stage.lot(session, lot),
                provider=self.stage.organisation(session, provider or WINNERS[lot]),
                language=language,
                by=self.stage.person(session, by),
                at=at,
            )
            return contract.id

    def approve(self, contract_id: UUID, by: str, at: datetime = FIRST_SIGNING) -> None:
        """Approve for the person's side."""
        with unit_of_work(self.database) as session:
            usecases.approve_contract(
                session,
                procurement=self.stage.procurement(session),
                contract=session.get_one(Contract, contract_id),
                combined_duties=self.settings.combined_duties,
                by=self.stage.person(session, by),
                at=at,
            )

    def stop(
        self,
        act: str,
        contract_id: UUID,
        by: str,
        reason: str = "The plan of staff is unclear.",
        at: datetime = CONCLUDED,
    ) -> None:
        """Hold, release or refuse, by the name of the act."""
        with unit_of_work(self.database) as session:
            getattr(usecases, act)(
                session,
                procurement=self.stage.procurement(session),
                contract=session.get_one(Contract, contract_id),
                reason=reason,
                by=self.stage.person(session, by),
                at=at,
            )

    def void(self, *lots: str, at: datetime = CONCLUDED) -> list[UUID]:
        """What a correction or an appeal that annuls does to the contracts of these lots."""
        with unit_of_work(self.database) as session:
            found = [self.stage.lot(session, lot) for lot in lots]
            return usecases.void_contracts(session, lots=found, at=at)

    def make_documents(self, kind: str = "contract") -> None:
        """Do the work of the worker for the documents of one kind."""
        with self.database.reading() as session:
            jobs = session.scalars(select(Job).where(Job.kind == JOB, Job.state == "waiting"))
            waiting = [job.id for job in jobs if job.arguments["kind"] == kind]
        assert waiting
        for job_id in waiting:
            assert do(self.database, {JOB: TASK}, job_id, FIRST_SIGNING)

    def ready(self, lot: str = "coast") -> UUID:
        """A concluded contract whose document has been made."""
        contract_id = self.conclude(lot)
        self.make_documents()
        return contract_id

    def refused(self, act: Callable[..., Any], *args: Any, **how: Any) -> str:
        """The rule by which an act is refused, which must have changed nothing at all."""
        before = everything(self.database)
        with pytest.raises(RuleBroken) as broken:
            act(*args, **how)
        assert everything(self.database) == before
        return broken.value.rule


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, but for the record of what was tried."""
    with database.reading() as session:
        return {
            table.name: sorted(repr(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if "audit" not in table.name
        }


def play(database: Database, settings: Settings, until: str) -> Stage:
    """Act the case out up to the first act of that name, without what it says is refused."""
    case = read_case(CASE.read_text(encoding="utf-8"))
    with unit_of_work(database) as session:
        stage = set_stage(session, case, case.timeline[0].at, None)
    acts = Acts(stage, settings)
    for act in case.timeline:
        if act.do == until:
            break
        if not act.expect_refused:
            with unit_of_work(database) as session:
                acts.play(session, act)
    return stage


Play = Callable[[str], Story]


@pytest.fixture(scope="session")
def _played() -> dict[str, tuple[bytes, Stage]]:
    """What the database holds after each play, so that a worker plays it once."""
    return {}


@pytest.fixture
def _play(database: Database, settings: Settings, _played: dict[str, tuple[bytes, Stage]]) -> Play:
    def played(until: str) -> Story:
        if until in _played:
            content, stage = _played[until]
            put_back(database, until, content)
            return Story(database, settings, deepcopy(stage))
        stage = play(database, settings, until)
        _played[until] = keep(database, until), deepcopy(stage)
        return Story(database, settings, stage)

    return played


@pytest.fixture
def story(_play: Play) -> Story:
    """Everything up to the issued decision, without any contract."""
    return _play("conclude_contract")


@pytest.fixture
def undecided(_play: Play) -> Story:
    """Both lots are awarded, and the decision has not been issued."""
    return _play("issue_decision")


@pytest.fixture
def reading(database: Database) -> Iterator[Session]:
    """A session for looking at what is there."""
    with database.reading() as session:
        yield session
