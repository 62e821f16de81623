"""What is drawn: proportions, what is left out, what every picture has."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree
from markupsafe import Markup

from portal.pictures.charts import WIDTH, Bar, Mark, Part, Series, bars, lines, time_line

SVG = "{http://www.w3.org/2000/svg}"
PARTS = [Part("full", Decimal("17.5"), "Toteutunut"), Part("slanted", 400, "Tilattu")]
ROW = Bar("ESIM/1 <b>", "582,5", PARTS, 1000)
TICKS = [(0, "Tänään"), (42, "6 viikkoa"), (84, "12 viikkoa")]
MARKS = [Mark(1, -4, "a"), Mark(2, 0, "b"), Mark(3, 1, "c"), Mark(4, 84, "d")]
VALUES = [Decimal(1), None, Decimal(5), Decimal(3)]


def drawn() -> dict[str, Markup]:
    return {
        "bars": bars("bars", "Otsikko", "Selitys", [ROW], PARTS),
        "days": time_line("days", "Otsikko", "Selitys", MARKS, TICKS, "Myöhässä"),
        "lines": lines(
            "lines", "Otsikko", "Selitys", [Series("A", "round", VALUES, "abcd")], "1234", (1, 5)
        ),
    }


@pytest.mark.parametrize("key", ["bars", "days", "lines"])
def test_a_picture_has_a_title_and_a_description_and_nothing_that_the_policy_refuses(
    key: str,
) -> None:
    root = etree.fromstring(drawn()[key])
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{key}-title"
    assert root.findtext(f"{SVG}title") == "Otsikko"
    assert root.findtext(f"{SVG}desc") == "Selitys"
    assert root.find(f"{SVG}desc").get("id") == root.get("aria-describedby")
    for element in root.iter(f"{SVG}*"):
        assert element.tag not in (f"{SVG}style", f"{SVG}script")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


def test_a_bar_is_as_long_as_its_share_of_the_whole() -> None:
    root = etree.fromstring(drawn()["bars"])
    parts = [
        (float(box.get("x")), float(box.get("width")))
        for box in root.iter(f"{SVG}rect")
        if box.get("class") == "chart-part" and box.get("height") == "18"
    ]
    room = WIDTH - 2
    assert parts == [
        (1.0, pytest.approx(room * 0.0175, abs=0.06)),
        (pytest.approx(1 + room * 0.0175, abs=0.06), pytest.approx(room * 0.4, abs=0.06)),
    ]


def test_parts_of_different_kinds_have_different_patterns() -> None:
    root = etree.fromstring(drawn()["bars"])
    fills = {box.get("fill") for box in root.iter(f"{SVG}rect") if box.get("class") == "chart-part"}
    assert len(fills) == len(PARTS)
    assert {fill[5:-1] for fill in fills} == {tile.get("id") for tile in root.iter(f"{SVG}pattern")}


def test_what_is_typed_stays_text() -> None:
    assert "ESIM/1 &lt;b&gt;" in drawn()["bars"]


def test_late_days_are_squares_before_the_line_and_days_together_do_not_cover_each_other() -> None:
    root = etree.fromstring(drawn()["days"])
    (square,) = list(root.iter(f"{SVG}rect"))
    circles = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle")]
    assert float(square.get("x")) + float(square.get("width")) < circles[0][0]
    assert circles[0][1] != circles[1][1]
    assert circles[2][0] + 13 <= WIDTH


def test_no_line_leads_across_what_has_no_value() -> None:
    root = etree.fromstring(drawn()["lines"])
    lines_drawn = [
        line for line in root.iter(f"{SVG}path") if "chart-line" in (line.get("class") or "")
    ]
    dots = list(root.iter(f"{SVG}circle"))
    assert len(lines_drawn) == 1 + 1  # one between neighbours, one in the legend
    assert len(dots) == 3 + 1
