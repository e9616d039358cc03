"""The web password of a SIP account: a property of the account, stored as a hash.

NGNPro accepts it in clear or as ``ha1:ha1b`` (contract: Passwords). The portal only sets the hash, since no one needs
to read the password again. A web password that another client stored in clear is still accepted at sign-in, and is
then replaced by its hash (``portal.people.login``).
"""

from __future__ import annotations

from dataclasses import replace

from ngnpro_wire.facts.passwords import digests, is_digest_pair
from portal.ngnpro.records import SipAccount, SipAccountProperty, SipId

WEB_PASSWORD = "web_password"  # noqa: S105 - the name of a property


def hashed(sip_id: SipId, password: str) -> str:
    """Return a web password as ``ha1:ha1b``, in lower case if it already is such a pair."""
    if is_digest_pair(password):
        return password.lower()
    return ":".join(digests(sip_id.username, sip_id.domain, password))


def with_web_password(account: SipAccount, password: str) -> SipAccount:
    """Return the account with a web password, stored as a hash; its other properties are unchanged."""
    kept = (entry for entry in account.properties if entry.name != WEB_PASSWORD)
    entry = SipAccountProperty(name=WEB_PASSWORD, value=hashed(account.id, password))
    return replace(account, properties=(*kept, entry))


def clear_web_password(account: SipAccount) -> str:
    """Return the web password if it is stored in clear; empty if it is stored as hashes."""
    stored = account.get_property(WEB_PASSWORD)
    return "" if is_digest_pair(stored) else stored


def is_same(one: SipAccount, other: SipAccount) -> bool:
    """Return whether two states of an account have the same web password, in clear or as its hash."""
    stored = (one.get_property(WEB_PASSWORD), other.get_property(WEB_PASSWORD))
    return len({hashed(one.id, text) if text else "" for text in stored}) == 1
