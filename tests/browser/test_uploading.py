"""A file on its way: a bar that moves, told politely; a file too large is not sent at all."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.offers.conftest import act, call  # noqa: F401  # fixtures of the offers' room

pytestmark = pytest.mark.browser

WATCH = """() => {
  window.shown = [];
  window.told = [];
  document.addEventListener("htmx:xhr:progress", () => {
    const bar = document.querySelector(".upload-progress progress");
    if (bar) window.shown.push(bar.value);
  });
  new MutationObserver(() => {
    window.told.push(document.getElementById("announcements").textContent);
  }).observe(document.getElementById("announcements"), {childList: true, characterData: true});
}"""


def large_pdf(size: int) -> bytes:
    """A PDF whose page says nothing in so many bytes."""
    writer, out = PdfWriter(), BytesIO()
    content = DecodedStreamObject()
    content.set_data(b"%" + b"x" * size)
    writer.add_blank_page(200, 200)[NameObject("/Contents")] = content
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kuvaus.pdf"
    path.write_bytes(large_pdf(8 * 1024 * 1024))
    return path


def test_a_bar_moves_while_a_file_is_sent_and_the_file_is_listed(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,  # noqa: F811
    file: Path,
) -> None:
    seen = visit(cast.roope, language="en")
    page = seen.page
    page.goto(f"/procurements/{call}/offer/files")
    page.evaluate(WATCH)
    page.set_input_files("#attach input[type=file]", str(file))
    page.click("#attach button")
    page.wait_for_selector("#attachments tbody tr", timeout=60_000)
    assert "Checked: PDF" in page.inner_text("#attachments tbody tr")
    shown = page.evaluate("window.shown")
    assert shown == sorted(shown)
    assert shown[-1] == 100
    told = page.evaluate("window.told")
    assert "The file has been sent and is being checked." in told
    assert len(told) < 12
    assert not page.is_visible(".upload-progress")
    assert seen.complaints == []


def test_a_file_too_large_is_told_of_and_not_sent(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,  # noqa: F811
    tmp_path: Path,
) -> None:
    path = tmp_path / "suuri.pdf"
    path.write_bytes(large_pdf(21 * 1024 * 1024))
    seen = visit(cast.roope, language="en")
    page = seen.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"/procurements/{call}/offer/files")
    page.set_input_files("#attach input[type=file]", str(path))
    message = page.evaluate("document.querySelector('#attach input[type=file]').validationMessage")
    assert message == "The file is larger than 20 megabytes, the most accepted."
    page.click("#attach button")
    assert "POST" not in sent


def test_without_javascript_the_plain_form_sends_the_file(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,  # noqa: F811
    file: Path,
) -> None:
    page = visit(cast.roope, language="en", javascript=False).page
    page.goto(f"/procurements/{call}/offer/files")
    page.set_input_files("#attach input[type=file]", str(file))
    page.click("#attach button")
    assert "Checked: PDF" in page.inner_text("#attachments tbody tr")
