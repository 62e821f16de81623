"""Holds a file against its schema, and says in words what does not fit."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.criteria.files import Place, SourceFile
from portal.shared.names import LANGUAGES
from portal.shared.numbers import plain

# Loaded where a file is checked: most processes read only what was checked before.
if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}

_BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}


def matches_schema(folder: Path, file: SourceFile) -> bool:
    """Whether the file fits; each misfit is noted on it."""
    from jsonschema import Draft202012Validator

    path = folder / "schema" / f"{file.kind}.schema.json"
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        file.faults.append((1, f"the schema {path.name} cannot be read: {broken}"))
        return False
    errors = list(Draft202012Validator(schema).iter_errors(file.content))
    for error in errors:
        file.fault(_place_of(error), _schema_fault(error))
    return not errors


def _place_of(error: ValidationError) -> list[str | int]:
    place = list(error.absolute_path)
    if error.validator == "additionalProperties":
        place += _unknown(error)[:1]
    return place


def _unknown(error: ValidationError) -> list[str]:
    found: Any = _values(error)[0]
    return sorted(str(key) for key in found if key not in _known(error))


def _known(error: ValidationError) -> list[str]:
    schema: Any = error.schema
    return list(schema.get("properties", {}))


def _values(error: ValidationError) -> tuple[Any, Any]:
    return error.instance, error.validator_value


def _schema_fault(error: ValidationError) -> str:
    where = dotted(error.absolute_path)
    found, wanted = _values(error)
    match error.validator:
        case "required":
            missing = ", ".join(f"`{key}`" for key in wanted if key not in found)
            texts = "text in every language" if set(wanted) == set(LANGUAGES) else "it here"
            return f"{where} lacks {missing}, expected {texts}"
        case "additionalProperties":
            unknown = ", ".join(f"`{key}`" for key in _unknown(error))
            return f"{where} has {unknown}, expected only {', '.join(_known(error))}"
        case "type":
            return f"{where} is {_shown(found)}, expected {_KINDS[wanted]}"
        case "enum":
            return f"{where} is {_shown(found)}, expected one of {', '.join(wanted)}"
        case "pattern" if wanted == r"\S":
            return f"{where} is blank, expected text in every language"
        case "pattern":
            return f"{where} is {_shown(found)}, expected the form {wanted}"
        case "minItems":
            return f"{where} has {len(found)} items, expected at least {wanted}"
        case "dependentRequired":
            given = [(key, other) for key in wanted for other in wanted[key] if key in found]
            key, other = next((pair for pair in given if pair[1] not in found), given[0])
            return f"`{key}` asks for `{other}`, expected both or neither"
        case "uniqueItems":
            return f"{where} names the same thing twice, expected each once"
        case "minimum" | "maximum" | "exclusiveMinimum" as bound:
            return f"{where} is {_shown(found)}, expected {_BOUNDS[bound]} {wanted}"
        case "not":
            return f"{where} is given, expected nothing here for this use"
        case _:
            return f"{where}: {error.message}"


def dotted(place: Place) -> str:
    """A place as it is written in a sentence: `` `points[2].facts` ``."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return f"`{text}`" if text else "the file"


def _shown(found: object) -> str:
    if isinstance(found, Decimal):
        return plain(found)
    if isinstance(found, dict):
        return "a mapping"
    return "a list" if isinstance(found, list) else "empty" if found is None else repr(found)
