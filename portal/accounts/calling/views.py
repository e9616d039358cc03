"""The page that says whether a call of an account succeeds, and everything that stops it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from portal.accounts.pages import AccountPage
from portal.core.viewer import Role
from portal.lcr.decision import decide
from portal.lcr.dialled import DialledForm, country_code_of
from portal.lcr.facts import Facts


class TryCall(AccountPage):
    """Say where a call of the account goes, and everything that stops it; no call is made."""

    template_name = "accounts/calling/try.html"
    title = gettext_lazy("Try a call")

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        form = DialledForm(request.GET if "number" in request.GET else None)
        if not form.is_bound:
            form.initial = {"country": country_code_of(self.account)}
            return self.show(form=form)
        if not form.is_valid():
            return self.show(422, form=form)
        typed = form.cleaned_data
        facts = Facts(self.ngnpro, sees_all=self.request.viewer.effective_role is Role.OPERATOR)
        try:
            decision = decide(facts, self.account, typed["number"], typed["country"])
        except ValueError as problem:
            form.add_error("number", str(problem))
            return self.show(422, form=form)
        return self.show(form=form, decision=decision, dialled=typed["number"])
