"""From facts to releases: one for each stage and moment, made from what was so then.

A release is told once its moment has come and does not change later: facts are only added, each
with its own time, and a release is made from those up to its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from portal.reports.open_data.rules import words
from portal.reports.open_data.rules.contracts import Agreement
from portal.reports.open_data.rules.facts import (
    Accepted,
    Amended,
    Awarded,
    Changed,
    Contracted,
    Extended,
    Fact,
    Frozen,
    House,
    Invoiced,
    Ordered,
    Party,
    Passed,
    Process,
    Revised,
    Trained,
    Undone,
    Withdrawn,
)
from portal.reports.open_data.rules.tendering import awarded_value, item, tender_of
from portal.reports.open_data.rules.values import (
    Plain,
    after,
    instant,
    money,
    organisation,
    reference,
)
from portal.shared.names import DEFAULT_LANGUAGE, name_in


@dataclass(frozen=True)
class Ended:
    """A contract whose last day has passed; ``at`` is the first moment after it."""

    at: datetime
    contract: str


Told = Fact | Ended

TAGS: dict[type[Told], str] = {
    Frozen: "tender",
    Amended: "tenderAmendment",
    Awarded: "award",
    Undone: "awardCancellation",
    Contracted: "contract",
    Extended: "contractAmendment",
    Changed: "contractAmendment",
    Revised: "contractAmendment",
    Passed: "contractAmendment",
    Ordered: "implementationUpdate",
    Withdrawn: "implementationUpdate",
    Trained: "implementationUpdate",
    Accepted: "implementationUpdate",
    Invoiced: "implementationUpdate",
    Ended: "contractTermination",
}
"""The standard's tag of each kind of fact; at one moment they follow each other in this order."""
ORDER = {tag: place for place, tag in enumerate(dict.fromkeys(TAGS.values()))}


def ocid_of(process: Process, house: House) -> str:
    """The process's identifier: the publisher's registered prefix and the procurement's key."""
    return f"{house.ocid_prefix}-{process.key}"


def releases_of(process: Process, house: House, at: datetime) -> list[Plain]:
    """Everything that may be told at that moment, in the order of the releases' dates.

    Nothing before publication, nothing of offers before the decision is issued, nothing of a
    contract before it is in force.
    """
    facts: list[Told] = [fact for fact in process.facts if fact.at <= at]
    facts += [ended for ended in _endings(process.facts) if ended.at <= at]
    facts.sort(key=_place)
    story = _Story(process, house)
    told = (
        story.release(moment, tag, list(group)) for (moment, tag), group in groupby(facts, _moment)
    )
    return [release for release in told if release is not None]


def _moment(fact: Told) -> tuple[datetime, str]:
    return fact.at, TAGS[type(fact)]


def _place(fact: Told) -> tuple[datetime, int]:
    return fact.at, ORDER[TAGS[type(fact)]]


def _endings(facts: Iterable[Fact]) -> list[Ended]:
    """When each contract ended; one that an option took up again later has ended twice."""
    found = []
    facts = sorted(facts, key=_place)
    for contract in [fact for fact in facts if isinstance(fact, Contracted)]:
        ends = contract.ends
        for fact in facts:
            if isinstance(fact, Extended) and fact.contract == contract.reference and fact.ends:
                if after(ends) <= fact.at:
                    found.append(Ended(after(ends), contract.reference))
                ends = fact.ends
        # One that came into force after its last day had ended at once.
        found.append(Ended(max(after(ends), contract.at), contract.reference))
    return found


class _Story:
    """What has been told so far."""

    def __init__(self, process: Process, house: House) -> None:
        self.process, self.house = process, house
        self.ocid = ocid_of(process, house)
        self.call: Mapping[str, Any] = {}
        self.published: datetime | None = None
        self.outcomes: dict[str, Awarded] = {}
        self.agreements: dict[str, Agreement] = {}
        self.roles: dict[UUID, list[str]] = {}
        self.last: dict[str, str] = {}
        self.carried_out = False
        self.mentioned: list[Party] = []

    def release(self, at: datetime, tag: str, facts: Sequence[Told]) -> Plain | None:
        """The next release: all facts of one moment that have one tag; None if nothing is told."""
        key = f"{self.ocid}-{tag}-{at.astimezone(UTC):%Y%m%dT%H%M%S%f}Z"
        self.mentioned = []
        self._mention(self.process.buyer, "buyer", "procuringEntity")
        content = _TELL[tag](self, at, facts, key)
        if content is None:
            return None
        tags = [tag]
        if tag == "award" and content["tender"]["status"] == "cancelled":
            tags.append("tenderCancellation")
        if tag == "implementationUpdate" and not self.carried_out:
            tags, self.carried_out = ["implementation"], True
        return {
            "ocid": self.ocid,
            "id": key,
            "date": instant(at),
            "tag": tags,
            "initiationType": "tender",
            "language": words.LANGUAGE,
            "parties": [
                organisation(party, tuple(self.roles[party.key]))
                for party in {one.key: one for one in self.mentioned}.values()
            ],
            "buyer": reference(self.process.buyer),
            **content,
        }

    def _mention(self, party: Party, *roles: str) -> None:
        self.mentioned.append(party)
        known = self.roles.setdefault(party.key, [])
        known += [role for role in roles if role not in known]

    def _lot(self, key: str) -> Mapping[str, Any]:
        lot: Mapping[str, Any] = next(lot for lot in self.call["lots"] if lot["key"] == key)
        return lot

    def tender(self, _at: datetime, facts: Sequence[Any], key: str) -> Plain:
        """The call as it was published."""
        fact: Frozen = facts[0]
        self.call, self.published, self.last["tender"] = fact.call, fact.at, key
        return {"tender": self._whole_tender(fact.at, 0)}

    def _whole_tender(self, at: datetime, n: int) -> Plain:
        assert self.published is not None
        told = tender_of(self.call, str(self.process.key), at, self.process.buyer, self.house, n)
        for name in ("tenderPeriod", "enquiryPeriod"):
            if name in told:
                told[name]["startDate"] = instant(self.published)
        return told

    def amendment(self, _at: datetime, facts: Sequence[Any], key: str) -> Plain:
        """The call as an amendment left it, and why it was amended."""
        fact: Amended = facts[0]
        self.call = fact.call
        amendment = {
            "id": str(fact.n),
            "date": instant(fact.at),
            "rationale": fact.reason,
            "amendsReleaseID": self.last["tender"],
            "releaseID": key,
        }
        self.last["tender"] = key
        return {"tender": {**self._whole_tender(fact.at, fact.n), "amendments": [amendment]}}

    def awards(self, at: datetime, facts: Sequence[Any], _key: str) -> Plain:
        """What a decision says of its lots, and how many offers there were."""
        for fact in facts:
            self.outcomes[fact.lot] = fact
        opened = self.process.opened
        known = opened is not None and opened.at <= at
        bids = (
            {
                "numberOfTenderers": opened.offers,
                "bidOpening": {"date": instant(opened.at)},
            }
            if opened is not None and known
            else {}
        )
        return {
            "tender": {**self._standing(opened_by_now=known), **bids},
            "awards": [self._award(fact) for fact in facts],
        }

    def _award(self, fact: Awarded) -> Plain:
        lot = self._lot(fact.lot)
        title = name_in(lot["title"], DEFAULT_LANGUAGE)
        told: Plain = {
            "id": award_id(fact),
            "title": title,
            "status": "active" if fact.supplier else "unsuccessful",
            "date": instant(fact.at),
            "relatedLots": [fact.lot],
        }
        if fact.supplier is None or fact.price is None:
            return told
        self._mention(fact.supplier, "tenderer", "supplier")
        value = awarded_value(self.call, lot, fact.price, fact.coordination_fee)
        return {
            **told,
            "value": money(value),
            "suppliers": [reference(fact.supplier)],
            "items": [item(self.call, lot, fact.price)],
        }

    def undone(self, _at: datetime, facts: Sequence[Any], _key: str) -> Plain:
        """Awards made void; their lots are open again."""
        told = []
        for fact in facts:
            self.outcomes.pop(fact.lot, None)
            why = words.CORRECTED if fact.corrected else words.ANNULLED
            amendment = {"id": "undone", "date": instant(fact.at), "rationale": why}
            told.append({"id": award_id(fact), "status": "cancelled", "amendments": [amendment]})
        return {"tender": self._standing(opened_by_now=True), "awards": told}

    def _standing(self, *, opened_by_now: bool) -> Plain:
        """How the tender and its lots stand, by what has been decided on them."""
        ended = "unsuccessful" if opened_by_now else "cancelled"
        lots = []
        for lot in self.call["lots"]:
            outcome = self.outcomes.get(lot["key"])
            status = "active" if outcome is None else "complete" if outcome.supplier else ended
            lots.append({"id": lot["key"], "status": status})
        found = [lot["status"] for lot in lots]
        whole = "active" if "active" in found else "complete" if "complete" in found else ended
        return {"id": self.call["reference"], "status": whole, "lots": lots}

    def contracts(self, _at: datetime, facts: Sequence[Any], key: str) -> Plain:
        """Contracts that have come into force."""
        return {"contracts": [self._contract(fact, key) for fact in facts]}

    def _contract(self, fact: Contracted, key: str) -> Plain:
        outcome = self.outcomes[fact.lot]
        lot = self._lot(fact.lot)
        price = outcome.price or Decimal(0)
        agreement = Agreement(
            of=fact,
            award=award_id(fact),
            call=self.call,
            lot=lot,
            buyer=self.process.buyer,
            price=price,
            value=awarded_value(self.call, lot, price, outcome.coordination_fee),
            ends=fact.ends,
            amount=Decimal(lot["capacity_maximum"]),
        )
        self.agreements[fact.reference] = agreement
        self.last[fact.reference] = key
        self._mention(fact.supplier, "tenderer", "supplier")
        return agreement.told(fact.at)

    def amended_contracts(self, at: datetime, facts: Sequence[Any], key: str) -> Plain:
        """Contracts as their options, changes and price clauses leave them."""
        amendments: dict[str, list[Plain]] = {}
        for fact in facts:
            agreement = self.agreements[fact.contract]
            told = {
                **agreement.amend(fact),
                "date": instant(at),
                "amendsReleaseID": self.last[fact.contract],
                "releaseID": key,
            }
            amendments.setdefault(fact.contract, []).append(told)
            self._mention_parties(agreement)
        for name in amendments:
            self.last[name] = key
        return {
            "contracts": [
                {**self.agreements[name].told(at), "amendments": told}
                for name, told in amendments.items()
            ]
        }

    def _mention_parties(self, agreement: Agreement) -> None:
        self._mention(agreement.buyer, "buyer")
        self._mention(agreement.of.supplier)

    def ended(self, _at: datetime, facts: Sequence[Any], key: str) -> Plain:
        """Contracts whose last day has passed."""
        told = []
        for fact in facts:
            agreement = self.agreements[fact.contract]
            agreement.status = "terminated"
            self._mention_parties(agreement)
            self.last[fact.contract] = key
            told.append(agreement.told(fact.at))
        return {"contracts": told}

    def done(self, _at: datetime, facts: Sequence[Any], _key: str) -> Plain | None:
        """What has been called off, held and invoiced; None where it would tell of few people."""
        told: dict[str, Plain] = {}
        for fact in facts:
            agreement = self.agreements[fact.contract]
            done = agreement.carry_out(fact, self.house.small_group)
            if done is None:
                continue
            name, row = done
            lists = told.setdefault(fact.contract, {})
            lists.setdefault(name, []).append(row)
            self._mention_parties(agreement)
            if name == "transactions":
                self._mention(agreement.buyer, "payer")
                self._mention(agreement.of.supplier, "payee")
        if not told:
            return None
        return {
            "contracts": [
                {"id": name, "awardID": self.agreements[name].award, "implementation": lists}
                for name, lists in told.items()
            ]
        }


_TELL: dict[str, Callable[[_Story, datetime, Sequence[Any], str], Plain | None]] = {
    "tender": _Story.tender,
    "tenderAmendment": _Story.amendment,
    "award": _Story.awards,
    "awardCancellation": _Story.undone,
    "contract": _Story.contracts,
    "contractAmendment": _Story.amended_contracts,
    "implementationUpdate": _Story.done,
    "contractTermination": _Story.ended,
}


def award_id(fact: Awarded | Undone | Contracted) -> str:
    """An award is known by its decision's number and its lot's key."""
    return f"{fact.decision}-{fact.lot}"
