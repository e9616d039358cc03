"""Contents of the mails with one-use links; their tokens are made here, in the worker, and are kept nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.viewer import Role
from portal.mail.contents import Content, about
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.brand import brand_of, display_name
from portal.mail.text.words import ROLES
from portal.ngnpro.records import CustomerAccount, SipAccount

from . import links
from .directory import Known
from .models import OneUseLink


def with_links(message: OutboxMessage) -> Content:
    """Write down the links of a letter, each with its login and role.

    ``ValueError`` when none of them is good any more; ``NgnproError`` when NGNPro cannot say who their people are.
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
    return Content(values, brand_of(first.engine, first.reseller), language_of(record))


def language_of(record: Known) -> str:
    """Give the language that a person wishes; empty where they named none."""
    if isinstance(record, SipAccount):
        return record.get_property("language")
    return record.language if isinstance(record, CustomerAccount) else ""


def with_removal(message: OutboxMessage) -> Content:
    """Write down the link that deletes an account; ``ValueError`` when a later one took its place."""
    link = OneUseLink.objects.filter(pk=message.about, used_at=None).first()
    if link is None:
        raise ValueError(_("The link was used, or a new one was requested."))
    account = links.account_of(link)
    if account is None or account.email.lower() != message.recipient.lower():
        raise ValueError(_("The account was deleted, or its passwords or e-mail address have changed."))
    url = settings.PORTAL_URL + reverse("accounts:own:removal-open", args=[links.issue_token(link, account)])
    brand = brand_of(link.engine, account.reseller)
    values = {**about(account), "name": display_name(account.first_name), "url": url, "until": link.expires_at}
    return Content(values, brand, language_of(account))


CONTENTS: dict[str, Callable[[OutboxMessage], Content]] = {
    **dict.fromkeys((links.MAIL_KINDS[purpose] for purpose in links.PASSWORD_PURPOSES), with_links),
    links.MAIL_KINDS[links.Purpose.REMOVAL]: with_removal,
}
