"""Base classes of the routing pages: lists, and forms and deletions that first show which test numbers they affect."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.proxies import ROUTING
from portal.core import servers
from portal.core.fields import SecretField
from portal.core.form_views import FormView
from portal.core.forms import RecordForm
from portal.core.resources import require_declared
from portal.core.rooms import rooms
from portal.core.tables import Table, Window
from portal.core.templatetags.portal import link
from portal.core.views import DeleteView, ListView, PortalView
from portal.lcr.fields import RoutingNames
from portal.lcr.findings import count_findings
from portal.lcr.plan import Change, Member, gateways_with_host, name_with_number, peers_with_host
from portal.lcr.preview import Preview, preview_changes
from portal.ngnpro import RecordPage, errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule
from portal.ngnpro.records.base import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class RoutingList(ListView[T]):
    """A list of routing records. The findings about the whole routing are counted at the same time, for the menu.

    ``about`` says what the records are for, ``empty`` that there are none, and ``guided`` is the URL name of a page
    that adds several of them at once. ``held`` are the topics, separated by
    spaces, under which SIP proxies hold them in memory.
    """

    template_name = "lcr/list.html"
    about: ClassVar[str | Promise]
    empty: ClassVar[str | Promise]
    add_label: ClassVar[str | Promise]
    guided: ClassVar[str] = ""
    held: ClassVar[str] = ROUTING
    counts_findings: ClassVar[bool] = True

    @cached_property
    def routing(self) -> RoutingNames:
        return RoutingNames(self.ngnpro)

    def offer_names(self, form: forms.BaseForm) -> None:
        super().offer_names(form)
        self.routing.offer_to(form)

    def make_table(self, page: RecordPage[T], window: Window) -> Table[T]:
        if self.counts_findings:
            count_findings(self.ngnpro, self.request.viewer)
        return super().make_table(page, window)


class RoutingPage(PortalView):
    """A page of a routing room other than a list.

    ``copy`` is the URL of a form for a new record that starts with the values of this one. ``journal_kind`` is the name
    of the record in the journal, on edit pages of records that have no other page.
    """

    copy: str = ""
    journal_kind: ClassVar[str] = ""

    @property
    def namespace(self) -> str:
        """The URL namespace of the room."""
        match = self.request.resolver_match
        return match.namespace if match else ""

    @property
    def plural(self) -> str | Promise:
        """The label of the room's list."""
        return rooms()[self.namespace].menu[0].label

    @property
    def url_key(self) -> Any:
        """The variable part of the URL; ``None`` on pages that are not about a record."""
        return next(iter(self.kwargs.values()), None)

    @cached_property
    def routing(self) -> RoutingNames:
        return RoutingNames(self.ngnpro)

    def offer_names(self, form: forms.BaseForm) -> None:
        super().offer_names(form)
        self.routing.offer_to(form)

    def to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"{self.namespace}:list"))

    def to_record(self, key: int | str) -> HttpResponse:
        """Redirect to the page of a record; to the list if the server did not return the number that it assigned."""
        return HttpResponseRedirect(reverse(f"{self.namespace}:detail", args=[key])) if key else self.to_list()

    def copy_url(self, form_class: type[RecordForm[Any]], record: Any) -> str:
        """Return the URL of a form for a new record that starts with the values of this one, without its secrets."""
        values = form_class.initial_from(record)
        for name, field in form_class.base_fields.items():
            if isinstance(field, SecretField):
                del values[name]
            elif isinstance(field, forms.BooleanField) and not values[name]:
                values[name] = ""
        return f"{reverse(f'{self.namespace}:add')}?{urlencode(values)}"


class PreviewPage(RoutingPage):
    """A page that changes where calls go, and lists beforehand the test numbers that would be routed differently."""

    @property
    def engine(self) -> str:
        """The name of the viewer's NGNPro server."""
        return servers.engine(self.request.viewer.engine).name

    def preview(self, before: Any, after: Any) -> Preview:
        """Return what a change does to the test numbers; unknown if the server refuses to list its routing."""
        changes: dict[int, list[Change]] = {}
        if isinstance(before, Member):
            changes[before.reseller] = [(before, None)]
        if isinstance(after, Member) and (reseller := self.reseller_of(after)) is not None:
            same = changes.pop(reseller, None)
            changes[reseller] = [(before if same else None, after)]
        return preview_changes(self.ngnpro, self.engine, changes)

    def reseller_of(self, record: Member) -> int | None:
        """Return whose routing a record will belong to; ``None`` if its carrier or gateway does not exist."""
        sip = self.ngnpro.sip
        above: Carrier | Gateway | None
        if isinstance(record, Carrier):
            above = record
        elif isinstance(record, GatewayRule):
            above = self.routing.gateways.get(record.gateway_id) or sip.find_gateway(record.gateway_id)
        else:
            above = self.routing.carriers.get(record.carrier_id) or sip.find_carrier(record.carrier_id)
        return above.reseller if above else None

    def report_moved_calls(self, preview: Preview) -> None:
        """Add a message about how many test numbers are routed differently after a change, or a link to add some."""
        numbers = {"moved": len(preview.moves), "all": preview.calls}
        if preview.problem:
            text = _("How test numbers are routed now could not be looked up: %(why)s")
            messages.warning(self.request, text % {"why": preview.problem})
        elif preview.moves:
            messages.info(self.request, _("%(moved)s of %(all)s test numbers are routed differently now.") % numbers)
        elif preview.calls:
            messages.info(self.request, _("None of the %(all)s test numbers is routed differently.") % numbers)
        else:
            text = _("There are no test numbers for this routing, so nothing was compared.")
            query = "".join(f"?reseller={reseller}" for reseller in preview.resellers[:1] if reseller)
            page = link(f"{reverse('lcr:samples:add')}{query}", _("Add some"))
            messages.info(self.request, format_html("{} {}.", text, page))


class RoutingSave(PreviewPage, FormView[R]):
    """A form that is saved only after the page has shown which test numbers are then routed differently."""

    template_name = "lcr/form.html"

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        try:
            preview = self.preview(context.get("record"), wanted)
        except errors.Outage as outage:
            outage.nothing_changed = True
            return self.keep(form, outage, **context)
        if preview.needs_confirmation(self.request.POST):
            doubts = [_("Test numbers would be routed differently: they are listed below.")]
            return self.show(422, form=form, preview=preview, doubts=doubts, confirmed=preview.token, **context)
        answer = super().save(form, wanted, **context)
        if answer.status_code == HTTPStatus.FOUND:
            self.report_moved_calls(preview)
        return answer


class RoutingDelete(PreviewPage, DeleteView[R]):
    """A deletion that is done only after the page has shown which test numbers are then routed differently."""

    template_name = "lcr/delete.html"
    lead: ClassVar[str | Promise] = gettext_lazy("This cannot be undone.")
    shown: Preview | None = None

    def name_of(self, record: R) -> str:
        """Return the title of a record with its number, which the person types if other records are deleted too."""
        return name_with_number(self.resource.title(record), require_declared(self.resource.key)(record))

    def page(self, record: R, status: int = 200, error: str = "") -> HttpResponse:
        if self.shown is None:
            self.shown = self.preview(record, None)
        return super().page(record, status, error)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        record = self.get_record()
        self.shown = self.preview(record, None)
        if self.shown.needs_confirmation(request.POST):
            return self.page(record, 422)
        answer = super().post(request, **named)
        if answer.status_code == HTTPStatus.FOUND and isinstance(record, Member):
            self.report_moved_calls(self.shown)
        return answer

    def report_host(self, host: str) -> None:
        """Add messages about the other records with the host of a deleted one: its calls may still be accepted."""
        others = [*peers_with_host(self.ngnpro, host), *gateways_with_host(self.ngnpro, host)]
        if any(one.count is None for one in others):
            messages.warning(self.request, _("Whether %(ip)s is still used could not be checked.") % {"ip": host})
        for one in (other for other in others if other.count):
            text = _("%(ip)s is still used by another record:") % {"ip": host}
            messages.warning(self.request, format_html("{} {}. {}", text, link(one.url, one.label), one.note))
        if not others:
            messages.info(self.request, _("No other gateway or trusted peer has the host %(ip)s.") % {"ip": host})
