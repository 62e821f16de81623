"""Where to send a reader next, never out of the portal."""

from __future__ import annotations

from flask import current_app, request, url_for
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal.web.htmx import is_htmx, path_on_screen


def safe_address(address: str | None) -> str:
    """The address if it is a path within the portal, else the home page's."""
    if address and address.startswith("/") and address.isprintable() and "\\" not in address:
        # Two slashes would lead to another server, and what follows them need not be an address.
        return address if not address.startswith("//") else url_for("home")
    return url_for("home")


def page_address() -> str:
    """The address at which the page that is now shown can be asked for again.

    After a form was refused this is the nearest page above the form's own address.
    """
    if request.method in ("GET", "HEAD"):
        return _with_query(request.path)
    return nearest_page(path_on_screen() or request.path)


def wanted_page() -> str:
    """Where to bring the reader back to once they have logged in."""
    return nearest_page(path_on_screen() or "/") if is_htmx() else page_address()


def nearest_page(path: str) -> str:
    """The path, or the closest one above it, that answers to GET."""
    while path.strip("/"):
        if _answers_to_get(path):
            return path
        path = path.rstrip("/").rpartition("/")[0]
    return "/"


def _answers_to_get(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True


def _with_query(path: str) -> str:
    query = request.query_string.decode(errors="replace")
    return f"{path}?{query}" if query else path
