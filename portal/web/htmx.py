"""htmx at the edge: the one module that knows its headers and the library that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from htmx_flask import Htmx
from htmx_flask import request as htmx_request
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from flask import Flask, Response


def install(app: Flask) -> None:
    """Make every request tell whether htmx sent it, and every response say that it matters."""
    Htmx(app)
    app.jinja_env.globals["htmx_region"] = htmx_region

    @app.after_request
    def vary(response: Response) -> Response:
        response.vary.add("HX-Request")
        return response


def is_htmx() -> bool:
    """Whether htmx sent this request to swap a region, not to load a whole page."""
    htmx = htmx_request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def path_on_screen() -> str | None:
    """The path of the page from which htmx sent this request, where it says so in an address."""
    current = htmx_request.htmx.current_url
    try:
        return urlsplit(current).path if current else None
    except ValueError:
        return None


def leave_for(url: str, response: Response) -> Response:
    """Tell htmx to load another page; a 303 would be followed and swapped into the region."""
    response.status_code = 204
    response.headers["HX-Redirect"] = url
    return response


def swap_main(response: Response) -> Response:
    """Let htmx put the answer in the place of the whole main part, whatever region it asked for."""
    response.headers["HX-Retarget"] = "#main"
    response.headers["HX-Reselect"] = "#main"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def htmx_region(region: str) -> Markup:
    """Attributes of a form whose answer replaces the element with that id.

    The server answers with the whole page; htmx takes the region and the flashed messages.
    """
    return Markup(
        'hx-target="#{0}" hx-select="#{0}" hx-swap="outerHTML show:none" hx-select-oob="#flashes"'
    ).format(escape(region))
