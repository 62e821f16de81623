"""Keys of one machine, for working and trying out."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping

from portal.config import PREFIX
from portal.paths import ROOT

LOCAL_KEYS = ROOT / "var" / "keys.env"


def with_local_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, and where it names no keys at all, those of this checkout.

    They are made on first use, for working and trying out on one machine; a production
    installation sets them in its environment.
    """
    names = (PREFIX + "SECRET_KEY", PREFIX + "STORAGE_KEY")
    if any(name in environment for name in names):
        return dict(environment)
    kept = _kept_keys()
    made = {
        names[0]: lambda: secrets.token_urlsafe(48),
        names[1]: _new_key,
        # Younger than the others, so that a file from before it gets it as well.
        PREFIX + "AUDIT_KEY": _new_key,
    }
    missing = {name: make() for name, make in made.items() if name not in kept}
    if missing:
        LOCAL_KEYS.parent.mkdir(exist_ok=True)
        LOCAL_KEYS.touch(mode=0o600)
        with LOCAL_KEYS.open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in missing.items())
    return {**kept, **missing, **environment}


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _kept_keys() -> dict[str, str]:
    if not LOCAL_KEYS.exists():
        return {}
    return dict(line.split("=", 1) for line in LOCAL_KEYS.read_text(encoding="utf-8").splitlines())
