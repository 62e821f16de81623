"""The forms of the steps in which an offer is written; each changes its own part of the draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import new_class
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.offers.queries import OwnOffer
from portal.offers.queries.asked import DeclarationAsked
from portal.offers.rules import (
    Declaration,
    LotPrice,
    OfferContent,
    Partner,
    Promise,
    Secret,
    Step,
    put_in_place,
    secrets_of,
)
from portal.organisations.rules import normal_business_id
from portal.procurement.queries.shown import CriterionShown
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in
from portal.web.fields import (
    CheckField,
    LongTextField,
    MoneyField,
    RadioField,
    TextField,
    at_most_characters,
    optional,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_ANSWER = 20_000
LONGEST_NOTE = 2_000
LONGEST_NAME = 200
SPARE_ROWS = 2
MOST_ROWS = 100

Typed = Mapping[str, Any] | None


class StepForm(PortalForm):
    """The base of the forms that are built for one step of one offer.

    ``rows`` are its lists: by prefix, how many rows there are and of which fields each is.
    """

    rows: Mapping[str, tuple[int, tuple[str, ...]]] = {}

    def changed(self, content: OfferContent) -> OfferContent:
        """The offer with what was typed in the place of this step's part."""
        raise NotImplementedError

    def filled(self, prefix: str) -> list[tuple[int, dict[str, str]]]:
        """The rows in which something was typed, with their numbers."""
        count, parts = self.rows[prefix]
        typed = [
            (n, {part: self[f"{prefix}-{n}-{part}"].data or "" for part in parts})
            for n in range(count)
        ]
        return [(n, values) for n, values in typed if any(values.values())]

    def listed(self, prefix: str) -> list[list[Any]]:
        """The fields of every row, empty ones included."""
        count, parts = self.rows[prefix]
        return [[self[f"{prefix}-{n}-{part}"] for part in parts] for n in range(count)]

    def refuse(self, broken: RuleBroken) -> None:
        """A rule counts the filled rows only; the reader sees the empty ones too."""
        found = re.fullmatch(r"([a-z]+)-(\d+)-(\w+)", broken.field or "")
        if found and found[1] in self.rows:
            filled = self.filled(found[1])
            if int(found[2]) < len(filled):
                broken.field = f"{found[1]}-{filled[int(found[2])][0]}-{found[3]}"
        super().refuse(broken)


class BidderForm(StepForm):
    """Alone, as a consortium, or with subcontractors."""

    ALONE = _l("We offer alone, without a consortium and without subcontractors")

    alone = CheckField(ALONE)

    def changed(self, content: OfferContent) -> OfferContent:
        """The bidder as typed."""
        return replace(
            content,
            alone=bool(self.alone.data),
            consortium=self._partners("member"),
            subcontractors=self._partners("subcontractor"),
        )

    def _partners(self, prefix: str) -> tuple[Partner, ...]:
        return tuple(
            Partner(values["name"], normal_business_id(values["business_id"]), values["part"])
            for _n, values in self.filled(prefix)
        )


class StartForm(StepForm):
    """What most bidders have to say of themselves: that they offer alone, and a yes to each thing.

    Whoever offers with others, or has a no to explain, does so in the step for it.
    """

    asked: tuple[str, ...] = ()
    alone = CheckField(BidderForm.ALONE)

    def changed(self, content: OfferContent) -> OfferContent:
        """The offer with what was typed; notes given before stay."""
        notes = {one.about: one.note for one in content.declarations}
        kept = [one for one in content.declarations if one.about not in self.asked]
        said = [
            Declaration(about, self[f"holds-{n}"].data == "yes", notes.get(about, ""))
            for n, about in enumerate(self.asked)
            if self[f"holds-{n}"].data
        ]
        return replace(content, alone=bool(self.alone.data), declarations=(*said, *kept))


class DeclarationsForm(StepForm):
    """A yes or a no to each thing asked about, with a note."""

    asked: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """A note belongs to a yes or a no."""
        right = bool(super().validate(extra_validators))
        for n in range(len(self.asked)):
            holds, note = self[f"holds-{n}"], self[f"note-{n}"]
            if note.data and not holds.data and not holds.errors:
                holds.errors = [_("Choose yes or no.")]
                right = False
        return right

    def changed(self, content: OfferContent) -> OfferContent:
        """The declarations as typed; any that the call no longer asks for stay."""
        kept = [one for one in content.declarations if one.about not in self.asked]
        said = [
            Declaration(about, self[f"holds-{n}"].data == "yes", self[f"note-{n}"].data or "")
            for n, about in enumerate(self.asked)
            if self[f"holds-{n}"].data
        ]
        return replace(content, declarations=(*said, *kept))


class PricesForm(StepForm):
    """The price and the fee of each lot."""

    lot_keys: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """A fee needs its price."""
        right = bool(super().validate(extra_validators))
        for key in self.lot_keys:
            price, fee = self[f"price-{key}"], self[f"fee-{key}"]
            if fee.data is not None and price.data is None and not price.errors:
                price.errors = [_("Give the price of the lot as well as the fee.")]
                right = False
        return right

    def changed(self, content: OfferContent) -> OfferContent:
        """The prices as typed."""
        lots = {
            key: LotPrice(self[f"price-{key}"].data, self[f"fee-{key}"].data)
            for key in self.lot_keys
            if self[f"price-{key}"].data is not None
        }
        return replace(content, lots=lots)


class AnswerForm(StepForm):
    """The answer to one criterion, with what is promised in it and what of it is secret."""

    criterion: str = ""

    def changed(self, content: OfferContent) -> OfferContent:
        """This criterion's answer, promises and secrets as typed; those of others stay."""
        key = self.criterion
        answers = {one: text for one, text in content.answers.items() if one != key}
        if self["answer"].data:
            answers[key] = self["answer"].data
        promises = [Promise(key, values["text"]) for _n, values in self.filled("promise")]
        secrets = [
            Secret(key, values["reason"], values["passage"]) for _n, values in self.filled("secret")
        ]
        return replace(
            content,
            answers=answers,
            promises=put_in_place(content.promises, lambda one: one.criterion == key, promises),
            secrets=put_in_place(
                content.secrets, lambda one: not one.file and one.criterion == key, secrets
            ),
        )


class FileSecretsForm(StepForm):
    """Which files are trade secrets, each as a whole, and why."""

    files: tuple[str, ...] = ()

    def changed(self, content: OfferContent) -> OfferContent:
        """The secrets of files as typed; a file removed meanwhile has none."""
        secrets = [
            Secret("", self[f"reason-{n}"].data, file=key)
            for n, key in enumerate(self.files)
            if self[f"reason-{n}"].data
        ]
        return replace(
            content, secrets=put_in_place(content.secrets, lambda one: bool(one.file), secrets)
        )


def file_secrets_form(own: OwnOffer, typed: Typed = None) -> FileSecretsForm:
    """The form of the draft's files."""
    reasons = {one.file: one.reason for one in own.content.secrets if one.file}
    fields: dict[str, Any] = {"files": tuple(str(file.id) for file in own.content.files)}
    values: dict[str, Any] = {}
    for n, file in enumerate(own.content.files):
        fields[f"reason-{n}"] = LongTextField(
            _("Why %(file)s is a trade secret", file=file.name),
            [optional(), at_most_characters(LONGEST_NOTE)],
        )
        values[f"reason-{n}"] = reasons.get(str(file.id), "")
    built = _built(FileSecretsForm, fields, values, typed)
    assert isinstance(built, FileSecretsForm)
    return built


def step_form(
    own: OwnOffer, step: Step, criterion: CriterionShown | None = None, typed: Typed = None
) -> StepForm:
    """The form of a step: with what was typed, else with what the offer says so far."""
    if step == Step.START:
        return _start_form(own, typed)
    if step == Step.BIDDER:
        return _bidder_form(own, typed)
    if step == Step.DECLARATIONS:
        return _declarations_form(own, typed)
    if step == Step.PRICES:
        return _prices_form(own, typed)
    assert criterion is not None
    return _answer_form(own, criterion, typed)


def _built(
    base: type[StepForm], fields: Mapping[str, Any], values: Mapping[str, Any], typed: Typed
) -> StepForm:
    built: type[StepForm] = new_class(
        f"Built{base.__name__}", (base,), exec_body=lambda body: body.update(fields)
    )
    return built(typed, data=dict(values))


def _count(prefix: str, standing: int, typed: Typed) -> int:
    """As many rows as were sent, else those that stand and a few to be filled in."""
    if typed is None:
        return min(standing + SPARE_ROWS, MOST_ROWS)
    row = re.compile(rf"{prefix}-([0-9]{{1,3}})-\w+")
    numbers = [int(found[1]) for name in typed if (found := row.fullmatch(name))]
    return min(max(numbers, default=-1) + 1, MOST_ROWS)


def _bidder_form(own: OwnOffer, typed: Typed) -> StepForm:
    parts = ("name", "business_id", "part")
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"alone": own.content.alone}
    rows: dict[str, Any] = {}
    for prefix, partners, part in (
        ("member", own.content.consortium, _("What the member does")),
        ("subcontractor", own.content.subcontractors, _("What the subcontractor does")),
    ):
        count = _count(prefix, len(partners), typed)
        rows[prefix] = (count, parts)
        for n in range(count):
            fields |= {
                f"{prefix}-{n}-name": TextField(
                    _("Name"), [optional(), at_most_characters(LONGEST_NAME)]
                ),
                f"{prefix}-{n}-business_id": TextField(
                    _("Business ID"),
                    [optional(), at_most_characters(LONGEST_NAME)],
                    description=_("Such as 1234567-1. Leave empty if there is no Finnish one."),
                ),
                f"{prefix}-{n}-part": LongTextField(
                    part, [optional(), at_most_characters(LONGEST_NOTE)]
                ),
            }
        for n, partner in enumerate(partners):
            values |= {f"{prefix}-{n}-{name}": getattr(partner, name) for name in parts}
    return _built(BidderForm, fields | {"rows": rows}, values, typed)


def _start_form(own: OwnOffer, typed: Typed) -> StepForm:
    fields: dict[str, Any] = {"asked": tuple(asked.key for asked in own.asked)}
    values: dict[str, Any] = {"alone": own.content.alone}
    said = {one.about: one for one in own.content.declarations}
    for n, asked in enumerate(own.asked):
        fields[f"holds-{n}"] = _holds_field(asked)
        if asked.key in said:
            values[f"holds-{n}"] = "yes" if said[asked.key].holds else "no"
    return _built(StartForm, fields, values, typed)


def _holds_field(asked: DeclarationAsked) -> RadioField:
    return RadioField(
        _declared(asked),
        [optional()],
        choices=[("yes", _("Yes")), ("no", _("No"))],
        description=name_in(asked.evidence, current_language()),
    )


def _declarations_form(own: OwnOffer, typed: Typed) -> StepForm:
    fields: dict[str, Any] = {"asked": tuple(asked.key for asked in own.asked)}
    values: dict[str, Any] = {}
    said = {one.about: one for one in own.content.declarations}
    for n, asked in enumerate(own.asked):
        fields |= {
            f"holds-{n}": _holds_field(asked),
            f"note-{n}": LongTextField(
                _("Note"),
                [optional(), at_most_characters(LONGEST_NOTE)],
                description=_("If you answer no, tell what it is about and what you have done."),
            ),
        }
        if asked.key in said:
            holds = "yes" if said[asked.key].holds else "no"
            values |= {f"holds-{n}": holds, f"note-{n}": said[asked.key].note}
    return _built(DeclarationsForm, fields, values, typed)


def _declared(asked: DeclarationAsked) -> str:
    if asked.title is not None:
        return str(_("We meet the requirement: %(title)s", title=_name(asked.title)))
    return str(DECLARED[asked.key])


DECLARED: Mapping[str, Any] = {
    "exclusion_grounds": _l(
        "No ground for exclusion concerns us, nor those whose resources we rely on (Procurement"
        " Act 1397/2016, sections 80 and 81)"
    ),
    "contractors_liability": _l(
        "The reports and certificates that the Act on the Contractor's Obligations and Liability"
        " (1233/2006) asks for are in order, and we give them"
    ),
}
"""What every bidder declares, in words."""


def _name(names: Mapping[str, str]) -> str:
    return name_in(names, current_language())


def _prices_form(own: OwnOffer, typed: Typed) -> StepForm:
    fields: dict[str, Any] = {"lot_keys": tuple(lot.key for lot in own.lots)}
    values: dict[str, Any] = {}
    for lot in own.lots:
        # A key may be any text, an id may not.
        fields |= {
            f"price-{lot.key}": MoneyField(
                _("Price: %(lot)s", lot=_name(lot.title)),
                [optional()],
                id=f"price-{lot.position}",
                description=_("Without value added tax. Leave empty if you do not offer this lot."),
            ),
            f"fee-{lot.key}": MoneyField(
                _("Coordination fee: %(lot)s", lot=_name(lot.title)),
                [optional(), within(least=0)],
                id=f"fee-{lot.position}",
                description=_("For the whole contract, without value added tax."),
            ),
        }
    for key, lot_price in own.content.lots.items():
        values |= {f"price-{key}": lot_price.price, f"fee-{key}": lot_price.coordination_fee}
    return _built(PricesForm, fields, values, typed)


def _answer_form(own: OwnOffer, criterion: CriterionShown, typed: Typed) -> StepForm:
    key = criterion.key
    promises = [one.text for one in own.content.promises if one.criterion == key]
    secrets = secrets_of(own.content, key)
    promised = _count("promise", len(promises), typed)
    secret = _count("secret", len(secrets), typed)
    fields: dict[str, Any] = {
        "criterion": key,
        "rows": {"promise": (promised, ("text",)), "secret": (secret, ("passage", "reason"))},
        "answer": LongTextField(_("Your answer"), [at_most_characters(LONGEST_ANSWER)]),
    }
    values: dict[str, Any] = {"answer": own.content.answers.get(key, "")}
    for n in range(promised):
        fields[f"promise-{n}-text"] = LongTextField(
            _("Promise %(n)s", n=n + 1), [optional(), at_most_characters(LONGEST_NOTE)]
        )
    for n in range(secret):
        fields |= {
            f"secret-{n}-passage": LongTextField(
                _("Secret passage %(n)s", n=n + 1),
                [optional(), at_most_characters(LONGEST_ANSWER)],
                description=_(
                    "Copy the very words of the answer or of a promise. If this is left empty, the"
                    " whole answer is taken to be secret."
                ),
            ),
            f"secret-{n}-reason": LongTextField(
                _("Why passage %(n)s is a trade secret", n=n + 1),
                [optional(), at_most_characters(LONGEST_NOTE)],
            ),
        }
    values |= {f"promise-{n}-text": text for n, text in enumerate(promises)}
    for n, one in enumerate(secrets):
        values |= {f"secret-{n}-passage": one.passage, f"secret-{n}-reason": one.reason}
    return _built(AnswerForm, fields, values, typed)
