"""The page of the tokens with which programs work with an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.pages import LocalPage
from portal.accounts.programs.forms import TokenForm
from portal.accounts.programs.tokens import MOST_TOKENS, delete_token, is_valid_for, make_token, tokens_of
from portal.core.access import may_open
from portal.core.sealing import keep_secret_once, take_secret
from portal.people import confirmation


class ProgramList(LocalPage):
    """The tokens of an account; a new one is shown once. Only the account's user can make one."""

    template_name = "accounts/programs/list.html"
    title = gettext_lazy("Programs")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(made=take_secret(request, self.once))

    @cached_property
    def once(self) -> str:
        """Return the key under which a new token is stored to be shown once."""
        return f"token of {self.sip_id}"

    @property
    def page_url(self) -> str:
        return reverse("accounts:programs:list", args=[str(self.sip_id)])

    def page(self, status: int = 200, form: TokenForm | None = None, **context: Any) -> HttpResponse:
        viewer, tokens = self.request.viewer, tokens_of(self.request.viewer.engine, str(self.sip_id))
        if may_open(viewer, "accounts:programs:add"):
            form = form or TokenForm(is_confirmed=confirmation.is_confirmed(self.request))
        rows = [(token, is_valid_for(token, self.account)) for token in tokens]
        json_url = settings.PORTAL_URL + reverse("sip_settings:json")
        return self.show(status, rows=rows, form=form, json_url=json_url, **context)


class ProgramAdd(ProgramList):
    """Make a token."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = TokenForm(request.POST, is_confirmed=confirmation.is_confirmed(self.request))
        if form.is_valid():
            self.confirm(form)
        if not form.is_valid():
            return self.page(422, form)
        keep_secret_once(request, self.once, self.make(form.cleaned_data["name"]))
        return HttpResponseRedirect(self.page_url)

    def confirm(self, form: TokenForm) -> None:
        """Check the current password and the number of tokens; add an error where one is refused."""
        if tokens_of(self.request.viewer.engine, str(self.sip_id)).count() >= MOST_TOKENS:
            form.add_error(None, _("This account has many tokens already. End one first."))
        elif reason := confirmation.why_not_confirmed(self.request, form.cleaned_data.get(confirmation.FIELD, "")):
            form.add_error(confirmation.FIELD if confirmation.FIELD in form.fields else None, reason)

    def make(self, name: str) -> str:
        self.request.writes.record_operation("addProgram", self.account)
        return make_token(self.request.viewer.engine, self.account, name)


class ProgramEnd(ProgramList):
    """Delete a token, so that its program has no access any more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        number = request.POST.get("token", "")
        known = number.isascii() and number.isdecimal() and len(number) < 12
        token = delete_token(self.request.viewer.engine, str(self.account.id), int(number)) if known else None
        if token is None:
            raise Http404
        self.request.writes.record_operation("endProgram", self.account)
        messages.success(request, _("The program %(name)s has no access any more.") % {"name": token.name})
        return HttpResponseRedirect(self.page_url)
