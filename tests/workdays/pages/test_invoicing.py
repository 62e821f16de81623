"""A contract's invoices: the list, a month, its files and document, and revised prices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.database import Database
from portal.documents import store
from portal.documents.plain import require_plain
from portal.documents.render import Rendered, html_of
from portal.permissions import Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.workdays.documents import invoice_basis_context
from portal.workdays.models import InvoiceBasis, PriceRevisionApplied
from portal.workdays.usecases import correct_workdays, issue_invoice_basis, revise_price
from tests.cast import Cast, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.workdays.conftest import ACCEPTED, LATER, Run, Running, accept, record

Browse = Callable[..., Browser]
REVISION = {"index": {"fi": "Palkkaindeksi"}, "day": 1, "month": 5, "ceiling": "3"}
MUCH_LATER = datetime(2026, 6, 8, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = LATER


def url(running: Running, rest: str = "") -> str:
    return f"/contracts/{running.contract_id}/invoices{rest}"


def of_march(database: Database, cast: Cast, running: Running) -> None:
    record(database, cast, running, a="2", b="2", c="1.5")
    accept(database, cast, running)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_both_sides_see_the_invoices_and_nobodys_name(
    run: Run, browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    running = run(vat_rate=Decimal("25.5"), coordination_fee="100.00", price_revision=REVISION)
    of_march(database, cast, running)
    for reader in (cast.olli, cast.paula, cast.tarja, cast.roope, cast.tuula):
        browser = browse(reader, language)
        page = browser.get(url(running))
        assert "419" in page.text
        assert "525" in page.text
        page = browser.get(url(running, "/2026-03"))
        assert "319" in page.text
        assert "Osallistuja" not in page.text
        assert not page.has("main form") or reader is cast.olli


def test_the_files_have_every_line_and_the_sums(
    run: Run, browse: Browse, cast: Cast, database: Database
) -> None:
    running = run(vat_rate=Decimal("25.5"))
    of_march(database, cast, running)
    roope = browse(cast.roope)
    text = roope.download(url(running, "/2026-03.csv")).decode("utf-8-sig")
    assert "2026-03;Work;2026-03;1 kiinteistöpalvelut;5,5;58;319\r\n" in text
    assert text.endswith("2026-03;With value added tax;;;;;400,35\r\n")
    sheet = load_workbook(BytesIO(roope.download(url(running, ".xlsx")))).worksheets[0]
    assert [cell.value for cell in sheet[2]][4:] == [5.5, 58, 319]


def test_an_officer_issues_the_basis_of_a_month_that_is_over_and_again_after_a_change(
    running: Running,
    browse: Browse,
    cast: Cast,
    database: Database,
    clock: SettableClock,
    with_htmx: bool,
) -> None:
    of_march(database, cast, running)
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(url(running, "/2026-03"))
    olli.submit("main form")
    page = olli.follow()
    assert page.flashes == ["The basis of the invoice has been issued. Its document is being made."]
    assert not page.has("main form")
    olli.post(url(running, "/2026-03"), {}, 422)
    olli.get(url(running, "/2026-03.pdf"), 404)
    # A record that comes late is of the month, and so on its invoice.
    clock.at = MUCH_LATER
    with unit_of_work(database) as session:
        kept = session.scalars(select(InvoiceBasis)).one()
        context = invoice_basis_context(session, kept.id, "fi")
        assert (kept.n, kept.amount, context["basis"]["net"]) == (1, Decimal("319.00"), 319)
        for language in ("fi", "sv", "en"):
            require_plain(context)
            assert "Osallistuja A" not in html_of("invoice_basis", language, context)
        pdf = Rendered(b"%PDF-1.7 an example", "0" * 64, 1)
        store.keep(
            session,
            "invoice_basis",
            pdf,
            subject=kept.id,
            owner=kept.contract.procurement_id,
            language="fi",
            at=MUCH_LATER,
        )
        correct_workdays(
            session,
            training=running.training(session),
            period="2026-03",
            days=running.days(a="1"),
            reason="Virhe",
            by=cast.tuula,
            at=LATER,
        )
    accept(database, cast, running, at=LATER)
    assert browse(cast.roope).download(url(running, "/2026-03.pdf")).startswith(b"%PDF")
    page = olli.get(url(running, "/2026-05"))
    assert "Correction of an earlier month" in page.text
    assert page.has("main form")
    page = olli.get(url(running, "/2026-03"))
    assert not page.has("main form")


def test_a_basis_is_issued_when_the_month_is_over_and_only_if_it_says_something_new(
    run: Run, cast: Cast, database: Database
) -> None:
    running = run(coordination_fee="100.00")
    record(database, cast, running, "2026-04", a="1")
    accept(database, cast, running, "2026-04")

    def issue(period: str, at: datetime, seen: str | None = None) -> tuple[int, Decimal]:
        with unit_of_work(database) as session:
            basis = issue_invoice_basis(
                session,
                contract=running.contract(session),
                period=period,
                seen=seen,
                by=cast.olli,
                at=at,
            )
            return basis.n, basis.amount

    with pytest.raises(RuleBroken, match="wrong_state"):
        issue("2026-03", LATER)
    with pytest.raises(RuleBroken, match="month_not_over"):
        issue("2026-04", ACCEPTED)
    assert issue("2026-04", LATER) == (1, Decimal("158.00"))
    with pytest.raises(RuleBroken, match="nothing_changed"):
        issue("2026-04", LATER)
    # The fee moves to what is now the earliest month, so the issued basis is out of date.
    of_march(database, cast, running)
    with pytest.raises(RuleBroken, match="changed_meanwhile"):
        issue("2026-04", LATER, seen="158.00")
    assert issue("2026-04", LATER, seen="58.00") == (2, Decimal("58.00"))
    for by in (cast.roope, cast.kaisa, cast.paula, cast.eva):
        with pytest.raises(RuleBroken, match="not_permitted"), unit_of_work(database) as session:
            issue_invoice_basis(
                session, contract=running.contract(session), period="2026-03", by=by, at=LATER
            )


def test_an_officer_revises_the_price_by_the_clause(
    run: Run, browse: Browse, cast: Cast, database: Database
) -> None:
    running = run(price_revision=REVISION)
    olli = browse(cast.olli)
    address = f"/contracts/{running.contract_id}/price-revision"
    page = olli.get(address)
    assert "01/05/2026" in page.text
    typed = {"since": "2.5.2026", "index_before": "100", "index_now": "0"}
    page = olli.submit("main form", typed, status=422)
    assert page.errors == ["Write a number above zero."]
    page = olli.submit("main form", {**typed, "index_now": "110"}, status=422)
    assert page.errors[0].startswith("This is not a day of revision.")
    olli.submit("main form", {**typed, "since": "1.5.2026", "index_now": "110"})
    page = olli.follow()
    assert page.flashes == ["The price has been revised."]
    assert "€59.74" in page.text
    record(database, cast, running, "2026-04", a="1")
    record(database, cast, running, "2026-05", a="1")
    accept(database, cast, running, "2026-04")
    accept(database, cast, running, "2026-05")
    page = olli.get(url(running))
    assert [cell.get_text() for cell in page.all("tbody td.number:nth-of-type(2)")][:2] == [
        "€59.74",
        "€58.00",
    ]


def test_a_price_is_revised_by_the_buyers_officer_once_a_day(
    run: Run, cast: Cast, database: Database
) -> None:
    running = run(price_revision=REVISION)

    def revise(by: object, since: date = date(2026, 5, 1)) -> None:
        with unit_of_work(database) as session:
            revise_price(
                session,
                contract=running.contract(session),
                since=since,
                index_before=Decimal(100),
                index_now=Decimal(101),
                by=by,  # type: ignore[arg-type]
                at=LATER,
            )

    for by in (cast.roope, cast.kaisa, cast.eva, cast.paula):
        with pytest.raises(RuleBroken, match="not_permitted"):
            revise(by)
    revise(cast.olli)
    with pytest.raises(RuleBroken, match="price_revision_day"):
        revise(cast.olli)
    with database.reading() as session:
        assert session.scalars(select(PriceRevisionApplied.price_after)).one() == Decimal("58.58")


def test_a_contract_without_the_clause_keeps_its_price(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    browse(cast.olli).get(f"/contracts/{running.contract_id}/price-revision", 404)
    refused = pytest.raises(RuleBroken, match="price_revision_not_agreed")
    with refused, unit_of_work(database) as session:
        revise_price(
            session,
            contract=running.contract(session),
            since=date(2027, 3, 1),
            index_before=Decimal(100),
            index_now=Decimal(101),
            by=cast.olli,
            at=LATER,
        )


def test_others_find_no_invoice(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    of_march(database, cast, running)
    with database.transaction() as session:
        session.expire_on_commit = False
        stranger = person(session, "Teuvo Vieras", cast.shore, Role.TRAINER)
    ways = ["", ".xlsx", "/2026-03", "/2026-03.csv", "/2026-03.pdf"]
    for reader, status in ((stranger, 404), (cast.sanna, 404), (cast.eva, 404), (cast.kaisa, 403)):
        browser = browse(reader)
        for way in ways:
            browser.get(url(running, way), status)
    eva = browse(cast.eva)
    eva.post(url(running, "/2026-03"), {}, 404)
    eva.post(f"/contracts/{running.contract_id}/price-revision", {}, 404)
    olli = browse(cast.olli)
    olli.get(url(running, "/2026-07"), 404)
    olli.get(url(running, "/whenever"), 404)
    olli.get(f"/contracts/{uuid4()}/invoices", 404)


def test_the_list_takes_as_many_queries_for_many_months_as_for_few(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    of_march(database, cast, running)
    olli = browse(cast.olli)
    olli.get(url(running))
    few = olli.queries
    for month in range(4, 10):
        record(database, cast, running, f"2026-{month:02}", a="1")
        accept(database, cast, running, f"2026-{month:02}")
    olli.get(url(running))
    assert olli.queries == few
