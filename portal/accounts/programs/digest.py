"""HTTP digest authentication (RFC 7616, and RFC 2617 with ``qop=auth``) with the hashes that NGNPro stores.

NGNPro stores MD5(username:domain:password) and MD5(username@domain:domain:password), so the realm is the domain of the
account and the algorithm MD5; SHA-256 would need the password itself. A program names the realm in the URL
(``realm=``), as Blink does. A nonce is signed, is valid for five minutes, and each of its counts is accepted once, so
that a request that someone has overheard cannot be sent again.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from urllib.request import parse_http_list, parse_keqv_list

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ngnpro_wire.facts.passwords import is_digest_pair
from portal.ngnpro.hashes import WEB_PASSWORD
from portal.ngnpro.records import SipAccount

from .models import UsedNonce

LIFETIME = timedelta(minutes=5)
# What CDRTool calls the realm of a request that names none: only passwords in clear text can be checked in it.
NO_REALM = "SIP_settings"
LONGEST_REALM = 253
_SIGNER = TimestampSigner(salt="portal.accounts.programs.digest")
_NEEDED = frozenset({"username", "realm", "nonce", "uri", "nc", "cnonce", "response"})


@dataclass(frozen=True, slots=True)
class DigestAnswer:
    """What a program sent to prove that it knows the password of ``username``."""

    username: str
    realm: str
    nonce: str
    uri: str
    nc: str
    cnonce: str
    response: str

    @classmethod
    def parse(cls, header: str) -> DigestAnswer | None:
        """Return the answer of an Authorization header without its scheme; ``None`` if it is not a complete one."""
        try:
            given = parse_keqv_list(parse_http_list(header))
        except (ValueError, IndexError):
            return None
        is_usual = given.get("qop") == "auth" and given.get("algorithm", "MD5").upper() == "MD5"
        if not is_usual or not given.keys() >= _NEEDED:
            return None
        return cls(**{name: given[name] for name in _NEEDED})

    @property
    def address(self) -> str:
        """Return the address of the account: the username, with the realm as domain if it has none."""
        return self.username if "@" in self.username else f"{self.username}@{self.realm}"

    def is_for(self, request: HttpRequest) -> bool:
        """Return whether it was made for this request; a proxy in front may have changed the folder of the URL."""
        asked = urlsplit(self.uri)
        same_page = asked.path.rpartition("/")[2] == request.path.rpartition("/")[2]
        return same_page and QueryDict(asked.query) == request.GET

    def is_right(self, account: SipAccount, method: str) -> bool:
        """Return whether the response proves the account's web password, or its SIP password if it has no other."""
        first = self._first_hash(account)
        second = _md5(f"{method}:{self.uri}")
        wanted = _md5(f"{first}:{self.nonce}:{self.nc}:{self.cnonce}:auth:{second}")
        return bool(first) and constant_time_compare(wanted, self.response.lower())

    def _first_hash(self, account: SipAccount) -> str:
        """Return MD5(username:realm:password), from the hashes if the password is not stored; empty if unknown."""
        web = account.get_property(WEB_PASSWORD)
        stored = web or account.password
        if stored and not is_digest_pair(stored):
            return _md5(f"{self.username}:{self.realm}:{stored}")
        if self.realm != account.id.domain:
            return ""
        short, _colon, long = stored.partition(":") if stored else (account.ha1, "", account.ha1b)
        return (long if "@" in self.username else short).lower()

    def use_up(self) -> bool:
        """Note that this count of the nonce was used; return ``False`` if it was used before."""
        key = hashlib.sha256(f"{self.nonce} {self.nc}".encode()).hexdigest()
        _row, is_new = UsedNonce.objects.get_or_create(key=key)
        return is_new


def realm_of(request: HttpRequest) -> str:
    """Return the realm of a request: the domain that its ``realm`` names (``example.com``, ``ada@example.com``)."""
    realm = request.GET.get("realm", "").rpartition("@")[2].lower()
    is_plain = realm.isascii() and all(letter.isalnum() or letter in ".-" for letter in realm)
    return realm if realm and is_plain and len(realm) <= LONGEST_REALM else NO_REALM


def challenge(realm: str, *, stale: bool = False) -> str:
    """Return the value of a WWW-Authenticate header; ``stale``: the password was right, and the nonce too old."""
    nonce = _SIGNER.sign(secrets.token_urlsafe(12))
    again = ", stale=true" if stale else ""
    return f'Digest realm="{realm}", qop="auth", algorithm=MD5, nonce="{nonce}", opaque="{_md5(realm)}"{again}'


def is_our_nonce(nonce: str) -> bool:
    """Return whether the portal made a nonce, however long ago."""
    try:
        _SIGNER.unsign(nonce)
    except BadSignature:
        return False
    return True


def is_fresh(nonce: str) -> bool:
    """Return whether the portal made a nonce within its lifetime."""
    try:
        _SIGNER.unsign(nonce, max_age=LIFETIME)
    except (BadSignature, SignatureExpired):
        return False
    return True


def delete_old_nonces() -> None:
    """Delete nonces that have expired, which are refused anyway."""
    UsedNonce.objects.filter(used_at__lt=timezone.now() - 2 * LIFETIME).delete()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
