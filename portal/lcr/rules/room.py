"""The declaration of the gateway rules room: its pages, its line in the menu, and the rule as a resource."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.bulk import delete_action, set_action
from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, RESELLERS, Menu, Needs, Page, Room
from portal.lcr.fields import GatewayField, PrependField, StripField
from portal.lcr.plan import GATEWAY_BY_NAME, find_by_number
from portal.ngnpro.lost import all_like
from portal.ngnpro.records import GatewayRule, GatewayRuleFilter

RULES = Resource(
    name="rule",
    noun="GatewayRule",
    label=_("Gateway rule"),
    record=GatewayRule,
    key=lambda record: str(record.id or ""),
    title=lambda record: record.prefix,
    read_only=frozenset({"gateway", "carrier", "carrier_id", "reseller"}),
    numbered=True,
    find=lambda ngnpro, key: find_by_number(ngnpro.sip.find_gateway_rule, key),
    find_like=lambda ngnpro, sent: all_like(
        sent, ngnpro.sip.iter_gateway_rules(GatewayRuleFilter(gateway_id=sent.gateway_id))
    ),
    add=lambda ngnpro, record: ngnpro.sip.add_gateway_rule(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_gateway_rule(record),
    delete=lambda ngnpro, record: ngnpro.sip.delete_gateway_rule(record.id),
    fetch=lambda ngnpro, query: ngnpro.sip.get_gateway_rules(query),
    filter=GatewayRuleFilter,
    key_order="prefix",
    references=(GATEWAY_BY_NAME,),
    columns=(
        *("id", "gateway_id", "gateway", "prefix", "strip", "prepend", "minLength", "maxLength", "carrier_id"),
        *("carrier", "reseller", "changeDate"),
    ),
    words={
        "gateway_id": _("Gateway"),
        "maxLength": _("Longest number"),
        "minLength": _("Shortest number"),
        "prepend": _("Added in front"),
    },
    actions=(
        set_action("gateway_id", _("Change the gateway"), GatewayField(required=True)),
        set_action("strip", _("Set the digits to remove"), StripField()),
        set_action("prepend", _("Set what is added in front"), PrependField()),
        delete_action(),
    ),
)

ROOM = Room(
    "lcr:rules",
    needs=Needs.ACTIVE_RESELLER,
    pages=(
        Page("list", "", "RuleList", RESELLERS, asks="Sip.getGatewayRules"),
        Page("add", "add/", "RuleAdd", RESELLERS, asks="Sip.addGatewayRule", writes=ALWAYS),
        Page("edit", "<int:rule>/edit/", "RuleEdit", RESELLERS, asks="Sip.updateGatewayRule", writes=ALWAYS),
        Page("delete", "<int:rule>/delete/", "RuleDelete", RESELLERS, asks="Sip.deleteGatewayRule", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Gateway rules"), under="lcr"),),
    resources=(RULES,),
)
