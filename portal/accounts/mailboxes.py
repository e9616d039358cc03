"""How a diversion names the account's mailbox: by a word, or by its address on the voicemail server."""

from __future__ import annotations

from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import VOICE_MAILBOX, SipAccount

ABSOLUTE, SERVER = "absolute_voicemail_uri", "voicemail_server"


def mailbox_target(ngnpro: Ngnpro, account: SipAccount, number: str) -> str:
    """Give the target that leads to the mailbox with this number (contract: customer_properties).

    It is an address where the domain's customer, or else his reseller, has asked for that.
    """
    for customer in dict.fromkeys((account.customer, account.reseller)):
        values = _properties(ngnpro, customer) if customer and number else {}
        if ABSOLUTE in values:
            absolute = values[ABSOLUTE] == "1" and bool(values.get(SERVER))
            return f"sip:{number}@{values[SERVER]}" if absolute else VOICE_MAILBOX
    return VOICE_MAILBOX


def _properties(ngnpro: Ngnpro, customer: int) -> dict[str, str]:
    """Read a customer's properties; whoever may not see them knows of none."""
    try:
        found = ngnpro.customers.get_properties(customer)
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.Refusal:
        return {}
    return {entry.name: entry.value.strip().lower() for entry in found}
