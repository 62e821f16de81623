"""Forms of issuing, discontinuing, correcting, and of the register of remedies."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from portal.evaluation.forms.scoring import _GIVE_A_REASON, _REASON
from portal.evaluation.rules import RemedyKind, RemedyState
from portal.offers.attachments import MEDIA_TYPES
from portal.procurement.models import Lot
from portal.shared.names import name_in
from portal.web.fields import (
    ChoiceField,
    DayField,
    LongTextField,
    RadioField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_PARTY = 300


class IssueForm(PortalForm):
    """The button that issues a decision, with the outcomes that stood on its page."""

    seen = HiddenField()

    def seen_outcomes(self) -> set[UUID] | None:
        """Their keys; none at all for what are no keys, and None where nothing was sent."""
        if self.seen.data is None:
            return None
        try:
            return {UUID(key) for key in self.seen.data.split()}
        except ValueError:
            return set()


class ReasonForm(PortalForm):
    """Why something is done that everybody concerned will read."""

    reason = LongTextField(
        _l("Reason"),
        [required(_GIVE_A_REASON), _REASON],
        description=_l("It stands in the documents that the bidders are given."),
    )


class RemedyForm(PortalForm):
    """A request or an appeal to be entered in the register."""

    kind = RadioField(
        _l("What has come"),
        [required()],
        choices=[
            (RemedyKind.CORRECTION_REQUEST.value, _l("A request for correction to the buyer")),
            (RemedyKind.APPEAL.value, _l("An appeal to the Market Court")),
        ],
    )
    lot = ChoiceField(_l("Lot"), [required()])
    party = TextField(_l("From whom"), [required(), at_most_characters(LONGEST_PARTY)])
    reference = TextField(
        _l("Reference"),
        [optional(), at_most_characters(LONGEST_PARTY)],
        description=_l("The number of the case in the court or in your own register."),
    )
    received_on = DayField(_l("Day of receipt"), [required()])


def remedy_form(lots: Sequence[Lot]) -> RemedyForm:
    """The form, with the procurement's lots to choose from."""
    form = RemedyForm()
    language = current_language()
    form.lot.choices = choices(
        ((lot.key, name_in(lot.title, language)) for lot in lots), empty=_l("Choose a lot")
    )
    return form


class SettleForm(PortalForm):
    """How a request or an appeal ended."""

    outcome = RadioField(_l("How it ended"), [required()])
    reason = LongTextField(_l("Reason"), [required(_GIVE_A_REASON), _REASON])


def settle_form(kind: str) -> SettleForm:
    """The endings that such a thing may have."""
    form = SettleForm()
    form.outcome.choices = (
        [
            (RemedyState.DISMISSED.value, _l("The Market Court dismissed the appeal")),
            (RemedyState.ANNULLED.value, _l("The Market Court annulled the decision on the lot")),
        ]
        if kind == RemedyKind.APPEAL
        else [
            (RemedyState.ACCEPTED.value, _l("The buyer corrects its decision")),
            (RemedyState.REJECTED.value, _l("The buyer does not change its decision")),
        ]
    )
    return form


class RemedyFileForm(PortalForm):
    """A document of a request or an appeal."""

    file = FileField(
        _l("File"),
        [required(_l("Choose a file."))],
        render_kw={"accept": ",".join(f".{ending}" for ending in MEDIA_TYPES)},
    )
