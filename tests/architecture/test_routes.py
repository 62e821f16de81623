from __future__ import annotations

from flask import Flask

from portal.permissions import PAGES


def test_every_route_has_a_row_in_the_table_of_pages(app: Flask) -> None:
    assert sorted(set(app.view_functions) - PAGES.keys()) == []


def test_every_row_of_the_table_is_a_route(app: Flask) -> None:
    assert sorted(PAGES.keys() - set(app.view_functions)) == []


def test_routes_change_things_by_post_and_nothing_else(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
