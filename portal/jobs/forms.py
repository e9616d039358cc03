"""Forms of the jobs room: a spreadsheet file, or the file of a domain, to import."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import CleanForm

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
