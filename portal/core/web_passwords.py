"""The web password of a SIP account: a property of the account, kept as a hash.

NGNPro takes it in clear or as ``ha1:ha1b`` (contract: Passwords). The portal only ever sets the hash, since nobody has
to read the password again. A web password that another client stored in clear still signs its user in, and is replaced
by its hash then (``portal.people.login``).
"""

from __future__ import annotations

from dataclasses import replace

from ngnpro_wire.facts.passwords import digests, is_digest_pair
from portal.ngnpro.records import SipAccount, SipAccountProperty, SipId

WEB_PASSWORD = "web_password"  # noqa: S105 - the name of a property


def hashed(sip_id: SipId, password: str) -> str:
    """Write a web password as ``ha1:ha1b``; one that is such a pair already stays as it is."""
    if is_digest_pair(password):
        return password.lower()
    return ":".join(digests(sip_id.username, sip_id.domain, password))


def with_web_password(account: SipAccount, password: str) -> SipAccount:
    """Put a web password into an account, as a hash; its other properties stay."""
    kept = (entry for entry in account.properties if entry.name != WEB_PASSWORD)
    entry = SipAccountProperty(name=WEB_PASSWORD, value=hashed(account.id, password))
    return replace(account, properties=(*kept, entry))


def clear_web_password(account: SipAccount) -> str:
    """Give the web password if it is stored in clear; a pair of hashes says nothing to a person."""
    stored = account.get_property(WEB_PASSWORD)
    return "" if is_digest_pair(stored) else stored


def is_same(one: SipAccount, other: SipAccount) -> bool:
    """Tell whether two states of an account have the same web password, in clear or as its hash."""
    stored = (one.get_property(WEB_PASSWORD), other.get_property(WEB_PASSWORD))
    return len({hashed(one.id, text) if text else "" for text in stored}) == 1
