"""The pages that show lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.market.ground import CRITERIA, Market


@dataclass(frozen=True)
class ListPage:
    """A page that shows a list: whose it is (nobody in particular: None) and its address."""

    name: str
    reader: str | None
    address: Callable[[Market], str]


def _of_call(kind: str, rest: str) -> Callable[[Market], str]:
    return lambda market: f"/procurements/{market.calls[kind]}{rest}"


def _at(address: str) -> Callable[[Market], str]:
    return lambda _market: address


LIST_PAGES = (
    ListPage("front page", None, _at("/")),
    ListPage("calls, anybody", None, _at("/procurements")),
    ListPage("calls, officer", "officer", _at("/procurements")),
    ListPage("calls, decided", "officer", _at("/procurements?state=decided")),
    ListPage("a call with questions", None, _of_call("open", "")),
    ListPage("evaluators of a call", "officer", _of_call("open", "/evaluators")),
    ListPage("a criterion and its calls", None, _at(f"/criteria/{CRITERIA[0]}")),
    ListPage("own offers", "representative", _at("/offers")),
    ListPage("opening", "opener", _of_call("opened", "/opening")),
    ListPage("evaluations, officer", "officer", _at("/evaluations")),
    ListPage("evaluations, evaluator", "evaluator", _at("/evaluations")),
    ListPage("an evaluation", "officer", _of_call("opened", "/evaluation")),
    ListPage("declaration of interests", "officer", _of_call("opened", "/interests")),
    ListPage("suitability", "officer", _of_call("opened", "/suitability")),
    ListPage("clarifications", "officer", _of_call("opened", "/clarifications")),
    ListPage("matrix of a lot, officer", "officer", _of_call("opened", "/evaluation/lots/lot-1")),
    ListPage(
        "matrix of a lot, evaluator", "evaluator", _of_call("opened", "/evaluation/lots/lot-1")
    ),
    ListPage("ranking of a decided lot", "officer", _of_call("decided", "/evaluation/lots/lot-1")),
    ListPage("decision", "officer", _of_call("decided", "/decision")),
    ListPage("contracts, officer", "officer", _at("/contracts")),
    ListPage("contracts, provider", "representative", _at("/contracts")),
    ListPage("organisations", "representative", _at("/organisations")),
    ListPage("people", "administrator", _at("/people")),
    ListPage("invitation", "administrator", _at("/people/invite")),
    ListPage("outbox", None, _at("/outbox")),
    ListPage("needs, office", "sponsor", _at("/needs")),
    ListPage("needs, officer", "officer", _at("/needs")),
    ListPage("a new need", "sponsor", _at("/needs/new")),
    ListPage("qualification units", "sponsor", _at("/qualification-units?field=cleaning")),
    ListPage("provider cards", "sponsor", _at("/provider-cards")),
    ListPage(
        "a search of provider cards",
        "sponsor",
        _at("/provider-cards?q=siivoojaksi+koulutus&region=kainuu"),
    ),
    ListPage("own provider cards", "representative", _at("/provider-cards/mine")),
    ListPage("soundings", None, _at("/soundings")),
    ListPage("a sounding", "representative", lambda market: f"/soundings/{market.sounding}"),
    ListPage("a new sounding", "officer", _at("/soundings/new")),
    ListPage("open data", None, _at("/open-data")),
)
"""The pages whose cost must not grow with the market."""
