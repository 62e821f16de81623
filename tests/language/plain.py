"""``python -m tests.language.plain``: whether the texts are plain, and use one word for one thing.

Reads both catalogues and all texts in three languages that are data. Prints each fault in one
line and the mean length of a sentence; ends with 1 where there is a fault.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from portal.paths import ROOT, TRANSLATIONS
from portal.shared.names import LANGUAGES

RULES = Path(__file__).with_name("plain.yaml")
DATA = ("criteria", "portal")
"""Where files with texts in three languages are."""
CHECKED = ("fi", "sv")
SHORT = 4
"""What has fewer words is a label and no sentence."""
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ%«\"”])|\n+")
_WORD = re.compile(r"[^\W\d_][\w:’'-]*")


@dataclass(frozen=True)
class Text:
    """One text: its language, where it stands, what it says."""

    language: str
    place: str
    said: str


@cache
def rules() -> dict[str, Any]:
    """Limits, jargon and words not used."""
    found: dict[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return found


def catalogue_texts(language: str) -> Iterator[tuple[str, Text]]:
    """Every text of a catalogue, with its English."""
    file = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as read:
        catalogue = read_po(read, locale=language)
    for message in catalogue:
        if not message.id:
            continue
        english = message.id[0] if isinstance(message.id, list | tuple) else message.id
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for said in strings:
            yield str(english), Text(language, f"messages.po: {english[:60]}", str(said))


def data_texts() -> Iterator[Text]:
    """Every text of a data file that is given in all languages: as a mapping, or as a list."""
    for folder in DATA:
        for file in sorted((ROOT / folder).rglob("*.yaml")):
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
            place = str(file.relative_to(ROOT))
            for language, said in _named(content):
                yield Text(language, place, said)


def _named(content: Any) -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping):
        if set(LANGUAGES) <= set(content):
            for language in LANGUAGES:
                if isinstance(content[language], str):
                    yield language, content[language]
        for one in content.values():
            yield from _named(one)
    elif isinstance(content, list):
        for one in content:
            yield from _named(one)


def sentences(text: str) -> list[int]:
    """How many words each sentence has; labels are left out."""
    lengths = [len(_WORD.findall(one)) for one in _END.split(text)]
    return [length for length in lengths if length >= SHORT]


def faults_of(text: Text, most: int) -> list[str]:
    """What is not plain in a text."""
    found = [
        f"{text.place}: {length} words in a sentence, at most {most}: {text.said[:90]}"
        for length in sentences(text.said)
        if length > most
    ]
    for kind in ("jargon", "synonyms"):
        for word, better in rules()[kind].get(text.language, {}).items():
            if re.search(rf"(?<!\w){re.escape(word)}", text.said, re.IGNORECASE):
                found.append(f"{text.place}: {word!r} ({better}): {text.said[:90]}")
    return found


def participants_texts() -> set[str]:
    """The English of what stands on the pages that participants read."""
    found: set[str] = set()
    for name in rules()["participants"]:
        extracted = extract_from_file(
            "jinja2.ext:babel_extract", ROOT / name, options={"trimmed": "true"}
        )
        for _line, messages, _comments, _context in extracted:
            found.add(messages[0] if isinstance(messages, tuple) else str(messages))
    return found


def mean(texts: list[Text]) -> float:
    """Words in a sentence, on average."""
    lengths = [length for text in texts for length in sentences(text.said)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def check() -> tuple[list[str], dict[str, float]]:
    """Every fault, and the mean length of a sentence by language and reader."""
    limits = rules()["limits"]
    for_participants = participants_texts()
    data = list(data_texts())
    faults: list[str] = []
    means: dict[str, float] = {}
    for language in CHECKED:
        catalogue = list(catalogue_texts(language))
        everything = [text for _english, text in catalogue]
        everything += [text for text in data if text.language == language]
        theirs = [text for english, text in catalogue if english in for_participants]
        for reader, texts in (("everybody", everything), ("participants", theirs)):
            means[f"{language}, {reader}"] = mean(texts)
            if mean(texts) > limits[reader]["mean"]:
                faults.append(f"{language}, {reader}: {mean(texts):.1f} words in a sentence")
            faults += [
                line
                for text in texts
                if text.place not in rules()["frozen"]
                for line in faults_of(text, limits[reader]["most"])
            ]
    return list(dict.fromkeys(faults)), means


def main() -> int:
    """Print what was found."""
    faults, means = check()
    for line in faults:
        sys.stdout.write(f"{line}\n")
    for name, length in means.items():
        sys.stdout.write(f"{name}: {length:.1f} words in a sentence\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
