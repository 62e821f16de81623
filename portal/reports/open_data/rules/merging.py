"""A record's compiled release: its releases one over the other, by the standard's merging rules.

Source: https://standard.open-contracting.org/1.1/en/schema/merging/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.reports.open_data.rules.values import Plain

OF_THE_RELEASE = frozenset({"id", "date", "tag"})
WHOLE_LISTS = frozenset(
    {"additionalClassifications", "additionalIdentifiers", "criteria", "numbers"}
)
"""Lists of objects that a later release replaces, by the schemas of core and of our extensions."""


def merged(releases: Sequence[Mapping[str, Any]]) -> Plain:
    """The compiled release of one process; the releases are in the order of their dates."""
    last = releases[-1]
    content: Plain = {}
    for release in releases:
        content = _over(
            content, {name: value for name, value in release.items() if name not in OF_THE_RELEASE}
        )
    return {
        "ocid": content.pop("ocid"),
        "id": f"{last['ocid']}-{last['date']}",
        "date": last["date"],
        "tag": ["compiled"],
        **content,
    }


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Plain:
    result = dict(below)
    for name, value in above.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(result.get(name), Mapping):
            result[name] = _over(result[name], value)
        elif _by_id(name, value) and _by_id(name, result.get(name)):
            result[name] = _lists(result[name], value)
        else:
            result[name] = value
    return result


def _by_id(name: str, value: object) -> bool:
    return (
        name not in WHOLE_LISTS
        and isinstance(value, list)
        and all(isinstance(one, Mapping) and "id" in one for one in value)
    )


def _lists(below: Sequence[Mapping[str, Any]], above: Sequence[Mapping[str, Any]]) -> list[Any]:
    places: dict[str, Plain] = {one["id"]: dict(one) for one in below}
    for one in above:
        places[one["id"]] = _over(places.get(one["id"], {}), one)
    return list(places.values())
