"""Pages of the gateway rules room."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.form_views import AddView, EditView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingSave
from portal.lcr.plan import name_with_number
from portal.lcr.rules.forms import RuleTable
from portal.ngnpro.records import GatewayRule

from .forms import RuleFilterForm, RuleForm
from .room import RULES


class RuleList(RoutingList[GatewayRule]):
    resource = RULES
    title = gettext_lazy("Gateway rules")
    about = gettext_lazy("The format in which each gateway expects numbers.")
    empty = gettext_lazy("There is no gateway rule yet")
    add_label = gettext_lazy("Add rule")
    table_class = RuleTable
    filter_class = RuleFilterForm


class RuleAdd(RoutingSave[GatewayRule], AddView[GatewayRule]):
    resource = RULES
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a gateway rule")
    button = gettext_lazy("Add rule")
    form_class = RuleForm

    def done(self, record: GatewayRule) -> HttpResponse:
        messages.success(self.request, _("The gateway rule was added."))
        return self.to_list()


class RuleEdit(RoutingSave[GatewayRule], EditView[GatewayRule]):
    resource = RULES
    journal_kind = RULES.name
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the gateway rule")
    button = gettext_lazy("Save")
    form_class = RuleForm

    def get_record(self) -> GatewayRule:
        record = super().get_record()
        self.copy = self.copy_url(RuleForm, record)
        return record

    def done(self, record: GatewayRule) -> HttpResponse:
        self.tell_saved(_("The gateway rule was saved."))
        return self.to_list()


class RuleDelete(RoutingDelete[GatewayRule]):
    resource = RULES

    def name_of(self, record: GatewayRule) -> str:
        gateway = name_with_number(record.gateway, record.gateway_id)
        words = {"prefix": record.prefix or _("all numbers"), "gateway": gateway}
        return _("the rule for %(prefix)s of %(gateway)s") % words

    def done(self, record: GatewayRule) -> HttpResponse:
        messages.success(self.request, _("The gateway rule was deleted."))
        return self.to_list()
