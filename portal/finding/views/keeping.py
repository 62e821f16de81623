"""Keeping views of lists: named on the list itself, and the list opened with one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.finding import usecases
from portal.finding.forms import ViewForm
from portal.finding.models import SavedView
from portal.finding.queries import views_of
from portal.finding.rules import LISTS, kept_of
from portal.finding.views.blueprint import bp
from portal.organisations.models import Person
from portal.shared.errors import NotFound
from portal.web.acting import acted
from portal.web.forms import ButtonForm
from portal.web.pages import page
from portal.web.unit import current_person, now, reading


@bp.before_app_request
def open_as_chosen() -> ResponseReturnValue | None:
    """A list that is asked for without anything opens with the view that its reader chose."""
    endpoint = request.endpoint or ""
    if request.method != "GET" or endpoint not in LISTS or request.args:
        return None
    person = current_person()
    if person is None:
        return None
    g.portal_views = views_of(reading(), person, endpoint)
    view = next((one for one in g.portal_views if one.opens), None)
    return redirect(address_of(view), code=303) if view is not None else None


@bp.app_context_processor
def _views() -> dict[str, object]:
    return {"views_kept": views_kept, "view_address": address_of, "kept_in_view": kept_in_view}


def kept_in_view() -> dict[str, str]:
    """What a view of the list on screen would keep; empty where it shows all in its own order."""
    return kept_of(request.endpoint or "", request.args)


def views_kept() -> list[SavedView] | None:
    """The reader's views of the list on screen; None where none can be kept."""
    person, endpoint = current_person(), request.endpoint or ""
    if person is None or endpoint not in LISTS:
        return None
    # What the list was opened with need not be read twice.
    if "portal_views" not in g:
        g.portal_views = views_of(reading(), person, endpoint)
    return cast("list[SavedView]", g.portal_views)


def address_of(view: SavedView) -> str:
    """The list as the view shows it."""
    return url_for(view.page, **view.asked)  # type: ignore[arg-type]  # codes by name


@bp.post("/views")
def save_view() -> ResponseReturnValue:
    """Keep the view that is on screen, under a name."""
    form, place = ViewForm(), request.form.get("page", "")
    if place not in LISTS:
        raise NotFound
    asked = {name: request.form[name] for name in LISTS[place] if request.form.get(name)}

    def act(session: Session, by: Person) -> str:
        view = usecases.save_view(
            session, by, page=place, name=form.name.data or "", asked=asked, at=now()
        )
        return address_of(view)

    answer = acted(form, act, _("The view is kept. You find it above this list."))
    if answer is not None:
        return answer
    return page("finding/view.html", status=422, form=form, place=place, asked=asked)


@bp.post("/views/<uuid:view_id>/open")
def open_with(view_id: UUID) -> ResponseReturnValue:
    """Let the list open with it, or no longer."""
    wanted = request.form.get("wanted") == "yes"
    return _pressed(
        lambda session, by: address_of(usecases.open_with(session, by, view_id, wanted)),
        _("The list now opens with this view.") if wanted else _("The list opens as before."),
    )


@bp.post("/views/<uuid:view_id>/delete")
def delete_view(view_id: UUID) -> ResponseReturnValue:
    """Delete it; the list stays as it is."""
    return _pressed(
        lambda session, by: url_for(usecases.delete_view(session, by, view_id), view="all"),
        _("The view is deleted."),
    )


def _pressed(act: Callable[[Session, Person], str], message: str) -> ResponseReturnValue:
    answer = acted(ButtonForm(), act, message)
    if answer is None:
        raise NotFound
    return answer
