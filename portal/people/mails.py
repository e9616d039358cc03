"""The mails with one-use links, and the mail about a sign-in from a new device.

The tokens of links are generated here, in the worker, and are stored nowhere: only their hashes are.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.sealing import unseal
from portal.core.viewer import Role
from portal.mail.kinds.base import ACCOUNT_VARIABLES, NAME_VARIABLES, about_account, read_facts
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailSubject, register_mail_kind
from portal.mail.text.brand import brand_of, display_name
from portal.mail.text.words import ROLES
from portal.ngnpro.hashes import has_password
from portal.ngnpro.records import CustomerAccount, SipAccount
from portal.people import links

from .directory import Known
from .known_devices import NEW_DEVICE
from .models import OneUseLink


def read_links(message: OutboxMessage) -> MailContent:
    """Return the links of a mail with new tokens, each with its login and role.

    Raises ``ValueError`` if none of them is still valid, ``NgnproError`` if NGNPro does not return the people.
    """
    open_links = OneUseLink.objects.filter(letter=message.about, used_at=None)
    kept = [(link, record) for link in open_links if (record := links.record_to_write_to(link))]
    if not kept:
        raise ValueError(_("None of the links is still valid."))
    written = [
        {
            "login": link.login,
            "role": ROLES[Role(link.role)],
            "url": links.password_url(links.issue_token(link, record)),
        }
        for link, record in kept
    ]
    first, record = kept[0]
    values = {"name": display_name(first.name), "links": written}
    return MailContent(values, brand_of(first.engine, first.reseller), language_of(record))


def language_of(record: Known) -> str:
    """Return the language that a person prefers; empty if it is not set."""
    if isinstance(record, SipAccount):
        return record.get_property("language")
    return record.language if isinstance(record, CustomerAccount) else ""


def read_removal(message: OutboxMessage) -> MailContent:
    """Return the link that deletes an account, with a new token; ``ValueError`` if it is no longer valid."""
    link = OneUseLink.objects.filter(pk=message.about, used_at=None).first()
    if link is None:
        raise ValueError(_("The link was used, or a new one was requested."))
    account = links.account_of(link)
    if account is None or account.email.lower() != message.recipient.lower():
        raise ValueError(_("The account was deleted, or its passwords or e-mail address have changed."))
    url = settings.PORTAL_URL + reverse("accounts:own:removal-open", args=[links.issue_token(link, account)])
    brand = brand_of(link.engine, account.reseller)
    values = {**about_account(account), "name": display_name(account.first_name), "url": url, "until": link.expires_at}
    return MailContent(values, brand, language_of(account))


def read_sip_password(message: OutboxMessage) -> MailContent:
    """Return the link that shows an account's new SIP password, with a new token.

    Raises ``ValueError`` if it is no longer valid.
    """
    link = OneUseLink.objects.filter(pk=message.about, used_at=None).first()
    account = links.record_to_write_to(link) if link else None
    if link is None or not isinstance(account, SipAccount) or not _has_new_password(link, account):
        raise ValueError(_("The account was deleted, or its passwords or e-mail address have changed."))
    url = settings.PORTAL_URL + reverse("accounts:own:password-open", args=[links.issue_token(link, account)])
    values = {**about_account(account), "name": display_name(account.first_name), "url": url, "until": link.expires_at}
    return MailContent(values, brand_of(link.engine, account.reseller), language_of(account))


def _has_new_password(link: OneUseLink, account: SipAccount) -> bool:
    """Return whether an account has the password of a link, as far as NGNPro says."""
    is_known = bool(account.password or account.ha1)
    return not is_known or has_password(account, unseal(link.sealed))


_LINKS = [{"login": "ada@example.com", "role": "SIP account", "url": "https://portal.example.com/…"}]
_LINK_PARTS = {
    "login": gettext_lazy("the login to sign in with"),
    "role": gettext_lazy("the role of the login"),
    "url": gettext_lazy("the link, which can be used once"),
}

FORGOTTEN_PASSWORD = register_mail_kind(
    MailKind(
        name=links.MAIL_KINDS[links.Purpose.FORGOTTEN],
        label=gettext_lazy("Password reset"),
        read=read_links,
        variables=NAME_VARIABLES,
        parts=_LINK_PARTS,
        link_variables=frozenset({"links"}),
        about=MailSubject.PERSON,
        example={"name": "Ada", "links": _LINKS},
    )
)
INVITATION = register_mail_kind(
    MailKind(
        name=links.MAIL_KINDS[links.Purpose.INVITATION],
        label=gettext_lazy("Invitation of an operator"),
        read=read_links,
        variables=NAME_VARIABLES,
        parts=_LINK_PARTS,
        link_variables=frozenset({"links"}),
        is_to_operators=True,
        about=MailSubject.PERSON,
        example={"name": "Ada", "links": _LINKS},
    )
)
ACCOUNT_REMOVAL = register_mail_kind(
    MailKind(
        name=links.MAIL_KINDS[links.Purpose.REMOVAL],
        label=gettext_lazy("Link to delete an account"),
        read=read_removal,
        variables=ACCOUNT_VARIABLES,
        link_variables=frozenset({"url", "until"}),
        about=MailSubject.PERSON,
        example={
            "name": "Ada",
            "address": "ada@example.com",
            "url": "https://portal.example.com/…",
            "until": "2026-01-02 15:04 UTC",
        },
    )
)
NEW_SIP_PASSWORD = register_mail_kind(
    MailKind(
        name=links.MAIL_KINDS[links.Purpose.SIP_PASSWORD],
        label=gettext_lazy("Link to a new SIP password"),
        read=read_sip_password,
        variables=ACCOUNT_VARIABLES,
        link_variables=frozenset({"url", "until"}),
        about=MailSubject.PERSON,
        example=ACCOUNT_REMOVAL.example,
    )
)
SIGN_IN_FROM_NEW_DEVICE = register_mail_kind(
    MailKind(
        name=NEW_DEVICE,
        label=gettext_lazy("Sign-in from a new browser or network"),
        read=read_facts,
        choice=True,
        variables=NAME_VARIABLES
        | {
            "login": gettext_lazy("the login that was used"),
            "time": gettext_lazy("the time"),
            "source": gettext_lazy("the IP address"),
            "browser": gettext_lazy("the browser, as it identifies itself"),
        },
        about=MailSubject.PERSON,
        example={
            "name": "Ada",
            "login": "ada@example.com",
            "time": "2026-01-02 15:04 UTC",
            "source": "192.0.2.7",
            "browser": "Firefox",
        },
    )
)
