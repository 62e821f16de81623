"""The register of organisations and people."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.organisations import queries, usecases
from portal.organisations.forms import InviteForm, OrganisationForm, names_of
from portal.organisations.views.blueprint import bp, invitation_lives
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction


@bp.get("/organisations")
def index() -> ResponseReturnValue:
    """Every organisation of the portal."""
    found = queries.organisations_page(
        reading(), me(reading()), _page_asked(), request.args.get("sort")
    )
    return page("organisations/index.html", **found)


def _page_asked() -> int:
    return request.args.get("page", 1, type=int)


@bp.route("/organisations/new", methods=["GET", "POST"])
def add_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                usecases.add_organisation(
                    session,
                    name=names_of(form),
                    kinds=[Kind(kind) for kind in form.kinds.data],
                    business_id=form.business_id.data or None,
                    by=me(session),
                    at=now(),
                )
            return done(_("The organisation is added."), url_for(".index"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page("organisations/new.html", status=422 if form.is_submitted() else 200, form=form)


@bp.get("/people")
def people() -> ResponseReturnValue:
    """Everybody with an account or an invitation."""
    record_read("people")
    return page(
        "organisations/people.html",
        form=ButtonForm(formdata=None),
        **queries.people_page(reading(), me(reading()), _page_asked()),
    )


@bp.route("/people/invite", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    """Give somebody roles, and an account if they have none."""
    form = InviteForm()
    form.offer_organisations(queries.organisations(reading()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                usecases.invite_person(
                    session,
                    organisation=queries.organisation(session, UUID(form.organisation.data)),
                    name=form.name.data,
                    email=form.email.data,
                    roles=[Role(role) for role in form.roles.data],
                    language=form.language.data,
                    link_lives=invitation_lives(),
                    by=me(session),
                    at=now(),
                )
            return done(_("The invitation is sent."), url_for(".people"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page("organisations/invite.html", status=422 if form.is_submitted() else 200, form=form)


@bp.route("/people/<uuid:person_id>/close", methods=["GET", "POST"])
def close_person(person_id: UUID) -> ResponseReturnValue:
    """Close somebody's account, once it has been asked whether that is meant."""
    form = ButtonForm()
    if form.validate_on_submit():
        with transaction() as session:
            usecases.close_account(
                session,
                person=queries.person_known(session, person_id),
                by=me(session),
                at=now(),
            )
        return done(_("The account is closed."), url_for(".people"))
    return page(
        "organisations/close_person.html",
        form=form,
        person=queries.person_known(reading(), person_id),
    )


@bp.get("/people/<uuid:person_id>/roles")
def roles(person_id: UUID) -> ResponseReturnValue:
    """Somebody's roles, each with a button that takes it away."""
    return _roles(person_id, ButtonForm(formdata=None))


@bp.post("/people/<uuid:person_id>/roles/<uuid:membership_id>/take")
def take_role_away(person_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """Take one role away; its person is logged out everywhere."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                usecases.take_role_away(
                    session,
                    person=queries.person_known(session, person_id),
                    membership_id=membership_id,
                    by=me(session),
                    at=now(),
                )
            return done(_("The role is taken away."), url_for(".roles", person_id=person_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _roles(person_id, form, 422)


def _roles(person_id: UUID, form: ButtonForm, status: int = 200) -> ResponseReturnValue:
    person = queries.person_known(reading(), person_id)
    record_read("people")
    return page(
        "organisations/roles.html",
        status=status,
        form=form,
        **queries.roles_page(reading(), person, me(reading())),
    )


@bp.route("/people/<uuid:person_id>/second-factor", methods=["GET", "POST"])
def reset_factor(person_id: UUID) -> ResponseReturnValue:
    """Reset a lost second factor, once it has been asked whether that is meant."""
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                usecases.reset_second_factor(
                    session,
                    person=queries.person_known(session, person_id),
                    by=me(session),
                    at=now(),
                )
            return done(_("The two-step log-in is reset."), url_for(".people"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page(
        "organisations/reset_factor.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        person=queries.person_known(reading(), person_id),
    )
