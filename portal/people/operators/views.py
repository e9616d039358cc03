"""Pages of the operators room, for operators with all permissions."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import servers
from portal.core.form_views import AddView, EditView, FormView
from portal.core.forms import RecordForm
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import ListView, PortalView
from portal.ngnpro import OrderBy, Query, Range, RecordPage, errors
from portal.people.operators.forms import OperatorTable

from . import services
from .forms import OperatorAddForm, OperatorEditForm, OperatorFilterForm, WayForm
from .models import FirstSignIn, Operator, OperatorState
from .services import LastFullOperator, journal_state_of, state_of

LAST_FULL_OPERATOR = gettext_lazy(
    "No operator with all permissions would be left who has neither a last day nor networks. "
    "Give them to another operator first."
)
NOT_ONESELF = gettext_lazy("You cannot delete your own account. Another operator can.")


class OperatorList(ListView[Operator]):
    """The list of all operators; works during an outage of NGNPro, from which only the names of resellers come."""

    keeps_views = False
    template_name = "people/operators/list.html"
    table_class = OperatorTable
    filter_class = OperatorFilterForm
    title = gettext_lazy("Operators")

    def fetch(self, query: Query[Any]) -> RecordPage[Operator]:
        text = query.filter or ""
        found = (
            Operator.objects.filter(Q(username__icontains=text) | Q(name__icontains=text) | Q(email__icontains=text))
            .select_related("totp_key")
            .prefetch_related("passkeys")
        )
        order, window = query.order_by or OrderBy("username"), query.range or Range()
        sign = "-" if order.direction == "DESC" else ""
        rows = found.order_by(f"{sign}{order.attribute}", "pk")[window.start : window.start + window.count]
        with contextlib.suppress(errors.NgnproError):
            self.names.prepare(operator.tree for operator in rows)
        return RecordPage(found.count(), tuple(rows))


class OperatorFormView(FormView[OperatorState]):
    """A form about an operator; rejects a limit to a customer who is not a reseller."""

    template_name = "people/operators/form.html"

    def make_form(self, **kwargs: Any) -> RecordForm[OperatorState]:
        form = self.form_class(**kwargs)
        with contextlib.suppress(errors.NgnproError):
            self.offer_names(form)
        return form

    def save(self, form: RecordForm[OperatorState], wanted: OperatorState, **context: Any) -> HttpResponse:
        before: OperatorState | None = context.get("record")
        if wanted.tree and wanted.tree != (before.tree if before else 0):
            try:
                reason = self.why_not_limited_to(wanted.tree)
            except errors.Outage as outage:
                outage.nothing_changed = True
                return self.keep(form, outage, **context)
            if reason:
                form.add_error("tree", reason)
                return self.refuse(form, **context)
        return super().save(form, wanted, **context)

    def why_not_limited_to(self, customer: int) -> str:
        """Return why an operator cannot be limited to a customer; empty if the customer is a reseller."""
        try:
            is_reseller = self.ngnpro.customers.get_account(customer).is_reseller
        except errors.Missing:
            return _("There is no such reseller.")
        return "" if is_reseller else _("This is a customer, not a reseller.")

    @property
    def engine(self) -> str:
        """The name of the NGNPro server that has the reseller whom an operator is limited to."""
        return servers.engine(self.request.viewer.engine).name


class OperatorAdd(OperatorFormView, AddView[OperatorState]):
    """Adds an operator, with a password or link for the first sign-in."""

    form_class = OperatorAddForm
    title = gettext_lazy("Add operator")
    button = gettext_lazy("Add operator")
    starts_from_url = False

    def write(self, before: OperatorState | None, wanted: OperatorState) -> None:
        about = ("operator", wanted.username)
        with (
            transaction.atomic(),
            self.request.writes.change(None, journal_state_of(wanted), about=about, operation="addOperator"),
        ):
            way = self.form.cleaned_data["way"]
            self.operator, self.secret = services.add_operator(wanted, self.engine, way)

    def done(self, record: OperatorState) -> HttpResponse:
        return show_once(self.request, self.operator, self.secret)


def show_once(request: HttpRequest, operator: Operator, secret: str) -> HttpResponse:
    """Redirect to the page that shows a one-time password or link once, or that it was sent."""
    keep_secret_once(request, f"operator {operator.pk}", secret)
    return HttpResponseRedirect(reverse("people:operators:added", args=[operator.pk]))


class OperatorView(PortalView):
    """A page about one operator."""

    @cached_property
    def operator(self) -> Operator:
        return get_object_or_404(Operator, pk=self.kwargs["operator"])

    @property
    def is_oneself(self) -> bool:
        return bool(self.operator.pk == self.request.user.pk)

    @property
    def about(self) -> tuple[str, str]:
        return "operator", self.operator.username


class OperatorAdded(OperatorView):
    """Shows a one-time password or a link, once."""

    template_name = "people/operators/added.html"

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        secret = take_secret(request, f"operator {self.operator.pk}")
        return self.show(operator=self.operator, secret=secret, is_link=secret.startswith("http"))


class OperatorEdit(OperatorView, OperatorFormView, EditView[OperatorState]):
    """Edits an operator's name, address and permissions."""

    form_class = OperatorEditForm
    title = gettext_lazy("Edit operator")
    button = gettext_lazy("Save")

    def make_form(self, **kwargs: Any) -> RecordForm[OperatorState]:
        form = super().make_form(**kwargs)
        if self.is_oneself and isinstance(form, OperatorEditForm):
            form.close_own()
        return form

    def get_record(self) -> OperatorState:
        return state_of(self.operator)

    def save(self, form: RecordForm[OperatorState], wanted: OperatorState, **context: Any) -> HttpResponse:
        try:
            return super().save(form, wanted, **context)
        except LastFullOperator:
            form.add_error(None, LAST_FULL_OPERATOR)
            return self.refuse(form, **context)

    def write(self, before: OperatorState | None, wanted: OperatorState) -> None:
        before = before or self.get_record()
        states = journal_state_of(before), journal_state_of(wanted)
        with (
            transaction.atomic(),
            self.request.writes.change(*states, about=self.about, operation="updateOperator"),
        ):
            services.update_operator(self.operator.pk, before, wanted, self.engine)

    def done(self, record: OperatorState) -> HttpResponse:
        messages.success(self.request, _("Operator %(name)s was saved.") % {"name": record.username})
        return HttpResponseRedirect(reverse("people:operators:list"))


class OthersView(OperatorView):
    """A page about another operator; for their own account, operators use pages that ask for the password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_oneself:
            return HttpResponseRedirect(reverse("people:own:page"))
        return super().dispatch(request, *args, **kwargs)


class OperatorRenew(OthersView):
    """Replaces the password of an operator by a one-time password or a link."""

    template_name = "people/operators/renew.html"

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        return self.show(operator=self.operator, form=WayForm())

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        form = WayForm(request.POST)
        if form.is_valid() and form.cleaned_data["way"] == FirstSignIn.MAIL and not self.operator.email:
            form.add_error("way", _("No e-mail address is known for this operator."))
        if not form.is_valid():
            return self.show(422, operator=self.operator, form=form)
        secret = services.set_first_sign_in(self.operator, form.cleaned_data["way"])
        self.request.writes.record_operation("renewOperator", about=self.about)
        return show_once(request, self.operator, secret)


class OperatorReset(OthersView):
    """Removes the second factors of an operator who lost them."""

    template_name = "people/operators/reset.html"

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        return self.show(operator=self.operator)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        services.remove_lost_factors(self.operator)
        self.request.writes.record_operation("resetSecondFactor", about=self.about)
        said = _("%(name)s now signs in with the password alone.") % {"name": self.operator}
        messages.success(request, said)
        return HttpResponseRedirect(reverse("people:operators:edit", args=[self.operator.pk]))


class OperatorDelete(OperatorView):
    """Deletes an operator; the journal keeps their entries."""

    template_name = "people/operators/delete.html"

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        return self.ask()

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        if self.is_oneself:
            return self.ask(422, NOT_ONESELF)
        try:
            self.delete()
        except LastFullOperator:
            return self.ask(422, LAST_FULL_OPERATOR)
        messages.success(request, _("Operator %(name)s was deleted.") % {"name": self.operator.username})
        return HttpResponseRedirect(reverse("people:operators:list"))

    def ask(self, status: int = 200, error: object = "") -> HttpResponse:
        return self.show(status, operator=self.operator, name=self.operator.username, goes=[], stays=[], error=error)

    def delete(self) -> None:
        before = journal_state_of(self.operator)
        with transaction.atomic():
            services.check_full_operator_remains(self.operator, is_deleted=True)
            with self.request.writes.change(before, None, about=self.about, operation="deleteOperator"):
                services.delete_operator(self.operator)
