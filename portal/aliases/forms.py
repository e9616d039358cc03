"""The forms and the list of aliases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import AddressField, CustomerField, UsernameField
from portal.core.forms import FilterForm, RecordForm
from portal.core.markup import page_url
from portal.core.search_text import split_address
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import address
from portal.ngnpro.records import AliasFilter, SipAlias, SipId


class OwnNameField(AddressField):
    """An address, or its name alone: a form adds the domain."""

    def clean(self, value: Any) -> str:
        text = str(value or "").strip()
        return UsernameField(required=False).clean(text) if text and "@" not in text else super().clean(value)


class AliasForm(RecordForm[SipAlias]):
    """An alias: an address of one of the platform's domains, and the address where its calls go."""

    room = "aliases"
    record_class = SipAlias
    sections = ((_("Alias"), ("alias", "target", "owner")),)
    fault_fields = {
        FaultCode.ALIAS_EXISTS: "alias",
        FaultCode.ACCOUNT_EXISTS: "alias",
        FaultCode.DOMAIN_MISSING: "alias",
        FaultCode.CUSTOMER_MISSING: "owner",
    }

    alias = OwnNameField(
        label=_("Alias"),
        help_text=_("user@domain, in one of the platform's domains. Without a domain, in that of the target."),
    )
    target = AddressField(
        label=_("Points to"), help_text=_("user@domain: where its calls go; it may be in another domain.")
    )
    owner = CustomerField(
        label=_("Owner"), help_text=_("The customer whose alias this is: name or number. Empty for no owner.")
    )

    def record_values(self) -> dict[str, Any]:
        values = {**super().record_values(), "target": SipId.parse(self.cleaned_data["target"])}
        return {**values, "id": SipId.parse(self.cleaned_data["alias"])} if "alias" in self.fields else values

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("alias") and "@" not in values["alias"] and values.get("target"):
            values["alias"] = f"{values['alias']}@{SipId.parse(values['target']).domain}"
        if values.get("alias") and values.get("alias") == values.get("target"):
            self.add_error("target", _("An alias cannot point to itself."))
        return values


class AliasEditForm(AliasForm):
    """An existing alias: its own address is its key and cannot be changed."""

    alias = None  # type: ignore[assignment]

    @classmethod
    def initial_from(cls, record: SipAlias) -> dict[str, Any]:
        return {**super().initial_from(record), "target": str(record.target)}


class AliasFilterForm(FilterForm[AliasFilter]):
    alias = forms.CharField(label=_("Alias"), required=False, max_length=320)
    target = forms.CharField(label=_("Points to"), required=False, max_length=320)
    domain = forms.CharField(label=_("Domain of the alias"), required=False, max_length=255)
    owner = CustomerField(label=_("Owner"))
    customer = CustomerField(label=_("Customer of the domain"))
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> AliasFilter:
        values = self.cleaned_data
        username, domain = split_address(values["alias"], values["domain"])
        target_username, target_domain = split_address(values["target"])
        return AliasFilter(
            alias_username=username,
            alias_domain=domain,
            target_username=target_username,
            target_domain=target_domain,
            owner=values["owner"],
            customer=values["customer"],
            reseller=values["reseller"],
        )


BY_DOMAIN = gettext_lazy("by domain")


class AliasTable(Table[SipAlias]):
    caption = gettext_lazy("Aliases")
    columns = (
        Column("alias", gettext_lazy("Alias"), sort="aliasUsername", then=(("aliasDomain", BY_DOMAIN),)),
        Column("target", gettext_lazy("Points to"), "targetUsername", "keep", then=(("targetDomain", BY_DOMAIN),)),
        Column("owner", gettext_lazy("Owner"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_alias(self, record: SipAlias) -> SafeString:
        return address(page_url("aliases:edit", str(record.id)), record.id.username, record.id.domain)

    def cell_target(self, record: SipAlias) -> SafeString:
        url = page_url("accounts:detail", str(record.target))
        return address(url, record.target.username, record.target.domain)

    def cell_owner(self, record: SipAlias) -> str | SafeString:
        return self.names.link(record.owner)

    def cell_change_date(self, record: SipAlias) -> str | SafeString:
        return self.when(record.change_date)
