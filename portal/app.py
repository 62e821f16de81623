"""The application: the only place that knows all rooms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from logging import getLogger
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import Unauthorized

from portal import (
    models,  # noqa: F401  # every table is known, also those of rooms without pages
    paths,
    refusals,
)
from portal.accessibility import views as accessibility
from portal.audit.record import ACCOUNTS, append
from portal.auditing import views as auditing
from portal.capacity import views as capacity
from portal.capacity.arrangements import views as arrangements
from portal.capacity.groups import views as last_seats
from portal.config import Settings
from portal.contracts import views as contracts
from portal.criteria import views as criteria
from portal.design import documents as design_documents
from portal.design import views as design
from portal.enrolments import views as enrolments
from portal.enrolments.guidance import views as guidance
from portal.enrolments.plans import views as plans
from portal.enrolments.workplaces import views as workplaces
from portal.evaluation import views as evaluation
from portal.feedback import views as feedback
from portal.feedback.panels import views as panels
from portal.finding import views as finding
from portal.guides import views as guides
from portal.indicators import views as indicators
from portal.installation import open_installation
from portal.meetings import views as meetings
from portal.meetings.visits import views as visits
from portal.offers import views as offers
from portal.options import views as options
from portal.organisations import views as organisations
from portal.organisations.models import Person
from portal.organisations.queries import log_in_of
from portal.permissions import PAGES, Role
from portal.pictures.views import home, standing
from portal.privacy import views as privacy
from portal.procurement import views as procurement
from portal.provider_cards import views as provider_cards
from portal.reports.bundles import views as bundles
from portal.reports.open_data import views as open_data
from portal.reports.overview import views as overview
from portal.reports.papers import views as papers
from portal.reports.programme import views as programme
from portal.scorecards import views as scorecards
from portal.scorecards.comparing import views as comparing
from portal.scorecards.plans import views as improvement
from portal.shared.clock import SteadyClock
from portal.shared.clock import now as clock_now
from portal.shared.errors import Attempt
from portal.soundings import views as soundings
from portal.training_forms import views as training_forms
from portal.training_forms.words import form_text
from portal.underway import views as underway
from portal.waiting import views as waiting
from portal.web import (
    errors,
    filters,
    health,
    htmx,
    language,
    logging,
    metrics,
    navigation,
    pages,
    security,
    unit,
    uploads,
)
from portal.web.addresses import wanted_page
from portal.workdays import views as workdays

if TYPE_CHECKING:
    from portal.worker import Workers

log = getLogger("portal.jobs")
ROOMS = (
    organisations,
    criteria,
    training_forms,
    training_forms.units,
    provider_cards,
    soundings,
    soundings.needs,
    procurement,
    offers,
    evaluation,
    contracts,
    last_seats,
    arrangements,
    guidance,
    waiting,
    guides,
    underway,
    finding,
    enrolments,
    capacity,
    plans,
    workplaces,
    visits,
    workdays,
    meetings,
    feedback,
    panels,
    indicators,
    scorecards,
    comparing,
    improvement,
    options,
    open_data,
    programme,
    overview,
    bundles,
    papers,
    privacy,
    auditing,
    design,
    design_documents,
    accessibility,
)
LOG_IN = "organisations.log_in"


def create_app(settings: Settings, clock: Callable[[], datetime] | None = None) -> Flask:
    """The portal, ready to answer."""
    return build_app(open_services(settings, clock or SteadyClock(), _waker(settings)))


def _waker(settings: Settings) -> Callable[[int], None]:
    """What tells the workers of a job.

    The queue is opened by the first one, so that processes that are forked before share none.
    """

    @cache
    def workers() -> Workers:
        from portal.worker import Workers

        return Workers(settings)

    def wake(job_id: int) -> None:
        try:
            workers().wake(job_id)
        except Exception:
            # The act is safe already, and the sweep finds its job.
            log.exception("queue cannot be opened", extra={"job": job_id})

    return wake


def open_services(
    settings: Settings,
    clock: Callable[[], datetime] = clock_now,
    wake: Callable[[int], None] | None = None,
) -> unit.Services:
    """What the pages need of the installation."""
    installation = open_installation(settings, wake)
    return unit.Services(
        settings=settings,
        database=installation.database,
        reads=installation.reads,
        reads_database=installation.reads_database,
        vault=installation.vault,
        clock=clock,
        log_in_of=log_in_of,
        allows=allows,
        refusal_text=refusals.refusal_text,
    )


def build_app(services: unit.Services, *, testing: bool = False) -> Flask:
    """The application around services that are already there."""
    app = errors.Portal(
        "portal",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        static_url_path="/static",
    )
    _configure(app, services.settings, testing)
    # Answers pass through these from the last to the first.
    unit.install(app, services)
    metrics.install(app)
    logging.install(app, of_own_offers())
    security.install(app, services.settings)
    htmx.install(app)
    uploads.install(app)
    pages.install(app)
    language.install(app)
    filters.install(app)
    navigation.install(app)
    app.add_template_filter(form_text, "form_name")
    app.before_request(limit_typed_text)
    CSRFProtect(app)
    app.before_request(guard)
    errors.install(app)
    app.register_error_handler(Unauthorized, lambda _fault: log_in_first())
    app.register_blueprint(health.bp)
    app.register_blueprint(metrics.bp)
    app.add_url_rule("/", "home", home, methods=["GET"])
    app.add_url_rule("/standing", "standing", standing, methods=["GET"])
    for room in ROOMS:
        app.register_blueprint(room.bp)
    app.context_processor(_around_every_page)
    return app


def _around_every_page() -> dict[str, Any]:
    return {
        "bare": False,
        "refused": False,
        "current_person": unit.current_person,
        "log_in_ends_at": _log_in_ends_at,
        "page_time": unit.now,
        "session_warning_minutes": lambda: unit.services().settings.session_warning_minutes,
        "open_to_reader": _open_to_reader,
    }


def _log_in_ends_at() -> datetime | None:
    log_in = unit.present()
    return log_in.ends_at if log_in is not None and log_in.whole else None


def _open_to_reader(endpoint: str) -> bool:
    """Whether there is such a page and this reader may go there."""
    return endpoint in current_app.view_functions and allows(endpoint, unit.current_person())


def _configure(app: Flask, settings: Settings, testing: bool) -> None:
    megabyte = 1024 * 1024
    app.config.update(
        TESTING=testing,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-siirtyma" if settings.secure_cookies else "siirtyma",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=(settings.attachment_megabytes + 2) * megabyte,
        MAX_FORM_MEMORY_SIZE=2 * megabyte,
        MAX_FORM_PARTS=5000,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        # A form may stand open for a working day; its token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        PROPAGATE_EXCEPTIONS=testing,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def allows(endpoint: str, person: Person | None) -> bool:
    """Whether the table of pages lets this reader through."""
    row = PAGES.get(endpoint)
    return row is not None and row.allows(person)


def of_own_offers() -> frozenset[str]:
    """The pages on which a provider's own offer is written, sent and read, and a question asked.

    Who asks about a call is hidden as well.
    """
    own = {
        endpoint
        for endpoint, row in PAGES.items()
        if endpoint.startswith("offers.") and row.roles == {Role.REPRESENTATIVE}
    }
    return frozenset(own | {"procurement.ask"})


def limit_typed_text() -> None:
    """Only files may be large; a form without any is read into memory whole."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def guard() -> ResponseReturnValue | None:
    """Nobody gets to a view that the table of pages does not open to them.

    Whoever still owes the second factor gets to the steps of logging in and nowhere else, and
    where the table asks for a fresh log-in, an old one is confirmed first.
    """
    endpoint = request.endpoint
    if endpoint is None:
        return None
    row = PAGES.get(endpoint)
    if row is not None and row.public:
        return None
    log_in = unit.present()
    if log_in is not None and not log_in.whole and row is not None:
        return None if row.half_way else log_in_first()
    person = unit.current_person()
    if row is not None and row.allows(person):
        return organisations.confirming.confirm_first() if row.fresh else None
    if person is None:
        return log_in_first() if row is not None else errors.error_page(403)
    _record_denial(endpoint, person.id)
    return errors.error_page(403)


def _record_denial(endpoint: str, by: UUID) -> None:
    attempt = Attempt(ACCOUNTS, endpoint, by, unit.now())
    with unit.services().database.transaction() as session:
        append(session, attempt, "denied", rule="not_permitted", facts={})


def log_in_first() -> ResponseReturnValue:
    """Off to the log-in page, which brings the reader back to where they wanted to go."""
    wanted = organisations.going_on.page_of_kept_form() or wanted_page()
    url = url_for(LOG_IN, next=wanted) if LOG_IN in current_app.view_functions else url_for("home")
    if htmx.is_htmx():
        return htmx.leave_for(url, make_response(""))
    return redirect(url, code=303)
