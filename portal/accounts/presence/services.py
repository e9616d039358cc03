"""What the presence of an account is made of, and how it is stored.

A service of presence with an address of its own knows the password of the account only. NGNPro returns that where it
stores passwords in clear text.
"""

from __future__ import annotations

from portal.ngnpro import Ngnpro
from portal.ngnpro.records import PresenceInformation, SipAccount, SipId


def find_presence(ngnpro: Ngnpro, address: str) -> PresenceInformation:
    """Fetch what others see of an account."""
    return presence_of(ngnpro, ngnpro.sip.get_account(SipId.parse(address)))


def presence_of(ngnpro: Ngnpro, account: SipAccount) -> PresenceInformation:
    """Fetch what others see of an account."""
    return ngnpro.presence.get_presence_information(account.id, account.password)


def store_presence(ngnpro: Ngnpro, address: str, wanted: PresenceInformation) -> None:
    """Publish what others see of an account, or withdraw it if it says nothing."""
    account = ngnpro.sip.get_account(SipId.parse(address))
    if wanted.activity:
        ngnpro.presence.set_presence_information(account.id, wanted, account.password)
    else:
        ngnpro.presence.delete_presence_information(account.id, account.password)
