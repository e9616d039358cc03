"""Pages of the aliases room."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.conflicts import leads_nowhere
from portal.core.views import AddView, DeleteView, EditView, ListView, PortalView, RecordView
from portal.ngnpro import Page, Query
from portal.ngnpro.records import AliasFilter, SipAlias, SipId

from .forms import AliasEditForm, AliasFilterForm, AliasForm
from .tables import AliasTable
from .tasks import add_alias


class AliasMixin(RecordView[SipAlias]):
    """Finds the alias that the URL names."""

    def get_record(self) -> SipAlias:
        try:
            return self.ngnpro.sip.get_alias(SipId.parse(self.kwargs["alias"]))
        except ValueError:
            raise Http404 from None


class AliasList(ListView[SipAlias]):
    template_name = "aliases/list.html"
    title = gettext_lazy("Aliases")
    table_class = AliasTable
    filter_class = AliasFilterForm

    def fetch(self, query: Query[AliasFilter]) -> Page[SipAlias]:
        return self.ngnpro.sip.get_aliases(query)

    def owners(self, record: SipAlias) -> tuple[int]:
        return (record.owner,)


class AliasSaved(PortalView):
    """Where one goes after saving an alias."""

    def all_of(self, record: SipAlias) -> HttpResponse:
        """Go on to all aliases that lead where this one does, and say so if that is nowhere."""
        if doubt := leads_nowhere(self.ngnpro, record.target):
            messages.warning(self.request, doubt)
        return HttpResponseRedirect(f"{reverse('aliases:list')}?{urlencode({'target': str(record.target)})}")


class AliasAdd(AliasSaved, AddView[SipAlias]):
    template_name = "aliases/form.html"
    title = gettext_lazy("Add an alias")
    button = gettext_lazy("Add alias")
    form_class = AliasForm

    def submit(self, record: SipAlias) -> SipAlias | None:
        return add_alias(self.ngnpro, record)

    def done(self, record: SipAlias) -> HttpResponse:
        words = {"alias": record.id, "target": record.target}
        messages.success(self.request, _("Alias %(alias)s was added; it leads to %(target)s.") % words)
        return self.all_of(record)


class AliasEdit(AliasMixin, AliasSaved, EditView[SipAlias]):
    template_name = "aliases/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = AliasEditForm

    def submit(self, record: SipAlias) -> SipAlias | None:
        return self.ngnpro.sip.update_alias(record)

    def done(self, record: SipAlias) -> HttpResponse:
        messages.success(self.request, _("Alias %(alias)s was saved.") % {"alias": record.id})
        return self.all_of(record)


class AliasDelete(AliasMixin, DeleteView[SipAlias]):
    template_name = "aliases/delete.html"

    def name_of(self, record: SipAlias) -> str:
        return str(record.id)

    def delete(self, record: SipAlias) -> None:
        self.ngnpro.sip.delete_alias(record.id)

    def done(self, record: SipAlias) -> HttpResponse:
        messages.success(self.request, _("Alias %(alias)s was deleted.") % {"alias": record.id})
        return HttpResponseRedirect(reverse("aliases:list"))
