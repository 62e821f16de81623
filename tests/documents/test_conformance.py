"""Every kind keeps to PDF/A-3a and PDF/UA-1, as veraPDF's core finds.

One test, so that one process of the suite starts one JVM. The suite takes a language for each kind;
`make conformance` takes all three.
"""

from __future__ import annotations

import os
from pathlib import Path

from weasyprint import HTML

from portal.documents.catalogue import kinds
from portal.shared.names import LANGUAGES
from tests.documents.conformance import FLAVOURS, faults_of
from tests.documents.reading import printed
from tests.documents.test_seals import conforming_when_sealed

EVERY = os.environ.get("PORTAL_TEST_CONFORMANCE") == "every"


def test_each_file_is_fit_for_the_archive_and_for_a_screen_reader(tmp_path: Path) -> None:
    found = {}
    for n, kind in enumerate(sorted(kinds())):
        for language in LANGUAGES if EVERY else [LANGUAGES[n % len(LANGUAGES)]]:
            pdf = printed(kind, language).pdf
            for flavour in FLAVOURS:
                found[kind, language, flavour] = faults_of(pdf, flavour)
    assert {paper: faults for paper, faults in found.items() if faults} == {}
    assert len(found) >= 2 * len(kinds())

    assert conforming_when_sealed(tmp_path) == {"3a": [], "ua1": []}
    untagged = HTML(string="<p>Not tagged, of no language, with no profile of colours</p>")
    pdf = untagged.write_pdf()
    assert [bool(faults_of(pdf, flavour)) for flavour in FLAVOURS] == [True, True]
