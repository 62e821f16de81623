"""The forms of scorecards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.criteria.rules import Criterion, Use
from portal.scorecards.models import ScorecardAssessment
from portal.scorecards.rules import Given
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

LONGEST_REASON, LONGEST_EVIDENCE, LONGEST_ANSWER = 2_000, 500, 10_000


class DrawUpForm(PortalForm):
    """Of whom, and of which period."""

    provider = ChoiceField(
        _l("Provider"), [required(_l("Choose whose scorecard is drawn up."))], choices=[]
    )
    first_day = DayField(_l("First day of the period"), [required(_l("Write the first day."))])
    last_day = DayField(
        _l("Last day of the period"),
        [required(_l("Write the last day."))],
        description=_l("If the period has not ended yet, the figures are marked preliminary."),
    )
    form = ChoiceField(
        _l("Form of training"),
        [optional()],
        choices=[],
        description=_l("Limit the figures to the trainings of one form."),
    )


class AnswerForm(PortalForm):
    """The provider's answer."""

    text = LongTextField(
        _l("The provider's answer"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_ANSWER)],
        description=_l(
            "The answer is given once and stays on the scorecard. Do not write about anybody's"
            " health, benefits or other private matters."
        ),
    )


class AssessForm(PortalForm):
    """Points, reason and evidence for each criterion; the fields are those of `assess_form`."""

    criteria: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing may be said of a criterion without points; one left out is not assessed."""
        sound = super().validate(extra_validators)
        said = False
        for key in self.criteria:
            points = self[f"points-{key}"]
            rest = [self[f"{name}-{key}"].data for name in ("reason", "indicator", "evidence")]
            said = said or bool(points.data)
            if any(rest) and not points.data and not points.errors:
                points.errors = [_("Choose the points, or empty the other fields.")]
                sound = False
        if sound and not said:
            self.form_errors.append(_("Assess at least one criterion."))
            sound = False
        return bool(sound)

    def given(self, mine: dict[str, ScorecardAssessment]) -> dict[str, Given]:
        """What is new or differs from what the reader has given before."""
        found = {}
        for key in self.criteria:
            points = self[f"points-{key}"].data
            if not points:
                continue
            new = Given(
                int(points),
                self[f"reason-{key}"].data or "",
                self[f"evidence-{key}"].data or "",
                self[f"indicator-{key}"].data or "",
            )
            old = mine.get(key)
            same = old is not None and new == Given(
                old.points, old.reason, old.evidence, old.indicator
            )
            if not same:
                found[key] = new
        return found


def assess_form(
    criteria: Iterable[Criterion], indicators: Iterable[tuple[str, str]], language: str
) -> type[AssessForm]:
    """A form with fields for each of the criteria, named by its key.

    ``indicators`` are those of the scorecard, by key and name, to choose the evidence among.
    """
    listed = list(indicators)
    fields: dict[str, Any] = {}
    keys = []
    for criterion in criteria:
        key = criterion.key
        keys.append(key)
        steps = [
            (str(point.value), f"{point.value}: {name_in(point.name, language)}")
            for point in criterion.scales[Use.FOLLOW_UP].points
        ]
        fields[f"points-{key}"] = RadioField(
            _l("Points"), [optional()], choices=[("", _l("Not assessed")), *steps], default=""
        )
        fields[f"reason-{key}"] = LongTextField(
            _l("Reason"), [optional(), at_most_characters(LONGEST_REASON)]
        )
        fields[f"indicator-{key}"] = ChoiceField(
            _l("Indicator that it rests on"),
            [optional()],
            choices=choices(listed, _l("No indicator")),
        )
        fields[f"evidence-{key}"] = TextField(
            _l("Other evidence"),
            [optional(), at_most_characters(LONGEST_EVIDENCE)],
            description=_l(
                "Words, or the address of a page: of the portal (a meeting, a visit, feedback) or"
                " of the web."
            ),
        )
    return type("AssessForm", (AssessForm,), {**fields, "criteria": tuple(keys)})
