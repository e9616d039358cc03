"""The page of the guided room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.auth import Role
from portal.core.faults import explain
from portal.core.templatetags.portal import link
from portal.lcr.calls import Trace, follow
from portal.lcr.pages import PreviewPage
from portal.lcr.plan import Member
from portal.lcr.preview import Call, Look, look_ahead
from portal.ngnpro import errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule

from .choices import Wanted
from .forms import RULE_FIELDS, GuidedForm
from .tasks import Made, make_route


class GuidedAdd(PreviewPage):
    """Makes a route with the carrier, gateway and rule that it needs; a test number shows first what it would do."""

    template_name = "lcr/guided/add.html"
    title = gettext_lazy("New outbound route")
    button = gettext_lazy("Add the route")

    def get(self, request: HttpRequest) -> HttpResponse:
        start = {name: request.GET[name] for name in GuidedForm.base_fields if name in request.GET}
        return self.show(form=self.make_form(initial=start))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(data=request.POST)
        if self.outage is not None:
            return self.show(503, form=form, outage=self.outage)
        if not form.is_valid():
            return self.show(422, form=form)
        wanted = form.wanted()
        try:
            look = self.look_at(form, wanted)
        except errors.Outage as outage:
            outage.nothing_changed = True
            return self.show(503, form=form, outage=outage)
        if "show" in request.POST or look.asks(request.POST):
            return self.ask(form, look)
        return self.answer(form, make_route(self.ngnpro, self.request.writes, wanted), look)

    def make_form(self, **kwargs: Any) -> GuidedForm:
        form = GuidedForm(**kwargs)
        if self.request.viewer.effective_role is not Role.OPERATOR:
            del form.fields["reseller"]
        self.offer_names(form)
        form.carriers, form.gateways = self.carrier_records, self.gateway_records
        if form.is_bound and self.outage is None:
            self.look_up(form)
        return form

    def look_up(self, form: GuidedForm) -> None:
        """Fetch what was picked by its number and is not among the first thousand."""
        sip = self.ngnpro.sip
        carrier, gateway = picked(form, "carrier"), picked(form, "gateway")
        try:
            if carrier not in self.carrier_records and carrier and (one := sip.find_carrier(carrier)):
                self.carrier_records[carrier] = one
            if gateway not in self.gateway_records and gateway and (two := sip.find_gateway(gateway)):
                self.gateway_records[gateway] = two
        except errors.Outage as outage:
            self.outage = outage

    def look_at(self, form: GuidedForm, wanted: Wanted) -> Look:
        """See what the new route does to the test numbers, and to the one that was typed."""
        number, caller = form.cleaned_data["number"], form.cleaned_data["caller"]
        try:
            changes = {self.reseller(wanted): wanted.changes()}
            return look_ahead(self.ngnpro, self.engine, changes, [Call(number, caller)] if number else [])
        except errors.Refusal as refusal:
            return Look(problem=explain(refusal).what)

    def reseller(self, wanted: Wanted) -> int:
        """Say whose routing it is: a new carrier of a reseller becomes his own."""
        is_new = not wanted.carrier.id and not wanted.carrier.reseller
        return self.request.viewer.own_customer if is_new else wanted.carrier.reseller

    def ask(self, form: GuidedForm, look: Look) -> HttpResponse:
        """Show what would happen; the form carries that it was seen."""
        only_shown = "show" in self.request.POST
        doubts = [_("Calls would go elsewhere: they are listed here.")] if look.moves and not only_shown else []
        trace = self.trace(form, look)
        return self.show(422 if doubts else 200, form=form, look=look, trace=trace, doubts=doubts, confirmed=look.token)

    def trace(self, form: GuidedForm, look: Look) -> Trace | None:
        number, caller = form.cleaned_data["number"], form.cleaned_data["caller"]
        plan = next(iter(look.after.values()), None)
        return follow(plan, number, caller) if plan and number else None

    def answer(self, form: GuidedForm, made: Made, look: Look) -> HttpResponse:
        """Say what came of it: go to the carrier, or show what was refused and what is there all the same."""
        if made.problem is None:
            return self.done(form, made, look)
        if made.records or made.unsure:
            form = self.make_form(data=without_made(self.request.POST, made))
            form.is_valid()
        if isinstance(made.problem, errors.Refusal):
            form.place(made.problem, made.failed)
            return self.show(422, form=form, **what_is_left(made))
        return self.show(503, form=form, outage=made.problem, **what_is_left(made))

    def done(self, form: GuidedForm, made: Made, look: Look) -> HttpResponse:
        for record in made.records:
            name, url = where(record)
            messages.success(self.request, format_html("{}: {}", _("Added"), link(url, name)))
        self.say_who_went(look)
        carrier = made.of(Carrier)
        number = carrier.id if carrier else form.cleaned_data["carrier"]
        return HttpResponseRedirect(reverse("lcr:carriers:detail", args=[number]))


def picked(form: GuidedForm, name: str) -> int:
    """Give the number of what was picked in a field; 0 for nothing, or for what the field refuses."""
    try:
        return int(form.fields[name].clean(form.data.get(name, "")))
    except ValidationError:
        return 0


def without_made(typed: QueryDict, made: Made) -> QueryDict:
    """Give what was typed, with what is there by now picked instead of named."""
    data = typed.copy()
    for record in made.records:
        match record:
            case Carrier():
                data["carrier"], data["carrier_name"] = str(record.id), ""
            case Gateway():
                data["gateway"], data["gateway_name"] = str(record.id), ""
            case GatewayRule():
                data.update(dict.fromkeys(RULE_FIELDS, ""))
    return data


def what_is_left(made: Made) -> dict[str, Any]:
    """Say which records are there although the whole was not made, and which one may be."""
    return {
        "why": explain(made.problem).what if made.problem else "",
        "stuck": explain(made.stuck).what if made.stuck else "",
        "left": [where(record) for record in made.records],
        "perhaps": where(made.failed) if made.unsure and made.failed else None,
    }


def where(record: Member) -> tuple[str, str]:
    """Name a record, and give its page, or the list that it is in where it has no number."""
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
