"""What the pages of the routing rooms have in common: their addresses, and carriers and gateways by name."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import service
from portal.core.faults import explain
from portal.core.fields import SecretField
from portal.core.forms import FilterForm, RecordForm
from portal.core.resources import Hanging
from portal.core.tables import Table, Window
from portal.core.templatetags.portal import link
from portal.core.views import DeleteView, FormView, ListView, PortalView
from portal.lcr import badge
from portal.lcr.fields import CarrierField, GatewayField, PickField
from portal.lcr.plan import Change, Member
from portal.lcr.preview import Look, look_ahead
from portal.ngnpro import OrderBy, Page, Query, Range, errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule
from portal.ngnpro.records.base import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")

MOST_NAMES = 1000
MOST_NUMBER = 2_147_483_647


class RoutingPage(PortalView):
    """A page of a routing room: ``room`` is its URL namespace, ``key`` what its URLs call the record.

    ``copy`` is the URL of a form for a new record that starts as this one. ``outage`` says why there are no names.
    """

    room: ClassVar[str]
    key: ClassVar[str]
    plural: ClassVar[str | Promise]
    copy: str = ""
    outage: errors.Outage | None = None

    @property
    def list_page(self) -> str:
        return f"{self.room}:list"

    @property
    def add_page(self) -> str:
        return f"{self.room}:add"

    @property
    def delete_page(self) -> str:
        return f"{self.room}:delete"

    @property
    def engine(self) -> str:
        """The name of the viewer's NGNPro server."""
        return service.engine(self.request.viewer.engine).name

    @property
    def record_key(self) -> Any:
        """The key of the record that the URL names; ``None`` on pages about no record."""
        return self.kwargs.get(self.key)

    def number(self) -> int:
        """Give the number of the record that the URL names, which NGNPro could have given."""
        number: int = self.kwargs[self.key]
        if not 0 < number <= MOST_NUMBER:
            raise Http404
        return number

    def to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.list_page))

    def to_record(self, key: int | str) -> HttpResponse:
        """Go to the record's page; to the list where a server did not say which number it gave."""
        return HttpResponseRedirect(reverse(f"{self.room}:detail", args=[key])) if key else self.to_list()

    @cached_property
    def carrier_records(self) -> dict[int, Carrier]:
        """The first thousand carriers; none while NGNPro is away, for what was typed is still shown."""
        query: Query[Any] = Query(order_by=OrderBy("name"), range=Range(0, MOST_NAMES))
        try:
            return {carrier.id: carrier for carrier in self.ngnpro.sip.get_carriers(query)}
        except errors.Outage as outage:
            self.outage = outage
            return {}

    @cached_property
    def gateway_records(self) -> dict[int, Gateway]:
        """The first thousand gateways, as for carriers."""
        query: Query[Any] = Query(order_by=OrderBy("name"), range=Range(0, MOST_NAMES))
        try:
            return {gateway.id: gateway for gateway in self.ngnpro.sip.get_gateways(query)}
        except errors.Outage as outage:
            self.outage = outage
            return {}

    @property
    def carriers(self) -> dict[int, str]:
        """The carriers by name."""
        return {number: carrier.name for number, carrier in self.carrier_records.items()}

    @property
    def gateways(self) -> dict[int, str]:
        """The gateways by name and carrier."""
        return {
            number: f"{gateway.name} ({gateway.carrier} · {gateway.carrier_id})"
            for number, gateway in self.gateway_records.items()
        }

    @cached_property
    def lists(self) -> dict[str, dict[int, str]]:
        """What text fields suggest, by the id of the ``datalist``."""
        return {}

    def offer_names(self, form: forms.BaseForm) -> None:
        super().offer_names(form)
        for field in form.fields.values():
            if isinstance(field, CarrierField):
                self._offer(field, "carriers", self.carriers)
            elif isinstance(field, GatewayField):
                self._offer(field, "gateways", self.gateways)

    def _offer(self, field: PickField, list_id: str, names: dict[int, str]) -> None:
        field.offer(names, list_id)
        if "list" in field.widget.attrs:
            self.lists[list_id] = names

    def copy_url(self, form_class: type[RecordForm[Any]], record: Any) -> str:
        """Give the URL of a form for a new record that starts as this one, without its secrets."""
        values = form_class.initial_from(record)
        for name, field in form_class.base_fields.items():
            if isinstance(field, SecretField):
                del values[name]
            elif isinstance(field, forms.BooleanField) and not values[name]:
                values[name] = ""
        return f"{reverse(self.add_page)}?{urlencode(values)}"


class RoutingList(RoutingPage, ListView[T]):
    """A list of the routing; how much is wrong with the whole is counted beside it, for the menu."""

    template_name = "lcr/list.html"
    about: ClassVar[str | Promise]
    empty: ClassVar[str | Promise]
    add_label: ClassVar[str | Promise]

    def make_table(self, page: Page[T], window: Window) -> Table[T]:
        badge.count(self.ngnpro, self.request.viewer)
        return super().make_table(page, window)


class PreviewPage(RoutingPage):
    """A page that changes where calls go: it first lists the test numbers that would go elsewhere."""

    def look_ahead(self, before: Any, after: Any) -> Look:
        """See what a change does to the test numbers; a server that does not tell its routing leaves that open."""
        changes: dict[int, list[Change]] = {}
        if isinstance(before, Member):
            changes[before.reseller] = [(before, None)]
        if isinstance(after, Member) and (reseller := self.reseller_of(after)) is not None:
            same = changes.pop(reseller, None)
            changes[reseller] = [(before if same else None, after)]
        try:
            return look_ahead(self.ngnpro, self.engine, changes)
        except errors.Refusal as refusal:
            return Look(problem=explain(refusal).what)

    def reseller_of(self, record: Member) -> int | None:
        """Say whose routing a record is to belong to; ``None`` where its carrier or gateway is not there."""
        sip = self.ngnpro.sip
        above: Carrier | Gateway | None
        if isinstance(record, Carrier):
            above = record
        elif isinstance(record, GatewayRule):
            above = self.gateway_records.get(record.gateway_id) or sip.find_gateway(record.gateway_id)
        else:
            above = self.carrier_records.get(record.carrier_id) or sip.find_carrier(record.carrier_id)
        return above.reseller if above else None

    def say_who_went(self, look: Look) -> None:
        """After a change: say how many test numbers go elsewhere now, or offer to keep some."""
        numbers = {"moved": len(look.moves), "all": look.calls}
        if look.problem:
            text = _("Where test numbers go now could not be looked up: %(why)s")
            messages.warning(self.request, text % {"why": look.problem})
        elif look.moves:
            messages.info(self.request, _("%(moved)s of %(all)s test numbers go elsewhere now.") % numbers)
        elif look.calls:
            messages.info(self.request, _("None of the %(all)s test numbers goes elsewhere.") % numbers)
        else:
            text = _("No test numbers are kept for this routing, so nothing was compared.")
            whose = "".join(f"?reseller={reseller}" for reseller in look.resellers[:1] if reseller)
            page = link(f"{reverse('lcr:samples:add')}{whose}", _("Keep some"))
            messages.info(self.request, format_html("{} {}.", text, page))


class RoutingSave(PreviewPage, FormView[R]):
    """Saves a record of the routing once the page has shown which test numbers then go elsewhere."""

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        try:
            look = self.look_ahead(context.get("record"), wanted)
        except errors.Outage as outage:
            outage.nothing_changed = True
            return self.keep(form, outage, **context)
        if look.asks(self.request.POST):
            doubts = [_("Test numbers would go elsewhere: they are listed below.")]
            return self.show(422, form=form, look=look, doubts=doubts, confirmed=look.token, **context)
        answer = super().save(form, wanted, **context)
        if answer.status_code == HTTPStatus.FOUND:
            self.say_who_went(look)
        return answer


class RoutingDelete(PreviewPage, DeleteView[R]):
    """Deletes a record of the routing, and says beforehand what of it is still used: NGNPro refuses that."""

    template_name = "lcr/delete.html"
    lead: ClassVar[str | Promise] = gettext_lazy("This cannot be undone.")
    look: Look | None = None

    def in_the_way(self, record: R) -> list[Hanging]:
        """List what has to go first."""
        return []

    def trusted(self, record: R) -> list[Hanging]:
        """List what else trusts the host of the record: it does so afterwards as well."""
        return []

    def page(self, record: R, status: int = 200, error: str = "") -> HttpResponse:
        self.still_trusted = [one for one in self.trusted(record) if one.count]
        self.blockers = [one for one in self.in_the_way(record) if one.count]
        if self.look is None and not self.blockers:
            self.look = self.look_ahead(record, None)
        return super().page(record, status, error)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        record = self.get_record()
        self.look = self.look_ahead(record, None)
        if self.look.asks(request.POST):
            return self.page(record, 422)
        answer = super().post(request, **named)
        if answer.status_code == HTTPStatus.FOUND and isinstance(record, Member):
            self.say_who_went(self.look)
        return answer

    def say_who_trusts(self, host: str) -> None:
        """After a host is gone from the routing: say whether its calls are still let in, or calls still sent there."""
        try:
            peer = self.ngnpro.sip.find_trusted_peer(host)
            others = self.ngnpro.sip.get_gateways(Query(range=Range(0, MOST_NAMES)))
        except errors.NgnproError:
            messages.warning(self.request, _("Whether %(ip)s is still trusted could not be checked.") % {"ip": host})
            return
        same = [gateway for gateway in others if same_host(gateway.ip, host)]
        if peer is not None:
            text = _("%(ip)s is still a trusted peer: it may call without a password.") % {"ip": host}
            self._warn(text, reverse("lcr:peers:detail", args=[peer.ip]), peer.description or peer.ip)
        for gateway in same:
            text = _("%(ip)s is still the host of a gateway: calls are still sent there.") % {"ip": host}
            name = f"{gateway.name} ({gateway.id})"
            self._warn(text, reverse("lcr:gateways:detail", args=[gateway.id]), name)
        if peer is None and not same:
            messages.info(self.request, _("Nothing trusts %(ip)s any more.") % {"ip": host})

    def _warn(self, text: str, url: str, name: str) -> None:
        messages.warning(self.request, format_html("{} {}", text, link(url, name)))


def same_host(one: str, other: str) -> bool:
    """Compare two hosts; an IPv6 address is the same however it is written."""
    try:
        return ipaddress.ip_address(one.strip("[]")) == ipaddress.ip_address(other.strip("[]"))
    except ValueError:
        return one.strip().lower() == other.strip().lower()


class RoutingFilterForm(FilterForm[Any]):
    """A filter row whose carrier and gateway are picked by name."""

    def describe(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, PickField):
            return field.names.get(value) or str(value)
        return super().describe(name, value)
