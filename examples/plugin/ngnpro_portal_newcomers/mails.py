"""The mail with first steps, to the user of a new account."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.mail.kinds.base import ACCOUNT_VARIABLES, read_account
from portal.mail.registry import MailKind, MailNotice, on_change_of, register_mail_kind
from portal.ngnpro.records import SipAccount


def notices_of_account(before: SipAccount | None, after: SipAccount | None) -> Iterator[MailNotice]:
    """Call for a mail if an account was added."""
    if before is None and after is not None:
        yield MailNotice(str(after.id), account=after)


FIRST_STEPS = register_mail_kind(
    MailKind(
        name="first-steps",
        label=_("First steps"),
        read=lambda message: read_account(message)[1],
        notices=on_change_of(SipAccount, notices_of_account),
        choice=True,
        variables=ACCOUNT_VARIABLES,
    )
)
