"""The mail about a new PIN of a mailbox, which never holds the PIN itself unless it was queued with it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailNotice, on_change_of, register_mail_kind
from portal.ngnpro.records import VoicemailAccount

from .base import ACCOUNT_VARIABLES, read_account


def read_pin(message: OutboxMessage) -> MailContent:
    """Read the PIN, if the message was queued with it, and the number to listen to messages."""
    _account, content = read_account(message)
    values = {"pin": message.secret, "access_number": content.brand.get("voicemail_access_number")}
    return MailContent({**content.values, **values}, content.brand, content.language)


def notices_of_pin(before: VoicemailAccount | None, after: VoicemailAccount | None) -> Iterator[MailNotice]:
    """Call for a mail if a mailbox got another PIN.

    A new mailbox calls for none: the person who adds it sees its PIN, and an import notifies no users.
    """
    if before and after and after.password and after.password != before.password:
        yield MailNotice(str(after.sip_id))


MAILBOX_PIN = register_mail_kind(
    MailKind(
        name="mailbox-pin",
        label=_("New PIN of a mailbox"),
        read=read_pin,
        notices=on_change_of(VoicemailAccount, notices_of_pin),
        choice=True,
        variables=ACCOUNT_VARIABLES
        | {"pin": _("the PIN, if the mail may contain it"), "access_number": _("the number to listen to messages")},
        secrets=frozenset({"pin"}),
    )
)
