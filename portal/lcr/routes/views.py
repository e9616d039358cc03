"""Pages of the routes room, and the page that adds one with the carrier, gateway and rule that it needs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.error_pages import explain_error
from portal.core.form_views import AddView, EditView
from portal.core.markup import joined, markup
from portal.core.templatetags.portal import link
from portal.core.viewer import Role
from portal.lcr.calls import Trace, trace_call
from portal.lcr.pages import PreviewPage, RoutingDelete, RoutingList, RoutingSave
from portal.lcr.plan import Member, WantedRoute, name_with_number
from portal.lcr.preview import Preview, SampleCall, preview_changes
from portal.lcr.routes.forms import RULE_FIELDS, GuidedForm, RouteTable
from portal.ngnpro import errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route

from .forms import RouteFilterForm, RouteForm
from .room import ROUTES
from .services import AddedRecords, add_route_with_parts


class RouteList(RoutingList[Route]):
    resource = ROUTES
    title = gettext_lazy("Routes")
    about = gettext_lazy("Which carrier takes calls to which numbers.")
    empty = gettext_lazy("There is no route yet")
    guided = "lcr:routes:guided"
    add_label = gettext_lazy("Add route")
    table_class = RouteTable
    filter_class = RouteFilterForm

    def owners(self, record: Route) -> tuple[int]:
        return (record.reseller,)


class RouteAdd(RoutingSave[Route], AddView[Route]):
    resource = ROUTES
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a route")
    button = gettext_lazy("Add route")
    form_class = RouteForm

    def done(self, record: Route) -> HttpResponse:
        messages.success(self.request, _("The route for %(prefix)s was added.") % {"prefix": prefix_in_words(record)})
        return self.to_list()


class RouteEdit(RoutingSave[Route], EditView[Route]):
    resource = ROUTES
    journal_kind = ROUTES.name
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the route")
    button = gettext_lazy("Save")
    form_class = RouteForm

    def get_record(self) -> Route:
        record = super().get_record()
        self.copy = self.copy_url(RouteForm, record)
        return record

    def done(self, record: Route) -> HttpResponse:
        self.tell_saved(_("The route for %(prefix)s was saved.") % {"prefix": prefix_in_words(record)})
        return self.to_list()


class RouteDelete(RoutingDelete[Route]):
    resource = ROUTES

    def name_of(self, record: Route) -> str:
        return _("the route for %(prefix)s to %(carrier)s") % {
            "prefix": prefix_in_words(record),
            "carrier": name_with_number(record.carrier, record.carrier_id),
        }

    def done(self, record: Route) -> HttpResponse:
        words = {"prefix": prefix_in_words(record)}
        messages.success(self.request, _("The route for %(prefix)s was deleted.") % words)
        return self.to_list()


def prefix_in_words(record: Route) -> str:
    """Return the prefix of a route, or "all numbers"."""
    return record.prefix or _("all numbers")


class GuidedAdd(PreviewPage, AddView[Route]):
    """Adds a route with the carrier, gateway and rule that it needs; a test number shows beforehand what it does."""

    template_name = "lcr/routes/guided.html"
    title = gettext_lazy("New outbound route")
    button = gettext_lazy("Add the route")
    form_class = GuidedForm

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.make_form(data=request.POST)
        if self.routing.outage is not None:
            return self.keep(form, self.routing.outage)
        return self.add(form, form.wanted()) if form.is_valid() else self.refuse(form)

    def add(self, form: GuidedForm, wanted: WantedRoute) -> HttpResponse:
        """Add the records, unless the preview is requested or has to be confirmed first."""
        try:
            preview = self.preview_route(form, wanted)
        except errors.Outage as outage:
            outage.nothing_changed = True
            return self.keep(form, outage)
        if "show" in self.request.POST or preview.needs_confirmation(self.request.POST):
            return self.show_preview(form, preview)
        return self.answer(form, add_route_with_parts(self.ngnpro, self.request.writes, wanted), preview)

    def make_form(self, **kwargs: Any) -> GuidedForm:
        form = GuidedForm(**kwargs)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        form.carriers, form.gateways = self.routing.carriers, self.routing.gateways
        if form.is_bound and self.routing.outage is None:
            self.fetch_chosen(form)
        return form

    def fetch_chosen(self, form: GuidedForm) -> None:
        """Fetch a carrier and a gateway that were chosen by number and are not among the first thousand."""
        sip, routing = self.ngnpro.sip, self.routing
        carrier, gateway = chosen_number(form, "carrier"), chosen_number(form, "gateway")
        try:
            if carrier and carrier not in routing.carriers and (one := sip.find_carrier(carrier)):
                routing.carriers[carrier] = one
            if gateway and gateway not in routing.gateways and (two := sip.find_gateway(gateway)):
                routing.gateways[gateway] = two
        except errors.Outage as outage:
            routing.outage = outage

    def preview_route(self, form: GuidedForm, wanted: WantedRoute) -> Preview:
        """Return what the new route does to the stored test numbers and to the one in the form."""
        number, caller = form.cleaned_data["number"], form.cleaned_data["caller"]
        changes = {self.reseller_of_route(wanted): wanted.changes()}
        return preview_changes(self.ngnpro, self.engine, changes, [SampleCall(number, caller)] if number else [])

    def reseller_of_route(self, wanted: WantedRoute) -> int:
        """Return the reseller that the route belongs to; a new carrier that a reseller adds belongs to them."""
        is_new = not wanted.carrier.id and not wanted.carrier.reseller
        return self.request.viewer.own_customer if is_new else wanted.carrier.reseller

    def show_preview(self, form: GuidedForm, preview: Preview) -> HttpResponse:
        """Show the form with the preview, and a token that proves that it was shown."""
        is_requested = "show" in self.request.POST
        is_doubtful = bool(preview.moves) and not is_requested
        return self.show(
            422 if is_doubtful else 200,
            form=form,
            preview=preview,
            trace=self.trace(form, preview),
            doubts=[_("Calls would be routed differently: they are listed here.")] if is_doubtful else [],
            confirmed=preview.token,
        )

    def trace(self, form: GuidedForm, preview: Preview) -> Trace | None:
        number, caller = form.cleaned_data["number"], form.cleaned_data["caller"]
        plan = next(iter(preview.after.values()), None)
        return trace_call(plan, number, caller) if plan and number else None

    def answer(self, form: GuidedForm, added: AddedRecords, preview: Preview) -> HttpResponse:
        """Redirect to the carrier; after a failure, show what was refused and which records exist nevertheless."""
        if added.problem is None:
            return self.to_carrier(form, added, preview)
        if added.records or added.unsure:
            form = self.make_form(data=without_added(self.request.POST, added))
            form.is_valid()
        if isinstance(added.problem, errors.Refusal):
            form.place_refusal(added.problem, added.failed)
            return self.refuse(form, unfinished=self.request.writes.stored, **remaining_records(added))
        return self.keep(form, added.problem, unfinished=self.request.writes.stored, **remaining_records(added))

    def to_carrier(self, form: GuidedForm, added: AddedRecords, preview: Preview) -> HttpResponse:
        links = joined([link(url, name) for name, url in map(name_and_url, added.records)], ", ")
        messages.success(self.request, markup(_("Added: {}"), links))
        self.report_moved_calls(preview)
        carrier = added.of_type(Carrier)
        number = carrier.id if carrier else form.cleaned_data["carrier"]
        return HttpResponseRedirect(reverse("lcr:carriers:detail", args=[number]))


def chosen_number(form: GuidedForm, name: str) -> int:
    """Return the number of the record chosen in a field; 0 if there is none or the field is invalid."""
    try:
        return int(form.fields[name].clean(form.data.get(name, "")))
    except ValidationError:
        return 0


def without_added(typed: QueryDict, added: AddedRecords) -> QueryDict:
    """Return what was typed, with the records that exist already chosen instead of described."""
    data = typed.copy()
    for record in added.records:
        match record:
            case Carrier():
                data["carrier"], data["carrier_name"] = str(record.id), ""
            case Gateway():
                data["gateway"], data["gateway_name"] = str(record.id), ""
            case GatewayRule():
                data.update(dict.fromkeys(RULE_FIELDS, ""))
    return data


def remaining_records(added: AddedRecords) -> dict[str, Any]:
    """Return the template context for records that were added before a failure, and for one that may exist."""
    return {
        "why": explain_error(added.problem).what if added.problem else "",
        "stuck": explain_error(added.stuck).what if added.stuck else "",
        "remaining": [name_and_url(record) for record in added.records],
        "perhaps": name_and_url(added.failed) if added.unsure and added.failed else None,
    }


def name_and_url(record: Member) -> tuple[str, str]:
    """Return the name of a record and the URL of its page, or of its list if it has no number."""
    match record:
        case Carrier():
            room, words = "carriers", _("Carrier %(name)s") % {"name": record.name}
        case Gateway():
            room, words = "gateways", _("Gateway %(name)s") % {"name": record.name}
        case GatewayRule():
            room, words = "rules", _("Rule of gateway %(name)s") % {"name": record.gateway}
        case _:
            room, words = "routes", _("Route for %(prefix)s") % {"prefix": record.prefix or _("all numbers")}
    if not record.id:
        return words, reverse(f"lcr:{room}:list")
    page = "edit" if room in ("rules", "routes") else "detail"
    return f"{words} ({record.id})", reverse(f"lcr:{room}:{page}", args=[record.id])
