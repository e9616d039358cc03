"""Explanations of which record already uses a SIP address, for refusals that only say that it is taken."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipId


def taken_by(ngnpro: Ngnpro, address: SipId) -> str:
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


def leads_nowhere(ngnpro: Ngnpro, target: SipId) -> str:
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
    return _("%(target)s is itself an alias, of %(beyond)s. Point this alias there directly.") % words
