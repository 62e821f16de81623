"""The look: contrast of the tokens, one sprite, a light page, print, the menu of a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from portal.database import Database
from portal.paths import STATIC, TEMPLATES
from portal.unit_of_work import unit_of_work
from tests.browser.conftest import visit  # noqa: F401  # a fixture
from tests.cast import Cast
from tests.underway import contract_in_force, training_of

SHEET = (STATIC / "css" / "portal.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"^  --([\w-]+): (#[0-9a-f]{3,6});$", SHEET, re.MULTILINE))
MOST_BYTES = 200_000
A4 = {"width": 680, "height": 1000}
"""The inside of an upright A4 page with our margins, in the pixels of print."""

TEXTS = [
    *[("ink", ground) for ground in ("paper", "ground", "blue-50", "blue-100")],
    *[("ink-soft", ground) for ground in ("paper", "ground", "blue-50")],
    *[("blue-600", ground) for ground in ("paper", "ground", "blue-50", "blue-100")],
    *[("blue-900", ground) for ground in ("paper", "ground", "blue-100")],
    *[(colour, f"{colour}-50") for colour in ("red", "green", "amber")],
    *[("paper", ground) for ground in ("blue-700", "blue-900", "red", "red-900")],
    ("red", "paper"),
    ("blue-700", "blue-50"),
]
EDGES = [
    *[("line-strong", ground) for ground in ("paper", "ground")],
    *[("focus", ground) for ground in ("paper", "ground", "blue-100")],
    *[(colour, f"{colour}-50") for colour in ("red", "green", "amber")],
    ("blue-700", "blue-100"),
]


def lightness(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two tokens, from 1 to 21."""
    low, high = sorted([lightness(TOKENS[one]), lightness(TOKENS[other])])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_the_borders_of_fields_and_the_focus_stand_out(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


def test_every_colour_is_a_token() -> None:
    rules = SHEET[SHEET.index("*::before") :]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", rules)


def test_every_variable_that_is_used_is_there() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        used = set(re.findall(r"var\((--[\w-]+)", sheet.read_text(encoding="utf-8")))
        assert used <= set(re.findall(r"^  (--[\w-]+):", SHEET, re.MULTILINE)), sheet.name


def test_the_sprite_has_the_icons_that_the_templates_use_and_says_whose_they_are() -> None:
    sprite = (STATIC / "img" / "icons.svg").read_text(encoding="utf-8")
    there = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'icon\("([\w-]+)"\)', text))
    assert used <= there
    assert "icons.svg" in (STATIC / "vendor" / "LICENSES.md").read_text(encoding="utf-8")


@pytest.mark.browser
def test_a_cold_page_is_light(visit: Callable[..., object], cast: Cast) -> None:  # noqa: F811
    window = visit(cast.olli)
    page: Page = window.page  # type: ignore[attr-defined]
    sizes: list[float] = []
    channel = page.context.new_cdp_session(page)
    channel.send("Network.enable")
    channel.send("Network.setCacheDisabled", {"cacheDisabled": True})
    channel.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto("/", wait_until="networkidle")
    assert len(sizes) >= 7
    assert sum(sizes) < MOST_BYTES


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/contracts", "/indicators"])
def test_no_column_is_cut_on_paper(
    visit: Callable[..., object],  # noqa: F811
    cast: Cast,
    database: Database,
    path: str,
) -> None:
    with unit_of_work(database) as session:
        training_of(session, cast, contract_in_force(session, cast), workdays="17.5")
    page: Page = visit(cast.olli).page  # type: ignore[attr-defined]
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.goto(path)
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('table, .chart')]"
        ".filter(one => one.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert cut == 0
    assert page.locator(".site-nav").is_hidden()
    assert page.locator("main table").first.is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_of_a_telephone_opens_without_a_script(
    chromium: Chromium, address: str, javascript: bool
) -> None:
    context = chromium.new_context(
        base_url=address,
        java_script_enabled=javascript,
        viewport={"width": 360, "height": 740},
        locale="en-GB",
    )
    page = context.new_page()
    page.goto("/")
    calls = page.get_by_role("navigation").get_by_role("link", name="Calls")
    assert calls.is_hidden()
    page.get_by_text("Menu", exact=True).click()
    assert calls.is_visible()
    calls.click()
    page.wait_for_url("**/procurements")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert calls.is_visible()
    assert page.locator(".site-menu > summary").is_hidden()
    context.close()


@pytest.mark.browser
def test_pictures_keep_their_ground_and_nothing_moves_where_that_is_asked(
    visit: Callable[..., object],  # noqa: F811
    cast: Cast,
    database: Database,
) -> None:
    with unit_of_work(database) as session:
        contract_in_force(session, cast)
    page: Page = visit(cast.olli).page  # type: ignore[attr-defined]
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto("/")
    ground = "getComputedStyle(document.querySelector('.chart')).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    moving = (
        "[...document.querySelectorAll('*')].filter(one =>"
        " parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    )
    assert page.evaluate(moving) == 0
