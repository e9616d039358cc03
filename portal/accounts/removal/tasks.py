"""Deleting an account for its user, who has proved by a one-use link that he wants it."""

from __future__ import annotations

from portal.core.viewer import Role
from portal.ngnpro.records import SipAccount
from portal.people import account_links, sessions
from portal.people.models import AccountLink


def remove(link: AccountLink, account: SipAccount, source: str) -> bool:
    """Delete the account and end its user's sessions; ``False`` if the link was just used.

    ``NgnproError`` when NGNPro refuses or is away; the link is good for another try then.
    """
    if not account_links.take(link):
        return False
    is_gone = False
    try:
        _delete(link, account, source)
        is_gone = True
    finally:
        if not is_gone:
            account_links.give_back(link)
    sessions.end_all(sessions.person_key(Role.SUBSCRIBER, link.engine, link.address))
    return True


def _delete(link: AccountLink, account: SipAccount, source: str) -> None:
    writes, ngnpro = account_links.ngnpro_for(link, account, source)
    with writes.change(account):
        ngnpro.sip.delete_account(account.id)
