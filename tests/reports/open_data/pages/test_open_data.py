"""The list of open data and its files, for everybody; and the command that writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from portal import cli
from portal.database import Database
from portal.reports.open_data.command import written
from portal.reports.open_data.queries import packages_of
from tests.cast import Cast
from tests.page import Browser, counted
from tests.procurement.calls import put_call

Browse = Callable[..., Browser]
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_list_is_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    reader = browse(None, language)
    assert not reader.get("/open-data").has("tbody")
    call = put_call(database, cast, published=True)
    page = reader.get("/open-data")
    assert [str(link["href"]) for link in page.all("tbody td a")] == [
        f"/open-data/{call}/releases.json",
        f"/open-data/{call}/record.json",
    ]
    assert page.one("a[rel=license]")["href"] == "https://creativecommons.org/licenses/by/4.0/"


def test_anybody_downloads_what_is_published_and_nobody_a_draft(
    browse: Browse, cast: Cast, database: Database
) -> None:
    call, draft = (
        put_call(database, cast, published=True),
        put_call(database, cast, reference="ESIM/13/2026"),
    )
    reader = browse()
    page = reader.get(f"/procurements/{call}")
    for name, part in (("releases", "releases"), ("record", "records")):
        address = f"/open-data/{call}/{name}.json"
        assert page.has(f'a[href="{address}"]')
        answer = reader.whatever("GET", address)
        assert answer.mimetype == "application/json"
        told = json.loads(answer.data)
        assert told["uri"] == f"http://localhost{address}"
        assert told["publisher"] == {
            "name": "Esimerkkilän hankinta",
            "scheme": "FI-PRO",
            "uid": "1234567-1",
        }
        assert told[part][0]["ocid"] == f"ocds-000000-{call}"
        for who in (None, cast.olli):
            browse(who).get(f"/open-data/{draft}/{name}.json", status=404)
    assert not browse(cast.olli).get(f"/procurements/{draft}").has('a[href*="open-data/"]')


def test_neither_the_list_nor_a_package_asks_more_of_the_database_when_there_is_more(
    browse: Browse, cast: Cast, database: Database
) -> None:
    first = put_call(database, cast, published=True)
    reader = browse()
    reader.get("/open-data")
    few = reader.queries
    for n in range(25):
        put_call(database, cast, published=True, reference=f"ESIM/{n + 100}/2026")
    assert len(reader.get("/open-data").all("tbody tr")) == 20
    assert reader.queries == few
    assert len(reader.get("/open-data?page=2").all("tbody tr")) == 6
    with counted(database.engine) as asked, database.reading() as session:
        packages_of(session, first, LATER)
    assert len(asked) <= 15


def test_the_command_writes_both_files_of_each_published_procurement(
    cast: Cast, database: Database, tmp_path: Path
) -> None:
    call = put_call(database, cast, published=True)
    other = put_call(database, cast, published=True, reference="ESIM/13/2026")
    put_call(database, cast, reference="ESIM/14/2026")
    with database.reading() as session:
        one = list(written(session, tmp_path / "one", "ESIM/12/2026", LATER))
        assert [file.name for file in one] == [
            f"ocds-000000-{call}-releases.json",
            f"ocds-000000-{call}-record.json",
        ]
        assert one[0].read_bytes() == packages_of(session, call, LATER).releases
        assert not list(written(session, tmp_path / "draft", "ESIM/14/2026", LATER))
        every = {file.name for file in written(session, tmp_path / "all", None, LATER)}
    assert every == {
        f"ocds-000000-{key}-{name}.json" for key in (call, other) for name in ("releases", "record")
    }
    assert {file.name for file in (tmp_path / "all").iterdir()} == every


def test_the_command_line_says_what_it_wrote_and_what_it_did_not_find(
    cast: Cast, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = put_call(database, cast, published=True)
    monkeypatch.setattr(cli, "opened", lambda: SimpleNamespace(database=database))
    run = CliRunner().invoke

    def export(*arguments: str) -> tuple[int, str]:
        ended = run(cli.main, ["ocds", "export", "--to", str(tmp_path), *arguments])
        return ended.exit_code, ended.output

    code, told = export("ESIM/12/2026")
    assert (code, told.split()) == (
        0,
        [str(tmp_path / f"ocds-000000-{call}-{name}.json") for name in ("releases", "record")],
    )
    assert export("--all") == (code, told)
    assert export("ESIM/99/2026") == (
        1,
        "No published procurement has the reference ESIM/99/2026.\n",
    )
    assert export()[0] == export("ESIM/12/2026", "--all")[0] == 2
