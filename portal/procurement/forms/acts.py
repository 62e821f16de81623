"""The small forms: asking, answering, appointing, and buttons."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.procurement.queries.drafting import EvaluatorsPage
from portal.procurement.queries.openers import OpenersPage
from portal.shared.names import name_in
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    LongTextField,
    TextField,
    at_most_characters,
    choices,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_QUESTION = 4_000
LONGEST_REFERENCE = 100


class AskForm(PortalForm):
    """A question about the call."""

    text = LongTextField(
        _l("Your question"),
        [required(), at_most_characters(LONGEST_QUESTION)],
        description=_l(
            "Everybody can read the question and its answer. Your name is not shown; do not write"
            " it into the question."
        ),
    )


class AnswerForm(PortalForm):
    """An answer for all to read."""

    text = LongTextField(
        _l("Answer"),
        [required(), at_most_characters(LONGEST_QUESTION)],
        description=_l("Everybody can read the answer, and it cannot be changed afterwards."),
    )


class AppointForm(PortalForm):
    """The choice of an evaluator."""

    evaluator = ChoiceField(_l("Evaluator"), [required()])


class OpenersForm(PortalForm):
    """Who may open the offers."""

    openers = ChecksField(
        _l("Openers"),
        description=_l("If you choose nobody, all openers of the buyer who have a key are named."),
    )


class CopyForm(PortalForm):
    """The reference of the copy: all that a copy needs anew."""

    reference = TextField(
        _l("Reference of the new procurement"),
        [required(), at_most_characters(LONGEST_REFERENCE)],
        description=_l("The number of the procurement in your own register."),
    )


def appoint_form(page: EvaluatorsPage) -> AppointForm:
    """Those who could be appointed, each with their organisation."""
    form = AppointForm()
    language = current_language()
    form.evaluator.choices = choices(
        ((one.id, f"{one.name}, {name_in(one.organisation, language)}") for one in page.candidates),
        empty=_l("Choose an evaluator"),
    )
    return form


def openers_form(page: OpenersPage) -> OpenersForm:
    """The buyer's openers; who has no key is said beside the name."""
    form = OpenersForm(data={"openers": [str(key) for key in page.chosen]})
    form.openers.choices = [
        (str(one.id), one.name if made_at else _("%(name)s (no key)", name=one.name))
        for one, made_at in page.rows
    ]
    return form
