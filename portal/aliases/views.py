"""Pages of the aliases room."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.aliases.forms import AliasTable
from portal.core.form_views import AddView, EditView
from portal.core.leading import tell_still_leading
from portal.core.short_codes import remark_on_name, remark_on_target
from portal.core.sip_accounts import why_target_is_unreachable
from portal.core.views import DeleteView, ListView, PortalView
from portal.ngnpro.leftovers import delete_alias
from portal.ngnpro.records import SipAlias

from .forms import AliasEditForm, AliasFilterForm, AliasForm
from .room import ALIASES


class AliasList(ListView[SipAlias]):
    resource = ALIASES
    template_name = "aliases/list.html"
    title = gettext_lazy("Aliases")
    table_class = AliasTable
    filter_class = AliasFilterForm

    def owners(self, record: SipAlias) -> tuple[int]:
        return (record.owner,)


class AliasSaved(PortalView):
    """The redirect after an alias was saved."""

    def to_aliases_of_target(self, record: SipAlias) -> HttpResponse:
        """Redirect to all aliases with the same target, with a warning if no account answers there."""
        if doubt := why_target_is_unreachable(self.ngnpro, record.target):
            messages.warning(self.request, doubt)
        for remark in filter(None, (remark_on_name(record.id.username), remark_on_target(record.target.username))):
            messages.warning(self.request, remark)
        return HttpResponseRedirect(f"{reverse('aliases:list')}?{urlencode({'target': str(record.target)})}")


class AliasAdd(AliasSaved, AddView[SipAlias]):
    resource = ALIASES
    template_name = "aliases/form.html"
    title = gettext_lazy("Add an alias")
    button = gettext_lazy("Add alias")
    form_class = AliasForm

    def done(self, record: SipAlias) -> HttpResponse:
        words = {"alias": record.id, "target": record.target}
        messages.success(self.request, _("Alias %(alias)s was added; it points to %(target)s.") % words)
        return self.to_aliases_of_target(record)


class AliasEdit(AliasSaved, EditView[SipAlias]):
    resource = ALIASES
    template_name = "aliases/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = AliasEditForm

    def done(self, record: SipAlias) -> HttpResponse:
        self.tell_saved(_("Alias %(alias)s was saved.") % {"alias": record.id})
        return self.to_aliases_of_target(record)


class AliasDelete(DeleteView[SipAlias]):
    resource = ALIASES
    template_name = "aliases/delete.html"

    def name_of(self, record: SipAlias) -> str:
        return str(record.id)

    def delete(self, record: SipAlias) -> None:
        delete_alias(self.ngnpro, record.id)
        tell_still_leading(self.request, self.ngnpro, record.id)

    def done(self, record: SipAlias) -> HttpResponse:
        messages.success(self.request, _("Alias %(alias)s was deleted.") % {"alias": record.id})
        return HttpResponseRedirect(reverse("aliases:list"))
