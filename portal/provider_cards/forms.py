"""The forms of a card and of the remarks on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from portal.organisations.models import Organisation
from portal.provider_cards.models import ProviderCard
from portal.provider_cards.queries.cards import Choices
from portal.provider_cards.rules import CardTerms, EntryKind
from portal.shared.names import name_in
from portal.web.drafts import LONGEST_LINE, RevisionForm, names_shown, names_typed
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    EmailField,
    LongTextField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_TEXT = 3_000
LONGEST_REMARK = 2_000
PARTS = ("title", "description", "services", "target_groups", "preconditions")

_LINE = at_most_characters(LONGEST_LINE)
_TEXT = at_most_characters(LONGEST_TEXT)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def _email(_form: Any, field: Field) -> None:
    if field.data and not _ADDRESS.fullmatch(field.data):
        raise StopValidation(_("Write an e-mail address such as name@example.com."))


class CardForm(RevisionForm):
    """What a provider says of one of its services."""

    provider = ChoiceField(_l("Provider"), [required()])
    title_fi = TextField(
        _l("Name of the service in Finnish"),
        [optional(), _LINE],
        description=_l("Give the texts in at least one language."),
    )
    title_sv = TextField(_l("Name of the service in Swedish"), [optional(), _LINE])
    title_en = TextField(_l("Name of the service in English"), [optional(), _LINE])
    description_fi = LongTextField(
        _l("Short description in Finnish"),
        [optional(), _TEXT],
        description=_l("What a client gets, in a few sentences that a client understands."),
    )
    description_sv = LongTextField(_l("Short description in Swedish"), [optional(), _TEXT])
    description_en = LongTextField(_l("Short description in English"), [optional(), _TEXT])
    stage = ChecksField(_l("Stage of the path"), [required(_l("Choose at least one stage."))])
    field = ChecksField(_l("Occupational fields"), [optional()])
    support = ChecksField(_l("Forms of support"), [optional()])
    services_fi = LongTextField(_l("Services in own words, in Finnish"), [optional(), _TEXT])
    services_sv = LongTextField(_l("Services in own words, in Swedish"), [optional(), _TEXT])
    services_en = LongTextField(_l("Services in own words, in English"), [optional(), _TEXT])
    target_groups_fi = LongTextField(_l("Target groups in Finnish"), [optional(), _TEXT])
    target_groups_sv = LongTextField(_l("Target groups in Swedish"), [optional(), _TEXT])
    target_groups_en = LongTextField(_l("Target groups in English"), [optional(), _TEXT])
    preconditions_fi = LongTextField(
        _l("Preconditions for access, in Finnish"),
        [optional(), _TEXT],
        description=_l("What is needed to get in: a referral, a language level, an interview."),
    )
    preconditions_sv = LongTextField(
        _l("Preconditions for access, in Swedish"), [optional(), _TEXT]
    )
    preconditions_en = LongTextField(
        _l("Preconditions for access, in English"), [optional(), _TEXT]
    )
    region = ChecksField(_l("Regions"), [required(_l("Choose at least one region."))])
    area = TextField(
        _l("Employment areas or municipalities"),
        [optional(), _LINE],
        description=_l("In own words, if the service is not given in the whole region."),
    )
    contact_name = TextField(_l("Contact person or desk"), [optional(), _LINE])
    phone = TextField(
        _l("Telephone"),
        [optional(), at_most_characters(60)],
        description=_l("Give a telephone number or an e-mail address, or both."),
        render_kw={"inputmode": "tel"},
    )
    email = EmailField(_l("E-mail"), [optional(), _LINE, _email])
    website = TextField(_l("Web address"), [optional(), _LINE], render_kw={"inputmode": "url"})
    keeper = ChoiceField(
        _l("Who keeps the card up to date"),
        [required()],
        description=_l("Gets a letter when the card has not been confirmed for long."),
    )

    def terms(self) -> CardTerms:
        """The card as typed."""
        texts: dict[str, Any] = {part: names_typed(self, part) for part in PARTS}
        return CardTerms(
            **texts,
            entries={kind: self[kind.value].data or [] for kind in EntryKind},
            area=self.area.data or "",
            contact_name=self.contact_name.data or "",
            phone=self.phone.data or "",
            email=(self.email.data or "").strip(),
            website=self.website.data or "",
        )

    def chosen_provider(self, providers: Sequence[Organisation]) -> UUID:
        """The provider chosen, or the only one."""
        return UUID(self.provider.data) if "provider" in self else providers[0].id

    def offer(self, found: Choices) -> None:
        """Let the writer choose from the lists and the people."""
        language = current_language()
        for kind, entries in found.lists.items():
            self[kind.value].choices = choices(
                (entry.key, name_in(entry.name, language)) for entry in entries.values()
            )
        self.keeper.choices = choices(found.keepers, empty=_("Choose a person"))


def new_card_form(found: Choices, writer: UUID) -> CardForm:
    """An empty form; the provider is asked only of those who work for several."""
    form = CardForm(data={"keeper": str(writer)})
    del form.revision
    if len(found.providers) == 1:
        del form.provider
    else:
        language = current_language()
        form.provider.choices = choices(
            ((one.id, name_in(one.name, language)) for one in found.providers),
            empty=_("Choose a provider"),
        )
    form.offer(found)
    return form


def card_form(card: ProviderCard, found: Choices) -> CardForm:
    """The form with what the card says."""
    data: dict[str, Any] = {
        "revision": card.revision,
        "area": card.area,
        "contact_name": card.contact_name,
        "phone": card.phone,
        "email": card.email,
        "website": card.website,
        "keeper": str(card.keeper_id),
    }
    for part in PARTS:
        data |= names_shown(part, getattr(card, part))
    for kind in EntryKind:
        data[kind.value] = [key for key in card.keys(kind) if key in found.lists[kind]]
    form = CardForm(data=data)
    del form.provider
    form.offer(found)
    return form


class RemarkForm(PortalForm):
    """What a referrer says of a service."""

    organisation = ChoiceField(_l("In whose name"), [required()])
    text = LongTextField(
        _l("Your remark"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_REMARK)],
        description=_l(
            "Other referrers and the provider read it, with your name. Write nothing by which a"
            " client could be recognised."
        ),
    )

    def chosen_organisation(self, organisations: Sequence[Organisation]) -> UUID:
        """The organisation chosen, or the only one."""
        return UUID(self.organisation.data) if "organisation" in self else organisations[0].id


def remark_form(organisations: Sequence[Organisation], *, empty: bool = False) -> RemarkForm:
    """The form; in whose name is asked only of those who work for several."""
    form = RemarkForm(formdata=None) if empty else RemarkForm()
    if len(organisations) == 1:
        del form.organisation
    else:
        language = current_language()
        form.organisation.choices = choices(
            ((one.id, name_in(one.name, language)) for one in organisations),
            empty=_("Choose an organisation"),
        )
    return form


class RemarkAnswerForm(PortalForm):
    """The provider's one answer."""

    text = LongTextField(
        _l("The provider's answer"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_REMARK)],
        description=_l("A remark is answered once."),
    )


class ConfirmForm(RevisionForm):
    """Nothing but the revision that was seen."""
