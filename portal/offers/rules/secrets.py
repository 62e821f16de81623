"""Trade secrets in an offer: which passages they are, and texts without them.

A provider marks the very passage and says why (the brief, section 4, "Offer"). The total price is
never a secret. Matching is by the words of a passage, whatever the spaces between them and the
size of their letters, so that a quotation that was broken into lines otherwise is found too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from portal.offers.rules.content import OfferContent, Secret
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in

SHORTEST_PASSAGE = 4
"""Characters. What is shorter would blacken other words wherever its letters stand."""

SHORTEST_SENTENCE = 12
"""Characters of a sentence that is looked for by itself, where the whole answer is a secret."""

SECRET_MARK: Mapping[str, str] = {
    "fi": "[liikesalaisuus poistettu]",
    "sv": "[företagshemlighet borttagen]",
    "en": "[trade secret removed]",
}
"""What stands in the place of a secret, by language."""

_SENTENCE_ENDS = re.compile(r"(?<=[.!?;:])\s+|\n+")


def public_answer(answer: str, secrets: Iterable[Secret], language: str) -> str:
    """An answer without its secrets: those of its own criterion.

    A secret without a passage is the whole answer, of which the mark alone is left.
    """
    found = list(secrets)
    if any(not secret.passage.strip() for secret in found) and answer.strip():
        return name_in(SECRET_MARK, language)
    return scrubbed(answer, [secret.passage for secret in found], language)


def scrubbed(text: str, passages: Iterable[str], language: str) -> str:
    """The text with every occurrence of the passages replaced by a mark, in NFC.

    For any text that may quote an offer: a written reason, a clarification, a promise. Where
    occurrences overlap or touch, one mark stands for all of them. Shorter than
    ``SHORTEST_PASSAGE`` a passage is not looked for.
    """
    mark = name_in(SECRET_MARK, language)
    return "".join(mark if secret else piece for piece, secret in pieces_of(text, passages))


def pieces_of(text: str, passages: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a secret; together they are the text in NFC."""
    text = _nfc(text)
    pieces, done = [], 0
    for start, end in _joined(_occurrences(text, passages)):
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def secret_passages(content: OfferContent) -> tuple[str, ...]:
    """Everything of an offer that `scrubbed` should clear from other texts.

    Of an answer that is a secret as a whole: the answer, and each of its sentences.
    """
    passages: list[str] = []
    for secret in content.secrets:
        if secret.file:
            continue
        if secret.passage.strip():
            passages.append(secret.passage)
            continue
        answer = content.answers.get(secret.criterion, "")
        passages.append(answer)
        sentences = (sentence.strip(" .!?;:") for sentence in _SENTENCE_ENDS.split(answer))
        passages += [sentence for sentence in sentences if len(sentence) >= SHORTEST_SENTENCE]
    return tuple(dict.fromkeys(passage for passage in passages if _is_sought(passage)))


def secrets_of(content: OfferContent, criterion: str) -> tuple[Secret, ...]:
    """The secrets of one criterion's answer and promises."""
    return tuple(
        secret for secret in content.secrets if not secret.file and secret.criterion == criterion
    )


def secret_files(content: OfferContent) -> frozenset[str]:
    """The keys of the files that are secrets, each as a whole."""
    return frozenset(secret.file for secret in content.secrets if secret.file)


def public_answers(content: OfferContent, language: str) -> dict[str, str]:
    """Every answer as it may be shown to others, by criterion."""
    passages = secret_passages(content)
    return {
        key: scrubbed(public_answer(answer, secrets_of(content, key), language), passages, language)
        for key, answer in content.answers.items()
    }


def require_secrets(content: OfferContent) -> None:
    """Each secret has its reason, and its passage occurs in what it is a secret of.

    The field names the secret by its place among those of its criterion. Raises
    ``secret_reason_missing``, ``passage_short``, ``passage_not_found``.
    """
    places: dict[str, int] = {}
    for secret in content.secrets:
        if secret.file:
            continue
        n = places.get(secret.criterion, 0)
        places[secret.criterion] = n + 1
        if secret.passage.strip():
            _require_passage(content, secret, f"secret-{n}-passage")
        if not secret.reason.strip():
            raise RuleBroken("secret_reason_missing", field=f"secret-{n}-reason")


def _require_passage(content: OfferContent, secret: Secret, field: str) -> None:
    if not _is_sought(secret.passage):
        raise RuleBroken("passage_short", field=field, least=SHORTEST_PASSAGE)
    texts = [content.answers.get(secret.criterion, "")]
    texts += [promise.text for promise in content.promises if promise.criterion == secret.criterion]
    if not any(_occurrences(_nfc(text), [secret.passage]) for text in texts):
        raise RuleBroken("passage_not_found", field=field)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _words(passage: str) -> list[str]:
    return _nfc(passage).split()


def _is_sought(passage: str) -> bool:
    return len(" ".join(_words(passage))) >= SHORTEST_PASSAGE


def _occurrences(text: str, passages: Iterable[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for passage in set(passages):
        if not _is_sought(passage):
            continue
        words = r"\s+".join(re.escape(word) for word in _words(passage))
        # Looking ahead finds an occurrence that begins within another one, too.
        found += [one.span(1) for one in re.finditer(f"(?=({words}))", text, re.IGNORECASE)]
    return sorted(found)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
