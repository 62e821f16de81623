"""What a reader is told when there is no page to show."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Flask, Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal.shared.errors import NotFound, RuleBroken
from portal.web.addresses import page_address
from portal.web.attempts import record_refusal, record_search
from portal.web.logging import request_id
from portal.web.pages import autosaving, page
from portal.web.unit import services, stay_anonymous

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

log = logging.getLogger("portal.errors")

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
        _l("Try again in a few minutes."),
    ),
}


def install(app: Flask) -> None:
    """Answer every fault with a page in the reader's language."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _other)
    app.register_error_handler(500, _fault)


def error_page(status: int) -> Response:
    """The page of that status, in words."""
    heading, text = _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]
    return page("errors/error.html", status=status, heading=heading, text=text, refused=False)


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


def _fault(fault: HTTPException) -> Response:
    original = getattr(fault, "original_exception", None) or fault
    log.error("fault", exc_info=(type(original), original, original.__traceback__))
    # The database may be what failed; the page must not ask it anything.
    stay_anonymous()
    heading, text = _WORDS[500]
    return page(
        "errors/error.html",
        status=500,
        heading=heading,
        text=text,
        reference=request_id(),
        bare=True,
        refused=False,
    )
