"""``portal play``: reads a case file, plays it, prints its report."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from portal.cases.format import Case, Faults, read_case
from portal.cases.player import OTHERWISE, play_case
from portal.cases.report import report
from portal.config import BadSettings, Settings, read_settings
from portal.config.local import with_local_keys
from portal.criteria.bank import bank
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.installation import Installation, open_installation
from portal.migrate import migrate
from portal.scorecards.usecases import FOLLOW_UP_SET
from portal.shared.errors import RuleBroken
from portal.storage.sealing import new_phrase

FAULTY = 2


def play_file(file: Path, *, documents: Path | None, database_url: str | None) -> int:
    """The exit code that cases/FORMAT.md gives; the report goes to standard output."""
    try:
        text = file.read_text(encoding="utf-8")
        case = read_case(
            text,
            bank={criterion.key for criterion in bank().criteria},
            follow_up={one.criterion.key for one in bank().criteria_set(FOLLOW_UP_SET).criteria},
        )
    except UnicodeDecodeError:
        _say("line 1: the file is not UTF-8; expected UTF-8 text")
        return FAULTY
    except Faults as faults:
        for fault in faults.faults:
            _say(str(fault))
        return FAULTY
    with tempfile.TemporaryDirectory() as folder:
        try:
            settings = _settings(database_url, Path(folder))
        except BadSettings as bad:
            for line in bad.faults:
                _say(line)
            return FAULTY
        phrase = new_phrase()
        if database_url is not None:
            _say(f"what stays sealed is opened by the openers' key phrase {phrase}")
        installation = open_installation(settings, durable=database_url is not None)
        try:
            migrate(installation.database)
            with _progress(case) as progress:
                play = play_case(installation, case, phrase=phrase, progress=progress)
        except RuleBroken as broken:
            _say(f"the call cannot be entered: {broken.rule}")
            return OTHERWISE
        with installation.database.reading() as session:
            told = report(session, play)
        # Piece by piece, since the report of many acts is long.
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        print()
        if documents is not None:
            _write_documents(installation, told["documents"], documents)
        installation.close()
    if play.ending == OTHERWISE and play.halted_by is not None:
        expected = play.halted_by.rule or ("refused" if play.halted_by.expect_refused else "done")
        _say(
            f"line {play.halted_by.line}: {play.halted_by.do} ended as "
            f"{play.outcomes[-1].rule or 'done'}; the file says {expected}"
        )
    return play.ending


def _settings(database_url: str | None, folder: Path) -> Settings:
    if database_url is None:
        return Settings(
            database_url=f"sqlite:///{folder}/case.sqlite",
            secret_key=secrets.token_urlsafe(32),
            storage_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        )
    environment = with_local_keys(os.environ)
    return read_settings({**environment, "PORTAL_DATABASE_URL": database_url})


@contextmanager
def _progress(case: Case) -> Iterator[Callable[[str], None]]:
    """What is told of each act: a bar on a terminal, else a line."""
    if not sys.stderr.isatty():
        yield _say
        return
    acts = len(case.timeline)
    with click.progressbar(length=acts, label=case.name, show_pos=True, file=sys.stderr) as bar:
        yield lambda _line: bar.update(1)


def _write_documents(
    installation: Installation, listed: Sequence[dict[str, Any]], folder: Path
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with installation.database.reading() as session:
        for row in listed:
            stored = store.by_hash(session, row["sha256"])
            assert isinstance(stored, StoredDocument)
            of = "".join(char if char.isalnum() or char in "-_" else "-" for char in row["of"])
            name = f"{row['kind']}-{of}-{row['language']}-{row['sha256'][:8]}.pdf"
            (folder / name).write_bytes(store.content(session, stored))


def _say(line: str) -> None:
    print(line, file=sys.stderr)
