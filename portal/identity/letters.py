"""What the mails with one-use links say; their tokens are made here, in the worker, and go nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.auth import Role
from portal.core.service import service_ngnpro
from portal.mail.brands import Brand, brand_of
from portal.mail.contents import Content, about
from portal.mail.models import OutboxMessage
from portal.mail.words import ROLES
from portal.ngnpro.records import SipId

from . import account_links, links
from .models import AccountLink, PasswordLink


def with_links(message: OutboxMessage) -> Content:
    """Write down the links of a letter, each with whose it is; ``NgnproError`` when NGNPro cannot say who they are."""
    kept = list(PasswordLink.objects.filter(letter=message.about, used_at=None))
    language, brand = whose(kept[0]) if kept else ("", Brand())
    written = [{"login": link.login, "role": ROLES[Role(link.role)], "url": links.write_down(link)} for link in kept]
    return Content({"name": next((link.name for link in kept), ""), "links": written}, brand, language)


def whose(link: PasswordLink) -> tuple[str, Brand]:
    """Tell the language of a link's person, and whose mails he gets: his reseller's, or the platform's."""
    ngnpro = service_ngnpro(link.engine)
    if link.role == Role.SUBSCRIBER:
        account = ngnpro.sip.get_account(SipId.parse(link.subject))
        return account.get_property("language"), brand_of(link.engine, account.reseller)
    if link.role in (Role.RESELLER, Role.CUSTOMER):
        customer = ngnpro.customers.get_account(int(link.subject))
        return customer.language, brand_of(link.engine, customer.reseller)
    return "", brand_of("", 0)


def with_removal(message: OutboxMessage) -> Content:
    """Write down the link that deletes an account; ``ValueError`` when a later one took its place."""
    link = AccountLink.objects.filter(pk=message.about, used_at=None).first()
    if link is None:
        raise ValueError(_("Its link was used, or asked for anew."))
    account = service_ngnpro(link.engine).sip.get_account(SipId.parse(link.address))
    url = settings.PORTAL_URL + reverse("accounts:removal:open", args=[account_links.write_down(link)])
    brand = brand_of(link.engine, account.reseller)
    return Content({**about(account), "url": url, "until": link.expires_at}, brand, account.get_property("language"))


CONTENTS: dict[str, Callable[[OutboxMessage], Content]] = {
    **dict.fromkeys(links.LETTERS.values(), with_links),
    account_links.REMOVAL_LETTER: with_removal,
}
