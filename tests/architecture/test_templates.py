from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from portal.paths import STATIC, TEMPLATES

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if not path.is_relative_to(TEMPLATES / "documents")
)


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse(source(name))


@pytest.mark.parametrize("name", PAGES)
def test_a_template_uses_every_macro_that_it_imports(app: Flask, name: str) -> None:
    tree = parsed(app, name)
    imported = {
        part[1] if isinstance(part, tuple) else part
        for found in tree.find_all(nodes.FromImport)
        for part in found.names
    }
    used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}
    assert sorted(imported - used) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_template_only_prints(app: Flask, name: str) -> None:
    sums = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Pow)
    assert not list(parsed(app, name).find_all(sums)), "sums belong to rules and queries"
    assert ".holds(" not in source(name), "who may do what is asked in queries"


@pytest.mark.parametrize("name", PAGES)
def test_a_template_has_no_inline_script_or_style(name: str) -> None:
    text = source(name)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_named_in_its_title(name: str) -> None:
    if name != "base.html" and "extends" in source(name):
        assert "{% block title %}" in source(name)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in [*TEMPLATES.rglob("*.html"), *STATIC.rglob("*.css"), *(STATIC / "js").glob("*")]:
        text = Path(path).read_text(encoding="utf-8")
        assert not re.search(r"""(src|href)=["']?(https?:)?//|url\(["']?(https?:)?//""", text), path


def test_a_cold_page_is_light(app: Flask) -> None:
    html = app.test_client().get("/").get_data(as_text=True)
    linked = re.findall(r'(?:src|href)="/static/([^"#]+)', html)
    fonts = [f"fonts/web/source-sans-3-latin-{weight}-normal.woff2" for weight in (400, 600)]
    size = sum((STATIC / name).stat().st_size for name in {*linked, *fonts}) + len(html)
    assert size < 200_000
