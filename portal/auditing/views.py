"""The pages of the record: its entries, who has read what, and both as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.auditing.documents import (
    act_text,
    begin_entries,
    entries_name,
    exact,
    homes_text,
)
from portal.auditing.documents import entries_file as entries_file_of
from portal.auditing.forms import EntriesForm, ReadsForm
from portal.auditing.queries import (
    ReadShown,
    entries_found,
    entries_page,
    reads_found,
    reads_page,
)
from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.refusals import refusal_text
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken
from portal.web.filters import add_status_texts, status_text
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, services, transaction

bp = Blueprint("auditing", __name__)

RECORD = "/record"

add_status_texts(
    {
        "record_whole": _l("The record is whole."),
        "record_broken": _l("The record has been changed: it is broken."),
        "record_unchecked": _l("The record has not been verified yet."),
        "entry_done": _l("Done"),
        "entry_denied": _l("Refused"),
        "read_procurement": _l("The procurement's offers or evaluation"),
        "read_lot": _l("The comparison of a lot"),
        "read_offer": _l("An offer"),
        "read_offer_version": _l("The receipt of an offer"),
        "read_contract": _l("The contract document"),
        "read_call_off": _l("The document of a call-off"),
        "read_training": _l("A training"),
        "read_participant": _l("A participant"),
    }
)


@bp.get(RECORD)
def index() -> ResponseReturnValue:
    """The entries of the record that are looked for."""
    form = EntriesForm(request.args)
    valid = form.validate()
    session = reading()
    search = form.search() if valid else EntriesForm(formdata=None).search()
    found = entries_page(session, me(session), search, request.args.get("page", 1, type=int))
    form.offer(found)
    return page(
        "auditing/index.html",
        status=200 if valid else 422,
        form=form,
        found=found,
        asked=_asked(form),
        act_text=lambda act: act_text(act, current_language()),
        rule_text=rule_text,
        in_background=found.paging.total > services().settings.work_from_rows,
    )


@bp.get(f"{RECORD}/entries.<any(xlsx, csv, json):ending>")
def entries_file(ending: str) -> ResponseReturnValue:
    """The same entries, all of them, as a file."""
    form = EntriesForm(request.args)
    if not form.validate():
        raise NotFound
    session = reading()
    found = entries_found(session, me(session), form.search())
    content, mimetype = entries_file_of(found, ending, current_language())
    return _sent(content, mimetype, entries_name(now(), ending))


@bp.post(f"{RECORD}/entries/begin")
def begin_entries_file() -> ResponseReturnValue:
    """The same file made in the background, to be found under the reader's work."""
    form, ending = EntriesForm(request.form), request.form.get("ending", "")
    if not form.validate() or ending not in ("xlsx", "csv", "json"):
        raise NotFound
    with transaction() as session:
        begun = begin_entries(
            session, form.search(), ending, me(session), current_language(), now()
        )
        url = url_for("underway.show", work_id=begun.id)
    return done(
        _("The work has begun. You may leave this page: what comes of it waits for you here."), url
    )


@bp.get(f"{RECORD}/reads")
def reads() -> ResponseReturnValue:
    """Who has read what is sealed, and of participants, in one procurement."""
    form = ReadsForm(request.args)
    valid = form.validate()
    search = form.search() if valid else ReadsForm(formdata=None).search()
    session = reading()
    with _reads_session() as of_reads:
        found = reads_page(
            session, of_reads, me(session), search, request.args.get("page", 1, type=int)
        )
    form.offer_procurements(found.procurements)
    return page(
        "auditing/reads.html",
        status=200 if valid else 422,
        form=form,
        found=found,
        asked=_asked(form),
        chosen=search.procurement is not None,
    )


@bp.get(f"{RECORD}/reads.<any(xlsx, csv, json):ending>")
def reads_file(ending: str) -> ResponseReturnValue:
    """The same readings, all of them, as a file."""
    form = ReadsForm(request.args)
    if not form.validate():
        raise NotFound
    session = reading()
    with _reads_session() as of_reads:
        found = reads_found(session, of_reads, me(session), form.search())
    if ending == "json":
        return _file(_json([_read_plain(one) for one in found]), "application/json", ending)
    columns = [_("Time"), _("Who"), _("Organisation"), _("What"), _("Key"), _("Page")]
    lines: list[list[Cell]] = [
        [
            one.at,
            one.who,
            homes_text(one.homes, current_language()),
            status_text(one.kind),
            one.subject,
            one.page,
        ]
        for one in found
    ]
    return _sheet(_("Readings"), columns, lines, ending)


def rule_text(rule: str) -> str:
    """What the rule says to whom it refuses."""
    return refusal_text(RuleBroken(rule))


@contextmanager
def _reads_session() -> Iterator[Session]:
    with services().reads_database.reading() as session:
        yield session


def _asked(form: ReadsForm) -> dict[str, str]:
    """What was sent, for the addresses of other pages and files of the same search."""
    return {name: text for name in form.data if (text := request.args.get(name))}


def _read_line(one: ReadShown) -> list[Cell]:
    homes = homes_text(one.homes, current_language())
    return [one.at, one.who, homes, status_text(one.kind), one.subject, one.page]


def _read_plain(one: ReadShown) -> dict[str, Any]:
    return {
        "at": exact(one.at),
        "who": one.who,
        "organisations": [dict(home) for home in one.homes],
        "page": one.page,
        "kind": one.kind.removeprefix("read_"),
        "subject": one.subject,
    }


def _json(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _sheet(title: str, columns: list[str], lines: list[list[Cell]], ending: str) -> Response:
    if ending == "csv":
        return _file(csv_bytes(columns, lines), CSV, ending)
    return _file(sheet_bytes(title, columns, lines), XLSX, ending)


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    return _sent(content, mimetype, f"reads-{day_in_helsinki(now()).isoformat()}.{ending}")


def _sent(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
