"""The comparison of a lot's offers as one wide table: on the page, on paper and as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.documents.sheets import XLSX, sheet_bytes
from portal.evaluation.queries.matrix import (
    Matrix,
    matrix_page,
    matrix_rows,
    places_read,
    places_told,
)
from portal.evaluation.rules.matrix import Order, chunks
from portal.evaluation.views.blueprint import PROCUREMENT, bp
from portal.offers.views.own import download
from portal.shared.names import name_in
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, reading, record_read

ON_A_SHEET = 10
"""Criteria that an A4 sheet lying on its side has room for beside the offers (proposal)."""


@bp.get(f"{PROCUREMENT}/evaluation/matrix/<path:lot_key>")
def matrix(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Offers by criteria; the order of the criteria is in the address."""
    found = _found(procurement_id, lot_key)
    on_paper = request.args.get("paper") == "1"
    places = list(range(len(found.columns)))

    def link(**changed: str) -> str:
        kept = {"order": found.order, "first": places_told(found.first)}
        asked: dict[str, Any] = {
            name: value for name, value in {**kept, **changed}.items() if value
        }
        return url_for(".matrix", procurement_id=procurement_id, lot_key=lot_key, **asked)

    return page(
        "evaluation/matrix.html",
        found=found,
        on_paper=on_paper,
        groups=chunks(places, ON_A_SHEET) if on_paper else [places],
        orders=list(Order),
        link=link,
        file_url=url_for(
            ".matrix_file",
            procurement_id=procurement_id,
            lot_key=lot_key,
            order=found.order,
            first=places_told(found.first) or None,
        ),
    )


@bp.get(f"{PROCUREMENT}/evaluation/matrix-file/<path:lot_key>")
def matrix_file(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """The same as a file, in the same order."""
    found, language = _found(procurement_id, lot_key), current_language()
    heads = [_("Place"), _("Offer"), _("Comparison price"), _("Total points")]
    heads += [name_in(column.criterion.title, language) for column in found.columns]
    title = name_in(found.lot.lot.title, language)
    rows = matrix_rows(found, language, _("Weight"))
    return download(sheet_bytes(title, heads, rows), "matrix.xlsx", XLSX)


def _found(procurement_id: UUID, lot_key: str) -> Matrix:
    session = reading()
    order = request.args.get("order", "")
    found = matrix_page(
        session,
        procurement_id,
        lot_key,
        me(session),
        Order(order) if order in set(Order) else Order.CALL,
        places_read(request.args.get("first", "")),
    )
    record_read(found.lot.lot.id)
    return found
