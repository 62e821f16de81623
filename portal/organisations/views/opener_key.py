"""An opener's own key."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.organisations.usecases.opener_keys import make_opener_key as make
from portal.organisations.usecases.opener_keys import opener_key_of
from portal.organisations.views.blueprint import bp
from portal.web.forms import ButtonForm
from portal.web.pages import page
from portal.web.unit import me, now, reading, transaction


@bp.get("/account/opening-key")
def opener_key() -> ResponseReturnValue:
    """Whether the opener has a key, and what making one means."""
    return _page(ButtonForm(formdata=None))


@bp.post("/account/opening-key")
def make_opener_key() -> ResponseReturnValue:
    """Make a key; the answer shows its phrase, this once."""
    form = ButtonForm()
    if not form.validate():
        return _page(form, 422)
    with transaction() as session:
        phrase = make(session, by=me(session), at=now())
    return _page(form, phrase=phrase)


def _page(form: ButtonForm, status: int = 200, phrase: str = "") -> ResponseReturnValue:
    session = reading()
    key = opener_key_of(session, me(session))
    return page("organisations/opener_key.html", status=status, form=form, key=key, phrase=phrase)
