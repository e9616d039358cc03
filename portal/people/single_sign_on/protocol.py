"""OpenID Connect: the code flow with PKCE, state and nonce, and the checks of what a provider answers.

Signatures and claims are checked by joserfc and Authlib (docs/decisions). Only asymmetric algorithms count, so that
neither an unsigned token nor one signed with the client secret does.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .fetching import ProviderDown, fetch_json
from .providers import Provider

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
KINDS = ("RSA", "EC", "OKP")
LEEWAY = 60
KEEP_SECONDS = 600
PENDING_SECONDS = 10 * 60


class AnswerRefused(Exception):
    """What a provider or browser brought back is not valid; the text, for the log, says why."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that was sent to a provider, as the session stores it."""

    provider: str
    state: str
    nonce: str
    verifier: str
    back: str
    page: str
    until: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says a person is: its issuer and their subject, and all claims."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]

    def text(self, claim: str) -> str:
        """Return a claim that is a text; empty if it is missing or something else."""
        value = self.claims.get(claim)
        return value.strip() if isinstance(value, str) else ""

    def words(self, claim: str) -> frozenset[str]:
        """Return a claim that is a list of texts, or one text."""
        value = self.claims.get(claim)
        items = value if isinstance(value, list) else [value]
        return frozenset(item for item in items if isinstance(item, str) and item)

    def verified_email(self, *, trusts: bool = False) -> str:
        """Return the e-mail address if the provider has verified it, or is trusted with that; else empty."""
        return self.text("email") if trusts or self.claims.get("email_verified") is True else ""


def metadata_of(provider: Provider) -> dict[str, Any]:
    """Return a provider's metadata (OpenID Connect Discovery); raises ``ProviderDown``."""
    key = f"sso-metadata:{provider.key}:{provider.issuer}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        status, found = fetch_json(provider, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if status != 200 or not all(isinstance(found.get(name), str) for name in needed):
            raise ProviderDown(f"Its metadata has the status {status}, or lacks an endpoint.")
        if found.get("issuer") != provider.issuer:
            raise ProviderDown(f"Its metadata names another issuer: {found.get('issuer')!r}.")
        cache.set(key, found, KEEP_SECONDS)
    return found


def begin(provider: Provider, back: str, page: str, *, again: bool = False) -> tuple[Pending, str]:
    """Return a new sign-in and the URL at the provider to which the browser is redirected.

    ``back`` is the URL to which the provider redirects it, ``page`` the one that is opened afterwards. ``again``: the
    provider has to ask for the password again. Raises ``ProviderDown``.
    """
    endpoint = _web_page(provider, metadata_of(provider)["authorization_endpoint"])
    state, nonce, verifier = (secrets.token_urlsafe(32) for _part in range(3))
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": provider.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    } | ({"prompt": "login", "max_age": "0"} if again else {})
    pending = Pending(provider.key, state, nonce, verifier, back, page, time.time() + PENDING_SECONDS)
    return pending, f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def finish(provider: Provider, pending: Pending, query: Mapping[str, str]) -> Identity:
    """Redeem the code of a provider's answer, and return who has signed in.

    Raises ``AnswerRefused`` and ``ProviderDown``.
    """
    if pending.provider != provider.key or pending.until < time.time():
        raise AnswerRefused("the sign-in was begun elsewhere, or too long ago")
    if not constant_time_compare(query.get("state", ""), pending.state):
        raise AnswerRefused("the state is another one")
    if query.get("iss", provider.issuer) != provider.issuer:
        raise AnswerRefused("the answer comes from another issuer")
    if not query.get("code"):
        raise AnswerRefused(f"the provider refused it: {query.get('error', '')[:100]}")
    tokens = _redeem(provider, pending, query["code"])
    claims = _checked_claims(provider, tokens, pending.nonce)
    return Identity(provider.issuer, claims["sub"], _with_userinfo(provider, claims, tokens))


def _redeem(provider: Provider, pending: Pending, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": pending.back,
        "code_verifier": pending.verifier,
        "client_id": provider.client_id,
    }
    metadata = metadata_of(provider)
    ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    auth = None
    if provider.client_secret and "client_secret_basic" in ways:
        auth = (quote(provider.client_id, safe=""), quote(provider.client_secret, safe=""))
    elif provider.client_secret:
        form["client_secret"] = provider.client_secret
    status, found = fetch_json(provider, metadata["token_endpoint"], form, auth)
    if status >= 500:
        raise ProviderDown(f"It answers a code with the status {status}.")
    if status != 200 or not isinstance(found.get("id_token"), str):
        raise AnswerRefused(f"the code was refused: {str(found.get('error', status))[:100]}")
    return found


def _checked_claims(provider: Provider, tokens: Mapping[str, Any], nonce: str) -> CodeIDToken:
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": tokens.get("access_token", "")}
    try:
        token = _decode(provider, tokens["id_token"])
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(time.time()), leeway=LEEWAY)
    except (JoseError, ValueError) as error:
        raise AnswerRefused(f"the ID token is not valid: {type(error).__name__} {error}"[:300]) from error
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise AnswerRefused("the ID token has no usable subject")
    return claims


def _decode(provider: Provider, token: str) -> jwt.Token:
    """Check a token's signature with the provider's keys, which are fetched again if none of the known ones fits."""
    try:
        return jwt.decode(token, _keys(provider), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        return jwt.decode(token, _keys(provider, again=True), algorithms=ALGORITHMS)


def _keys(provider: Provider, *, again: bool = False) -> KeySet:
    url = metadata_of(provider)["jwks_uri"]
    key = f"sso-keys:{provider.key}:{url}"
    found = None if again else cache.get(key)
    if found is None:
        _status, found = fetch_json(provider, url)
        cache.set(key, found, KEEP_SECONDS)
    if not isinstance(found.get("keys"), list):
        raise ProviderDown("It has no keys.")
    return KeySet.import_key_set(
        {"keys": [key for key in found["keys"] if isinstance(key, dict) and key.get("kty") in KINDS]}
    )


def _with_userinfo(provider: Provider, claims: CodeIDToken, tokens: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims with those that the provider gives at its ``userinfo`` endpoint only."""
    known, url = dict(claims), metadata_of(provider).get("userinfo_endpoint")
    if not url or not tokens.get("access_token") or {"email", provider.groups_claim} <= known.keys():
        return known
    status, found = fetch_json(provider, url, token=tokens["access_token"])
    if status != 200 or found.get("sub") != known["sub"]:
        raise AnswerRefused("userinfo is about another person")
    return {**found, **known}


def end_session_url(provider: Provider, back: str) -> str:
    """Return the URL that ends the session at the provider (RP-Initiated Logout); empty if it has none.

    The ID token is not part of it, so that it is neither stored nor in a URL; the provider may ask the person then.
    """
    endpoint = metadata_of(provider).get("end_session_endpoint")
    if not isinstance(endpoint, str):
        return ""
    query = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return f"{_web_page(provider, endpoint)}{'&' if '?' in endpoint else '?'}{query}"


def _web_page(provider: Provider, url: str) -> str:
    if url.startswith("https://") or (url.startswith("http://") and provider.may_be_plain):
        return url
    raise ProviderDown("The address of its pages does not begin with https://.")
