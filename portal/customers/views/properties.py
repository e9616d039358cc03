"""Pages that show and change the properties of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.customer_properties import PropertyType
from portal.core.customer_names import name_of
from portal.core.form_views import EditView
from portal.core.forms import RecordForm
from portal.core.views import DetailView
from portal.customers.properties.choices import ShownProperty, Text, group_properties, who_may_change
from portal.customers.properties.forms import SWITCHES, PropertiesForm, field_value
from portal.customers.services import save_properties
from portal.customers.views.base import CustomerFormMixin, CustomerMixin
from portal.ngnpro.records import CustomerAccount


@dataclass(frozen=True, slots=True)
class PropertyLine:
    """One property as a page shows it."""

    label: Text
    help: Text
    value: Text
    who: Text


class PropertiesDetail(CustomerMixin, DetailView[CustomerAccount]):
    template_name = "customers/properties.html"

    def more(self, record: CustomerAccount) -> dict[str, Any]:
        groups = [
            (title, [line_of(meaning, record) for meaning in meanings])
            for title, meanings in group_properties(record.properties, offered=False)
        ]
        return {"name": name_of(record), "groups": groups}


def line_of(meaning: ShownProperty, record: CustomerAccount) -> PropertyLine:
    """Return a property of a customer as a page shows it."""
    value = shown_value(meaning, record.get_property(meaning.name))
    return PropertyLine(meaning.label, meaning.help, value, who_may_change(meaning))


def shown_value(meaning: ShownProperty, text: str) -> Text:
    """Return the value of a property as text for display, without the content of secrets."""
    if meaning.facts.type is PropertyType.FLAG:
        return _("Yes") if field_value(meaning, text) else _("No")
    if meaning.facts.type is PropertyType.SWITCH:
        return dict(SWITCHES)[str(field_value(meaning, text))]
    if meaning.facts.type is PropertyType.SECRET and text:
        return _("Set")
    return text or _("Not set")


class PropertiesEdit(CustomerMixin, CustomerFormMixin, EditView[CustomerAccount]):
    template_name = "customers/form.html"
    title = gettext_lazy("Rights, limits and settings of %(name)s")
    back = "customers:properties"
    button = gettext_lazy("Save")
    form_class = PropertiesForm

    def make_form(self, **kwargs: Any) -> RecordForm[CustomerAccount]:
        form = PropertiesForm(record=self.record, watches=self.ngnpro.watch.is_there, **kwargs)
        form.restrict(self.request.viewer)
        return form

    def submit(self, record: CustomerAccount) -> CustomerAccount | None:
        return save_properties(self.ngnpro, self.record or record, record)

    def done(self, record: CustomerAccount) -> HttpResponse:
        messages.success(self.request, _("The settings of %(name)s were saved.") % {"name": name_of(record)})
        return HttpResponseRedirect(reverse("customers:properties", args=[record.id]))
