"""Sending account information to the users of some accounts: who gets what, and the sending itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.web_passwords import clear_web_password
from portal.core.writes import Writes
from portal.mail.contents import clear_password
from portal.mail.outbox.services import queue_account_information
from portal.mail.text.brand import good_address
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipId

MOST = 100
WITHHELD = _("Left out: you may not see passwords. The mail says how to set a new one.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user of an account would get: where it goes, and which of their passwords are in it.

    ``problem`` says why nothing can be sent, where that is so. ``withheld``: whoever sends it may not see passwords, so
    none is in the mail.
    """

    address: str
    account: SipAccount | None = None
    problem: str | Promise = ""
    withheld: bool = False

    @property
    def sip_password(self) -> str | Promise:
        if self.withheld:
            return WITHHELD
        if self.account and clear_password(self.account):
            return _("In the mail")
        return _("Left out: it is stored encrypted. The mail says how to set a new one.")

    @property
    def web_password(self) -> str | Promise:
        if self.withheld:
            return WITHHELD
        if self.account and clear_web_password(self.account):
            return _("In the mail")
        if self.account and self.account.get_property("web_password"):
            return _("Left out: it is stored encrypted")
        return _("There is none")


def plan(ngnpro: Ngnpro, addresses: Iterable[str], *, withheld: bool = False) -> list[Plan]:
    """Tell for each address what its user would get; a foreign or missing account is one that does not exist."""
    return [_plan(ngnpro, address, withheld) for address in list(dict.fromkeys(addresses))[:MOST]]


def _plan(ngnpro: Ngnpro, address: str, withheld: bool) -> Plan:
    try:
        account = ngnpro.sip.get_account(SipId.parse(address))
    except (ValueError, errors.Missing):
        return Plan(address, problem=_("There is no such account."))
    if not good_address(account.email):
        return Plan(address, account, _("It has no e-mail address that can be written to."))
    return Plan(address, account, withheld=withheld)


def send_account_information(writes: Writes, plans: Iterable[Plan]) -> int:
    """Queue the account information for each account that can be written to; return how many.

    Either all are queued or none; each is in the journal.
    """
    viewer = writes.author.viewer
    able = [one.account for one in plans if one.account and not one.problem]
    with transaction.atomic():
        for account in able:
            queue_account_information(
                str(account.id),
                account.email,
                viewer.engine,
                reseller=account.reseller,
                with_passwords=viewer.may_see_passwords,
            )
            writes.tell("sendAccountInformation", account)
    return len(able)
