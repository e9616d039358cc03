"""Sending account information to the users of some accounts: who gets what, and the sending itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.writes import Writes
from portal.mail.brands import good_address
from portal.mail.contents import clear_password, clear_web_password
from portal.mail.queueing import queue_account_information
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipId

MOST = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user of an account would get: where it goes, and which of his passwords are in it.

    ``problem`` says why nothing can be sent, where that is so.
    """

    address: str
    account: SipAccount | None = None
    problem: str | Promise = ""

    @property
    def sip_password(self) -> str | Promise:
        if self.account and clear_password(self.account):
            return _("In the mail")
        return _("Left out: it is stored encrypted. The mail says how to set a new one.")

    @property
    def web_password(self) -> str | Promise:
        if self.account and clear_web_password(self.account):
            return _("In the mail")
        if self.account and self.account.get_property("web_password"):
            return _("Left out: it is stored encrypted")
        return _("There is none")


def plan(ngnpro: Ngnpro, addresses: Iterable[str]) -> list[Plan]:
    """Tell for each address what its user would get; a foreign or missing account is one that does not exist."""
    return [_plan(ngnpro, address) for address in list(dict.fromkeys(addresses))[:MOST]]


def _plan(ngnpro: Ngnpro, address: str) -> Plan:
    try:
        account = ngnpro.sip.get_account(SipId.parse(address))
    except (ValueError, errors.Missing):
        return Plan(address, problem=_("There is no such account."))
    if not good_address(account.email):
        return Plan(address, account, _("It has no e-mail address that can be written to."))
    return Plan(address, account)


def send_account_information(writes: Writes, plans: Iterable[Plan]) -> int:
    """Queue the account information for each account that can be written to; return how many.

    Either all are queued or none; each is in the journal.
    """
    able = [one.account for one in plans if one.account and not one.problem]
    with transaction.atomic():
        for account in able:
            queue_account_information(str(account.id), account.email, writes.author.viewer.engine)
            writes.tell("sendAccountInformation", account)
    return len(able)
