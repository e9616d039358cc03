"""The mail about changed fields of an account: it names the fields, never their values."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.core.sip_accounts import is_same_web_password
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailNotice, on_change_of, register_mail_kind
from portal.mail.text.words import FIELDS, field_words
from portal.ngnpro.hashes import WEB_PASSWORD
from portal.ngnpro.records import SipAccount
from portal.ngnpro.records.base import shape_of

from .base import ACCOUNT_VARIABLES, read_account

# Groups that the platform sets to describe the state of an account.
STATES = frozenset({"quota", "prepaid", "voicemail"})
# Changes that can be the work of somebody who takes over the account.
URGENT = frozenset({"email", "password", WEB_PASSWORD})
MEMBERS = (
    *("first_name", "last_name", "email", "timezone", "rpid", "owner", "prepaid", "quota", "acl"),
    *("call_limit", "timeout", "quickdial_prefix", "region"),
)


def read_changed_fields(message: OutboxMessage) -> MailContent:
    """Read the names of the fields that were changed."""
    _account, content = read_account(message)
    names = [str(name) for name in message.facts.get("fields", ())]
    values = {"fields": field_words(names), "new_email": "email" in names}
    return MailContent({**content.values, **values}, content.brand, content.language)


def notices_of_account(before: SipAccount | None, after: SipAccount | None) -> Iterator[MailNotice]:
    """Call for a mail to the old and the new e-mail address if fields were changed."""
    if before is not None and after is not None and (fields := changed_fields(before, after)):
        both = tuple(dict.fromkeys((before.email.lower(), after.email.lower())))
        yield MailNotice(str(after.id), {"fields": fields}, both, after, can_wait=URGENT.isdisjoint(fields))


def changed_fields(before: SipAccount, after: SipAccount) -> list[str]:
    """Return the wire names of changed fields that the user should know of; an empty password is no change."""
    names = shape_of(SipAccount).wire_names
    found = {names[name] for name in MEMBERS if getattr(before, name) != getattr(after, name)}
    if before.get_property("language") != after.get_property("language"):
        found.add("language")
    if not is_same_web_password(before, after):
        found.add(WEB_PASSWORD)
    if after.password and after.password != before.password:
        found.add("password")
    if set(before.groups) - STATES != set(after.groups) - STATES:
        found.add("groups")
    return [name for name in FIELDS if name in found]


ACCOUNT_CHANGED = register_mail_kind(
    MailKind(
        name="account-changed",
        label=_("Account changed"),
        read=read_changed_fields,
        notices=on_change_of(SipAccount, notices_of_account),
        choice=True,
        variables=ACCOUNT_VARIABLES
        | {
            "fields": _("the names of the changed fields, a list"),
            "new_email": _("“yes” if the e-mail address was changed: then the mail goes to both addresses"),
        },
        example={"fields": ["email", "web_password"]},
    )
)
