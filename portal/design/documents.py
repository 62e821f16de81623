"""``/design/documents``: every kind of document with its preview data, for whoever designs it."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from portal.documents.catalogue import kinds, preview
from portal.documents.content import content_of
from portal.documents.store import render
from portal.shared.errors import NotFound
from portal.shared.names import LANGUAGES
from portal.web.pages import page
from portal.web.unit import services

bp = Blueprint("design_documents", __name__)


@bp.get("/design/documents")
def index() -> ResponseReturnValue:
    """The kinds, and what a lawyer has still to confirm in them. Raises NotFound as below."""
    _for_designers()
    found = sorted(kinds().values(), key=lambda kind: kind.kind)
    return page("design/documents.html", kinds=found, languages=LANGUAGES)


@bp.get("/design/documents/<kind>/<language>/pdf")
def pdf(kind: str, language: str) -> ResponseReturnValue:
    """The preview as it is printed. Raises NotFound unless in development."""
    _for_designers(kind, language)
    made = render(kind, language, preview(kind, language))
    return send_file(
        BytesIO(made.pdf),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{kind}.{language}.pdf",
    )


@bp.get("/design/documents/<kind>/<language>/html")
def html(kind: str, language: str) -> ResponseReturnValue:
    """The page that is laid out, as a file: none of the portal's. Raises NotFound as above."""
    from portal.documents.render import html_of  # what lays out is loaded by the first document

    _for_designers(kind, language)
    return send_file(
        BytesIO(html_of(kind, language, preview(kind, language)).encode()),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"{kind}.{language}.html",
    )


@bp.get("/design/documents/<kind>/<language>/data")
def data(kind: str, language: str) -> ResponseReturnValue:
    """The content as canonical JSON, as its hash is reckoned. Raises NotFound as above."""
    _for_designers(kind, language)
    content = content_of(kind, language, preview(kind, language))
    return Response(content.data, mimetype="application/json")


def _for_designers(kind: str | None = None, language: str = LANGUAGES[0]) -> None:
    known = kind is None or kind in kinds()
    if not services().settings.development or not known or language not in LANGUAGES:
        raise NotFound
