"""Conversion of addresses and numbers between what people type, what NGNPro stores and what a page shows."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ngnpro_wire.facts.domain_names import DomainRefused
from ngnpro_wire.facts.hosts import HostRefused
from ngnpro_wire.facts.sip_addresses import NUMBER, SCHEME, AddressRefused, normal_sip_uri, user_and_host
from ngnpro_wire.facts.telephone_numbers import international_digits
from portal.core.in_words import number_in_groups
from portal.core.normal_forms import ADDRESS_FAULTS, domain_error, host_error
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import VOICE_MAILBOX, SipAccount

MAILBOX_NAMES = (VOICE_MAILBOX, "voice-mailbox")


def sip_uri(text: str, domain: str) -> str:
    """Convert typed text to a SIP address, ``sip:user@host`` (``ngnpro_wire.facts.sip_addresses``).

    A number or name without a host belongs to the account's own domain (contract: diversion_values). Raises
    ``ValidationError`` if the text is invalid.
    """
    return read_address(normal_sip_uri, text, domain)


def read_address(read: Callable[[str, str], str], text: str, domain: str) -> str:
    """Return what a reader of ``ngnpro_wire.facts.sip_addresses`` makes of a text; raises ``ValidationError``."""
    try:
        return read(text, domain)
    except AddressRefused as refused:
        words = {"text": text.strip()[:80], "example": f"reception@{domain}"}
        raise ValidationError(ADDRESS_FAULTS[refused.fault], params=words) from None
    except HostRefused as refused:
        raise host_error(refused) from None
    except DomainRefused as refused:
        raise domain_error(refused) from None


def address_as_typed(uri: str, domain: str) -> str:
    """Format a stored address as a person would type it: a number in the account's own domain has no host."""
    user, host = user_and_host(uri)
    return user if host == domain and NUMBER.fullmatch(user) else SCHEME.sub("", uri, count=1)


def target_in_words(uri: str, domain: str) -> str:
    """Format the target of a diversion for display."""
    if uri in MAILBOX_NAMES:
        return _("Voicemail")
    user, host = user_and_host(uri)
    if host == domain and (number := international_digits(user)):
        return number_in_groups(number)
    return address_as_typed(uri, domain)


def is_mailbox(target: str, mailbox: str, domain: str) -> bool:
    """Return whether a diversion points to the account's mailbox, by keyword or by the mailbox number ``mailbox``.

    A number in the account's own ``domain`` is an account, not a mailbox.
    """
    user, host = user_and_host(target)
    return target in MAILBOX_NAMES or (bool(mailbox) and user == mailbox.lower() and host != domain)


ABSOLUTE, SERVER = "absolute_voicemail_uri", "voicemail_server"


def mailbox_target(ngnpro: Ngnpro, account: SipAccount, number: str) -> str:
    """Return the diversion target for the mailbox with this number (contract: customer_properties).

    The target is an address if a property of the domain's customer, or else of their reseller, requires it.
    """
    for customer in dict.fromkeys((account.customer, account.reseller)):
        values = _properties(ngnpro, customer) if customer and number else {}
        if ABSOLUTE in values:
            absolute = values[ABSOLUTE] == "1" and bool(values.get(SERVER))
            return f"sip:{number}@{values[SERVER]}" if absolute else VOICE_MAILBOX
    return VOICE_MAILBOX


def _properties(ngnpro: Ngnpro, customer: int) -> dict[str, str]:
    """Fetch a customer's properties as a dict by name; empty if the viewer has no permission to read them."""
    try:
        found = ngnpro.customers.get_properties(customer)
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.Refusal:
        return {}
    return {entry.name: entry.value.strip().lower() for entry in found}
