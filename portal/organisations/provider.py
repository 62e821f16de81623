"""Logging in by an OpenID Connect provider: what is asked of it, and what it answers.

Authorization code with PKCE (RFC 7636), state and nonce; the signature and the claims of the
id token are checked by Authlib (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from portal.config import Settings
from portal.organisations.rules import new_token
from portal.shared.errors import RuleBroken

# The libraries are loaded by the first log-in of this kind: many installations have none.
if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

ANSWERS_WITHIN_S = 5
CLOCKS_APART_S = 60
# Whatever else a provider offers, these have a key of the provider's alone.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


@dataclass(frozen=True)
class Asked:
    """Where the reader is sent, and what the answer has to fit."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """What the provider says of who logged in there."""

    subject: str
    email: str | None
    email_verified: bool
    second_factor: bool


def ask(settings: Settings, redirect_uri: str, *, again: bool) -> Asked:
    """Begin a log-in; ``again`` asks the provider not to trust an earlier one.

    Raises RuleBroken provider_down.
    """
    state, nonce, verifier = new_token(), new_token(), new_token() + new_token()
    more: dict[str, str] = {"nonce": nonce}
    if again:
        more |= {"prompt": "login", "max_age": "0"}
    if settings.oidc_acr_values:
        more["acr_values"] = " ".join(sorted(settings.oidc_acr_values))
    with _client(settings, redirect_uri) as client:
        endpoint = _told(client, settings)["authorization_endpoint"]
        url, _state = client.create_authorization_url(
            endpoint, state=state, code_verifier=verifier, **more
        )
    return Asked(url, state, nonce, verifier)


def claims_for(
    settings: Settings,
    redirect_uri: str,
    *,
    code: str,
    nonce: str,
    verifier: str,
    since: datetime | None,
    at: datetime,
) -> Claims:
    """Who logged in, for the code that the provider gave; with ``since``, not before then.

    Raises RuleBroken provider_down, and provider_refused for whatever does not fit.
    """
    from authlib.common.errors import AuthlibBaseError
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry
    from requests import RequestException

    with _client(settings, redirect_uri) as client:
        told = _told(client, settings)
        try:
            token = client.fetch_token(told["token_endpoint"], code=code, code_verifier=verifier)
            keys = KeySet.import_key_set(_json(client, told["jwks_uri"]))
            read = jwt.decode(
                token["id_token"],
                key=keys,
                registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
            )
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": told["issuer"]},
                    "aud": {"essential": True, "value": settings.oidc_client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": settings.oidc_client_id,
                    "access_token": token.get("access_token"),
                    "max_age": since is not None,
                },
            )
            claims.validate(now=int(at.timestamp()), leeway=CLOCKS_APART_S)
            if since is not None and claims["auth_time"] < _earliest(since):
                raise RuleBroken("provider_refused")
            said = dict(claims)
            if "email" not in said and "userinfo_endpoint" in told:
                more = _json(client, told["userinfo_endpoint"], withhold_token=False)
                if more.get("sub") == said["sub"]:
                    said = {**more, **said}
        except RequestException as fault:
            raise RuleBroken("provider_down") from fault
        except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as fault:
            raise RuleBroken("provider_refused") from fault
    return _claims(said, settings)


def _claims(said: dict[str, Any], settings: Settings) -> Claims:
    methods = said.get("amr")
    shown = {said.get("acr"), *(methods if isinstance(methods, list) else ())}
    email = said.get("email")
    return Claims(
        subject=str(said["sub"]),
        email=email if isinstance(email, str) else None,
        email_verified=said.get("email_verified") in (True, "true"),
        second_factor=not settings.oidc_acr_values.isdisjoint(
            one for one in shown if isinstance(one, str)
        ),
    )


def _earliest(since: datetime) -> float:
    return (since - timedelta(seconds=CLOCKS_APART_S)).timestamp()


def _client(settings: Settings, redirect_uri: str) -> OAuth2Session:
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        settings.oidc_client_id,
        settings.oidc_client_secret,
        scope="openid email",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        default_timeout=ANSWERS_WITHIN_S,
    )


def _told(client: OAuth2Session, settings: Settings) -> dict[str, Any]:
    """The provider's own description, which must be of the issuer that the setting names."""
    from requests import RequestException

    issuer = str(settings.oidc_issuer).rstrip("/")
    try:
        told: dict[str, Any] = _json(client, f"{issuer}/.well-known/openid-configuration")
        if told["issuer"].rstrip("/") != issuer:
            raise ValueError(told["issuer"])
        for needed in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not told[needed].startswith(("https://", "http://")):
                raise ValueError(told[needed])
    except (RequestException, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise RuleBroken("provider_down") from fault
    return told


def _json(client: OAuth2Session, url: str, *, withhold_token: bool = True) -> Any:
    answer = client.get(url, withhold_token=withhold_token, timeout=ANSWERS_WITHIN_S)
    answer.raise_for_status()
    return answer.json()
