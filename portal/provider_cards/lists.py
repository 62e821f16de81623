"""The lists that cards choose from, with their names in three languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from portal.data_files import from_yaml
from portal.provider_cards.rules import EntryKind
from portal.shared.names import DEFAULT_LANGUAGE
from portal.training_forms.queries import fields_of

FILE = Path(__file__).with_name("lists.yaml")


@dataclass(frozen=True)
class Entry:
    """One entry of a list; ``also`` are other words that it is searched for by."""

    key: str
    name: Mapping[str, str]
    also: tuple[str, ...] = ()


Lists = Mapping[EntryKind, Mapping[str, Entry]]


@cache
def _own() -> dict[EntryKind, dict[str, Entry]]:
    content = from_yaml(FILE.read_text(encoding="utf-8"))
    return {
        EntryKind(kind): {
            row["key"]: Entry(row["key"], row["name"], tuple(row.get("also", ()))) for row in rows
        }
        for kind, rows in content.items()
    }


def lists_of(session: Session) -> Lists:
    """Every list in its order; the occupational fields are those of the forms of training."""
    fields = {
        key: Entry(key, field.name, (*field.also, *field.qualification.values()))
        for key, field in fields_of(session).items()
    }
    own = _own()
    return {
        EntryKind.STAGE: own[EntryKind.STAGE],
        EntryKind.FIELD: fields,
        EntryKind.SUPPORT: own[EntryKind.SUPPORT],
        EntryKind.REGION: own[EntryKind.REGION],
    }


def named(lists: Lists, kind: EntryKind, key: str) -> Entry:
    """The entry; one that the installation has no longer is called by its key."""
    return lists[kind].get(key) or Entry(key, {DEFAULT_LANGUAGE: key})


def names_of(lists: Lists, kind: EntryKind, keys: Collection[str]) -> list[Mapping[str, str]]:
    """What the entries of a list are called, in its order; keys that it has no longer come last."""
    known = lists[kind]
    gone = sorted(key for key in keys if key not in known)
    return [named(lists, kind, key).name for key in [*(k for k in known if k in keys), *gone]]
