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
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import ListView, PortalView
from portal.ngnpro import OrderBy, Query, Range, RecordPage, errors
from portal.people.operators.forms import OperatorTable

from . import services
from .forms import OperatorAddForm, OperatorEditForm, OperatorFilterForm, OperatorForm, WayForm
from .models import FirstSignIn, Operator
from .services import LastFullOperator, journal_state_of

LAST_FULL_OPERATOR = gettext_lazy(
    "No operator with all permissions would be left. Give all permissions to another operator first."
)
NOT_ONESELF = gettext_lazy("You cannot delete your own account. Another operator can.")


class OperatorList(ListView[Operator]):
    """The list of all operators; works during an outage of NGNPro, from which only the names of resellers come."""

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


class OperatorFormView(PortalView):
    """A form about an operator; rejects a limit to a customer who is not a reseller."""

    template_name = "people/operators/form.html"
    form_class: type[OperatorForm]

    def make_form(self, **kwargs: Any) -> OperatorForm:
        form = self.form_class(**kwargs)
        with contextlib.suppress(errors.NgnproError):
            self.offer_names(form)
        return form

    def is_good(self, form: OperatorForm) -> bool:
        wanted = form.cleaned_data["tree"] if form.is_valid() else 0
        if wanted and wanted != form.initial.get("tree"):
            try:
                if not self.ngnpro.customers.get_account(wanted).is_reseller:
                    form.add_error("tree", _("This is a customer, not a reseller."))
            except errors.Missing:
                form.add_error("tree", _("There is no such reseller."))
            form.instance.tree_engine = servers.engine(self.request.viewer.engine).name
        return form.is_valid()


class OperatorAdd(OperatorFormView):
    """Adds an operator, with a password or link for the first sign-in."""

    form_class = OperatorAddForm
    title = gettext_lazy("Add operator")
    button = gettext_lazy("Add operator")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=self.make_form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(data=request.POST)
        if not self.is_good(form):
            return self.show(422, form=form)
        return show_once(request, form.instance, self.save(form))

    def save(self, form: OperatorForm) -> str:
        operator, writes = form.instance, self.request.writes
        about = ("operator", operator.username)
        with (
            transaction.atomic(),
            writes.change(None, journal_state_of(operator), about=about, operation="addOperator"),
        ):
            form.save()
            return services.set_first_sign_in(operator, form.cleaned_data["way"])


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


class OperatorEdit(OperatorFormView, OperatorView):
    """Edits an operator's name, address and permissions."""

    form_class = OperatorEditForm
    title = gettext_lazy("Edit operator")
    button = gettext_lazy("Save")

    def get(self, request: HttpRequest, **__: Any) -> HttpResponse:
        return self.ask(self.make_form(instance=self.operator, is_oneself=self.is_oneself))

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        before = journal_state_of(self.operator)
        form = self.make_form(data=request.POST, instance=self.operator, is_oneself=self.is_oneself)
        if not self.is_good(form):
            return self.ask(form, 422)
        try:
            self.save(before, form)
        except LastFullOperator:
            form.add_error(None, LAST_FULL_OPERATOR)
            return self.ask(form, 422)
        messages.success(request, _("Operator %(name)s was saved.") % {"name": self.operator.username})
        return HttpResponseRedirect(reverse("people:operators:list"))

    def ask(self, form: OperatorForm, status: int = 200) -> HttpResponse:
        return self.show(status, form=form, operator=self.operator)

    def save(self, before: Any, form: OperatorForm) -> None:
        after = journal_state_of(form.instance)
        with transaction.atomic():
            services.check_full_operator_remains(form.instance)
            with self.request.writes.change(before, after, about=self.about, operation="updateOperator"):
                form.save()
            if not self.operator.is_active:
                services.end_access(self.operator)


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
