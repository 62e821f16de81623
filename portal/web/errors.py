"""What a reader is told when there is no page to show.

A fault is told by a reference and nothing else; the line of the log with that reference tells what
failed and where in the code, and never what it was about. Nothing that fails on the way to such a
page shows more: the last resort needs no template, no language and no database.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from portal.shared.errors import NotFound, RuleBroken
from portal.shared.references import new_reference
from portal.storage.objects import StoreUnavailable
from portal.web.addresses import page_address
from portal.web.attempts import record_refusal, record_search
from portal.web.logging import HEADER, REFERENCE, of_request, request_id, route_told
from portal.web.pages import autosaving, page
from portal.web.routes import Addressed
from portal.web.security import HEADERS
from portal.web.unit import services, stay_anonymous

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask_babel.speaklater import LazyString

log = logging.getLogger("portal.errors")

# A restart of the database takes no longer, and nobody is kept from an act that cannot wait.
TRY_AGAIN_AFTER_S = 10
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}

_WORDS: dict[int, tuple[LazyString, LazyString]] = {
    400: (
        _l("The request could not be read"),
        _l("Go back, load the page again and try once more."),
    ),
    403: (
        _l("You may not open this page"),
        _l("Your role does not allow this. If it should, ask your organisation's administrator."),
    ),
    404: (
        _l("There is no such page"),
        _l("The page has been moved, or it is not yours to see. Check the address."),
    ),
    405: (
        _l("This address does not work that way"),
        _l("Go back and use the links and buttons of the page."),
    ),
    413: (
        _l("What you sent is too large"),
        _l("Send fewer or smaller files. The page that asks for them tells how large they may be."),
    ),
    429: (
        _l("Too many attempts"),
        _l("Wait a few minutes and try again."),
    ),
    500: (
        _l("Something went wrong in the portal"),
        _l("What you were doing may not have been saved. Try again in a moment."),
    ),
    503: (
        _l("The portal is not available just now"),
        _l(
            "What you were doing may not have been saved. In a few minutes, look whether it was,"
            " and if not, do it again."
        ),
    ),
}


# Of the stores, not of what was asked: one is gone, busy or full, and comes back.
_UNAVAILABLE = (OperationalError, InterfaceError, NoConnection, StoreUnavailable)

_LAST_RESORT = """<!doctype html>
<html lang="fi">
<head><meta charset="utf-8"><title>Portaalissa on vika — Siirtymä</title></head>
<body><main>
<h1>Portaalissa on vika</h1>
<p>Yritä hetken kuluttua uudelleen. Viitenumero: <code>{reference}</code></p>
<p lang="sv">Något gick fel i portalen. Försök igen om en stund. Referensnummer:
<code>{reference}</code></p>
<p lang="en">Something went wrong in the portal. Try again in a moment. Reference number:
<code>{reference}</code></p>
</main></body>
</html>
"""


class Portal(Addressed):
    """An application of which no fault gets out but as a page with a reference."""

    def log_exception(self, exc_info: object) -> None:
        """Nothing: the library's own line tells the address. `_fault` tells what may be told."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer; what fails outside every page, or on the way to its error page, as well."""
        environ[REFERENCE] = reference = new_reference()
        begun = False

        def begin(*answer: Any) -> Any:
            nonlocal begun
            begun = True
            return start_response(*answer)

        try:
            return super().wsgi_app(environ, begin)
        except Exception:
            if self.config["PROPAGATE_EXCEPTIONS"]:
                raise
            log.exception("fault outside every page", extra={"request": reference})
            response = _last_resort(reference)
            # The server puts aside what was begun, as long as nothing of it has been sent.
            how: Any = (sys.exc_info(),) if begun else ()
            start_response(response.status, response.headers.to_wsgi_list(), *how)
            return [response.get_data()]


def install(app: Flask) -> None:
    """Answer every fault with a page in the reader's language."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _other)
    for passing in (*_UNAVAILABLE, OSError):
        app.register_error_handler(passing, _passing)
    app.register_error_handler(500, _fault)


def error_page(status: int) -> Response:
    """The page of that status, in words; with the reference where it is the portal's fault."""
    heading, text = _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]
    told: dict[str, Any] = {"reference": request_id(), "bare": True} if status >= 500 else {}
    return page(
        "errors/error.html", status=status, heading=heading, text=text, refused=False, **told
    )


def _not_found(_fault: NotFound) -> Response:
    record_search()
    return error_page(404)


def _other(fault: HTTPException) -> Response:
    response = error_page(fault.code or 500)
    if fault.code == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(fault, "valid_methods", None) or ()))
    return response


def _form_expired(_fault: CSRFError) -> Response:
    return page(
        "errors/error.html",
        status=400,
        heading=_("The form has expired"),
        text=_("Load the page again and send the form once more. Nothing was saved."),
        refused=False,
    )


def _rule_broken(broken: RuleBroken) -> Response:
    record_refusal(broken)
    if broken.rule == "not_permitted":
        return error_page(403)
    return page(
        "errors/rule.html",
        # A draft that saves itself cannot show this page; its own line says that it failed.
        status=409 if autosaving() else 422,
        text=services().refusal_text(broken),
        back=page_address(),
        refused=False,
    )


def _passing(fault: Exception) -> Response:
    """The database does not answer, is locked for too long or has no room: it passes by itself.

    What was begun is undone. Only where the connection broke during the very commit may the act
    have been done after all; hence the words, and acts that may be sent again.
    """
    if not _passes(fault):
        raise fault
    return _fault(fault)


def _passes(fault: BaseException) -> bool:
    if isinstance(fault, OSError):
        return fault.errno in _NO_ROOM
    return isinstance(fault, _UNAVAILABLE)


def _fault(fault: Exception) -> Response:
    original = getattr(fault, "original_exception", None) or fault
    status = 503 if _passes(original) else 500
    _log("fault", original, status)
    try:
        # The database may be what failed; the page must not ask it anything.
        stay_anonymous()
        response = error_page(status)
    except Exception as another:
        _log("fault in the error page", another, status)
        response = _last_resort(request_id())
    if status == 503:
        response.headers["Retry-After"] = str(TRY_AGAIN_AFTER_S)
    # Whatever follows on the way out may be what failed.
    response.headers.extend(
        {name: value for name, value in HEADERS.items() if name not in response.headers}
    )
    return response


def _log(what: str, fault: BaseException, status: int) -> None:
    trace: TracebackType | None = fault.__traceback__
    told: dict[str, Any] = {"status": status}
    if (route := route_told()) is not None:
        told |= {"method": request.method, "route": route}
    log.error(what, exc_info=(type(fault), fault, trace), extra={**of_request(), **told})


def _last_resort(reference: str) -> Response:
    response = Response(_LAST_RESORT.format(reference=reference), 500, mimetype="text/html")
    response.headers.extend({**HEADERS, HEADER: reference, "Cache-Control": "no-store"})
    return response
