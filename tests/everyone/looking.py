"""One look at a page as it stands in a window: axe, and what axe leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.everyone.languages import seems, typed

AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe-4.14.1.min.js"
MEASURES = Path(__file__).with_name("measures.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
MOST_STEPS = 80
"""So many times the Tab key is pressed on one page."""

Fault = tuple[str, str, str]

_axe = AXE.read_text(encoding="utf-8")
_measures = MEASURES.read_text(encoding="utf-8")
_RUN = """rules => axe.run(document, {
  runOnly: {type: "tag", values: rules},
  rules: {"target-size": {enabled: true}},
  resultTypes: ["violations"],
})"""


def axe(page: Page) -> list[Fault]:
    """What axe finds by WCAG 2.2 AA and good practice, the size of targets included."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe)
    told: dict[str, Any] = page.evaluate(_RUN, RULES)
    return [
        (rule["id"], _plain(node["target"]), " ".join((node["failureSummary"] or "").split())[:200])
        for rule in told["violations"]
        for node in rule["nodes"][:3]
    ]


def measure(page: Page, what: str, *given: Any) -> Any:
    """One of the measures of measures.js."""
    if not page.evaluate("Boolean(window.everyone)"):
        page.evaluate(_measures)
    return page.evaluate(f"given => window.everyone.{what}(...given)", list(given))


def faults(page: Page, what: str, *given: Any) -> list[Fault]:
    """What one of the measures finds."""
    found = measure(page, what, *given)
    return [(str(rule), str(element), str(said)) for rule, element, said in found]


def mixed(page: Page) -> list[Fault]:
    """Texts of ours that say they are in another language than they seem to be."""
    return [
        ("language", element, f"{marked}, seems {seems(text)}: {text[:90]}")
        for text, marked, element in measure(page, "blocks")
        if (seems(text) or marked) != marked and text not in typed()
    ]


def by_keyboard(page: Page, *, whole: bool = True) -> list[Fault]:
    """From the top of the page, or of its main part, to its end by the Tab key, each stop seen."""
    found: list[Fault] = []
    measure(page, "path", None)
    page.evaluate("document.activeElement.blur()")
    if not whole:
        page.locator("main").focus()
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate("window.everyone.focus()")
        if here is None:
            break
        if not here["marked"]:
            found.append(("focus-visible", here["path"], "nothing marks the focus"))
        if here["covered"]:
            found.append(("focus-covered", here["path"], "something lies over it"))
        if here["same"]:
            found.append(("keyboard-trap", here["path"], "the Tab key leads nowhere else"))
            break
    return found


def _plain(target: Any) -> str:
    if isinstance(target, list):
        return " ".join(_plain(one) for one in target)
    return "".join(sign for sign in str(target) if sign.isprintable())[:120]
