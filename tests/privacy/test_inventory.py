"""The inventory names every column of every table, and every form tells its purposes."""

from __future__ import annotations

import importlib
import subprocess
import sys

from portal.models import Base
from portal.paths import ROOT
from portal.privacy.inventory import inventory, names_somebody, purposes_by_field
from portal.privacy.processing import record_of_processing


def _known(table: str) -> set[str]:
    told = inventory()
    for records in told.tables:
        if records.table == table:
            return {field.column for field in records.fields} | set(records.plain)
    return set(told.acts.get(table, told.none.get(table, ())))


def test_every_table_is_in_the_inventory_once_and_no_other_is() -> None:
    told = inventory()
    named = [*(one.table for one in told.tables), *told.acts, *told.none]
    assert len(named) == len(set(named))
    assert set(named) == set(Base.metadata.tables), (
        "class the table in portal/privacy/records.yaml: under tables with what becomes of it,"
        " under acts, or under none"
    )


def test_every_column_is_classed() -> None:
    unclassed = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name != "id"
        and not names_somebody(column)
        and column.name not in _known(table.name)
    }
    assert not unclassed, "class these columns in portal/privacy/records.yaml"


def test_no_column_is_named_that_is_not_there() -> None:
    for table in Base.metadata.tables.values():
        gone = _known(table.name) - {column.name for column in table.columns}
        assert not gone, f"{table.name} no longer has {gone}"


def test_a_table_with_nothing_about_anybody_holds_no_key_of_an_account_holder() -> None:
    for name in inventory().none:
        assert not [c.name for c in Base.metadata.tables[name].columns if names_somebody(c)], name


def test_every_field_has_its_purpose_ground_readers_and_period() -> None:
    told = inventory()
    for records in told.tables:
        assert records.retention in told.retention
        assert records.ground in told.grounds
        assert records.readers in told.readers
        for field in records.fields:
            assert field.purpose in told.purposes, f"{records.table}.{field.column}"
            assert all(field.what.values())


def test_every_form_field_that_is_named_is_there() -> None:
    for typed in purposes_by_field():
        module, form, name = typed.rsplit(".", 2)
        made = getattr(importlib.import_module(f"portal.{module}"), form)
        if typed.startswith("feedback.forms.FeedbackForm."):
            continue  # made for each kind of giver; the page's test asks for it
        assert hasattr(made, name), typed


def test_the_record_of_processing_is_what_the_inventory_says() -> None:
    kept = (ROOT / "docs/data-protection/processing-record.md").read_text(encoding="utf-8")
    assert kept == record_of_processing() + "\n", "portal privacy record > docs/data-protection/…"


def test_a_serving_process_knows_every_table_of_the_inventory() -> None:
    asked = (
        "import portal.app\n"
        "from portal.privacy.inventory import inventory\n"
        "print(len([one.rows for one in inventory().tables]))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == str(len(inventory().tables)), done.stderr[-500:]
