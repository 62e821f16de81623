"""Reading the words, the guides and the tour from their files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from portal.data_files import from_yaml
from portal.guides.rules import Guide, Part, Picture, Term, TourStep

FOLDER = Path(__file__).parent
GUIDES = (
    "procurement_officer",
    "decision_maker",
    "provider",
    "course_sponsor",
    "auditor",
    "administrator",
)
"""The guides in the order in which they are listed and looked for."""


def _read(name: str) -> Any:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return from_yaml(file)


@cache
def terms() -> Mapping[str, Term]:
    """Every word of the glossary, in its order."""
    return {
        key: Term(key, told["name"], told["says"], tuple(told["pages"]))
        for key, told in _read("terms.yaml").items()
    }


@cache
def terms_on(endpoint: str) -> tuple[Term, ...]:
    """The words that are explained on a page."""
    return tuple(term for term in terms().values() if endpoint in term.pages)


@cache
def guides() -> Mapping[str, Guide]:
    """Every guide by its key."""
    return {key: _guide(key, _read(f"roles/{key}.yaml")) for key in GUIDES}


def _guide(key: str, told: Mapping[str, Any]) -> Guide:
    return Guide(
        key=key,
        roles=frozenset(told["roles"]),
        title=told["title"],
        lead=told["lead"],
        parts=tuple(
            Part(
                heading=part["heading"],
                does=tuple(part["does"]),
                picture=_picture(part.get("picture")),
            )
            for part in told["parts"]
        ),
    )


def _picture(told: Mapping[str, Any] | None) -> Picture | None:
    return None if told is None else Picture(told["key"], told["shows"])


@cache
def tour() -> tuple[TourStep, ...]:
    """The steps of the first tour."""
    return tuple(
        TourStep(one["heading"], one["says"], one["endpoint"]) for one in _read("tour.yaml")
    )
