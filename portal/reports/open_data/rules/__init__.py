"""What is told of a procurement as open data: releases in their order, and what they add up to."""

from portal.reports.open_data.rules.facts import (
    Accepted,
    Amended,
    Awarded,
    Changed,
    Contracted,
    Extended,
    Frozen,
    House,
    Invoiced,
    Opened,
    Ordered,
    Party,
    Passed,
    Process,
    Revised,
    Trained,
    Undone,
    Withdrawn,
)
from portal.reports.open_data.rules.merging import merged
from portal.reports.open_data.rules.packages import as_bytes, record_package, release_package
from portal.reports.open_data.rules.stages import releases_of

__all__ = [
    "Accepted",
    "Amended",
    "Awarded",
    "Changed",
    "Contracted",
    "Extended",
    "Frozen",
    "House",
    "Invoiced",
    "Opened",
    "Ordered",
    "Party",
    "Passed",
    "Process",
    "Revised",
    "Trained",
    "Undone",
    "Withdrawn",
    "as_bytes",
    "merged",
    "record_package",
    "release_package",
    "releases_of",
]
