"""What a phone asks for, the one-use link that shows it there, and a new SIP password set with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.status import ask
from portal.mail.text.brand import Brand, brand_of
from portal.ngnpro.records import SipAccount
from portal.people import links
from portal.people.directory import proof_of
from portal.people.lockouts import LINKS
from portal.people.login import check_lockout
from portal.people.models import OneUseLink

PURPOSE = OneUseLink.Purpose.SOFTPHONE
# How long the page that a link opened stays open in the browser that opened it.
OPEN = timedelta(minutes=15)
# The name by which tries of links that lead nowhere are counted (``people.lockouts``).
TRIES = f"{LINKS}softphone"
NO_PASSWORD_CHANGE = "deny-password-change"  # noqa: S105 - the name of a group


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a phone asks for: a name for the page, its words, and what to enter."""

    name: str
    label: str | Promise
    value: str
    note: str = ""


def settings_for(account: SipAccount, engine: str) -> list[Setting]:
    """List the settings that a phone asks for; proxies are the reseller's (contract: customer properties)."""
    brand = ask(lambda: brand_of(engine, account.reseller))
    proxy, outbound = (
        (brand.get("sip_proxy"), brand.get("sip_outbound_proxy")) if isinstance(brand, Brand) else ("", "")
    )
    found = [
        Setting("address", gettext_lazy("SIP address"), str(account.id)),
        Setting("username", gettext_lazy("Username"), account.id.username),
        Setting("domain", gettext_lazy("Domain"), account.id.domain),
        Setting("server", gettext_lazy("Server"), proxy or account.id.domain),
        Setting("outbound", gettext_lazy("Outbound proxy"), outbound),
        Setting("transport", gettext_lazy("Transport"), "TLS", _("TCP where the phone has no TLS, else UDP")),
    ]
    return [setting for setting in found if setting.value]


def new_link(account: SipAccount, engine: str) -> str:
    """Make the link of a code and return its token; earlier ones of the account count no longer."""
    return links.issue_token(links.make_account_link(PURPOSE, account, engine), account)


def url_of(token: str) -> str:
    """Return the URL that the code holds; it names no account."""
    return settings.PORTAL_URL + reverse("accounts:phones:set-up-open", args=[token])


def is_paused(request: HttpRequest) -> bool:
    """Return whether too many links that are not valid were tried from this source."""
    try:
        check_lockout(request, TRIES)
    except PermissionDenied:
        return True
    return False


def find_open(key: str | None) -> tuple[OneUseLink | None, SipAccount | None]:
    """Find a link that was just used in this browser, and its account as long as its passwords are the same."""
    recent = OneUseLink.objects.filter(purpose=PURPOSE, used_at__gt=timezone.now() - OPEN)
    link = recent.filter(pk=key).first() if key else None
    return link, links.account_of(link) if link else None


def may_set_password(account: SipAccount) -> bool:
    """Return whether the account's user may change its SIP password (contract: groups)."""
    return NO_PASSWORD_CHANGE not in account.groups


def set_password(link: OneUseLink, account: SipAccount, password: str, source: str) -> None:
    """Set a new SIP password in the user's name; the page that the link opened stays open."""
    writes, ngnpro = links.ngnpro_for_link(link, account, source)
    wanted = replace(account, password=password)
    with writes.change(account, wanted) as write:
        write.stored = ngnpro.sip.update_account(wanted)
    link.proof = proof_of(ngnpro.sip.get_account(account.id))
    link.save(update_fields=["proof"])
