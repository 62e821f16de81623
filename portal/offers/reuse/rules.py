"""What comes from an earlier offer into a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from portal.offers.rules import OfferContent, Promise, Secret
from portal.shared.errors import RuleBroken

MOST_PROMISES = 100


def has_answer(content: OfferContent, criterion: str) -> bool:
    """Whether anything but spaces is said under the criterion."""
    return bool(content.answers.get(criterion, "").strip())


def reused(
    draft: OfferContent,
    earlier: OfferContent,
    *,
    criteria: Collection[str],
    replacing: Collection[str],
    promises: Collection[str],
) -> OfferContent:
    """The draft with the earlier answers under ``criteria`` and promises under ``promises``.

    What is marked as a trade secret in a text that comes stays marked. Raises
    ``answer_in_draft`` where an answer stands that is not among those ``replacing`` names,
    ``too_many_promises``.
    """
    taken = [key for key in criteria if draft.answers.get(key) != earlier.answers[key]]
    for key in taken:
        if has_answer(draft, key) and key not in replacing:
            raise RuleBroken("answer_in_draft")
    overwritten = {key for key in taken if has_answer(draft, key)}
    coming = tuple(
        promise
        for promise in earlier.promises
        if promise.criterion in promises and promise not in draft.promises
    )
    if len(draft.promises) + len(coming) > MOST_PROMISES:
        raise RuleBroken("too_many_promises", most=MOST_PROMISES)
    return replace(
        draft,
        answers={**draft.answers, **{key: earlier.answers[key] for key in taken}},
        promises=draft.promises + coming,
        secrets=_secrets(draft, earlier, taken, overwritten, coming),
    )


def _secrets(
    draft: OfferContent,
    earlier: OfferContent,
    taken: Collection[str],
    overwritten: Collection[str],
    coming: tuple[Promise, ...],
) -> tuple[Secret, ...]:
    """The draft's marks but for those of answers that are gone, and those of what has come."""
    staying = tuple(
        secret
        for secret in draft.secrets
        if secret.criterion not in overwritten
        or _is_marked_in(secret, (p.text for p in draft.promises))
    )
    texts = [(key, earlier.answers[key]) for key in taken]
    texts += [(promise.criterion, promise.text) for promise in coming]
    brought = tuple(
        secret
        for secret in earlier.secrets
        if secret not in staying and _comes_along(secret, taken, texts)
    )
    return staying + brought


def _is_marked_in(secret: Secret, texts: Iterable[str]) -> bool:
    passage = secret.passage
    return bool(passage) and any(passage in text for text in texts)


def _comes_along(
    secret: Secret, taken: Collection[str], texts: Collection[tuple[str, str]]
) -> bool:
    if secret.file:
        return False
    if not secret.passage:
        return secret.criterion in taken
    return _is_marked_in(secret, (text for key, text in texts if key == secret.criterion))
