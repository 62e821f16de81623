"""How a view answers: a page, or the way on after an act."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, flash, make_response, redirect, render_template, request
from flask import session as browser_session

from portal.shared.errors import NotFound
from portal.web.htmx import is_htmx, leave_for, path_on_screen
from portal.web.unit import TOKEN

T = TypeVar("T")


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """A whole page; htmx takes from it the region that it asked for."""
    context.setdefault("refused", status == 422)
    return make_response(render_template(template, **context), status)


def done(message: str, url: str) -> Response:
    """The act is done: say so on the page that follows."""
    flash(message)
    return onwards(url)


def onwards(url: str) -> Response:
    """Send the reader to another page of the portal, however the request came."""
    if is_htmx() and urlsplit(url).path != path_on_screen():
        return leave_for(url, make_response(""))
    return make_response(redirect(url, code=303))


def autosaving() -> bool:
    """Whether a draft is being saved by itself, and not by its button."""
    return is_htmx() and request.form.get("autosave") == "1"


def saved() -> Response:
    """The answer to a draft that saved itself: nothing on the page changes but its save state."""
    return make_response("", 204)


def not_found_unless(thing: T | None) -> T:
    """The thing itself. Raises NotFound where there is none."""
    if thing is None:
        raise NotFound
    return thing


def install(app: Flask) -> None:
    """What is shown to somebody logged in stays out of every cache."""

    @app.after_request
    def uncached(response: Response) -> Response:
        # The address of a personal link is all that its reader needs to show.
        if browser_session.get(TOKEN) or "token" in (request.view_args or ()):
            response.headers["Cache-Control"] = "no-store"
        elif response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
