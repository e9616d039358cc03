"""Diversions and contacts that lead to an address that is deleted, and what still leads there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.dependents import Dependents
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.leftovers import diversions_to, still_leading
from portal.ngnpro.records import ContactTo, DiversionTo, SipId

# how many of the accounts that divert to an address a deletion page names
SHOWN_ACCOUNTS = 5


@dataclass(frozen=True, slots=True)
class DiversionsTo:
    """The diversions of other accounts to an address, ``None`` if they are unknown.

    ``page`` is the URL name of the page about the diversions of an account.
    """

    page: str
    found: tuple[DiversionTo, ...] | None

    @classmethod
    def fetch(cls, ngnpro: Ngnpro, address: SipId, page: str = "") -> DiversionsTo:
        """Fetch the diversions that lead to an address."""
        try:
            return cls(page, diversions_to(ngnpro, address))
        except errors.NgnproError:
            return cls(page, None)

    def go(self) -> Iterator[Dependents]:
        """Yield the known diversions, which are deleted with the address: a line for each of the first accounts."""
        accounts = list(dict.fromkeys(str(one.sip_id) for one in self.found or ()))
        note = ", ".join(accounts[:SHOWN_ACCOUNTS]) + (" …" if len(accounts) > SHOWN_ACCOUNTS else "")
        url = reverse(self.page, args=[accounts[0]]) if len(accounts) == 1 else ""
        yield Dependents(len(self.found or ()), _("Diversions of other accounts to it"), url, note)

    def stay(self) -> Iterator[Dependents]:
        """Yield the diversions if they are unknown: what is not known may stay."""
        if self.found is None:
            yield Dependents(None, _("Diversions of other accounts to it"))


@dataclass(frozen=True, slots=True)
class ContactsLeading:
    """The contacts of others that lead to an address, ``None`` if they are unknown, and whether there are more."""

    found: tuple[ContactTo, ...] | None
    more: bool = False

    @classmethod
    def fetch(cls, ngnpro: Ngnpro, address: SipId) -> ContactsLeading:
        """Fetch the contacts that lead to an address, of the accounts the viewer may see; other servers list none."""
        if not (ngnpro.watch.is_there and ngnpro.watch.offers("getContactsTo")):
            return cls(None)
        try:
            answer = ngnpro.watch.get_contacts_to(address)
        except errors.NgnproError:
            return cls(None)
        return cls(answer.contacts, answer.more)

    def stay(self) -> Iterator[Dependents]:
        """Yield the contacts, which stay: they are marked once the address leads nowhere."""
        owners = list(dict.fromkeys(str(one.sip_id) for one in self.found or ()))
        note = ", ".join(owners[:SHOWN_ACCOUNTS]) + (" …" if len(owners) > SHOWN_ACCOUNTS or self.more else "")
        count = None if self.found is None else len(self.found)
        label = _("Contacts of other accounts to it, or more") if self.more else _("Contacts of other accounts to it")
        yield Dependents(count, label, note=note)


def tell_still_leading(request: HttpRequest, ngnpro: Ngnpro, address: SipId) -> None:
    """Tell the person which records still lead to an address that was deleted, and would lead to a newcomer."""
    try:
        keys = still_leading(ngnpro, address)
    except errors.NgnproError:
        messages.warning(request, _("NGNPro did not say what still leads to %(address)s.") % {"address": address})
        return
    if keys:
        words = {"address": address, "records": ", ".join(keys[:SHOWN_ACCOUNTS])}
        text = _("These still lead to %(address)s, and would lead to a new account of that name: %(records)s.")
        messages.warning(request, text % words)
