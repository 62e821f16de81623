"""One installation put together from its settings: its databases, its keys, its work.

The pages, the workers, the command line and the case player all start from here, so that they
are the same portal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from portal.accessibility.statement import statement
from portal.audit.record import ReadRecord
from portal.auditing.documents import ENTRIES
from portal.capacity.documents import DOCUMENTS as CAPACITY_DOCUMENTS
from portal.capacity.queries.calling import free_workplaces_by
from portal.capacity.usecases import closing_waits_for
from portal.config import Settings
from portal.contracts import usecases as contracts
from portal.contracts.access import also_seen_by
from portal.contracts.documents import DOCUMENTS as CONTRACT_DOCUMENTS
from portal.contracts.queries import latest_end_told_by
from portal.criteria.queries import used_in_calls
from portal.database import Database, Limits
from portal.documents import sealing, store
from portal.documents.clauses import chosen as contract_parameters
from portal.enrolments.queries.waiting import needs_are_told_by
from portal.enrolments.usecases import retention_known_by
from portal.enrolments.workplaces.queries import confirmed_workplaces
from portal.evaluation.access import has_conflict, has_declared
from portal.evaluation.documents import DECISION_DRAFT, DRAFT
from portal.evaluation.documents import DOCUMENTS as EVALUATION_DOCUMENTS
from portal.evaluation.usecases import contracts_known_by
from portal.finding.usecases import keep_terms
from portal.jobs import work
from portal.jobs.mail import mail_task
from portal.jobs.queue import Task
from portal.legal.decision import instructions
from portal.meetings.documents import DOCUMENTS as MEETING_DOCUMENTS
from portal.offers.access import shown_to_whom, shut_out_by
from portal.offers.documents import DOCUMENTS as OFFER_DOCUMENTS
from portal.offers.usecases import openers
from portal.offers.usecases.submitting import tell_of_amendment
from portal.options.access import latest_end_of, passed_on_from
from portal.options.documents import DOCUMENTS as OPTION_DOCUMENTS
from portal.privacy.inventory import purposes_by_field
from portal.privacy.queries.periods import has_set_retention
from portal.procurement.documents import DOCUMENTS as CALL_DOCUMENTS
from portal.procurement.queries.listing import calls_with_criterion
from portal.procurement.queries.sounded import begun_from
from portal.procurement.usecases import told_of_amendments
from portal.refusals import told_by
from portal.reports.bundles.usecases import BUNDLE
from portal.reports.programme.documents import DOCUMENTS as REPORT_DOCUMENTS
from portal.scorecards.documents import DOCUMENTS as SCORECARD_DOCUMENTS
from portal.soundings.queries.soundings import led_to_procurements
from portal.storage.objects import objects_of
from portal.storage.vault import Vault
from portal.training_forms.bank import load_fields, load_forms
from portal.training_forms.words import refusal_of
from portal.web.forms import purposes_told_by
from portal.workdays.documents import DOCUMENTS as WORKDAY_DOCUMENTS
from portal.workdays.queries.needs import records_to_accept
from portal.workdays.usecases import awaits_acceptance

keep_terms()
shut_out_by(has_conflict)
also_seen_by(passed_on_from)
latest_end_told_by(latest_end_of)
contracts_known_by(contracts)
told_of_amendments(tell_of_amendment)
shown_to_whom(has_declared)
used_in_calls(calls_with_criterion)
led_to_procurements(begun_from)
closing_waits_for(awaits_acceptance)
free_workplaces_by(confirmed_workplaces)
needs_are_told_by(records_to_accept)
retention_known_by(has_set_retention)
told_by(refusal_of)
purposes_told_by(purposes_by_field().get)
for documents in (
    CALL_DOCUMENTS,
    OFFER_DOCUMENTS,
    EVALUATION_DOCUMENTS,
    CONTRACT_DOCUMENTS,
    MEETING_DOCUMENTS,
    OPTION_DOCUMENTS,
    CAPACITY_DOCUMENTS,
    WORKDAY_DOCUMENTS,
    SCORECARD_DOCUMENTS,
    REPORT_DOCUMENTS,
):
    for kind, builder in documents.items():
        store.register(kind, builder)


work.register("archive_bundle", BUNDLE)
work.register("audit_entries", ENTRIES)
work.register(DRAFT, DECISION_DRAFT)


@dataclass(frozen=True)
class Installation:
    """What every front door works with."""

    settings: Settings
    vault: Vault
    database: Database
    reads_database: Database
    reads: ReadRecord
    tasks: dict[str, Task]

    def close(self) -> None:
        """Let go of the databases' connections."""
        self.database.engine.dispose()
        self.reads_database.engine.dispose()


def opened_vault(settings: Settings) -> Vault:
    """What keeps contents: the installation's key, and its object store where it has one."""
    return Vault(settings.storage_key, objects_of(settings), settings.objects_from_kilobytes * 1024)


def beside(url: str, name: str) -> str:
    """A second SQLite file beside the first; on PostgreSQL the same database."""
    path = make_url(url).database
    if not url.startswith("sqlite") or not path:
        return url
    file = Path(path)
    return f"sqlite:///{file.with_name(f'{file.stem}-{name}{file.suffix}')}"


def open_installation(
    settings: Settings, wake: Callable[[int], None] | None = None, *, durable: bool = True
) -> Installation:
    """Open the databases; ``wake`` is told of each new job once it is safely written.

    Not ``durable`` are databases that nobody wants after this process.

    Raises BadParameter for a setting of the contract that no clause names, BadParameters where the
    instructions for appeal cannot be used, BadForms where a form of training cannot, BadStatement
    where the accessibility statement cannot.
    """
    contract_parameters(settings.contract_parameters)
    instructions(settings.appeal_instructions)
    load_forms(settings.training_forms)
    load_fields(settings.training_forms)
    statement(settings.accessibility_statement)
    if settings.database_url.startswith("sqlite"):
        Path(str(make_url(settings.database_url).database)).parent.mkdir(
            parents=True, exist_ok=True
        )
    vault = opened_vault(settings)
    limits = Limits(settings.database_connections, settings.statement_seconds)
    database = Database(
        settings.database_url,
        durable=durable,
        limits=limits,
        vault=vault,
        wake=wake,
        settings=settings,
    )
    reads_url = settings.reads_database_url or beside(settings.database_url, "reads")
    # A second pool even where the database is the same one, so that readers never wait for it.
    reads_database = Database(reads_url, limits=limits)
    return Installation(
        settings=settings,
        vault=vault,
        database=database,
        reads_database=reads_database,
        reads=ReadRecord(reads_database),
        tasks=tasks_of(settings),
    )


def tasks_of(settings: Settings) -> dict[str, Task]:
    """What the workers can do, by the kind of the job."""
    return {
        store.JOB: store.TASK,
        sealing.JOB: sealing.TASK,
        "send_mail": mail_task(settings),
        openers.DISCARD: openers.TASK,
        work.JOB: work.TASK,
    }
