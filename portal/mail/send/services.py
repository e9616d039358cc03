"""Plans and sends account information to the users of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.normal_forms import address_for_mail
from portal.core.sip_accounts import clear_web_password
from portal.core.writes import Writes
from portal.mail.kinds.account_information import clear_password, queue_account_information
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipId

MOST = 100
WITHHELD = _("Left out: you may not see passwords. The mail says how to set a new one.")


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """The mail that the user of an account would get: the address, and which passwords are in it.

    ``problem`` is the reason why nothing can be sent, if there is one. ``withheld``: the sender may not see passwords,
    so the mail holds none.
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


def plan_mails(ngnpro: Ngnpro, addresses: Iterable[str], *, withheld: bool = False) -> list[PlannedMail]:
    """Return the mail that the user of each account would get; accounts that the viewer may not see are not found."""
    return [_plan_mail(ngnpro, address, withheld) for address in list(dict.fromkeys(addresses))[:MOST]]


def _plan_mail(ngnpro: Ngnpro, address: str, withheld: bool) -> PlannedMail:
    try:
        account = ngnpro.sip.get_account(SipId.parse(address))
    except (ValueError, errors.Missing):
        return PlannedMail(address, problem=_("This account does not exist."))
    if not address_for_mail(account.email):
        return PlannedMail(address, account, _("It has no valid e-mail address."))
    return PlannedMail(address, account, withheld=withheld)


def send_account_information(writes: Writes, plans: Iterable[PlannedMail]) -> int:
    """Queue the account information for each account with a valid e-mail address, and return how many.

    Either all mails are queued or none; each is journaled.
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
            writes.record_operation("sendAccountInformation", account)
    return len(able)
