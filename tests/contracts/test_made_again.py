"""A contract keeps what it was made from, and can be made again as the same bytes."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.database import Database
from portal.documents import clauses, store
from portal.documents.clauses import FOLDER, BadClause
from portal.organisations.models import Organisation
from portal.paths import ROOT
from tests.contracts.conftest import Story

ANOTHER_PROCESS = """
import pickle, sys
from portal.documents.render import render
print(render("contract", sys.argv[1], pickle.load(sys.stdin.buffer)).sha256)
"""


def built(database: Database, key: UUID, language: str = "fi") -> dict[str, Any]:
    with database.reading() as session:
        return store.KINDS["contract"](session, key, language)


@pytest.fixture
def another_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the clauses that a test may add to or edit."""
    folder = tmp_path / "clauses"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(clauses, "FOLDER", folder)
    for cached in (clauses.library, clauses.clauses):
        cached.cache_clear()
    yield folder
    monkeypatch.undo()
    for cached in (clauses.library, clauses.clauses):
        cached.cache_clear()


def put_in(folder: Path, key: str, version: int, old: str, new: str) -> None:
    """A next version of a clause, and today's list with it."""
    text = (folder / f"{key}.{version}.yaml").read_text("utf-8")
    assert old in text
    text = text.replace(f"version: {version}", f"version: {version + 1}").replace(old, new)
    (folder / f"{key}.{version + 1}.yaml").write_text(text, "utf-8")
    today = folder / "current.yaml"
    listed = today.read_text("utf-8").replace(f"{key}.{version}", f"{key}.{version + 1}")
    today.write_text(listed, "utf-8")
    clauses.library.cache_clear()
    clauses.clauses.cache_clear()


def test_rendering_again_gives_the_approved_bytes_in_another_process_and_at_another_time(
    story: Story, database: Database
) -> None:
    key = story.ready()
    with database.reading() as session:
        kept = store.find(session, "contract", key)
        assert kept is not None
        approved = kept.sha256
    with database.transaction() as session:
        for name in ("harbour", "centre"):
            organisation = session.get_one(Organisation, story.stage.organisations[name])
            organisation.name = {"fi": "Aivan toinen nimi"}
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, "fi"],
        input=pickle.dumps(built(database, key)),
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": str(ROOT),
            "PATH": "/usr/bin:/bin",
            "TZ": "America/Lima",
            "SOURCE_DATE_EPOCH": "0",
        },
    )
    assert done.stdout.decode().strip() == approved


def test_a_new_version_or_another_value_changes_no_earlier_contract(
    story: Story, database: Database, another_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = story.conclude("coast")
    before = built(database, earlier)
    put_in(another_library, "period", 1, "Palvelua annetaan", "Palvelu kestää")
    own = dict(clauses.parameters()) | {"payment_days": 21}
    monkeypatch.setattr(clauses, "parameters", lambda: own)
    later = story.conclude("inland")
    assert built(database, earlier) == before
    assert "Palvelua annetaan" in repr(before["clauses"])
    after = built(database, later)
    assert "Palvelu kestää" in repr(after["clauses"])
    assert "Maksuaika on 21 päivää" in repr(after["clauses"])
    assert "Maksuaika on 30 päivää" in repr(before["clauses"])
    with database.reading() as session:
        pinned = {
            entry["key"]: entry["version"]
            for entry in session.get_one(Contract, later).made_from["clauses"]
        }
    assert pinned["period"] == 2


def test_a_contract_is_not_made_again_from_a_clause_that_was_edited(
    story: Story, database: Database, another_library: Path
) -> None:
    key = story.conclude()
    file = another_library / "period.1.yaml"
    file.write_text(file.read_text("utf-8").replace("Palvelua annetaan", "Palvelu kestää"), "utf-8")
    clauses.library.cache_clear()
    with pytest.raises(BadClause, match=r"period\.1"):
        built(database, key)


@pytest.mark.parametrize(
    ("language", "said"), [("sv", "Kontraktsperiod"), ("en", "Contract period")]
)
def test_the_document_is_in_the_language_chosen_when_concluding(
    story: Story, database: Database, reading: Session, language: str, said: str
) -> None:
    key = story.conclude(language=language)
    assert reading.get_one(Contract, key).language == language
    assert said in repr(built(database, key, language)["clauses"])
    story.make_documents()
    reading.rollback()
    kept = store.find(reading, "contract", key)
    assert kept is not None
    assert kept.language == language
    story.approve(key, "harri")


def test_no_other_language_is_concluded_in(story: Story) -> None:
    assert story.refused(story.conclude, language="de") == "language_unknown"
