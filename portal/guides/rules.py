"""The words, the guides and the tour, as their files tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Names = Mapping[str, str]


@dataclass(frozen=True)
class Term:
    """A word of the house with its plain sentence; ``pages`` are those on which it is explained."""

    key: str
    name: Names
    says: Names
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A picture of the running portal: ``shows`` says in words what is on it."""

    key: str
    shows: Names


@dataclass(frozen=True)
class Part:
    """One part of a guide: its heading, what to do in order, and perhaps a picture."""

    heading: Names
    does: tuple[Names, ...]
    picture: Picture | None


@dataclass(frozen=True)
class Guide:
    """The guide of a role: what the role does, part by part. ``roles`` are those it is for."""

    key: str
    roles: frozenset[str]
    title: Names
    lead: Names
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class TourStep:
    """One step of the first tour, with the page that it is about, by its endpoint."""

    heading: Names
    says: Names
    endpoint: str


def guide_for(guides: Mapping[str, Guide], roles: frozenset[str]) -> Guide | None:
    """The guide of whoever has these roles: the first that is for any of them."""
    return next((guide for guide in guides.values() if guide.roles & roles), None)


def step_to_show(seen: int | None, steps: int) -> int | None:
    """The number of the tour's next step, from one; None once it is over.

    ``seen`` is how many steps have been seen; None where the tour has not been begun.
    """
    following = (seen or 0) + 1
    return following if following <= steps else None
