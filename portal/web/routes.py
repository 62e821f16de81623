"""Addresses: rules made so that the server starts sooner, and those that stand on every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request
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


class Addressed(Flask):
    """An application that writes the address of a file, or of a page without a key, once."""

    url_rule_class = Address

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._written: dict[tuple[str, str, Any], str] = {}
        super().__init__(*args, **kwargs)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As the library writes it; within a request, from the root of the portal."""
        is_file = endpoint == "static" and values.keys() == {"filename"}
        if (values and not is_file) or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (request.script_root, endpoint, values.get("filename"))
        if key not in self._written:
            self._written[key] = super().url_for(endpoint, **values)
        return self._written[key]
