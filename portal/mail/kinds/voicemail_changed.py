"""The mail about a mailbox that was added, removed or changed."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.mail.registry import MailKind, MailNotice, on_change_of, register_mail_kind
from portal.ngnpro.records import VoicemailAccount

from .base import ACCOUNT_VARIABLES, CHANGE_VARIABLES, kind_of_change, read_change


def notices_of_mailbox(before: VoicemailAccount | None, after: VoicemailAccount | None) -> Iterator[MailNotice]:
    """Call for a mail if a mailbox was added or removed, or changed in more than its PIN."""
    mailbox = after or before
    if mailbox and (before and _without_pin(before)) != (after and _without_pin(after)):
        facts = {"happened": kind_of_change(before, after), "email": after.email if after else ""}
        yield MailNotice(str(mailbox.sip_id), facts)


def _without_pin(mailbox: VoicemailAccount) -> tuple[str, str, bool]:
    return mailbox.name, mailbox.email, mailbox.options.delete


VOICEMAIL_CHANGED = register_mail_kind(
    MailKind(
        name="voicemail-changed",
        label=_("Voicemail changed"),
        read=read_change,
        notices=on_change_of(VoicemailAccount, notices_of_mailbox),
        choice=False,
        variables=ACCOUNT_VARIABLES
        | CHANGE_VARIABLES
        | {"email": _("the e-mail address that voicemail messages are sent to")},
        example={"happened": "changed"},
    )
)
