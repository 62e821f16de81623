"""A contract as it stands from one of its amendments to the next, and what is done under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.procurement.rules import OptionKind, PriceModel, Unit, latest_end
from portal.reports.open_data.rules import words
from portal.reports.open_data.rules.facts import (
    Accepted,
    Changed,
    Contracted,
    Extended,
    Invoiced,
    Ordered,
    Party,
    Passed,
    Revised,
    Trained,
    Withdrawn,
)
from portal.reports.open_data.rules.tendering import item, options_of, period
from portal.reports.open_data.rules.values import (
    Plain,
    instant,
    money,
    reference,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.shared.numbers import rounded

Amendment = Extended | Changed | Revised | Passed
Deed = Ordered | Withdrawn | Trained | Accepted | Invoiced


@dataclass
class Agreement:
    """A contract in force, moved by each of its facts in the order of their times."""

    of: Contracted
    award: str
    call: Mapping[str, Any]
    lot: Mapping[str, Any]
    buyer: Party
    price: Decimal
    value: Decimal
    ends: date
    status: str = "active"
    amount: Decimal = Decimal(0)
    used: dict[str, int] = field(default_factory=dict)

    def told(self, at: datetime) -> Plain:
        """The contract as it stands then."""
        latest = latest_end(self.of.ends, options_of(self.lot), day_in_helsinki(at), self.used)
        return {
            "id": self.of.reference,
            "awardID": self.award,
            "title": self._title(),
            "status": self.status,
            "period": period(self.of.starts, self.ends, max(latest, self.ends)),
            "value": money(self.value),
            "items": [item(self.call, self.lot, self.price, self.amount)],
            "dateSigned": instant(self.of.at),
        }

    def _title(self) -> str:
        title = name_in(self.call["title"], DEFAULT_LANGUAGE)
        return f"{title}: {name_in(self.lot['title'], DEFAULT_LANGUAGE)}"

    @property
    def monthly(self) -> bool:
        """Whether a fixed sum is paid by the month, so that an amount has no price."""
        return bool(self.lot["price_model"] == PriceModel.FIXED_SUM_PER_PERIOD)

    @property
    def by_person(self) -> bool:
        """Whether an amount in the lot's unit is a number of people."""
        return bool(self.lot["unit"] == Unit.TRAINING_PACKAGE)

    def amend(self, fact: Amendment) -> Plain:
        """Move the contract; what the amendment is called and why it was made."""
        if isinstance(fact, Extended):
            return self._extend(fact)
        if isinstance(fact, Changed):
            self.value += fact.value
            return {"id": f"change-{fact.n}", "rationale": words.changed(fact.ground, fact.section)}
        if isinstance(fact, Revised):
            self.price = fact.price
            since = fact.since.isoformat()
            return {"id": f"price-{since}", "rationale": words.revised(since)}
        self.buyer = fact.to
        told = words.passed(name_in(fact.to.name, DEFAULT_LANGUAGE))
        return {"id": f"buyer-{fact.n}", "rationale": told}

    def _extend(self, fact: Extended) -> Plain:
        option = next(one for one in options_of(self.lot) if one.key == fact.option)
        self.used[option.key] = fact.n
        if fact.ends is not None:
            self.ends, self.status = fact.ends, "active"
            if self.monthly:
                self.value += rounded(self.price * fact.amount)
        elif option.kind is OptionKind.ADDITIONAL_CAPACITY:
            self.amount += fact.amount
            if not self.monthly:
                self.value += rounded((option.price or self.price) * fact.amount)
        elif option.kind is OptionKind.COACHING and option.price is not None:
            self.value += rounded(option.price * fact.amount)
        why = words.option_used(option.key, option.kind, fact.amount, fact.n)
        return {"id": f"option-{option.key}-{fact.n}", "rationale": why}

    def carry_out(self, fact: Deed, small_group: int) -> tuple[str, Plain] | None:
        """What is done under the contract: in which list it is told, and how.

        None where it would tell of fewer people than ``small_group``.
        """
        if isinstance(fact, Ordered):
            return "taskOrders", self._order(fact, small_group)
        if isinstance(fact, Withdrawn):
            title = words.withdrawn(fact.call_off, fact.field)
            nothing = money(Decimal(0))
            return "taskOrders", {"id": str(fact.call_off), "title": title, "value": nothing}
        if isinstance(fact, Trained):
            return "milestones", _training(fact)
        if isinstance(fact, Accepted):
            if fact.people < small_group:
                return None
            return "milestones", _delivery(fact, self.lot["unit"])
        # A fixed sum for a month is the same for any number of people.
        people = fact.quantity if self.by_person else fact.people
        if people < small_group and not self.monthly:
            return None
        return "transactions", {
            "id": fact.period,
            "date": instant(fact.at),
            "value": money(fact.amount),
            "payer": reference(self.buyer),
            "payee": reference(self.of.supplier),
        }

    def _order(self, fact: Ordered, small_group: int) -> Plain:
        told: Plain = {
            "id": str(fact.call_off),
            "title": words.call_off(fact.call_off, fact.field),
        }
        if not self.monthly and not (self.by_person and fact.amount < small_group):
            price = self.price if fact.price is None else fact.price
            told["value"] = money(rounded(fact.amount * price))
        return told


def _training(fact: Trained) -> Plain:
    told: Plain = {
        "id": f"training-{fact.n}",
        "title": words.training(fact.n, fact.field),
        "type": words.DELIVERY,
        "status": "met" if fact.closed else "scheduled",
        "dateModified": instant(fact.at),
    }
    if fact.closed:
        told["dateMet"] = instant(fact.at)
    return told


def _delivery(fact: Accepted, unit: str) -> Plain:
    return {
        "id": f"delivery-{fact.training}-{fact.period}-{fact.n}",
        "title": words.delivery(fact.period, fact.field),
        "description": words.delivered(fact.days, unit),
        "type": words.DELIVERY,
        "status": "met",
        "dateMet": instant(fact.at),
    }
