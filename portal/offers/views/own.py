"""What the pages of one's own offer have in common."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request, send_file, url_for

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.offers import queries
from portal.offers.access import offers_for
from portal.offers.files import files_shown
from portal.offers.forms import AttachForm, StepForm, file_secrets_form
from portal.offers.queries.papers import paper_rows
from portal.offers.rules import Step
from portal.procurement.queries.shown import CriterionShown
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.web.forms import ButtonForm
from portal.web.pages import not_found_unless, page
from portal.web.unit import me, now, reading, services


def asked() -> UUID | None:
    """The provider named in the address, for whoever represents several."""
    return request.args.get("provider", type=UUID)


def own_page(procurement_id: UUID) -> queries.OwnOffer:
    """The own offer of whoever asks. Raises NotFound."""
    session = reading()
    return queries.own_page(session, procurement_id, me(session), asked(), now())


def own_url(endpoint: str, procurement_id: UUID, anchor: str | None = None, **values: Any) -> str:
    """A page of the same offer; the provider stays in the address where it was."""
    return url_for(
        endpoint, procurement_id=procurement_id, provider=asked(), _anchor=anchor, **values
    )


@dataclass(frozen=True)
class Place:
    """One step in the addresses: ``prices``, or ``answer-0`` for the first criterion.

    ``start`` stands on the page of the steps, before any of them.
    """

    name: str
    step: Step
    criterion: CriterionShown | None = None


def places_of(own: queries.OwnOffer) -> list[Place]:
    """Every step that has a page of its own, in order."""
    return [
        *(Place(step, step) for step in (Step.BIDDER, Step.DECLARATIONS, Step.PRICES)),
        *(Place(f"{Step.ANSWER}-{one.place}", Step.ANSWER, one) for one in own.criteria),
    ]


def place_of(own: queries.OwnOffer, name: str) -> Place:
    """The step of that name. Raises NotFound."""
    places = [Place(Step.START, Step.START), *places_of(own)]
    return not_found_unless(next((one for one in places if one.name == name), None))


def context(own: queries.OwnOffer) -> dict[str, Any]:
    """What every page of an own offer is handed."""
    procurement_id = own.procurement.id

    titles = {one.key: one for one in own.criteria}

    def link(endpoint: str, anchor: str | None = None, **values: Any) -> str:
        return url_for(
            f".{endpoint}",
            procurement_id=procurement_id,
            provider=asked(),
            _anchor=anchor,
            **values,
        )

    def step_link(step: str, criterion: str = "") -> str:
        if step == Step.CHECK:
            return link("check")
        if step == Step.FILES:
            return link("files")
        name = f"{step}-{titles[criterion].place}" if step == Step.ANSWER else step
        return link("step", place=name)

    return {
        "own": own,
        "link": link,
        "step_link": step_link,
        "at": now(),
        "act_form": ButtonForm(formdata=None),
    }


def files_page(
    own: queries.OwnOffer,
    attach_form: AttachForm | None = None,
    status: int = 200,
    secrets_form: StepForm | None = None,
) -> Response:
    """The step in which files are added."""
    return page(
        "offers/files.html",
        status=status,
        attach_form=attach_form or AttachForm(formdata=None),
        secrets_form=secrets_form or file_secrets_form(own),
        files=files_shown(reading(), own),
        **context(own),
    )


def tasks_page(
    own: queries.OwnOffer,
    start_form: StepForm | None,
    status: int = 200,
    save_state: str = "",
) -> Response:
    """The steps of the offer with how far each is, and where to begin while nothing is told."""
    return page(
        "offers/tasks.html",
        status=status,
        form=start_form,
        save_state=save_state,
        several=len(offers_for(me(reading()))) > 1,
        **context(own),
    )


def step_page(
    own: queries.OwnOffer,
    place: Place,
    form: StepForm,
    status: int = 200,
    save_state: str = "",
    paper_form: ButtonForm | None = None,
) -> Response:
    """One step of writing the offer."""
    if place.step == Step.START:
        return tasks_page(own, form, status, save_state)
    papers = []
    if place.step == Step.DECLARATIONS:
        today, soon = day_in_helsinki(now()), services().settings.paper_expires_days
        papers = paper_rows(reading(), own.provider, today, soon, own.content)
    return page(
        "offers/step.html",
        status=status,
        form=form,
        place=place,
        papers=papers,
        paper_form=paper_form or ButtonForm(formdata=None),
        save_state=save_state,
        **context(own),
    )


def document(stored: StoredDocument | None, name: str) -> Response:
    """A PDF of the store. Raises NotFound until it has been made."""
    if stored is None:
        raise NotFound
    return download(store.content(reading(), stored), name, "application/pdf")


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep, never to show within the portal."""
    return send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, max_age=0
    )
