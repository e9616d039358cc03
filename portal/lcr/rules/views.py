"""Pages of the gateway rules room."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.views import AddView, EditView, RecordView
from portal.lcr.pages import RoutingDelete, RoutingList, RoutingPage, RoutingSave
from portal.lcr.plan import named
from portal.ngnpro import Page, Query
from portal.ngnpro.records import GatewayRule, GatewayRuleFilter

from .forms import RuleFilterForm, RuleForm
from .tables import RuleTable


class RulePage(RoutingPage):
    room = "lcr:rules"
    key = "rule"
    plural = gettext_lazy("Gateway rules")


class RuleMixin(RulePage, RecordView[GatewayRule]):
    """Finds the rule that the URL names."""

    journal_kind = "rule"

    def get_record(self) -> GatewayRule:
        record = self.ngnpro.sip.find_gateway_rule(self.number())
        if record is None:
            raise Http404
        self.copy = self.copy_url(RuleForm, record)
        return record


class RuleList(RulePage, RoutingList[GatewayRule]):
    title = gettext_lazy("Gateway rules")
    about = gettext_lazy("How each gateway wants numbers written.")
    empty = gettext_lazy("There is no gateway rule yet")
    add_label = gettext_lazy("Add rule")
    table_class = RuleTable
    filter_class = RuleFilterForm

    def fetch(self, query: Query[GatewayRuleFilter]) -> Page[GatewayRule]:
        return self.ngnpro.sip.get_gateway_rules(query)


class RuleAdd(RulePage, RoutingSave[GatewayRule], AddView[GatewayRule]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Add a gateway rule")
    button = gettext_lazy("Add rule")
    form_class = RuleForm

    def submit(self, record: GatewayRule) -> GatewayRule | None:
        return self.ngnpro.sip.add_gateway_rule(record)

    def done(self, record: GatewayRule) -> HttpResponse:
        messages.success(self.request, _("The gateway rule was added."))
        return self.to_list()


class RuleEdit(RuleMixin, RoutingSave[GatewayRule], EditView[GatewayRule]):
    template_name = "lcr/form.html"
    title = gettext_lazy("Edit the gateway rule")
    button = gettext_lazy("Save")
    form_class = RuleForm

    def submit(self, record: GatewayRule) -> GatewayRule | None:
        return self.ngnpro.sip.update_gateway_rule(record)

    def done(self, record: GatewayRule) -> HttpResponse:
        messages.success(self.request, _("The gateway rule was saved."))
        return self.to_list()


class RuleDelete(RuleMixin, RoutingDelete[GatewayRule]):
    def name_of(self, record: GatewayRule) -> str:
        words = {"prefix": record.prefix or _("all numbers"), "gateway": named(record.gateway, record.gateway_id)}
        return _("the rule for %(prefix)s of %(gateway)s") % words

    def delete(self, record: GatewayRule) -> None:
        self.ngnpro.sip.delete_gateway_rule(record.id)

    def done(self, record: GatewayRule) -> HttpResponse:
        messages.success(self.request, _("The gateway rule is gone."))
        return self.to_list()
