"""The form of an offer, built from the call: prices by lot, texts by criterion, promises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import new_class
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from portal.offers.attachments import MEDIA_TYPES
from portal.offers.queries import OwnOffer
from portal.offers.rules import LotPrice, OfferContent, Promise, Secret
from portal.shared.names import name_in
from portal.web.fields import (
    ChoiceField,
    LongTextField,
    MoneyField,
    at_most_characters,
    optional,
    required,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_ANSWER = 20_000
LONGEST_NOTE = 2_000
SPARE_PROMISES = 2
MOST_PROMISES = 100
_PROMISE = re.compile(r"promise-([0-9]{1,3})-text")


class OfferForm(PortalForm):
    """The base of the form that `offer_form` builds for one call."""

    lot_keys: tuple[str, ...] = ()
    criterion_keys: tuple[str, ...] = ()
    promise_count = 0

    def validate(self, extra_validators: Any = None) -> bool:
        """A fee needs its price, a promise its criterion."""
        right = bool(super().validate(extra_validators))
        for key in self.lot_keys:
            price, fee = self[f"price-{key}"], self[f"fee-{key}"]
            if fee.data is not None and price.data is None and not price.errors:
                price.errors = [_("Give the price of the lot as well as the fee.")]
                right = False
        for text, criterion in self.promises():
            if text.data and not criterion.data and not criterion.errors:
                criterion.errors = [_("Choose the criterion under which you promise this.")]
                right = False
        return right

    def promises(self) -> list[tuple[Any, Any]]:
        """The text and the criterion of each promise, empty ones included."""
        return [
            (self[f"promise-{n}-text"], self[f"promise-{n}-criterion"])
            for n in range(self.promise_count)
        ]

    def content(self) -> OfferContent:
        """What was typed; files are not part of the form."""
        return OfferContent(
            lots={
                key: LotPrice(self[f"price-{key}"].data, self[f"fee-{key}"].data)
                for key in self.lot_keys
                if self[f"price-{key}"].data is not None
            },
            answers={
                key: self[f"answer-{key}"].data
                for key in self.criterion_keys
                if self[f"answer-{key}"].data
            },
            promises=tuple(
                Promise(criterion.data, text.data)
                for text, criterion in self.promises()
                if text.data
            ),
            secrets=tuple(
                Secret(key, self[f"secret-{key}"].data)
                for key in self.criterion_keys
                if self[f"secret-{key}"].data
            ),
        )


def offer_form(own: OwnOffer, typed: Mapping[str, Any] | None = None) -> OfferForm:
    """The form of this call: with what was typed, else with what the offer says so far."""
    language = current_language()
    fields: dict[str, Any] = {}
    for lot in own.lots:
        fields |= _lot_fields(lot.key, lot.position, name_in(lot.title, language))
    for criterion in own.criteria:
        title = name_in(criterion.title, language)
        fields |= _criterion_fields(criterion.key, criterion.place, title)
    chosen = [
        ("", _("Choose a criterion")),
        *((criterion.key, name_in(criterion.title, language)) for criterion in own.criteria),
    ]
    count = _promise_count(own, typed)
    for n in range(count):
        fields |= _promise_fields(n, chosen)
    fields |= {
        "lot_keys": tuple(lot.key for lot in own.lots),
        "criterion_keys": tuple(criterion.key for criterion in own.criteria),
        "promise_count": count,
    }
    built: type[OfferForm] = new_class(
        "CallOfferForm", (OfferForm,), exec_body=lambda body: body.update(fields)
    )
    return built(typed, data=_values(own.content))


def _promise_count(own: OwnOffer, typed: Mapping[str, Any] | None) -> int:
    if typed is None:
        return min(len(own.content.promises) + SPARE_PROMISES, MOST_PROMISES)
    numbers = [int(found[1]) for name in typed if (found := _PROMISE.fullmatch(name))]
    return min(max(numbers, default=-1) + 1, MOST_PROMISES)


def _lot_fields(key: str, place: int, title: str) -> dict[str, Any]:
    # A key may be any text, an id may not.
    return {
        f"price-{key}": MoneyField(
            _("Price: %(lot)s", lot=title),
            [optional()],
            id=f"price-{place}",
            description=_("Without value added tax. Leave empty if you do not offer this lot."),
        ),
        f"fee-{key}": MoneyField(
            _("Coordination fee: %(lot)s", lot=title),
            [optional(), within(least=0)],
            id=f"fee-{place}",
            description=_("For the whole contract, without value added tax."),
        ),
    }


def _criterion_fields(key: str, place: int, title: str) -> dict[str, Any]:
    return {
        f"answer-{key}": LongTextField(
            _("Your answer: %(criterion)s", criterion=title),
            [at_most_characters(LONGEST_ANSWER)],
            id=f"answer-{place}",
        ),
        f"secret-{key}": LongTextField(
            _("Trade secret in the answer: %(criterion)s", criterion=title),
            [optional(), at_most_characters(LONGEST_NOTE)],
            id=f"secret-{place}",
            description=_(
                "Name the passage that is a trade secret and say why. Leave empty if there is none."
            ),
        ),
    }


def _promise_fields(n: int, criteria: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        f"promise-{n}-criterion": ChoiceField(
            _("Criterion of promise %(n)s", n=n + 1), [optional()], choices=criteria
        ),
        f"promise-{n}-text": LongTextField(
            _("Promise %(n)s", n=n + 1), [optional(), at_most_characters(LONGEST_NOTE)]
        ),
    }


def _values(content: OfferContent) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, lot in content.lots.items():
        values |= {f"price-{key}": lot.price, f"fee-{key}": lot.coordination_fee}
    values |= {f"answer-{key}": text for key, text in content.answers.items()}
    values |= {f"secret-{secret.criterion}": secret.reason for secret in content.secrets}
    for n, promise in enumerate(content.promises):
        values |= {f"promise-{n}-criterion": promise.criterion, f"promise-{n}-text": promise.text}
    return values


class AttachForm(PortalForm):
    """One file to attach."""

    file = FileField(
        _l("File"),
        [required(_l("Choose a file."))],
        render_kw={"accept": ",".join(f".{ending}" for ending in MEDIA_TYPES)},
    )


class SubmitForm(PortalForm):
    """The one small act: nothing but the hash of what was on the page."""

    seen = HiddenField()


class ActForm(PortalForm):
    """A button."""
