"""Pages of the domains room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from portal.core.certificates import look_at
from portal.core.form_views import AddView, EditView
from portal.core.search_text import pattern_anywhere
from portal.core.sip_accounts import why_not_unblock
from portal.core.viewer import Role
from portal.core.views import DeleteView, DetailView, ListView, PortalView
from portal.domains.forms import DomainTable
from portal.ngnpro import OrderBy, Query, Range, errors
from portal.ngnpro.domain_leftovers import delete_domain
from portal.ngnpro.ports.base import iterate_records
from portal.ngnpro.records import SipDomain, SipDomainFilter, SipFilter

from .forms import DomainEditForm, DomainFilterForm, DomainForm
from .room import DOMAINS
from .services import expiring_certificates, words_of_left

SUGGESTIONS = 20


def detail_url(record: SipDomain) -> str:
    return reverse("domains:detail", args=[record.domain])


class DomainList(ListView[SipDomain]):
    resource = DOMAINS
    template_name = "domains/list.html"
    title = gettext_lazy("Domains")
    table_class = DomainTable
    filter_class = DomainFilterForm

    def owners(self, record: SipDomain) -> tuple[int, int]:
        return record.customer, record.reseller


class DomainDetail(DetailView[SipDomain]):
    resource = DOMAINS
    template_name = "domains/detail.html"

    def more(self, record: SipDomain) -> dict[str, Any]:
        self.names.prepare((record.customer, record.reseller))
        related = self.related("domain", record)
        return {
            "related": related,
            "accounts": next((one.total for one in related if one.kind == "account"), None),
            "certificate": look_at(record.certificate),
            "owner": self.names.link(record.customer),
            "reseller": self.names.link(record.reseller),
        }


class DomainAdd(AddView[SipDomain]):
    resource = DOMAINS
    template_name = "domains/form.html"
    title = gettext_lazy("Add a domain")
    button = gettext_lazy("Add domain")
    form_class = DomainForm

    def done(self, record: SipDomain) -> HttpResponse:
        messages.success(self.request, _("Domain %(domain)s was added.") % {"domain": record.domain})
        return HttpResponseRedirect(detail_url(record))


class DomainEdit(EditView[SipDomain]):
    resource = DOMAINS
    template_name = "domains/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = DomainEditForm

    def done(self, record: SipDomain) -> HttpResponse:
        self.tell_saved(_("Domain %(domain)s was saved.") % {"domain": record.domain})
        return HttpResponseRedirect(detail_url(record))


class DomainDelete(DeleteView[SipDomain]):
    resource = DOMAINS
    template_name = "domains/delete.html"

    def name_of(self, record: SipDomain) -> str:
        return record.domain

    def delete(self, record: SipDomain) -> None:
        if reason := self.why_not_blocked():
            raise errors.NotPermitted(0, reason)
        self.left = delete_domain(self.ngnpro, record.domain)

    def why_not_blocked(self) -> str:
        """Return why a customer may not delete the domain: an account in it was blocked by the reseller; else empty."""
        viewer = self.request.viewer
        if viewer.effective_role is not Role.CUSTOMER:
            return ""
        conditions = SipFilter(domain=self.get_record().domain, groups=(BLOCKED,))
        accounts = iterate_records(self.ngnpro.sip.get_accounts, conditions)
        found = ((account.id, why_not_unblock(viewer, account)) for account in accounts)
        return next((f"{address}: {reason}" for address, reason in found if reason), "")

    def done(self, record: SipDomain) -> HttpResponse:
        messages.success(
            self.request, _("Domain %(domain)s was deleted, with all that was in it.") % {"domain": record.domain}
        )
        if self.left:
            messages.warning(self.request, words_of_left(record.domain, self.left))
        return HttpResponseRedirect(reverse("domains:list"))


class DomainCertificates(PortalView):
    """Lists the domains whose certificates expire soon or have expired, among as many domains as one call returns."""

    template_name = "domains/certificates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(**expiring_certificates(self.ngnpro, after=request.GET.get("start", "")))


class DomainSuggest(PortalView):
    """Suggests domains that begin with what is typed, as options of a ``datalist``."""

    template_name = "domains/_suggestions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = SipDomainFilter(domain=pattern_anywhere(request.GET.get("domain", "")[:255]))
        page = self.ngnpro.sip.get_domains(
            Query(filter=wanted, order_by=OrderBy("domain"), range=Range(0, SUGGESTIONS))
        )
        owned = [{"domain": one.domain, "owner": one.customer and self.names[one.customer]} for one in page]
        return self.show(domains=owned)
