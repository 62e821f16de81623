"""Every address that there is, filled with keys: the one generator of the tests that ask them all.

An argument that is a key (``…_id``) is given by the test; any other has its values here. A new name
fails the test with the sentence that says where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any, TypeVar

from flask import Flask
from werkzeug.routing import Rule

from portal.organisations.models import Person
from portal.permissions import PAGES

REFUSED_ALL_THE_SAME = 10
PLAIN: dict[str, Sequence[str]] = {
    "lot_key": ["sea"],
    "key": ["sea", "own"],
    "option_key": ["more"],
    "kind": ["call", "offer_receipt", "opening_record", "result_sheet", "contract"],
    "held": ["participant", "training", "contract", "procurement"],
    "language": ["fi"],
    "role": ["provider"],
    "place": ["start", "bidder", "declarations", "prices", "answer-0", "answer-1"],
    "form": ["json", "csv"],
    "ending": ["xlsx"],
    "n": ["1"],
    "period": ["2026-03"],
    "form_key": ["unit_toppis"],
    "filename": ["css/portal.css"],
    "token": ["x" * 43],
    "day": ["2026-01-12"],
    "subject": ["00000000-0000-4000-8000-000000000000"],
}
"""What stands in an address besides keys."""

Asked = TypeVar("Asked")


def is_key(name: str) -> bool:
    """Whether an argument of an address is the key of a row."""
    return name.endswith("_id")


def plain_values(rule: Rule, name: str) -> Sequence[str]:
    """The values of an argument that is no key."""
    assert name in PLAIN, (
        f"{rule.endpoint} has an argument <{name}> that no test fills: add it to PLAIN in"
        " tests/reach.py, or end its name in _id when it is a key"
    )
    return PLAIN[name]


def addresses(
    app: Flask, values: Callable[[Rule, str], Sequence[Any]]
) -> Iterator[tuple[str, Rule, dict[str, Any]]]:
    """Every address of every route, for each choice of ``values(rule, argument)``."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        for chosen in product(*(values(rule, name) for name in names)):
            filled = dict(zip(names, chosen, strict=True))
            yield adapter.build(rule.endpoint, filled), rule, filled


def within_reach(
    person: Person | None, found: Iterable[Asked], rule_of: Callable[[Asked], Rule]
) -> Iterator[Asked]:
    """Those that the reader is let through to, and a few that are refused before their view.

    The guard refuses by the table of pages alone, before it knows what an address is about, so
    that one such refusal is as good as all of them.
    """
    refused = 0
    for one in found:
        if not PAGES[rule_of(one).endpoint].allows(person):
            refused += 1
            if refused > REFUSED_ALL_THE_SAME:
                continue
        yield one
