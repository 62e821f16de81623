"""Writes a case file of any number of participants, and says what its report must show.

Every kind of act on people is there: most complete, some leave early, some break off, one in fifty
is rejected. What each participant is and becomes follows from its number alone, so that the
indicator table is counted here without the portal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

HEAD = """\
case: many-people
title: A case of {people} participants
zone: Europe/Helsinki
organisations:
  buyer: {{kinds: [buyer], name: {{fi: Suuri ostaja}}}}
  office: {{kinds: [employment_office], name: {{fi: Suuri toimisto}}}}
  river: {{kinds: [provider], name: {{fi: Jokiopisto}}}}
  factory: {{kinds: [employer], name: {{fi: Tehdas}}}}
people:
  olli: {{organisation: buyer, name: Olli Ostaja, roles: [procurement_officer, opener]}}
  aino: {{organisation: buyer, name: Aino Avaaja, roles: [opener]}}
  paula: {{organisation: buyer, name: Paula Päättäjä, roles: [decision_maker, signatory]}}
  eeva: {{organisation: buyer, name: Eeva Arvioija, roles: [evaluator]}}
  kaisa: {{organisation: office, name: Kaisa Kummi, roles: [course_sponsor]}}
  roope: {{organisation: river, name: Roope Rehtori, roles: [representative]}}
  tuula: {{organisation: river, name: Tuula Kouluttaja, roles: [trainer, coach]}}
procurement:
  reference: MANY/{people}
  title: {{fi: Kapasiteettia monelle}}
  kind: capacity
  questions_due: 2026-01-12T12:00
  offers_due: 2026-01-19T12:00
  contract: {{start: 2026-02-16, end: 2027-02-15}}
  award:
    price_weight: 60
    comparison: unit_price
    scale_top: 3
    criteria:
      - {{key: service_process, weight: 40}}
  lots:
    - key: sea
      title: {{fi: Meren seutu}}
      region: Lappi
      fields: [kiinteistöpalvelut]
      capacity: {{unit: student_workday, minimum: 0, estimated: {capacity}, maximum: {capacity}}}
      price_model: per_student_workday
      minimum_group: 1
      options:
        - {{key: after, kind: after_guidance, amount: 10, window_months: 6, times: 1, \
notice_by: 2027-02-15}}
timeline:
"""
BEFORE = """\
2026-01-05T09:00 olli do: publish
2026-01-13T09:00 roope do: save_offer, lots: {sea: {price: 50}}, answers: {service_process: Kuvaus}
2026-01-13T09:05 roope do: submit_offer
2026-01-19T13:00 olli do: open_offers, with: aino
2026-01-20T09:00 eeva do: declare_interests, conflicts: []
2026-01-20T09:01 olli do: declare_interests, conflicts: []
2026-01-20T09:02 paula do: declare_interests, conflicts: []
2026-01-20T09:03 olli do: judge_suitability, provider: river, suitable: true, reason: Hyvä
2026-01-20T10:00 eeva do: assess, lot: sea, provider: river, points: {service_process: \
{points: 3, reason: Hyvä}}
2026-01-20T11:00 olli do: agree, lot: sea, provider: river, points: {service_process: \
{points: 3, reason: Hyvä}}
2026-01-20T12:00 olli do: award, lot: sea, provider: river, reason: Ainoa
2026-01-21T09:00 paula do: issue_decision
2026-01-21T10:00 olli do: conclude_contract, contract: k1, lot: sea, provider: river
2026-02-06T09:00 paula do: approve_contract, contract: k1
2026-02-06T09:30 roope do: approve_contract, contract: k1
2026-02-09T09:00 olli do: hold_meeting, meeting: m1, kind: start_up, contract: k1, \
present: [olli, kaisa, roope], \
practices: [{key: p1, text: Läsnäolot, owner: tuula, due: 2026-04-30}]
"""
SEX = ("woman", "man", "woman", "other", "man", "undisclosed")
EDUCATION = ("basic", "upper_secondary", "post_secondary", "higher")
STATUS = (
    "unemployed",
    "long_term_unemployed",
    "outside",
    "in_education",
    "other_work",
    "open_market",
)
BACKGROUND = {"immigrants": 3, "minorities": 2, "disabled": 1, "other_disadvantaged": 4}
FIRST = datetime(2026, 2, 10, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class One:
    """One participant: all from its number, from 0."""

    n: int
    training: int

    @property
    def key(self) -> str:
        """The key in the case."""
        return f"p{self.n}"

    @property
    def rejected(self) -> bool:
        """One in fifty is not selected."""
        return self.n % 50 == 49

    @property
    def born(self) -> int:
        """From 1961 on; the year of the start is 2026, so that the ages run from 16 to 65."""
        return 1961 + self.n * 7 % 50

    @property
    def ending(self) -> str:
        """How the training ends."""
        return ("complete", "complete", "complete", "leave_early", "interrupt")[self.n % 5]

    @property
    def status(self) -> str:
        """The status at the start."""
        return STATUS[self.n % 6]

    @property
    def status_at_end(self) -> str:
        """The status at the end."""
        return STATUS[(self.n * 5 + 1) % 6]

    @property
    def units(self) -> int:
        """Units of whoever completes."""
        return self.n % 4 if self.ending == "complete" else 0


@dataclass(frozen=True)
class Size:
    """How many apply, and to how many trainings they are spread."""

    people: int
    trainings: int

    def members(self, training: int) -> list[One]:
        """Those who apply to one of the trainings."""
        first = self.people * training // self.trainings
        after = self.people * (training + 1) // self.trainings
        return [One(n, training) for n in range(first, after)]


def written(size: Size) -> Iterator[str]:
    """The case file, in pieces."""
    yield HEAD.format(people=size.people, capacity=size.people * 3)
    for line in BEFORE.splitlines():
        at, by, does = line.split(" ", 2)
        yield f"  - {{at: {at}, by: {by}, {does}}}\n"
    clock = FIRST
    for step in (_beginning, _applying, _selecting, _working, _ending, _following):
        for training in range(size.trainings):
            for by, does in step(training, size.members(training)):
                yield f"  - {{at: {_local(clock)}, by: {by}, {does}}}\n"
                clock += timedelta(seconds=1)
        clock = _later(clock, step.__name__)


def _later(clock: datetime, step: str) -> datetime:
    """The day on which what comes after the step begins."""
    days = {
        "_beginning": datetime(2026, 2, 11, 6, tzinfo=UTC),
        "_applying": datetime(2026, 2, 16, 6, tzinfo=UTC),
        "_selecting": datetime(2026, 3, 2, 6, tzinfo=UTC),
        "_working": datetime(2026, 4, 15, 5, tzinfo=UTC),
        "_ending": datetime(2026, 7, 20, 5, tzinfo=UTC),
        "_following": clock,
    }
    assert clock <= days[step], "the acts of a step do not fit before the next"
    return days[step]


def _local(clock: datetime) -> str:
    """The time in Helsinki; summer time begins on 29 March 2026."""
    hours = 3 if clock >= datetime(2026, 3, 29, 1, tzinfo=UTC) else 2
    return f"{clock + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}"


Acts = Iterator[tuple[str, str]]


def _beginning(training: int, people: list[One]) -> Acts:
    yield (
        "kaisa",
        (
            f"do: call_off, call_off: c{training}, contract: k1, form: cohort, "
            f"field: kiinteistöpalvelut, workdays: {len(people) * 3}, places: {len(people)}"
        ),
    )
    yield (
        "tuula",
        f"do: confirm_call_off, call_off: c{training}, training: t{training}, starts: 2026-02-16",
    )


def _applying(training: int, people: list[One]) -> Acts:
    for one in people:
        yield (
            "kaisa",
            (
                f"do: apply, training: t{training}, participant: {one.key}, name: Henkilö {one.n}, "
                f"birth_year: {one.born}, sex: {SEX[one.n % 6]}, "
                f"education: {EDUCATION[one.n % 4]}, status: {one.status}"
            ),
        )
        yield (
            "tuula",
            f"do: interview, participant: {one.key}, need: {one.n % 4}, urgency: 2, suitability: 2",
        )


def _selecting(training: int, people: list[One]) -> Acts:
    taken = ", ".join(one.key for one in people if not one.rejected)
    left = ", ".join(one.key for one in people if one.rejected)
    yield "kaisa", f"do: select, training: t{training}, participants: [{taken}], with: [tuula]"
    if left:
        yield (
            "kaisa",
            (
                f"do: reject, training: t{training}, participants: [{left}], with: [tuula], "
                "reason: Ei nyt"
            ),
        )
    yield "tuula", f"do: start, training: t{training}, participants: [{taken}]"


def _working(training: int, people: list[One]) -> Acts:
    taken = [one for one in people if not one.rejected]
    days = ", ".join(f"{one.key}: 2.5" for one in taken)
    counts = ", ".join(f"{name}: {count}" for name, count in BACKGROUND.items())
    yield "tuula", f"do: record_workdays, training: t{training}, period: 2026-02, days: {{{days}}}"
    yield "kaisa", f"do: accept_workdays, training: t{training}, period: 2026-02"
    if len(taken) >= 10:
        yield "tuula", f"do: report_background, training: t{training}, {counts}"
    for one in taken[::20]:
        yield (
            "kaisa",
            (
                f"do: visit, training: t{training}, day: 2026-02-20, workplace: Tehdas, "
                f"participants: [{one.key}]"
            ),
        )


def _ending(training: int, people: list[One]) -> Acts:
    for one in people:
        if one.rejected:
            continue
        told = f"participant: {one.key}, day: 2026-04-14, status: {one.status_at_end}"
        extra = {
            "complete": f", units: {one.units}, qualifications: {one.n % 2}",
            "leave_early": f", to: {'work' if one.n % 2 else 'studies'}",
            "interrupt": ", reason: Muutto",
        }
        yield "tuula", f"do: {one.ending}, {told}{extra[one.ending]}"
        if one.n % 3 == 0:
            yield (
                one.key,
                (
                    f"do: give_feedback, training: t{training}, points: {one.n % 5 + 1}, "
                    f"text: Hyvä, proposal: f{one.n}"
                ),
            )
            yield "tuula", f"do: answer_proposal, proposal: f{one.n}, text: Tehdään"
        if one.n % 4 == 0:
            yield (
                "tuula",
                (
                    f"do: after_guidance, participant: {one.key}, day: 2026-04-15, state: used, "
                    "hours: 2"
                ),
            )


def _following(training: int, people: list[One]) -> Acts:
    for one in people:
        if not one.rejected and one.n % 2 == 0:
            yield (
                "kaisa",
                f"do: follow_up, participant: {one.key}, months: 3, status: {one.status_at_end}",
            )
    yield "olli", f"do: close_training, training: t{training}"


def expected(size: Size) -> dict[str, Any]:
    """The indicator table, counted from the numbers alone."""
    started = [one for t in range(size.trainings) for one in size.members(t) if not one.rejected]
    completed = [one for one in started if one.ending != "interrupt"]
    ages = [2026 - one.born for one in started]
    educated = Counter(EDUCATION[one.n % 4] for one in started)
    told = sum(
        sum(not one.rejected for one in size.members(t)) >= 10 for t in range(size.trainings)
    )
    return {
        "started": {
            **_counted(started, Counter(one.status for one in started)),
            "age_15_24": sum(15 <= age <= 24 for age in ages),
            "age_55_64": sum(55 <= age <= 64 for age in ages),
            **{level: educated[level] for level in EDUCATION},
            **{name: count * told for name, count in BACKGROUND.items()},
        },
        "completed": _counted(completed, Counter(one.status_at_end for one in completed)),
        "interrupted": len(started) - len(completed),
        "units": sum(one.units for one in started),
        "qualifications": sum(one.n % 2 for one in started if one.ending == "complete"),
    }


def _counted(people: list[One], by_status: Counter[str]) -> dict[str, int]:
    found = {status: by_status[status] for status in STATUS}
    found["unemployed"] += by_status["long_term_unemployed"]
    found["outside"] += by_status["in_education"]
    return {
        "total": len(people),
        "women": sum(SEX[one.n % 6] == "woman" for one in people),
        **found,
    }
