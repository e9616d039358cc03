"""Pages of the domains room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.certificates import look_at
from portal.core.form_views import AddView, EditView
from portal.core.search_text import filter_pattern
from portal.core.sip_accounts import BLOCKED, why_not_unblock
from portal.core.viewer import Role
from portal.core.views import DeleteView, DetailView, ListView, PortalView, RecordView
from portal.domains.forms import DomainTable
from portal.ngnpro import OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.ports.base import iterate_records
from portal.ngnpro.records import AliasFilter, SipDomain, SipDomainFilter, SipFilter

from .forms import DomainEditForm, DomainFilterForm, DomainForm
from .services import count_records, expiring_certificates

SUGGESTIONS = 20


class DomainMixin(RecordView[SipDomain]):
    """Fetches the domain in the URL."""

    def get_record(self) -> SipDomain:
        record = self.ngnpro.sip.find_domain(self.kwargs["domain"])
        if record is None:
            raise Http404
        return record

    def count_accounts(self) -> int:
        return count_records(self.ngnpro.sip.get_accounts, SipFilter(domain=self.kwargs["domain"]))

    def count_aliases(self) -> int:
        return count_records(self.ngnpro.sip.get_aliases, AliasFilter(alias_domain=self.kwargs["domain"]))

    def detail_url(self, record: SipDomain) -> str:
        return reverse("domains:detail", args=[record.domain])


class DomainList(ListView[SipDomain]):
    template_name = "domains/list.html"
    title = gettext_lazy("Domains")
    table_class = DomainTable
    filter_class = DomainFilterForm

    def fetch(self, query: Query[SipDomainFilter]) -> RecordPage[SipDomain]:
        return self.ngnpro.sip.get_domains(query)

    def owners(self, record: SipDomain) -> tuple[int, int]:
        return record.customer, record.reseller


class DomainDetail(DomainMixin, DetailView[SipDomain]):
    template_name = "domains/detail.html"

    def more(self, record: SipDomain) -> dict[str, Any]:
        self.names.prepare((record.customer, record.reseller))
        return {
            "accounts": self.count_accounts(),
            "aliases": self.count_aliases(),
            "certificate": look_at(record.certificate),
            "owner": self.names.link(record.customer),
            "reseller": self.names.link(record.reseller),
        }


class DomainAdd(AddView[SipDomain]):
    template_name = "domains/form.html"
    title = gettext_lazy("Add a domain")
    button = gettext_lazy("Add domain")
    form_class = DomainForm

    def submit(self, record: SipDomain) -> SipDomain | None:
        return self.ngnpro.sip.add_domain(record)

    def done(self, record: SipDomain) -> HttpResponse:
        messages.success(self.request, _("Domain %(domain)s was added.") % {"domain": record.domain})
        return HttpResponseRedirect(reverse("domains:detail", args=[record.domain]))


class DomainEdit(DomainMixin, EditView[SipDomain]):
    template_name = "domains/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = DomainEditForm

    def submit(self, record: SipDomain) -> SipDomain | None:
        return self.ngnpro.sip.update_domain(record)

    def done(self, record: SipDomain) -> HttpResponse:
        messages.success(self.request, _("Domain %(domain)s was saved.") % {"domain": record.domain})
        return HttpResponseRedirect(self.detail_url(record))


class DomainDelete(DomainMixin, DeleteView[SipDomain]):
    template_name = "domains/delete.html"

    def name_of(self, record: SipDomain) -> str:
        return record.domain

    def delete(self, record: SipDomain) -> None:
        if reason := self.why_not_blocked():
            raise errors.NotPermitted(0, reason)
        self.ngnpro.sip.delete_domain(record.domain)

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
        wanted = SipDomainFilter(domain=filter_pattern(request.GET.get("domain", "")[:255]))
        page = self.ngnpro.sip.get_domains(
            Query(filter=wanted, order_by=OrderBy("domain"), range=Range(0, SUGGESTIONS))
        )
        return self.show(domains=[record.domain for record in page])
