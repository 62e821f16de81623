"""The award notice's content, to be copied or downloaded for the national notice channel."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.evaluation import queries
from portal.evaluation.views.blueprint import PROCUREMENT, bp
from portal.procurement.queries.advertised import NoticePage
from portal.procurement.views.notices import notice_download
from portal.web.pages import not_found_unless, page
from portal.web.unit import me, reading, record_read


@bp.get(f"{PROCUREMENT}/decision/notice")
def award_notice(procurement_id: UUID) -> ResponseReturnValue:
    """The content of the award notice, term by term."""
    return page("evaluation/award_notice.html", found=_found(procurement_id))


@bp.get(f"{PROCUREMENT}/decision/notice.<any(json, csv):form>")
def award_notice_file(procurement_id: UUID, form: str) -> ResponseReturnValue:
    """The content of the award notice as a file."""
    return notice_download(not_found_unless(_found(procurement_id).notice), form)


def _found(procurement_id: UUID) -> NoticePage:
    session = reading()
    found = queries.award_notice_page(session, procurement_id, me(session))
    record_read(procurement_id)
    return found
