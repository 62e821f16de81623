"""What the fuzzer has found, each on its own."""

from __future__ import annotations

import pytest

from portal.web.addresses import safe_address
from tests.fuzz.stage import Stage


@pytest.mark.parametrize("address", ["http://[::1", "http://[zq]/", "//[", "<zq>", "zq:\x00"])
def test_an_address_of_htmx_that_is_none_breaks_no_page(stage: Stage, address: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    client = stage.app.test_client()
    assert client.post("/log-in", headers=headers).status_code == 400
    assert client.get("/account", headers=headers).status_code == 204


@pytest.mark.parametrize("address", ["//[::1", "//[", "//zq.example", "///zq.example"])
def test_an_address_to_go_on_to_that_is_none_leads_home(stage: Stage, address: str) -> None:
    with stage.app.test_request_context():
        assert safe_address(address) == "/"
