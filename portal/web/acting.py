"""How a view acts: what its form asks for, in one transaction, and where the reader goes then."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.shared.errors import RuleBroken
from portal.web.forms import PortalForm, refuse
from portal.web.pages import done
from portal.web.unit import me, transaction

if TYPE_CHECKING:
    from portal.organisations.models import Person


def acted(
    form: PortalForm,
    act: Callable[[Session, Person], str],
    message: str,
    *,
    first: Callable[[], None] | None = None,
    alone: Collection[str] = frozenset({"not_permitted"}),
) -> ResponseReturnValue | None:
    """Do what the form asks, and go on to the address that the act answers with.

    ``first`` is done before, and stays done whatever becomes of the act. None where the form, or a
    rule, refuses it: the form then says why. Raises NotFound, and the refusals that are to stand
    ``alone``, without the page.
    """
    if not form.validate():
        return None
    try:
        if first is not None:
            first()
        with transaction() as session:
            url = act(session, me(session))
        return done(message, url)
    except RuleBroken as broken:
        refuse(form, broken, alone=alone)
    return None
