"""The forms of a sounding and of an answer to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.organisations.models import Organisation
from portal.shared.names import name_in
from portal.soundings.models import Sounding
from portal.soundings.queries.needs import NeedSum, Place
from portal.soundings.queries.soundings import AnswerShown
from portal.soundings.rules import MarketAnswer, SoundingTerms
from portal.web.drafts import (
    LONGEST_LINE,
    LONGEST_TEXT,
    RevisionForm,
    names_shown,
    names_typed,
)
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    InstantField,
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

LONGEST_REASON = 4_000
PARTS = ("title", "description", "capacity", "questions")

_LINE = at_most_characters(LONGEST_LINE)
_TEXT = at_most_characters(LONGEST_TEXT)


class SoundingForm(RevisionForm):
    """A call as it is planned."""

    buyer = ChoiceField(_l("Buyer"), [required()])
    title_fi = TextField(_l("Title in Finnish"), [required(), _LINE])
    title_sv = TextField(_l("Title in Swedish"), [optional(), _LINE])
    title_en = TextField(_l("Title in English"), [optional(), _LINE])
    description_fi = LongTextField(_l("What is planned, in Finnish"), [optional(), _TEXT])
    description_sv = LongTextField(_l("What is planned, in Swedish"), [optional(), _TEXT])
    description_en = LongTextField(_l("What is planned, in English"), [optional(), _TEXT])
    capacity_fi = LongTextField(_l("Planned lots and capacity, in Finnish"), [optional(), _TEXT])
    capacity_sv = LongTextField(_l("Planned lots and capacity, in Swedish"), [optional(), _TEXT])
    capacity_en = LongTextField(_l("Planned lots and capacity, in English"), [optional(), _TEXT])
    questions_fi = LongTextField(_l("Questions to the market, in Finnish"), [optional(), _TEXT])
    questions_sv = LongTextField(_l("Questions to the market, in Swedish"), [optional(), _TEXT])
    questions_en = LongTextField(_l("Questions to the market, in English"), [optional(), _TEXT])
    comments_due = InstantField(
        _l("Last moment for answers"),
        [optional()],
        description=_l("Finnish time. An answer that arrives at this very second is in time."),
    )
    needs = ChecksField(
        _l("Needs that the plan builds on"),
        description=_l(
            "Open needs of the employment offices. Publishing marks them as used; their offices"
            " can no longer change them then."
        ),
        validators=[optional()],
    )

    def terms(self) -> SoundingTerms:
        """The sounding as typed."""
        texts: dict[str, Any] = {part: names_typed(self, part) for part in PARTS}
        return SoundingTerms(**texts, comments_due=self.comments_due.data)

    def places(self) -> list[Place]:
        """The fields and regions whose needs were ticked."""
        if "needs" not in self:
            return []
        return [_place(value) for value in self.needs.data or ()]

    def chosen_buyer(self, buyers: Sequence[Organisation]) -> UUID:
        """The buyer chosen, or the only one."""
        return UUID(self.buyer.data) if "buyer" in self else buyers[0].id


def _value(place: Place) -> str:
    return json.dumps(place, ensure_ascii=False)


def _place(value: str) -> Place:
    field, region = json.loads(value)
    return field, region


def _offer_needs(form: SoundingForm, sums: Iterable[NeedSum]) -> None:
    form.needs.choices = choices(
        (
            _value(one.place),
            ngettext(
                "%(field)s, %(region)s: %(num)s person",
                "%(field)s, %(region)s: %(num)s people",
                one.people,
                field=one.field,
                region=one.region,
            ),
        )
        for one in sums
    )
    if not form.needs.choices:
        del form.needs


def new_sounding_form(buyers: Sequence[Organisation], sums: Sequence[NeedSum]) -> SoundingForm:
    """An empty form; the buyer is asked only of those who work for several."""
    form = SoundingForm()
    del form.revision
    if len(buyers) == 1:
        del form.buyer
    else:
        language = current_language()
        form.buyer.choices = choices(
            ((buyer.id, name_in(buyer.name, language)) for buyer in buyers),
            empty=_("Choose a buyer"),
        )
    _offer_needs(form, sums)
    return form


def sounding_form(
    sounding: Sounding, chosen: Sequence[NeedSum], sums: Sequence[NeedSum]
) -> SoundingForm:
    """The form with what the draft says."""
    data: dict[str, Any] = {
        "revision": sounding.revision,
        "comments_due": sounding.comments_due,
        "needs": [_value(one.place) for one in chosen],
    }
    for part in PARTS:
        data |= names_shown(part, getattr(sounding, part))
    form = SoundingForm(data=data)
    del form.buyer
    _offer_needs(form, sums)
    return form


class AnswerForm(PortalForm):
    """A provider's answer, open to all."""

    provider = ChoiceField(_l("In whose name"), [required()])
    would_bid = RadioField(
        _l("Would you make an offer?"),
        [required()],
        choices=[("yes", _l("We would bid")), ("no", _l("We would not bid"))],
    )
    reason = LongTextField(
        _l("If you would not: why?"),
        [optional(), at_most_characters(LONGEST_REASON)],
        description=_l("Needed when you would not bid."),
    )
    comment = LongTextField(
        _l("Comments and answers to the questions"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_l(
            "Everybody can read the answer and the name of the provider. Do not write prices,"
            " trade secrets or personal data."
        ),
    )

    def answer(self) -> MarketAnswer:
        """The answer as typed."""
        return MarketAnswer(
            would_bid=self.would_bid.data == "yes",
            reason=self.reason.data or "",
            comment=self.comment.data or "",
        )

    def chosen_provider(self, providers: Sequence[Organisation]) -> UUID:
        """The provider chosen, or the only one."""
        return UUID(self.provider.data) if "provider" in self else providers[0].id


def answer_form(providers: Sequence[Organisation], given: AnswerShown | None) -> AnswerForm:
    """The form, with the standing answer of the only provider that the reader represents."""
    data: dict[str, Any] = {}
    if given is not None and len(providers) == 1:
        data = {
            "would_bid": "yes" if given.would_bid else "no",
            "reason": given.reason,
            "comment": given.comment,
        }
    form = AnswerForm(data=data)
    if len(providers) == 1:
        del form.provider
    else:
        language = current_language()
        form.provider.choices = choices(
            ((one.id, name_in(one.name, language)) for one in providers),
            empty=_("Choose a provider"),
        )
    return form
