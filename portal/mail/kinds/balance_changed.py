"""The mail about a changed balance of a prepaid account."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.core.servers import service_ngnpro
from portal.core.writes import Write
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailNotice, register_mail_kind

from .base import ACCOUNT_VARIABLES, read_account

OPERATIONS = frozenset({"addBalance", "addBalanceFromVoucher"})


def read_balance(message: OutboxMessage) -> MailContent:
    """Read the current balance."""
    account, content = read_account(message)
    found = service_ngnpro(message.engine).sip.get_prepaid_status([account.id])
    balance = f"{found[0].balance:.2f}" if found else ""
    values = {**content.values, "balance": balance, "currency": content.brand.get("currency")}
    return MailContent(values, content.brand, content.language)


def notices_of_balance(write: Write) -> Iterator[MailNotice]:
    """Call for a mail if a balance was added to an account."""
    kind, address = write.about
    if kind == "account" and any(call.operation in OPERATIONS for call in write.calls):
        yield MailNotice(address)


BALANCE_CHANGED = register_mail_kind(
    MailKind(
        name="balance-changed",
        label=_("Balance changed"),
        read=read_balance,
        notices=notices_of_balance,
        choice=True,
        variables=ACCOUNT_VARIABLES
        | {"balance": _("the balance when the mail is written"), "currency": _("its currency")},
        is_about_money=True,
    )
)
