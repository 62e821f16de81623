"""The entries of the record as files, in the language of whoever asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.auditing.access import reads_accounts
from portal.auditing.queries import EntryShown, Search, entries_found
from portal.auditing.words import act_in_words
from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.jobs import work
from portal.jobs.models import Work
from portal.language.texts import gettext_in
from portal.organisations.models import Person
from portal.permissions import Role
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in

JSON = "application/json"
_TOLD_EVERY = 500

Tell = Callable[[int, int], None]


def entries_file(
    found: Sequence[EntryShown],
    ending: str,
    language: str,
    tell: Tell = lambda _done, _total: None,
) -> tuple[bytes, str]:
    """The file's bytes and its media type; ``ending`` is json, csv or xlsx.

    ``tell`` hears after so many rows how far it is.
    """
    if ending == "json":
        plain = [_plain(one) for one in _told(found, tell)]
        return json.dumps(plain, ensure_ascii=False, indent=1).encode(), JSON
    lines = [_line(one, language) for one in _told(found, tell)]
    _ = gettext_in(language)
    columns = [
        _("Time"),
        _("Procurement"),
        _("Who"),
        _("Organisation"),
        _("Act"),
        _("Outcome"),
        _("Rule"),
        _("Chain"),
        _("Number"),
        _("Hash before"),
        _("Hash"),
        _("Facts"),
    ]
    if ending == "csv":
        return csv_bytes(columns, lines), CSV
    return sheet_bytes(_("The record"), columns, lines), XLSX


def _told(found: Sequence[EntryShown], tell: Tell) -> Iterator[EntryShown]:
    for n, one in enumerate(found, 1):
        yield one
        if n % _TOLD_EVERY == 0:
            tell(n, len(found) + 1)


def entries_name(at: datetime, ending: str) -> str:
    """What the file is called."""
    return f"record-{day_in_helsinki(at).isoformat()}.{ending}"


def act_text(act: str, language: str) -> str:
    """The act in words; a page that somebody was not let through to by its name."""
    _ = gettext_in(language)
    return act_in_words(act, language) or _("Page %(name)s asked for") % {"name": act}


def homes_text(homes: Sequence[dict[str, str]], language: str) -> str:
    """The names of somebody's organisations in a row."""
    return ", ".join(name_in(home, language) for home in homes)


def _line(one: EntryShown, language: str) -> list[Cell]:
    _ = gettext_in(language)
    facts = json.dumps(one.facts, ensure_ascii=False, sort_keys=True) if one.facts else None
    return [
        one.at,
        one.reference,
        one.who,
        homes_text(one.homes, language),
        act_text(one.act, language),
        _("Done") if one.outcome == "done" else _("Refused"),
        one.rule,
        one.chain,
        one.n,
        one.previous,
        one.hash,
        facts,
    ]


def _plain(one: EntryShown) -> dict[str, Any]:
    """Keys and values as they are hashed, so that a file can be held against the record."""
    return {
        "chain": one.chain,
        "n": one.n,
        "at": exact(one.at),
        "by": str(one.by) if one.by else None,
        "act": one.act,
        "outcome": one.outcome,
        "rule": one.rule,
        "facts": one.facts,
        "previous": one.previous,
        "hash": one.hash,
        "procurement": one.reference,
        "who": one.who,
        "organisations": [dict(home) for home in one.homes],
    }


def exact(at: datetime) -> str:
    """The instant as it is hashed."""
    return at.isoformat(timespec="microseconds")


def begin_entries(
    session: Session, search: Search, ending: str, by: Person, language: str, at: datetime
) -> Work:
    """Have the file made in the background, as `entries_found` would find its rows then."""
    told = {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in asdict(search).items()
        if value
    }
    return work.begin(
        session,
        "audit_entries",
        person_id=by.id,
        arguments={"ending": ending, "search": told},
        language=language,
        at=at,
    )


def _search(told: dict[str, str]) -> Search:
    values: dict[str, Any] = dict(told)
    if "procurement" in told:
        values["procurement"] = UUID(told["procurement"])
    for name in ("since", "before"):
        if name in told:
            values[name] = datetime.fromisoformat(told[name])
    return Search(**values)


def _make(session: Session, asked: Work, progress: work.Progress) -> work.Made:
    ending = asked.arguments["ending"]
    by = session.get_one(Person, asked.by_id)
    found = entries_found(session, by, _search(asked.arguments["search"]))
    progress(0, len(found) + 1)
    content, media_type = entries_file(found, ending, asked.language, progress)
    name = entries_name(asked.asked_at, ending)
    return work.Made(BytesIO(content), name, media_type, {"read_as": _read_as(by)})


def _read_as(person: Person) -> list[str]:
    """In which roles somebody reads the record: as whose auditor, and as an administrator."""
    audited = [str(one.id) for one in person.organisations_as(Role.AUDITOR)]
    return sorted(audited) + ["accounts"] * reads_accounts(person)


def _allow(session: Session, asked: Work) -> None:
    """For as long as they read all that was in the record when it was made."""
    by = session.get_one(Person, asked.by_id)
    if not set(asked.facts["read_as"]) <= set(_read_as(by)):
        raise RuleBroken("changed_meanwhile")


ENTRIES = work.Kind(make=_make, allow=_allow)
