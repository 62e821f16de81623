"""Going on before the log-in ends, and getting back what was sent after it had."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import jsonify, make_response, redirect, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.language import formats
from portal.organisations import usecases
from portal.organisations.views.blueprint import bp
from portal.permissions import PAGES
from portal.web.addresses import nearest_page, safe_address
from portal.web.forms import ButtonForm
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import TOKEN, me, now, present, reading, services, transaction

MOST_SIGNS = 500_000
_OF_THE_PORTAL = frozenset({"csrf_token", "autosave"})
# What shows who somebody is, is never kept.
_NEVER = ("password", "phrase", "code", "token")


@bp.post("/log-in/renew")
def renew() -> ResponseReturnValue:
    """Go on: by the script of the page, or by its button where there is none."""
    form = ButtonForm()
    wanted = safe_address(request.form.get("next"))
    if not form.validate():
        return redirect(wanted, code=303)
    settings = services().settings
    with transaction() as session:
        ends = usecases.renew_log_in(
            session,
            token=browser_session[TOKEN],
            lasts=timedelta(minutes=settings.session_renewal_minutes),
            at_most=timedelta(hours=settings.session_most_hours),
            by=me(session),
            at=now(),
        )
    if request.accept_mimetypes.best == "application/json":
        return jsonify(_told(ends))
    clock = formats.instant(ends, current_language())
    return done(_("You can go on. Your log-in ends on %(time)s.", time=clock), wanted)


@bp.get("/log-in/ends")
def log_in_ends() -> ResponseReturnValue:
    """When this log-in ends: another page of the browser may have let it go on."""
    log_in = present()
    assert log_in is not None
    return jsonify(_told(log_in.ends_at))


def _told(ends: Any) -> dict[str, str]:
    return {"ends": ends.isoformat(), "now": now().isoformat()}


@bp.get("/log-in/kept")
def kept_form() -> ResponseReturnValue:
    """What was sent after the log-in had ended, to be sent again or thrown away."""
    found = usecases.kept_form(reading(), me(reading()), now())
    if found is None:
        return page("organisations/kept_form.html", found=None, act_form=ButtonForm(formdata=None))
    kept, fields = found
    return page(
        "organisations/kept_form.html",
        found=kept,
        fields=[one for one in fields if one[0] not in _OF_THE_PORTAL],
        texts=[value for _name, value in fields if " " in value.strip()],
        back=nearest_page(kept.path),
        act_form=ButtonForm(formdata=None),
    )


@bp.post("/log-in/kept")
def send_kept_form() -> ResponseReturnValue:
    """Send it where it was sent first; its fields come with the request once more."""
    ButtonForm().validate()
    with transaction() as session:
        by = me(session)
        found = usecases.kept_form(session, by, now())
        path = url_for(".kept_form") if found is None else found[0].path
        usecases.drop_form(session, by.id)
    if found is None:
        return redirect(path, code=303)
    return make_response(redirect(path, code=307))


@bp.post("/log-in/kept/drop")
def drop_kept_form() -> ResponseReturnValue:
    """Throw it away."""
    ButtonForm().validate()
    with transaction() as session:
        usecases.drop_form(session, me(session).id)
    return done(_("What you sent is thrown away."), url_for("home"))


def page_of_kept_form() -> str | None:
    """Keep what is being sent, where its sender is known; the page that gives it back.

    None for files, for what shows who somebody is, for what asks for a fresh log-in, and where the
    log-in was ended by somebody and not by time.
    """
    if request.method != "POST" or request.files or not browser_session.get(TOKEN):
        return None
    row = PAGES.get(request.endpoint or "")
    if row is None or row.fresh or (request.endpoint or "").startswith("organisations."):
        return None
    fields = [(name, value) for name in request.form for value in request.form.getlist(name)]
    typed = [name for name, value in fields if value and name not in {*_OF_THE_PORTAL, "next"}]
    if not typed or any(part in name.lower() for name in typed for part in _NEVER):
        return None
    if sum(len(name) + len(value) for name, value in fields) > MOST_SIGNS:
        return None
    person_id = usecases.person_whose_log_in_ended(reading(), browser_session[TOKEN], now())
    if person_id is None:
        return None
    query = request.query_string.decode(errors="replace")
    with transaction() as session:
        usecases.keep_form(
            session,
            person_id=person_id,
            path=f"{request.path}?{query}" if query else request.path,
            fields=fields,
            at=now(),
        )
    return url_for("organisations.kept_form")
