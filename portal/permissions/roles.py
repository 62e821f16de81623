"""What a person and an organisation may be, and the groups of roles that tables name."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may be in an organisation (the brief, section 2)."""

    PROCUREMENT_OFFICER = "procurement_officer"
    EVALUATOR = "evaluator"
    OPENER = "opener"
    DECISION_MAKER = "decision_maker"
    SIGNATORY = "signatory"
    COURSE_SPONSOR = "course_sponsor"
    RESPONSIBLE_OFFICIAL = "responsible_official"
    REPRESENTATIVE = "representative"
    TRAINER = "trainer"
    COACH = "coach"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Kind(StrEnum):
    """What an organisation may be, several at once."""

    BUYER = "buyer"
    EMPLOYMENT_OFFICE = "employment_office"
    PROVIDER = "provider"
    EMPLOYER = "employer"
    OPERATOR = "operator"


KINDS_FOR_ROLE: dict[Role, frozenset[Kind]] = {
    Role.PROCUREMENT_OFFICER: frozenset({Kind.BUYER}),
    Role.EVALUATOR: frozenset({Kind.BUYER, Kind.EMPLOYMENT_OFFICE}),
    Role.OPENER: frozenset({Kind.BUYER}),
    Role.DECISION_MAKER: frozenset({Kind.BUYER}),
    Role.SIGNATORY: frozenset({Kind.BUYER}),
    Role.COURSE_SPONSOR: frozenset({Kind.EMPLOYMENT_OFFICE}),
    Role.RESPONSIBLE_OFFICIAL: frozenset({Kind.EMPLOYMENT_OFFICE}),
    Role.REPRESENTATIVE: frozenset({Kind.PROVIDER}),
    Role.TRAINER: frozenset({Kind.PROVIDER}),
    Role.COACH: frozenset({Kind.PROVIDER}),
    Role.AUDITOR: frozenset(Kind),
    Role.ADMINISTRATOR: frozenset({Kind.OPERATOR}),
}

BUYERS_HANDLERS = frozenset(
    {Role.PROCUREMENT_OFFICER, Role.OPENER, Role.DECISION_MAKER, Role.SIGNATORY}
)

SECOND_FACTOR_NEEDED = BUYERS_HANDLERS | {
    Role.EVALUATOR,
    Role.COURSE_SPONSOR,
    Role.RESPONSIBLE_OFFICIAL,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
}
"""Who must give a second factor at log-in: all but the providers' people.

Buyers handle the offers, and an administrator gives out roles. Employment offices read of people
out of work by name, whoever trains them, and auditors the whole of a procurement. A provider's
people reach what is their own: they may switch it on.
"""

SPONSORING = frozenset({Role.PROCUREMENT_OFFICER, Role.COURSE_SPONSOR})
PROVIDING = frozenset({Role.REPRESENTATIVE, Role.TRAINER, Role.COACH})
"""Officer, sponsor and provider, as the acts of the case files name them."""
FOLLOWING = frozenset({Role.COURSE_SPONSOR, Role.TRAINER, Role.COACH})
"""Those who work with participants: the sponsor, and whoever teaches or coaches them."""

TRAINING_READERS = BUYERS_HANDLERS | PROVIDING | {Role.AUDITOR}
"""Whose list of trainings is the organisation's; a course sponsor has a page of their own."""
USING_CAPACITY = BUYERS_HANDLERS | SPONSORING | PROVIDING | {Role.AUDITOR}
"""Whoever follows how a contract is used; which contracts, `capacity.access` says."""

REPORT_READERS = USING_CAPACITY
"""Whoever reads the figures of contracts; of which ones, `reports.programme.access` says."""
OVERVIEW_READERS = frozenset(
    {Role.PROCUREMENT_OFFICER, Role.DECISION_MAKER, Role.SIGNATORY, Role.AUDITOR}
)
"""Whoever reads what a buyer's procurements cost, used and saved."""
