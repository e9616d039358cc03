"""Pages for the groups of an account and the networks from which it may be used."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from portal.accounts.choices import GROUPS, rights_of, why_not
from portal.accounts.forms.rights import GroupForm, NetworksForm
from portal.accounts.pages import AccountMixin, AccountPage
from portal.accounts.services.groups import add_to_group, block_account, remove_from_group, unblock_account
from portal.core.form_views import EditView
from portal.core.sip_accounts import block_note_of
from portal.ngnpro.records import SipAccount


class GroupsPage(AccountPage):
    """Show every group with its meaning and who may change it, with a button that adds or removes it."""

    template_name = "accounts/groups.html"
    title = gettext_lazy("Rights")
    stores_rest = True

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 422)
        group = form.cleaned_data["group"]
        words = {"right": GROUPS[group].label if group in GROUPS else group, "address": self.sip_id}
        if group == BLOCKED:
            return self.blocking(taken=form.cleaned_data["take"])
        if form.cleaned_data["take"]:
            remove_from_group(self.ngnpro, self.request.writes, self.account, group)
            messages.success(request, _("%(address)s no longer has the right “%(right)s”.") % words)
        else:
            add_to_group(self.ngnpro, self.request.writes, self.account, group)
            messages.success(request, _("%(address)s has the right “%(right)s” now.") % words)
        return HttpResponseRedirect(request.path)

    def form(self, *data: Any) -> GroupForm:
        return GroupForm(*data, account=self.account, viewer=self.request.viewer)

    def page(self, form: GroupForm, status: int = 200) -> HttpResponse:
        return self.show(status, form=form, rights=rights_of(self.account, self.request.viewer))

    def blocking(self, *, taken: bool) -> HttpResponse:
        """Block or unblock the account, and redirect to the page ``back``."""
        words = {"address": self.sip_id}
        if reason := why_not(BLOCKED, self.account, self.request.viewer) if taken else "":
            messages.error(self.request, reason)
        elif taken:
            unblock_account(self.ngnpro, self.request.writes, self.account)
            text = _("%(address)s can call and be called again. “Block” undoes that.") % words
            messages.success(self.request, text)
        else:
            block_account(self.ngnpro, self.request.writes, self.account, block_note_of(self.request.viewer))
            text = _("%(address)s is blocked: it can neither call nor be called. “Unblock” undoes that.") % words
            messages.success(self.request, text)
        return HttpResponseRedirect(reverse(self.back, kwargs={"address": self.kwargs["address"]}))

    back = "accounts:groups"


class AccountBlock(GroupsPage):
    """Block the account without confirmation; the next page has the button that undoes it."""

    http_method_names = ["post"]
    back = "accounts:detail"

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.blocking(taken=False)


class AccountUnblock(AccountBlock):
    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.blocking(taken=True)


class NetworksEdit(AccountMixin, EditView[SipAccount]):
    template_name = "accounts/acl.html"
    title = gettext_lazy("Networks")
    button = gettext_lazy("Save")
    form_class = NetworksForm

    def submit(self, record: SipAccount) -> SipAccount | None:
        return self.ngnpro.sip.update_account(record)

    def done(self, record: SipAccount) -> HttpResponse:
        where = _("from these networks only") if record.acl else _("from everywhere")
        words = {"address": record.id, "where": where}
        messages.success(self.request, _("%(address)s can be used %(where)s.") % words)
        return HttpResponseRedirect(self.request.path)
