from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from portal.accessibility.rules import (
    MESSAGES_IN_ALL,
    MESSAGES_OF_PLACE,
    days_left,
    due_day,
    require_few,
)
from portal.accessibility.statement import FILE, BadStatement, statement
from portal.shared.errors import RuleBroken

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)

SUPERVISOR: dict[str, object] = {
    "name": {"fi": "Valvoja", "sv": "Tillsyn", "en": "Supervisor"},
    "website": "https://valvoja.example",
    "email": "a@b",
    "phone": "1",
}


def test_fourteen_days_are_counted_from_the_day_in_helsinki() -> None:
    assert due_day(AT) == date(2026, 1, 26)
    # A quarter past midnight in Helsinki is still the day before in UTC.
    assert due_day(datetime(2026, 1, 12, 22, 15, tzinfo=UTC)) == date(2026, 1, 27)


def test_the_last_day_has_no_days_left_and_the_next_is_late() -> None:
    assert days_left(date(2026, 1, 26), date(2026, 1, 12)) == 14
    assert days_left(date(2026, 1, 26), date(2026, 1, 26)) == 0
    assert days_left(date(2026, 1, 26), date(2026, 1, 27)) == -1


def test_one_place_may_not_send_many_and_is_told_how_long_to_wait() -> None:
    sent = [AT - timedelta(minutes=50 - n) for n in range(MESSAGES_OF_PLACE)]
    require_few(sent[1:], MESSAGES_OF_PLACE - 1, AT)
    with pytest.raises(RuleBroken) as refused:
        require_few(sent, MESSAGES_OF_PLACE, AT)
    assert refused.value.rule == "too_many_messages"
    assert refused.value.facts["minutes"] == 10
    with pytest.raises(RuleBroken):
        require_few([], MESSAGES_IN_ALL, AT)


def test_the_statement_has_all_its_texts_in_three_languages() -> None:
    said = statement()
    assert said.supervisor.email
    assert said.gaps
    assert said.evaluated


def test_an_installation_puts_its_own_supervisor_in_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / "statement.yaml"
    own.write_text(yaml.safe_dump({"supervisor": SUPERVISOR}), encoding="utf-8")
    assert statement(own).supervisor.name == SUPERVISOR["name"]
    assert statement(own).supervisor.website["sv"] == "https://valvoja.example"
    assert statement(own).gaps == statement().gaps


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "perhaps"},
        {"written_on": "yesterday"},
        {"standard": {"fi": "vain suomeksi"}},
        {"gaps": [{"criterion": "1.1.1"}]},
        {"gaps": "none"},
        {"supervisor": {"name": "nobody"}},
        {"supervisor": SUPERVISOR | {"website": "valvoja.example"}},
        {"supervisor": SUPERVISOR | {"website": {"fi": "https://valvoja.example"}}},
        {"supervisors": {}},
        ["a list"],
    ],
)
def test_a_statement_that_cannot_be_used_is_refused(tmp_path: Path, changed: object) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump(changed), encoding="utf-8")
    with pytest.raises(BadStatement):
        statement(own)


def test_the_day_of_the_statement_is_a_day() -> None:
    assert isinstance(yaml.safe_load(FILE.read_text(encoding="utf-8"))["written_on"], date)
