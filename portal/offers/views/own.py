"""What the pages of one's own offer have in common."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request, send_file, url_for

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.offers import queries
from portal.offers.access import chosen_provider
from portal.offers.files import files_shown
from portal.offers.forms import ActForm, AttachForm, OfferForm
from portal.shared.errors import NotFound
from portal.web.pages import page
from portal.web.unit import me, now, reading


def asked() -> UUID | None:
    """The provider named in the address, for whoever represents several."""
    return request.args.get("provider", type=UUID)


def own_page(procurement_id: UUID) -> queries.OwnOffer:
    """The own offer of whoever asks. Raises NotFound."""
    session = reading()
    return queries.own_page(session, procurement_id, me(session), asked(), now())


def own_url(endpoint: str, procurement_id: UUID, anchor: str | None = None) -> str:
    """A page of the same offer; the provider stays in the address where it was."""
    return url_for(endpoint, procurement_id=procurement_id, provider=asked(), _anchor=anchor)


def context(own: queries.OwnOffer) -> dict[str, Any]:
    """What every page of an own offer is handed."""
    procurement_id = own.procurement.id

    def link(endpoint: str, anchor: str | None = None, **values: Any) -> str:
        return url_for(
            f".{endpoint}",
            procurement_id=procurement_id,
            provider=asked(),
            _anchor=anchor,
            **values,
        )

    return {"own": own, "link": link, "at": now(), "act_form": ActForm(formdata=None)}


def write_page(
    own: queries.OwnOffer,
    form: OfferForm,
    status: int = 200,
    attach_form: AttachForm | None = None,
    save_state: str = "",
) -> Response:
    """The page on which the offer is written."""
    return page(
        "offers/write.html",
        status=status,
        form=form,
        attach_form=attach_form or AttachForm(formdata=None),
        save_state=save_state,
        files=files_shown(reading(), own),
        several=chosen_provider(me(reading()), None) is None,
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
