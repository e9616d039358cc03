"""Passwords of SIP accounts as ``ha1:ha1b``, which NGNPro takes in place of clear text (contract: Passwords)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from ngnpro_wire.facts.passwords import digests_of_password, is_digest_pair, normalize_password

from .records.accounts import SipAccount, SipId

WEB_PASSWORD = "web_password"  # noqa: S105 - the name of a property


def hashed_password(sip_id: SipId, password: str) -> str:
    """Return a password as ``ha1:ha1b``, in lower case if it already is such a pair."""
    if is_digest_pair(password):
        return password.lower()
    return ":".join(digests_of_password(sip_id.username, sip_id.domain, password))


def as_sent(account: SipAccount, keeps_clear: Callable[[SipAccount], bool]) -> SipAccount:
    """Return an account with hashes in place of clear text, where clear text is not stored.

    ``keeps_clear`` says whether it is, and is asked only if there is any.
    """
    password, web_password = map(normalize_password, (account.password, account.get_property(WEB_PASSWORD)))
    clear = [text for text in (password, web_password) if text and not is_digest_pair(text)]
    if not clear or keeps_clear(account):
        return account
    if web_password:
        account = account.with_property(WEB_PASSWORD, hashed_password(account.id, web_password))
    return replace(account, password=hashed_password(account.id, password) if password else "")


def first_password(account: SipAccount) -> str:
    """Return the password with which an account is added whose username NGNPro chooses, until it gets its own.

    NGNPro accepts no hashes then, because they depend on the username. The same account has the same one, because a
    plan of a batch is run several times; it tells no more about the account's own password than ``ha1`` does.
    """
    return hashlib.sha256(f"{account.id.domain}:{account.password}".encode()).hexdigest()


def has_password(account: SipAccount, password: str) -> bool:
    """Return whether NGNPro returned an account with this password, in clear text or as its hash."""
    return password == account.password or hashed_password(account.id, password).startswith(f"{account.ha1.lower()}:")
