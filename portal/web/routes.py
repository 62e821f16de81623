"""The rule of an address, made so that the server starts sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Address(Rule):
    """A rule that learns to write its address when it is first asked for one.

    Of the library's rules each compiles two functions for that as it is added, which for all
    pages of the portal takes a second.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder
        made: list[Callable[..., tuple[str, str]]] = []

        # By its place alone, since an address may have a value of the same name.
        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compiled(append_unknown))
            return made[0](rule, **values)

        return build
