"""Forms of judging and scoring; those for points are built from the call's criteria and scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import new_class
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.evaluation.queries.places import RankedOffer
from portal.evaluation.queries.scoring import Asked
from portal.evaluation.rules import Points
from portal.organisations.models import Organisation
from portal.organisations.queries import Named
from portal.shared.names import name_in
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    InstantField,
    LongTextField,
    RadioField,
    at_most_characters,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_REASON = 5_000
CHOICES_OF_WINNER = 10


_REASON = at_most_characters(LONGEST_REASON)


_GIVE_A_REASON = _l("Give a reason.")


class InterestsForm(PortalForm):
    """Which providers somebody is tied to."""

    conflicts = ChecksField(
        _l("Providers that you are tied to"),
        [optional()],
        choices=(),
        description=_l("Tick nobody if you have no ties to any of them."),
    )


def interests_form(providers: Sequence[Named]) -> InterestsForm:
    """The declaration, with every provider of the portal to choose from."""
    language = current_language()
    form = InterestsForm()
    form.conflicts.choices = [
        (str(provider.id), name_in(provider.name, language)) for provider in providers
    ]
    return form


class SuitabilityForm(PortalForm):
    """Yes or no, and why."""

    suitable = RadioField(
        _l("Does the provider meet the requirements of suitability?"),
        [required()],
        choices=[("yes", _l("Yes, suitable")), ("no", _l("No, unsuitable"))],
    )
    reason = LongTextField(
        _l("Reason"),
        [required(_GIVE_A_REASON), _REASON],
        description=_l("An unsuitable provider is told this reason."),
    )
    seen = HiddenField()


class ConformityForm(PortalForm):
    """Whether the offer is what the call asks for, and why."""

    conforms = RadioField(
        _l("Is the offer what the call asks for in this lot?"), [required()], choices=()
    )
    reason = LongTextField(
        _l("Reason"),
        [required(_GIVE_A_REASON), _REASON],
        description=_l("A bidder whose offer is left out is told this reason."),
    )
    seen = HiddenField()


def conformity_form(*, low_price: bool, data: Mapping[str, Any] | None = None) -> ConformityForm:
    """With the ground of an unusually low price only where the bidder has been heard on it."""
    form = ConformityForm(data=data)
    form.conforms.choices = [
        ("yes", _("Yes, it conforms")),
        ("no", _("No, it does not conform")),
    ]
    if low_price:
        unexplained = _(
            "It is left out for an unusually low price that has not been satisfactorily explained"
        )
        form.conforms.choices.append(("low_price", unexplained))
    return form


class ClarificationForm(PortalForm):
    """A question to bidders in writing, with its own clock."""

    providers = ChecksField(
        _l("To whom"),
        [required(_l("Choose at least one bidder."))],
        choices=(),
        description=_l("Ask the same of all whose offers leave the same thing open."),
    )
    text = LongTextField(
        _l("Question"),
        [required(_l("Write the question.")), _REASON],
        description=_l("An answer clears up what the offer says; it never changes the offer."),
    )
    due = InstantField(_l("Last moment to answer"), [required()])


def clarification_form(
    providers: Sequence[Organisation], proposed: datetime, chosen: Sequence[str]
) -> ClarificationForm:
    """The question, with the bidders of the call or the lot to choose from."""
    form = ClarificationForm(data={"due": proposed, "providers": list(chosen)})
    language = current_language()
    form.providers.choices = [
        (str(provider.id), name_in(provider.name, language)) for provider in providers
    ]
    return form


class AnswerForm(PortalForm):
    """A bidder's answer to a clarification."""

    answer = LongTextField(_l("Answer"), [required(_l("Write the answer.")), _REASON])


def revision_of(sent: object) -> int:
    """A revision as a page sent it; one that there never is for anything else."""
    given = str(sent or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


class AbstainForm(PortalForm):
    """Why an evaluator gives no points."""

    abstain = LongTextField(
        _l("Reason for abstaining"), [required(_GIVE_A_REASON), _REASON], id="abstain-reason"
    )
    revision = HiddenField(id="abstain-revision")

    def seen_revision(self) -> int:
        """As of the form for points: abstaining discards a draft, so its writer has read it."""
        return revision_of(self.revision.data)


def seen_row(form: SuitabilityForm | ConformityForm) -> UUID | None:
    """Which judgement stood on the page; None where there was none."""
    try:
        return UUID(str(form.seen.data or ""))
    except ValueError:
        return None


class PointsForm(PortalForm):
    """The base of the form that `points_form` builds for one call."""

    criterion_keys: tuple[str, ...] = ()
    revision = HiddenField()
    replace = HiddenField()
    """Sent by the button beside what stands: the revision that its reader has now read."""

    def complete(self) -> bool:
        """Whether every criterion has its points and its reason; says beside each what is not."""
        right = True
        for key in self.criterion_keys:
            points, reason = self[f"points-{key}"], self[f"reason-{key}"]
            if not points.data:
                points.errors = [_("Choose the points.")]
                right = False
            if not (reason.data or "").strip():
                reason.errors = [_("Give a reason.")]
                right = False
        return right

    def points(self) -> dict[str, Points]:
        """What has been given so far; a draft's reason may still lack its points."""
        given = {}
        for key in self.criterion_keys:
            points, reason = self[f"points-{key}"].data, self[f"reason-{key}"].data or ""
            if points or reason:
                given[key] = Points(int(points) if points else None, reason)
        return given

    def seen_revision(self) -> int:
        """The state that was on the page; one that there never is where none was sent."""
        return revision_of(self.replace.data or self.revision.data)


def points_form(
    asked: Asked,
    kept: Mapping[str, Any],
    revision: int,
    typed: Mapping[str, Any] | None = None,
) -> PointsForm:
    """Points and a reason for each criterion: as typed, else as kept."""
    language = current_language()
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"revision": str(revision)} if typed is None else {}
    choices = [(str(value), str(value)) for value in range(asked.scale_top + 1)]
    for criterion in asked.criteria:
        key, place = criterion.key, criterion.place
        title = name_in(criterion.title, language)
        fields[f"points-{key}"] = RadioField(
            _("Points: %(criterion)s", criterion=title),
            [optional()],
            choices=choices,
            id=f"points-{place}",
        )
        fields[f"reason-{key}"] = LongTextField(
            _("Reason: %(criterion)s", criterion=title), [_REASON], id=f"reason-{place}"
        )
        if key in kept:
            points = kept[key]["points"]
            values |= {
                f"points-{key}": None if points is None else str(points),
                f"reason-{key}": kept[key]["reason"],
            }
    fields["criterion_keys"] = tuple(criterion.key for criterion in asked.criteria)
    built: type[PointsForm] = new_class(
        "CallPointsForm", (PointsForm,), exec_body=lambda body: body.update(fields)
    )
    return built(typed, data=values)


class AwardForm(PortalForm):
    """The base of the form that `award_form` builds for one ranking."""

    draw_count = 0
    provider = RadioField(_l("Award the lot to"), [required()], choices=())
    reason = LongTextField(
        _l("Reason"),
        [required(_GIVE_A_REASON), _REASON],
        description=_l("The reason is printed in the award decision."),
    )

    def drawn_fields(self) -> list[Any]:
        """The places of the draw, first drawn first."""
        return [self[f"draw-{n}"] for n in range(1, self.draw_count + 1)]

    def validate(self, extra_validators: Any = None) -> bool:
        """A draw names each of those drawn once."""
        right = bool(super().validate(extra_validators))
        given = [field.data for field in self.drawn_fields() if field.data]
        if given and (len(set(given)) != len(given) or len(given) < self.draw_count):
            self.drawn_fields()[0].errors = [
                _("Give the whole draw, with each provider in one place only.")
            ]
            right = False
        return right

    def drawn(self) -> list[UUID]:
        """The offers in the order in which lots were drawn."""
        return [UUID(field.data) for field in self.drawn_fields() if field.data]


def award_form(
    ranking: Sequence[RankedOffer],
    tied: Sequence[RankedOffer],
    formdata: Mapping[str, Any] | None,
) -> AwardForm:
    """The award of a lot; with the order of a draw where the first place is shared.

    Only who stands first can win, so that of a long ranking the beginning is enough to choose from.
    """
    language = current_language()

    def named(offers: Sequence[RankedOffer]) -> list[tuple[str, str]]:
        return [(str(ranked.offer.offer_id), name_in(ranked.name, language)) for ranked in offers]

    fields: dict[str, Any] = {"draw_count": len(tied)}
    for n in range(1, len(tied) + 1):
        fields[f"draw-{n}"] = ChoiceField(
            _("Drawn in place %(n)s", n=n),
            [optional()],
            choices=[("", _("Choose a provider")), *named(tied)],
        )
    built: type[AwardForm] = new_class(
        "LotAwardForm", (AwardForm,), exec_body=lambda body: body.update(fields)
    )
    form = built(formdata)
    form.provider.choices = named(ranking[: max(CHOICES_OF_WINNER, len(tied))])
    return form
