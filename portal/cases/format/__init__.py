"""The case file's format: `read_case` gives a Case, or raises Faults with every fault's line."""

from portal.cases.format.acts import ACTS, RULES
from portal.cases.format.document import read_case
from portal.cases.format.faults import Fault, Faults
from portal.cases.format.heads import (
    Act,
    AwardHead,
    CapacityHead,
    Case,
    ConditionHead,
    CriterionHead,
    LotHead,
    OptionHead,
    OrganisationHead,
    PersonHead,
    ProcurementHead,
    ResultBonusHead,
    TargetsHead,
)

__all__ = [
    "ACTS",
    "RULES",
    "Act",
    "AwardHead",
    "CapacityHead",
    "Case",
    "ConditionHead",
    "CriterionHead",
    "Fault",
    "Faults",
    "LotHead",
    "OptionHead",
    "OrganisationHead",
    "PersonHead",
    "ProcurementHead",
    "ResultBonusHead",
    "TargetsHead",
    "read_case",
]
