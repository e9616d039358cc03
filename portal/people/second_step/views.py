"""The second step of signing in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.addresses import safe_redirect
from portal.core.views import PortalView
from portal.people import factors, half_sign_in, passkeys, tries
from portal.people.login import check_lockout, count_failed_sign_in, counted_as, sign_in_operator
from portal.people.operators.models import Operator
from portal.people.sign_in.views import locked_out, show_pause

from .forms import CodeForm


class SecondStep(PortalView):
    """Asks for a code or a passkey after the password; without a right password, redirects to the sign-in page."""

    template_name = "people/second-step.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        operator = half_sign_in.operator_of_second_step(request)
        return self.ask(operator, CodeForm()) if operator else self.begin_again()

    def post(self, request: HttpRequest) -> HttpResponse:
        operator = half_sign_in.operator_of_second_step(request)
        if operator is None:
            return self.begin_again()
        try:
            check_lockout(request, operator.username)
        except PermissionDenied:
            return locked_out(request, credentials=counted_as(operator.username))
        form = CodeForm(request.POST)
        try:
            is_right = form.is_valid() and factors.verify_second_factor(request, operator, **form.cleaned_data)
        except tries.FactorsLocked as paused:
            return show_pause(request, paused.left)
        if is_right:
            sign_in_operator(request, operator)
            return HttpResponseRedirect(safe_redirect(request, request.GET.get("next", "")))
        return self.refuse(operator, form)

    def refuse(self, operator: Operator, form: CodeForm) -> HttpResponse:
        count_failed_sign_in(self.request, operator.username)
        form.add_error("code", _("This code or passkey is not valid, or was used already. Please try another one."))
        return self.ask(operator, form, 422)

    def ask(self, operator: Operator, form: CodeForm, status: int = 200) -> HttpResponse:
        has_passkeys = operator.passkeys.exists() and passkeys.is_possible(self.request)
        options = passkeys.proof_options(self.request, operator) if has_passkeys else ""
        return self.show(status, form=form, options=options)

    def begin_again(self) -> HttpResponse:
        """Discard the half sign-in, and redirect to the sign-in page."""
        self.request.session.pop(half_sign_in.HALF, None)
        return HttpResponseRedirect(reverse("session:sign-in"))
