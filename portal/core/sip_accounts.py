"""What several rooms and the sign-in need to know about SIP accounts: blocks, taken addresses and web passwords.

Blocks: properties of the account say who blocked it (``ngnpro_wire.facts.blocks``), and no one with fewer rights can
unblock it. NGNPro's server may enforce this itself; the portal does not rely on it.

Web passwords: a property of the account, stored as a hash. NGNPro accepts it in clear or as ``ha1:ha1b`` (contract:
Passwords). The portal only sets the hash, since no one needs to read the password again. A web password that another
client stored in clear is still accepted at sign-in, and is then replaced by its hash (``portal.people.login``).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from ngnpro_wire.facts.blocks import (
    BY_CUSTOMER,
    BY_OPERATOR,
    BY_RESELLER,
    BY_UNKNOWN,
    NAMES,
    blocker_of,
    may_lift,
    notes_of_block,
)
from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from ngnpro_wire.facts.passwords import is_digest_pair
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.hashes import WEB_PASSWORD, hashed_password
from portal.ngnpro.records import SipAccount, SipId

# a longer chain of aliases is no more followed than a circle: proxies stop calls after 70 hops (RFC 3261, 8.1.1.6)
MOST_ALIASES = 20
_BLOCKERS = {Role.OPERATOR: BY_OPERATOR, Role.RESELLER: BY_RESELLER, Role.CUSTOMER: BY_CUSTOMER}


def block_note_of(viewer: Viewer) -> str:
    """Return as whom this viewer blocks accounts, one of ``BLOCKERS``; a subscriber blocks as the reseller would."""
    return _BLOCKERS.get(viewer.effective_role, BY_RESELLER)


def with_block_note(account: SipAccount, by: str) -> SipAccount:
    """Return the account with the properties that say who blocked it, or without them if ``by`` is empty."""
    notes = notes_of_block(by)
    for name in NAMES:
        account = account.with_property(name, notes.get(name, ""))
    return account


def blocker_of_account(account: SipAccount) -> str:
    """Return which of ``BLOCKERS`` has blocked an account; empty if it is not blocked."""
    if BLOCKED not in account.groups:
        return ""
    return blocker_of({entry.name: entry.value for entry in account.properties})


def why_not_unblock(viewer: Viewer, account: SipAccount) -> str:
    """Return why this viewer may not unblock an account; empty if they may, or if it is not blocked."""
    by = blocker_of_account(account)
    if not by or may_lift(_BLOCKERS.get(viewer.effective_role, ""), by):
        return ""
    if by == BY_CUSTOMER:
        return _("This account is blocked by the customer. Only the customer or the reseller can unblock or delete it.")
    if by == BY_UNKNOWN:
        return _(
            "Another program blocked this account, and it is not known whether for the reseller or for the platform's "
            "operator. Only the operator can unblock or delete it."
        )
    if by == BY_OPERATOR:
        return _("This account is blocked by the platform's operator. Only the operator can unblock or delete it.")
    return _("This account is blocked by the reseller. Only the reseller can unblock or delete it.")


def address_taken_by(ngnpro: Ngnpro, address: SipId) -> str:
    """Return which alias or account has an address and what to do, as a sentence; empty if NGNPro shows neither."""
    try:
        target = ngnpro.sip.get_alias(address).target
    except errors.NgnproError:
        return _account_of(ngnpro, address)
    words = {"address": address, "target": target}
    return _("%(address)s is an alias that points to %(target)s. Edit or delete it, or choose another address.") % words


def _account_of(ngnpro: Ngnpro, address: SipId) -> str:
    try:
        account = ngnpro.sip.get_account(address)
    except errors.NgnproError:
        return ""
    words = {"address": address, "name": f"{account.first_name} {account.last_name}".strip() or address}
    return (
        _(
            "%(address)s is the account of %(name)s, and calls to it reach that account. Choose another address, "
            "or let that account forward its calls."
        )
        % words
    )


def why_target_is_unreachable(ngnpro: Ngnpro, target: SipId) -> str:
    """Return a sentence saying that an address in a domain of the platform has no account; empty for all others."""
    try:
        if ngnpro.sip.find_domain(target.domain) is None:
            return ""
        ngnpro.sip.get_account(target)
    except errors.Missing:
        return _no_account(ngnpro, target)
    except errors.NgnproError:
        return ""
    return ""


def _no_account(ngnpro: Ngnpro, target: SipId) -> str:
    try:
        beyond = ngnpro.sip.get_alias(target).target
    except errors.NgnproError:
        return _("There is no account %(target)s: calls to the alias do not reach anyone yet.") % {"target": target}
    words = {"target": target, "beyond": beyond}
    if _is_in_circle(ngnpro, target, beyond):
        return _("%(target)s is itself an alias, and its aliases point in a circle: calls reach no one.") % words
    return _("%(target)s is itself an alias, of %(beyond)s. Point this alias there directly.") % words


def _is_in_circle(ngnpro: Ngnpro, target: SipId, beyond: SipId) -> bool:
    """Follow an alias of an alias, on servers that store circles; one that is not an alias ends it."""
    seen = {target}
    while beyond not in seen and len(seen) < MOST_ALIASES:
        seen.add(beyond)
        try:
            beyond = ngnpro.sip.get_alias(beyond).target
        except errors.NgnproError:
            return False
    return True


def with_web_password(account: SipAccount, password: str) -> SipAccount:
    """Return the account with a web password, stored as a hash; its other properties are unchanged."""
    return account.with_property(WEB_PASSWORD, hashed_password(account.id, password))


def clear_web_password(account: SipAccount) -> str:
    """Return the web password if it is stored in clear; empty if it is stored as hashes."""
    stored = account.get_property(WEB_PASSWORD)
    return "" if is_digest_pair(stored) else stored


def is_same_web_password(one: SipAccount, other: SipAccount) -> bool:
    """Return whether two states of an account have the same web password, in clear or as its hash."""
    stored = (one.get_property(WEB_PASSWORD), other.get_property(WEB_PASSWORD))
    return len({hashed_password(one.id, text) if text else "" for text in stored}) == 1
