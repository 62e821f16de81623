"""One's own long work: begun on a page, found again, told of when it is ready, fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import select

from portal.audit.models import AuditEntry, ReadEntry
from portal.installation import tasks_of
from portal.jobs.models import Work
from portal.jobs.queue import do_all
from portal.jobs.work import begin
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating
from tests.offers.conftest import AFTER
from tests.page import Browser

Browse = Callable[..., Browser]


def let_workers_work(services: Services, clock: SettableClock) -> None:
    do_all(services.database, tasks_of(services.settings), clock())


def only(services: Services) -> Work:
    with services.database.reading() as session:
        return session.scalars(select(Work)).one()


def test_a_bundle_is_begun_left_found_again_and_fetched_by_nobody_else(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
) -> None:
    evaluating.until("declared")
    clock.at = AFTER
    olli = browse(cast.olli)
    olli.get(f"/procurements/{call}/bundles")
    olli.submit('form[action$="/bundles/begin"]')
    page = olli.follow()
    assert page.heading == "Archive bundle ESIM/1/2026"
    assert page.one("#work")["hx-get"] == olli.url
    assert page.has("progress")
    assert "Under way" in page.text
    assert "Archive bundle" not in olli.get("/waiting").text
    let_workers_work(services, clock)
    for language in ("fi", "sv", "en"):
        page = browse(cast.olli, language).get(olli.url if "work/" in olli.url else "/work")
        assert not page.one("#work").has_attr("hx-get")
    waits = olli.get("/waiting")
    key = only(services).id
    assert waits.has(f'a[href="/work/{key}"]')
    for other in (cast.aino, cast.tarja, cast.eva, cast.ada):
        browse(other).get(f"/work/{key}", status=404)
        assert browse(other).whatever("POST", f"/work/{key}/file").status_code == 404
        assert not browse(other).get("/work").has("article")
    answer = olli.whatever("POST", f"/work/{key}/file")
    content = answer.get_data()
    assert "ESIM-1-2026.zip" in answer.headers["Content-Disposition"]
    with ZipFile(BytesIO(content)) as opened:
        assert "audit/chain.json" in opened.namelist()
    digest = hashlib.sha256(content).hexdigest()
    assert digest == only(services).sha256
    assert digest in olli.get(f"/procurements/{call}/bundles").text
    assert not olli.get("/waiting").has(f'a[href="/work/{key}"]')
    with services.reads_database.reading() as session:
        read = session.scalars(select(ReadEntry.subject).where(ReadEntry.page == "underway.fetch"))
        assert str(call) in set(read)


def test_whoever_may_no_longer_have_as_much_is_not_handed_what_was_made(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
) -> None:
    evaluating.until("declared")
    clock.at = AFTER
    olli = browse(cast.olli)
    olli.post(f"/procurements/{call}/bundles/begin")
    let_workers_work(services, clock)
    evaluating.declare(cast.olli, conflicts=[cast.river])
    page = olli.post(f"/work/{only(services).id}/file", status=422)
    assert page.errors


def test_what_is_refused_meanwhile_fails_and_says_why(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
) -> None:
    evaluating.until("opened")
    clock.at = AFTER
    olli = browse(cast.olli)
    olli.post(f"/procurements/{call}/bundles/begin")
    evaluating.declare(cast.olli, conflicts=[cast.river])
    let_workers_work(services, clock)
    assert only(services).state == "failed"
    assert "conflict of interest" in olli.get(f"/work/{only(services).id}").text
    olli.submit('form[action$="/remove"]')
    assert "no work" in olli.follow().text


def test_work_is_called_off_and_taken_off_the_list(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
    with_htmx: bool,
) -> None:
    evaluating.until("opened")
    clock.at = AFTER
    olli = browse(cast.olli, htmx=with_htmx)
    olli.post(f"/procurements/{call}/bundles/begin")
    key = only(services).id
    olli.get(f"/work/{key}")
    olli.submit('form[action$="/cancel"]')
    assert "Cancelled" in olli.follow().text
    let_workers_work(services, clock)
    olli.post(f"/work/{key}/file", status=422)
    olli.post(f"/work/{key}/cancel", status=422)
    olli.post(f"/work/{key}/remove")
    with services.database.reading() as session:
        assert not session.scalars(select(Work)).all()
        made = AuditEntry.act == "make_bundle", AuditEntry.outcome == "done"
        assert not session.scalars(select(AuditEntry).where(*made)).all()


def test_the_documents_of_a_decision_tell_how_many_are_made(
    browse: Browse,
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    services: Services,
) -> None:
    evaluating.until("awarded")
    evaluating.issue()
    clock.at = AFTER + timedelta(days=10)
    begun = only(services)
    assert (begun.kind, begun.done, begun.total) == ("award_documents", 0, 3)
    paula = browse(cast.paula)
    page = paula.get("/work")
    assert "0 of 3" in page.text
    assert not page.has('form[action$="/cancel"]')
    let_workers_work(services, clock)
    page = paula.get("/work")
    assert page.has(f'article a[href="/procurements/{call}/decision"]')
    assert not page.has('form[action$="/file"]')
    assert paula.get("/waiting").has(f'a[href="/work/{begun.id}"]')


def test_a_long_file_of_the_record_is_made_in_the_background(
    browse: Browse,
    cast: Cast,
    call: UUID,
    clock: SettableClock,
    services: Services,
) -> None:
    services.settings = services.settings.model_copy(update={"work_from_rows": 1})
    clock.at = AFTER
    tarja = browse(cast.tarja, "fi")
    tarja.get("/record?act=publish")
    assert tarja.get("/record").has('form[action="/record/entries/begin"]')
    tarja.submit('form[action="/record/entries/begin"]', button="ending", ending="csv")
    let_workers_work(services, clock)
    answer = tarja.whatever("POST", f"/work/{only(services).id}/file")
    assert answer.mimetype == "text/csv"
    direct = tarja.download("/record/entries.csv")
    assert answer.get_data() == direct
    tarja.post("/record/entries/begin", {"ending": "exe"}, status=404)


def test_the_list_takes_as_many_queries_for_many_pieces_as_for_one(
    browse: Browse, cast: Cast, call: UUID, services: Services, clock: SettableClock
) -> None:
    olli = browse(cast.olli)
    counts = set()
    for n in range(4):
        with services.database.transaction() as session:
            begin(
                session,
                "archive_bundle",
                person_id=cast.olli.id,
                subject=call,
                arguments={"n": n},
                language="fi",
                at=clock(),
            )
        olli.get("/work")
        counts.add(olli.queries)
        assert len(olli.page.all("article")) == n + 1  # type: ignore[union-attr]
    assert len(counts) == 1
