"""An installation that has a certificate, and the call of the evaluation's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import Settings
from tests.conftest import settings_on
from tests.documents.certificates import PASSPHRASE, Certificates, make
from tests.evaluation.conftest import call, evaluating

__all__ = ["call", "evaluating"]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def settings(_empty: str, tmp_path: Path, certificates: Certificates) -> Settings:
    return settings_on(_empty, tmp_path).model_copy(
        update={
            "seal_certificate": certificates.seal,
            "seal_passphrase": PASSPHRASE,
            "seal_roots": certificates.root,
        }
    )
