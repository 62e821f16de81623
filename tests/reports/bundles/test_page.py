"""The page of bundles, and the command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest

from portal.database import Database
from portal.reports.bundles.command import BadBundle, bundle_to
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating
from tests.jobs.pages.test_work import let_workers_work
from tests.offers.conftest import AFTER
from tests.page import Browser

Browse = Callable[..., Browser]


def test_a_bundle_is_made_by_a_button_and_stands_in_the_list_with_its_hash(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
) -> None:
    clock.at = AFTER
    address = f"/procurements/{call}/bundles"
    evaluating.until("declared")
    for language in ("fi", "sv", "en"):
        olli = browse(cast.olli, language)
        assert olli.get(f"/procurements/{call}").has(f'a[href="{address}"]')
        assert not olli.get(address).has("code")
    olli.submit('form[action$="/bundles/begin"]')
    page = olli.follow()
    let_workers_work(services, clock)
    file = olli.get(page.url).one('form[action$="/file"]')["action"]
    content = olli.whatever("POST", file).get_data()
    with ZipFile(BytesIO(content)) as opened:
        assert "audit/chain.json" in opened.namelist()
    assert hashlib.sha256(content).hexdigest() in olli.get(address).text
    tarja = browse(cast.tarja)
    assert tarja.get(f"/procurements/{call}").has(f'a[href="{address}"]')
    assert "Olli Ostaja" in tarja.get(address).text


def test_a_bundle_of_anybody_else_looks_like_none_at_all(
    browse: Browse, cast: Cast, call: UUID, evaluating: Evaluating, clock: SettableClock
) -> None:
    clock.at = AFTER
    address = f"/procurements/{call}/bundles"
    evaluating.until("opened")
    browse(cast.eva).get(address, 404)
    browse(cast.eva).post(f"{address}/begin", status=404)
    for person in (cast.aino, cast.roope, cast.kaisa, cast.eeva, cast.ada):
        browse(person).get(address, 403)
    evaluating.declare(cast.olli, conflicts=[cast.river])
    olli = browse(cast.olli)
    assert olli.whatever("GET", address).status_code == 422
    assert olli.whatever("POST", f"{address}/begin").status_code == 422


def test_the_list_costs_as_many_queries_for_many_bundles_as_for_one(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
) -> None:
    clock.at = AFTER
    evaluating.until("offered")
    olli, address = browse(cast.olli), f"/procurements/{call}/bundles"
    olli.post(f"{address}/begin")
    let_workers_work(services, clock)
    assert len(olli.get(address).all("tbody tr")) == 1
    once = olli.queries
    for _ in range(3):
        olli.post(f"{address}/begin")
        let_workers_work(services, clock)
    assert len(olli.get(address).all("tbody tr")) == 4
    assert olli.queries == once


def test_the_command_makes_a_file_that_is_not_there_yet_and_notes_it(
    database: Database, cast: Cast, call: UUID, evaluating: Evaluating, tmp_path: Path
) -> None:
    evaluating.until("opened")
    file = tmp_path / "esim.zip"
    made = bundle_to(database, "esim/1/2026", file, None, at=AFTER)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == made.sha256
    assert made.scope == "call"
    for reference, to, email, why in (
        ("ESIM/1/2026", file, None, "cannot be made"),
        ("ESIM/2/2026", tmp_path / "b.zip", None, "0 procurements"),
        ("ESIM/1/2026", tmp_path / "b.zip", "nobody@esimerkki.example", "nobody has the address"),
        ("ESIM/1/2026", tmp_path / "b.zip", cast.roope.email, "has no bundle"),
    ):
        with pytest.raises(BadBundle, match=why):
            bundle_to(database, reference, to, email, at=AFTER)
    assert [one.name for one in tmp_path.glob("*.zip")] == ["esim.zip"]
