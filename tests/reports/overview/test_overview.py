"""The overview of procurements: its arithmetic, its page, its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook

from portal.contracts.models import Contract
from portal.database import Database
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.offers.models import Opening
from portal.options.models import OptionExercise
from portal.procurement.models import Lot, Procurement
from portal.reports.overview.rules import (
    ContractFigures,
    Days,
    LotFigures,
    ProcurementFigures,
    days_of,
    totals_of,
)
from portal.unit_of_work import unit_of_work
from portal.workdays.models import InvoiceBasis
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import CALLED, CONCLUDED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
OVERVIEW = "/reports/procurements"
LOT = UUID(int=7)
KEPT = {
    "period": "2026-03",
    "price_model": "per_training_package",
    "unit": "training_package",
    "lines": [],
    "quantity": "2",
    "vat_rate": None,
    "tax": None,
    "gross": None,
}
"""What an issued basis keeps, without its sum."""


def contract_figures(**values: object) -> ContractFigures:
    given: dict[str, object] = {
        "id": uuid4(),
        "reference": "ESIM/1/sea",
        "lot_id": LOT,
        "lot": {"fi": "Meri"},
        "provider": {"fi": "Jokiopisto"},
        "unit": "hour",
        "accepted": Decimal(100),
        "invoiced": Decimal(40),
        "maximum": Decimal(10),
        "delivered": Decimal(4),
        "remaining": Decimal(5),
        "days_to_force": 21,
        "to_start": (),
        "options_used": 1,
        "options_left": 2,
        "at_estimate": Decimal(800),
    }
    return ContractFigures(**(given | values))  # type: ignore[arg-type]


def procurement_figures(
    *contracts: ContractFigures, estimated: str | None = "1000", lots: int = 1
) -> ProcurementFigures:
    return ProcurementFigures(
        id=uuid4(),
        reference="ESIM/1",
        title={"fi": "Kapasiteetti"},
        state="decided",
        published_on=date(2026, 1, 12),
        estimated_value=None if estimated is None else Decimal(estimated),
        lots=tuple(LotFigures(UUID(int=7 + n), {"fi": "Erä"}, None) for n in range(lots)),
        contracts=contracts,
    )


def test_a_median_stands_with_its_number_of_cases() -> None:
    assert days_of([]) is None
    assert days_of([9]) == Days(1, Decimal(9), 9, 9)
    assert days_of([3, 30, 8, 5]) == Days(4, Decimal("6.5"), 3, 30)


def test_a_saving_is_reckoned_only_where_it_can_be() -> None:
    one = contract_figures()
    assert procurement_figures(one).saving == 200
    assert procurement_figures(one, estimated="700").saving == -100
    assert procurement_figures(one, estimated=None).saving is None
    assert procurement_figures(one, lots=2).saving is None
    assert procurement_figures().saving is None


def test_totals_sum_capacity_within_a_unit_and_take_medians_of_all_cases() -> None:
    totals = totals_of(
        [
            procurement_figures(
                contract_figures(to_start=(5, 9)),
                contract_figures(unit="student_workday", to_start=(30,), days_to_force=40),
            ),
            procurement_figures(contract_figures(), estimated=None),
        ]
    )
    assert (totals.procurements, totals.contracts) == (2, 3)
    assert (totals.accepted, totals.invoiced) == (300, 120)
    assert totals.capacity["hour"].maximum == 20
    assert totals.capacity["student_workday"].delivered == 4
    assert totals.to_start == Days(3, Decimal(9), 5, 30)
    assert totals.to_force == Days(3, Decimal(21), 21, 40)
    assert (totals.saving, totals.saved_in) == (Decimal(-600), 1)
    empty = totals_of([])
    assert (empty.saving, empty.to_start, empty.accepted) == (None, None, Decimal(0))


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def contract(database: Database, cast: Cast) -> UUID:
    """Two packages at 500.00 begun, one month invoiced, a further period used once of two."""
    with unit_of_work(database) as session:
        made = contract_in_force(
            session,
            cast,
            reference="ESIM/1",
            unit="training_package",
            price_model="per_training_package",
            price="500.00",
            coordination_fee="100.00",
            capacity=(1, 8, 10),
            options=[
                {
                    "key": "more",
                    "kind": "further_period",
                    "amount": Decimal(12),
                    "times": 2,
                    "notice_by": date(2026, 12, 1),
                }
            ],
        )
        session.get_one(Procurement, made.procurement_id).estimated_value = Decimal("5000.00")
        lot = session.get_one(Lot, made.lot_id)
        training = training_of(session, cast, made, workdays="5", places=5)
        enrolled(session, training, "Osallistuja A")
        enrolled(session, training, "Osallistuja B")
        for n, amount in ((1, "900.00"), (2, "1000.00")):
            session.add(
                InvoiceBasis(
                    contract_id=made.id,
                    period="2026-03",
                    n=n,
                    quantity=Decimal(2),
                    amount=Decimal(amount),
                    content=KEPT | {"net": amount},
                    issued_by_id=cast.olli.id,
                    issued_at=CALLED,
                )
            )
        session.add(
            OptionExercise(
                contract_id=made.id,
                option_id=lot.options[0].id,
                n=1,
                amount=Decimal(12),
                reason="Hyvä palaute",
                evidence={},
                ends_before=made.ends_on,
                ends_after=made.ends_on + timedelta(days=365),
                exercised_by_id=cast.olli.id,
                exercised_at=CALLED,
            )
        )
        session.flush()
        return made.id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_speaks_every_language(
    browse: Browse, cast: Cast, contract: UUID, language: str
) -> None:
    assert "ESIM/1" in browse(cast.paula, language).get(OVERVIEW).text


def test_the_page_sets_spend_time_options_and_savings_side_by_side(
    browse: Browse, cast: Cast, contract: UUID
) -> None:
    olli = browse(cast.olli)
    page = olli.get(OVERVIEW)
    cells = [cell.get_text(" ", strip=True) for cell in page.all("tbody tr td")]
    assert cells[0].startswith("€1,100.00")
    assert cells[1] == "€1,000.00"
    assert cells[2] == "10 training packages"
    assert cells[3].startswith("0 training packages")
    assert cells[4] == "5 training packages"
    assert cells[5] == "15"
    assert cells[6] == "7 (1 case)"
    assert cells[7].startswith("1 / 1")
    # 5,000 less eight packages at 500 and the fee of 100.
    assert "Saving against the estimate €900.00" in page.text
    assert "Sea district: not opened" in page.text
    for link in page.all("main table a"):
        browse(cast.olli).get(str(link["href"]))


def test_offers_are_counted_only_once_they_are_opened(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    with unit_of_work(database) as session:
        made = session.get_one(Contract, contract)
        session.add(
            Opening(
                procurement_id=made.procurement_id,
                first_id=cast.olli.id,
                first_at=CONCLUDED,
                second_id=cast.aino.id,
                opened_at=CONCLUDED,
            )
        )
    assert "Sea district: 1 offer" in browse(cast.olli).get(OVERVIEW).text


def test_who_has_no_part_in_it_sees_none_of_it(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    assert "No procurement has been published yet" in browse(cast.eva).get(OVERVIEW).text
    browse(cast.roope).get(OVERVIEW, 403)
    browse(cast.kaisa).get(OVERVIEW, 403)
    assert "ESIM/1" in browse(cast.tarja).get(OVERVIEW).text
    with unit_of_work(database) as session:
        declared = InterestDeclaration(
            procurement_id=session.get_one(Contract, contract).procurement_id,
            person_id=cast.olli.id,
            declared_at=datetime(2026, 3, 1, tzinfo=UTC),
            conflicts=[Conflict(provider_id=cast.river.id)],
        )
        session.add(declared)
    assert "ESIM/1" not in browse(cast.olli).get(OVERVIEW).text


def test_the_file_holds_numbers_and_no_formula(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    with unit_of_work(database) as session:
        made = session.get_one(Contract, contract)
        session.get_one(Procurement, made.procurement_id).title = {"fi": "=1+1"}
    olli = browse(cast.olli)
    sheet = load_workbook(BytesIO(olli.download(f"{OVERVIEW}/table.xlsx"))).active
    columns = [cell.value for cell in sheet[1]]
    row = dict(zip(columns, sheet[2], strict=True))
    assert (row["Title"].value, row["Title"].data_type) == ("=1+1", "s")
    for name, value in {
        "Accepted, €": 1100,
        "Invoiced, €": 1000,
        "Saving against the estimate, €": 900,
        "Contracts at the estimate, €": 4100,
        "Maximum": 10,
        "Left": 5,
        "Options left": 1,
        "Days from call-off to start, median": 7,
    }.items():
        assert (name, row[name].value, row[name].data_type) == (name, value, "n")
    together = dict(zip(columns, sheet[3], strict=True))
    assert together["Accepted, €"].value == 1100
    assert "'=1+1" in olli.download(f"{OVERVIEW}/table.csv").decode("utf-8-sig")


def test_the_page_takes_as_many_queries_for_many_contracts_as_for_one(
    browse: Browse, cast: Cast, contract: UUID, database: Database
) -> None:
    olli = browse(cast.olli)
    olli.get(OVERVIEW)
    before = olli.queries
    with unit_of_work(database) as session:
        for n in range(6):
            more = contract_in_force(session, cast, reference=f"ESIM/5{n}")
            enrolled(session, training_of(session, cast, more), f"Lisää {n}")
    page = olli.get(OVERVIEW)
    assert olli.queries == before
    assert "ESIM/55" in page.text
