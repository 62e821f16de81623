"""A change that the browser says comes from another site is refused, whatever its token."""

from __future__ import annotations

import pytest

from tests.page import Browser


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://zq.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Origin": "http://[::1"}, 400),
    ],
)
def test_a_form_is_heard_from_our_own_pages_only(
    reader: Browser, headers: dict[str, str], status: int
) -> None:
    reader.post("/language", {"language": "sv", "next": "/"}, status=status, headers=headers)
