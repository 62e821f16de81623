"""The pages of feedback: a training's, a proposal's, and the one behind a personal link."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.enrolments.models import Enrolment
from portal.feedback import queries, usecases
from portal.feedback.forms import (
    AnswerForm,
    AssignForm,
    FeedbackForm,
    LinkForm,
    feedback_form,
    kept,
)
from portal.feedback.rules import Giver
from portal.organisations.models import Organisation, Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.web.acting import acted
from portal.web.fields import choices
from portal.web.forms import refuse
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import (
    me,
    now,
    reading,
    record_read,
    services,
    stay_anonymous,
    transaction,
)

bp = Blueprint("feedback", __name__)

TRAINING = "/trainings/<uuid:training_id>/feedback"
PROPOSAL = "/proposals/<uuid:proposal_id>"
ANSWER = "/answer/<token>"


@bp.get(TRAINING)
def training(training_id: UUID) -> ResponseReturnValue:
    """The feedback on a training."""
    return _training_page(training_id, None, None)


def _training_page(
    training_id: UUID, form: FeedbackForm | None, link_form: LinkForm | None, status: int = 200
) -> Response:
    session = reading()
    found = queries.training_feedback(session, training_id, me(session), current_language())
    link_form = link_form or LinkForm(formdata=None)
    link_form.giver.choices = _givers(found)
    if form is None:
        own = found.own
        items = {} if own is None else {one.item: one.points for one in own.items}
        earlier = {} if own is None else kept(own, items)
        form = feedback_form(Giver.SPONSOR, formdata=None, data=earlier)
    return page(
        "feedback/training.html",
        status=status,
        found=found,
        form=form,
        link_form=link_form,
        today=day_in_helsinki(now()),
    )


def _givers(found: queries.TrainingFeedback) -> list[tuple[str, str]]:
    """Participants and employers in one list, told apart by the beginning of their key."""
    pairs = [(f"participant:{key}", name) for key, name in found.participants]
    pairs += [(f"employer:{key}", name) for key, name in found.employers]
    return choices(pairs, _("Choose"))


@bp.post(TRAINING)
def give(training_id: UUID) -> ResponseReturnValue:
    """A course sponsor's own answer."""
    form = feedback_form(Giver.SPONSOR)

    def act(session: Session, by: Person) -> str:
        training = queries.training_of(session, training_id, by)
        usecases.give_feedback(session, training=training, **form.given(), by=by, at=now())
        return url_for(".training", training_id=training_id)

    answer = acted(form, act, _("Your feedback has been saved."))
    return answer or _training_page(training_id, form, None, 422)


@bp.post(f"{TRAINING}/link")
def make_link(training_id: UUID) -> ResponseReturnValue:
    """A personal link, shown this once for the sponsor to hand over."""
    session = reading()
    found = queries.training_feedback(session, training_id, me(session), current_language())
    form = LinkForm()
    form.giver.choices = _givers(found)
    if form.validate():
        try:
            kind, _sign, key = form.giver.data.partition(":")
            with transaction() as session:
                by = me(session)
                token = usecases.make_feedback_link(
                    session,
                    training=queries.training_of(session, training_id, by),
                    enrolment=session.get_one(Enrolment, UUID(key))
                    if kind == "participant"
                    else None,
                    employer=session.get_one(Organisation, UUID(key))
                    if kind == "employer"
                    else None,
                    by=by,
                    at=now(),
                )
            return page(
                "feedback/link.html",
                training_id=training_id,
                giver=dict(form.giver.choices)[form.giver.data],
                address=services().settings.base_url + url_for(".answer", token=token),
                days=services().settings.feedback_link_days,
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _training_page(training_id, None, form, 422)


@bp.post(f"{TRAINING}/links")
def make_links(training_id: UUID) -> ResponseReturnValue:
    """Personal links for everybody in the training, on one list that is shown this once."""
    form = LinkForm(formdata=None)
    try:
        with transaction() as session:
            by = me(session)
            training = queries.training_of(session, training_id, by)
            made = usecases.make_feedback_links(session, training=training, by=by, at=now())
            base = services().settings.base_url
            rows = [(one.name, base + url_for(".answer", token=token)) for one, token in made]
            field, starts = training.field, training.starts
            people = [one.id for one, _token in made]
    except RuleBroken as broken:
        refuse(form, broken)
        return _training_page(training_id, None, form, 422)
    record_read(*people)
    return _uncached(
        page(
            "feedback/links.html",
            training_id=training_id,
            field=field,
            starts=starts,
            rows=rows,
            days=services().settings.feedback_link_days,
        )
    )


@bp.get("/proposals")
def proposals() -> ResponseReturnValue:
    """The proposals on every training that the reader sees."""
    session = reading()
    chosen = request.args.get("state", queries.CHOICES[0])
    n = request.args.get("page", 1, type=int)
    found = queries.proposals_page(session, me(session), now(), chosen, n)
    return page("feedback/proposals.html", found=found)


@bp.get(PROPOSAL)
def proposal(proposal_id: UUID) -> ResponseReturnValue:
    """What is proposed, and what was done about it."""
    return _proposal_page(proposal_id, AnswerForm(formdata=None))


@bp.post(PROPOSAL)
def answer_proposal(proposal_id: UUID) -> ResponseReturnValue:
    """Answer a proposal."""
    form = AnswerForm()

    def act(session: Session, by: Person) -> str:
        found = queries.proposal_of(session, proposal_id, by)
        usecases.answer_proposal(session, proposal=found, text=form.text.data, by=by, at=now())
        training_id = found.training_id
        return url_for(".training", training_id=training_id)

    answer = acted(form, act, _("The proposal has been answered."))
    return answer or _proposal_page(proposal_id, form, 422)


@bp.post(f"{PROPOSAL}/owner")
def assign_proposal(proposal_id: UUID) -> ResponseReturnValue:
    """Name who answers a proposal, and by when."""
    form = AssignForm()
    form.owner.choices = _owners(queries.proposal_page(reading(), proposal_id, me(reading())))

    def act(session: Session, by: Person) -> str:
        found = queries.proposal_of(session, proposal_id, by)
        usecases.assign_proposal(
            session,
            proposal=found,
            owner=session.get_one(Person, UUID(form.owner.data)),
            due=form.due.data,
            by=by,
            at=now(),
        )
        return url_for(".proposal", proposal_id=proposal_id)

    answer = acted(form, act, _("It is known who answers the proposal, and by when."))
    return answer or _proposal_page(proposal_id, None, 422, form)


def _owners(found: queries.ProposalPage) -> list[tuple[str, str]]:
    return choices(found.owners, _("Choose"))


def _proposal_page(
    proposal_id: UUID,
    form: AnswerForm | None,
    status: int = 200,
    assign: AssignForm | None = None,
) -> Response:
    session = reading()
    found = queries.proposal_page(session, proposal_id, me(session))
    if assign is None:
        owned = {"owner": str(found.proposal.owner_id or ""), "due": found.proposal.due}
        assign = AssignForm(formdata=None, data=owned)
    assign.owner.choices = _owners(found)
    return page(
        "feedback/proposal.html",
        status=status,
        found=found,
        form=form or AnswerForm(formdata=None),
        assign=assign,
    )


@bp.route(ANSWER, methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """For whoever holds a personal link: give feedback, or look at what one gave and change it."""
    # It is the link that answers, whoever else may be logged in on this device.
    stay_anonymous()
    form: FeedbackForm | None = None
    try:
        found = queries.answer_page(reading(), token, now())
        form = feedback_form(found.giver)
        if form.validate_on_submit():
            with transaction() as session:
                link = usecases.link_in_force(session, token, now())
                usecases.give_feedback(
                    session,
                    training=link.training,
                    **form.given(),
                    enrolment=link.enrolment,
                    employer=link.employer,
                    by=None,
                    at=now(),
                )
            return done(
                _("Thank you. Your feedback has been saved."), url_for(".answer", token=token)
            )
    except RuleBroken as broken:
        if broken.rule == "link_expired":
            return _uncached(page("feedback/expired.html", status=410))
        if form is None:
            raise
        refuse(form, broken)
    status = 422 if form.is_submitted() else 200
    if status == 200 and found.earlier is not None:
        form = feedback_form(found.giver, formdata=None, data=kept(found.earlier, found.items))
    return _uncached(
        page("feedback/answer.html", status=status, found=found, form=form, token=token)
    )


def _uncached(response: Response) -> Response:
    """One's own words stay out of every cache of a shared device."""
    response.headers["Cache-Control"] = "no-store"
    return response
