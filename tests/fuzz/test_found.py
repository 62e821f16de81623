"""What the fuzzer has found, each on its own."""

from __future__ import annotations

import pytest

from portal.web.addresses import safe_address
from tests.fuzz.stage import Stage


@pytest.mark.parametrize("address", ["http://[::1", "http://[zq]/", "//[", "<zq>", "zq:\x00"])
def test_an_address_of_htmx_that_is_none_breaks_no_page(stage: Stage, address: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    client = stage.app.test_client()
    assert client.post("/login", headers=headers).status_code == 400
    assert client.get("/account", headers=headers).headers["HX-Redirect"].startswith("/login")


@pytest.mark.parametrize("host", ["<zqx>", "[::1", "zq:99999", "zq zq", "a" * 300, ""])
def test_a_host_that_is_none_gets_pages_as_any_other(stage: Stage, host: str) -> None:
    client = stage.app.test_client()
    for address, status in (("/healthz", 200), ("/nothing", 404)):
        answer = client.get(address, environ_overrides={"HTTP_HOST": host})
        assert answer.status_code == status
        assert "zq" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["//[::1", "//[", "//zq.example", "///zq.example"])
def test_an_address_to_go_on_to_that_is_none_leads_home(stage: Stage, address: str) -> None:
    with stage.app.test_request_context():
        assert safe_address(address) == "/"
