"""The contract notice's content, to be copied or downloaded for the national notice channel."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Response, make_response
from flask.typing import ResponseReturnValue

from portal.procurement.notices import Notice
from portal.procurement.queries.advertised import contract_notice_page
from portal.procurement.views.blueprint import bp
from portal.web.language import current_language
from portal.web.pages import not_found_unless, page
from portal.web.unit import me, reading


@bp.get("/<uuid:procurement_id>/notice")
def notice(procurement_id: UUID) -> ResponseReturnValue:
    """The content of the contract notice, term by term."""
    session = reading()
    found = contract_notice_page(session, procurement_id, me(session))
    return page("procurement/notice.html", found=found)


@bp.get("/<uuid:procurement_id>/notice.<any(json, csv):form>")
def notice_file(procurement_id: UUID, form: str) -> ResponseReturnValue:
    """The content of the contract notice as a file."""
    session = reading()
    found = contract_notice_page(session, procurement_id, me(session))
    return notice_download(not_found_unless(found.notice), form)


def notice_download(content: Notice, form: str) -> Response:
    """A notice as JSON, or as CSV in the reader's language."""
    if form == "json":
        text = json.dumps(content.as_plain(), ensure_ascii=False, indent=2)
        response = make_response(text, {"Content-Type": "application/json; charset=utf-8"})
    else:
        # The mark at the beginning tells a spreadsheet how the letters are written.
        text = f"\ufeff{content.as_csv(current_language())}"
        response = make_response(text, {"Content-Type": "text/csv; charset=utf-8"})
    name = f"{content.kind}-notice.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
