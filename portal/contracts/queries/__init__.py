"""What the pages of the contracts show."""

from portal.contracts.queries.listing import (
    ROWS_ON_A_PAGE,
    ContractList,
    ContractRow,
    contracts_page,
)
from portal.contracts.queries.shown import (
    STOPS,
    Conclusion,
    ContractPage,
    Names,
    OptionShown,
    PartyShown,
    Stop,
    Terms,
    conclusion_page,
    contract_document,
    contract_of,
    contract_page,
    latest_end_told_by,
    lot_to_contract,
    stop_page,
)
from portal.contracts.queries.verified import Verified, verified

__all__ = [
    "ROWS_ON_A_PAGE",
    "STOPS",
    "Conclusion",
    "ContractList",
    "ContractPage",
    "ContractRow",
    "Names",
    "OptionShown",
    "PartyShown",
    "Stop",
    "Terms",
    "Verified",
    "conclusion_page",
    "contract_document",
    "contract_of",
    "contract_page",
    "contracts_page",
    "latest_end_told_by",
    "lot_to_contract",
    "stop_page",
    "verified",
]
