"""Pages of the voicemail room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.pages import AccountPage
from portal.accounts.status import Unknown, fetch_or_unknown
from portal.accounts.voicemail.choices import KEEP_DAYS, in_words, mailbox_cases
from portal.accounts.voicemail.forms import GreetingForm, MailboxAddForm, MailboxEditForm, MailboxForm
from portal.accounts.voicemail.services import add_mailbox, delete_greeting, delete_mailbox, greeting_of, store_greeting
from portal.accounts.voicemail.sound import NewGreeting, answer_range
from portal.core import servers
from portal.core.dependents import Dependents
from portal.core.form_views import AddView, EditView, FormView
from portal.core.forms import RecordForm
from portal.core.passwords import known_of
from portal.core.sealing import hold_secret, keep_secret_once, take_secret
from portal.core.unfinished import report_unfinished
from portal.core.views import DeleteView
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CallDiversions, SipAccount, VoicemailAccount

# Label and name of the pages that finish what a mailbox page began: diversions, and the group of accounts with mailbox.
WAYS = ((gettext_lazy("Forwarding"), "accounts:forwarding:diversions"), (gettext_lazy("Rights"), "accounts:groups"))


class MailboxPage(AccountPage):
    """A base class for pages about the mailbox of an account."""

    ways: tuple[tuple[str | Promise, str], ...] = WAYS

    @property
    def mailbox_url(self) -> str:
        return reverse("accounts:voicemail:page", args=[str(self.sip_id)])

    @property
    def engine(self) -> str:
        """Return the name of the NGNPro server, under which greetings are stored."""
        return servers.engine(self.request.viewer.engine).name

    @cached_property
    def mailbox(self) -> VoicemailAccount | None:
        return or_none(self.ngnpro.voicemail.get_account, self.sip_id)

    @cached_property
    def diversions(self) -> CallDiversions | Unknown:
        return fetch_or_unknown(lambda: self.ngnpro.sip.get_call_diversions(self.sip_id))

    def get_record(self) -> VoicemailAccount:
        """Return the mailbox. Raises ``Http404`` if the account has none."""
        if self.mailbox is None:
            raise Http404
        return self.mailbox

    def calls(self, mailbox: VoicemailAccount) -> list[str]:
        """Return the cases in which calls are diverted to the mailbox; empty if unknown."""
        known = isinstance(self.diversions, CallDiversions)
        return mailbox_cases(self.diversions, mailbox.mailbox, self.sip_id.domain) if known else []  # type: ignore[arg-type]

    def make_form(self, **kwargs: Any) -> RecordForm[Any]:
        """Return the form; if a PIN was typed, with the account's known data to check the PIN against."""
        form: RecordForm[Any] = super().make_form(**kwargs)  # type: ignore[misc]
        if isinstance(form, MailboxForm) and form.data.get("password"):
            account = fetch_or_unknown(lambda: self.account)
            form.known = known_of(SipAccount(id=self.sip_id) if isinstance(account, Unknown) else account)
        return form

    def hold_pin(self, form: RecordForm[VoicemailAccount]) -> None:
        """Hold a generated PIN while NGNPro stores it."""
        if isinstance(form, MailboxForm):
            hold_secret(self.request, _("PIN"), form.new_pin)

    def keep_pin(self, form: RecordForm[VoicemailAccount]) -> None:
        """Store a generated PIN, to be shown once."""
        if isinstance(form, MailboxForm) and form.new_pin:
            keep_secret_once(self.request, f"PIN of {self.sip_id}", form.new_pin)

    def back(self, said: str, problem: str = "") -> HttpResponse:
        """Redirect to the mailbox's page with a message, or with what is stored and the problem of a later call."""
        if problem:
            report_unfinished(self.request, problem, [(label, page, (str(self.sip_id),)) for label, page in self.ways])
        else:
            messages.success(self.request, said)
        return HttpResponseRedirect(self.mailbox_url)


class MailboxEdit(MailboxPage, EditView[VoicemailAccount]):
    """Edit the mailbox and show its greeting; without a mailbox, offer to add one."""

    template_name = "accounts/voicemail/page.html"
    title = gettext_lazy("Voicemail")
    button = gettext_lazy("Save mailbox")
    form_class = MailboxEditForm

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show() if self.mailbox is None else super().get(request, **kwargs)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        mailbox = context.get("record")
        shown = {
            "pin": take_secret(self.request, f"PIN of {self.sip_id}") if status == 200 else "",
            "calls": in_words(self.calls(mailbox)) if mailbox else "",
            "diversions_known": isinstance(self.diversions, CallDiversions) if mailbox else False,
            "greeting": greeting_of(self.account, mailbox, self.engine) if mailbox else None,
            "keep_days": KEEP_DAYS,
        }
        return super().show(status, **{"form": None, **shown, **context})

    def save(self, form: RecordForm[VoicemailAccount], wanted: VoicemailAccount, **context: Any) -> HttpResponse:
        self.form = form
        return super().save(form, wanted, **context)

    def submit(self, record: VoicemailAccount) -> VoicemailAccount | None:
        self.hold_pin(self.form)
        return self.ngnpro.voicemail.update_account(record)

    def done(self, record: VoicemailAccount) -> HttpResponse:
        self.keep_pin(self.form)
        return self.back(_("The mailbox of %(address)s was saved.") % {"address": self.sip_id})


class MailboxAdd(MailboxPage, AddView[VoicemailAccount]):
    """Add a mailbox, and divert calls to it."""

    template_name = "accounts/voicemail/add.html"
    title = gettext_lazy("Voicemail")
    button = gettext_lazy("Add mailbox")
    form_class = MailboxAddForm
    ways = (*WAYS, (gettext_lazy("Delete the mailbox"), "accounts:voicemail:delete"))
    problem = ""

    def initial(self) -> dict[str, Any]:
        start: dict[str, Any] = {"empty": VoicemailAccount(sip_id=self.sip_id)}
        if self.request.method == "GET":
            start["name"] = f"{self.account.first_name} {self.account.last_name}".strip()
            start["email"] = self.account.email
        return start

    def make_form(self, **kwargs: Any) -> RecordForm[VoicemailAccount]:
        form = super().make_form(**kwargs)
        if isinstance(form, MailboxAddForm) and isinstance(self.diversions, CallDiversions):
            form.offer(self.diversions, self.sip_id.domain)
        return form

    def write(self, before: VoicemailAccount | None, wanted: VoicemailAccount) -> VoicemailAccount | None:
        take = self.form.cleaned_data["take"]
        self.hold_pin(self.form)
        stored, self.problem = add_mailbox(self.ngnpro, self.request.writes, self.change, wanted, take)
        return stored

    def done(self, record: VoicemailAccount) -> HttpResponse:
        self.keep_pin(self.form)
        return self.back(_("%(address)s has a mailbox now.") % {"address": self.sip_id}, self.problem)


class MailboxDelete(MailboxPage, DeleteView[VoicemailAccount]):
    """Delete the mailbox with its messages, and the diversions to it."""

    template_name = "accounts/voicemail/delete.html"
    problem = ""

    def name_of(self, record: VoicemailAccount) -> str:
        return str(self.sip_id)

    def consequences(self, record: VoicemailAccount) -> list[Dependents]:
        names = self.calls(record)
        url = reverse("accounts:forwarding:diversions", args=[str(self.sip_id)])
        return [Dependents(len(names), _("Cases that are forwarded to it"), url, in_words(names))]

    def delete(self, record: VoicemailAccount) -> None:
        self.problem = delete_mailbox(self.ngnpro, self.request.writes, self.change, record)

    def done(self, record: VoicemailAccount) -> HttpResponse:
        return self.back(_("The mailbox of %(address)s was deleted.") % {"address": self.sip_id}, self.problem)


class GreetingAdd(MailboxPage, FormView[NewGreeting]):
    """Upload a greeting that callers hear before they leave a message."""

    template_name = "accounts/voicemail/greeting.html"
    title = gettext_lazy("Greeting")
    button = gettext_lazy("Use this greeting")
    form_class = GreetingForm

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self.show(form=self.make_form(), record=self.get_record())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = self.make_form(data=request.POST, files=request.FILES)
        return self.save(form, form.to_record()) if form.is_valid() else self.refuse(form)

    def write(self, before: NewGreeting | None, wanted: NewGreeting) -> None:
        store_greeting(self.ngnpro, self.change, self.account, self.mailbox, wanted, self.engine)

    def done(self, record: NewGreeting) -> HttpResponse:
        return self.back(_("Callers hear the new greeting from now on. Listen to it below."))


class GreetingDelete(MailboxPage):
    """Delete the greeting, so that the platform's default greeting is played."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        delete_greeting(self.ngnpro, self.change, self.sip_id, self.engine)
        return self.back(_("Callers hear the platform's own greeting again."))


class GreetingSound(MailboxPage):
    """Return the stored greeting as sound, for viewers who may see the account."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        greeting = greeting_of(self.account, self.get_record(), self.engine)
        if greeting is None:
            raise Http404
        return answer_range(bytes(greeting.sound), greeting.media_type, request.headers.get("Range", ""))
