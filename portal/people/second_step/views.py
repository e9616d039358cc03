"""The second step of signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.addresses import safe_redirect
from portal.core.views import PortalView
from portal.people import factors, half_sign_in, passkeys, tries
from portal.people.lockouts import LockedOut, counted_try, require_unlocked, take_back
from portal.people.login import sign_in_operator
from portal.people.operators.models import Operator
from portal.people.sign_in.views import show_pause

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
        form = CodeForm(request.POST)
        try:
            is_right = self.check(operator, form)
        except (LockedOut, tries.FactorsLocked) as paused:
            return show_pause(request, paused.left)
        if is_right:
            sign_in_operator(request, operator)
            return HttpResponseRedirect(safe_redirect(request, request.GET.get("next", "")))
        form.add_error("code", _("This code or passkey is not valid, or was used already. Please try another one."))
        return self.ask(operator, form, 422)

    def check(self, operator: Operator, form: CodeForm) -> bool:
        """Return whether the code or passkey is right; a wrong one counts for the operator and as a failed sign-in.

        Raises ``LockedOut`` or ``FactorsLocked`` if no try is allowed, or a wrong one starts a lockout.
        """
        with counted_try(self.request, operator.username) as attempt:
            try:
                is_right = form.is_valid() and factors.verify_second_factor(self.request, operator, **form.cleaned_data)
            except tries.FactorsLocked:
                take_back(attempt)
                raise
        if not is_right:
            require_unlocked(self.request, operator.username)
        return is_right

    def ask(self, operator: Operator, form: CodeForm, status: int = 200) -> HttpResponse:
        has_passkeys = operator.passkeys.exists() and passkeys.is_possible(self.request)
        options = passkeys.proof_options(self.request, operator) if has_passkeys else ""
        return self.show(status, form=form, options=options)

    def begin_again(self) -> HttpResponse:
        """Discard the half sign-in, and redirect to the sign-in page."""
        self.request.session.pop(half_sign_in.HALF, None)
        return HttpResponseRedirect(reverse("session:sign-in"))
