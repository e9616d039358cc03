"""Services for setting up a phone: its settings, the one-use link that shows them, and a new SIP password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.status import fetch_or_unknown
from portal.mail.text.brand import Brand, brand_of
from portal.ngnpro.records import SipAccount
from portal.people import links
from portal.people.directory import proof_of
from portal.people.lockouts import LINKS, LockedOut, counted_try, require_unlocked, take_back
from portal.people.models import OneUseLink

PURPOSE = OneUseLink.Purpose.SOFTPHONE
# How long the page stays available in the browser that opened the link.
OPEN = timedelta(minutes=15)
# The name under which attempts with invalid links are counted (``people.lockouts``).
TRIES = f"{LINKS}softphone"
NO_PASSWORD_CHANGE = "deny-password-change"  # noqa: S105 - the name of a group


@dataclass(frozen=True, slots=True)
class SoftphoneSetting:
    """A setting of a phone: name for the template, label, value to enter, and a note."""

    name: str
    label: str | Promise
    value: str
    note: str = ""


def settings_for(account: SipAccount, engine: str) -> list[SoftphoneSetting]:
    """Return the settings that a phone needs; proxies are the reseller's (contract: customer properties)."""
    brand = fetch_or_unknown(lambda: brand_of(engine, account.reseller))
    proxy, outbound = (
        (brand.get("sip_proxy"), brand.get("sip_outbound_proxy")) if isinstance(brand, Brand) else ("", "")
    )
    found = [
        SoftphoneSetting("address", gettext_lazy("SIP address"), str(account.id)),
        SoftphoneSetting("username", gettext_lazy("Username"), account.id.username),
        SoftphoneSetting("domain", gettext_lazy("Domain"), account.id.domain),
        SoftphoneSetting("server", gettext_lazy("Server"), proxy or account.id.domain),
        SoftphoneSetting("outbound", gettext_lazy("Outbound proxy"), outbound),
        SoftphoneSetting("transport", gettext_lazy("Transport"), "TLS", _("TCP where the phone has no TLS, else UDP")),
    ]
    return [setting for setting in found if setting.value]


def new_link(account: SipAccount, engine: str) -> str:
    """Create the link of a code and return its token; earlier links of the account become invalid."""
    return links.issue_token(links.make_account_link(PURPOSE, account, engine), account)


def url_of(token: str) -> str:
    """Return the URL that the code contains; it does not contain the account."""
    return settings.PORTAL_URL + reverse("accounts:phones:set-up-open", args=[token])


def is_paused(request: HttpRequest) -> bool:
    """Return whether this source is locked out after too many invalid links."""
    try:
        require_unlocked(request, TRIES)
    except LockedOut:
        return True
    return False


def find_link(request: HttpRequest, token: str) -> OneUseLink | None:
    """Return the unused link with a token; an invalid token counts. Raises ``LockedOut`` if no try is allowed now."""
    with counted_try(request, TRIES) as attempt:
        if link := links.find_account_link(PURPOSE, token):
            take_back(attempt)
        return link


def find_open(key: str | None) -> tuple[OneUseLink | None, SipAccount | None]:
    """Return the link recently used in this browser, and its account if its passwords are unchanged."""
    recent = OneUseLink.objects.filter(purpose=PURPOSE, used_at__gt=timezone.now() - OPEN)
    link = recent.filter(pk=key).first() if key else None
    return link, links.account_of(link) if link else None


def may_set_password(account: SipAccount) -> bool:
    """Return whether the account's user may change its SIP password (contract: groups)."""
    return NO_PASSWORD_CHANGE not in account.groups


def set_password(link: OneUseLink, account: SipAccount, password: str, source: str) -> None:
    """Set a new SIP password on the user's behalf; the page that the link opened stays available."""
    writes, ngnpro = links.ngnpro_for_link(link, account, source)
    wanted = replace(account, password=password)
    with writes.change(account, wanted) as write:
        write.stored = ngnpro.sip.update_account(wanted)
    link.proof = proof_of(ngnpro.sip.get_account(account.id))
    link.save(update_fields=["proof"])
