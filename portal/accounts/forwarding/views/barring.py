"""The page for barred prefixes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.forwarding.choices.barring import BarredPrefix, barring_prefix, doubts_about, explain_prefixes
from portal.accounts.forwarding.forms.barring import BarringForm, TryForm
from portal.accounts.pages import AccountPage
from portal.core.form_views import AskingView, EditView

PSTN = "free-pstn"


class BarringEdit(AccountPage, AskingView[BarredPrefix], EditView[BarredPrefix]):
    """Edit the prefixes that an account may not call, show what each bars, and check a number."""

    template_name = "accounts/forwarding/barring.html"
    title = gettext_lazy("Barring")
    button = gettext_lazy("Save barring")
    form_class = BarringForm

    @property
    def page(self) -> str:
        return reverse("accounts:forwarding:barring", args=[str(self.sip_id)])

    def get_record(self) -> BarredPrefix:
        return BarredPrefix(prefixes=self.ngnpro.sip.get_barring_prefixes(self.account.id))

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        stored = context.get("record")
        shown = {"examples": explain_prefixes(stored.prefixes), **self.tried(stored)} if stored else {}
        return super().show(status, **shown, pstn=PSTN, **context)

    def tried(self, stored: BarredPrefix) -> dict[str, Any]:
        """Return the context for the number in the URL: whether it is barred, and by which prefix."""
        form = TryForm(self.request.GET if "number" in self.request.GET else None)
        number = form.cleaned_data["number"] if form.is_valid() else ""
        return {"try_form": form, "tried": number, "barred_by": barring_prefix(number, stored.prefixes)}

    def doubts(self, before: BarredPrefix | None, wanted: BarredPrefix) -> list[str]:
        new = [prefix for prefix in wanted.prefixes if not before or prefix not in before.prefixes]
        own = (self.account.rpid, self.account.get_property("mobile_number"))
        return doubts_about(new, [f"+{number.lstrip('+0')}" for number in own if number])

    def write(self, before: BarredPrefix | None, wanted: BarredPrefix) -> None:
        if before and wanted.prefixes != before.prefixes:
            with self.change("barring", {"prefixes": before.prefixes}, {"prefixes": wanted.prefixes}):
                self.ngnpro.sip.set_barring_prefixes(self.sip_id, wanted.prefixes, before.prefixes)

    def done(self, record: BarredPrefix) -> HttpResponse:
        messages.success(self.request, _("Barring of %(address)s was saved.") % {"address": self.sip_id})
        return HttpResponseRedirect(self.page)
