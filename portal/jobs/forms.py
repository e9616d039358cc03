"""Forms of the jobs room: a spreadsheet file to import, and the number generator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField, DomainNameField, TimeZoneField
from portal.core.forms import CleanForm

from .generating import MOST, check_run
from .importing import ADD, CHANGE, UPDATE


class ImportForm(CleanForm):
    """A spreadsheet file, and what to do with records that exist."""

    file = forms.FileField(
        label=_("CSV or XLSX file"), help_text=_("Up to 16 MB, about 100,000 rows. Split a larger file.")
    )
    mode = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            (UPDATE, _("Add new records, and change those that exist")),
            (ADD, _("Only add new records")),
            (CHANGE, _("Only change records that exist")),
        ],
    )


class DomainFileForm(ImportForm):
    """The file of a domain, and what to do with records that exist."""

    file = forms.FileField(
        label=_("JSON file"),
        help_text=_("A domain that a portal like this one or CDRTool has exported, up to 16 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/json,.json"}),
    )


class GenerateForm(CleanForm):
    """A run of telephone numbers, and what their accounts have in common."""

    pattern = forms.CharField(
        label=_("First number, or pattern"),
        max_length=15,
        help_text=_(
            "3120800#### counts from 31208000000; 31208005100 counts from that number. Leading zeros are kept."
        ),
    )
    start = forms.IntegerField(
        label=_("Start at"),
        initial=0,
        min_value=0,
        max_value=10**15,
        help_text=_("The first value of the # digits."),
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST, help_text=_("Up to 100,000."))
    domain = DomainNameField(label=_("Domain of the accounts"))
    firstName = forms.CharField(label=_("First name"), max_length=64, initial=_("Number"))  # noqa: N815 - a column
    lastName = forms.CharField(  # noqa: N815 - a column
        label=_("Last name"), max_length=64, initial="{number}", help_text=_("{number} stands for the number.")
    )
    email = forms.CharField(label=_("E-mail"), max_length=255, help_text=_("{number} stands for the number."))
    timezone = TimeZoneField(initial="Europe/Amsterdam")
    owner = CustomerField(label=_("Owner"))
    quota = forms.IntegerField(label=_("Monthly quota"), required=False, min_value=0, max_value=1_000_000)
    callLimit = forms.IntegerField(  # noqa: N815 - a column
        label=_("Calls at a time"), required=False, min_value=0, max_value=10_000
    )
    groups = forms.CharField(
        label=_("Rights"), required=False, max_length=400, help_text=_("Separated by semicolons: free-pstn; sms.")
    )
    acl = forms.CharField(
        label=_("Networks"),
        required=False,
        max_length=1000,
        help_text=_("From which the accounts may be used, separated by semicolons: 192.0.2.0 24; empty for all."),
    )
    with_numbers = forms.BooleanField(
        label=_("Add the numbers, too, and point each to its account"), required=False, initial=True
    )
    tld = DomainNameField(label=_("ENUM domain"), initial="e164.arpa", required=False)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if {"pattern", "start", "count"} <= values.keys():
            try:
                check_run(values["pattern"], values["start"], values["count"])
            except forms.ValidationError as error:
                self.add_error("pattern", error)
        return values
