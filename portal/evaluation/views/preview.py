"""The preview: what the call's formula does to sample offers. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.evaluation import queries
from portal.evaluation.forms import SamplesForm, samples_form
from portal.evaluation.views.blueprint import PROCUREMENT, bp
from portal.web.pages import page
from portal.web.unit import me, reading


@bp.get(f"{PROCUREMENT}/preview")
def preview(procurement_id: UUID) -> ResponseReturnValue:
    """Three samples to begin with, ranked."""
    found = _found(procurement_id)
    if found.missing:
        return _page(found, None, ())
    samples = queries.proposed_samples(found)
    return _page(found, samples_form(found, samples), samples)


@bp.post(f"{PROCUREMENT}/preview")
def try_preview(procurement_id: UUID) -> ResponseReturnValue:
    """The samples as they were typed, ranked."""
    found = _found(procurement_id)
    if found.missing:
        return _page(found, None, ())
    form = samples_form(found, (), request.form)
    if form.validate():
        return _page(found, form, form.samples())
    return _page(found, form, (), 422)


def _found(procurement_id: UUID) -> queries.PreviewPage:
    session = reading()
    return queries.preview_page(session, procurement_id, request.args.get("lot"), me(session))


def _page(
    found: queries.PreviewPage,
    form: SamplesForm | None,
    samples: Sequence[queries.Sample],
    status: int = 200,
) -> Response:
    return page(
        "evaluation/preview.html",
        status=status,
        found=found,
        form=form,
        preview=queries.ranked_samples(found, samples) if samples else None,
    )
