"""Forms of organisations, people and log-ins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.organisations.queries import Named
from portal.permissions import Kind, Role
from portal.shared.names import LANGUAGES, name_in
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    EmailField,
    PasswordField,
    RadioField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.filters import STATUS_TEXTS, add_status_texts
from portal.web.forms import PortalForm
from portal.web.language import OWN_NAMES, current_language

PASSWORD = _l("Password")
PASSWORD_HINT = _l("At least 12 characters. A few words in a row are easy to remember.")
OWN_LANGUAGES = [(language, OWN_NAMES[language]) for language in LANGUAGES]

add_status_texts(
    {
        "account_open": _l("Account in use"),
        "account_invited": _l("Invited"),
        "account_unconfirmed": _l("E-mail not confirmed"),
        "account_closed": _l("Account closed"),
    }
)


def _email(label: Any, autocomplete: str = "off", **more: Any) -> EmailField:
    return EmailField(
        label,
        validators=[required(), at_most_characters(254)],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
        **more,
    )


def _new_password(label: Any = PASSWORD) -> PasswordField:
    return PasswordField(
        label,
        description=PASSWORD_HINT,
        validators=[required()],
        render_kw={"autocomplete": "new-password"},
    )


def _old_password(label: Any = PASSWORD) -> PasswordField:
    return PasswordField(
        label, validators=[required()], render_kw={"autocomplete": "current-password"}
    )


# Spaces and hyphens within it do not matter, so it is text and no number.
CODE_TYPED = {"autocomplete": "one-time-code", "spellcheck": "false", "class": "width-short"}


def _code(label: Any, **more: Any) -> TextField:
    return TextField(
        label, validators=[required(), at_most_characters(40)], render_kw=CODE_TYPED, **more
    )


def _name(label: Any, *validators: Any, **render_kw: str) -> TextField:
    return TextField(
        label, validators=[*validators, at_most_characters(200)], render_kw=render_kw or None
    )


class LogInForm(PortalForm):
    """Address and password."""

    email = _email(_l("E-mail address"), "username")
    password = _old_password()


class SignUpForm(PortalForm):
    """A provider and its first representative."""

    name_fi = _name(_l("Name in Finnish"), required(), autocomplete="organization")
    name_sv = _name(_l("Name in Swedish"), optional(), lang="sv")
    name_en = _name(_l("Name in English"), optional(), lang="en")
    business_id = TextField(
        _l("Business ID"),
        description=_l("Seven digits, a hyphen and a check digit, such as 1234567-1."),
        validators=[required(), at_most_characters(20)],
    )
    name = _name(_l("Your name"), required(), autocomplete="name")
    email = _email(
        _l("Your e-mail address"),
        "email",
        description=_l("A link for confirming it is sent to this address."),
    )
    password = _new_password()


class CodeForm(PortalForm):
    """A code of the application, or a recovery code."""

    code = _code(
        _l("Code"),
        description=_l(
            "The six digits that your application shows now, or one of your recovery codes."
        ),
    )


class EnrolForm(PortalForm):
    """The first code of a new application."""

    code = _code(_l("Code"), description=_l("The six digits that your application shows now."))


class ConfirmForm(PortalForm):
    """Who the reader is, once more."""

    password = PasswordField(
        PASSWORD, validators=[optional()], render_kw={"autocomplete": "current-password"}
    )
    code = TextField(
        _l("Code"),
        description=_l(
            "The six digits that your application shows now, or one of your recovery codes."
        ),
        validators=[optional(), at_most_characters(40)],
        render_kw=CODE_TYPED,
    )


class AskResetForm(PortalForm):
    """Where the link for a new password is sent."""

    email = _email(_l("E-mail address"), "username")


class NewPasswordForm(PortalForm):
    """A password chosen by whoever holds a link."""

    password = _new_password(_l("New password"))


class ChangePasswordForm(PortalForm):
    """The old password and a new one."""

    old_password = _old_password(_l("Present password"))
    password = _new_password(_l("New password"))


class CloseAccountForm(PortalForm):
    """Closing takes the password."""

    old_password = _old_password(_l("Present password"))


class LanguageForm(PortalForm):
    """The language of pages and letters."""

    language = RadioField(_l("Language"), choices=OWN_LANGUAGES, validators=[required()])


class OrganisationForm(PortalForm):
    """An organisation as an administrator adds it."""

    name_fi = _name(_l("Name in Finnish"), required())
    name_sv = _name(_l("Name in Swedish"), optional(), lang="sv")
    name_en = _name(_l("Name in English"), optional(), lang="en")
    business_id = TextField(
        _l("Business ID"),
        description=_l("Seven digits, a hyphen and a check digit, such as 1234567-1."),
        validators=[optional(), at_most_characters(20)],
    )
    kinds = ChecksField(
        _l("What the organisation is"),
        description=_l("It can be several things at once."),
        choices=[(kind.value, STATUS_TEXTS[kind.value]) for kind in Kind],
        validators=[required()],
    )


class InviteForm(PortalForm):
    """Somebody and their roles in one organisation."""

    organisation = ChoiceField(_l("Organisation"), validators=[required()])
    name = _name(_l("Name"), required())
    email = _email(_l("E-mail address"))
    roles = ChecksField(
        _l("Roles"),
        description=_l("Preparing, deciding and signing are roles of different people."),
        choices=[(role.value, STATUS_TEXTS[role.value]) for role in Role],
        validators=[required()],
    )
    language = RadioField(
        _l("Language of the invitation"),
        choices=OWN_LANGUAGES,
        default=LANGUAGES[0],
        validators=[required()],
    )

    def offer_organisations(self, organisations: Iterable[Named]) -> None:
        """Those that can be chosen, named in the reader's language."""
        self.organisation.choices = choices(
            ((one.id, name_in(one.name, current_language())) for one in organisations),
            empty=_l("Choose an organisation"),
        )


def names_of(form: SignUpForm | OrganisationForm) -> dict[str, str]:
    """The names typed, by language."""
    return {language: form[f"name_{language}"].data or "" for language in LANGUAGES}
