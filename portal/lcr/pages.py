"""What the pages of the routing rooms have in common: their addresses, and carriers and gateways by name."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.fields import SecretField
from portal.core.forms import FilterForm, RecordForm
from portal.core.views import Consequence, DeleteView, PortalView
from portal.lcr.fields import CarrierField, GatewayField, PickField
from portal.ngnpro import OrderBy, Query, Range, errors
from portal.ngnpro.records.base import Record

R = TypeVar("R", bound=Record)

MOST_NAMES = 1000
MOST_NUMBER = 2_147_483_647


class RoutingPage(PortalView):
    """A page of a routing room: ``room`` is its URL namespace, ``key`` what its URLs call the record.

    ``copy`` is the URL of a form for a new record that starts as this one.
    """

    room: ClassVar[str]
    key: ClassVar[str]
    plural: ClassVar[str | Promise]
    copy: str = ""

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
    def carriers(self) -> dict[int, str]:
        """The carriers by name, the first thousand; none while NGNPro is away, for what was typed is still shown."""
        query: Query[Any] = Query(order_by=OrderBy("name"), range=Range(0, MOST_NAMES))
        try:
            return {carrier.id: carrier.name for carrier in self.ngnpro.sip.get_carriers(query)}
        except errors.Outage:
            return {}

    @cached_property
    def gateways(self) -> dict[int, str]:
        """The gateways by name and carrier, as for carriers."""
        query: Query[Any] = Query(order_by=OrderBy("name"), range=Range(0, MOST_NAMES))
        try:
            page = self.ngnpro.sip.get_gateways(query)
        except errors.Outage:
            return {}
        return {gateway.id: f"{gateway.name} ({gateway.carrier})" for gateway in page}

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


class RoutingDelete(RoutingPage, DeleteView[R]):
    """Deletes a record of the routing, and says beforehand what of it is still used: NGNPro refuses that."""

    template_name = "lcr/delete.html"
    lead: ClassVar[str | Promise] = gettext_lazy("This cannot be undone.")

    def in_the_way(self, record: R) -> list[Consequence]:
        """List what has to go first."""
        return []

    def page(self, record: R, status: int = 200, error: str = "") -> HttpResponse:
        self.blockers = [one for one in self.in_the_way(record) if one.count]
        return super().page(record, status, error)

    def say_who_trusts(self, host: str) -> None:
        """After a host is gone from the routing: say whether its calls are still let in without a password."""
        try:
            peer = self.ngnpro.sip.find_trusted_peer(host)
            others = self.ngnpro.sip.get_gateways(Query(range=Range(0, MOST_NAMES)))
        except errors.NgnproError:
            messages.warning(self.request, _("Whether %(ip)s is still trusted could not be checked.") % {"ip": host})
            return
        same = next((gateway for gateway in others if gateway.ip.lower() == host.lower()), None)
        if peer is not None:
            words = {"ip": host, "peer": peer.description or peer.ip}
            text = _("%(ip)s is still a trusted peer (%(peer)s): it may call without a password.")
            messages.warning(self.request, text % words)
        if same is not None:
            text = _("%(ip)s is still the host of gateway %(gateway)s: calls are still sent there.")
            messages.warning(self.request, text % {"ip": host, "gateway": same.name})
        if peer is None and same is None:
            messages.info(self.request, _("Nothing trusts %(ip)s any more.") % {"ip": host})


class RoutingFilterForm(FilterForm[Any]):
    """A filter row whose carrier and gateway are picked by name."""

    def describe(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, PickField):
            return field.names.get(value) or str(value)
        return super().describe(name, value)
