"""The form of a need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.organisations.models import Organisation
from portal.shared.names import name_in
from portal.soundings.models import Need
from portal.soundings.rules import MOST_PEOPLE, NeedTerms
from portal.web.drafts import LONGEST_LINE, RevisionForm
from portal.web.fields import (
    ChoiceField,
    DayField,
    LongTextField,
    TextField,
    WholeField,
    at_most_characters,
    choices,
    optional,
    required,
    within,
)
from portal.web.language import current_language

LONGEST_NOTE = 2_000

_LINE = at_most_characters(LONGEST_LINE)


class NeedForm(RevisionForm):
    """Whom an office would send."""

    office = ChoiceField(_l("Employment office"), [required()])
    target_group = TextField(
        _l("Target group"),
        [required(), _LINE],
        description=_l("In words, such as: jobseekers who have been without work for a long time."),
    )
    people = WholeField(_l("How many people"), [required(), within(1, MOST_PEOPLE)])
    region = TextField(
        _l("Region"),
        [required(), _LINE],
        description=_l("Choose a name in use where it fits, so that needs can be added up."),
        render_kw={"list": "regions", "autocomplete": "off"},
    )
    field = TextField(
        _l("Field of training"),
        [required(), _LINE],
        description=_l("Choose a name in use where it fits, so that needs can be added up."),
        render_kw={"list": "fields", "autocomplete": "off"},
    )
    wanted_from = DayField(_l("Wanted from"), [required()])
    note = LongTextField(
        _l("Note for the buyers"),
        [optional(), at_most_characters(LONGEST_NOTE)],
        description=_l("Do not write anything by which a person could be recognised."),
    )

    def terms(self) -> NeedTerms:
        """The need as typed."""
        values: dict[str, Any] = self.data
        return NeedTerms(
            target_group=values["target_group"],
            people=values["people"],
            region=values["region"],
            field=values["field"],
            wanted_from=values["wanted_from"],
            note=self.note.data or "",
        )

    def chosen_office(self, offices: Sequence[Organisation]) -> UUID:
        """The office chosen, or the only one."""
        return UUID(self.office.data) if "office" in self else offices[0].id


def new_need_form(offices: Sequence[Organisation]) -> NeedForm:
    """An empty form; the office is asked only of those who work for several."""
    form = NeedForm()
    del form.revision
    if len(offices) == 1:
        del form.office
    else:
        language = current_language()
        form.office.choices = choices(
            ((office.id, name_in(office.name, language)) for office in offices),
            empty=_("Choose an office"),
        )
    return form


def need_form(need: Need) -> NeedForm:
    """The form with what the need says."""
    form = NeedForm(
        data={
            "revision": need.revision,
            "target_group": need.target_group,
            "people": need.people,
            "region": need.region,
            "field": need.field,
            "wanted_from": need.wanted_from,
            "note": need.note,
        }
    )
    del form.office
    return form
