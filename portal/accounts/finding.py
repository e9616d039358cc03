"""The search for accounts: by address, e-mail and name, by the address of a phone, and by a voucher."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.resources import HITS, SearchHit, SearchResult, first_found
from portal.core.search_text import filter_pattern, split_address
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import FoundAccount, SipAccount, SipFilter, SipId

_VOUCHER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def search_accounts(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search accounts by address, else by e-mail if the text has an @, else by name, a full one in either order."""
    page = first_found(ngnpro.sip.get_accounts, _filters_for(wanted), "username")
    return page.total, (_hit(account.id, _name_of(account)) for account in page)


def search_signs(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search accounts by the IP address of a registered phone, or by the number of a voucher that they redeemed.

    Servers without the port Watch cannot be asked, and find nothing.
    """
    is_asked = _is_address(wanted) or _VOUCHER.fullmatch(wanted)
    if not (is_asked and ngnpro.watch.is_there and ngnpro.watch.offers("getFoundAccounts")):
        return 0, ()
    found = ngnpro.watch.get_found_accounts(wanted)
    return len(found), [_hit(one.sip_id, _sign_of(one, wanted)) for one in found[: HITS.count]]


def _filters_for(wanted: str) -> Iterator[SipFilter]:
    username, domain = split_address(wanted)
    yield SipFilter(username=username, domain=domain)
    if "@" in wanted:
        yield SipFilter(email=filter_pattern(wanted))
        return
    first, *rest = wanted.split() or [""]
    if rest:
        one, other = filter_pattern(first), filter_pattern(" ".join(rest))
        yield SipFilter(first_name=one, last_name=other)
        yield SipFilter(first_name=other, last_name=one)
    yield SipFilter(last_name=filter_pattern(wanted))
    yield SipFilter(first_name=filter_pattern(wanted))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _hit(sip_id: SipId, about: str) -> SearchHit:
    return SearchHit(reverse("accounts:detail", args=[str(sip_id)]), str(sip_id), about)


def _name_of(account: SipAccount) -> str:
    return f"{account.first_name} {account.last_name}".strip()


def _sign_of(found: FoundAccount, wanted: str) -> str:
    if found.voucher:
        return _("Redeemed voucher %(number)s") % {"number": found.voucher}
    return _("%(phone)s at %(address)s") % {"phone": found.user_agent or _("A phone"), "address": wanted}
