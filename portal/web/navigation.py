"""The links at the top of every page, each shown to those whom its page lets through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.web.language import current_language
from portal.web.unit import current_person, services

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Way:
    """One link: where to, in which words; ``roles`` narrows it further than its page does.

    ``group`` is a key of ``GROUPS``; without one a link stands before all groups.
    """

    endpoint: str
    label: LazyString
    roles: frozenset[str] = frozenset()
    group: str = ""


@dataclass(frozen=True)
class Link:
    """A link as it is printed."""

    url: str
    label: str
    here: bool


@dataclass(frozen=True)
class Group:
    """Links that belong together, under a heading with an icon; the first group has neither."""

    heading: str
    icon: str
    links: list[Link]


MOST_KEPT = 256
"""Navigations kept in a process, each some 5 kB: of one language, place and set of roles."""

GROUPS: dict[str, tuple[str, LazyString]] = {
    "buying": ("file-search", _l("Buying")),
    "training": ("graduation-cap", _l("Training")),
    "results": ("chart-column", _l("Results")),
    "shared": ("book-open", _l("Shared material")),
    "keeping": ("settings", _l("Administration")),
}
"""The groups of links in their order: icon and heading."""

WAYS: tuple[Way, ...] = (
    Way("waiting.index", _l("What waits")),
    Way("needs.index", _l("Needs"), group="buying"),
    Way("soundings.index", _l("Soundings"), group="buying"),
    Way("procurement.index", _l("Calls"), group="buying"),
    Way("offers.index", _l("My offers"), frozenset({"representative"}), group="buying"),
    Way(
        "evaluation.index",
        _l("Evaluations"),
        frozenset({"procurement_officer", "evaluator", "opener", "decision_maker", "signatory"}),
        group="buying",
    ),
    Way("contracts.index", _l("Contracts"), group="buying"),
    Way("last_seats.index", _l("Last seats"), frozenset({"course_sponsor"}), group="training"),
    Way("arrangements.index", _l("Rankings"), frozenset({"procurement_officer"}), group="buying"),
    Way("enrolments.mine", _l("My trainings"), group="training"),
    Way("enrolments.index", _l("Trainings"), group="training"),
    Way("capacity.index", _l("Call-offs"), group="training"),
    Way("feedback.proposals", _l("Proposals"), group="results"),
    Way("indicators.index", _l("Indicators"), group="results"),
    Way("scorecards.index", _l("Scorecards"), group="results"),
    Way("programme.index", _l("Reports"), group="results"),
    Way("criteria.index", _l("Criteria bank"), group="shared"),
    Way("training_forms.index", _l("Forms of training"), group="shared"),
    Way(
        "provider_cards.index",
        _l("Provider cards"),
        frozenset(
            {
                "course_sponsor",
                "responsible_official",
                "procurement_officer",
                "representative",
                "trainer",
                "coach",
            }
        ),
        group="shared",
    ),
    Way("privacy.index", _l("Personal data"), group="keeping"),
    Way("organisations.index", _l("Organisations"), group="keeping"),
    Way("auditing.index", _l("Audit record"), group="keeping"),
)


def install(app: Flask) -> None:
    """Give base.html its navigation, printed once for all readers of the same roles."""

    # What it is printed from is the key: the rest of a request must not be in it.
    @lru_cache(maxsize=MOST_KEPT)
    def printed(*_key: object) -> Markup:
        ways = navigation()
        return Markup(render_template("_ways.html", ways=ways) if ways else "")  # noqa: S704  # ours

    def ways_to_go() -> Markup:
        person = current_person()
        return printed(
            current_language(),
            request.script_root,
            request.endpoint == "home",
            _place(),
            None if person is None else person.roles,
        )

    app.jinja_env.globals["ways_to_go"] = ways_to_go


def navigation() -> list[Group]:
    """What this reader can go to from anywhere; a group with nothing for them is left out."""
    person, here = current_person(), _place()
    found: dict[str, list[Link]] = {key: [] for key in ("", *GROUPS)}
    for way in WAYS:
        if (
            way.endpoint in current_app.view_functions
            and services().allows(way.endpoint, person)
            and (not way.roles or (person is not None and way.roles & person.roles))
        ):
            is_here = way.endpoint.split(".")[0] == here
            found[way.group].append(Link(url_for(way.endpoint), str(way.label), is_here))
    return [
        Group(str(GROUPS[key][1]) if key else "", GROUPS[key][0] if key else "", links)
        for key, links in found.items()
        if links
    ]


def _place() -> str | None:
    """The room of the page on screen."""
    # One's own account is written by the room of organisations, and stands in none of these.
    return None if request.path.startswith("/account") else request.blueprint
