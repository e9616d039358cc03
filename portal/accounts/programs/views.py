"""The page of the tokens with which programs work with an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.pages import LocalPage, file_name
from portal.accounts.programs.certificates import (
    MOST_CERTIFICATES,
    account_of_certificate,
    certificates_of,
    issue_certificate,
    revoke_certificate,
)
from portal.accounts.programs.certificates import are_offered as certificates_are_offered
from portal.accounts.programs.certificates import is_valid_for as is_valid_certificate
from portal.accounts.programs.forms import CertificateForm, TokenForm
from portal.accounts.programs.tokens import MOST_TOKENS, delete_token, is_valid_for, make_token, tokens_of
from portal.core.access import may_open
from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.people import confirmation
from portal.people.login import sign_in_user


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
        context.setdefault("certificate_form", self.certificate_form())
        certificates = certificates_of(viewer.engine, str(self.sip_id)) if certificates_are_offered() else ()
        issued = [(one, is_valid_certificate(one, self.account)) for one in certificates]
        return self.show(status, rows=rows, form=form, json_url=json_url, issued=issued, **context)

    def certificate_form(self, data: QueryDict | None = None) -> CertificateForm | None:
        """Return the form for a new certificate; ``None`` if the viewer cannot have one."""
        if not certificates_are_offered() or not may_open(self.request.viewer, "accounts:programs:add-certificate"):
            return None
        return CertificateForm(data, is_confirmed=confirmation.is_confirmed(self.request))

    def confirm(self, form: TokenForm, held: QuerySet[Any], most: int) -> None:
        """Check the current password and how many the account has; add an error where one is refused."""
        if held.count() >= most:
            form.add_error(None, _("This account has many already. End one first."))
        else:
            confirmation.confirm_form(self.request, form)


class ProgramAdd(ProgramList):
    """Make a token."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = TokenForm(request.POST, is_confirmed=confirmation.is_confirmed(self.request))
        if form.is_valid():
            self.confirm(form, tokens_of(self.request.viewer.engine, str(self.sip_id)), MOST_TOKENS)
        if not form.is_valid():
            return self.page(422, form)
        keep_secret_once(request, self.once, self.make(form.cleaned_data["name"]))
        return HttpResponseRedirect(self.page_url)

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


class CertificateAdd(ProgramList):
    """Issue a certificate; the file is downloaded at once, because the portal does not store it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form, engine = self.certificate_form(self.request.POST), self.request.viewer.engine
        if form is None:
            raise Http404
        if form.is_valid():
            self.confirm(form, certificates_of(engine, str(self.sip_id)), MOST_CERTIFICATES)
        if not form.is_valid():
            return self.page(422, certificate_form=form)
        self.request.writes.record_operation("addCertificate", self.account)
        values = form.cleaned_data
        made = issue_certificate(engine, self.account, values["name"], values["file_password"])
        headers = {"Content-Disposition": f'attachment; filename="{file_name(self.sip_id)}.p12"'}
        return HttpResponse(made, content_type="application/x-pkcs12", headers=headers)


class CertificateEnd(ProgramList):
    """Revoke a certificate."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        number = request.POST.get("certificate", "")
        known = number.isascii() and number.isdecimal() and len(number) < 12
        found = revoke_certificate(self.request.viewer.engine, str(self.account.id), int(number)) if known else None
        if found is None:
            raise Http404
        self.request.writes.record_operation("endCertificate", self.account)
        messages.success(request, _("The certificate %(name)s is no longer valid.") % {"name": found.name})
        return HttpResponseRedirect(self.page_url)


class CertificateSignIn(PortalView):
    """Sign in with a certificate that the browser has proved to the proxy in front."""

    template_name = "accounts/programs/certificate.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = account_of_certificate(request)
        return self.show(200 if found else 404, account=found[1] if found else None)

    def post(self, request: HttpRequest) -> HttpResponse:
        found = account_of_certificate(request)
        if found is None:
            return self.show(404, account=None)
        sign_in_user(request, *found)
        return HttpResponseRedirect("/")
