"""Pages of the overview room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.core.forms import pattern
from portal.core.views import PortalView
from portal.ngnpro import Ngnpro, OrderBy, Page, Query, Range
from portal.ngnpro.records import SipAccount, SipDomain, SipDomainFilter, SipFilter

NEWEST = 5
HITS = 10


class Home(PortalView):
    """Totals and the latest changes: three calls, whatever the platform's size."""

    template_name = "overview/home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if account := self.request.viewer.account:
            return HttpResponseRedirect(reverse("accounts:detail", args=[account]))
        newest_first = OrderBy("changeDate", "DESC")
        accounts = self.ngnpro.sip.get_accounts(Query(order_by=newest_first, range=Range(0, NEWEST)))
        domains = self.ngnpro.sip.get_domains(Query(order_by=newest_first, range=Range(0, NEWEST)))
        self.names.learn()
        return self.show(accounts=accounts, domains=domains, customers=self.names.total)


class Search(PortalView):
    """Finds accounts and domains by the beginning of what people know of them."""

    template_name = "overview/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:200]
        if not wanted:
            return self.show(wanted="")
        accounts, domains = find_accounts(self.ngnpro, wanted), find_domains(self.ngnpro, wanted)
        found = [(reverse("accounts:detail", args=[str(account.id)])) for account in accounts]
        found += [reverse("domains:detail", args=[domain.domain]) for domain in domains]
        if len(found) == 1:
            return HttpResponseRedirect(found[0])
        return self.show(wanted=wanted, accounts=accounts, domains=domains)


def find_accounts(ngnpro: Ngnpro, wanted: str) -> Page[SipAccount]:
    """Find accounts by address, or else by last name or e-mail: at most three calls."""
    username, at, domain = wanted.removeprefix("sip:").partition("@")
    address = SipFilter(username=pattern(username), domain=pattern(domain))
    tries = [address] if at else [address, SipFilter(last_name=pattern(wanted)), SipFilter(first_name=pattern(wanted))]
    if at:
        tries.append(SipFilter(email=pattern(wanted)))
    for conditions in tries:
        page = ngnpro.sip.get_accounts(Query(filter=conditions, order_by=OrderBy("username"), range=Range(0, HITS)))
        if page.total:
            return page
    return page


def find_domains(ngnpro: Ngnpro, wanted: str) -> Page[SipDomain]:
    """Find domains by the beginning of their name."""
    conditions = SipDomainFilter(domain=pattern(wanted))
    return ngnpro.sip.get_domains(Query(filter=conditions, order_by=OrderBy("domain"), range=Range(0, HITS)))
