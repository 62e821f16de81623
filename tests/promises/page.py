"""docs/trust.md, made of the promises and of the figures that the last runs have left."""

from __future__ import annotations

from portal.paths import ROOT
from tests.promises.bank import Figure, Promise, figures, promises

PAGE = ROOT / "docs" / "trust.md"
HEAD = """# What is promised, and what is not

This page is made by `make trust` out of `tests/promises/promises.yaml` and the figures that the
tests and trials leave in `docs/trust/`; nothing in it is typed. Numbers in brackets are goals of
the study's table 6a. A figure is that of the last run of its trial, on the database named; where
there is none, the test runs with every suite all the same.

| promise | what keeps it | test or trial | last figure |
|---|---|---|---|
"""
LIMITS = """
## What is not promised

"""


def page() -> str:
    """The whole page."""
    left = figures()
    rows = "".join(_row(one, [f for f in left if f.promise == one.key]) for one in promises())
    limits = "".join(
        f"- **{_cell(one.promise.rstrip('.'))}**: {_cell(one.not_promised)}\n"
        for one in promises()
        if one.not_promised
    )
    return HEAD + rows + LIMITS + limits


def _row(promise: Promise, left: list[Figure]) -> str:
    goals = f" ({', '.join(map(str, promise.rows))})" if promise.rows else ""
    kept_by = "<br>".join(f"`{one}`" for one in promise.kept_by)
    told = "<br>".join(_told(one) for one in left) or "no figure yet"
    return (
        f"| {_cell(promise.promise)}{goals} | {_cell(promise.mechanism)} | {kept_by} | {told} |\n"
    )


def _told(figure: Figure) -> str:
    said = ", ".join(f"{name} {_number(value)}" for name, value in figure.figures.items())
    name = figure.trial.replace("_", " ")
    return _cell(f"{figure.at[:10]}, {figure.database}, {name}: {said}")


def _number(value: object) -> str:
    return f"{value:,}".replace(",", " ") if isinstance(value, int | float) else str(value)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
