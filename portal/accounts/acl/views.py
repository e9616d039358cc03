"""Pages of the acl room."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.records import AccountMixin
from portal.core.views import EditView
from portal.ngnpro.records import SipAccount

from .forms import NetworksForm


class NetworksEdit(AccountMixin, EditView[SipAccount]):
    template_name = "accounts/acl/page.html"
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
