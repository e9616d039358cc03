"""The bulk actions on customers: deleting those who own nothing, and setting a property."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.customer_properties import PropertyType
from portal.core.bulk import BulkAction, ConflictRow, Wish, delete_action
from portal.core.dependents import Dependents
from portal.core.fields import new_password
from portal.customers.properties.choices import GROUPS, KNOWN, ShownProperty, may_change, meaning_of, who_may_change
from portal.customers.properties.forms import field_value, make_field
from portal.customers.services import count_holdings, owned_kinds
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import CustomerAccount, CustomerProperty


def owned_by(ngnpro: Ngnpro, customer: CustomerAccount) -> Iterator[Dependents]:
    """Yield how many records of each kind belong to a customer."""
    kinds = owned_kinds()
    names = [name for name, one in kinds.items() if customer.is_reseller or one.own]
    for name, count in count_holdings(ngnpro, customer, names).items():
        yield Dependents(count, str(kinds[name].label))


def added_again(customer: CustomerAccount) -> CustomerAccount:
    """Return a customer as it is sent to add it: with a new password if none is known.

    A reseller belongs to itself, under a number that NGNPro chooses anew.
    """
    reseller = 0 if customer.is_reseller else customer.reseller
    return replace(customer, reseller=reseller, password=customer.password or new_password(), source={})


def _properties() -> list[Any]:
    """Return the choices of properties by group, without secrets."""
    return [
        (group.title, [(one.name, one.label) for one in group.properties if one.facts.type is not PropertyType.SECRET])
        for group in GROUPS
    ]


class PropertyForm(forms.Form):
    """Asks for a property and its value; secrets are set one by one, on the customer's own page."""

    name = forms.ChoiceField(
        label=gettext_lazy("Property"),
        choices=_properties,
    )
    value = forms.CharField(
        label=gettext_lazy("Value"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("1 for yes, 0 for no; empty removes it, so that the platform's own applies."),
    )


def _check(meaning: ShownProperty, value: str) -> None:
    """Raise ``ConflictRow`` for a value that the form of the customer's properties refuses, with its words."""
    try:
        make_field(meaning, meaning.facts.type).clean(field_value(meaning, value))
    except forms.ValidationError as error:
        raise ConflictRow(" ".join(error.messages)) from error


def with_property(customer: CustomerAccount, wish: Wish) -> CustomerAccount:
    name, value = wish.values["name"], wish.values["value"].strip()
    stored = next((entry for entry in customer.properties if entry.name == name), None)
    meaning = meaning_of(stored) if stored else KNOWN[name]
    is_child = customer.id != wish.viewer.own_customer
    if not may_change(meaning, wish.viewer.effective_role, is_child=is_child):
        raise ConflictRow(_("Changed by: %(who)s.") % {"who": who_may_change(meaning)})
    if value:
        _check(meaning, value)
    new = CustomerProperty(name=name, value=value, category=meaning.facts.category, permission=meaning.facts.permission)
    kept = tuple(entry for entry in customer.properties if entry.name != name)
    return replace(customer, properties=(*kept, replace(stored, value=value) if stored else new) if value else kept)


ACTIONS = (
    BulkAction(
        name="property",
        label=gettext_lazy("Set a property"),
        form=PropertyForm,
        change=with_property,
        page="edit-properties",
    ),
    delete_action(owned_by, gettext_lazy("The passwords of the customers: they are set anew.")),
)
