"""Pages of the accounts room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.once import keep_once, take_once
from portal.core.views import AddView, DeleteView, DetailView, EditView, ListView
from portal.mail.outbox import queue_account_information
from portal.ngnpro import Page, Query
from portal.ngnpro.records import SipAccount, SipFilter

from .forms import AccountAddForm, AccountEditForm, AccountFilterForm
from .health import Beside, beside, forwarding, look, verdict
from .records import AccountMixin
from .tables import AccountTable, badges


class AccountList(ListView[SipAccount]):
    template_name = "accounts/list.html"
    title = gettext_lazy("Accounts")
    table_class = AccountTable
    filter_class = AccountFilterForm

    def fetch(self, query: Query[SipFilter]) -> Page[SipAccount]:
        return self.ngnpro.sip.get_accounts(query)

    def owners(self, record: SipAccount) -> tuple[int]:
        return (record.owner,)

    def beside(self, page: Page[SipAccount]) -> Beside:
        return beside(self.ngnpro, page.items)


class AccountDetail(AccountMixin, DetailView[SipAccount]):
    template_name = "accounts/detail.html"

    def more(self, record: SipAccount) -> dict[str, Any]:
        self.names.prepare((record.owner, record.customer))
        health = look(self.ngnpro, record, with_calls=self.request.viewer.may_see_calls)
        state, sentence = verdict(record, health)
        return {
            "owner": self.names.show(record.owner),
            "state": state,
            "verdict": sentence,
            "health": health,
            "forwarding": forwarding(health, record.timeout),
            "groups": badges(record.groups),
            "language": record.get_property("language"),
            "has_web_password": bool(record.get_property("web_password")),
        }


class AccountAdd(AddView[SipAccount]):
    template_name = "accounts/form.html"
    title = gettext_lazy("Add an account")
    button = gettext_lazy("Add account")
    form_class = AccountAddForm

    def submit(self, record: SipAccount) -> SipAccount | None:
        self.password = record.password
        return self.ngnpro.sip.add_account(record)

    def done(self, record: SipAccount) -> HttpResponse:
        address = str(record.id)
        if self.form.cleaned_data["send_information"]:
            with transaction.atomic():
                engine = self.request.viewer.engine
                queue_account_information(address, record.email, engine, password=self.password)
            messages.success(self.request, _("The account information goes to %(email)s.") % {"email": record.email})
        keep_once(self.request, f"password of {address}", self.password)
        return HttpResponseRedirect(reverse("accounts:added", args=[address]))


class AccountAdded(AccountMixin, DetailView[SipAccount]):
    """The page after adding: the one time that the SIP password is shown."""

    template_name = "accounts/added.html"

    def more(self, record: SipAccount) -> dict[str, Any]:
        return {"password": take_once(self.request, f"password of {record.id}")}


class AccountEdit(AccountMixin, EditView[SipAccount]):
    template_name = "accounts/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = AccountEditForm

    def submit(self, record: SipAccount) -> SipAccount | None:
        return self.ngnpro.sip.update_account(record)

    def done(self, record: SipAccount) -> HttpResponse:
        messages.success(self.request, _("Account %(address)s was saved.") % {"address": record.id})
        return HttpResponseRedirect(reverse("accounts:detail", args=[str(record.id)]))


class AccountDelete(AccountMixin, DeleteView[SipAccount]):
    template_name = "accounts/delete.html"

    def name_of(self, record: SipAccount) -> str:
        return str(record.id)

    def delete(self, record: SipAccount) -> None:
        self.ngnpro.sip.delete_account(record.id)

    def done(self, record: SipAccount) -> HttpResponse:
        messages.success(self.request, _("Account %(address)s is gone.") % {"address": record.id})
        return HttpResponseRedirect(reverse("accounts:list"))
