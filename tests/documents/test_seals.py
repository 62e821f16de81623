"""The authority's seal: stamped, found whole, and broken by a single byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.documents.examining import examine
from portal.documents.pades import NoSeal, sealed, sealer_from
from tests.documents.certificates import PASSPHRASE, make
from tests.documents.conformance import FLAVOURS, faults_of
from tests.documents.reading import printed


def test_a_stamped_seal_is_followed_to_its_root_and_breaks_with_one_byte(tmp_path: Path) -> None:
    made = make(tmp_path)
    sealer = replace(sealer_from(made.seal, PASSPHRASE, None, 5), stamper=made.stamper)
    assert sealer.name == "Pohjoisen esimerkkikeskus"
    original = printed("contract", "fi")
    pdf = sealed(original.pdf, sealer)

    def told(file: bytes, roots: bytes | None = None) -> dict[str, object]:
        certificates = made.root.read_bytes() if roots is None else roots
        handed = len(certificates).to_bytes(4, "big") + certificates + file
        return examine("pdf", handed, None)

    def seal_of(file: bytes, roots: bytes | None = None) -> dict[str, object]:
        seals = told(file, roots)["seals"]
        assert isinstance(seals, list)
        return dict(seals[0])

    found = told(pdf)
    assert found["printed"] == found["carried"] == original.content_sha256
    whole = seal_of(pdf)
    assert (whole["signer"], whole["intact"], whole["whole"], whole["trusted"]) == (
        "Pohjoisen esimerkkikeskus",
        True,
        True,
        True,
    )
    assert whole["stamped_at"] is not None
    assert seal_of(pdf, b"")["trusted"] is False
    assert seal_of(pdf + b"\n% more")["whole"] is False
    for place in (100, len(original.pdf) // 2, len(original.pdf) - 40):
        flipped = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert not any(one["intact"] for one in told(flipped)["seals"])  # type: ignore[attr-defined]
    assert told(original.pdf)["seals"] == []
    assert told(b"%PDF-1.7 and nothing else")["seals"] == []
    with pytest.raises(NoSeal):
        sealer_from(made.seal, "another", None, 5)


def conforming_when_sealed(folder: Path) -> dict[str, list[str]]:
    """What veraPDF finds in a sealed copy; asked by the one test that starts it."""
    made = make(folder)
    sealer = replace(sealer_from(made.seal, PASSPHRASE, None, 5), stamper=made.stamper)
    pdf = sealed(printed("order", "fi").pdf, sealer)
    return {flavour: faults_of(pdf, flavour) for flavour in FLAVOURS}
