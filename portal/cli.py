"""``portal``: the command line of an installation."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from portal.config import BadSettings, Settings, read_settings
from portal.config.local import with_local_keys
from portal.paths import CRITERIA
from portal.shared.clock import now
from portal.web.commands import Commands

# Each command loads what it needs itself: together that takes seconds, which whoever starts the
# server would wait for before it even begins.
if TYPE_CHECKING:
    from portal.installation import Installation


def settings_or_stop() -> Settings:
    """The settings of the environment; one line per bad one, and exit 2."""
    try:
        return read_settings(with_local_keys(os.environ))
    except BadSettings as bad:
        for line in bad.faults:
            click.echo(line, err=True)
        sys.exit(2)


def opened() -> Installation:
    """The installation of the environment's settings; as above where it cannot be opened.

    It is closed as the command ends, since several commands may run in one process.
    """
    from portal.documents.clauses import BadParameter
    from portal.installation import open_installation
    from portal.legal.parameters import BadParameters
    from portal.training_forms.bank import BadForms

    settings = settings_or_stop()
    try:
        installation = open_installation(settings)
    except (BadParameters, BadForms) as bad:
        for line in bad.faults:
            click.echo(line, err=True)
        sys.exit(2)
    except BadParameter as bad:
        click.echo(str(bad), err=True)
        sys.exit(2)
    click.get_current_context().call_on_close(installation.close)
    return installation


def _of_rooms(name: str) -> click.Command | None:
    """The command of that name that a room brings along; only its room is loaded."""
    if name == "audit":
        from portal.auditing.command import audit_commands

        return audit_commands(opened, settings_or_stop)
    if name == "user":
        from portal.organisations.command import user_commands

        return user_commands(opened)
    if name == "privacy":
        from portal.privacy.command import privacy_commands

        return privacy_commands(opened)
    if name == "legal":
        from portal.legal.command import legal_commands

        return legal_commands(settings_or_stop)
    if name == "forms":
        from portal.training_forms.command import forms_commands

        return forms_commands()
    if name == "verify":
        from portal.contracts.command import verify_command

        return verify_command(opened)
    if name == "storage":
        from portal.storage.command import storage_commands

        return storage_commands(opened)
    if name in ("backup", "restore"):
        from portal.backups.command import commands

        return next(one for one in commands(settings_or_stop, opened) if one.name == name)
    return None


@click.group(
    cls=Commands,
    of_rooms=(
        "audit",
        "user",
        "privacy",
        "legal",
        "forms",
        "verify",
        "storage",
        "backup",
        "restore",
    ),
    found_by=_of_rooms,
)
def main() -> None:
    """Siirtymä: buying training and coaching capacity, and seeing what it led to."""


@main.command()
def migrate() -> None:
    """Bring the databases to the schema of this version."""
    from portal.migrate import migrate as migrate_database

    installation = opened()
    migrate_database(installation.database)
    if installation.reads_database.url != installation.database.url:
        migrate_database(installation.reads_database)


@main.command()
@click.option("--bind", default=None, help="address:port; default from the settings")
def serve(bind: str | None) -> NoReturn:
    """Serve the pages with several workers, and do the jobs beside them."""
    settings = settings_or_stop()
    # The figures of all serving processes are read from the files that each writes here.
    figures = tempfile.mkdtemp(prefix="portal-figures-")
    # What this process has loaded already, the server need not load again.
    server = os.fork()
    if not server:
        _become_server(settings, bind or f"{settings.host}:{settings.port}", figures)
    portal = str(Path(sys.executable).with_name("portal"))
    # In a group of its own, so that none of its processes is left behind.
    worker = subprocess.Popen([portal, "jobs", "work"], process_group=0)  # noqa: S603  # our own command

    def stop(_signal: int, _frame: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _, ended = os.waitpid(server, 0)
    shutil.rmtree(figures, ignore_errors=True)
    worker.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        worker.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    sys.exit(os.waitstatus_to_exitcode(ended))


def _become_server(settings: Settings, address: str, figures: str) -> NoReturn:
    from gunicorn.app.wsgiapp import run

    os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
    sys.argv = [
        "gunicorn",
        "--bind",
        address,
        "--workers",
        str(settings.workers),
        "--threads",
        str(settings.threads),
        "--worker-class",
        "gthread",
        "--no-control-socket",
        "--logger-class",
        "portal.web.server_log.ServerLog",
        "--config",
        "python:portal.server_hooks",
        "--max-requests",
        "2000",
        "--max-requests-jitter",
        "200",
        "portal.serving:app",
    ]
    run()
    sys.exit()


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--documents", type=click.Path(file_okay=False, path_type=Path))
@click.option("--database", "database_url", help="play into this database and leave it there")
def play(file: Path, documents: Path | None, database_url: str | None) -> NoReturn:
    """Play a case file through the use-cases of the pages; prints one JSON report."""
    from portal.cases.command import play_file  # the case format is needed by this command only

    sys.exit(play_file(file, documents=documents, database_url=database_url))


@main.group()
def criteria() -> None:
    """The criteria bank."""


@criteria.command("check")
@click.argument(
    "folder", default=CRITERIA, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def criteria_check(folder: Path) -> None:
    """Check the bank's files: one line per fault, exit 1 when there is any."""
    from portal.criteria.check import faults as criteria_faults

    found = criteria_faults(folder)
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo("The criteria bank has no faults.")


@main.group()
def cards() -> None:
    """Provider cards."""


@cards.command("reindex")
def cards_reindex() -> None:
    """Write anew the words by which the cards are found, after a change of their lists."""
    from portal.provider_cards.usecases import reindex_cards

    with opened().database.transaction() as session:
        click.echo(f"Cards written anew: {reindex_cards(session)}")


@main.group()
def search() -> None:
    """The search of the pages."""


@search.command("reindex")
def search_reindex() -> None:
    """Write anew the words by which things are found, after rows were changed past the portal."""
    from portal.finding.usecases import reindex

    with opened().database.transaction() as session:
        click.echo(f"Things written anew: {reindex(session)}")


@main.command()
@click.argument("reference")
@click.option("--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", "email", help="whose bundle it is; without it, the machine's own")
def bundle(reference: str, file: Path, email: str | None) -> None:
    """Make the archive bundle of the procurement with this reference.

    It holds what its person may see. The machine's own holds the call until the decision has
    been issued, and everything from then on.
    """
    from portal.reports.bundles.command import BadBundle, bundle_to  # what few commands need

    try:
        made = bundle_to(opened().database, reference, file, email, at=now())
    except BadBundle as bad:
        click.echo(str(bad), err=True)
        sys.exit(1)
    click.echo(f"{made.sha256}  {file}")


@main.group()
def jobs() -> None:
    """Work that follows the acts: documents, mail, reminders."""


@jobs.command("work")
def jobs_work() -> None:
    """Do jobs as they come, until told to stop."""
    from portal.web import logging
    from portal.worker import Workers

    settings = settings_or_stop()
    logging.configure()
    Workers(settings).run(settings.workers)


@jobs.command("run")
def jobs_run() -> None:
    """Do everything that is due now, and stop; safe to run twice, late, or beside the workers."""
    from portal.jobs.queue import do_all

    installation = opened()
    done = do_all(installation.database, installation.tasks, now())
    click.echo(f"{done} done")


@main.command()
def daily() -> None:
    """Do what is due by the day, such as reminders; safe to run twice, late, or not for a week."""
    from portal.audit.daily import look_after_record
    from portal.jobs.routines import Routine, note_run
    from portal.privacy.command import run as anonymise
    from portal.storage.command import swept
    from portal.unit_of_work import unit_of_work
    from portal.waiting.daily import DAILY

    installation = opened()
    at = now()
    for work in DAILY:
        with unit_of_work(installation.database) as session:
            done = work(session, at)
        click.echo(f"{work.__name__} {done}")
    for what, number in anonymise(installation.database, at).items():
        click.echo(f"anonymised {what} {number}")
    click.echo(f"objects swept {swept(installation)}")
    lines = look_after_record(
        installation.database, installation.reads_database, installation.settings, at
    )
    for line in lines:
        click.echo(line)
    broken = any(line.startswith("verify_record") for line in lines)
    with installation.database.transaction() as session:
        note_run(session, Routine.RECORD_VERIFIED, whole=not broken, at=at)
        note_run(session, Routine.DAILY, whole=True, at=at)


@main.group()
def ocds() -> None:
    """Open data in the form of the Open Contracting Data Standard."""


@ocds.command("export")
@click.argument("reference", required=False)
@click.option("--all", "every", is_flag=True, help="every published procurement")
@click.option("--to", "folder", default="ocds", type=click.Path(file_okay=False, path_type=Path))
def ocds_export(reference: str | None, every: bool, folder: Path) -> None:
    """Write the release package and the record package of REFERENCE, or with --all of all.

    Exit 1 where nothing of that reference is published.
    """
    from portal.reports.open_data.command import written

    if every is (reference is not None):
        raise click.UsageError("Give one REFERENCE, or --all.")
    with opened().database.reading() as session:
        files = list(written(session, folder, reference, now()))
    for file in files:
        click.echo(file)
    if not files and not every:
        click.echo(f"No published procurement has the reference {reference}.", err=True)
        sys.exit(1)


@main.group()
def demonstration() -> None:
    """The demonstration: example organisations and two procurements."""


@demonstration.command("load")
def demonstration_load() -> None:
    """Play the demonstration cases, once; prints one account per role."""
    from portal.demonstration import load_demonstration

    for line in load_demonstration(opened(), now()):
        click.echo(line)


@main.command()
def routes() -> None:
    """Every address, its page and who may call it."""
    from portal.app import create_app

    app = create_app(settings_or_stop())
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        click.echo(f"{methods:9} {rule.rule:60} {rule.endpoint}")
