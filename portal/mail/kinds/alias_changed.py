"""The mail about an alias that points to an account, or no longer does."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.mail.registry import MailKind, MailNotice, on_change_of, register_mail_kind
from portal.ngnpro.records import SipAlias

from .base import ACCOUNT_VARIABLES, CHANGE_VARIABLES, read_change


def notices_of_alias(before: SipAlias | None, after: SipAlias | None) -> Iterator[MailNotice]:
    """Call for a mail to the accounts that an alias points to and pointed to, if they differ."""
    alias = after or before
    old, new = before and str(before.target), after and str(after.target)
    for address, happened in ((old, "removed"), (new, "added")):
        if alias and address and old != new:
            yield MailNotice(address, {"happened": happened, "alias": str(alias.id)})


ALIAS_CHANGED = register_mail_kind(
    MailKind(
        name="alias-changed",
        label=_("Alias changed"),
        read=read_change,
        notices=on_change_of(SipAlias, notices_of_alias),
        choice=False,
        variables=ACCOUNT_VARIABLES | CHANGE_VARIABLES | {"alias": _("the alias")},
        example={"happened": "added", "alias": "front@example.com"},
    )
)
