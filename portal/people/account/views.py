"""Pages about how a reseller or customer signs in: second factor and recovery codes, with links to the rest.

Their name, password, e-mail address, language and time zone are in their customer record, which NGNPro stores.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.customer_names import name_of
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.ngnpro.records import CustomerAccount
from portal.people import confirmation, customer_factors
from portal.people.confirmed_views import CODES, ConfirmedFormView
from portal.people.factor_views import AddAppView, AddPasskeyView, RemoveFactorView, RemovePasskeyView
from portal.people.models import CustomerFactor, FactorDuty
from portal.people.viewers import PERSON

from .forms import AccountAppForm, AccountPasskeyForm, FactorDutyForm, OwnerConfirmForm


class AccountView(PortalView):
    """A page about the account of the reseller or customer who is signed in, whomever they act for."""

    @property
    def own_url(self) -> str:
        return reverse("people:account:page")

    @property
    def person(self) -> dict[str, Any]:
        found: dict[str, Any] | None = self.request.session.get(PERSON)
        if found is None:
            raise Http404
        return found

    @cached_property
    def factor(self) -> CustomerFactor | None:
        return customer_factors.factor_of(self.person)

    @property
    def existing(self) -> CustomerFactor:
        """The second factors; raises ``Http404`` if there are none."""
        if self.factor is None:
            raise Http404
        return self.factor

    def done(self, operation: str, words: str) -> HttpResponse:
        """Journal an action, add a message about it, and redirect to the account."""
        self.request.writes.record_operation(operation, about=("customer", str(self.person["customer"])))
        messages.success(self.request, words)
        return HttpResponseRedirect(self.own_url)


class OwnerPage(AccountView):
    """How the viewer signs in."""

    template_name = "people/account/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(
            factor=self.factor,
            passkeys=list(self.factor.passkeys.all()) if self.factor else [],
            codes=self.factor.codes.count() if self.factor else 0,
            is_required=customer_factors.must_have_factor(self.person),
            customer=self.person["customer"],
        )


class ConfirmedView(AccountView, ConfirmedFormView):
    """A form that asks for the password; a wrong one counts as a failed sign-in."""

    form_class: ClassVar[type[OwnerConfirmForm]] = OwnerConfirmForm

    def make_form(self, data: Any = None) -> OwnerConfirmForm:
        return self.form_class(data, is_recent=confirmation.is_confirmed(self.request))


class AccountFactorView(ConfirmedView):
    """A page about one second factor of the viewer."""

    codes_page = "people:account:codes"

    @property
    def owner(self) -> CustomerFactor:
        return self.existing

    @property
    def login(self) -> str:
        return str(self.person["login"])

    def first_codes(self) -> list[str]:
        factor = customer_factors.new_factor_of(self.person)
        return [] if factor.codes.exists() else customer_factors.renew_codes(factor)

    def must_have_factor(self) -> bool:
        return customer_factors.must_have_factor(self.person)

    def drop_useless_codes(self) -> None:
        customer_factors.forget_if_none(self.existing)


class AccountApp(AccountFactorView, AddAppView):
    """Adds an authenticator app."""

    form_class = AccountAppForm

    def add_app(self, secret: str, code: str) -> bool:
        return customer_factors.add_app(self.person, secret, code)


class AccountPasskey(AccountFactorView, AddPasskeyView):
    """Adds a passkey."""

    form_class = AccountPasskeyForm

    @cached_property
    def owner(self) -> CustomerFactor:
        return customer_factors.new_factor_of(self.person)


class AccountAppRemove(AccountFactorView, RemoveFactorView):
    """Removes the authenticator app."""

    def what(self) -> str:
        if not self.existing.sealed:
            raise Http404
        return _("the authenticator app")

    def remove(self) -> None:
        self.existing.sealed = ""
        self.existing.save(update_fields=["sealed"])


class AccountPasskeyRemove(AccountFactorView, RemovePasskeyView):
    """Removes a passkey."""


class AccountCodes(ConfirmedView):
    """Generates recovery codes, which replace earlier ones, and shows them once."""

    template_name = "people/own/codes.html"

    def more(self) -> dict[str, Any]:
        codes = take_secret(self.request, CODES).split()
        return {"codes": codes, "left": self.existing.codes.count(), "login": self.person["login"]}

    def go_on(self, form: OwnerConfirmForm) -> HttpResponse:
        keep_secret_once(self.request, CODES, "\n".join(customer_factors.renew_codes(self.existing)))
        confirmation.end_other_sessions(self.request)
        self.done("makeRecoveryCodes", _("These codes replace all earlier ones."))
        return HttpResponseRedirect(reverse("people:account:codes"))


class FactorDutyEdit(ConfirmedView):
    """Says whether a reseller and their customers must have a second factor: for the reseller, and for operators."""

    template_name = "people/account/duty.html"
    form_class = FactorDutyForm

    @cached_property
    def reseller(self) -> CustomerAccount:
        """The reseller; raises ``Http404`` for a customer, and for another reseller than the viewer."""
        viewer, wanted = self.request.viewer, self.kwargs["customer"]
        if viewer.effective_role is Role.RESELLER and wanted != viewer.own_customer:
            raise Http404
        found = self.ngnpro.customers.get_account(wanted)
        if not found.is_reseller:
            raise Http404
        return found

    @cached_property
    def duty(self) -> FactorDuty:
        return customer_factors.duty_at(servers.engine(self.request.viewer.engine).name, self.reseller.id)

    def make_form(self, data: Any = None) -> OwnerConfirmForm:
        initial = {name: getattr(self.duty, name) for name in ("of_reseller", "of_customers")}
        return self.form_class(data, is_recent=confirmation.is_confirmed(self.request), initial=initial)

    def more(self) -> dict[str, Any]:
        return {"reseller": self.reseller, "name": name_of(self.reseller), "always": self.is_always()}

    def is_always(self) -> bool:
        return bool(settings.REQUIRE_SECOND_FACTOR_OF_RESELLERS)

    def go_on(self, form: FactorDutyForm) -> HttpResponse:
        wanted = {name: form.cleaned_data[name] for name in ("of_reseller", "of_customers")}
        before = {f"second_factor_{name}": getattr(self.duty, name) for name in wanted}
        after = {f"second_factor_{name}": value for name, value in wanted.items()}
        whose: dict[str, Any] = {
            "about": ("customer", str(self.reseller.id)),
            "part": "second factors",
            "operation": "requireFactor",
        }
        with transaction.atomic(), self.request.writes.change(before, after, **whose):
            FactorDuty.objects.update_or_create(engine=self.duty.engine, reseller=self.duty.reseller, defaults=wanted)
        messages.success(self.request, _("Saved. It counts from the next page that these people open."))
        return HttpResponseRedirect(reverse("customers:detail", args=[self.reseller.id]))
