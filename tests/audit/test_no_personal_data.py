"""Entries hold keys, numbers and hashes: nobody's name, address or words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.cases.command import play_file
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation, Person
from tests.promises.figures import leave

CASES = Path(__file__).parents[1] / "cases"
PLAIN = re.compile(r"[A-Za-z0-9_.:/+-]{0,80}")
"""Keys, hashes, days, references and names of choices: no space, so no words of anybody."""


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.trust
@pytest.mark.parametrize("case", ["pooled-by-two-offices"])
def test_no_entry_of_a_played_case_holds_a_name_an_address_or_words(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/played.sqlite"
    assert play_file(CASES / f"{case}.yaml", documents=None, database_url=url) == 0
    capsys.readouterr()
    database = Database(url)
    with database.reading() as session:
        entries = session.execute(select(AuditEntry.act, AuditEntry.facts)).all()
        people = session.execute(select(Person.name, Person.email)).all()
        known = {word for row in people for word in row}
        known |= set(session.scalars(select(Enrolment.name)))
        known |= {
            text for name in session.scalars(select(Organisation.name)) for text in name.values()
        }
    database.engine.dispose()
    held = [(act, text) for act, facts in entries for text in texts(facts)]
    assert len(entries) > 20
    assert not [one for one in held if not PLAIN.fullmatch(one[1])]
    assert not [one for one in held if one[1] in known or "@" in one[1]]
    everything = json.dumps([facts for _act, facts in entries], ensure_ascii=False)
    assert not [word for word in known if len(word) > 3 and word in everything]
    leave(
        "no_personal_data_on_record",
        "played_case",
        {"entries": len(entries), "facts": len(held), "found": 0},
    )
