"""The official schemas of OCDS 1.1.5, and what a package has against them.

They lie beside the project, or where ``OCDS_SCHEMA_DIR`` says; a run without them skips, and says
so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("OCDS_SCHEMA_DIR") or HERE.parents[3] / "shared" / "ocds")
NAMES = (
    "release-schema",
    "release-package-schema",
    "record-package-schema",
    "versioned-release-validation-schema",
)
WHERE = (
    "the schemas of OCDS 1.1.5 are not here: they are published at"
    " https://github.com/open-contracting/standard (tag 1__1__5, folder schema);"
    " set OCDS_SCHEMA_DIR to a folder with them"
)
needs_schemas = pytest.mark.skipif(
    not all((FOLDER / f"{name}.json").exists() for name in NAMES), reason=WHERE
)


def schemas() -> dict[str, dict[str, Any]]:
    """Each official schema by its name."""
    return {
        name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES
    }


def faults(name: str, content: Mapping[str, Any]) -> list[str]:
    """What the official schema, with its formats, has against a package."""
    known = schemas()
    checker = FormatChecker()
    assert {"date-time", "uri"} <= checker.checkers.keys()
    registry: Registry[Any] = Registry().with_resources(
        (schema["id"], Resource.from_contents(schema, default_specification=DRAFT4))
        for schema in known.values()
    )
    validator = Draft4Validator(known[name], registry=registry, format_checker=checker)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(content)]


def unknown_fields(release: Mapping[str, Any], extensions: tuple[dict[str, Any], ...]) -> list[str]:
    """The fields that stand neither in the schema of 1.1 nor in a declared extension's list."""
    return list(_unknown(release, schemas()["release-schema"], _added(extensions), ""))


def _added(extensions: tuple[dict[str, Any], ...]) -> dict[str, dict[str, str | None]]:
    added: dict[str, dict[str, str | None]] = {}
    for extension in extensions:
        for definition, fields in extension["adds"].items():
            added.setdefault(definition, {}).update(fields)
    return added


def _unknown(
    content: Mapping[str, Any], root: Mapping[str, Any], added: Mapping[str, Any], of: str
) -> Iterator[str]:
    schema = root["definitions"].get(of, {}) if of else root
    for name, value in content.items():
        known = schema.get("properties", {}).get(name)
        if known is not None:
            below = _definition(known)
        elif name in added.get(of, {}):
            below = added[of][name]
        elif name.rpartition("_")[2] in ("sv", "en"):
            known = schema.get("properties", {}).get(name.rpartition("_")[0])
            if known is None:
                yield f"{of}/{name}"
            continue
        else:
            yield f"{of}/{name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                if below is None:
                    # The unit of an item is written out in the schema itself.
                    inner = {"properties": (known or {}).get("properties", {})}
                    yield from _unknown(
                        one,
                        {**root, "definitions": {**root["definitions"], f"{of}.{name}": inner}},
                        added,
                        f"{of}.{name}",
                    )
                else:
                    yield from _unknown(one, root, added, below)


def _definition(schema: Mapping[str, Any]) -> str | None:
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref")
    return None if reference is None else reference.rpartition("/")[2]
