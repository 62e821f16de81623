"""The forms of the meetings' pages: shape and type only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.meetings.models import Meeting
from portal.meetings.queries import About, Preparation
from portal.meetings.rules import (
    ABOUT_PERSON,
    LineOutcome,
    LineTerms,
    MeetingKind,
    PracticeStatus,
    PracticeTerms,
    ReviewTerms,
)
from portal.organisations.models import Organisation, Person
from portal.shared.names import name_in
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    DayField,
    InstantField,
    LongTextField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_TEXT = 10_000
LONGEST_LINE = 300
NEW_PRACTICES = 5
"""Empty rows for practices; whoever agrees more records them at the next meeting."""

KIND_WORDS: dict[str, Any] = {
    MeetingKind.START_UP: _l("Start-up meeting"),
    MeetingKind.INTERIM: _l("Interim feedback"),
    MeetingKind.VERIFICATION: _l("Verification visit"),
    MeetingKind.CLOSING: _l("Closing meeting"),
    MeetingKind.TRIPARTITE: _l("Three-party meeting"),
    MeetingKind.JOINT_REVIEW: _l("Joint review of the personal plan"),
}
OUTCOME_WORDS: dict[str, Any] = {
    LineOutcome.AGREED: _l("Agreed"),
    LineOutcome.NOTHING_TO_AGREE: _l("Nothing to agree"),
    LineOutcome.OPEN: _l("Left open"),
}
REVIEW_WORDS: dict[str, Any] = {
    PracticeStatus.KEPT: _l("Kept"),
    PracticeStatus.PARTLY: _l("Partly kept"),
    PracticeStatus.NOT_KEPT: _l("Not kept"),
}

_TEXT, _LINE = at_most_characters(LONGEST_TEXT), at_most_characters(LONGEST_LINE)


class ReasonForm(PortalForm):
    """Why a meeting is cancelled, or the start-up meeting waived."""

    reason = LongTextField(_l("Reason"), [required(_l("Give a reason.")), _TEXT])


class AboutForm(PortalForm):
    """What a meeting is about; sent with the address, so that its form can be made for it."""

    class Meta(PortalForm.Meta):
        """Nothing is changed by it."""

        csrf = False

    kind = ChoiceField(_l("Kind of meeting"), [required()])
    training = ChoiceField(_l("Training"), [optional()])
    participant = ChoiceField(_l("Participant"), [optional()])


def about_form(about: About) -> AboutForm:
    """The choices with what has been chosen; a participant only where one may be."""
    chosen, of_whom = about.training, about.enrolment
    form = AboutForm(
        formdata=None,
        kind=about.kind or "",
        training="" if chosen is None else str(chosen.id),
        participant="" if of_whom is None else str(of_whom.id),
    )
    form.kind.choices = choices(KIND_WORDS.items(), empty=_("Choose the kind"))
    form.training.choices = choices(
        (
            (one.id, _("Training %(n)s: %(field)s", n=one.n, field=one.field))
            for one in about.trainings
        ),
        empty=_("The whole contract"),
    )
    form.participant.choices = choices(about.participants, empty=_("Nobody in particular"))
    if about.kind not in ABOUT_PERSON or chosen is None:
        del form.participant
    return form


class PlanForm(PortalForm):
    """When, where and with whom."""

    begins = InstantField(_l("Begins"), [required(_l("Fill in the day and the time."))])
    ends = InstantField(_l("Ends"), [required(_l("Fill in the day and the time."))])
    place = TextField(
        _l("Meeting place"),
        [optional(), _LINE],
        description=_l("A room or an address, or the link of a remote meeting."),
    )
    invited = ChecksField(_l("Invited"), [required(_l("Choose at least one person."))])
    others = TextField(
        _l("More course sponsors"),
        [optional(), at_most_characters(2_000)],
        description=_l(
            "E-mail addresses separated by commas, of course sponsors whose office may use the"
            " contract."
        ),
    )

    def plan(self) -> dict[str, Any]:
        """When and where, as typed."""
        values: dict[str, Any] = self.data
        return {name: values[name] for name in ("begins", "ends")} | {
            "place": values["place"] or ""
        }

    def emails(self) -> list[str]:
        """The addresses typed."""
        return _emails(self)


def plan_form(ready: Preparation) -> PlanForm:
    """The form with the planned meeting's values, or with only the reader invited."""
    planned = ready.about.planned
    form = PlanForm(data=_planned(planned) if planned else {"invited": [str(ready.me.id)]})
    form.invited.choices = _people(ready)
    if ready.about.training is not None:
        del form.others
    return form


def _planned(meeting: Meeting) -> dict[str, Any]:
    return {
        "begins": meeting.begins,
        "ends": meeting.ends,
        "place": meeting.place,
        "invited": [str(one.person_id) for one in meeting.attendances],
    }


class HoldForm(PortalForm):
    """What a meeting came to; its lines, reviews and rows of practices are added to it."""

    present = ChecksField(_l("Present"), [required(_l("Choose at least one person."))])
    others = TextField(
        _l("More course sponsors"),
        [optional(), at_most_characters(2_000)],
        description=_l(
            "E-mail addresses separated by commas, of course sponsors whose office may use the"
            " contract."
        ),
    )
    progress = LongTextField(_l("Progress"), [optional(), _TEXT])
    quality = LongTextField(_l("Quality"), [optional(), _TEXT])
    effectiveness = LongTextField(_l("Effectiveness"), [optional(), _TEXT])
    notes = LongTextField(
        _l("Notes"),
        [optional(), _TEXT],
        description=_l("Do not write about anybody's health or benefits."),
    )
    ready: Preparation

    def emails(self) -> list[str]:
        """The addresses typed."""
        return _emails(self)

    def validate(self, extra_validators: Any = None) -> bool:
        """A row of a practice is filled in whole or not at all."""
        right = bool(super().validate(extra_validators))
        for n in range(1, NEW_PRACTICES + 1):
            fields = [self[f"{name}-{n}"] for name in ("text", "whose", "until")]
            if any(field.data or field.errors for field in fields):
                for field in fields:
                    if not field.data and not field.errors:
                        field.errors = [_("Fill in this field.")]
                        right = False
        return right

    def lines(self) -> list[LineTerms]:
        """How the lines of the agenda were left; one carried forward may be left as it was."""
        return [
            LineTerms(
                key=item.key,
                outcome=self[f"outcome-{item.key}"].data,
                note=self[f"note-{item.key}"].data or "",
                owner=_key(self[f"owner-{item.key}"].data),
                due=self[f"due-{item.key}"].data,
            )
            for item in self.ready.agenda.items
            if self[f"outcome-{item.key}"].data
        ]

    def reviews(self) -> list[ReviewTerms]:
        """The practices that were looked at."""
        return [
            ReviewTerms(
                practice=practice.id,
                status=self[f"status-{practice.id}"].data,
                note=self[f"review-{practice.id}"].data or "",
            )
            for practice in self.ready.practices
            if self[f"status-{practice.id}"].data
        ]

    def practices(self) -> list[PracticeTerms]:
        """The rows that were filled in."""
        found = []
        for n in range(1, NEW_PRACTICES + 1):
            text, owner = self[f"text-{n}"].data, _key(self[f"whose-{n}"].data)
            if text and owner is not None:
                found.append(PracticeTerms(text, owner, self[f"until-{n}"].data))
        return found


def hold_form(ready: Preparation) -> HoldForm:
    """The form for what was prepared; a line that nobody touches stays open, the reader's own."""
    fields: dict[str, Any] = {}
    owners = [(str(one.id), one.name) for one, _home in ready.people]
    nobody = [("", _("Choose who")), *owners]
    for item in ready.agenda.items:
        outcomes = choices(OUTCOME_WORDS.items(), empty=_("Not taken up") if item.carried else None)
        first = "" if item.carried else LineOutcome.OPEN
        owner = item.carried.owner_id if item.carried else ready.me.id
        fields |= {
            f"outcome-{item.key}": ChoiceField(
                _l("How it was left"), [optional()], choices=outcomes, default=first
            ),
            f"note-{item.key}": TextField(_l("What was agreed, or is open"), [optional(), _TEXT]),
            f"owner-{item.key}": ChoiceField(
                _l("Who takes care of it"), [optional()], choices=nobody, default=str(owner)
            ),
            f"due-{item.key}": DayField(_l("Becomes a practice, due"), [optional()]),
        }
    for practice in ready.practices:
        fields |= {
            f"status-{practice.id}": ChoiceField(
                _l("How it was kept"),
                [optional()],
                choices=choices(REVIEW_WORDS.items(), empty=_("Not reviewed")),
            ),
            f"review-{practice.id}": TextField(_l("Note"), [optional(), _TEXT]),
        }
    for n in range(1, NEW_PRACTICES + 1):
        fields |= {
            f"text-{n}": TextField(_l("Practice"), [optional(), _TEXT]),
            f"whose-{n}": ChoiceField(_l("Owner"), [optional()], choices=nobody),
            f"until-{n}": DayField(_l("Due"), [optional()]),
        }
    planned = ready.about.planned
    invited = {one.person_id for one in planned.attendances} if planned else {ready.me.id}
    form: HoldForm = type("PreparedHoldForm", (HoldForm,), fields)(
        data={"present": [str(key) for key in invited], "notes": planned.notes if planned else ""}
    )
    form.ready = ready
    form.present.choices = _people(ready)
    if ready.about.training is not None:
        del form.others
    if ready.about.kind != MeetingKind.VERIFICATION:
        del form.progress
        del form.quality
        del form.effectiveness
    return form


def _people(ready: Preparation) -> list[tuple[str, Any]]:
    return choices((one.id, _said(one, home)) for one, home in ready.people)


def _said(person: Person, home: Organisation | None) -> str:
    if home is None:
        return person.name
    return f"{person.name}, {name_in(home.name, current_language())}"


def _emails(form: Any) -> list[str]:
    typed = form.others.data if "others" in form else ""
    return [email.strip() for email in (typed or "").split(",") if email.strip()]


def _key(typed: str | None) -> UUID | None:
    return UUID(typed) if typed else None
