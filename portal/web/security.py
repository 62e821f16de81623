"""Headers that keep a page to itself, and changes that only its own forms may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, SecurityError
from werkzeug.wsgi import get_host

from portal.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For what is downloaded: where a browser shows it, it is no page of ours and reaches nothing."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address of a page may hold a key; forms of our own still need to know where they are.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer, files and errors included, and refuse forged requests."""
    own = urlsplit(settings.base_url).netloc
    app.wsgi_app = _with_a_host(app.wsgi_app, own)  # type: ignore[method-assign, assignment]  # as Flask says it is done

    @app.before_request
    def refuse_forged() -> None:
        if request.method in CHANGING and not _from_here(own):
            raise BadRequest

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy_of(response))
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        if settings.secure_cookies:
            response.headers.setdefault(
                "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
            )
        return response


def _with_a_host(answer: WSGIApplication, own: str) -> WSGIApplication:
    """A host that is none is taken for our own, since no page can be made without one."""

    def with_host(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            parts = urlsplit(f"//{get_host(environ)}")
            # The port is looked at when it is asked for, the name when it is written so.
            _port, _name = parts.port, (parts.hostname or "").encode("idna")
        except (SecurityError, ValueError):
            environ["HTTP_HOST"] = own
        return answer(environ, start)

    return with_host


def policy_of(response: Response) -> str:
    """The content policy of an answer: that of pages, or the stricter one of downloads."""
    told = response.headers.get("Content-Disposition", "")
    return FILE_POLICY if told.startswith("attachment") else CONTENT_SECURITY_POLICY


def _from_here(own: str) -> bool:
    """Whether the request comes from a page of the portal, as far as the browser tells.

    Beside the token of each form: an old browser tells nothing, and then the token alone decides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc in (own, request.host)
    except ValueError:
        return False
