"""The forms that take an opener's key phrase."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.offers.queries.holders import HoldersPage
from portal.web.fields import ChecksField, PasswordField
from portal.web.forms import PortalForm


class PhraseForm(PortalForm):
    """A key phrase, which is never shown again; it may be left out where there is no key."""

    phrase = PasswordField(
        _l("Your key phrase"),
        description=_l(
            "The phrase that was shown when you made your opener's key. Capitals, spaces and"
            " dashes make no difference."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ResealForm(PhraseForm):
    """Into whose hands the key goes."""

    openers = ChecksField(_l("Who holds the key from now on"))


class ConfirmResealForm(PhraseForm):
    """What the second of two has seen."""

    seen = HiddenField()


def reseal_form(page: HoldersPage) -> ResealForm:
    """Those who have a key, with those who hold the key now ticked."""
    able = [str(holder.person.id) for holder in page.holders if holder.able]
    form = ResealForm(data={"openers": able})
    form.openers.choices = [(str(one.id), one.name) for _key, one in page.candidates]
    return form


def confirm_reseal_form(page: HoldersPage) -> ConfirmResealForm:
    """With what is on the page."""
    keys = page.request.keys if page.request is not None else []
    return ConfirmResealForm(data={"seen": " ".join(keys)})
