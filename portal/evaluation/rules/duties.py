"""Which duties of one procurement one person may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portal.shared.errors import RuleBroken


def require_separate_duties(
    duty: str,
    actor: str,
    held: Mapping[str, Collection[str]],
    combined: Collection[frozenset[str]],
) -> None:
    """One person holds two duties of a procurement only where the installation allows the pair.

    ``held`` names who has done which duty so far. Raises ``duties_combined``.
    """
    for other, people in held.items():
        if other != duty and actor in people and frozenset({duty, other}) not in combined:
            raise RuleBroken("duties_combined")
