"""The pages of the templates room: the list of kinds, the editor with its preview, brand and sender domains."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.edit_conflicts import read_opened_state
from portal.core.form_views import EditView
from portal.core.forms import RecordForm, refusal_shown_at
from portal.core.normal_forms import address_for_mail
from portal.core.record_locks import record_lock
from portal.core.servers import service_ngnpro
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.mail.outbox.services import queue_mail
from portal.mail.registry import MailKind, MailSubject, find_mail_kind
from portal.mail.text import wording
from portal.mail.text.composing import LOGO
from portal.mail.text.models import SenderDomain
from portal.mail.text.sandbox import TemplateFault
from portal.mail.text.wording import TemplateSource
from portal.ngnpro import errors
from portal.ngnpro.records import SipId

from . import senders
from .choices import MailOwner, mail_owner_for
from .forms import BrandForm, LanguageForm, SenderForm, TemplateForm
from .services import (
    TemplatePreview,
    brand_row,
    choose_sending,
    delete_template,
    find_template,
    initial_source,
    list_kinds,
    preview_template,
    store_brand,
    store_template,
    variables_of,
)


class TemplatesView(PortalView):
    """A page about the mails of the platform or of a reseller."""

    title: ClassVar[str | Promise] = gettext_lazy("Mails")

    @cached_property
    def owner(self) -> MailOwner:
        return mail_owner_for(self.request.viewer)


class TemplateList(TemplatesView):
    template_name = "mail/templates/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(kinds=list_kinds(self.owner))


class MailKindView(TemplatesView):
    """A page about one kind of mail."""

    @cached_property
    def kind(self) -> MailKind:
        kind = find_mail_kind(self.kwargs["mail"])
        if kind is None or not self.owner.may_write(kind):
            raise Http404
        return kind

    @cached_property
    def language(self) -> str:
        wish = self.request.GET.get("language", "")
        return wish if wish in wording.LANGUAGES else ""

    @property
    def url(self) -> str:
        """The URL of the editor for this language."""
        page = reverse("mail:templates:page", args=[self.kind.name])
        return f"{page}?language={self.language}" if self.language else page

    def try_out(self, form: RecordForm[TemplateSource]) -> TemplatePreview | None:
        """Return the preview for the account of the form; errors are added to the form."""
        account = form.cleaned_data["account"]
        if self.kind.about is MailSubject.ACCOUNT and not account:
            return None
        of, engine = self.owner, self.request.viewer.engine
        try:
            with refusal_shown_at(form, "account"):
                return preview_template(self.ngnpro, engine, of, self.kind, self.language, form.to_record(), account)
        except TemplateFault as fault:
            form.add_error("text", fault.reason)
        except ValueError:
            form.add_error("account", _("A SIP address is of the form user@domain."))
        return None


class TemplatePage(MailKindView, EditView[TemplateSource]):
    """The editor of a template, which starts with the default wording while no template is stored."""

    template_name = "mail/templates/page.html"
    form_class = TemplateForm

    def get_record(self) -> TemplateSource:
        return initial_source(self.owner, self.kind, self.language)

    def make_form(self, **kwargs: Any) -> RecordForm[TemplateSource]:
        account = {"account": self.request.GET.get("account", "")}
        return self.form_class(kind=self.kind, **{**kwargs, "initial": kwargs.get("initial", {}) | account})

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        if "reset" in request.POST:
            delete_template(self.owner, self.kind, self.language)
            return self.report("resetMailTemplate", _("The template was deleted. The default wording is used again."))
        return super().post(request, **named)

    def save(self, form: RecordForm[TemplateSource], wanted: TemplateSource, **context: Any) -> HttpResponse:
        shown = self.try_out(form)
        if form.errors:
            return self.refuse(form, **context)
        if "preview" in self.request.POST:
            return self.show(form=form, preview=shown, **context)
        with record_lock(f"mail template {self.kind.name} {self.language} of {self.owner}"):
            if (now := self.get_record()) != context["record"]:
                return self.ask(form, now, read_opened_state(context["opened"]))
            store_template(self.owner, self.kind, self.language, wanted, self.request.viewer)
        return self.report("saveMailTemplate", _("The template was saved."))

    def report(self, operation: str, words: str) -> HttpResponse:
        self.request.writes.record_operation(operation, about=("mail", f"{self.kind.name} {self.language}".strip()))
        messages.success(self.request, words)
        return HttpResponseRedirect(self.url)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        shown = {
            "kind": self.kind,
            "languages": LanguageForm(initial={"language": self.language}),
            "stored": find_template(self.owner, self.kind, self.language),
            "variables": variables_of(self.kind),
            "preview": None,
        }
        return super().show(status, **{**shown, **context})


LOCKED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class ShowHtml(MailKindView):
    """The HTML of a mail alone, as mail programs show it; it cannot run scripts, load anything or read cookies."""

    http_method_names = ["post"]
    template_name = "mail/templates/broken.html"

    def post(self, request: HttpRequest, mail: str) -> HttpResponse:
        form = TemplateForm(request.POST, kind=self.kind)
        shown = self.try_out(form) if form.is_valid() else None
        if shown is None:
            return self.show(422, form=form, kind=self.kind)
        logo = base64.b64encode(bytes(brand_row(self.owner).logo)).decode()
        html = shown.html.replace(f"cid:{LOGO}", f"data:image/png;base64,{logo}")
        return HttpResponse(html, headers={"Content-Security-Policy": LOCKED})


class SendTest(MailKindView):
    """Sends the stored template to the viewer, with the content of the preview."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, mail: str) -> HttpResponse:
        account, recipient = request.POST.get("account", "").strip().lower(), self.own_address()
        if reason := self.why_not(account, recipient):
            messages.error(request, reason)
            return HttpResponseRedirect(self.url)
        facts = {"test": {"reseller": self.owner.reseller, "language": self.language}}
        with transaction.atomic():
            engine, reseller = self.request.viewer.engine, self.owner.reseller
            queue_mail(self.kind.name, account or "-", recipient, engine, reseller=reseller, facts=facts)
        messages.success(request, _("A test goes to %(email)s.") % {"email": recipient})
        return HttpResponseRedirect(self.url)

    def why_not(self, account: str, recipient: str) -> str:
        """Return why no test can be sent; empty if it can."""
        if not recipient:
            return _("You have no valid e-mail address.")
        if self.kind.about is not MailSubject.ACCOUNT:
            return ""
        try:
            self.ngnpro.sip.get_account(SipId.parse(account))
        except (ValueError, errors.Missing):
            return _("Enter an account for the test: the SIP address of one that you may see.")
        return ""

    def own_address(self) -> str:
        """Return the e-mail address of the person who is signed in."""
        viewer = self.request.viewer
        if viewer.role is Role.OPERATOR:
            return address_for_mail(getattr(self.request.user, "email", ""))
        return address_for_mail(service_ngnpro(viewer.engine).customers.get_account(viewer.customer).email)


class SendingChoice(MailKindView):
    """Stores whether users get mails of a kind."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, mail: str) -> HttpResponse:
        if self.kind.choice is None:
            raise Http404
        choose_sending(self.owner, self.kind, request.POST.get("wish", ""), self.request.viewer)
        self.request.writes.record_operation("chooseMails", about=("mail", self.kind.name))
        messages.success(request, _("“%(kind)s”: your choice was saved.") % {"kind": self.kind.label})
        return HttpResponseRedirect(reverse("mail:templates:list"))


class BrandPage(TemplatesView):
    template_name = "mail/templates/brand.html"
    title = gettext_lazy("Name, logo and colour")

    def get(self, request: HttpRequest) -> HttpResponse:
        row = brand_row(self.owner)
        initial = {"name": row.name, "colour": row.colour, "host": row.host, "language": row.language}
        return self.show(form=self.make_form(initial=initial), has_logo=bool(row.logo))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self.show(422, form=form, has_logo=bool(brand_row(self.owner).logo))
        store_brand(self.owner, form.cleaned_data, self.request.viewer)
        self.request.writes.record_operation("changeMailBrand", about=("mail", "brand"))
        messages.success(request, _("The brand was saved. All pages show it within some seconds."))
        return HttpResponseRedirect(reverse("mail:templates:brand"))

    def make_form(self, **kwargs: Any) -> BrandForm:
        is_operator = self.request.viewer.role is Role.OPERATOR
        return BrandForm(of=self.owner, has_host=is_operator and bool(self.owner.reseller), **kwargs)


class SenderDomains(TemplatesView):
    """The sender domains: resellers add and verify their own, operators confirm and withdraw those of all resellers."""

    template_name = "mail/templates/senders.html"
    title = gettext_lazy("Sender domains")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(SenderForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "add" in request.POST:
            return self.add(SenderForm(request.POST))
        action = request.POST.get("action", "")
        row = senders.find_sender_domain(self.owner, request.POST.get("key", ""))
        if row is None or action not in self.actions:
            raise Http404
        try:
            self.actions[action](row)
        except senders.SenderDomainError as reason:
            messages.error(request, str(reason))
            return HttpResponseRedirect(request.path)
        return self.done(senders.ACTIONS[action], row.domain)

    def add(self, form: SenderForm) -> HttpResponse:
        if not form.is_valid():
            return self.page(form, 422)
        try:
            senders.add_sender_domain(self.owner, form.cleaned_data["domain"], self.request.viewer)
        except senders.SenderDomainError as reason:
            form.add_error("domain", str(reason))
            return self.page(form, 422)
        return self.done("addSenderDomain", form.cleaned_data["domain"])

    @property
    def actions(self) -> dict[str, Callable[[SenderDomain], None]]:
        """The actions on a domain; an operator can confirm one without a record in DNS."""
        if self.owner.reseller:
            return {"check": senders.check_dns, "remove": senders.remove_sender_domain}
        login = self.request.viewer.login
        return {
            "confirm": lambda row: senders.verify_sender_domain(row, login),
            "withdraw": senders.withdraw_sender_domain,
        }

    def done(self, operation: str, domain: str) -> HttpResponse:
        self.request.writes.record_operation(operation, about=("mail", domain))
        messages.success(self.request, _("The sender domain %(domain)s: your change was saved.") % {"domain": domain})
        return HttpResponseRedirect(self.request.path)

    def page(self, form: SenderForm, status: int = 200) -> HttpResponse:
        rows = [(row, *senders.record_of(row)) for row in senders.domains_of(self.owner)]
        most = settings.MAIL_SENDER_DOMAINS
        return self.show(status, form=form, rows=rows, most=most, is_full=len(rows) >= most)


class BrandLogo(TemplatesView):
    """The stored logo."""

    def get(self, request: HttpRequest) -> HttpResponse:
        logo = bytes(brand_row(self.owner).logo)
        if not logo:
            raise Http404
        return HttpResponse(logo, content_type="image/png")
