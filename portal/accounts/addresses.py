"""Conversion of addresses and numbers between what people type, what NGNPro stores and what a page shows."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ngnpro_wire.facts.telephone_numbers import international_digits, without_separators
from ngnpro_wire.facts.usernames import UsernameRefused, normal_username
from portal.core.in_words import number_in_groups
from portal.core.normal_forms import host_name, require_number
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import VOICE_MAILBOX, SipAccount

SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
NUMBER = re.compile(r"\+?[0-9]{1,32}")
HOST = re.compile(r"(?P<name>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{1,5}))?")
MAILBOX_NAMES = (VOICE_MAILBOX, "voice-mailbox")
MOST_PORT = 65535


def sip_uri(text: str, domain: str) -> str:
    """Convert typed text to a SIP address, ``sip:user@host``.

    A number or name without a host belongs to the account's own domain (contract: diversion_values). Separators
    between digits are removed. Raises ``ValidationError`` if the text is invalid.
    """
    require_number(text)
    found = SCHEME.match(text.strip())
    scheme = found[1].lower() if found else "sip"
    address = without_separators(text) if scheme == "tel" else SCHEME.sub("", text.strip(), count=1)
    user, at, host = address.rpartition("@")
    require_number(user or host)
    if not at:
        user, host = _number_or_name(host), domain
    try:
        user = normal_username(user)
    except UsernameRefused:
        raise ValidationError(
            _("“%(text)s” is neither a number nor an address. Write +44 20 7946 0140, or reception for %(example)s.")
            % {"text": text.strip(), "example": f"reception@{domain}"}
        ) from None
    return f"{'sips' if scheme == 'sips' else 'sip'}:{user}@{_host(host)}"


def _number_or_name(text: str) -> str:
    number = without_separators(text)
    return number if NUMBER.fullmatch(number) else text


def _host(text: str) -> str:
    """Check and return a host: a domain name or IP address, with an optional port (RFC 3261, 25.1: hostport)."""
    found = HOST.fullmatch(text)
    if found is None or int(found["port"] or 0) > MOST_PORT:
        raise ValidationError(_("The part after the @ must be a domain name, with a port up to 65535 if needed."))
    name, port = found["name"], f":{found['port']}" if found["port"] else ""
    if name.startswith("["):
        address = host_name(name)
        return (f"[{address}]" if ":" in address else address) + port
    return host_name(name) + port


def user_and_host(uri: str) -> tuple[str, str]:
    """Return the user and host of a SIP address in lower case, without port and parameters."""
    user, _at, host = SCHEME.sub("", uri.strip(), count=1).rpartition("@")
    host = host.partition(";")[0]
    return user.lower(), host.lower() if host.startswith("[") else host.partition(":")[0].lower()


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
